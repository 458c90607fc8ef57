"""Q1: to somebody without the code, every case number looks the same: bytes, headers and number of storage calls."""

import orjson
import pytest

from local.messages import Response
from tests.world import World

JSON = (("Content-Type", "application/json"),)


@pytest.fixture
def world() -> World:
    """Return a deployment with two cases that have codes and one that has none."""
    world = World().init()
    world.service("s1")
    for case_no, access in (("with-code", "code"), ("other", "code"), ("without-code", "none")):
        answer = world.put(f"/v1/intake/cases/{case_no}", {"service": "s1", "access": access}, "bureau-clerk")
        assert answer.status == 201
        world.codes[case_no] = orjson.loads(answer.body).get("query_code", "")
    return world


def exchange(world: World, case_no: str) -> Response:
    """Try the code of another case."""
    body = orjson.dumps({"query_code": world.codes["other"]})
    return world.request("POST", f"/v1/cases/{case_no}/tokens", headers=JSON, body=body)


def shown(answer: Response) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Return everything of an answer but the gateway's own request id."""
    return answer.status, tuple(h for h in answer.headers if not h[0].lower().startswith("x-amzn")), answer.body


def test_an_unknown_case_a_wrong_code_and_a_case_without_a_code_answer_the_same_bytes_and_headers(world: World) -> None:
    answers = [exchange(world, case_no) for case_no in ("with-code", "without-code", "no-such-case", "9")]
    assert answers[0].status == 404
    assert all(shown(answer) == shown(answers[0]) for answer in answers)


def test_they_make_the_same_storage_calls(world: World) -> None:
    exchange(world, "first")  # makes the decoy, whatever its case
    made = []
    for case_no in ("with-code", "no-such-case"):
        before = len(world.memory.calls)
        exchange(world, case_no)
        made.append([name for name, _ in world.memory.calls[before:]])
    assert made[0] == made[1]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_without_a_token_every_case_answers_the_same_401(world: World, method: str) -> None:
    suffix = "" if method == "GET" else "/tokens"
    answers = [world.request(method, f"/v1/cases/{case_no}{suffix}") for case_no in ("with-code", "no-such-case")]
    assert answers[0].status == 401
    assert dict(answers[0].headers)["WWW-Authenticate"] == "Bearer"
    assert shown(answers[0]) == shown(answers[1])
