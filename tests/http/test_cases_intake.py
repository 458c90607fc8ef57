"""Registrations, events and codes over HTTP: every write names its own place, and contradictions refuse nothing."""

from typing import Any

import orjson
import pytest

from chalicelib.store import keys
from tests.case_world import ACCEPTED, DECIDED, CaseWorld, happened, outcomes, registered


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def test_a_registration_is_taken_once_and_its_receipt_stays_the_same(world: CaseWorld) -> None:
    first = world.register("c1", channel="window")
    assert first.status == 201
    receipt = first.json()
    assert receipt["id"] == "c1"
    assert receipt["state"] == "registered"
    assert receipt["register"] == {"index": None, "status": "not_public"}
    assert receipt["links"] == {"self": "/v1/intake/cases/c1"}
    again = world.register("c1", channel="window")
    assert (again.status, again.body) == (200, first.body)
    assert first.header("cache-control") == "no-store"


def test_other_bytes_at_a_place_are_409_and_change_nothing(world: CaseWorld) -> None:
    world.register("c1")
    world.event("c1", "e1", ACCEPTED)
    before = world.memory.snapshot()
    for answer in (world.register("c1", channel="post"), world.event("c1", "e1", {**ACCEPTED, "sequence": 0})):
        assert answer.status == 409
        assert answer.json()["type"] == "/problems/place-taken"
    assert world.memory.snapshot() == before


def test_an_event_writes_two_items_and_its_receipt_stays_the_same(world: CaseWorld) -> None:
    world.register("c1")
    before = world.memory.snapshot()
    first = world.event("c1", "e1", ACCEPTED)
    after = world.memory.snapshot()
    assert first.status == 201
    assert first.json()["state"] == "accepted"
    assert {key for key in after if after[key] != before.get(key)} == {keys.event("c1", "e1"), keys.case("c1")}
    world.event("c1", "e2", DECIDED)
    again = world.event("c1", "e1", ACCEPTED)
    assert (again.status, again.body) == (200, first.body)
    assert world.get_signed("/v1/intake/cases/c1/events/e1", "bureau-clerk").body == first.body


def test_an_event_of_a_case_that_is_not_registered_is_refused(world: CaseWorld) -> None:
    answer = world.event("nobody", "e1", ACCEPTED)
    assert answer.status == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["case_not_registered"]
    assert world.event("nobody", "e1", {"event": "accepted"}).status == 400


def test_a_registration_for_a_service_that_is_not_there_is_refused(world: CaseWorld) -> None:
    answer = world.register("c1", service="nothing")
    assert answer.status == 422
    assert answer.json()["errors"] == [
        {"pointer": "/service", "code": "service_unknown", "message": "there is no such service"}
    ]


def test_contradictions_are_taken_and_shown_to_the_agency(world: CaseWorld) -> None:
    world.register("c1")
    assert world.event("c1", "e2", DECIDED).status == 201
    assert world.event("c1", "e1", {**ACCEPTED, "occurred_at": "2026-11-23T10:00:00+08:00"}).status == 201
    found = world.get_signed("/v1/intake/cases/c1", "bureau-clerk").json()
    assert [(finding["code"], finding["event_id"]) for finding in found["findings"]] == [
        ("decided_before_accepted", "e1")
    ]
    assert found["findings_count"] == 1
    assert found["status"]["status"]["code"] == "decided_granted"
    assert found["findings"][0]["sentence"]["zh"] == "决定在受理之前。"


def test_only_the_cases_agency_and_those_above_it_act_and_read(world: CaseWorld) -> None:
    assert world.register("c1", "other-clerk").status == 403
    assert world.register("c1", "root-clerk").status == 201
    for answer in (
        world.register("c1", "other-clerk"),
        world.event("c1", "e1", ACCEPTED, "other-clerk"),
        world.code("c1", 1, key="other-clerk"),
    ):
        assert answer.status == 403
        assert answer.json()["errors"][0]["code"] == "other_agency"
    assert world.event("c1", "e1", ACCEPTED, "bureau-clerk").status == 201
    assert world.event("c1", "e2", DECIDED, "root-clerk").status == 201
    for path in ("/v1/intake/cases/c1", "/v1/intake/cases/c1/events/e1", "/v1/intake/cases/c2"):
        assert world.get_signed(path, "other-clerk").status == 404
    assert world.get_signed("/v1/intake/cases/c1", "root-clerk").status == 200
    assert world.get_signed("/v1/intake/cases/c1/events/e9", "bureau-clerk").status == 404


