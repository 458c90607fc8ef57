"""S8: the vectors of RFC 9421 Appendix B, RFC 9530 Appendix D and the web-bot-auth drafts, through the library we use.

They cover other components and carry other labels than our profile, so they run one step below it: through the same
verifier class and the same key adaptors, with an algorithm that also keeps the signature base it was given.
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from http_message_signatures import HTTPSignatureAlgorithm, InvalidSignature, MappingKeyResolver, algorithms
from http_message_signatures.structures import VerifyResult

from chalicelib.signing.errors import SignatureError
from chalicelib.signing.fields import check_content_digest
from chalicelib.signing.library import Message, ProfileVerifier, RawEd25519, RawHmacSha256
from chalicelib.signing.messages import SignedRequest
from tests.unit.signing import reference

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "rfc9421" / "vectors.json").read_text(encoding="utf-8")
)
BY_ID: dict[str, dict[str, Any]] = {vector["id"]: vector for vector in VECTORS["vectors"]}
KEYS = VECTORS["keys"]


class Response:
    """The response of B.2.4, as the library looks at one."""

    def __init__(self, status_code: int, headers: dict[str, str]) -> None:
        self.status_code = status_code
        self.headers = headers
        self.request = None


def ed25519_material() -> bytes:
    return base64.b64decode(KEYS["test-key-ed25519"]["public_spki_b64"])[-32:]


def p256_material() -> EllipticCurvePublicKey:
    key = load_der_public_key(base64.b64decode(KEYS["test-key-ecc-p256"]["public_spki_b64"]))
    assert isinstance(key, EllipticCurvePublicKey)
    return key


CASES: dict[str, tuple[type[HTTPSignatureAlgorithm], Any]] = {
    "B.2.4": (algorithms.ECDSA_P256_SHA256, p256_material()),
    "B.2.5": (RawHmacSha256, base64.b64decode(KEYS["test-shared-secret"]["hmac_b64"])),
    "B.2.6": (RawEd25519, ed25519_material()),
}


def message_of(vector: dict[str, Any], signature: str) -> Message | Response:
    label = vector["signature_input"].partition("=")[0]
    signed = {"Signature-Input": vector["signature_input"], "Signature": f"{label}=:{signature}:"}
    source = VECTORS[vector["message"]]
    if vector["message"] == "response":
        return Response(source["status"], source["headers"] | signed)
    return Message(source["method"], source["target"], source["headers"] | signed)


def verified(message: object, key_id: str, algorithm: type[HTTPSignatureAlgorithm], key: Any) -> VerifyResult:
    resolver = MappingKeyResolver(public_keys={key_id: key}, private_keys={})
    (result,) = ProfileVerifier(signature_algorithm=algorithm, key_resolver=resolver).verify(message, max_age=None)
    return result


@pytest.mark.parametrize("vector_id", ["B.2.4", "B.2.5", "B.2.6"])
def test_a_vector_verifies_over_exactly_the_signature_base_of_the_rfc(vector_id: str) -> None:
    algorithm, key = CASES[vector_id]
    vector = BY_ID[vector_id]
    seen: list[bytes] = []

    class Keeping(algorithm):  # type: ignore[valid-type, misc]  # the class is a parameter of the case
        def verify(self, signature: bytes, message: bytes) -> None:
            seen.append(message)
            super().verify(signature, message)

    result = verified(message_of(vector, vector["signature_b64"]), vector["keyid"], Keeping, key)
    assert seen == [vector["signature_base"].encode()]
    assert (
        "\n".join(f"{name}: {value}" for name, value in result.covered_components.items()) == vector["signature_base"]
    )


@pytest.mark.parametrize("vector_id", ["B.2.4", "B.2.5", "B.2.6"])
def test_a_vector_with_any_one_bit_of_its_signature_flipped_fails(vector_id: str) -> None:
    algorithm, key = CASES[vector_id]
    vector = BY_ID[vector_id]
    signature = base64.b64decode(vector["signature_b64"])
    for bit in range(0, len(signature) * 8, 7):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidSignature):
            verified(message_of(vector, base64.b64encode(changed).decode()), vector["keyid"], algorithm, key)


def test_the_deterministic_vectors_come_out_of_the_reference_signer_too() -> None:
    secrets = {
        "B.2.5": base64.b64decode(KEYS["test-shared-secret"]["hmac_b64"]),
        "B.2.6": base64.b64decode(KEYS["test-key-ed25519"]["private_pkcs8_b64"])[-32:],
    }
    for vector_id, secret in secrets.items():
        vector = BY_ID[vector_id]
        signature = reference.sign_base(vector["alg"], secret, vector["signature_base"].encode())
        assert base64.b64encode(signature).decode() == vector["signature_b64"]


def test_the_web_bot_auth_vector_verifies() -> None:
    vector = VECTORS["web_bot_auth_ed25519"]
    headers = {"Signature-Input": vector["signature_input"], "Signature": f"sig1=:{vector['signature_b64']}:"}
    key_id = vector["signature_input"].partition('keyid="')[2].partition('"')[0]
    result = verified(Message("GET", vector["target_url"], headers), key_id, RawEd25519, ed25519_material())
    assert result.covered_components['"@authority"'] == "example.com"
    assert result.parameters["tag"] == "web-bot-auth"


@pytest.mark.parametrize("vector", VECTORS["content_digest_vectors"], ids=lambda vector: vector["body"].strip())
def test_a_content_digest_vector_is_taken_by_sha_256_and_by_nothing_else(vector: dict[str, str]) -> None:
    body = vector["body"].encode()
    digests = [f"{name}=:{vector[name]}:" for name in ("sha-256", "sha-512") if name in vector]
    for digest in [*digests, ", ".join(reversed(digests * 2))]:
        request = SignedRequest("PUT", "example.com", "/foo", (("Content-Digest", digest),), body)
        if digest.startswith("sha-256=") and "," not in digest:
            check_content_digest(request)
        else:
            with pytest.raises(SignatureError, match="exactly one sha-256"):
                check_content_digest(request)
