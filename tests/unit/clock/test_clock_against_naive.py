"""The clock against a naive day walker, and its explanations added up by a stranger, over random cases of 2007-2026.

CASES and SEED may be raised and changed for a longer run; 0 differences are allowed.
"""

from datetime import date
from typing import cast

from chalicelib.domain.clock import (
    Deadline,
    Limit,
    MissingCalendarYearError,
    Stop,
    Unit,
    deadline,
    due_date,
    load_calendar,
    working_days_used,
)

from .naive import Case, NaiveCalendar, NoDataError, random_cases, walk
from .readd import readd

SEED = 20250429
CASES = 20_000

CN = load_calendar("cn")
NAIVE = NaiveCalendar("cn")


def test_the_clock_differs_from_a_naive_day_walker_in_no_case() -> None:
    outcomes = [(case, counted(case), walked(case)) for case in random_cases(SEED, CASES)]
    assert [outcome for outcome in outcomes if outcome[1] != outcome[2]] == []
    assert {type(mine) for _, mine, _ in outcomes} == {date, type(None), str}


def test_every_explanation_adds_up_to_its_deadline_or_its_projection() -> None:
    wrong, projected = [], 0
    for case in random_cases(SEED + 1, CASES // 4):
        due = explained(case)
        if due is None or (due.due_on or due.projected_due_on) is None:
            continue
        projected += due.projected_due_on is not None
        if readd([step.as_dict() for step in due.explain]) != (due.due_on or due.projected_due_on):
            wrong.append(case)
    assert wrong == []
    assert projected > 0


def test_the_short_way_and_the_explained_way_give_the_same_date() -> None:
    for case in random_cases(SEED + 2, CASES // 10):
        due = explained(case)
        if due is not None:
            assert counted(case) == due.due_on


def test_a_projection_is_the_deadline_of_the_same_case_with_its_stops_ended() -> None:
    compared = 0
    for case in random_cases(SEED + 3, CASES // 4):
        due = explained(case)
        if due is None or due.projected_due_on is None:
            continue
        ended = [(since, until or max(since, TODAY)) for since, until in case.stops]
        assert due.projected_due_on == walk(Case(case.started_on, case.limit, ended, case.extensions), NAIVE)
        compared += 1
    assert compared > CASES // 200


def test_the_working_days_used_up_to_a_deadline_are_the_limit() -> None:
    for case in random_cases(SEED + 4, CASES // 4):
        if {unit for _, unit in (case.limit, *case.extensions)} != {"working_day"}:
            continue
        due, total = counted(case), case.limit[0] + sum(value for value, _ in case.extensions)
        if isinstance(due, date) and total > 0:
            assert working_days_used(case.started_on, due, stops_of(case), CN) == total


def test_a_longer_limit_is_never_due_earlier() -> None:
    for case in random_cases(SEED + 5, CASES // 20):
        due = counted(case)
        longer = counted(Case(case.started_on, (case.limit[0] + 1, case.limit[1]), case.stops, case.extensions))
        if isinstance(due, date) and isinstance(longer, date) and case.limit[0] > 0:
            assert longer >= due


TODAY = date(2016, 6, 15)


def counted(case: Case) -> date | str | None:
    try:
        return due_date(case.started_on, limit_of(case.limit), stops_of(case), extensions_of(case), CN)
    except MissingCalendarYearError:
        return "no data"


def walked(case: Case) -> date | str | None:
    try:
        return walk(case, NAIVE)
    except NoDataError:
        return "no data"


def explained(case: Case) -> Deadline | None:
    try:
        return deadline(
            started_on=case.started_on,
            limit=limit_of(case.limit),
            stops=stops_of(case),
            extensions=extensions_of(case),
            calendar=CN,
            today=TODAY,
        )
    except MissingCalendarYearError:
        return None


def limit_of(pair: tuple[int, str]) -> Limit:
    return Limit(pair[0], cast("Unit", pair[1]))


def extensions_of(case: Case) -> list[Limit]:
    return [limit_of(pair) for pair in case.extensions]


def stops_of(case: Case) -> list[Stop]:
    return [Stop(since, until, "hearing") for since, until in case.stops]
