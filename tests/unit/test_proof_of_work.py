"""Proof of work: what holds, what does not, and that client and page do the same work as the server checks."""

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from glasshall.errors import UnexpectedAnswerError
from glasshall.work import solve

from chalicelib.domain.proof_of_work import LIFE, Proof, challenge, expiry_of, worked
from chalicelib.routes.openapi.examples import examples

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 11, 26, 12, 0, 0, 400_000, tzinfo=UTC)
BITS = 8
CODE = "cj3m c7kd dye"
ROOT = Path(__file__).parents[2]
WORK_JS = ROOT / "chalicelib" / "pages" / "assets" / "work.js"


def proved(bits: int = BITS, case_no: str = "c1", code: str = CODE) -> Proof:
    """Return a proof that holds."""
    asked = challenge(KEY, bits, NOW)
    return Proof(asked.text, solve(asked.text, bits, case_no, code))


def holds(proof: Proof, case_no: str = "c1", code: str = CODE, now: datetime = NOW) -> bool:
    """Say whether a proof holds."""
    return expiry_of(proof, [KEY], case_no, code, now) is not None


def test_work_that_is_done_holds_until_its_challenge_ends() -> None:
    ends = datetime.fromtimestamp(int((NOW + LIFE).timestamp()), UTC)
    assert expiry_of(proved(), [KEY], "c1", CODE, NOW) == int(ends.timestamp())
    assert holds(proved(), now=ends - timedelta(seconds=1))
    assert not holds(proved(), now=ends)


def test_work_holds_under_every_key_of_the_ring_and_under_no_other() -> None:
    assert expiry_of(proved(), [OTHER, KEY], "c1", CODE, NOW) is not None
    assert expiry_of(proved(), [OTHER], "c1", CODE, NOW) is None


def test_work_for_one_guess_is_good_for_no_other() -> None:
    proof = proved(16)
    assert holds(proof)
    assert not holds(proof, case_no="c2")
    assert not holds(proof, code="cj3m c7kd dyf")
    assert not holds(proof, code=CODE.upper())


def test_nothing_flows_from_one_part_into_the_next() -> None:
    proof = proved(16)
    assert not holds(proof, case_no=f"c1\n{CODE}", code="")
    assert not holds(Proof(proof.challenge, f"\n{proof.nonce}"))
    assert not holds(Proof(proof.challenge, f"x\n{proof.nonce}"), code="y")


@pytest.mark.parametrize("nonce", ["", " 1", "-1", "١", "1" * 41, "a b", "é", "\x00"])
def test_a_nonce_is_of_letters_and_digits(nonce: str) -> None:
    assert not holds(Proof(challenge(KEY, 0, NOW).text, nonce))
    assert holds(Proof(challenge(KEY, 0, NOW).text, "1"))


def test_every_changed_character_of_a_challenge_is_refused() -> None:
    proof = proved(0)
    assert holds(proof)
    for place, character in enumerate(proof.challenge):
        other = "B" if character != "B" else "A"
        changed = proof.challenge[:place] + other + proof.challenge[place + 1 :]
        assert not holds(Proof(changed, proof.nonce)), changed


def test_fewer_bits_than_were_asked_for_are_refused_even_by_one() -> None:
    asked = challenge(KEY, 12, NOW)
    for nonce in map(str, range(20_000)):
        proof = Proof(asked.text, nonce)
        zeros = 256 - int.from_bytes(worked(proof, "c1", CODE)).bit_length()
        assert holds(proof) == (zeros >= 12)


def test_a_challenge_says_nothing_of_case_or_network_and_is_the_same_for_all_in_a_second() -> None:
    assert challenge(KEY, BITS, NOW) == challenge(KEY, BITS, NOW + timedelta(milliseconds=500))
    assert challenge(KEY, BITS, NOW) != challenge(KEY, BITS, NOW + timedelta(seconds=1))


def test_the_example_of_the_reference_is_worked_out() -> None:
    body = examples()["CodeExchange"]["worked"]["value"]
    work = body["proof_of_work"]
    bits = int(work["challenge"].split(".")[2])
    guide = (ROOT / "docs" / "access.md").read_text("utf-8")
    assert all(value in guide for value in (*work.values(), "def solve("))
    assert work["nonce"] == solve(work["challenge"], bits, "2026-000017", body["query_code"])


@pytest.mark.parametrize("bits", [-1, 25, 256])
def test_the_client_does_not_do_any_amount_of_work(bits: int) -> None:
    with pytest.raises(UnexpectedAnswerError):
        solve("v1.1.1.x", bits, "c1", CODE)


@pytest.mark.skipif(shutil.which("node") is None, reason="no JavaScript engine here; `make browser` looks as well")
def test_the_page_does_the_same_work(tmp_path: Path) -> None:
    (tmp_path / "work.mjs").write_bytes(WORK_JS.read_bytes())
    asked = [(f"v1.{'9' * length}.10.x", f"c{length}", "二" * length) for length in range(1, 70)]
    program = (
        "import { solve } from './work.mjs';\n"
        f"const asked = {json.dumps(asked)};\n"
        "const work = asked.map(([challenge, number, code]) => solve({ challenge, bits: 10 }, number, code));\n"
        "console.log(JSON.stringify(await Promise.all(work)));\n"
    )
    (tmp_path / "main.mjs").write_text(program)
    done = subprocess.run(["node", "main.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [solve(text, 10, number, code) for text, number, code in asked]
