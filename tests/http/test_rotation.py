"""Rotation of the deployment's secret: what was made before still holds; once the old key is dropped, it reads as wrong."""

from typing import Any

import orjson
import pytest

from chalicelib.store import keys
from local.messages import Response
from tests.case_world import CaseWorld, fast_hash, outcomes, registered
from tests.http.test_cases_access import shown

OLD, NEW = ({"id": key_id, "secret": f"the {key_id} secret of this deployment, long"} for key_id in "12")


class RotatingWorld(CaseWorld):
    """A deployment whose secret is changed; counts slow hashes."""

    def restart(self) -> None:
        """Begin a new process."""
        super().restart()
        self.hashed: list[bytes] = []

        def counting(code: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
            self.hashed.append(pepper)
            return fast_hash(code, case_no, pepper, salt)

        vars(self.wired)["slow_hash"] = counting

    def ring(self, *entries: Any) -> None:
        """Change the secret, and begin anew with it."""
        self.secret = orjson.dumps({"keys": entries})
        self.restart()

    def pepper_of(self, case_no: str) -> str:
        """Return the id of the pepper that a code was hashed under."""
        held = self.wired.case_codes.held(case_no)
        assert held is not None
        return held.pepper_id


@pytest.fixture
def world() -> RotatingWorld:
    """Return a deployment whose secret is no ring yet."""
    world = RotatingWorld()
    world.secret = OLD["secret"].encode()
    world.restart()
    world.begin()
    return world


def exchanged_and_not(world: RotatingWorld) -> dict[str, str]:
    """Register a case whose code was exchanged and one whose was not."""
    return {"used": world.opened("used")[0], "unused": world.register("unused", access="code").json()["query_code"]}


def test_codes_tokens_and_cursors_outlive_a_rotation(world: RotatingWorld) -> None:
    codes = exchanged_and_not(world)
    token = world.exchange("used", codes["used"]).json()["token"]
    for number in range(3):
        world.service(f"more{number}")
    world.log()
    first = world.json("/v1/services", "limit=2")
    world.ring(NEW, OLD)
    assert world.status("used", token).status == 200
    assert world.json("/v1/services", f"limit=2&cursor={first['next']}")["items"]
    fresh = world.renew("used", token).json()["token"]
    for case_no, code in codes.items():
        assert world.exchange(case_no, code).status == 201
    world.ring(NEW)
    assert world.status("used", token).status == 401
    assert world.status("used", fresh).status == 200
    assert world.get("/v1/services", f"limit=2&cursor={first['next']}").json()["type"] == "/problems/cursor-invalid"


def test_a_code_goes_over_to_the_new_pepper_when_it_is_next_used_and_the_item_keeps_its_size(
    world: RotatingWorld,
) -> None:
    codes = exchanged_and_not(world)
    world.ring(NEW, OLD)
    for case_no, code in codes.items():
        before = world.memory.snapshot()[keys.query_code(case_no)]
        world.hashed.clear()
        assert world.exchange(case_no, code).status == 201
        assert len(world.hashed) == 2  # the one that says yes, and the one that is kept from now on
        after = world.memory.snapshot()[keys.query_code(case_no)]
        assert {name: len(str(value)) for name, value in after.items() if name != "hash"} == {
            name: len(str(value)) for name, value in before.items() if name != "hash"
        }
        assert (world.pepper_of(case_no), len(after["hash"])) == ("2", len(before["hash"]))  # type: ignore[arg-type]
    world.ring(NEW)
    for case_no, code in codes.items():
        world.hashed.clear()
        assert world.exchange(case_no, code).status == 201
        assert len(world.hashed) == 1


def test_a_code_whose_pepper_is_gone_is_answered_as_a_wrong_one_and_is_issued_anew(world: RotatingWorld) -> None:
    codes = exchanged_and_not(world)
    wrong = codes["used"]
    world.ring(NEW)
    world.exchange("nobody", wrong)  # the decoy is there from now on
    answers, calls = [], []
    for case_no, code in (("used", codes["used"]), ("unused", codes["unused"]), ("unused", wrong), ("nobody", wrong)):
        world.hashed.clear()
        world.memory.calls.clear()
        answers.append(shown(world.exchange(case_no, code)))
        calls.append(([call for call, _ in world.memory.calls], len(world.hashed)))
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
    assert all(made == (["increment", "increment", "get_many"], 1) for made in calls)
    fresh = world.register("unused", access="code").json()["query_code"]
    assert world.exchange("unused", fresh).status == 201
    assert world.exchange("used", world.code("used", 1).json()["query_code"]).status == 201


@pytest.mark.parametrize("case_no", ["used", "unused"])
def test_a_code_from_before_there_was_a_ring_is_of_key_1(world: RotatingWorld, case_no: str) -> None:
    code = exchanged_and_not(world)[case_no]
    item = world.memory.items[keys.query_code(case_no)]
    assert item.pop("pepper") == "1       "
    world.ring(NEW, OLD)
    wrong = world.exchange(case_no, "0000-0000-000")
    assert (wrong.status, world.exchange(case_no, code).status) == (404, 201)
    assert world.pepper_of(case_no) == "2"


def test_a_key_to_come_makes_nothing_yet_and_what_it_made_elsewhere_holds(world: RotatingWorld) -> None:
    code, token = world.opened("c1")
    world.ring({**NEW, "from": "2027-01-01T00:00:00Z"}, OLD)
    assert world.exchange("c1", code).status == 201
    assert world.pepper_of("c1") == "1"
    world.ring(NEW, OLD)
    later = world.exchange("c1", code).json()["token"]
    world.ring({**NEW, "from": "2027-01-01T00:00:00Z"}, OLD)  # a process whose clock is behind
    assert {world.status("c1", text).status for text in (token, later)} == {200}
    assert world.exchange("c1", code).status == 201
    assert world.pepper_of("c1") == "2"  # it is not put back under the older one


def test_holders_sent_again_after_a_rotation_are_the_same(world: RotatingWorld) -> None:
    def again(holder: str) -> list[tuple[str, list[str]]]:
        return outcomes(world.batch([registered("c1", holders=[holder])]))

    world.register("c1", holders=["citizen-8f3a"])
    world.ring(NEW, OLD)
    assert again("citizen-8f3a") == [("already", [])]
    assert again("citizen-8f3b") == [("refused", ["place_taken"])]
    item = world.memory.items[keys.registration("c1")]
    raw = item["raw"]
    assert isinstance(raw, bytes)
    assert b'"1.' in raw
    item["raw"] = raw.replace(b'"1.', b'"')  # as it was kept before there was a ring
    assert again("citizen-8f3a") == [("already", [])]
    world.register("c2", holders=["citizen-8f3a"])
    assert b'"2.' in bytes(world.memory.items[keys.registration("c2")]["raw"])  # type: ignore[arg-type]
    world.ring(NEW)
    assert again("citizen-8f3a") == [("refused", ["place_taken"])]


def test_every_answer_of_a_process_without_a_ring_is_a_problem_document(world: RotatingWorld) -> None:
    def of(answer: Response) -> tuple[int, str | None]:
        return answer.status, answer.header("content-type")

    code, token = world.opened("c1")
    world.secret = b'{"keys": []}'
    world.restart()
    for answer in (world.exchange("c1", code), world.status("c1", token), world.register("c1", access="code")):
        assert of(answer) == (500, "application/problem+json")
