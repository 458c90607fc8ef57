"""Access under fire: bodies, headers and addresses that nobody foresaw open nothing, cost nothing and break nothing."""

from collections import Counter
from random import Random

import orjson
import pytest

from chalicelib.domain.query_codes import normalise
from local.messages import Response
from tests.case_world import JSON_BODY, CaseWorld, roomy

BODIES = 1_200
PIECES = [b'"', b"{", b"}", b"[", b"]", b":", b",", b"\\", b"\\u0000", b"\\ud800", b"null", b"NaN", b"1e999", b"\x00"]
PIECES += [
    b"\xff",
    b"\xef\xbb\xbf",
    b"query_code",
    b"proof_of_work",
    b" ",
    b"\n",
    b"9" * 400,
    b"[" * 50,
    "é\u202e".encode(),
]


@pytest.fixture(scope="module")
def begun() -> tuple[CaseWorld, str, str]:
    """Return a deployment with a case, its code and a token."""
    world = roomy()
    return world, *world.opened("c1")


@pytest.fixture
def opened(begun: tuple[CaseWorld, str, str]) -> tuple[CaseWorld, str, str]:
    """Return the same as this test's own process."""
    begun[0].restart()
    return begun


def post(world: CaseWorld, body: bytes, headers: tuple[tuple[str, str], ...] = JSON_BODY) -> Response:
    """Send an exchange."""
    return world.request("POST", "/v1/cases/c1/tokens", headers=headers, body=body)


def mutated(body: bytes, chance: Random) -> bytes:
    """Return a body with a few bytes changed, left out, put in or exchanged."""
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(body) + 1)
        until = place + chance.choice((0, 0, 1, 1, 5))
        body = body[:place] + chance.choice((b"", chance.randbytes(1), chance.choice(PIECES))) + body[until:]
    return body


def test_bodies_that_were_changed_anywhere_open_nothing_and_break_nothing(
    opened: tuple[CaseWorld, str, str],
) -> None:
    world, code, _ = opened
    whole = orjson.dumps({"query_code": code, "proof_of_work": {"challenge": "v1.1.16.x", "nonce": "7"}})
    chance, found = Random("fuzz"), Counter[int]()
    for _ in range(BODIES):
        body = mutated(whole, chance)
        answer = post(world, body)
        found[answer.status] += 1
        if answer.status == 201:
            assert normalise(orjson.loads(body)["query_code"]) == code  # what was changed is something else
    assert found.keys() <= {201, 400, 401, 404}, found
    assert found[400] > BODIES / 2


def test_five_megabytes_are_refused_before_they_are_read(opened: tuple[CaseWorld, str, str]) -> None:
    world, code, _ = opened
    world.memory.calls.clear()
    for body in (b" " * 5_000_000, orjson.dumps({"query_code": "0" * 5_000_000}), b"[" * 5_000_000):
        assert post(world, body).status == 413
        assert world.request("POST", "/v1/case-status", headers=JSON_BODY, body=body).status == 413
    assert post(world, orjson.dumps({"query_code": code, "x" * 30_000: 1})).status == 400
    assert world.memory.calls == []


def test_a_token_is_taken_from_one_well_formed_header_and_from_nowhere_else(
    opened: tuple[CaseWorld, str, str],
) -> None:
    world, code, token = opened
    good = ("Authorization", f"Bearer {token}")
    others = [f"Bearer{token}", token, f"Basic {token}", f"Bearer {token}, Bearer {token}", f"Bearer {token} x"]
    others += ["Bearer", "Bearer ", "", "Bearer null", f"Bearer {code}", f'Bearer "{token}"', f"Bearer {token}\u00e9"]
    others += ["Bearer " + "x" * 9_000, "Bearer v1.99999999999.0." + "A" * 43, "Bearer v1.१.0." + "A" * 43]
    for value in others:
        answer = world.request("GET", "/v1/cases/c1", headers=(("Authorization", value),))
        assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer"), value
    for name in ("X-Authorization", "Proxy-Authorization", "Cookie", "X-Forwarded-Authorization"):
        assert world.request("GET", "/v1/cases/c1", headers=((name, f"Bearer {token}"),)).status == 401, name
    assert world.request("GET", "/v1/cases/c1", headers=(good, good)).status == 400
    for scheme in ("bearer", "BEARER", "Bearer  "):
        answer = world.request("GET", "/v1/cases/c1", headers=(("authorization", f"{scheme} {token}"),))
        assert answer.status == 200, scheme


def test_only_json_is_taken_and_only_as_it_is(opened: tuple[CaseWorld, str, str]) -> None:
    world, code, _ = opened
    body = orjson.dumps({"query_code": code})
    for sent in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/json;"):
        assert post(world, body, (("Content-Type", sent),)).status == 201, sent
    for sent in ("text/json", "application/x-www-form-urlencoded", "application/jsonx", "", "*/*"):
        assert post(world, body, (("Content-Type", sent),)).status == 415, sent
    assert post(world, body, ()).status == 415
    assert post(world, body, (*JSON_BODY, ("Content-Encoding", "gzip"))).status == 415
    assert post(world, body, (*JSON_BODY, *JSON_BODY)).status == 400
    for coding in ("utf-16", "utf-32", "utf-8-sig"):
        assert post(world, body.decode().encode(coding)).status == 400, coding


def test_addresses_that_are_none_are_the_same_404_whatever_stands_in_them(opened: tuple[CaseWorld, str, str]) -> None:
    world, code, token = opened
    bearer = (("Authorization", f"Bearer {token}"),)
    for number in ("c1%2e", "c1.json", "-c1", "c" * 65, "c1%00", "*", "..", "c1.csv"):
        assert world.request("GET", f"/v1/cases/{number}", headers=bearer).status == 404, number
        body = orjson.dumps({"query_code": code})
        assert world.request("POST", f"/v1/cases/{number}/tokens", headers=JSON_BODY, body=body).status == 404, number


def test_a_page_of_another_origin_may_ask_and_read_every_answer_and_no_cookie_is_involved(
    opened: tuple[CaseWorld, str, str],
) -> None:
    world, code, token = opened
    asked = (("Origin", "https://app.example"), ("Access-Control-Request-Method", "POST"))
    for path in ("/v1/cases/c1/tokens", "/v1/cases/c1", "/v1/case-status"):
        preflight = world.request("OPTIONS", path, headers=asked)
        assert preflight.header("access-control-allow-origin") == "*"
        allowed = str(preflight.header("access-control-allow-headers")).lower()
        assert "authorization" in allowed
        assert "content-type" in allowed
        assert preflight.header("access-control-allow-credentials") is None
    origin = asked[:1]
    answers = {
        201: post(world, orjson.dumps({"query_code": code}), (*JSON_BODY, *origin)),
        404: post(world, orjson.dumps({"query_code": "0000-0000-000"}), (*JSON_BODY, *origin)),
        400: post(world, b"{", (*JSON_BODY, *origin)),
        401: world.request("GET", "/v1/cases/c1", headers=origin),
        200: world.request("GET", "/v1/cases/c1", headers=(*origin, ("Authorization", f"Bearer {token}"))),
    }
    for status, answer in answers.items():
        assert (answer.status, answer.header("access-control-allow-origin")) == (status, "*")
        assert "Retry-After" in str(answer.header("access-control-expose-headers"))
        assert answer.header("set-cookie") is None
