"""S8: keys, algorithms and signatures that must not be mistaken for one another; Ed25519 after Wycheproof's groups."""

import base64
import hashlib
from collections.abc import Callable
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from chalicelib.signing.algorithms import ALGORITHMS, check_public_key
from chalicelib.signing.edwards import is_prime_order_point
from chalicelib.signing.errors import SignatureError
from chalicelib.signing.keys import PrivateKey, generate_ed25519, load_pem, save_pem
from chalicelib.signing.messages import Algorithm, Key, SignedRequest
from chalicelib.signing.profile import read_claim, sign, verify
from tests.unit.signing import reference
from tests.unit.signing.samples import (
    AUTHORITY,
    BODY,
    CLERK,
    JSON,
    KEYRING,
    MACHINE,
    NOW,
    PATH,
    refusal,
    replace_header,
    signed,
)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493

# All encodings, canonical or not, of the eight points of small order (RFC 7748 section 6, RFC 8032 section 5.1.3).
SMALL_ORDER = [
    (y + sign * 2**255).to_bytes(32, "little")
    for sign in (0, 1)
    for y in (
        0,
        1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
        P - 1,
        P,
        P + 1,
    )
]


def signature_of(request: SignedRequest) -> bytes:
    return base64.b64decode(dict(request.headers)["Signature"][11:-1])


def with_signature(request: SignedRequest, signature: bytes) -> SignedRequest:
    return replace_header(request, "Signature", reference.byte_sequence("glasshall", signature))


def refuses(request: SignedRequest, key: Key) -> str:
    with pytest.raises(SignatureError) as error:
        verify(request, read_claim(request), key, NOW)
    return error.value.check


def doubled(y: int) -> int:
    """The y of twice a point: (y^2 + x^2) / (1 - d x^2 y^2), with x^2 = (y^2 - 1) / (d y^2 + 1)."""
    d = -121665 * pow(121666, -1, P) % P
    xx = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
    return (y * y + xx) * pow(1 - d * xx * y * y, -1, P) % P


def test_every_point_of_the_table_doubled_three_times_is_the_neutral_one() -> None:
    assert len(set(SMALL_ORDER)) == 14
    for encoded in SMALL_ORDER:
        assert doubled(doubled(doubled((int.from_bytes(encoded, "little") & (2**255 - 1)) % P))) == 1


@pytest.mark.parametrize("material", SMALL_ORDER, ids=lambda material: material.hex()[:6] + material.hex()[-2:])
def test_a_public_key_of_small_order_is_refused_at_registration_and_at_use(material: bytes) -> None:
    with pytest.raises(SignatureError) as error:
        check_public_key("ed25519", material)
    assert error.value.check == "key_material"
    request = signed()
    neutral = (1).to_bytes(32, "little") + bytes(32)
    key = Key(CLERK.key_id, "ed25519", material)
    assert refuses(with_signature(request, neutral), key) == "key"
    assert refuses(with_signature(request, material + bytes(32)), key) == "key"


def test_the_library_alone_would_take_a_key_of_small_order() -> None:
    """Why the check is ours: with the neutral point as key, one signature fits every message."""
    neutral = (1).to_bytes(32, "little")
    for message in (b"yes", b"no"):
        ed25519.Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), message)


def test_keys_of_mixed_order_off_the_curve_or_in_another_encoding_are_refused() -> None:
    public = CLERK.public().material
    number = int.from_bytes(public, "little")
    assert not is_prime_order_point(public[:31])
    assert not is_prime_order_point(public + b"\0")
    assert not is_prime_order_point(b"")
    off_the_curve = [
        encoded
        for encoded in (hashlib.sha256(bytes([seed])).digest() for seed in range(64))
        if not is_prime_order_point(encoded)
    ]
    assert len(off_the_curve) >= 48  # one half is off the curve, seven eighths of the rest is of mixed order
    for y in range(P, 2**255):
        assert not is_prime_order_point(y.to_bytes(32, "little"))
    assert is_prime_order_point((number ^ 2**255).to_bytes(32, "little"))  # the negative of a key is a key


def test_every_generated_key_passes_its_own_check() -> None:
    random = Random(8032)
    for _ in range(60):
        key = generate_ed25519("clerk-1", random.randbytes(32)).public()
        check_public_key(key.alg, key.material)


def test_a_signature_with_s_beyond_the_order_is_refused() -> None:
    request = signed()
    signature = signature_of(request)
    s = int.from_bytes(signature[32:], "little")
    for multiple in range(1, 16):
        if s + multiple * L < 2**256:
            changed = signature[:32] + (s + multiple * L).to_bytes(32, "little")
            assert refusal(with_signature(request, changed)) == "signature"


