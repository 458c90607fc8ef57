"""Signed statements: the vectors of RFC 8037 and RFC 7638, one spelling for everything, and nothing that a header could choose."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from chalicelib.signing import plain_json
from chalicelib.signing.base64url import decode, encode
from chalicelib.signing.errors import Check, SignatureError
from chalicelib.signing.jwk import key_set, read_key_set, thumbprint
from chalicelib.signing.jws import RECEIPT, holds, read_statement, sign_bytes, sign_statement, verify_statement

# RFC 8037, appendix A: the key of RFC 8032 7.1 test 1.
D = urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
PUBLIC = urlsafe_b64decode(X + "=")
A3_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
A4_INPUT = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
A4_SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
ORDER = 2**252 + 27742317777372353535851937790883648493
PAYLOAD = '{"kind":"case_receipt","title":"备案"}'.encode()
COMPACT = sign_statement(PAYLOAD, RECEIPT, D)
KEYS = {thumbprint(PUBLIC): PUBLIC}


def refusal(compact: str, keys: dict[str, bytes] = KEYS) -> Check | None:
    """Return by which check a statement is refused, or None where it holds."""
    try:
        verify_statement(read_statement(compact, RECEIPT), keys)
    except SignatureError as error:
        return error.check
    return None


def with_header(header: Any, secret: bytes = D) -> str:
    """Return a rightly signed statement with another header, given as an object or as bytes."""
    raw = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    signed = f"{encode(raw)}.{encode(PAYLOAD)}"
    return f"{signed}.{encode(sign_bytes(signed.encode(), secret))}"


def test_the_thumbprint_is_that_of_rfc_8037_appendix_a3() -> None:
    assert thumbprint(PUBLIC) == A3_THUMBPRINT


def test_signing_and_validation_are_those_of_rfc_8037_appendix_a4_and_a5() -> None:
    assert encode(sign_bytes(A4_INPUT, D)) == A4_SIGNATURE
    assert holds(A4_INPUT, decode(A4_SIGNATURE), PUBLIC)
    assert not holds(A4_INPUT + b"x", decode(A4_SIGNATURE), PUBLIC)


def test_base64url_is_that_of_rfc_7515_appendix_c() -> None:
    assert encode(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"
    assert decode("A-z_4ME") == bytes([3, 236, 255, 224, 193])


@pytest.mark.parametrize("text", ["A-z_4MF", "A-z_4ME=", "A+z/4ME", "A-z_4", "A-z_4ME\n", " A-z_4ME", "A-z_4MÉ", "A"])
def test_a_second_spelling_of_the_same_bytes_is_refused(text: str) -> None:
    with pytest.raises(SignatureError) as caught:
        decode(text)
    assert caught.value.check is Check.SIGNATURE_FORMAT


def test_a_statement_is_the_payload_under_the_one_header_of_the_profile() -> None:
    header, payload, _ = COMPACT.split(".")
    assert decode(header) == f'{{"alg":"EdDSA","kid":"{A3_THUMBPRINT}","typ":"glasshall-receipt+jws"}}'.encode()
    assert decode(payload) == PAYLOAD == read_statement(COMPACT, RECEIPT).payload
    assert refusal(COMPACT) is None
    assert sign_statement(PAYLOAD, RECEIPT, D) == COMPACT


@pytest.mark.parametrize(
    ("header", "check"),
    [
        ({"alg": "none", "kid": A3_THUMBPRINT, "typ": RECEIPT}, Check.ALGORITHM),
        ({"alg": "HS256", "kid": A3_THUMBPRINT, "typ": RECEIPT}, Check.ALGORITHM),
        ({"alg": "Ed25519", "kid": A3_THUMBPRINT, "typ": RECEIPT}, Check.ALGORITHM),
        ({"alg": "EdDSA", "kid": A3_THUMBPRINT, "typ": "JWT"}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": A3_THUMBPRINT}, Check.HEADERS),
        ({"alg": "EdDSA", "typ": RECEIPT}, Check.HEADERS),
        ({"kid": A3_THUMBPRINT, "alg": "EdDSA", "typ": RECEIPT}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": A3_THUMBPRINT, "typ": RECEIPT, "crit": ["b64"], "b64": False}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": A3_THUMBPRINT, "typ": RECEIPT, "jku": "https://example.org/keys"}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": A3_THUMBPRINT, "typ": RECEIPT, "jwk": {"kty": "OKP"}}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": "short", "typ": RECEIPT}, Check.HEADERS),
        ({"alg": "EdDSA", "kid": "A" * 43, "typ": RECEIPT}, Check.KEY),
        (f'{{"alg": "EdDSA","kid":"{A3_THUMBPRINT}","typ":"{RECEIPT}"}}'.encode(), Check.HEADERS),
        (f'{{"alg":"EdDSA","alg":"EdDSA","kid":"{A3_THUMBPRINT}","typ":"{RECEIPT}"}}'.encode(), Check.HEADERS),
        (b"\xff", Check.HEADERS),
        (b"", Check.HEADERS),
    ],
)
def test_a_header_that_is_not_the_profiles_is_refused_even_if_the_signature_would_hold(
    header: Any, check: Check
) -> None:
    assert refusal(with_header(header)) is check


@pytest.mark.parametrize(
    "compact", ["", ".", "..", "a.b", f"{COMPACT}.", f".{COMPACT}", f"{COMPACT}.{COMPACT}", "a.b.c"]
)
def test_what_is_not_three_parts_is_refused(compact: str) -> None:
    assert refusal(compact) in (Check.SIGNATURE_FORMAT, Check.HEADERS)


@pytest.mark.parametrize("times", range(1, 9))
def test_a_signature_has_no_second_form(times: int) -> None:
    signed, _, signature = COMPACT.rpartition(".")
    raw = decode(signature)
    beyond = int.from_bytes(raw[32:], "little") + times * ORDER
    assert refusal(f"{signed}.{encode(raw[:32] + beyond.to_bytes(32, 'little'))}") is Check.SIGNATURE


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    signed = COMPACT.rpartition(".")[0]
    assert refusal(f"{signed}.{encode(bytes(length))}") is Check.SIGNATURE_FORMAT


def test_a_key_of_small_order_is_refused_although_its_signature_would_hold_for_anything() -> None:
    neutral = bytes([1]) + bytes(31)
    forged = neutral + bytes(32)
    assert encode(neutral) not in KEYS
    with pytest.raises(SignatureError) as caught:
        holds(b"anything", forged, neutral)
    assert caught.value.check is Check.KEY_MATERIAL
    with pytest.raises(SignatureError):
        read_key_set(key_set([neutral]))


def test_a_key_set_is_published_and_read_back() -> None:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": X, "kid": A3_THUMBPRINT, "use": "sig", "alg": "EdDSA"}
    assert key_set([PUBLIC]) == {"keys": [jwk]}
    assert read_key_set(key_set([PUBLIC])) == KEYS


def test_keys_of_other_kinds_and_members_not_known_here_are_passed_over() -> None:
    ours = {**key_set([PUBLIC])["keys"][0], "retired": True}
    others = [{"kty": "RSA", "n": "x", "e": "AQAB"}, {"kty": "OKP", "crv": "X25519", "x": X}, {"kty": "EC"}]
    assert read_key_set({"keys": [*others, ours], "more": 1}) == KEYS
    assert read_key_set({"keys": []}) == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"kid": "A" * 43},
        {"kid": None},
        {"use": "enc"},
        {"alg": "Ed25519"},
        {"x": X[:-1]},
        {"x": X[:-1] + "p"},
        {"x": encode(bytes(32))},
        {"x": 1},
    ],
)
def test_a_key_that_is_not_what_it_says_refuses_the_set(changed: dict[str, Any]) -> None:
    with pytest.raises(SignatureError):
        read_key_set({"keys": [{**key_set([PUBLIC])["keys"][0], **changed}]})


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, {"keys": ["x"]}, "keys"])
def test_what_is_no_key_set_is_refused(document: Any) -> None:
    with pytest.raises(SignatureError) as caught:
        read_key_set(document)
    assert caught.value.check is Check.KEY_MATERIAL


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":1}', "[NaN]", "[Infinity]", "[1.0]", "[1e2]", "[-0]", "\ufeff[]", "[1,]", "", "[" * 100_000, "[01]"],
)
def test_json_that_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        plain_json.load(text.encode())
    with pytest.raises(ValueError):
        plain_json.load(b'["\xff"]')


def test_equal_values_and_only_those_have_equal_canonical_bytes() -> None:
    one = plain_json.load('{"b": [1, true], "a": "备"}'.encode())
    assert plain_json.canonical(one) == plain_json.canonical(plain_json.load(b'{"a":"\\u5907","b":[1,true]}'))
    assert plain_json.canonical(one) != plain_json.canonical(plain_json.load(b'{"a":"\\u5907","b":[1,1]}'))
