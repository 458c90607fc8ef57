"""`glasshall receipt`: every reason why a receipt does not hold, a token that is in no argument, files for their owner only."""

import io
import json
import stat
import sys
from pathlib import Path

import orjson
import pytest
from glasshall import UsageError, read_keys, verify_receipt
from glasshall.cli.main import main

from chalicelib.signing.jws import RECEIPT, sign_statement
from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, problem
from tests.unit.client.receipt_mutations import KEY_SET, SECRETS, STRANGER, originals, receipt

Output = pytest.CaptureFixture[str]
CLAIMS = {"kind": "case_receipt", "case_no": "2026-17", "accepted_at": "2026-11-20T10:00:00+08:00"}
TOKEN = "v1.1810951207.0.XUz8nhazY-PZ7_pNJKERmX6B0GwCxKNt3pk2jErIArQ"
UNKNOWN = "The key of this signature is not known or not in force."


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Return the files of a receipt that holds and of the keys."""
    (tmp_path / "receipt.json").write_bytes(originals()[0])
    (tmp_path / "keys.json").write_bytes(KEY_SET)
    return str(tmp_path / "receipt.json"), str(tmp_path / "keys.json")


def test_a_receipt_that_holds_is_told_line_by_line(files: tuple[str, str], capsys: Output) -> None:
    assert main(["receipt", "verify", files[0], "--keys", files[1], "--url", "http://127.0.0.1:9"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("This receipt holds.\n")
    assert "  case_no: 2026-17\n" in shown
    assert "    title:\n      zh: 企业投资项目备案\n" in shown
    assert f"one of those of {files[1]}" in shown


def test_a_receipt_that_does_not_hold_says_every_reason_and_nothing_of_what_it_says(
    files: tuple[str, str], tmp_path: Path, capsys: Output
) -> None:
    changed = json.loads(receipt(CLAIMS, STRANGER))
    changed["receipt"]["case_no"] = "2026-18"
    (tmp_path / "forged.json").write_text(json.dumps(changed))
    assert main(["receipt", "verify", str(tmp_path / "forged.json"), "--keys", files[1]]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith("This receipt does NOT hold.\n")
    assert "- The readable part is not what was signed: case_no.\n" in shown
    assert f"- {UNKNOWN}\n" in shown
    assert "2026-18" not in shown
    assert "2026-11-20" not in shown


def test_the_keys_are_asked_of_the_deployment_where_no_file_is_named(
    deployment: Deployment, files: tuple[str, str]
) -> None:
    deployment.intake.reads = lambda seen: Reply(raw=KEY_SET)
    assert main(["receipt", "verify", files[0], "--url", deployment.url]) == 0
    assert [seen.target for seen in deployment.intake.seen] == ["/v1/receipt-keys"]
    deployment.intake.reads = lambda seen: problem(404, "not-found", "nothing here")
    assert main(["receipt", "verify", files[0], "--url", deployment.url]) == 1


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "not JSON"),
        (b"[]", "exactly"),
        (b'{"receipt":{}}', "exactly"),
        (b'{"receipt":{},"jws":"a.b.c","more":1}', "exactly"),
        (b'{"receipt":{},"receipt":{},"jws":""}', "twice"),
        (b'{"receipt":{},"jws":"a.b"}', "three parts"),
        (b" " * 70_000, "65,536 bytes"),
    ],
)
def test_what_is_no_receipt_is_said_plainly(document: bytes, why: str) -> None:
    (failure,) = verify_receipt(document, read_keys(KEY_SET)).failures
    assert why in failure


@pytest.mark.parametrize(
    "payload", [b'{"kind":"something_else"}', b"[]", b"\xff", b'{"kind":"case_receipt","kind":"x"}']
)
def test_a_signed_statement_that_is_no_receipt_does_not_hold(payload: bytes) -> None:
    compact = sign_statement(payload, RECEIPT, SECRETS["newest"])
    document = orjson.dumps({"receipt": {"kind": "something_else"}, "jws": compact})
    failures = verify_receipt(document, read_keys(KEY_SET)).failures
    assert any(failure.startswith("What was signed is not") for failure in failures)


@pytest.mark.parametrize("document", [b"", b"{}", b'{"keys":[],"keys":[]}', KEY_SET.replace(b"sig", b"enc")])
def test_what_are_no_keys_is_misuse(document: bytes, files: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_keys(document)
    (tmp_path / "bad.json").write_bytes(document)
    assert main(["receipt", "verify", files[0], "--keys", str(tmp_path / "bad.json")]) == 2


def test_nothing_that_was_signed_steers_the_terminal(files: tuple[str, str], tmp_path: Path, capsys: Output) -> None:
    hostile = {**CLAIMS, "note\x1b[2J": ["\u202e", {"a": "\x1b]0;x\x07"}], "deep": {"x": "\x9b"}}
    (tmp_path / "receipt.json").write_bytes(receipt(hostile, SECRETS["older"]))
    assert main(["receipt", "verify", files[0], "--keys", files[1]]) == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(capsys.readouterr().out)


def test_a_receipt_is_fetched_with_a_token_from_the_standard_input_and_kept_for_its_owner(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    deployment.intake.reads = lambda seen: Reply(raw=originals()[0])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{TOKEN}\n".encode())))
    out = tmp_path / "receipt.json"
    assert main(["receipt", "get", "2026-17", "--out", str(out), "--url", deployment.url]) == 0
    (seen,) = deployment.intake.seen
    assert (seen.target, seen.headers["Authorization"]) == ("/v1/cases/2026-17/receipt", f"Bearer {TOKEN}")
    assert (out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == (originals()[0], 0o600)
    shown = capsys.readouterr()
    assert TOKEN not in shown.out + shown.err


def test_a_receipt_is_fetched_with_a_token_from_a_file_and_shown(
    deployment: Deployment, tmp_path: Path, capsys: Output
) -> None:
    deployment.intake.reads = lambda seen: Reply(raw=originals()[0])
    (tmp_path / "token").write_text(TOKEN)
    arguments = ["receipt", "get", "2026-17", "--token-file", str(tmp_path / "token"), "--url", deployment.url]
    assert main(arguments) == 0
    assert capsys.readouterr().out.encode() == originals()[0] + b"\n"
    (tmp_path / "token").write_text("two words")
    assert main(arguments) == 2
    assert main([*arguments[:2], "a/b", *arguments[3:]]) == 2
    (tmp_path / "token").write_text(TOKEN)
    assert main([*arguments, "--out", str(tmp_path / "nowhere" / "r.json")]) == 2
    deployment.intake.reads = lambda seen: problem(401, "unauthenticated", "a valid token of this case is wanted")
    assert main(arguments) == 1
