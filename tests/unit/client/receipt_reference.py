"""A second verifier of receipts, written from RFC 7515, RFC 7638, RFC 8037 and docs/receipts.md alone.

It imports nothing of the program or its client, so that it can disagree with them: json, base64, hashlib and cryptography.
"""

import base64
import hashlib
import json
import re
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class RefusedError(Exception):
    """The reference verifier says no."""


def verify(document: bytes, key_set: bytes) -> Any:
    """Return what a receipt says.

    Raises:
        RefusedError: it does not hold.
    """
    outer = read(document)
    if type(outer) is not dict or sorted(outer) != ["jws", "receipt"] or type(outer["jws"]) is not str:
        raise RefusedError("members")
    parts = outer["jws"].split(".")
    if len(parts) != 3 or not all(re.fullmatch("[A-Za-z0-9_-]+", part) for part in parts):
        raise RefusedError("form")
    header, payload, signature = (unspell(part) for part in parts)
    found = read(header)
    if type(found) is not dict or list(found) != ["alg", "kid", "typ"]:
        raise RefusedError("header")
    if (found["alg"], found["typ"]) != ("EdDSA", "glasshall-receipt+jws") or b" " in header or b"\\" in header:
        raise RefusedError("header")
    public = keys(key_set).get(found["kid"])
    if public is None:
        raise RefusedError("key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except InvalidSignature as error:
        raise RefusedError("signature") from error
    said = read(payload)
    if type(said) is not dict or said.get("kind") != "case_receipt" or not same(said, outer["receipt"]):
        raise RefusedError("readable part")
    return said


def keys(key_set: bytes) -> dict[str, bytes]:
    """Return the keys of a set by the thumbprints that it gives them."""
    found = {}
    for jwk in json.loads(key_set)["keys"]:
        members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": jwk["x"]}, separators=(",", ":"))
        name = base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest()).decode().rstrip("=")
        if (jwk["kid"], jwk["kty"], jwk["crv"], jwk["alg"], jwk["use"]) == (name, "OKP", "Ed25519", "EdDSA", "sig"):
            found[name] = unspell(jwk["x"])
    return found


def unspell(text: str) -> bytes:
    """Return the bytes of base64url, if the text is how they are spelt."""
    padded = text + "=" * (-len(text) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError as error:
        raise RefusedError("base64url") from error
    if base64.urlsafe_b64encode(raw).decode() != padded:
        raise RefusedError("base64url")
    return raw


def read(raw: bytes) -> Any:
    """Return the one value of a JSON text."""
    try:
        return json.loads(raw.decode(), object_pairs_hook=_once, parse_float=_no, parse_constant=_no, parse_int=_plain)
    except (ValueError, RecursionError) as error:
        raise RefusedError("json") from error


def same(left: Any, right: Any) -> bool:
    """Return whether two JSON values are equal, true and 1 being two."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("twice")
    return dict(pairs)


def _plain(digits: str) -> int:
    return int(digits) if digits != "-0" else _no(digits)


def _no(text: str) -> NoReturn:
    raise ValueError(text)
