"""Who names a record: the read that makes one life of draft, hearing, final text, service, rule and repeal, declared once."""

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, after_place, render_page
from chalicelib.routes.params import CURSOR, LIMIT
from chalicelib.routes.versions import Versioned
from chalicelib.store import keys


def declare_links(routes: Routes, noun: Versioned) -> None:
    """Declare the list of the records that name one of a noun."""

    def list_links(request: Request, record_id: str) -> Answer:
        wired, after = wiring.current(), after_place(request)
        as_of = wired.views.as_of(noun.collection, wired.now())
        page = wired.views.page(
            keys.PLACED,
            keys.list_pk(f"links to {noun.kind}", record_id),
            "",
            limit=request.parameters["limit"],
            after=after,
            forward=False,
        )
        if not page.summaries and after is None and wired.views.record(noun.kind, record_id) is None:
            raise NotFoundError("no such record")
        return render_page(request, page, as_of)

    list_links.__name__ = f"list_{noun.kind}_links"
    list_links.__doc__ = (
        f"List what names {noun.spoken}: its draft, hearings and filings, what interprets or replaces it."
    )
    routes.get(
        f"/v1/{noun.collection}/{{record_id}}/links",
        access=Access.PUBLIC,
        summary=f"Records that name {noun.spoken}, and how they stand to it, newest first",
        cache=PAGE_CACHE,
        parameters=(LIMIT, CURSOR),
        response_model="LinkedRecordList",
    )(list_links)
