"""Verifying the receipt of a case, offline: what it says, who signed it, and every reason why it does not hold.

Invariants: a receipt holds only if its statement is, byte for byte, one that the holder of one of the given keys signed, and
its readable part is the same JSON value; how that part is spaced or ordered says nothing and is not looked at. What a receipt
that does not hold says is not returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glasshall.errors import UsageError
from glasshall.shared import (
    RECEIPT,
    SignatureError,
    Statement,
    plain_json,
    read_key_set,
    read_statement,
    verify_statement,
)

LIMIT_BYTES = 65_536
_MEMBERS = ("receipt", "jws")
_KIND = "case_receipt"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of looking at a receipt."""

    failures: tuple[str, ...]
    """Every reason why it does not hold; none where it does."""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """What it says; empty unless it holds."""
    kid: str = ""
    """The key that its statement names."""

    @property
    def holds(self) -> bool:
        """Whether it may be relied upon as far as the keys may."""
        return not self.failures


def read_keys(document: bytes) -> dict[str, bytes]:
    """Return the keys of a JWK Set, by thumbprint.

    Raises:
        UsageError: it is no key set, or one of its keys is not what it says.
    """
    try:
        return read_key_set(plain_json.load(document))
    except (ValueError, SignatureError) as error:
        raise UsageError(f"these are no keys to verify with: {error}") from error


def verify_receipt(document: bytes, keys: Mapping[str, bytes]) -> Verdict:
    """Return what a receipt says, if one of these keys (`kid` -> public key) has signed it; else why it does not hold."""
    try:
        shown, compact = _parts(document)
    except ValueError as error:
        return Verdict((str(error),))
    try:
        statement = read_statement(compact, RECEIPT)
    except SignatureError as error:
        return Verdict((error.message,))
    failures: list[str] = []
    signed = _signed(statement, failures)
    if signed is not None and plain_json.canonical(shown) != plain_json.canonical(signed):
        failures.append(f"The readable part is not what was signed: {_differing(shown, signed)}.")
    try:
        verify_statement(statement, keys)
    except SignatureError as error:
        failures.append(error.message)
    return Verdict(tuple(failures), {} if failures or signed is None else signed, statement.kid)


def _parts(document: bytes) -> tuple[Any, str]:
    """Return the readable part and the statement.

    Raises:
        ValueError: says what the file is not.
    """
    if len(document) > LIMIT_BYTES:
        raise ValueError(f"A receipt has at most {LIMIT_BYTES:,} bytes.")
    try:
        found = plain_json.load(document)
    except ValueError as error:
        raise ValueError(f"The file is not JSON that reads in one way: {error}.") from error
    if not isinstance(found, dict) or set(found) != set(_MEMBERS) or not isinstance(found["jws"], str):
        raise ValueError('A receipt is a JSON object with exactly "receipt" and "jws".')
    return found["receipt"], found["jws"]


def _signed(statement: Statement, failures: list[str]) -> dict[str, Any] | None:
    try:
        signed = plain_json.load(statement.payload)
    except ValueError as error:
        failures.append(f"What was signed is not JSON that reads in one way: {error}.")
        return None
    if not isinstance(signed, dict) or signed.get("kind") != _KIND:
        failures.append("What was signed is not the receipt of a case.")
        return None
    return signed


def _differing(shown: Any, signed: Mapping[str, Any]) -> str:
    if not isinstance(shown, dict):
        return "it is no JSON object"
    names = sorted({*shown, *signed})
    return ", ".join(name for name in names if _value(shown, name) != _value(signed, name))


def _value(members: Mapping[str, Any], name: str) -> bytes | None:
    return plain_json.canonical(members[name]) if name in members else None
