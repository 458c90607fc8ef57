"""Batches over HTTP: the fate of every line in line order, cases independent, one transaction for each."""

from typing import Any

import pytest

from chalicelib.errors import ConditionFailedError
from chalicelib.store import keys
from tests.case_world import ACCEPTED, DECIDED, CaseWorld, happened, outcomes, registered


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def commits(world: CaseWorld) -> list[Any]:
    """Return the commits made since the last look, and forget them."""
    found = [detail for call, detail in world.memory.calls if call == "commit"]
    world.memory.calls.clear()
    return found


def test_every_line_gets_its_fate_in_line_order(world: CaseWorld) -> None:
    world.register("mine", "root-clerk")
    answer = world.batch(
        [
            happened("c1", "e1", ACCEPTED),
            b"{not json",
            registered("c1"),
            happened("c2", "e1", ACCEPTED),
            b"",
            registered("c1"),
            registered("c1", channel="post"),
            happened("c1", "e1", DECIDED),
            happened("c1", "e2", {"event": "decided"}),
            registered("c3", service="nothing"),
            happened("c3", "e1", ACCEPTED),
        ]
    )
    assert answer.status == 200
    assert [line["line"] for line in answer.json()["results"]] == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert outcomes(answer) == [
        ("stored", []),
        ("refused", ["not_json"]),
        ("stored", []),
        ("refused", ["case_not_registered"]),
        ("already", []),
        ("refused", ["place_taken"]),
        ("refused", ["place_taken"]),
        ("refused", ["missing", "missing"]),
        ("refused", ["service_unknown"]),
        ("refused", ["case_not_registered"]),
    ]
    first = answer.json()["results"][0]
    assert first == {"line": 1, "case_no": "c1", "event_id": "e1", "outcome": "stored", "errors": []}
    assert answer.json()["results"][1]["case_no"] is None
    wrong = answer.json()["results"][7]["errors"]
    assert {error["pointer"] for error in wrong} == {"/event/occurred_at", "/event/outcome"}


def test_when_every_line_is_refused_the_answer_is_422_with_the_same_results(world: CaseWorld) -> None:
    lines = [happened("c1", "e1", ACCEPTED), b"{}"]
    answer = world.batch(lines)
    assert answer.status == 422
    assert answer.header("content-type") == "application/problem+json"
    assert answer.json()["type"] == "/problems/refused"
    assert [outcome for outcome, _ in outcomes(answer)] == ["refused", "refused"]
    assert outcomes(world.batch([registered("c2"), *lines]))[1:] == outcomes(answer)


def test_lines_of_another_agencys_case_are_refused_alone(world: CaseWorld) -> None:
    world.batch([registered("c1")])
    answer = world.batch([happened("c1", "e1", ACCEPTED), registered("c9")], "other-clerk")
    assert (answer.status, outcomes(answer)) == (422, [("refused", ["forbidden"]), ("refused", ["forbidden"])])
    assert outcomes(world.batch([happened("c1", "e1", ACCEPTED)], "root-clerk")) == [("stored", [])]


def test_all_lines_of_a_case_are_one_transaction_with_one_case_item(world: CaseWorld) -> None:
    commits(world)
    lines = [
        happened(case, f"e{number}", {**ACCEPTED, "event": "visited"}) for number in range(5) for case in ("a", "b")
    ]
    world.batch([*lines, registered("a"), registered("b")])
    found = commits(world)
    assert len(found) == 2
    assert sorted(len(written) for written in found) == [7, 7]


def test_more_than_eighty_lines_of_a_case_are_several_transactions(world: CaseWorld) -> None:
    commits(world)
    lines = [happened("a", f"e{number}", {**ACCEPTED, "event": "visited"}) for number in range(200)]
    answer = world.batch([*lines, registered("a")])
    assert {outcome for outcome, _ in outcomes(answer)} == {"stored"}
    assert [line["line"] for line in answer.json()["results"]] == list(range(1, 202))
    assert [len(written) for written in commits(world)] == [81, 81, 42]
    assert world.memory.items[keys.case("a")]["version"] == 3


def test_reads_are_batched_and_events_are_queried_only_for_cases_that_were_there(world: CaseWorld) -> None:
    world.batch([registered("old")])
    world.memory.calls.clear()
    world.batch([registered(f"n{number}") for number in range(60)] + [happened("old", "e1", ACCEPTED)])
    calls = [call for call, _ in world.memory.calls]
    assert calls.count("query") == 1
    # The key, the cases, the service, its agency, and those above it, for where to complain.
    assert calls.count("get_many") == 5
    assert calls.count("get") == 0
    assert calls.count("commit") == 61


def test_a_batch_sent_again_changes_nothing(world: CaseWorld) -> None:
    lines = [registered("a"), happened("a", "e1", ACCEPTED), happened("a", "e1", ACCEPTED), registered("b")]
    assert outcomes(world.batch(lines)) == [("stored", []), ("stored", []), ("already", []), ("stored", [])]
    before = world.memory.snapshot()
    assert outcomes(world.batch(lines)) == [("already", [])] * 4
    assert world.memory.snapshot() == before


def test_a_thousand_lines_are_taken_and_one_more_is_413(world: CaseWorld) -> None:
    lines: list[Any] = []
    for number in range(250):
        case = f"c{number}"
        lines += [registered(case), happened(case, "e1", ACCEPTED), happened(case, "e2", DECIDED)]
        lines += [happened(case, "e3", {"event": "issued", "occurred_at": "2026-11-23T10:00:00+08:00"})]
    assert world.batch([*lines, registered("x")]).status == 413
    answer = world.batch(lines)
    assert answer.status == 200
    assert {outcome for outcome, _ in outcomes(answer)} == {"stored"}
    assert sum(key.sk == "CASE" for key in world.memory.snapshot()) == 250


def test_an_empty_batch_is_400_and_another_media_type_415(world: CaseWorld) -> None:
    assert world.batch([]).status == 400
    assert world.batch([b"", b"  "]).status == 400
    assert world.put("/v1/intake/cases/c1", b"{}", "bureau-clerk", method="POST").status == 405


def test_a_case_that_others_keep_writing_is_busy_and_stops_no_other(world: CaseWorld) -> None:
    world.batch([registered("a")])

    def always_lost(moment: str, call: str, detail: Any) -> None:
        if (moment, call) == ("before", "commit") and keys.case("a") in detail:
            raise ConditionFailedError("somebody else was faster")

    world.memory.hook = always_lost
    answer = world.batch([happened("a", "e1", ACCEPTED), registered("b")])
    assert (answer.status, outcomes(answer)) == (200, [("refused", ["busy"]), ("stored", [])])
    alone = world.batch([happened("a", "e1", ACCEPTED)])
    assert alone.status == 503
    assert alone.header("retry-after") == "2"
    single = world.event("a", "e1", ACCEPTED)
    assert (single.status, single.header("retry-after")) == (503, "2")


def test_a_batch_registers_a_case_with_code_access_and_its_code_comes_by_its_own_put(world: CaseWorld) -> None:
    assert outcomes(world.batch([registered("a", access="code")])) == [("stored", [])]
    code = world.register("a", access="code").json()["query_code"]
    assert world.exchange("a", code).status == 201
    assert "query_code" not in world.register("a", access="code").json()
    world.batch([registered("b", access="code")])
    assert world.exchange("b", world.code("b", 1).json()["query_code"]).status == 201
