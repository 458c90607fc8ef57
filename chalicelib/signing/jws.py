"""Signed statements: one strict profile of compact JWS (RFC 7515) with Ed25519 (RFC 8037, `EdDSA`).

The header is exactly `{"alg":"EdDSA","kid":"...","typ":"..."}`, byte for byte: nothing in it chooses how to verify (RFC 8725,
3.1), and no member points to a key. Every part is base64url in its one canonical spelling, so one statement has one spelling;
that of the signature is unique as well, for cryptography refuses S beyond the group's order (RFC 8032, 5.1.7). What is
verified is the bytes that were sent, never a re-serialised form of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .algorithms import ALGORITHMS, ED25519
from .base64url import decode, encode
from .errors import Check, SignatureError, unknown_key
from .jwk import KID, thumbprint

ALG = "EdDSA"
RECEIPT = "glasshall-receipt+jws"
"""Type of the receipt of a case."""
SIGNATURE_BYTES = 64
_HEADER = re.compile(rb'\{"alg":"([^"\\]*)","kid":"([^"\\]*)","typ":"([^"\\]*)"\}')


@dataclass(frozen=True)
class Statement:
    """A compact JWS taken apart, nothing of it believed yet."""

    kid: str
    payload: bytes = field(repr=False)
    signed: bytes = field(repr=False)
    """The bytes that the signature is over."""
    signature: bytes = field(repr=False)


def sign_statement(payload: bytes, typ: str, secret: bytes) -> str:
    """Return the compact JWS of these bytes; its `kid` is the thumbprint of the key.

    Raises:
        SignatureError: `key_material`.
    """
    kid = thumbprint(ALGORITHMS[ED25519].public_of(secret))
    header = f'{{"alg":"{ALG}","kid":"{kid}","typ":"{typ}"}}'.encode()
    signed = f"{encode(header)}.{encode(payload)}"
    return f"{signed}.{encode(sign_bytes(signed.encode(), secret))}"


def read_statement(compact: str, typ: str) -> Statement:
    """Take a compact JWS of this type apart.

    Raises:
        SignatureError: `signature_format` for anything but three canonical parts, `headers` or `algorithm` for a header that
            is not the profile's.
    """
    parts = compact.split(".")
    if len(parts) != 3:
        raise SignatureError(Check.SIGNATURE_FORMAT, "A statement is three parts with a full stop between them.")
    header, payload, signature = (decode(part) for part in parts)
    kid = _kid_of(header, typ)
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError(Check.SIGNATURE_FORMAT, "The signature is not 64 bytes long.")
    return Statement(kid, payload, compact.rpartition(".")[0].encode(), signature)


def verify_statement(statement: Statement, keys: Mapping[str, bytes]) -> None:
    """Refuse a statement that none of these keys (`kid` -> public key) has signed.

    Raises:
        SignatureError: `key` where the key is not among them, `signature` where the signature does not hold.
    """
    public = keys.get(statement.kid)
    if public is None:
        raise unknown_key()
    if not holds(statement.signed, statement.signature, public):
        raise SignatureError(Check.SIGNATURE, "The signature does not hold: this is not what was signed.")


def sign_bytes(message: bytes, secret: bytes) -> bytes:
    """Return the Ed25519 signature of a message."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret).sign(message)


def holds(message: bytes, signature: bytes, public: bytes) -> bool:
    """Return whether an Ed25519 signature holds under a key that is worth trusting.

    Raises:
        SignatureError: `key_material`.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    ALGORITHMS[ED25519].check_material(public)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _kid_of(header: bytes, typ: str) -> str:
    """Return the key that the header names; its bytes are the profile's own or they are refused."""
    shaped = _HEADER.fullmatch(header)
    if shaped is None or shaped[3] != typ.encode() or not KID.fullmatch(shaped[2].decode("latin-1")):
        raise SignatureError(Check.HEADERS, "The header of the statement is not the one of this profile.")
    if shaped[1] != ALG.encode():
        raise SignatureError(Check.ALGORITHM, f"The algorithm of the statement is not {ALG}.")
    return shaped[2].decode()
