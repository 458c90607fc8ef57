"""The vectors of the acceptance, restart and issue clocks told as events: the fold says the same days."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.cases.clocks import run_clock
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from chalicelib.domain.cases.turns import due_text
from chalicelib.domain.cases.walk import walk
from tests.unit.cases.builders import APPROVED, at, event, fact, folded, registration, status, terms

FOLDER = Path(__file__).parents[2] / "data" / "vectors"
BASIS = {"document": "政府信息公开条例"}


def of_clock(clock: str) -> pytest.MarkDecorator:
    vectors: list[dict[str, Any]] = json.loads((FOLDER / f"{clock}.json").read_text("utf-8"))
    return pytest.mark.parametrize("vector", vectors, ids=[vector["id"] for vector in vectors])


def asked(vector: dict[str, Any]) -> list[CaseEvent]:
    """The requests for papers and what came of them; the papers of one day come before the next request."""
    found = []
    for number, request in enumerate(vector["requests"]):
        found.append(
            event(f"r{number}", "supplement_requested", request["asked_on"], materials=[], sequence=2 * number + 1)
        )
        if request["received_on"]:
            came = event(f"s{number}", "supplement_received", request["received_on"], sequence=2 * number + 2)
            found.append(came)
    return found


def due_of(rule: str, events: list[CaseEvent], service: ServiceTerms, today: str) -> str | None:
    """What is due by a rule on a day."""
    clock = run_clock(walk(registration(), events, service, at(today)), registration(), service)
    return next((due_text(timer.due) for timer in clock.timers if timer.rule == rule and timer.due), None)


@of_clock("acceptance")
def test_silence_becomes_acceptance_with_the_end_of_the_day_that_the_vector_says(vector: dict[str, Any]) -> None:
    service = terms(service_kind="licence", limits={"acceptance": vector["limit"]})
    events = [event("received", "received", vector["received_on"]), *asked(vector)]
    if vector["due_on"] is None:
        assert fact(folded(events, service, at("2029-01-01")))["accepted_on"] is None
        return
    dawn = at(f"{vector['due_on']}T00:00:00+08:00") + timedelta(days=1)
    before = [each for each in events if each.at < dawn]
    assert fact(folded(before, service, dawn - timedelta(milliseconds=1)))["accepted_on"] is None
    assert due_of("acceptance_limit", before, service, vector["due_on"]) == vector["due_on"]
    assert fact(folded(events, service, dawn))["deemed_accepted"] is True


@of_clock("restart")
def test_a_request_for_disclosure_is_due_on_the_day_that_the_vector_says(vector: dict[str, Any]) -> None:
    service = terms(
        clock_starts="received",
        supplement="restart",
        limits={"statutory": vector["limit"], "supplement_request": vector["request_limit"]},
        special_procedures=[{"kind": "consulting", "legal_basis": BASIS}],
        extension={"limit": {"value": 20, "unit": "working_day"}, "legal_basis": BASIS},
    )
    events = [event("received", "received", vector["received_on"]), *asked(vector)]
    for pause in vector["pauses"]:
        events.append(event("c0", "consulting_started", pause["from"], sequence=90))
        events.append(event("c1", "consulting_ended", pause["until"], sequence=91))
    if vector["extensions"]:
        events.append(event("x", "extended", vector["received_on"], sequence=99, **APPROVED))
    result = folded(events, service)
    assert fact(result)["due_on"] == vector["due_on"]
    assert status(result)["clock"] == ("running" if vector["due_on"] else "stopped")


@of_clock("issue")
def test_a_grant_is_to_be_handed_out_by_the_day_that_the_vector_says(vector: dict[str, Any]) -> None:
    limits = {"issue": vector["limit"]}
    covered = "promised_due_on" in vector
    if covered:
        limits["promised"] = {"value": _days(vector), "unit": "day"}
    service = terms(service_kind="licence", promise_covers="issue" if covered else "decision", limits=limits)
    events = [
        event("a", "accepted", vector["decided_on"]),
        event("d", "decided", vector["decided_on"], sequence=1, outcome="granted"),
    ]
    clock = run_clock(walk(registration(), events, service, at(vector["decided_on"])), registration(), service)
    assert clock.issue is not None
    assert clock.issue.due is not None
    assert due_text(clock.issue.due) == vector["due_on"]


def _days(vector: dict[str, Any]) -> int:
    return (at(vector["promised_due_on"]) - at(vector["decided_on"])).days
