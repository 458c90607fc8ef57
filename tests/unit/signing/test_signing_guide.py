"""docs/signing.md: every byte of the worked example is made anew, and every check has its row."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib.signing.errors import Check
from chalicelib.signing.keys import PrivateKey
from chalicelib.signing.messages import SignedRequest
from chalicelib.signing.profile import read_claim, sign, sign_read, verify
from tests.unit.signing.reference import READ_COMPONENTS, WRITE_COMPONENTS, read_signature_input, signature_base
from tests.unit.signing.samples import AUTHORITY, CLERK, JSON, MACHINE, NOW, NOW_SECONDS

GUIDE = (Path(__file__).parents[3] / "docs" / "signing.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- example: ([a-z-]+) -->\n```[a-z]+\n(.*?)\n```", GUIDE, re.DOTALL))
BODY = EXAMPLES["body"].encode()
PATH = "/v1/intake/disclosures/notice-2026-17/acts/1"


def received(name: str) -> SignedRequest:
    """The request of an example, read as a server would."""
    head, _, body = EXAMPLES[name].partition("\n\n")
    line, *fields = head.split("\n")
    method, path, _ = line.split(" ")
    headers = tuple((field.partition(": ")[0], field.partition(": ")[2]) for field in fields)
    return SignedRequest(method, dict(headers)["Host"], path, headers, body.encode())


def profile_headers(request: SignedRequest) -> dict[str, str]:
    return {name: value for name, value in request.headers if name not in {"Host", "Content-Length"}}


def test_the_key_of_the_example_is_the_one_printed() -> None:
    assert CLERK.secret.hex() in GUIDE
    assert base64.b64encode(CLERK.public().material).decode() in GUIDE
    assert f"created={NOW_SECONDS}" in GUIDE
    assert NOW.isoformat() in GUIDE
    assert bytes.fromhex("302e020100300506032b657004220420")[-1] == len(CLERK.secret)


def test_the_bytes_shown_are_the_bytes_of_the_texts_shown() -> None:
    assert bytes.fromhex(EXAMPLES["body-bytes"]) == BODY
    rows = [row.partition("  ") for row in EXAMPLES["base-bytes"].split("\n")]
    assert b"".join(bytes.fromhex(row[2]) for row in rows) == EXAMPLES["base"].encode()
    assert [int(row[0], 16) for row in rows] == list(range(0, len(EXAMPLES["base"]), 16))
    assert f"The body, {len(BODY)} bytes" in GUIDE
    assert f"The signature base, {len(EXAMPLES['base'])} bytes" in GUIDE


def test_the_signature_base_shown_is_that_of_the_request_shown() -> None:
    request = received("request")
    fields = dict(request.headers)
    names = [*READ_COMPONENTS, *WRITE_COMPONENTS[3:]]
    values = [request.method, request.authority, request.path, fields["Content-Digest"], fields["Content-Type"]]
    params = read_signature_input(fields["Signature-Input"])[2]
    assert signature_base(list(zip(names, values, strict=True)), params) == EXAMPLES["base"].encode()


def test_the_write_shown_is_what_sign_makes_and_what_verify_accepts() -> None:
    request = received("request")
    assert (request.method, request.authority, request.path, request.body) == ("PUT", AUTHORITY, PATH, BODY)
    assert profile_headers(request) == sign("PUT", AUTHORITY, PATH, BODY, JSON, CLERK, NOW)
    assert dict(request.headers)["Content-Length"] == str(len(BODY))
    verify(request, read_claim(request), CLERK.public(), NOW)


def test_the_hmac_headers_shown_are_what_sign_makes() -> None:
    made = sign("PUT", AUTHORITY, PATH, BODY, JSON, MACHINE, NOW)
    shown = "\n".join(f"{name}: {made[name]}" for name in ("Signature-Input", "Signature"))
    assert EXAMPLES["hmac"] == shown
    assert MACHINE.secret == bytes(range(0x40))


def test_the_read_shown_is_what_sign_read_makes_and_what_verify_accepts() -> None:
    request = received("read")
    assert profile_headers(request) == sign_read("GET", AUTHORITY, PATH, CLERK, NOW)
    verify(request, read_claim(request), CLERK.public(), NOW)


def test_the_program_shown_makes_the_headers_shown() -> None:
    names: dict[str, Any] = {}
    exec(compile(EXAMPLES["program"], "docs/signing.md", "exec"), names)
    program: Callable[..., dict[str, str]] = names["signed_headers"]
    key: PrivateKey = CLERK
    made = program("PUT", AUTHORITY, PATH, BODY, JSON, key.key_id, key.secret, NOW_SECONDS, "glasshall-intake")
    assert made == profile_headers(received("request"))


def test_every_check_has_one_row_in_the_order_of_the_list() -> None:
    table = GUIDE.partition("## When a request is refused")[2]
    assert re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE) == [check.value for check in Check]
