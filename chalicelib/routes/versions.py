"""Versions of a record: what versioned nouns share.

A withdrawn service keeps its versions: cases are bound to them. A withdrawn disclosure keeps only its last, the tombstone.
"""

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.endpoint import Answer, Request
from chalicelib.routes.listing import after_place, render_page
from chalicelib.store.views import Listing


def version_number(text: str) -> int:
    """Read the number of a version from a path.

    Raises:
        NotFoundError: there can be no such version.
    """
    if not text.isascii() or not text.isdigit() or text.startswith("0") or len(text) > 6:
        raise NotFoundError("a version is a number from 1 to 999999")
    return int(text)


def answer_versions(request: Request, kind: str, collection: str, record_id: str, *, keeps: bool) -> Answer:
    """Answer a page of a record's versions, newest first; `keeps` says whether withdrawal leaves the earlier ones.

    Raises:
        NotFoundError: there is no such record.
    """
    wired = wiring.current()
    after = after_place(request)
    as_of = wired.views.as_of(collection, wired.now())
    page = wired.views.versions(kind, record_id, request.parameters["limit"], after)
    if not keeps and wired.views.is_withdrawn(kind, record_id):
        page = Listing(page.summaries[:1] if after is None else [], None)
    if not page.summaries and after is None:
        raise NotFoundError("no such record")
    return render_page(request, page, as_of)
