"""I1, I2: every storage call of every write on cases made to fail, before and after it persisted, twice over.

After each fault, at once: every case item is the exact fold of its stored events, registration and case stand together,
and what is not counted is marked. After the same request was sent again: one effect, and the answer of an undisturbed run.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest
from glasshall.work import solve

from chalicelib.domain.cases.ratings import follow_up_number
from chalicelib.settings import Settings
from local.messages import Response
from tests.case_world import ACCEPTED, DECIDED, CaseWorld, happened, outcomes, registered
from tests.faults import KINDS, Arm, Fault, attempt, every_fault
from tests.unit.cases.invariants import InOrderWorld, hold_completed_by_the_same_request, hold_invariants
from tests.world import AUTHORITY

Operation = Callable[[Any], Response]
VISITED = {"event": "visited", "occurred_at": "2026-11-19T10:00:00+08:00"}
SECOND = "0198f3c2-7d6a-7c3e-8b1a-2f4e6d8c0a12"
ENQUIRY = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"
ANSWERED = {"event": "decided", "occurred_at": "2026-11-24T09:00:00+08:00", "outcome": "done"}
CAME_IN = {"received_at": "2026-11-19T09:00:00+08:00"}
"""Said in every registration, so that nothing in a fold depends on when the request itself came in."""
LINES = [
    happened("old", "e2", DECIDED),
    registered("new", **CAME_IN),
    happened("new", "e1", ACCEPTED),
    b"{}",
    registered("third", access="code", **CAME_IN),
]


def prepare() -> InOrderWorld:
    """Return a deployment with a case that has an event, a code and a token."""
    world = InOrderWorld()
    world.begin()
    world.register("old", access="code", **CAME_IN)
    world.event("old", "e1", ACCEPTED)
    return world


def prepare_exchanged() -> InOrderWorld:
    """Return the same after the first exchange."""
    world = prepare()
    world.exchange("old", code_of(world, "old").json()["query_code"])
    return world


def prepare_enquiry() -> InOrderWorld:
    """Return a deployment with a question that is not answered."""
    world = prepare()
    world.enquire(ENQUIRY)
    return world


def prepare_decided() -> InOrderWorld:
    """Return a deployment with a case that is decided and not rated."""
    world = prepare_exchanged()
    world.event("old", "e2", DECIDED)
    return world


def prepare_followed_up() -> InOrderWorld:
    """Return a deployment with a low rating whose follow-up is done."""
    world = prepare_decided()
    rate(world, "very_dissatisfied")
    world.event(follow_up_number("old", ENQUIRY), "e1", ANSWERED)
    return world


def rate(world: CaseWorld, grade: str, uuid: str = ENQUIRY) -> Response:
    """Rate the old case."""
    return world.rate("old", token_of(world), uuid, {"of": "matter", "grade": grade})


def shape(world: CaseWorld) -> dict[str, Any]:
    """Return what is stored but for instants and chance: items, folds, numbers."""
    left_out = {"received_at", "registered_at", "updated_at", "salt", "hash", "tries", "expires_at_epoch"}
    return {
        f"{key.pk} {key.sk}": {name: value for name, value in item.items() if name not in left_out}
        for key, item in sorted(world.memory.items.items())
        if not key.pk.startswith("LIMIT#")
    }


def told(answer: Response) -> Any:
    """Return an answer but for instants, chance, and whether it was the first."""
    body = orjson.loads(answer.body) if answer.body else {}
    if "results" in body:
        return [("stored" if outcome == "already" else outcome, codes) for outcome, codes in outcomes(answer)]
    return {
        name: value for name, value in body.items() if name not in ("received_at", "query_code", "token", "expires_at")
    }


def code_of(world: CaseWorld, case_no: str) -> Any:
    """Send a registration that asks for a code."""
    return world.register(case_no, access="code", **CAME_IN)


WRITES: dict[str, tuple[Callable[[], InOrderWorld], Operation]] = {
    "a registration": (prepare, lambda world: world.register("new", **CAME_IN)),
    "a registration with a code": (prepare, lambda world: code_of(world, "new")),
    "a registration sent again for a fresh code": (prepare, lambda world: code_of(world, "old")),
    "an enquiry": (prepare, lambda world: world.enquire(ENQUIRY)),
    "an enquiry sent again for a fresh code": (prepare_enquiry, lambda world: world.enquire(ENQUIRY)),
    "the answer to an enquiry": (prepare_enquiry, lambda world: world.event(ENQUIRY, "e1", ANSWERED)),
    "a rating": (prepare_decided, lambda world: rate(world, "satisfied")),
    "a low rating": (prepare_decided, lambda world: rate(world, "dissatisfied")),
    "a second rating after the follow-up": (prepare_followed_up, lambda world: rate(world, "dissatisfied", SECOND)),
    "an event": (prepare, lambda world: world.event("old", "e2", DECIDED)),
    "an event that changes no fact": (prepare, lambda world: world.event("old", "e0", VISITED)),
    "a batch": (prepare, lambda world: world.batch(LINES)),
    "a code by number": (prepare_exchanged, lambda world: world.code("old", 1)),
    "the end of tokens": (prepare_exchanged, lambda world: world.end_tokens("old", token_of(world))),
}


def token_of(world: CaseWorld) -> str:
    """Return a token of the old case as it was at the beginning."""
    from chalicelib.domain import case_tokens

    made = case_tokens.issue(world.wired.keyring.derived("case-token"), "old", 0, world.now, None)
    assert made is not None
    return made.text


@pytest.mark.parametrize("name", WRITES)
def test_a_write_killed_at_any_storage_call_leaves_what_is_true_and_the_retry_completes_it(name: str) -> None:
    prepared, send = WRITES[name]
    hold_completed_by_the_same_request(prepared, send, told, shape)


@pytest.mark.parametrize("name", WRITES)
def test_a_retry_that_is_itself_killed_is_completed_by_the_next(name: str) -> None:
    prepared, send = WRITES[name]
    clean, chance = prepared(), Random(name)
    counting = Arm(clean)
    send(clean)
    expected = shape(clean)
    for world, _, first in every_fault(prepared, send):
        assert isinstance(world, InOrderWorld)
        attempt(send, world)
        second = Fault(chance.randrange(counting.calls), chance.choice(KINDS))
        arm = Arm(world, second)
        attempt(send, world)
        arm.disarm()
        hold_invariants(world)
        assert send(world).status in (200, 201, 204), (first, second)
        assert shape(world) == expected, (first, second)


@pytest.mark.parametrize("name", WRITES)
def test_a_lost_answer_never_turns_into_a_conflict(name: str) -> None:
    prepared, send = WRITES[name]
    lost = 0
    for world, _, fault in every_fault(prepared, send):
        if fault.kind == "answer_lost":
            assert isinstance(world, InOrderWorld)
            assert send(world).status in (200, 201, 204, 503), fault
            lost += 1
    assert lost >= 2


def test_whatever_fails_in_a_registration_exactly_one_code_opens_the_case_and_it_is_the_one_answered_last() -> None:
    def send(world: Any) -> Any:
        return code_of(world, "new")

    for world, arm, fault in every_fault(prepare, send):
        assert isinstance(world, InOrderWorld)
        answered: list[str] = []
        try:
            first = send(world)
            answered += [first.json()["query_code"]] if first.status in (200, 201) else []
        except BaseException:  # noqa: BLE001 - the process is gone
            world.restart()
        arm.disarm()
        answered.append(send(world).json()["query_code"])
        assert world.exchange("new", answered[-1]).status == 201, fault
        assert all(world.exchange("new", code).status == 404 for code in answered[:-1] if code != answered[-1])


def test_whatever_fails_in_issuing_a_code_the_next_number_answers_it_and_the_code_before_is_dead() -> None:
    def send(world: Any) -> Response:
        return world.code("old", 1)  # type: ignore[no-any-return]

    for world, arm, fault in every_fault(prepare_exchanged, send):
        assert isinstance(world, InOrderWorld)
        token = token_of(world)
        attempt(send, world)
        arm.disarm()
        assert send(world).status in (200, 201), fault
        code = world.code("old", 2).json()["query_code"]
        assert world.status("old", token).status == 401
        assert world.exchange("old", code).status == 201


def test_an_exchange_killed_at_any_storage_call_completes_and_is_noted_once() -> None:
    codes: dict[int, str] = {}

    def prepare_code() -> InOrderWorld:
        world = prepare()
        codes[0] = code_of(world, "old").json()["query_code"]
        return world

    def send(world: Any) -> Response:
        return world.exchange("old", codes[0])  # type: ignore[no-any-return]

    points = 0
    for world, arm, fault in every_fault(prepare_code, send):
        assert isinstance(world, InOrderWorld)
        attempt(send, world)
        arm.disarm()
        hold_invariants(world)
        answer = send(world)
        assert answer.status == 201, fault
        assert world.status("old", answer.json()["token"]).status == 200
        held = world.wired.case_codes.held("old")
        assert held is not None
        assert held.exchanged
        assert "query_code" not in code_of(world, "old").json()
        points += 1
    assert points >= 5 * len(KINDS)


def test_an_exchange_that_is_paid_for_by_work_and_killed_at_any_storage_call_is_let_in_again_by_the_same_work() -> None:
    settings = Settings(public_authority=AUTHORITY, tries_per_hour_case_network=0, proof_of_work_bits=4)
    code, work = "", {}

    def prepare_code() -> InOrderWorld:
        nonlocal code, work
        world = InOrderWorld(settings=settings)
        world.begin()
        code = code_of(world, "old").json()["query_code"]
        asked = world.exchange("old", code).json()["proof_of_work"]
        nonce = solve(asked["challenge"], asked["bits"], "old", code)
        work = {"challenge": asked["challenge"], "nonce": nonce}
        return world

    def send(world: Any) -> Response:
        return world.exchange("old", code, work=work)  # type: ignore[no-any-return]

    points = 0
    for world, arm, fault in every_fault(prepare_code, send):
        attempt(send, world)
        arm.disarm()
        assert send(world).status == 201, fault
        points += 1
    assert points >= 4 * len(KINDS)


@pytest.mark.parametrize("prepared", [prepare, prepare_exchanged])
def test_a_code_that_goes_over_to_a_new_pepper_and_is_killed_at_any_storage_call_opens_the_case_all_the_same(
    prepared: Callable[[], InOrderWorld],
) -> None:
    new = {"id": "2", "secret": "the new secret of this deployment, long"}
    codes: dict[int, str] = {}

    def prepare_rotated() -> InOrderWorld:
        world = prepared()
        codes[0] = world.code("old", 1).json()["query_code"]
        if prepared is prepare_exchanged:
            world.exchange("old", codes[0])
        world.secret = orjson.dumps({"keys": [new, {"id": "1", "secret": world.secret.decode()}]})
        world.restart()
        return world

    def send(world: Any) -> Response:
        return world.exchange("old", codes[0])  # type: ignore[no-any-return]

    points = 0
    for world, arm, fault in every_fault(prepare_rotated, send):
        assert isinstance(world, InOrderWorld)
        attempt(send, world)
        arm.disarm()
        hold_invariants(world)
        assert send(world).status == 201, fault
        held = world.wired.case_codes.held("old")
        assert held is not None
        assert (held.pepper_id, held.exchanged) == ("2", True), fault
        with_both, world.secret = world.secret, orjson.dumps({"keys": [new]})
        world.restart()
        answer = send(world)
        assert (answer.status, world.status("old", answer.json()["token"]).status) == (201, 200), fault
        world.secret = with_both
        points += 1
    assert points >= 5 * len(KINDS)


def test_no_token_is_given_before_the_first_exchange_is_stored() -> None:
    world = prepare()
    code = code_of(world, "old").json()["query_code"]
    commits = Arm(world, Fault(5, "busy_before"))
    answer = world.exchange("old", code)
    assert (answer.status, commits.calls) == (503, 6)
    commits.disarm()
    fresh = code_of(world, "old").json()["query_code"]
    assert world.exchange("old", code).status == 404
    assert world.exchange("old", fresh).status == 201


def test_renewing_a_token_writes_nothing_at_all() -> None:
    world = prepare_exchanged()
    before = world.memory.save()
    assert world.renew("old", token_of(world)).status == 201
    assert world.memory.save() == before