def altered(signature: bytes) -> dict[str, bytes]:
    r, s = signature[:32], signature[32:]
    negative = (L - int.from_bytes(s, "little")).to_bytes(32, "little")
    return {
        "s zero": r + bytes(32),
        "s the order": r + L.to_bytes(32, "little"),
        "s one": r + (1).to_bytes(32, "little"),
        "s negative": r + negative,
        "s all ones": r + b"\xff" * 32,
        "s with its top bit": r + s[:31] + bytes([s[31] | 0x80]),
        "s with bit 253": r + s[:31] + bytes([s[31] | 0x20]),
        "r zero": bytes(32) + s,
        "r neutral": (1).to_bytes(32, "little") + s,
        "r of non-canonical encoding": (P + 1).to_bytes(32, "little") + s,
        "r all ones": b"\xff" * 32 + s,
        "r with its sign turned": r[:31] + bytes([r[31] ^ 0x80]) + s,
        "r and s exchanged": s + r,
        "big-endian": r[::-1] + s[::-1],
        "all zero": bytes(64),
        "63 bytes": signature[:63],
        "65 bytes": signature + b"\0",
        "r alone": r,
        "twice": signature + signature,
        "one byte": b"\0",
        "hexadecimal": signature.hex().encode(),
        "ASN.1": b"\x30\x44\x02\x20" + r + b"\x02\x20" + s,
    }


@pytest.mark.parametrize("name", altered(bytes(64)))
def test_an_altered_ed25519_signature_is_refused(name: str) -> None:
    request = signed()
    assert refusal(with_signature(request, altered(signature_of(request))[name])) == "signature"


def test_an_hmac_is_refused_when_cut_padded_or_of_another_hash() -> None:
    request = signed(MACHINE)
    mac = signature_of(request)
    others = [mac[:31], mac[:16], mac[:1], mac + b"\0", mac + mac, bytes(32), mac[::-1], mac.hex().encode()]
    others += [hashlib.sha256(mac).digest(), hashlib.sha512(mac).digest()]
    for other in others:
        assert refusal(with_signature(request, other)) == "signature"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "padding left out": lambda text: text.rstrip("="),
    "spare bits set": lambda text: text.rstrip("=")[:-1] + next_digit(text.rstrip("=")[-1]) + "=" * text.count("="),
    "one padding too many": lambda text: text + "=",
    "URL-safe alphabet": lambda text: (
        text.replace("+", "-").replace("/", "_") if set("+/") & set(text) else "-" + text[1:]
    ),
    "a blank inside": lambda text: text[:8] + " " + text[8:],
    "a colon inside": lambda text: text[:8] + ":" + text[8:],
    "nothing": lambda text: "",
    "only padding": lambda text: "==",
}


def next_digit(digit: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(digit) | 1]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("key", [CLERK, MACHINE], ids=["ed25519", "hmac"])
def test_a_signature_has_one_base64_spelling(key: PrivateKey, spelling: str) -> None:
    request = signed(key)
    text = base64.b64encode(signature_of(request)).decode()
    changed = replace_header(request, "Signature", f"glasshall=:{SPELLINGS[spelling](text)}:")
    assert refusal(changed) == "signature_format"


@pytest.mark.parametrize(
    "form",
    ["sig1=:{}:", "Glasshall=:{}:", "glasshall=:{}:, sig1=:{}:", "sig1=:{}:, glasshall=:{}:", "glasshall=:{}:;x=1", "glasshall=:{}:,",
     "glasshall=:{}:, glasshall=:{}:", 'glasshall="{}"', "glasshall={}", "glasshall=(:{}:)", "glasshall= :{}:", "glasshall", ":{}:", "{}"],
)  # fmt: skip
def test_the_signature_header_holds_one_byte_sequence_and_nothing_else(form: str) -> None:
    request = signed()
    text = base64.b64encode(signature_of(request)).decode()
    assert refusal(replace_header(request, "Signature", form.replace("{}", text))) == "signature_format"


def test_an_hmac_made_with_a_public_key_does_not_pass_for_ed25519() -> None:
    """The classic confusion: the public key, which everyone has, used as an HMAC secret."""
    public = CLERK.public().material
    for secret in (public, base64.b64encode(public), public.hex().encode()):
        forged = PrivateKey(CLERK.key_id, "hmac-sha256", secret)
        assert refusal(signed(forged)) == "signature"


def test_an_ed25519_signature_does_not_pass_for_an_hmac_and_the_other_way_round() -> None:
    as_machine = PrivateKey(MACHINE.key_id, "ed25519", CLERK.secret)
    assert refusal(signed(as_machine)) == "signature"
    hmac_of_clerk, ed25519_of_clerk = signed(PrivateKey(CLERK.key_id, "hmac-sha256", bytes(64))), signed()
    secret_record = Key(CLERK.key_id, "hmac-sha256", bytes(64))
    assert refuses(hmac_of_clerk, KEYRING[CLERK.key_id]) == "signature"
    assert refuses(ed25519_of_clerk, secret_record) == "signature"
    assert refuses(ed25519_of_clerk, Key(CLERK.key_id, "hmac-sha256", CLERK.public().material)) == "signature"
    verify(hmac_of_clerk, read_claim(hmac_of_clerk), secret_record, NOW)


