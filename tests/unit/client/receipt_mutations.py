"""Changed copies of rightly signed receipts, by seed.

The rule for what may still be accepted: a changed file is the same receipt only when its statement is the same text and its
readable part the same JSON value. Such copies (a blank between two members, an escape that spells the same letter) are no
mutations and are left out; everything else must be refused.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.signing.jwk import key_set, thumbprint
from chalicelib.signing.jws import RECEIPT, sign_statement
from tests.unit.client.receipt_reference import RefusedError, read, same

ORDER = 2**252 + 27742317777372353535851937790883648493
SECRETS = {name: hashlib.sha256(name.encode()).digest() for name in ("newest", "older", "retired")}
STRANGER = hashlib.sha256(b"a stranger").digest()


def public_of(secret: bytes) -> bytes:
    """Return the public half of a private key."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


KEY_SET = orjson.dumps(key_set(public_of(secret) for secret in SECRETS.values()))
KIDS = [thumbprint(public_of(secret)) for secret in (*SECRETS.values(), STRANGER)]


def receipt(claims: dict[str, Any], secret: bytes) -> bytes:
    """Return a receipt as it is answered."""
    payload = orjson.dumps(claims)
    return b'{"receipt":' + payload + b',"jws":"' + sign_statement(payload, RECEIPT, secret).encode() + b'"}'


def originals() -> list[bytes]:
    """Return rightly signed receipts of several cases and keys."""
    limit = {"value": 0, "unit": "working_day"}
    base = {"kind": "case_receipt", "case_no": "2026-17", "agency": "bureau"}
    commitment = {"service": "s1", "version": 1, "title": {"zh": "企业投资项目备案", "en": "Filing"}, "promised": limit}
    accepted = {**base, "accepted_at": "2026-11-20T10:00:00+08:00", "commitment": commitment, "synthetic": True}
    stopped = {**base, "clock": "stopped", "stopped": {"why": "hearing", "since": "2026-11-21"}, "deadline": {}}
    full = {**accepted, "deadline": {"due_on": "2026-11-27", "limit": limit}, "legal_basis": ["行政许可法 第四十二条"]}
    return [
        receipt({**claims, "origin": f"{name}.example.gov"}, secret)
        for claims in (accepted, stopped, full)
        for name, secret in SECRETS.items()
    ]


def mutations(random: Random, wanted: int) -> Iterator[tuple[str, bytes]]:
    """Yield named mutations: every byte of one receipt of each key, every crafted one, then bytes by chance as wanted."""
    samples = originals()
    count = 0
    for number, sample in enumerate(samples):
        bytewise = _every_byte(random, sample) if number < len(SECRETS) else ()
        for name, changed in (*bytewise, *_crafted(random, sample, samples)):
            if differs(sample, changed):
                count += 1
                yield name, changed
    while count < wanted:
        sample = random.choice(samples)
        changed = random.choice(_BYTES)(random, sample, random.randrange(len(sample)))
        if differs(sample, changed):
            count += 1
            yield "byte", changed


def differs(original: bytes, changed: bytes) -> bool:
    """Return whether a changed file is another receipt, and not the same one written otherwise."""
    try:
        found = read(changed)
    except RefusedError:
        return True
    before = read(original)
    alike = isinstance(found, dict) and found.keys() == before.keys() and same(found, before)
    return not alike


# Bytes


def _flip(random: Random, raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :]


def _drop(random: Random, raw: bytes, at: int) -> bytes:
    return raw[:at] + raw[at + random.choice((1, 1, 2, 4)) :]


def _double(random: Random, raw: bytes, at: int) -> bytes:
    return raw[: at + 1] + raw[at:]


def _insert(random: Random, raw: bytes, at: int) -> bytes:
    return raw[:at] + random.choice((b"0", b"A", b"=", b'"', b"\\", b".", b"-", b" ", b"\n", b"\0")) + raw[at:]


