"""`GET /v1`, `/v1/health` and `/v1/status`: where everything is, that it answers, and who last said something.

`/v1/status` names for each agency its last public act, what it has open and overdue by the last published figures, and, as
the clock last summed it up, when the next of its series is due and how many duties it has left undone. It costs one read of
the register's head (cached ten seconds), one query for the page of agencies, one batch for their figures and one for their
sums, and one query of a single item for each agency on the page: at most 24 small reads.
"""

from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import ENDPOINTS, Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, after_place, render_page
from chalicelib.routes.params import CURSOR, Parameter, whole_number
from chalicelib.store import keys
from chalicelib.store.views import Listing

routes = Routes(__name__, "meta")

VERSION = "0.1.0"
STATUS_LIMIT = Parameter(
    "limit", whole_number(1, 20), {"type": "integer", "minimum": 1, "maximum": 20}, "Agencies of a page.", 20
)


@routes.get(
    "/v1",
    access=Access.PUBLIC,
    summary="Where everything is, and how far the register goes",
    cache=PAGE_CACHE,
    response_model="Index",
)
def get_index(request: Request) -> Answer:
    """Return the index: every public address without a place to fill, the version, the register's index."""
    wired = wiring.current()
    base = wired.settings.base_path
    as_of = wired.views.as_of("changes", wired.now())
    links = {
        endpoint.path.removeprefix("/v1/").strip("/") or "page": base + endpoint.path
        for endpoint in ENDPOINTS
        if endpoint.method == "GET" and endpoint.access is Access.PUBLIC and "{" not in endpoint.path
    }
    return Answer(
        orjson.dumps(
            {
                "name": "Glasshall",
                "version": VERSION,
                "register_index": as_of.register_index,
                "time_zone": wired.settings.time_zone,
                "links": dict(sorted(links.items())),
            }
        )
    )


@routes.get(
    "/v1/health", access=Access.PUBLIC, summary="That the program answers", cache="no-store", response_model="Health"
)
def get_health(request: Request) -> Answer:
    """Answer without touching storage."""
    return Answer(orjson.dumps({"status": "ok"}))


@routes.get(
    "/v1/status",
    access=Access.PUBLIC,
    summary="When each agency last said something, and what it has overdue",
    cache=PAGE_CACHE,
    parameters=(STATUS_LIMIT, CURSOR),
    response_model="StatusList",
)
def list_status(request: Request) -> Answer:
    """List the agencies, newest first, each with its last public act in the register and its backlog."""
    wired = wiring.current()
    as_of = wired.views.as_of("changes", wired.now())
    page = wired.views.page(
        keys.ALL_PUBLISHED,
        keys.list_pk("agencies"),
        "agency",
        limit=request.parameters["limit"],
        after=after_place(request),
        forward=False,
    )
    agencies: list[dict[str, Any]] = [orjson.loads(summary) for summary in page.summaries]
    backlogs = wired.figures.find_many([f"agency:{agency['id']}" for agency in agencies], "backlog") if agencies else []
    sums = wired.catalogue.sums([agency["id"] for agency in agencies]) if agencies else []
    shown = [_status(agency, backlog, summed) for agency, backlog, summed in zip(agencies, backlogs, sums, strict=True)]
    return render_page(request, Listing(shown, page.last), as_of)


def _status(agency: dict[str, Any], backlog: bytes | None, sums: bytes | None) -> bytes:
    newest = wiring.current().views.newest_change(agency["id"])
    summed = orjson.loads(sums) if sums else {"cadence_due_on": None, "overdue_duties": 0}
    upload = orjson.loads(newest) if newest else {"at": None, "index": None}
    figure = orjson.loads(backlog) if backlog else {"open": None, "overdue": None}
    shown = {
        "agency": agency["id"],
        "name": agency["name"],
        "jurisdiction": agency["jurisdiction"],
        "url": agency["url"],
        "last_upload_at": upload["at"],
        "last_register_index": upload["index"],
        "open": figure["open"],
        "overdue": figure["overdue"],
        "cadence_due_on": summed["cadence_due_on"],
        "overdue_duties": summed["overdue_duties"],
    }
    return orjson.dumps(shown)
