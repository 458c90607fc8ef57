"""Public keys as JSON Web Keys (RFC 7517, RFC 8037): an Ed25519 key is named by its thumbprint (RFC 7638).

So a key set proves its own names: who knows a `kid` knows the key, wherever the set came from, and no two keys share one.
Keys of other kinds in a set are passed over (RFC 7517, 5); one of ours that is not what it says refuses the whole set.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from .algorithms import ED25519, check_public_key
from .base64url import decode, encode
from .errors import Check, SignatureError

KID = re.compile(r"[A-Za-z0-9_-]{43}")


def thumbprint(public: bytes) -> str:
    """Return the RFC 7638 thumbprint (SHA-256, base64url) of an Ed25519 public key."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{encode(public)}"}}'
    return encode(hashlib.sha256(members.encode()).digest())


def key_set(publics: Iterable[bytes]) -> dict[str, Any]:
    """Return the JWK Set of these Ed25519 public keys, in their order."""
    return {"keys": [_jwk(public) for public in publics]}


def read_key_set(document: Any) -> dict[str, bytes]:
    """Return the Ed25519 keys of a JWK Set, by `kid`.

    Raises:
        SignatureError: `key_material` where it is no key set, or a key in it is not what its members say.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list) or not all(isinstance(jwk, dict) for jwk in listed):
        raise SignatureError(Check.KEY_MATERIAL, 'A key set is a JSON object with a list "keys" of objects.')
    ours = [jwk for jwk in listed if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519")]
    return dict(_read(jwk) for jwk in ours)


def _jwk(public: bytes) -> dict[str, str]:
    x = encode(public)
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": thumbprint(public), "use": "sig", "alg": "EdDSA"}


def _read(jwk: dict[str, Any]) -> tuple[str, bytes]:
    x = jwk.get("x")
    if not isinstance(x, str) or not KID.fullmatch(x):
        raise SignatureError(Check.KEY_MATERIAL, "A key of the set has no 32 bytes of base64url.")
    public = decode(x)
    check_public_key(ED25519, public)
    if any(jwk.get(name) != value for name, value in _jwk(public).items()):
        raise SignatureError(Check.KEY_MATERIAL, "A key of the set is not the one that its members name.")
    return jwk["kid"], public
