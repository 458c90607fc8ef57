"""Who may call a route. Every route declares one; a test fails on a route that declares none."""

from enum import Enum


class Access(Enum):
    """The access policies there are."""

    PUBLIC = "public"
    """No key needed."""
    CASE = "case"
    """The Bearer token of one case, from its query code."""
    CODE = "code"
    """The query code of one case, in the body."""
    OPEN = "open"
    """Anybody may write, so many times an hour; the answer may bring a code or a secret, so it is kept by nobody."""
    RECEIVER = "receiver"
    """A secret of one receiver of webhooks, as Bearer."""
    KEY = "key"
    """An API key that the operator issued, as Bearer."""
    SIGNED = "signed"
    """An RFC 9421 signature by an agency's key."""
