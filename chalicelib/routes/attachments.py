"""Attachments as readers get them: an address by their SHA-256, on a host of their own, that does not expire."""

from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE

routes = Routes(__name__, "disclosures")


@routes.get(
    "/v1/disclosures/{record_id}/attachments/{name}",
    access=Access.PUBLIC,
    summary="A file of a disclosure: an address by its SHA-256, which does not expire",
    cache=ITEM_CACHE,
    statuses=(302,),
)
def get_attachment(request: Request, record_id: str, name: str) -> Answer:
    """Send the reader to the address of a file that the disclosure shows now; a withdrawn disclosure shows none."""
    wired = wiring.current()
    body = wired.views.record("disclosure", record_id)
    shown: dict[str, Any] = orjson.loads(body) if body else {}
    found = next((each for each in shown.get("attachments", ()) if each["name"] == name), None)
    if found is None:
        raise NotFoundError("no such attachment")
    return Answer(status=302, headers={"Location": address_of(found["sha256"], shown["agency"])})


def address_of(sha256: str, agency: str) -> str:
    """Return the address at which a file is given out."""
    from chalicelib.domain.attachments import given_out_path

    return f"{wiring.current().settings.files_url}/{given_out_path(sha256, agency)}"
