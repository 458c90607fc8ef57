"""The registry of signature algorithms: the key record names one, the request never does.

A deployment adds one (SM2 with SM3, say) by `ALGORITHMS["sm2-sm3"] = Algorithm(...)` where it wires itself together;
headers, claims and stored keys keep their form. Ed25519 is RFC 8032, HMAC-SHA256 RFC 2104, both named as in RFC 9421
section 3.3.
"""

from functools import lru_cache

from .edwards import is_prime_order_point
from .errors import Check, SignatureError
from .messages import Algorithm

ED25519 = "ed25519"
HMAC_SHA256 = "hmac-sha256"

# RFC 2104 section 3: a secret shorter than the digest weakens it; longer than 128 bytes adds nothing.
_HMAC_SECRET_BYTES = range(32, 129)


def check_public_key(alg: str, material: bytes) -> None:
    """Refuse key material that must not be registered.

    Raises:
        SignatureError: `key_material`.
    """
    algorithm = ALGORITHMS.get(alg)
    if algorithm is None:
        raise SignatureError(Check.KEY_MATERIAL, "This algorithm is not one of the registry.")
    algorithm.check_material(material)


# Pure, and 3 ms; `verify` asks again for every request, in case a record came in by another door than registration.
@lru_cache(maxsize=256)
def _check_ed25519(material: bytes) -> None:
    if not is_prime_order_point(material):
        raise SignatureError(
            Check.KEY_MATERIAL,
            "An Ed25519 public key is 32 bytes: a canonical point of prime order. These are not.",
        )


def _check_hmac_sha256(material: bytes) -> None:
    if len(material) not in _HMAC_SECRET_BYTES:
        raise SignatureError(Check.KEY_MATERIAL, "An HMAC secret must be 32 to 128 bytes long.")


def _public_of_ed25519(secret: bytes) -> bytes:
    # Imported late, like the implementations below: a public read must not pay for it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if len(secret) != 32:
        raise SignatureError(Check.KEY_MATERIAL, "An Ed25519 private key is 32 bytes long.")
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def _public_of_hmac_sha256(secret: bytes) -> bytes:
    _check_hmac_sha256(secret)
    return secret


def _ed25519() -> type:
    from .library import RawEd25519

    return RawEd25519


def _hmac_sha256() -> type:
    from .library import RawHmacSha256

    return RawHmacSha256


ALGORITHMS: dict[str, Algorithm] = {
    ED25519: Algorithm(ED25519, 64, _check_ed25519, _public_of_ed25519, _ed25519),
    HMAC_SHA256: Algorithm(HMAC_SHA256, 32, _check_hmac_sha256, _public_of_hmac_sha256, _hmac_sha256),
}
