"""Reading the request line and the header lines a signature depends on, without any repair.

RFC 9421 section 2.1 lets a verifier unfold, trim and join field lines. This profile does not: each header it needs
stands there once, in printable ASCII, without surrounding blanks; method, authority and path are in the one form the
signature base holds. So the bytes that were signed are the bytes that are read, and there is nothing to disagree on.
"""

import base64
import hashlib
import hmac
import re

from .errors import Check, SignatureError
from .messages import CONTENT_DIGEST, LABEL, SIGNATURE, SignedRequest

MAX_HEADER_CHARACTERS = 2048

_METHOD = re.compile(r"[A-Z]+")
# RFC 9421 section 2.2.3: lower case, and a default port is left out. A port number has no leading zero.
_AUTHORITY = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?!(?:80|443)\Z)[1-9][0-9]{0,4})?")
# RFC 3986 pchar without percent escapes: an id never needs one, and two spellings of one path are one too many.
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_SIGNATURE = re.compile(rf"{LABEL}=:([A-Za-z0-9+/]+={{0,2}}):")
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NONCE = re.compile(r"[ -~]{1,128}")
_SHA_256 = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def check_request_line(method: str, authority: str, path: str) -> None:
    """Refuse a method, authority or path that is not in the one form that is signed.

    Raises:
        SignatureError: `request`.
    """
    forms = ((_METHOD, method), (_AUTHORITY, authority), (_PATH, path))
    if not all(form.fullmatch(value) for form, value in forms):
        raise SignatureError(
            Check.REQUEST,
            "Method, authority or path is not in the form that can be signed: upper-case method, lower-case authority "
            "without a default port, path without query or percent escape.",
        )


def check_header_value(value: str) -> None:
    """Refuse a header value that is empty, long, blank-padded or not printable ASCII.

    Raises:
        SignatureError: `headers`.
    """
    if len(value) > MAX_HEADER_CHARACTERS or not _HEADER_VALUE.fullmatch(value):
        raise SignatureError(
            Check.HEADERS,
            "A header of the signature is empty, too long, has blanks around its value, or is not printable ASCII.",
        )


def single_header(request: SignedRequest, name: str) -> str:
    """Return the value of the header of this lower-case name, which must stand there exactly once.

    Raises:
        SignatureError: `headers`.
    """
    values = [value for field_name, value in request.headers if field_name.lower() == name]
    if len(values) != 1:
        raise SignatureError(
            Check.HEADERS,
            "Signature-Input and Signature, and for a request with a body Content-Digest and Content-Type, "
            "must each stand there exactly once.",
        )
    check_header_value(values[0])
    return values[0]


def signature_bytes(request: SignedRequest) -> bytes:
    """Return the bytes of the one signature, labelled `glasshall` and in canonical base64 (RFC 9651 section 3.3.5).

    Raises:
        SignatureError: `headers` or `signature_format`.
    """
    found = _SIGNATURE.fullmatch(single_header(request, SIGNATURE))
    decoded = _canonical_base64(found[1]) if found else None
    if decoded is None:
        raise SignatureError(
            Check.SIGNATURE_FORMAT,
            "Signature must hold exactly one signature, labelled glasshall, as a byte sequence in canonical base64.",
        )
    return decoded


def check_content_digest(request: SignedRequest) -> None:
    """Check the Content-Digest (RFC 9530 section 2) against the bytes of the body.

    Raises:
        SignatureError: `headers`, `content_digest` for its form, `body` when it is the digest of other bytes.
    """
    found = _SHA_256.fullmatch(single_header(request, CONTENT_DIGEST))
    claimed = _canonical_base64(found[1]) if found else None
    if claimed is None:
        raise SignatureError(
            Check.CONTENT_DIGEST, "Content-Digest must hold exactly one sha-256 member in canonical base64."
        )
    if not hmac.compare_digest(claimed, hashlib.sha256(request.body).digest()):
        raise SignatureError(Check.BODY, "Content-Digest is not that of the body as it arrived.")


def check_identifiers(key_id: object, nonce: object) -> None:
    """Refuse a key id that is not an id of this interface, or a nonce that is not 1 to 128 printable characters.

    An id can name no path and no other row of a store.

    Raises:
        SignatureError: `parameters`.
    """
    if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
        raise SignatureError(Check.PARAMETERS, "keyid must be an id: letters, digits, dot, underscore and hyphen.")
    if nonce is not None and not (isinstance(nonce, str) and _NONCE.fullmatch(nonce)):
        raise SignatureError(Check.PARAMETERS, "nonce must be a string of 1 to 128 printable ASCII characters.")


def _canonical_base64(text: str) -> bytes | None:
    """Decode base64; None unless encoding the result again gives the same text (padding there, its spare bits zero)."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return decoded if base64.b64encode(decoded).decode("ascii") == text else None
