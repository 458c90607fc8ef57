"""Query codes and tokens over HTTP: nobody learns which cases exist, and the holder always gets in."""

import json
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from itertools import product
from typing import Any

import orjson
import pytest

from chalicelib.domain.query_codes import make_code
from chalicelib.settings import Settings
from chalicelib.store import keys
from local.messages import Response
from tests.case_world import ACCEPTED, JSON_BODY, CaseWorld, happened, roomy
from tests.fakes.memory_table import no_hook
from tests.world import AUTHORITY

WRONG = make_code(lambda count: sha256(b"nobody has this one").digest()[:count])


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def same_answer(first: Response, second: Response) -> bool:
    """Return whether two answers are equal byte for byte, headers included."""
    return (first.status, first.headers, first.body) == (second.status, second.headers, second.body)


def test_a_code_is_exchanged_for_a_token_however_it_is_typed(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    for typed in (code, code.lower(), code.replace("-", " "), "".join(chr(ord(c) + 0xFEE0) for c in code)):
        answer = world.exchange("c1", typed)
        assert answer.status == 201
        assert answer.header("cache-control") == "no-store"
        assert answer.json().keys() == {"token", "expires_at"}
        assert world.status("c1", answer.json()["token"]).status == 200


def test_a_wrong_code_and_an_unknown_case_are_the_same_404_byte_for_byte() -> None:
    world = roomy()
    path = "c1"
    before = world.exchange(path, WRONG)
    code = world.register(path, access="code").json()["query_code"]
    after = world.exchange(path, WRONG)
    world.register("none", access="none")
    assert before.status == 404
    assert same_answer(before, after)
    for case_no in ("none", "c2", "c1"):
        other = world.exchange(case_no, WRONG)
        assert other.body.replace(f"/{case_no}/".encode(), b"/c1/") == before.body
        assert other.headers == before.headers
    assert world.exchange(path, code).status == 201


def test_a_slip_is_the_same_400_for_every_case_and_costs_no_try(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    slip = code[:-1] + ("0" if code[-1] != "0" else "2")
    answers = [world.exchange(case_no, slip) for case_no in ("c1", "c1", "c2")]
    assert {answer.status for answer in answers} == {400}
    assert same_answer(answers[0], answers[1])
    assert answers[2].body.replace(b"/c2/", b"/c1/") == answers[0].body
    assert not any(key.pk.startswith("LIMIT#") for key in world.memory.snapshot())


def test_every_exchange_runs_exactly_one_slow_hash_and_the_same_reads() -> None:
    from chalicelib.domain import case_tokens
    from chalicelib.domain.keyring import PurposeKeys
    from chalicelib.usecases.case_access import Access, Exchange, exchange_code
    from chalicelib.usecases.tries import Limits

    world = roomy()
    code = world.register("c1", access="code").json()["query_code"]
    world.exchange("c1", WRONG)  # the decoy is there from now on
    keys_of_one = PurposeKeys("1", {"1": b"k"})
    hashed: list[str] = []

    def counting(typed: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
        hashed.append(case_no)
        return b"\x00" * 32

    def tried(case_no: str) -> list[str]:
        hashed.clear()
        world.memory.calls.clear()
        limits = Limits(world.wired.case_codes, "203.0.113.9", 10**6, 10**6, keys_of_one, 18)
        exchange = Exchange(world.wired.case_codes, keys_of_one, limits, counting)
        access = Access(world.wired.case_statuses, keys_of_one, world.now)
        with pytest.raises(Exception, match="no case is known"):
            exchange_code(case_no, code, access, exchange)
        assert len(hashed) == 1
        return [call for call, _ in world.memory.calls]

    assert tried("c1") == tried("c2") == ["increment", "increment", "get_many"]
    assert case_tokens.LIFE.days == 180


def test_four_codes_open_four_cases_and_none_of_twelve_wrong_pairs() -> None:
    world = roomy()
    codes = {f"c{number}": world.register(f"c{number}", access="code").json()["query_code"] for number in range(4)}
    found = Counter(
        (case_no == other, world.exchange(case_no, codes[other]).status) for case_no, other in product(codes, codes)
    )
    assert found == {(True, 201): 4, (False, 404): 12}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query_code": None},
        {"query_code": []},
        {"query_code": {}},
        {"query_code": ""},
        {"query_code": True},
        {"query_code": 12345678901},
        {"query_code": "*"},
        {"query_code": "%"},
        {"query_code": ["CJ3M-C7KD-DYE"]},
        {"query_code": "CJ3M-C7KD-DYE", "case_no": "c1"},
        {"code": "CJ3M-C7KD-DYE"},
        [],
        None,
        "CJ3M-C7KD-DYE",
    ],
)
def test_a_body_with_the_code_missing_or_of_another_type_is_400(world: CaseWorld, body: Any) -> None:
    world.register("c1", access="code")
    answer = world.request("POST", "/v1/cases/c1/tokens", headers=JSON_BODY, body=orjson.dumps(body))
    assert answer.status == 400
    assert answer.header("content-type") == "application/problem+json"


def test_a_code_in_the_address_or_a_header_opens_nothing(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    assert world.get("/v1/cases/c1", f"query_code={code}").status == 400
    assert world.get("/v1/cases/c1", authorization=f"Bearer {code}").status == 401
    assert world.request("POST", "/v1/cases/c1/tokens", f"query_code={code}").status == 400
    assert world.request("POST", "/v1/cases/c1/tokens").status == 401


# The registration's code


def test_until_the_first_exchange_the_same_registration_brings_a_fresh_code_and_the_old_one_dies(
    world: CaseWorld,
) -> None:
    first = world.register("c1", access="code")
    second = world.register("c1", access="code")
    assert (first.status, second.status) == (201, 200)
    old, fresh = first.json()["query_code"], second.json()["query_code"]
    assert old != fresh
    assert world.exchange("c1", old).status == 404
    token = world.exchange("c1", fresh).json()["token"]
    third = world.register("c1", access="code")
    assert (third.status, "query_code" in third.json()) == (200, False)
    assert world.status("c1", token).status == 200
    assert world.exchange("c1", fresh).status == 201


def test_a_case_with_access_none_has_no_code(world: CaseWorld) -> None:
    assert "query_code" not in world.register("c1", access="none").json()
    assert world.memory.get(keys.query_code("c1")) is None


# Codes by number


def test_code_n_is_shown_once_and_ends_the_code_and_tokens_before_it(world: CaseWorld) -> None:
    code, token = world.opened("c1")
    issued = world.code("c1", 1, {"holder": "agent"})
    assert issued.status == 201
    again = world.code("c1", 1, {"holder": "agent"})
    assert again.status == 200
    assert {**again.json(), "query_code": issued.json()["query_code"]} == issued.json()
    assert world.exchange("c1", code).status == 404
    assert world.status("c1", token).status == 401
    assert world.exchange("c1", issued.json()["query_code"]).status == 201


def test_codes_are_numbered_upwards_and_other_bytes_at_a_number_are_409(world: CaseWorld) -> None:
    world.opened("c1")
    assert world.code("c1", 2).status == 201
    behind = world.code("c1", 1)
    assert (behind.status, behind.json()["type"], behind.json()["next_act"]) == (409, "/problems/not-next", 3)
    assert world.code("c1", 2, {"holder": "agent"}).json()["type"] == "/problems/place-taken"
    assert world.code("c9", 1).status == 422


def test_once_a_code_was_issued_by_number_the_registration_brings_none(world: CaseWorld) -> None:
    world.register("c1", access="code")
    code = world.code("c1", 1).json()["query_code"]
    assert "query_code" not in world.register("c1", access="code").json()
    assert world.exchange("c1", code).status == 201


# Tokens


def test_a_missing_or_wrong_token_is_the_same_401_for_every_case(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    answers = [
        world.get("/v1/cases/c1"),
        world.status("c1", "v1.1.1.x"),
        world.status("c1", token[:-1] + ("A" if token[-1] != "A" else "B")),
        world.get("/v1/cases/c1", authorization=f"Basic {token}"),
        world.get("/v1/cases/c1", authorization=token),
    ]
    for answer in answers:
        assert answer.status == 401
        assert answer.header("www-authenticate") == "Bearer"
        assert same_answer(answer, answers[0])
    other = world.status("c2", token)
    assert other.headers == answers[0].headers
    assert other.body.replace(b"/c2", b"/c1") == answers[0].body


def test_a_token_of_one_case_opens_no_other(world: CaseWorld) -> None:
    _, first = world.opened("c1")
    _, second = world.opened("c2")
    assert world.status("c2", first).status == 401
    assert world.status("c1", second).status == 401
    assert world.status("c1", first).status == 200


def test_a_token_is_renewed_without_a_body_and_the_old_one_goes_on(world: CaseWorld) -> None:
    _, token = world.opened("c1")
    world.pass_time(days=100)
    fresh = world.renew("c1", token)
    assert fresh.status == 201
    world.pass_time(days=100)
    assert world.status("c1", token).status == 401
    assert world.status("c1", fresh.json()["token"]).status == 200
    assert world.renew("c1", token).status == 401


def test_ending_tokens_ends_all_of_them_and_asking_again_changes_nothing(world: CaseWorld) -> None:
    code, token = world.opened("c1")
    other = world.exchange("c1", code).json()["token"]
    ended = world.end_tokens("c1", token)
    assert (ended.status, ended.body) == (204, b"")
    before = world.memory.snapshot()
    assert world.end_tokens("c1", token).status == 204
    assert world.memory.snapshot() == before
    assert {world.status("c1", text).status for text in (token, other)} == {401}
    assert world.renew("c1", other).status == 401
    assert world.end_tokens("c1", "v1.1.1.x").status == 401
    assert world.end_tokens("c2", token).status == 401
    fresh = world.exchange("c1", code).json()["token"]
    assert world.status("c1", fresh).status == 200


def test_tokens_end_ninety_days_after_the_case_is_over_and_its_code_with_them(world: CaseWorld) -> None:
    code, token = world.opened("c1")
    world.event("c1", "e1", {"event": "closed", "as": "abandoned", "occurred_at": "2026-11-23T10:00:00+08:00"})
    late = world.exchange("c1", code).json()
    assert late["expires_at"] == "2027-02-21T10:00:00+08:00"
    world.pass_time(days=89)
    assert world.status("c1", token).status == 200
    world.pass_time(days=1)
    assert world.status("c1", token).status == 401
    assert world.renew("c1", token).status == 401
    gone = world.exchange("c1", code)
    assert gone.status == 404
    assert same_answer(gone, world.exchange("c1", WRONG))
    world.event("c1", "e2", {"event": "reopened", "occurred_at": "2026-11-24T10:00:00+08:00"})
    assert world.status("c1", token).status == 200


# Limits on tries


def test_tries_are_limited_by_case_and_network_alike_for_cases_that_are_and_are_not_there(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    answers: dict[str, list[Response]] = {"c1": [], "c2": []}
    for case_no, found in answers.items():
        found += [world.exchange(case_no, WRONG) for _ in range(12)]
    assert [answer.status for answer in answers["c1"]] == [404] * 10 + [429] * 2
    assert [answer.status for answer in answers["c2"]] == [404] * 10 + [429] * 2
    limited, other = answers["c1"][-1], answers["c2"][-1]
    assert other.headers == limited.headers
    assert other.body.replace(b"/c2/", b"/c1/") == limited.body
    assert int(str(limited.header("retry-after"))) > 0
    assert world.exchange("c1", code, source_ip="198.51.100.7").status == 201
    assert world.exchange("c1", code, source_ip="203.0.113.200").status == 429
    world.pass_time(hours=1)
    assert world.exchange("c1", code).status == 201


def test_a_network_that_sprays_codes_over_cases_is_limited_by_the_minute() -> None:
    world = CaseWorld(settings=Settings(public_authority=AUTHORITY, tries_per_minute_network=6)).begin()
    statuses = [world.exchange(f"c{number}", WRONG, source_ip=f"203.0.113.{number}").status for number in range(9)]
    assert statuses == [404] * 6 + [429] * 3
    assert world.exchange("c99", WRONG, source_ip="2001:db8:1:2::3").status == 404
    world.pass_time(minutes=1)
    assert world.exchange("c99", WRONG, source_ip="203.0.113.1").status == 404


def test_counters_are_gone_by_ttl_soon_after_their_window(world: CaseWorld) -> None:
    world.exchange("c1", WRONG)
    counters = [item for key, item in world.memory.snapshot().items() if key.pk.startswith("LIMIT#")]
    assert len(counters) == 2
    for item in counters:
        left = int(item["expires_at_epoch"]) - int(world.now.timestamp())
        assert 3_600 < left <= 7_300


def test_networks_are_of_24_and_48_bits_and_mapped_addresses_are_one() -> None:
    from chalicelib.usecases.tries import network_of

    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("::ffff:203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:1:ffff::1") == "2001:db8:1::/48"
    assert network_of("nonsense") == "unknown"


# What is stored, and what is not


def test_neither_code_nor_token_stands_in_the_table_or_in_any_other_answer(world: CaseWorld) -> None:
    code, token = world.opened("c1")
    second = world.code("c1", 1).json()["query_code"]
    world.event("c1", "e1", ACCEPTED)
    stored = repr(world.memory.snapshot())
    for secret in (code, code.replace("-", ""), token, second, second.replace("-", "")):
        assert secret not in stored
        assert secret.encode() not in world.get_signed("/v1/intake/cases/c1", "bureau-clerk").body


def test_no_secret_and_no_text_of_an_agency_stands_in_a_log_or_an_answer_whatever_call_fails(
    world: CaseWorld, caplog: pytest.LogCaptureFixture
) -> None:
    code, token = world.opened("c1")
    canary = "canary-5b1e"
    closing = {"event": "closed", "as": "void", "occurred_at": "2026-11-23T10:00:00+08:00", "reason": {"zh": canary}}
    requests: list[Callable[[], Response]] = [
        lambda: world.exchange("c1", code),
        lambda: world.status("c1", token),
        lambda: world.renew("c1", token),
        lambda: world.end_tokens("c1", token),
        lambda: world.many({"cases": [{"case_no": "c1", "token": token}, {"case_no": "c2", "token": token}]}),
        lambda: world.register("c9", access="code", holders=[canary]),
        lambda: world.event("c1", "e1", closing),
        lambda: world.batch([happened("c1", "e1", closing)]),
        lambda: world.code("c1", 1),
    ]
    failed = 0
    for request in requests:
        for number in range(9):
            calls = iter(range(99))

            def fail(moment: str, call: str, detail: object, number: int = number, calls: Any = calls) -> None:
                if moment == "before" and next(calls) == number:
                    raise RuntimeError(f"{detail} {code} {token} {canary}")

            saved = world.save()
            world.memory.hook = fail
            answer = request()
            world.memory.hook = no_hook
            world.put_back(saved)
            if answer.status == 500:
                failed += 1
                assert not any(secret.encode() in answer.body for secret in (code, token, canary))
    assert failed > 25
    assert len(caplog.records) >= failed
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text} {record.exc_info} {record.args}" for record in caplog.records
    )
    for secret in (code, code.replace("-", ""), token, canary):
        assert secret not in logged


def test_the_item_of_a_code_keeps_its_size(world: CaseWorld) -> None:
    def size() -> int:
        item = world.memory.snapshot()[keys.query_code("c1")]
        return sum(len(name) + len(value if isinstance(value, bytes) else str(value)) for name, value in item.items())

    code = world.register("c1", access="code").json()["query_code"]
    before = size()
    world.exchange("c1", code)
    assert size() == before
    world.code("c1", 1)
    assert size() == before


def test_private_answers_and_their_errors_are_never_cached_by_others(world: CaseWorld) -> None:
    code, token = world.opened("c1")
    answers = {
        "status": world.status("c1", token),
        "unauthorised": world.get("/v1/cases/c1"),
        "exchange": world.exchange("c1", code),
        "wrong": world.exchange("c1", WRONG),
        "renew": world.renew("c1", token),
        "many": world.many({"cases": [{"case_no": "c1", "token": token}]}),
        "end": world.end_tokens("c1", token),
        "intake": world.get_signed("/v1/intake/cases/c1", "bureau-clerk"),
    }
    for name, answer in answers.items():
        expected = "private, no-cache" if name == "status" else "no-store"
        assert answer.header("cache-control") == expected, name
        assert answer.header("etag") is None or name in ("status", "intake")
    assert "Authorization" in str(answers["status"].header("vary"))
    assert json.loads(answers["many"].body)["cases"][0]["case"]["case_no"] == "c1"