def test_a_key_without_the_role_gets_a_replay_but_no_write(world: CaseWorld) -> None:
    assert world.register("c1", "bureau-approver").status == 403
    world.register("c1")
    assert world.register("c1", "bureau-approver").status == 200
    answer = world.event("c1", "e1", ACCEPTED, "bureau-approver")
    assert (answer.status, answer.json()["errors"][0]["code"]) == (403, "role_missing")
    assert world.code("c1", 1, key="bureau-approver").status == 403
    assert world.batch([registered("c1")], "bureau-approver").status == 403


def test_a_key_without_the_role_kills_no_code_by_sending_the_registration_again(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    before = world.memory.snapshot()
    again = world.register("c1", "bureau-approver", access="code")
    assert (again.status, "query_code" in again.json()) == (200, False)
    assert world.memory.snapshot() == before
    assert world.exchange("c1", code).status == 201


def test_a_member_sent_as_null_is_one_that_was_left_out(world: CaseWorld) -> None:
    nulls = {"branch": None, "notice_no": None, "document": {"name": {"zh": "书"}, "sha256": None}}
    paper = {"document": {"name": {"zh": "书"}}}
    found = []
    for case_no, decided in (("c1", {**DECIDED, **nulls}), ("c2", {**DECIDED, **paper})):
        world.register(case_no)
        world.event(case_no, "e1", {**ACCEPTED, **({"place": None, "notice_no": None} if case_no == "c1" else {})})
        assert world.event(case_no, "e2", decided).json()["state"] == "decided_granted"
        seen = world.get_signed(f"/v1/intake/cases/{case_no}").json()
        assert seen["findings"] == []
        found.append({name: value for name, value in seen["status"].items() if name not in ("case_no", "updated_at")})
    assert found[0] == found[1]
    (line,) = world.batch([happened("c1", "e2", {**DECIDED, **paper})]).json()["results"]
    assert line["outcome"] == "already"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/intake/cases/c1", {"service": "s1"}),
        ("/v1/intake/cases/c1", {"service": "s1", "access": "none", "name": "王"}),
        ("/v1/intake/cases/c1", {"service": "s1", "access": "none", "due_at": "2026-11-20"}),
        ("/v1/intake/cases/c0/events/e1", {"event": "accepted"}),
        ("/v1/intake/cases/c0/codes/1", {"holder": "everybody"}),
    ],
)
def test_what_cannot_be_read_is_400_and_writes_nothing(world: CaseWorld, path: str, body: Any) -> None:
    world.register("c0")
    before = world.memory.snapshot()
    answer = world.put(path, body, "bureau-clerk")
    assert answer.status == 400, answer.body
    assert answer.json()["errors"]
    assert world.memory.snapshot() == before


def test_a_body_that_is_too_large_is_413(world: CaseWorld) -> None:
    assert world.put("/v1/intake/cases/c1", b" " * 32_769, "bureau-clerk").status == 413
    assert world.put("/v1/intake/case-events", b"\n" * 4_000_001, "bureau-clerk", method="POST").status == 413


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", "1234567"])
def test_a_code_number_is_a_number(world: CaseWorld, number: str) -> None:
    world.register("c1")
    assert world.put(f"/v1/intake/cases/c1/codes/{number}", {}, "bureau-clerk").status == 404


