"""Signatures of notifications: the vectors of Standard Webhooks, and readers that are not ours, in two languages."""

import json
import shutil
import subprocess
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from chalicelib.domain.webhook_signatures import public_text, signatures, signed_bytes
from chalicelib.signing.algorithms import ALGORITHMS, ED25519

ID, AT, PAYLOAD = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=")
SYMMETRIC = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
ASYMMETRIC = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
"""Of the specification's own tests (libraries/go, standard-webhooks 1.0.0)."""
OTHER = "whsec_" + "QUFB" * 8
NODE_READER = """
const { createPublicKey, verify } = require('node:crypto');
const { id, at, payload, header, key } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key.slice(5), 'base64')]);
const known = createPublicKey({ key: der, format: 'der', type: 'spki' });
const holds = header.split(' ').filter((each) => each.startsWith('v1a,')).some((each) =>
  verify(null, Buffer.from(`${id}.${at}.${payload}`), known, Buffer.from(each.slice(4), 'base64')));
process.stdout.write(holds ? 'holds' : 'does not hold');
"""


def public_of(key: bytes) -> str:
    """Return the public half as it is published."""
    return public_text(ALGORITHMS[ED25519].public_of(key))


def test_the_vectors_of_the_specification_come_out() -> None:
    assert signatures(signed_bytes(ID, AT, PAYLOAD), [SECRET], [KEY]) == f"{SYMMETRIC} {ASYMMETRIC}"


def headers_now(secrets: list[str], keys: list[bytes]) -> dict[str, str]:
    """Return the headers of a notification that is sent now."""
    now = int(datetime.now(UTC).timestamp())
    signed = signatures(signed_bytes(ID, now, PAYLOAD), secrets, keys)
    return {"webhook-id": ID, "webhook-timestamp": str(now), "webhook-signature": signed}


@pytest.mark.parametrize("known", [SECRET, OTHER])
def test_the_reference_library_takes_it_with_either_secret_of_a_rotation_and_steps_over_what_it_does_not_know(
    known: str,
) -> None:
    headers = headers_now([SECRET, OTHER], [KEY, b"k" * 32])
    assert Webhook(known).verify(PAYLOAD, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "QkJC" * 8).verify(PAYLOAD, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(known).verify(PAYLOAD + b" ", headers)


def test_during_a_rotation_of_the_ring_whoever_knows_any_of_its_keys_takes_it() -> None:
    old, new = b"o" * 32, b"n" * 32
    header = signatures(signed_bytes(ID, AT, PAYLOAD), [], [new, old])
    assert [each[:4] for each in header.split(" ")] == ["v1a,", "v1a,"]
    for known in (old, new):
        assert in_node(header, public_of(known), PAYLOAD) in {"holds", "no node here"}


def in_node(header: str, key: str, payload: bytes) -> str:
    """Return what a reader in JavaScript says of a header; `no node here` where there is none to ask."""
    node = shutil.which("node")
    if node is None:
        return "no node here"
    told = {"id": ID, "at": AT, "payload": payload.decode(), "header": header, "key": key}
    done = subprocess.run(
        [node, "-e", NODE_READER], input=json.dumps(told), capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_a_reader_in_javascript_verifies_the_ed25519_signature_or_the_test_says_that_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    header = signatures(signed_bytes(ID, AT, PAYLOAD), [SECRET], [KEY])
    said = in_node(header, public_of(KEY), PAYLOAD)
    if said == "no node here":
        with capsys.disabled():
            print("\nno node on this machine: the JavaScript reader was not asked")
        return
    assert said == "holds"
    assert in_node(header, public_of(KEY), PAYLOAD + b" ") == "does not hold"
    assert in_node(header, public_of(b"x" * 32), PAYLOAD) == "does not hold"
