"""Base64url without padding (RFC 7515, section 2), in the one spelling that the bytes have."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from .errors import Check, SignatureError

_TEXT = re.compile(r"[A-Za-z0-9_-]*")


def encode(raw: bytes) -> str:
    """Return the text of these bytes."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of a text: no padding, no other character, no bit left over.

    Raises:
        SignatureError: `signature_format`.
    """
    if _TEXT.fullmatch(text) and len(text) % 4 != 1:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if encode(raw) == text:
            return raw
    raise SignatureError(Check.SIGNATURE_FORMAT, "This is not base64url without padding in its one spelling.")
