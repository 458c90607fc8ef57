"""What the routes of those who hold something share: the token of a case, or the secret of a receiver, sent as Bearer."""

from typing import TYPE_CHECKING

from chalicelib import wiring
from chalicelib.routes.endpoint import Request

if TYPE_CHECKING:
    from chalicelib.usecases.case_access import Access

PRIVATE_CACHE = "private, no-cache"


def bearer_of(request: Request) -> str | None:
    """Return the Bearer token of a request, or None."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def case_access() -> "Access":
    """Return what access needs, for one request."""
    from chalicelib.usecases.case_access import Access

    wired = wiring.current()
    return Access(wired.case_statuses, wired.keyring.of("case-token"), wired.now())
