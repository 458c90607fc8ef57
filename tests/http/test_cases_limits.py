"""Limits on tries of query codes: nobody guesses fast, and whoever holds the code gets in, whoever else tries beside him."""

from hashlib import sha256
from typing import Any

import orjson
import pytest
from glasshall.work import solve

from chalicelib.errors import UnavailableError
from chalicelib.settings import Settings
from local.messages import Response
from tests.case_world import JSON_BODY, CaseWorld
from tests.http.test_answers_as_described import hold
from tests.http.test_cases_access import shown
from tests.http.test_cases_tokens import WRONG
from tests.world import AUTHORITY

ADDRESS = "203.0.113.9"
CLAIMED = (
    *(("X-Forwarded-For", value) for value in ("198.51.100.7", "198.51.100.7, 203.0.113.9", "::1")),
    ("Forwarded", "for=198.51.100.7;proto=https"),
    *((name, "198.51.100.7") for name in ("X-Real-IP", "True-Client-IP", "CF-Connecting-IP", "CF-Connecting-IPv6")),
    *((name, "198.51.100.7") for name in ("CloudFront-Viewer-Address", "X-Client-IP", "X-Cluster-Client-IP", "Via")),
    *((name, "198.51.100.7") for name in ("Fastly-Client-IP", "X-Original-Forwarded-For", "X-Envoy-External-Address")),
)


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment that asks for little work."""
    settings = Settings(public_authority=AUTHORITY, index_settle_seconds=0, proof_of_work_bits=8)
    return CaseWorld(settings=settings).begin()


def tried(world: CaseWorld, case_no: str, code: Any, work: Any = None, headers: Any = ()) -> Response:
    """Try a code, with work done if there is any."""
    body = {"query_code": code} if work is None else {"query_code": code, "proof_of_work": work}
    path = f"/v1/cases/{case_no}/tokens"
    return world.request("POST", path, headers=(*JSON_BODY, *headers), body=orjson.dumps(body), source_ip=ADDRESS)


def use_up(world: CaseWorld, case_no: str) -> Response:
    """Use up the tries of the network for a case and return the refusal."""
    for _ in range(10):
        assert tried(world, case_no, WRONG).status == 404
    refused = tried(world, case_no, WRONG)
    assert refused.status == 429
    return refused


def worked(refused: Response, case_no: str, code: str) -> dict[str, str]:
    """Do the work that a refusal asks for."""
    asked = refused.json()["proof_of_work"]
    return {"challenge": asked["challenge"], "nonce": solve(asked["challenge"], asked["bits"], case_no, code)}


def counters(world: CaseWorld, kind: str) -> dict[str, Any]:
    """Return the counters of a kind."""
    stored = world.memory.snapshot().items()
    return {key.pk: item["tries"] for key, item in stored if key.pk.startswith(f"LIMIT#{kind}#")}


def test_whoever_does_the_work_gets_in_from_a_network_whose_tries_are_used_up(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    refused = use_up(world, "c1")
    hold(refused, "/v1/cases/{case_no}/tokens", "post")
    assert int(str(refused.header("retry-after"))) > 0
    assert tried(world, "c1", code).status == 429
    before = counters(world, "case") | counters(world, "network")
    answer = tried(world, "c1", code, worked(refused, "c1", code))
    assert answer.status == 201
    assert world.status("c1", answer.json()["token"]).status == 200
    assert counters(world, "case") | counters(world, "network") == before  # the buckets are as they were


def test_work_for_a_wrong_code_buys_the_same_404_and_the_same_calls_whether_or_not_there_is_a_case(
    world: CaseWorld,
) -> None:
    world.register("c1", access="code")
    tried(world, "c9", WRONG)  # the decoy is there from now on
    answers, calls = [], []
    for case_no in ("c1", "c2"):
        refused = use_up(world, case_no)
        work = worked(refused, case_no, WRONG)
        world.memory.calls.clear()
        answers += [shown(refused), shown(tried(world, case_no, WRONG, work))]
        calls.append([call for call, _ in world.memory.calls])
    assert answers[:2] == answers[2:]
    assert answers[1][0] == 404
    assert calls == [["increment", "get_many"]] * 2


def test_a_proof_is_good_for_as_many_tries_as_a_lost_answer_is_worth_and_no_more(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    work = worked(use_up(world, "c1"), "c1", code)
    assert [tried(world, "c1", code, work).status for _ in range(5)] == [201, 201, 201, 429, 429]
    fresh = tried(world, "c1", code, work)
    world.pass_time(seconds=1)
    again = tried(world, "c1", code)
    assert again.json()["proof_of_work"] != fresh.json()["proof_of_work"]
    assert tried(world, "c1", code, worked(again, "c1", code)).status == 201


def test_work_that_proves_nothing_is_as_good_as_none(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    for number, made_up in enumerate(({"challenge": "x", "nonce": "1"}, {"challenge": "v1.1.0.x", "nonce": "é"})):
        assert tried(world, f"d{number}", code, made_up).status == 404  # the tries of the network pay for it
    refused = use_up(world, "c1")
    good = worked(refused, "c1", code)
    assert tried(world, "c1", code, {**good, "nonce": good["nonce"] + "0"}).status == 429
    assert tried(world, "c1", code.lower(), good).status == 429  # the work was done for the code as it was sent
    assert tried(world, "c2", code, good).status == 404
    world.pass_time(minutes=6)
    assert tried(world, "c1", code, good).status == 429


def test_work_done_in_one_network_holds_in_another(world: CaseWorld) -> None:
    """A phone asks over IPv6 and then over IPv4: it is the same holder."""
    code = world.register("c1", access="code").json()["query_code"]
    work = worked(use_up(world, "c1"), "c1", code)
    statuses = [world.exchange("c1", WRONG, source_ip="2001:db8::1").status for _ in range(11)]
    assert statuses[-1] == 429
    assert world.exchange("c1", code, source_ip="2001:db8::1", work=work).status == 201


def test_work_of_another_shape_is_400_and_costs_no_try(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    others: tuple[Any, ...] = (None, 7, [], {}, True, "", "x" * 201)
    shapes: list[Any] = [None, True, 7, 1.5, "x", [], [{}], {}, {"challenge": "c"}, {"nonce": "n"}]
    shapes += [{"challenge": "c", "nonce": "n", "bits": 16}]
    shapes += [{"challenge": value, "nonce": "n"} for value in others]
    shapes += [{"challenge": "c", "nonce": value} for value in others]
    for work in shapes:
        body = orjson.dumps({"query_code": code, "proof_of_work": work})
        answer = world.request("POST", "/v1/cases/c1/tokens", headers=JSON_BODY, body=body)
        assert answer.status == 400, work
        assert all(error["pointer"].startswith("/proof_of_work") for error in answer.json()["errors"]), work
    assert counters(world, "network") == {}


def test_what_a_header_says_of_the_address_changes_nothing(world: CaseWorld) -> None:
    use_up(world, "c1")
    for claimed in CLAIMED:
        assert tried(world, "c1", WRONG, headers=(claimed,)).status == 429, claimed
        tried(world, "c2", WRONG, headers=(claimed, claimed))
    assert {pk.rsplit("#", 1)[1] for pk in counters(world, "case") | counters(world, "network")} == {"203.0.113.0/24"}


def test_where_tries_cannot_be_counted_nobody_is_let_in_and_no_code_is_compared(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    work = worked(use_up(world, "c1"), "c1", code)
    hashed: list[str] = []

    def counting(typed: str, case_no: str, pepper: bytes, salt: bytes) -> bytes:
        hashed.append(case_no)
        return salt

    def fail(moment: str, call: str, detail: object) -> None:
        if call == "increment":
            raise UnavailableError

    vars(world.wired)["slow_hash"] = counting
    world.memory.hook = fail
    for answer in (tried(world, "c1", code), tried(world, "c1", code, work), tried(world, "nobody", code)):
        assert (answer.status, answer.header("retry-after")) == (503, "2")
    assert hashed == []


def test_a_counter_of_work_names_neither_code_nor_case_nor_work(world: CaseWorld) -> None:
    code = world.register("c1", access="code").json()["query_code"]
    work = worked(use_up(world, "c1"), "c1", code)
    tried(world, "c1", code, work)
    (name,) = counters(world, "work")
    assert len(name) == len("LIMIT#work#") + 64
    plain = sha256("\n".join((work["challenge"], "c1", code, work["nonce"])).encode()).hexdigest()
    assert plain not in name