def test_a_record_whose_algorithm_is_not_of_the_registry_verifies_nothing() -> None:
    request = signed()
    for alg in ("", "none", "ED25519", "ed25519 ", "rsa-pss-sha512", "ecdsa-p256-sha256"):
        assert refuses(request, Key(CLERK.key_id, alg, CLERK.public().material)) == "key"
        with pytest.raises(SignatureError):
            check_public_key(alg, CLERK.public().material)


def test_a_deployment_may_add_an_algorithm_and_nothing_else_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keyed BLAKE2s stands here for SM2 with SM3."""
    from http_message_signatures import HTTPSignatureAlgorithm

    class KeyedBlake2s(HTTPSignatureAlgorithm):
        algorithm_id = "keyed-blake2s"

        def __init__(self, public_key: bytes | None = None, private_key: bytes | None = None) -> None:
            self.key = public_key or private_key or b""

        def sign(self, message: bytes) -> bytes:
            return hashlib.blake2s(message, key=self.key).digest()

        def verify(self, signature: bytes, message: bytes) -> None:
            if not signature.startswith(
                self.sign(message)
            ):  # careless on purpose: the length is the profile's to check
                raise ValueError("no")

    def check(material: bytes) -> None:
        if len(material) != 32:
            raise SignatureError("key_material", "32 bytes")

    entry = Algorithm("keyed-blake2s", 32, check, lambda secret: secret, lambda: KeyedBlake2s)
    monkeypatch.setitem(ALGORITHMS, "keyed-blake2s", entry)
    key = PrivateKey("clerk-1", "keyed-blake2s", bytes(32))
    request = SignedRequest(
        "PUT", AUTHORITY, PATH, tuple(sign("PUT", AUTHORITY, PATH, BODY, JSON, key, NOW).items()), BODY
    )
    verify(request, read_claim(request), key.public(), NOW)
    assert refuses(request, Key("clerk-1", "keyed-blake2s", b"\1" * 32)) == "signature"
    assert refuses(with_signature(request, signature_of(request) + b"\0"), key.public()) == "signature"


@pytest.mark.parametrize("length", [0, 1, 16, 31, 129, 4096])
def test_an_hmac_secret_too_short_or_too_long_is_refused(length: int) -> None:
    for make in (
        lambda: check_public_key("hmac-sha256", bytes(length)),
        lambda: PrivateKey("m", "hmac-sha256", bytes(length)),
    ):
        with pytest.raises(SignatureError) as error:
            make()
        assert error.value.check == "key_material"


@pytest.mark.parametrize("length", [32, 64, 128])
def test_an_hmac_secret_of_32_to_128_bytes_is_taken(length: int) -> None:
    check_public_key("hmac-sha256", bytes(length))


def test_a_pem_file_gives_back_the_same_key() -> None:
    assert load_pem("clerk-1", save_pem(CLERK)) == CLERK
    assert save_pem(load_pem("clerk-1", save_pem(CLERK))) == save_pem(CLERK)


def test_a_pem_file_may_have_a_password() -> None:
    loaded = ed25519.Ed25519PrivateKey.from_private_bytes(CLERK.secret)
    pem = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word"))
    assert load_pem("clerk-1", pem, b"word") == CLERK
    for password in (None, b"", b"wrong"):
        with pytest.raises(SignatureError) as error:
            load_pem("clerk-1", pem, password)
        assert error.value.check == "key_material"


def test_a_pem_file_of_another_kind_is_refused() -> None:
    curve = ec.derive_private_key(7, ec.SECP256R1())
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (other, b"", b"-----BEGIN PRIVATE KEY-----\n", save_pem(CLERK)[:-40], CLERK.secret):
        with pytest.raises(SignatureError) as error:
            load_pem("clerk-1", pem)
        assert error.value.check == "key_material"


def test_a_private_key_is_checked_when_it_is_made() -> None:
    for key_id, alg, secret, check in (
        ("../x", "ed25519", bytes(32), "parameters"),
        ("", "ed25519", bytes(32), "parameters"),
        ("x", "ed25519", bytes(31), "key_material"),
        ("x", "ed25519", bytes(64), "key_material"),
        ("x", "rsa-pss-sha512", bytes(32), "key_material"),
    ):
        with pytest.raises(SignatureError) as error:
            PrivateKey(key_id, alg, secret)
        assert error.value.check == check
    with pytest.raises(SignatureError):
        save_pem(MACHINE)
