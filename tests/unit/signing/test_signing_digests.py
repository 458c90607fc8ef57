"""S2: the bytes of the body are bound by a covered Content-Digest, or the request is refused.

Every request here carries a signature that is right for what it covers; only the digest is wrong.
"""

import base64
import hashlib
import zlib
from random import Random

import pytest

from tests.unit.signing import reference
from tests.unit.signing.samples import BODY, CLERK, MACHINE, refusal, replace_header, signed, signed_read, with_headers

RIGHT = reference.content_digest(BODY)
SHA_512 = reference.byte_sequence("sha-512", hashlib.sha512(BODY).digest())
VALUE = RIGHT.removeprefix("sha-256=")


def weak(name: str, digest: bytes) -> str:
    return reference.byte_sequence(name, digest)


WRONG_DIGESTS: dict[str, tuple[str, str]] = {
    "of other bytes": (reference.content_digest(BODY + b" "), "body"),
    "of the empty body": (reference.content_digest(b""), "body"),
    "all zero": (reference.byte_sequence("sha-256", bytes(32)), "body"),
    "of the digest": (reference.content_digest(hashlib.sha256(BODY).digest()), "body"),
    "sha-512 alone": (SHA_512, "content_digest"),
    "sha-512 first": (f"{SHA_512}, {RIGHT}", "content_digest"),
    "sha-512 second": (f"{RIGHT}, {SHA_512}", "content_digest"),
    "the right one twice": (f"{RIGHT}, {RIGHT}", "content_digest"),
    "a wrong one, then the right one": (f"{reference.content_digest(b'x')}, {RIGHT}", "content_digest"),
    "the right one, then a wrong one": (f"{RIGHT}, {reference.content_digest(b'x')}", "content_digest"),
    "md5": (weak("md5", hashlib.md5(BODY).digest()), "content_digest"),
    "sha": (weak("sha", hashlib.sha1(BODY).digest()), "content_digest"),
    "unixsum": (weak("unixsum", zlib.crc32(BODY).to_bytes(4, "big")), "content_digest"),
    "a weak one beside the right one": (f"{RIGHT}, {weak('md5', hashlib.md5(BODY).digest())}", "content_digest"),
    "a 32-byte value under a weak name": (f"md5={VALUE}", "content_digest"),
    "upper-case name": (f"SHA-256={VALUE}", "content_digest"),
    "name of RFC 3230": (f"SHA-256={VALUE.strip(':')}", "content_digest"),
    "as a string": (f'sha-256="{VALUE.strip(":")}"', "content_digest"),
    "as a token": ("sha-256=abc", "content_digest"),
    "without a value": ("sha-256", "content_digest"),
    "empty bytes": ("sha-256=::", "content_digest"),
    "with a parameter": (f"{RIGHT};x=1", "content_digest"),
    "hexadecimal": (f"sha-256=:{hashlib.sha256(BODY).hexdigest()}:", "content_digest"),
    "cut to 31 bytes": (reference.byte_sequence("sha-256", hashlib.sha256(BODY).digest()[:31]), "content_digest"),
    "33 bytes": (reference.byte_sequence("sha-256", hashlib.sha256(BODY).digest() + b"\0"), "content_digest"),
    "without padding": (RIGHT.replace("=:", ":").replace("256:", "256=:"), "content_digest"),
    "URL-safe alphabet": ("sha-256=" + VALUE[:5] + "-" + VALUE[6:], "content_digest"),
    "a trailing comma": (f"{RIGHT},", "content_digest"),
    "a blank inside": (RIGHT.replace("=", "= ", 1), "content_digest"),
}


@pytest.mark.parametrize("key", [CLERK, MACHINE], ids=["ed25519", "hmac"])
@pytest.mark.parametrize("name", WRONG_DIGESTS)
def test_a_signed_digest_that_is_not_the_one_is_refused(name: str, key: object) -> None:
    digest, check = WRONG_DIGESTS[name]
    signer = CLERK if key is CLERK else MACHINE
    assert refusal(signed(signer, digest=digest)) == check


def test_a_body_other_than_the_digested_one_is_refused() -> None:
    request = signed()
    for body in (b"", BODY + b"\n", BODY[:-1], BODY.upper(), b"\xef\xbb\xbf" + BODY):
        changed = signed(body=body, digest=dict(request.headers)["Content-Digest"])
        assert refusal(changed) == "body"


def test_an_empty_body_needs_its_digest_like_any_other() -> None:
    assert refusal(signed(body=b"")) == "accepted"
    assert refusal(replace_header(signed(body=b""), "Content-Digest", None)) == "headers"
    assert refusal(signed(body=b"", digest=RIGHT)) == "body"


def test_an_absent_digest_is_refused_even_when_it_is_said_to_be_covered() -> None:
    assert refusal(replace_header(signed(), "Content-Digest", None)) == "headers"


def test_a_right_digest_that_is_not_covered_is_refused() -> None:
    uncovered = [name for name in reference.WRITE_COMPONENTS if name != '"content-digest"']
    assert refusal(signed(components=uncovered)) == "components"


def test_two_digest_headers_are_refused_in_either_order() -> None:
    request = signed()
    wrong = ("Content-Digest", reference.content_digest(b"x"))
    for headers in (
        (*request.headers, wrong),
        (wrong, *request.headers),
        (*request.headers, ("content-digest", RIGHT)),
    ):
        assert refusal(with_headers(request, *headers)) == "headers"


def test_the_four_spellings_of_the_last_base64_digit_give_one_accepted() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(RIGHT[-3])
    for spare in range(4):
        digest = RIGHT[:-3] + alphabet[last | spare] + RIGHT[-2:]
        assert base64.b64decode(digest[9:-1]) == hashlib.sha256(BODY).digest()
        assert refusal(signed(digest=digest)) == ("accepted" if digest == RIGHT else "content_digest")


def test_a_read_with_a_body_is_refused_because_nothing_covers_it() -> None:
    for method in ("GET", "HEAD"):
        request = signed_read(method=method)
        with_body = type(request)(method, request.authority, request.path, request.headers, b"x")
        assert refusal(request) == "accepted"
        assert refusal(with_body) == "body"


def test_two_thousand_drawn_digest_cases_are_all_refused() -> None:
    random = Random(9530)
    seen = 0
    while seen < 2000:
        body = random.randbytes(random.choice((0, 1, 40)))
        digest = bytearray(hashlib.sha256(body).digest())
        digest[random.randrange(32)] ^= 1 << random.randrange(8)
        one = reference.byte_sequence(random.choice(("sha-256", "sha-512", "md5", "sha", "crc32c")), bytes(digest))
        two = random.choice(("", f", {reference.content_digest(body)}", f", {one}"))
        assert refusal(signed(random.choice((CLERK, MACHINE)), body=body, digest=one + two)) in {
            "body",
            "content_digest",
        }
        seen += 1
