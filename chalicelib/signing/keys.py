"""Private keys of an agency, as bytes in and bytes out: reading files and drawing random bytes is the caller's.

Ed25519 keys travel as 32 raw bytes or as PKCS #8 PEM (RFC 8410), HMAC secrets as raw bytes. The secret never shows in
`repr`.
"""

from dataclasses import dataclass, field

from .algorithms import ALGORITHMS, ED25519
from .errors import Check, SignatureError
from .fields import check_identifiers
from .messages import Algorithm, Key


@dataclass(frozen=True)
class PrivateKey:
    """A key to sign with: `secret` is the 32 raw bytes of an Ed25519 private key, or an HMAC secret.

    Raises:
        SignatureError: `parameters` for a bad key id, `key_material` for an unknown algorithm or a bad secret.
    """

    key_id: str
    alg: str
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_identifiers(self.key_id, None)
        self.algorithm().public_of(self.secret)

    def algorithm(self) -> Algorithm:
        """Return the entry of the registry this key belongs to."""
        found = ALGORITHMS.get(self.alg)
        if found is None:
            raise SignatureError(Check.KEY_MATERIAL, "This algorithm is not one of the registry.")
        return found

    def public(self) -> Key:
        """Return the key to verify with; for HMAC that is the shared secret itself."""
        return Key(self.key_id, self.alg, self.algorithm().public_of(self.secret))


def generate_ed25519(key_id: str, random_bytes: bytes) -> PrivateKey:
    """Return the private key made of 32 bytes the caller drew from the operating system.

    Raises:
        SignatureError: `parameters` or `key_material`.
    """
    return PrivateKey(key_id, ED25519, random_bytes)


def load_pem(key_id: str, pem: bytes, password: bytes | None = None) -> PrivateKey:
    """Return the Ed25519 private key of a PEM file, encrypted or not.

    Raises:
        SignatureError: `parameters`, or `key_material` for anything but an Ed25519 private key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        loaded = load_pem_private_key(pem, password)
    except Exception as exc:
        raise SignatureError(Check.KEY_MATERIAL, "This is not a PEM private key, or its password is wrong.") from exc
    if not isinstance(loaded, Ed25519PrivateKey):
        raise SignatureError(Check.KEY_MATERIAL, "The PEM file holds a private key that is not Ed25519.")
    return PrivateKey(key_id, ED25519, loaded.private_bytes_raw())


def save_pem(key: PrivateKey) -> bytes:
    """Return an Ed25519 private key as PKCS #8 PEM without a password; the caller guards the file.

    Raises:
        SignatureError: `key_material` for an HMAC secret, which has no PEM form.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    if key.alg != ED25519:
        raise SignatureError(Check.KEY_MATERIAL, "Only Ed25519 keys are saved as PEM.")
    loaded = Ed25519PrivateKey.from_private_bytes(key.secret)
    return loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
