"""Cursors: opaque, bound to the route and its filters, and of one spelling each.

A cursor is base64url of a MAC and the sort key to go on after. Any change of a bit, another filter or another route is 400.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.errors import MalformedError, Problem

MAC_BYTES = 16
UNBOUND = frozenset({"cursor", "limit", "count", "facets"})
"""What may change from page to page: how much is told at once, not what it is a list of."""


def binding(path: str, parameters: Mapping[str, Any]) -> bytes:
    """Return what a cursor is bound to: the route and every filter, but not the size of a page."""
    filters = sorted((name, str(value)) for name, value in parameters.items() if name not in UNBOUND)
    return repr((path, filters)).encode()


def seal(place: str, bound_to: bytes, key: bytes) -> str:
    """Return the cursor for a place in a list."""
    raw = place.encode()
    return base64.urlsafe_b64encode(_mac(raw, bound_to, key) + raw).rstrip(b"=").decode()


def unseal(cursor: str, bound_to: bytes, keys: Iterable[bytes]) -> str:
    """Return the place that a cursor names, sealed with any of the keys.

    Raises:
        MalformedError: it is not one of ours, or of another list.
    """
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _invalid() from error
    mac, raw = sealed[:MAC_BYTES], sealed[MAC_BYTES:]
    canonical = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
    if canonical != cursor or not any(hmac.compare_digest(mac, _mac(raw, bound_to, key)) for key in keys):
        raise _invalid()
    return raw.decode()


def _mac(raw: bytes, bound_to: bytes, key: bytes) -> bytes:
    return hmac.digest(key, len(bound_to).to_bytes(4) + bound_to + raw, "sha256")[:MAC_BYTES]


def _invalid() -> MalformedError:
    message = "not a cursor of this list with these filters; take it from `next` and change nothing"
    return MalformedError(Problem("cursor_invalid", message, parameter="cursor"))
