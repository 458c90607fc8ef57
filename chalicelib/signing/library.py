"""The only module that imports http_message_signatures (and with it cryptography): signature base and signature.

What the library decides by itself is taken from it here: it reads the wall clock (`validate_created_and_expires`) and
expects PEM or key objects. What it may normalise (authority, path, header values) is compared with what was asked, after
the signature holds, so that no rewriting of its own can widen what is accepted.
"""

import datetime
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    MappingKeyResolver,
    algorithms,
)
from http_message_signatures.structures import VerifyResult

from .messages import LABEL

__all__ = [
    "HTTPMessageSignaturesException",
    "Message",
    "ProfileVerifier",
    "RawEd25519",
    "RawHmacSha256",
    "sign_message",
    "verify_message",
]


@dataclass(frozen=True)
class Message:
    """The view of a request that the library asks for; `headers` holds only the covered fields and the signature."""

    method: str
    url: str
    headers: dict[str, str]


class RawEd25519(algorithms.ED25519):
    """Ed25519 over the 32 raw bytes that key records hold."""

    def __init__(self, public_key: bytes | None = None, private_key: bytes | None = None) -> None:
        super().__init__(  # type: ignore[no-untyped-call]  # the library annotates its methods, not its key classes
            public_key=Ed25519PublicKey.from_public_bytes(public_key) if public_key is not None else None,
            private_key=Ed25519PrivateKey.from_private_bytes(private_key) if private_key is not None else None,
        )


class RawHmacSha256(algorithms.HMAC_SHA256):
    """HMAC-SHA256 as it is: its key material already is raw bytes."""


class ProfileVerifier(HTTPMessageVerifier):
    """The library's verifier without its clock: the profile has judged `created` and `expires` against its own now."""

    def validate_created_and_expires(self, sig_input: object, max_age: datetime.timedelta | None = None) -> None:
        return


def verify_message(
    message: Message, tag: str, key_id: str, material: bytes, algorithm: type[HTTPSignatureAlgorithm]
) -> VerifyResult:
    """Return the one verified signature with this tag; raises whatever the library raises when there is none."""
    resolver = MappingKeyResolver(public_keys={key_id: material}, private_keys={})
    verifier = ProfileVerifier(signature_algorithm=algorithm, key_resolver=resolver)
    (result,) = verifier.verify(message, max_age=None, expect_tag=tag, expect_label=LABEL)
    return result


def sign_message(
    message: Message,
    components: tuple[str, ...],
    body: bytes | None,
    *,
    key_id: str,
    secret: bytes,
    algorithm: type[HTTPSignatureAlgorithm],
    created: datetime.datetime,
    tag: str,
    nonce: str | None,
) -> None:
    """Add Signature-Input and Signature, and Content-Digest when there is a body, to the message's headers."""
    resolver = MappingKeyResolver(public_keys={}, private_keys={key_id: secret})
    signer = HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=resolver)
    signer.sign(
        message,
        key_id=key_id,
        created=created,
        nonce=nonce,
        label=LABEL,
        tag=tag,
        include_alg=False,
        covered_component_ids=components,
        body=body,
    )
