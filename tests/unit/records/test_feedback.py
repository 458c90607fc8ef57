"""Feedback reports: every stage against every act, the promise that does not move, and what is owed."""

from itertools import product
from typing import Any

import pytest

from chalicelib.domain.feedback import ALLOWED, NOUN, duties
from chalicelib.domain.records import ActMeta, Actor, Others, Place, Ref, State
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.evaluation_world import FEEDBACK, REPORT

AT = "2026-11-23T02:00:00.000Z"
ACTOR = Actor("k", "bureau", "person:A", frozenset({"clerk"}))
AGENCY = agency_state("guangan", "bureau")
STATES: dict[Ref, State] = {
    Ref("agency", "bureau"): AGENCY,
    Ref("disclosure", "fund-1"): {"version": 1, "agency": "bureau"},
    Ref("disclosure", "fund-2"): {"version": 0, "agency": "bureau"},
    Ref("disclosure", "book-1"): {"version": 1, "agency": "culture"},
    Ref("evaluation", "q3"): {"version": 1, "agency": "audit", "content": {"agencies": ["bureau"]}},
    Ref("evaluation", "q2"): {"version": 1, "agency": "audit", "content": {"agencies": ["culture"]}},
}
OTHERS = Others(STATES)
ACTS: dict[str, dict[str, Any]] = {
    "announce": {"act": "announce", "content": FEEDBACK},
    "report": {"act": "report", "report": REPORT},
    "correct": {"act": "correct", "reason": {"zh": "笔误"}, "content": {**FEEDBACK, "title": {"zh": "整改反馈"}}},
    "withdraw": {"act": "withdraw", "reason": {"zh": "重复"}},
}
WAYS_TO: dict[str | None, tuple[str, ...]] = {
    None: (),
    "announced": ("announce",),
    "reported": ("announce", "report"),
    "withdrawn": ("announce", "withdraw"),
}


def decide(state: State | None, act: dict[str, Any], at: str = AT) -> list[tuple[str, str]]:
    """Return code and place of every reason to refuse."""
    try:
        NOUN.rules.decide("f", state, act, ACTOR, OTHERS, at)
    except RefusedError as refused:
        return [(problem.code, problem.pointer or "") for problem in refused.problems]
    return []


def folded(names: tuple[str, ...], at: str = AT) -> State | None:
    """Decide and fold acts by their names; the last at an instant."""
    state: State | None = None
    for number, name in enumerate(names, start=1):
        assert decide(state, ACTS[name]) == []
        moment = at if number == len(names) else AT
        meta = ActMeta(number, f"sha-{name}", moment, ACTOR.person, moment)
        state = NOUN.rules.fold("f", state, ACTS[name], meta, OTHERS)
    return state


@pytest.mark.parametrize(("stage", "name"), list(product(WAYS_TO, ACTS)), ids=str)
def test_every_act_is_allowed_or_refused_as_the_table_says(stage: str | None, name: str) -> None:
    state = folded(WAYS_TO[stage])
    assert (state["stage"] if state else None) == stage
    wanted = [] if name in ALLOWED[stage] else [("act_not_allowed", "/act")]
    assert decide(state, ACTS[name]) == wanted


def test_the_tests_reach_every_row_of_the_table() -> None:
    assert set(WAYS_TO) == set(ALLOWED)


@pytest.mark.parametrize(
    ("about", "codes"),
    [
        ({"kind": "disclosure", "id": "fund-1"}, []),
        ({"kind": "evaluation", "id": "q3"}, []),
        ({"kind": "enquiries"}, []),
        ({"kind": "disclosure", "id": "fund-2"}, ["record_unknown"]),
        ({"kind": "rule", "id": "nothing"}, ["record_unknown"]),
        ({"kind": "disclosure", "id": "book-1"}, ["record_of_other_agency"]),
        ({"kind": "evaluation", "id": "q2"}, ["record_of_other_agency"]),
    ],
    ids=str,
)
def test_a_report_is_about_public_records_that_concern_the_agency(about: dict[str, Any], codes: list[str]) -> None:
    act = {"act": "announce", "content": {**FEEDBACK, "about": [about]}}
    assert [code for code, _ in decide(None, act)] == codes


def test_the_promise_is_of_a_day_still_to_come_and_does_not_move() -> None:
    def due(day: str) -> dict[str, Any]:
        return {"act": "announce", "content": {**FEEDBACK, "due_on": day}}

    assert decide(None, due("2026-11-23")) == []
    assert decide(None, due("2026-11-22")) == [("due_passed", "/content/due_on")]
    assert decide(None, due("2026-11-23"), "2026-11-23T16:00:00.000Z") == [("due_passed", "/content/due_on")]
    moved = {**ACTS["correct"], "content": {**FEEDBACK, "due_on": "2027-12-31"}}
    assert decide(folded(("announce",)), moved) == [("due_on_fixed", "/content/due_on")]


def test_only_a_report_that_was_given_is_corrected() -> None:
    act = {"act": "correct", "reason": {"zh": "笔误"}, "report": REPORT}
    assert decide(folded(("announce",)), act) == [("not_reported", "/report")]
    assert decide(folded(("announce", "report")), act) == []


def test_texts_name_no_person_and_are_in_the_own_language() -> None:
    item = {"said": {"en": "Publish it"}, "adopted": "no", "reason": {"zh": "联系13800138000"}}
    act = {"act": "report", "report": {**REPORT, "items": [item]}}
    assert decide(folded(("announce",)), act) == [
        ("own_language_missing", "/report/items/0/said"),
        ("personal_data", "/report/items/0/reason/zh"),
    ]


def test_a_report_is_owed_until_it_is_given_or_withdrawn() -> None:
    def owed(*names: str) -> list[tuple[str, str | None]]:
        state = folded(names)
        assert state is not None
        return [(duty.rule, duty.due_on) for duty in duties("f", state)]

    assert owed("announce") == owed("announce", "correct") == [("report_feedback", "2026-12-31")]
    assert owed("announce", "report") == owed("announce", "withdraw") == []


@pytest.mark.parametrize(("at", "in_time"), [("2026-12-31T15:59:59.000Z", True), ("2026-12-31T16:00:00.000Z", False)])
def test_a_report_is_in_time_to_the_end_of_its_day(at: str, *, in_time: bool) -> None:
    state = folded(("announce", "report"), at)
    assert state is not None
    assert state["in_time"] is in_time


def test_a_report_is_found_from_everything_it_is_about_until_it_is_withdrawn() -> None:
    rendered = NOUN.rules.render("f", folded(("announce",)) or {}, str)
    assert rendered is not None
    about, owed = rendered.places[:3], rendered.places[3:]
    values = ("evaluation:q3", "disclosure:fund-1", "enquiries")
    assert about == tuple(Place("feedback about", value, AT) for value in values)
    assert {place.list_name for place in owed} == {"owed to the public"}
    given = NOUN.rules.render("f", folded(("announce", "report")) or {}, str)
    assert given is not None
    assert given.places == about
    withdrawn = NOUN.rules.render("f", folded(("announce", "withdraw")) or {}, str)
    assert withdrawn is not None
    assert (withdrawn.places, withdrawn.listed) == ((), False)
