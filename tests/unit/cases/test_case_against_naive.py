"""Whole cases against a naive day walker: every due day and every turn, over random services and events; 0 differences.

    python -m tests.unit.cases.test_case_against_naive 100000

runs as many as it is told; every served explanation of them is added up again by a stranger as well.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import orjson
import pytest

from chalicelib.domain.cases.clocks import CaseClock, run_clock
from chalicelib.domain.cases.fold import Folded
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from chalicelib.domain.cases.walk import walk
from tests.unit.cases.builders import fact, folded, registration, status, terms
from tests.unit.cases.naive_case import (
    SHANGHAI,
    Happening,
    Limit,
    Miss,
    Naive,
    Service,
    midnight,
)
from tests.unit.cases.random_cases import random_happenings, random_service
from tests.unit.clock.readd import readd

SEED = 20261126
CASES, BLOCKS = 3_000, 3
COMPARED = {
    *("promised_limit", "statutory_limit", "acceptance_limit", "issue_limit"),
    *("first_review_limit", "stage_limit", "told_limit"),
}
STARTS = ("first_day_not_counted", "same_day")


class Trial(NamedTuple):
    """One random case."""

    service: Service
    happenings: list[Happening]
    now: datetime


def trials(seed: int, count: int) -> Iterator[Trial]:
    """Random cases from 2008 to 2025, so that no calendar year is missing."""
    for number in range(count):
        chance = Random(f"{seed} {number}")
        first = date(2008, 1, 1) + timedelta(days=chance.randrange(365 * 17))
        happenings = random_happenings(chance, first)
        now = datetime(first.year, first.month, first.day, 12, tzinfo=SHANGHAI) + timedelta(days=chance.randrange(120))
        yield Trial(random_service(chance), happenings, now)


def limit(pair: Limit | None) -> dict[str, Any] | None:
    return {"value": pair[0], "unit": pair[1]} if pair else None


def terms_of(service: Service) -> ServiceTerms:
    basis = {"document": "行政许可法"}
    limits = {
        "promised": limit(service.promised),
        "statutory": limit(service.statutory),
        "acceptance": limit(service.acceptance),
        "supplement_request": limit(service.asking),
        "first_review": limit(service.review),
        "issue": limit(service.issue),
    }
    return terms(
        service_kind="request",
        limits={name: value for name, value in limits.items() if value},
        clock_starts="received" if service.from_receipt else "accepted",
        supplement=service.supplement,
        special_procedures=[{"kind": kind, "legal_basis": basis} for kind in service.procedures],
        extension={"limit": limit(service.extension), "legal_basis": basis} if service.extension else None,
        steps=[{"stage": stage, "limit": limit(pair)} for stage, pair in service.stages],
        promise_covers="issue" if service.covers_issue else "decision",
        overdue_means="granted" if service.silence_grants else "nothing",
    )


def events_of(happenings: list[Happening]) -> list[CaseEvent]:
    return [
        CaseEvent(
            f"e{number}", "bureau", {"event": h.name, "occurred_at": h.at.isoformat(), **_members(h.name, h.told)}
        )
        for number, h in enumerate(happenings)
    ]


def _members(name: str, told: Any) -> dict[str, Any]:
    match name:
        case "special_started":
            return {"kind": told[0], **({"told": limit(told[1])} if told[1] else {})}
        case "supplement_requested":
            return {"materials": [], **({"due_on": str(told)} if told else {})}
        case "extended":
            return {"by": limit(told)} if told else {}
        case "refused_acceptance":
            return {"reason": {"zh": "理由"}}
    member = {
        "special_ended": "kind",
        "stage_entered": "stage",
        "stage_left": "stage",
        "decided": "outcome",
        "closed": "as",
    }
    return {member[name]: told} if name in member else {}


def expected(trial: Trial) -> dict[str, Any]:
    """What the naive walker says."""
    case = Naive(trial.service, trial.now).go(trial.happenings)
    end = case.closed or case.decided or case.refused
    return {
        "accepted_on": _text(case.accepted),
        "decided_on": _text(end),
        "due_on": str(case.due()) if case.due() else None,
        "law": str(case.law()) if case.law() else None,
        "silence": (bool(case.silences), case.deemed, case.was_abandoned),
        "misses": sorted(
            (miss.rule, miss.of, str(miss.due), str(miss.done), _passes(miss, case)) for miss in case.misses()
        ),
    }


def _passes(miss: Miss, case: Naive) -> datetime:
    """When it is passed: with the end of its day; a limit that was kept before a reopening, at the reopening at the earliest."""
    at = midnight(miss.due + timedelta(days=1))
    before = miss.rule == "acceptance_limit" or miss in case.missed_before
    return at if before or case.reopened is None else max(at, case.reopened)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def _text(moment: datetime | None) -> str | None:
    return str(moment.date()) if moment else None


def found(trial: Trial, result: Folded) -> dict[str, Any]:
    """What the fold says."""
    told, shown = fact(result), orjson.loads(result.view)
    deadline = shown.get("deadline", {})
    codes = {entry["code"] for entry in shown.get("timeline", ())}
    turns = [turn for turn in orjson.loads(result.turns) if turn["rule"] in COMPARED and not _to_come(turn, trial)]
    return {
        "accepted_on": told["accepted_on"],
        "decided_on": told["decided_on"],
        "due_on": told["due_on"],
        "law": deadline.get("statutory_due_on"),
        "silence": (
            "accepted_deemed" in codes,
            told["deemed_granted"],
            "closed_abandoned_deemed" in codes,
        ),
        "misses": sorted((t["rule"], t["of"], t["due"], _day(t["until"]), _instant(t["at"])) for t in turns),
    }


def _to_come(turn: dict[str, Any], trial: Trial) -> bool:
    """The walker knows of an acceptance by silence only once it has come."""
    return turn["rule"] == "acceptance_limit" and datetime.fromisoformat(turn["at"]) > trial.now


def _day(instant: str | None) -> str:
    return str(datetime.fromisoformat(instant).astimezone(SHANGHAI).date()) if instant else "None"


def clock_of(trial: Trial, service: ServiceTerms, events: list[CaseEvent]) -> CaseClock:
    return run_clock(walk(registration(), events, service, trial.now), registration(), service)


def add_up(trial: Trial, service: ServiceTerms, events: list[CaseEvent], result: Folded) -> int:
    """Add up every explanation of a case, and say how many there were."""
    counted = 0
    deadline = status(result, trial.now).get("deadline", {})
    shown = deadline.get("due_on") or deadline.get("projected_due_on")
    sums = [(deadline.get("explain", []), shown)] if shown and deadline.get("explain") else []
    sums += [
        (timer.explain(), str(timer.due.due_on))
        for timer in clock_of(trial, service, events).timers
        if timer.due is not None and timer.due.due_on is not None
    ]
    for steps, due in sums:
        first = next(place for place, step in enumerate(steps) if step["code"] in STARTS)
        assert str(readd(steps[first:])) == due, (trial, steps)
        assert steps[0]["code"].startswith("bound_to_")
        assert any(step["code"] == "calendar" for step in steps)
        counted += 1
    return counted


def compare(seed: int, count: int) -> tuple[list[Trial], int]:
    """Return the cases in which the two differ, and how many explanations were added up."""
    different, added = [], 0
    for trial in trials(seed, count):
        service, events = terms_of(trial.service), events_of(trial.happenings)
        result = folded(events, service, trial.now)
        if found(trial, result) != expected(trial):
            different.append(trial)
        added += add_up(trial, service, events, result)
    return different, added


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_case_differs_from_the_naive_day_walker_in_no_due_day_and_in_no_turn(block: int) -> None:
    different, added = compare(SEED + block, CASES // BLOCKS)
    assert different == []
    assert added > CASES // BLOCKS


if __name__ == "__main__":
    wrong, sums = compare(SEED - 1, int(sys.argv[1]))
    print(f"{sys.argv[1]} cases, {len(wrong)} differences, {sums} explanations added up")
    for each in wrong[:3]:
        print(each)
        print(expected(each))
        print(found(each, folded(events_of(each.happenings), terms_of(each.service), each.now)))
    sys.exit(bool(wrong))