def _exchange(random: Random, raw: bytes, at: int) -> bytes:
    other = random.randrange(len(raw))
    changed = bytearray(raw)
    changed[at], changed[other] = changed[other], changed[at]
    return bytes(changed)


def _cut(random: Random, raw: bytes, at: int) -> bytes:
    return raw[:at]


_BYTES: tuple[Callable[[Random, bytes, int], bytes], ...] = (_flip, _flip, _drop, _double, _insert, _exchange, _cut)


def _every_byte(random: Random, raw: bytes) -> Iterator[tuple[str, bytes]]:
    for at in range(len(raw)):
        yield "every byte", _flip(random, raw, at)


# Crafted by somebody who knows the form


def _crafted(random: Random, raw: bytes, others: list[bytes]) -> Iterator[tuple[str, bytes]]:
    outer = json.loads(raw)
    header, payload, signature = outer["jws"].split(".")
    statements = {
        "header": (f"{spell(h)}.{payload}.{s}" for h in _headers(header) for s in (signature, "")),
        "hmac": _with_public_key_as_secret(payload),
        "payload": (f"{header}.{p}.{signature}" for p in _payloads(payload)),
        "signature": (f"{header}.{payload}.{s}" for s in _signatures(signature)),
        "form": _forms(header, payload, signature),
    }
    for name, changed in ((name, one) for name, found in statements.items() for one in found):
        yield name, orjson.dumps({**outer, "jws": changed})
    yield from (("readable", written) for written in _readable(outer))
    yield from (("exchanged", orjson.dumps({**outer, "jws": json.loads(other)["jws"]})) for other in others)
    yield "forged", receipt({**outer["receipt"], "case_no": "2026-18"}, STRANGER)
    yield "kid of another", _under_anothers_name(outer["receipt"])


