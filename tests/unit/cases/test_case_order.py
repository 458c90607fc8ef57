"""The fold is the same whatever the order in which events came in; corrections and contradictions included."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from random import Random

import pytest

from chalicelib.domain.cases.corrections import in_effect
from chalicelib.domain.cases.records import ServiceTerms
from tests.unit.cases.builders import (
    BY_TEN,
    FIVE_DAYS,
    HEARING,
    NOW,
    event,
    fact,
    findings,
    folded,
    happened,
    status,
    terms,
)
from tests.unit.cases.histories import random_history
from tests.unit.cases.joint import restaurant

ONE_DAY = {"value": 1, "unit": "working_day"}
SERVICES = tuple(
    terms(supplement=supplement, clock_starts=starts, special_procedures=[HEARING], extension=BY_TEN, limits=limits)
    for supplement, starts in (("before_acceptance", "accepted"), ("pause", "accepted"), ("restart", "received"))
    for limits in (
        {"promised": {"value": 5, "unit": "working_day"}, "statutory": {"value": 1, "unit": "month"}},
        {"statutory": {"value": 48, "unit": "hour"}},
        {},
    )
)

SERVICES = (
    *SERVICES,
    terms(service_kind="licence", special_procedures=[HEARING], fees=[], steps=[{"stage": "review", "limit": ONE_DAY}]),
    terms(service_kind="benefit", overdue_means="granted", extension=BY_TEN, promise_covers="issue"),
    terms(
        clock_starts="received", supplement="restart", limits={"statutory": FIVE_DAYS, "supplement_request": FIVE_DAYS}
    ),
    *(restaurant(overdue_means=silence, supplement="pause") for silence in ("nothing", "consent", "granted")),
)


@pytest.mark.parametrize("seed", range(120))
def test_every_order_of_up_to_five_events_gives_the_same_bytes(seed: int) -> None:
    chance = Random(seed)
    service = chance.choice(SERVICES)
    events = random_history(chance, 5)
    first = folded(events, service)
    assert all(folded(list(order), service) == first for order in permutations(events))


@pytest.mark.parametrize("block", range(10))
def test_three_thousand_random_histories_fold_to_the_same_bytes_in_random_orders_and_can_be_served(block: int) -> None:
    for seed in range(block * 300, (block + 1) * 300):
        chance = Random(f"history {seed}")
        service = chance.choice(SERVICES)
        events = random_history(chance, 14)
        first = folded(events, service, due_at="2026-03-20T17:00:00+08:00")
        chance.shuffle(events)
        assert folded(events, service, due_at="2026-03-20T17:00:00+08:00") == first, seed
        moment = NOW + timedelta(days=chance.randrange(-30, 400), seconds=chance.randrange(86_400))
        _hold_invariants(status(first, moment), fact(first), service)


def _hold_invariants(shown: dict[str, object], found: dict[str, object], service: ServiceTerms) -> None:
    """What holds of every case, however confused."""
    deadline = shown.get("deadline", {})
    assert isinstance(deadline, dict)
    assert not ({"due_on", "due_at"} <= deadline.keys())
    if shown["clock"] == "stopped":
        assert "due_on" not in deadline
        remaining = shown.get("remaining", {"value": 0})
        assert isinstance(remaining, dict)
        assert remaining["value"] >= 0 or not service.commitments[0].promised, (
            "what is left does not run out while the clock stands still"
        )
    else:
        assert "projected_due_on" not in deadline
        assert "stopped" not in shown
    if shown["clock"] == "done":
        assert "remaining" not in shown
    assert (found["on_time"] is None) or (found["decided_on"] is not None and found["due_on"] is not None)
    assert found["row"] in ("counted", "withdrawn", "administrative")
    assert None not in shown.values()


def test_events_of_one_instant_follow_the_senders_sequence_and_then_their_ids() -> None:
    granted = event("b", "decided", "2026-03-05", outcome="granted", sequence=1)
    refused = event("a", "decided", "2026-03-05", outcome="refused", sequence=2)
    assert status(folded([granted, refused]))["result"]["outcome"] == "refused"
    same = replace(refused, content={**refused.content, "sequence": 1})
    assert status(folded([granted, same]))["result"]["outcome"] == "granted"


def test_a_void_correction_takes_an_event_out() -> None:
    events = happened(("accepted", "2026-03-02"), ("decided", "2026-03-05", {"outcome": "refused"}))
    undone = event("e9", "corrected_event", "2026-03-06", corrects="e2")
    found = folded([*events, undone])
    assert fact(found)["decided_on"] is None
    assert status(found)["status"]["code"] == "accepted"
    assert [entry["code"] for entry in status(found)["timeline"]] == ["accepted", "corrected_event"]


def test_a_replacement_stands_where_its_own_instant_puts_it() -> None:
    typed_wrongly = happened(("accepted", "2062-03-02"), ("decided", "2026-03-05", {"outcome": "granted"}))
    assert "decided_before_accepted" in findings(folded(typed_wrongly))
    right = {"event": "accepted", "occurred_at": "2026-03-02T10:00:00+08:00"}
    found = folded([*typed_wrongly, event("e9", "corrected_event", "2026-03-06", corrects="e1", replacement=right)])
    assert findings(found) == []
    assert fact(found)["accepted_on"] == "2026-03-02"


def test_of_several_corrections_the_last_one_holds_and_a_correction_can_itself_be_undone() -> None:
    accepted = event("e1", "accepted", "2026-03-02")
    void = event("c1", "corrected_event", "2026-03-03", corrects="e1")
    moved = {"event": "accepted", "occurred_at": "2026-03-04T10:00:00+08:00"}
    replaced = event("c2", "corrected_event", "2026-03-05", corrects="e1", replacement=moved)
    assert fact(folded([accepted, void, replaced]))["accepted_on"] == "2026-03-04"
    undone = event("c3", "corrected_event", "2026-03-06", corrects="c2")
    assert fact(folded([accepted, void, replaced, undone]))["accepted_on"] is None
    undone_too = event("c4", "corrected_event", "2026-03-07", corrects="c1")
    assert fact(folded([accepted, void, replaced, undone, undone_too]))["accepted_on"] == "2026-03-02"


def test_corrections_cannot_undo_each_other_in_a_circle() -> None:
    events = [
        event("c1", "corrected_event", "2026-03-03", corrects="c2"),
        event("c2", "corrected_event", "2026-03-04", corrects="c1"),
        event("c3", "corrected_event", "2026-03-05", corrects="c3"),
        event("c4", "corrected_event", "2026-03-06", corrects="nothing"),
    ]
    counted, found = in_effect(events)
    assert [entry.event_id for entry in counted] == ["c2", "c3", "c4"]
    assert sorted((finding.code, finding.event_id) for finding in found) == [
        ("correction_of_unknown_event", "c4"),
        ("correction_out_of_order", "c3"),
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("decided", "2026-03-02", {"outcome": "done"}), ("accepted", "2026-03-03")], ["decided_before_accepted"]),
        ([("decided", "2026-03-02", {"outcome": "done"})], ["decided_without_acceptance"]),
        ([("accepted", "2026-03-02"), ("accepted", "2026-03-03")], ["accepted_twice"]),
        ([("accepted", "2026-03-02"), ("received", "2026-03-03")], ["received_after_acceptance"]),
        ([("received", "2026-03-02"), ("received", "2026-03-03")], ["received_twice"]),
        ([("accepted", "2026-03-02"), ("reopened", "2026-03-03")], ["reopened_without_end"]),
        ([("accepted", "2026-03-02"), ("issued", "2026-03-03")], ["issued_before_decision"]),
        (
            [("accepted", "2026-03-02"), ("special_ended", "2026-03-03", {"kind": "hearing"})],
            ["procedure_ended_without_start"],
        ),
        ([("supplement_received", "2026-03-03")], ["supplement_without_request"]),
        ([("closed", "2026-03-02", {"as": "void"}), ("closed", "2026-03-03", {"as": "void"})], ["closed_twice"]),
        ([("closed", "2026-03-02", {"as": "void"}), ("accepted", "2026-03-03")], ["event_after_closing"]),
        ([("stage_left", "2026-03-02", {"stage": "review"})], ["stage_left_without_entering"]),
        ([("deferred_received", "2026-03-02", {"material": {"zh": "图"}})], ["deferred_not_expected"]),
    ],
    ids=lambda value: value[0] if value and isinstance(value[0], str) else "",
)
def test_a_contradiction_is_a_finding_and_never_an_error(steps: list[tuple[object, ...]], expected: list[str]) -> None:
    assert findings(folded(happened(*steps))) == expected


def test_every_code_that_the_fold_can_give_has_its_words() -> None:
    from chalicelib.domain.codes import sentences

    codes: set[str] = set()
    for seed in range(400):
        chance = Random(f"codes {seed}")
        codes |= set(findings(folded(random_history(chance, 14), chance.choice(SERVICES))))
    assert codes <= sentences("finding").keys()
    assert len(codes) > 20
