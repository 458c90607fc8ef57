"""Codes and tokens, tried on every case and looked for everywhere; at full size in `python -m bench.access_proofs`."""

from collections import Counter
from itertools import chain, product
from typing import Any

import orjson

from chalicelib.domain.proof_of_work import challenge
from tests.access_proofs import Planted, leaks, wrong_pairs
from tests.case_world import JSON_BODY, roomy

PAIRS, CASES = 30, 120
ABSENT = object()
EVERY_TYPE: tuple[Any, ...] = (None, True, False, 0, 1, -1, 1.5, 2**53 - 1, "", " ", "*", "%", [], [None], {}, {"a": 1})


def test_codes_and_tokens_open_their_own_case_and_none_of_the_wrong_pairs() -> None:
    wrong = PAIRS * (PAIRS - 1)
    assert wrong_pairs(PAIRS) == {
        ("code", True, 201): PAIRS,
        ("code", False, 404): wrong,
        ("token", True, 200): PAIRS,
        ("token", False, 401): wrong,
        ("entry", True, 200): PAIRS,
        ("entry", False, 401): wrong,
    }


def test_nothing_that_was_planted_is_found_in_logs_answers_headers_or_the_table_whatever_fails() -> None:
    result = leaks(CASES)
    assert result.found == []
    assert result.codes >= CASES
    assert result.tokens >= CASES
    assert result.faults > 3 * CASES
    assert result.log_lines > CASES
    assert {200, 201, 204, 400, 401, 404, 413, 415, 500, 503} <= result.requests.keys()


def test_what_is_planted_would_be_found_however_it_is_written() -> None:
    planted = Planted()
    code, token = planted.code("CJ3M-C7KD-DYE"), planted.token(f"v1.1.0.{'aB-_5' * 8}xyz")
    for text in (code, code.lower(), "cj3m c7kd dye", f"x{code.replace('-', '')}y", f'{{"a":"{code}"}}'):
        assert planted.found_in(text) == {"CJ3MC7KDDYE"}, text
    assert planted.found_in(f"Bearer {token}.") == planted.macs
    assert planted.found_in("CJ3M-C7KD-DY") == planted.found_in(token.upper()) == set()


def bodies(code: str, work: dict[str, str]) -> Any:
    """Yield every subset of the members of an exchange, with every JSON type in the place of each."""
    parts = product((ABSENT, work["challenge"], *EVERY_TYPE), (ABSENT, work["nonce"], *EVERY_TYPE))
    works = [_present(challenge=text, nonce=nonce) for text, nonce in parts]
    codes = (ABSENT, [code], {"query_code": code}, *EVERY_TYPE)
    for typed, done in chain(product(codes, (ABSENT, work, *EVERY_TYPE)), product((code,), works)):
        yield _present(query_code=typed, proof_of_work=done)


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ABSENT}


def test_a_case_opens_only_to_its_code_as_a_text_whatever_stands_beside_it() -> None:
    world = roomy()
    code = world.register("c1", access="code").json()["query_code"]
    asked = challenge(world.wired.keyring.derived("proof-of-work"), 0, world.now)
    work = {"challenge": asked.text, "nonce": "1"}
    found: Counter[tuple[bool, int]] = Counter()
    for body in bodies(code, work):
        done = body.get("proof_of_work", work)
        texts = isinstance(done, dict) and done.keys() == work.keys()
        whole = texts and all(isinstance(value, str) and value for value in done.values())
        answer = world.request("POST", "/v1/cases/c1/tokens", headers=JSON_BODY, body=orjson.dumps(body))
        found[body.get("query_code") == code and whole, answer.status] += 1
    assert found.keys() == {(True, 201), (False, 400)}
    assert found[True, 201] == 4 * 4  # any two texts as work: what proves nothing is as good as none
    assert sum(found.values()) > 600