def spell(raw: bytes) -> str:
    """Return base64url."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _unspell(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _headers(header: str) -> Iterator[bytes]:
    found = json.loads(_unspell(header))
    for alg in ("none", "None", "NONE", "", "HS256", "ES256", "Ed25519", "Ed448", "eddsa", "RS256"):
        yield orjson.dumps({**found, "alg": alg})
    for kid in (
        *(kid for kid in KIDS if kid != found["kid"]),
        "",
        "../../keys",
        found["kid"].lower(),
        found["kid"][:-1],
    ):
        yield orjson.dumps({**found, "kid": kid})
    for typ in ("JWT", "JOSE", "glasshall-intake", f"application/{RECEIPT}", RECEIPT.upper()):
        yield orjson.dumps({**found, "typ": typ})
    for extra in ({"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"jku": "https://x.example/"}, {"zip": "DEF"}):
        yield orjson.dumps({**found, **extra})
    yield orjson.dumps({**found, "jwk": key_set([public_of(STRANGER)])["keys"][0]})
    yield orjson.dumps(dict(reversed(found.items())))
    yield json.dumps(found).encode()
    yield orjson.dumps(found)[:-1] + b',"alg":"EdDSA"}'


def _with_public_key_as_secret(payload: str) -> Iterator[str]:
    """The confusion of algorithms: the public key, which everybody has, used as a shared secret."""
    for secret, kid in zip(SECRETS.values(), KIDS, strict=False):
        signed = f"{spell(orjson.dumps({'alg': 'HS256', 'kid': kid, 'typ': RECEIPT}))}.{payload}"
        yield f"{signed}.{spell(hmac.digest(public_of(secret), signed.encode(), 'sha256'))}"


def _payloads(payload: str) -> Iterator[str]:
    raw = _unspell(payload)
    claims = json.loads(raw)
    for written in (
        json.dumps(claims).encode(),
        json.dumps(claims, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(claims, ensure_ascii=True, separators=(",", ":")).encode(),
        raw + b" ",
        raw + b"\n",
        raw[:-1] + b',"case_no":"2026-18"}',
        raw[:-1] + b',"more":1}',
        raw.replace(b"2026-17", b"2026-18"),
        b"\xef\xbb\xbf" + raw,
        b"",
    ):
        yield spell(written)
    yield from _spellings(payload)


def _spellings(text: str) -> Iterator[str]:
    """Yield other spellings of the same bytes, which lax readers take."""
    yield text + "=" * (-len(text) % 4 or 1)
    yield text + "\n"
    yield f" {text}"
    yield text[:5] + "\n" + text[5:]
    yield text.replace("-", "+").replace("_", "/") + ("" if "-" in text or "_" in text else "=")
    if len(text) % 4:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        yield text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]


def _signatures(signature: str) -> Iterator[str]:
    raw = _unspell(signature)
    point, scalar = raw[:32], int.from_bytes(raw[32:], "little")
    for times in range(1, 16):
        if scalar + times * ORDER < 2**256:
            yield spell(point + (scalar + times * ORDER).to_bytes(32, "little"))
    yield spell(point + ((ORDER - scalar) % ORDER).to_bytes(32, "little"))
    yield spell(point[:31] + bytes([point[31] ^ 0x80]) + raw[32:])
    yield spell(raw[32:] + point)
    yield spell(bytes(64))
    yield spell(bytes([1]) + bytes(63))
    yield spell(raw + b"\0")
    yield spell(raw[:-1])
    yield from _spellings(signature)


def _forms(header: str, payload: str, signature: str) -> Iterator[str]:
    yield f"{header}.{payload}"
    yield f"{header}..{signature}"
    yield f".{payload}.{signature}"
    yield f"{header}.{payload}.{signature}.{signature}"
    yield f"{header}.{payload}.{signature}~"
    yield f"{payload}.{header}.{signature}"
    yield json.dumps({"protected": header, "payload": payload, "signature": signature})


def _readable(outer: dict[str, Any]) -> Iterator[bytes]:
    claims, compact = outer["receipt"], outer["jws"]
    extra: dict[str, Any]
    other: Any
    for name in claims:
        yield orjson.dumps({**outer, "receipt": {key: value for key, value in claims.items() if key != name}})
        yield orjson.dumps({**outer, "receipt": {**claims, name: None}})
    for other in ({}, [], None, "x", {**claims, "more": True}, {**claims, "case_no": "2026-18"}, [claims]):
        yield orjson.dumps({"receipt": other, "jws": compact})
    for extra in ({"keys": []}, {"jwk": key_set([public_of(STRANGER)])["keys"][0]}, {"Receipt": claims}, {"": 1}):
        yield orjson.dumps({**outer, **extra})
    for other in (None, [compact], {"compact": compact}, 1):
        yield orjson.dumps({**outer, "jws": other})
    shown, evil = orjson.dumps(claims), orjson.dumps({**claims, "case_no": "2026-18"})
    tail = b',"jws":"' + compact.encode() + b'"}'
    yield b'{"receipt":' + evil + b',"receipt":' + shown + tail
    yield b'{"receipt":' + shown + b',"receipt":' + evil + tail
    yield b'{"receipt":' + shown[:-1] + b',"case_no":"2026-17"}' + tail
    yield b'{"receipt":' + shown + b',"jws":"x"' + tail
    for number in (b"-0", b"0.0", b"0e0", b"false", b'"0"', b"00"):
        yield orjson.dumps(outer).replace(b'"value":0', b'"value":' + number)
    yield orjson.dumps(outer).replace(b"true", b"1")
    yield b"[" + orjson.dumps(outer) + b"]"


def _under_anothers_name(claims: dict[str, Any]) -> bytes:
    """A stranger's statement that names one of our keys."""
    header = orjson.dumps({"alg": "EdDSA", "kid": KIDS[0], "typ": RECEIPT})
    signed = f"{spell(header)}.{spell(orjson.dumps(claims))}"
    made = Ed25519PrivateKey.from_private_bytes(STRANGER).sign(signed.encode())
    return orjson.dumps({"receipt": claims, "jws": f"{signed}.{spell(made)}"})
