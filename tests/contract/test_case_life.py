"""A case's life through the real app on each engine: registered, written one by one and in a batch, opened by its code."""

from uuid import uuid4

import pytest

from chalicelib.domain.cases.ratings import follow_up_number
from chalicelib.store import keys
from chalicelib.store.dynamo import DynamoTable
from tests.access_proofs import Everything, Planted
from tests.case_world import ACCEPTED, DECIDED, CaseWorld, happened, outcomes, registered
from tests.contract.conftest import Stores


@pytest.fixture
def world(stores: Stores) -> CaseWorld:
    """Return a deployment on an engine."""
    return CaseWorld(stores[0]).begin()


def test_whatever_the_library_of_aws_logs_at_the_level_of_debugging_holds_no_code_and_no_token(
    world: CaseWorld,
) -> None:
    planted, log = Planted(), Everything()
    with log.listening():
        for _ in range(3):
            case_no = f"c{uuid4().hex}"
            code, token = world.opened(case_no)
            planted.code(code)
            planted.token(token)
            world.status(case_no, token)
            world.many({"cases": [{"case_no": case_no, "token": token}, {"case_no": case_no, "token": code}]})
            world.exchange(case_no, planted.code(world.code(case_no, 1).json()["query_code"]))
            world.exchange(case_no, code)
    assert not [line for line in log.lines if planted.found_in(line)]
    assert bool(log.lines) == isinstance(world.wired.table, DynamoTable)


def test_a_case_lives_from_registration_to_the_end_of_its_tokens(world: CaseWorld) -> None:
    case_no = f"c{uuid4().hex}"
    code, token = world.opened(case_no)
    assert world.event(case_no, "e1", ACCEPTED).status == 201
    assert world.event(case_no, "e1", ACCEPTED).status == 200
    assert world.event(case_no, "e1", DECIDED).status == 409
    visits = [happened(case_no, f"v{number}", {**ACCEPTED, "event": "visited"}) for number in range(110)]
    assert {outcome for outcome, _ in outcomes(world.batch(visits))} == {"stored"}
    assert {outcome for outcome, _ in outcomes(world.batch(visits))} == {"already"}
    found = world.status(case_no, token).json()
    assert (found["status"]["code"], found["timeline_left_out"]) == ("accepted", 11)
    closed = {"event": "closed", "as": "abandoned", "occurred_at": "2026-11-23T10:00:00+08:00"}
    world.event(case_no, "e2", closed)
    world.event(case_no, "e3", {"event": "reopened", "occurred_at": "2026-11-23T11:00:00+08:00"})
    item = world.wired.table.get(keys.case(case_no))
    assert item is not None
    assert "ended_at" not in item
    assert item["version"] == 6
    issued = world.code(case_no, 1).json()["query_code"]
    assert world.exchange(case_no, code).status == 404
    fresh = world.exchange(case_no, issued).json()["token"]
    assert (
        world.many({"cases": [{"case_no": case_no, "token": fresh}, {"case_no": case_no, "token": token}]}).status
        == 200
    )
    assert world.end_tokens(case_no, fresh).status == 204
    assert world.end_tokens(case_no, fresh).status == 204
    assert world.status(case_no, fresh).status == 401


@pytest.mark.parametrize("stores", ["memory", "emulator"], indirect=True)  # moto is not safe under threads
def test_a_batch_of_many_new_cases_is_taken_side_by_side(world: CaseWorld) -> None:
    run = uuid4().hex[:12]
    lines = [
        line
        for number in range(40)
        for line in (registered(f"{run}{number}"), happened(f"{run}{number}", "e1", ACCEPTED))
    ]
    assert {outcome for outcome, _ in outcomes(world.batch(lines))} == {"stored"}
    assert {outcome for outcome, _ in outcomes(world.batch(lines))} == {"already"}


def test_an_enquiry_lives_from_sending_over_its_answer_to_a_low_rating_and_its_follow_up(world: CaseWorld) -> None:
    number, listed = str(uuid4()), "/v1/intake/agencies/bureau/enquiries"
    first = world.enquire(number)
    again = world.enquire(number)
    assert (first.status, again.status, world.enquire(number, b'{"kind":1}').status) == (201, 200, 400)
    assert world.exchange(number, first.json()["query_code"]).status == 404
    token = world.exchange(number, again.json()["query_code"]).json()["token"]
    assert number in [item["case_no"] for item in world.get_signed(listed, "bureau-clerk").json()["items"]]
    answer = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "done"}
    assert world.event(number, "e1", answer).status == 201
    assert number not in [item["case_no"] for item in world.get_signed(listed, "bureau-clerk").json()["items"]]
    uuid, low = str(uuid4()), {"of": "matter", "grade": "dissatisfied"}
    assert [world.rate(number, token, uuid, low).status for _ in range(2)] == [201, 200]
    assert world.rate(number, token, str(uuid4()), low).status == 422
    follow_up = follow_up_number(number, uuid)
    assert world.event(follow_up, "e1", answer).status == 201
    assert world.rate(number, token, str(uuid4()), low).status == 201
    assert len(world.ratings(number, token)["items"]) == 2
    shown = world.get_signed(f"/v1/intake/cases/{number}", "bureau-clerk").json()
    assert next(rating["follow_up"] for rating in shown["ratings"]) == follow_up