def test_a_dry_run_says_what_would_be_and_writes_nothing(world: CaseWorld) -> None:
    before = world.memory.snapshot()
    answer = world.put("/v1/intake/cases/c1", {"service": "s1", "access": "code"}, "bureau-clerk", dry_run=True)
    assert (answer.status, answer.json()["state"]) == (200, "registered")
    assert "query_code" not in answer.json()
    lines = [happened("c1", f"e{number}", ACCEPTED) for number in range(120)]
    found = world.batch([*lines, registered("c1"), registered("c2", service="nothing")], dry_run=True)
    assert [outcome for outcome, _ in outcomes(found)] == ["stored"] * 121 + ["refused"]
    assert world.memory.snapshot() == before
    world.register("c1")
    before = world.memory.snapshot()
    event = world.put("/v1/intake/cases/c1/events/e1", ACCEPTED, "bureau-clerk", dry_run=True)
    assert (event.status, event.json()["state"]) == (200, "accepted")
    assert world.put("/v1/intake/cases/c1/codes/1", {}, "bureau-clerk", dry_run=True).status == 200
    assert world.memory.snapshot() == before


def test_holders_are_kept_as_a_keyed_hash_and_never_returned(world: CaseWorld) -> None:
    body = {"service": "s1", "access": "none", "holders": ["citizen-8f3a"]}
    answer = world.put("/v1/intake/cases/c1", body, "bureau-clerk")
    assert answer.status == 201
    assert world.put("/v1/intake/cases/c1", body, "bureau-clerk").status == 200
    assert outcomes(world.batch([registered("c1", holders=["citizen-8f3a"])])) == [("already", [])]
    assert outcomes(world.batch([registered("c1", holders=["citizen-8f3b"])])) == [("refused", ["place_taken"])]
    stored = repr(world.memory.snapshot())
    seen = world.get_signed("/v1/intake/cases/c1", "bureau-clerk").body + answer.body
    assert "citizen-8f3a" not in stored
    assert b"citizen-8f3a" not in seen


def test_an_event_sent_on_its_own_and_in_a_batch_is_one_event(world: CaseWorld) -> None:
    world.register("c1")
    world.event("c1", "e1", ACCEPTED)
    reordered = {"sequence": 0, "occurred_at": ACCEPTED["occurred_at"], "event": "accepted"}
    assert outcomes(world.batch([registered("c1"), happened("c1", "e1", reordered)])) == [
        ("already", []),
        ("already", []),
    ]
    assert outcomes(world.batch([happened("c1", "e2", DECIDED)])) == [("stored", [])]
    assert world.event("c1", "e2", DECIDED).status == 200
    assert world.event("c1", "e2", {**DECIDED, "outcome": "refused"}).status == 409


def test_the_mark_for_the_statistics_is_set_when_the_fact_changes_and_left_alone_otherwise(world: CaseWorld) -> None:
    world.register("c1")
    mark = keys.statistics_mark("c1")
    item = world.memory.items[keys.case("c1")]
    assert {name: item[name] for name in mark} == mark
    assert item["fact_place"] == ""
    for name in mark:
        del world.memory.items[keys.case("c1")][name]  # the job has counted it
    world.memory.items[keys.case("c1")]["fact_place"] = "open"
    fee = {"event": "fee_due", "occurred_at": "2026-11-20T09:00:00+08:00", "name": {"zh": "工本费"}, "amount_fen": 100}
    assert world.event("c1", "e0", fee).status == 201
    assert "work_pk" not in world.memory.items[keys.case("c1")]
    world.event("c1", "e1", ACCEPTED)
    item = world.memory.items[keys.case("c1")]
    assert {name: item[name] for name in mark} == mark
    assert item["fact_place"] == "open"
    assert orjson.loads(bytes(item["fact"]))["accepted_on"] == "2026-11-20"  # type: ignore[arg-type]


def test_a_case_of_thirty_events_stays_near_four_kilobytes(world: CaseWorld) -> None:
    lines = [
        happened("c1", f"e{number}", {"event": "visited", "occurred_at": f"2026-11-20T10:{number:02}:00+08:00"})
        for number in range(28)
    ]
    world.batch([registered("c1", access="code"), happened("c1", "a", ACCEPTED), *lines, happened("c1", "d", DECIDED)])
    body = world.memory.items[keys.case("c1")]["body"]
    assert isinstance(body, bytes)
    assert len(body) < 4_096
