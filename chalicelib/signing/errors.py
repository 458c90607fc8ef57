"""The one error of the signing profile and the closed list of checks it can name.

Invariants: `SignatureError.check` is always a member of `Check`; the message is a fixed sentence that holds nothing
received and nothing expected, so it may be sent to the caller as it stands.
"""

from enum import StrEnum


class Check(StrEnum):
    """What was checked, in about the order in which it is checked."""

    REQUEST = "request"
    HEADERS = "headers"
    SIGNATURE_INPUT = "signature_input"
    ALGORITHM = "algorithm"
    PARAMETERS = "parameters"
    TAG = "tag"
    COMPONENTS = "components"
    SIGNATURE_FORMAT = "signature_format"
    KEY = "key"
    CREATED = "created"
    EXPIRES = "expires"
    CONTENT_DIGEST = "content_digest"
    BODY = "body"
    SIGNATURE = "signature"
    KEY_MATERIAL = "key_material"


class SignatureError(Exception):
    """A signature, or the key for one, was refused; `check` says by which check."""

    def __init__(self, check: str, message: str) -> None:
        super().__init__(message)
        self.check = Check(check)
        self.message = message


def unknown_key() -> SignatureError:
    """Return the one refusal for keys that are unknown, revoked, expired or of another kind: they read alike."""
    return SignatureError(Check.KEY, "The key of this signature is not known or not in force.")
