"""API keys: who may subscribe to public topics. The operator issues them; reading needs none.

A key is `ghk_`, its id, a full stop and 256 bits of chance. Of it only the SHA-256 is stored: nobody guesses 256 bits, so a
slow hash would only cost time. A revoked key is kept, so its id is never given out again; what it subscribed to is silent
from then on.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.errors import Problem, RefusedError

PREFIX = "ghk_"
CHANCE_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_TEXT = re.compile(rf"{PREFIX}({_ID.pattern})\.([A-Za-z0-9_-]{{43}})")
HOLDER_LIMIT = 200


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored."""

    key_id: str
    holder: str
    """Whom the operator gave it to, in words."""
    sha256: str
    created_at: str
    revoked_at: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is not revoked."""
        return not self.revoked_at


def made(key_id: str, holder: str, chance: bytes, at: str) -> tuple[ApiKey, str]:
    """Return a new key, and its text, which is told once.

    Raises:
        RefusedError: the id or the holder is none.
    """
    if not _ID.fullmatch(key_id):
        raise RefusedError(Problem("api_key_id", "1 to 32 letters, digits, - and _, beginning with a letter or digit"))
    if not 1 <= len(holder) <= HOLDER_LIMIT:
        raise RefusedError(Problem("api_key_holder", f"whose key it is, in 1 to {HOLDER_LIMIT} characters"))
    text = f"{PREFIX}{key_id}.{urlsafe_b64encode(chance).decode().rstrip('=')}"
    return ApiKey(key_id, holder, sha256(text.encode()).hexdigest(), at), text


def id_in(text: str) -> str | None:
    """Return the id of the key that a text says it is, or None if it is no key's text."""
    shaped = _TEXT.fullmatch(text)
    return shaped[1] if shaped else None


def is_text_of(text: str, key: ApiKey) -> bool:
    """Return whether a text is this key's, and the key holds."""
    return hmac.compare_digest(sha256(text.encode()).hexdigest(), key.sha256) and key.holds
