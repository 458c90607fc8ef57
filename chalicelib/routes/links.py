"""Who names a record: the read that makes one life of draft, hearing, final text, service, rule and repeal, declared once."""

from chalicelib.domain.placed import links_to
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, answer_placed
from chalicelib.routes.params import CURSOR, LIMIT
from chalicelib.routes.versions import Versioned
from chalicelib.store import keys


def declare_links(routes: Routes, noun: Versioned) -> None:
    """Declare the list of the records that name one of a noun."""

    def list_links(request: Request, record_id: str) -> Answer:
        partition = keys.list_pk(links_to(noun.kind), record_id)
        return answer_placed(request, "", partition, of=(noun.kind, record_id), collection=noun.collection)

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
