"""Public reads of closed periods of statistics: what binds every figure of one, as the register has it, and what it is made of."""

import orjson

from chalicelib import wiring
from chalicelib.domain.statistics.periods import ALL, read_period
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    after_place,
    answer_list,
    answer_record,
    render_page,
)
from chalicelib.routes.params import AGENCY, CURSOR, JURISDICTION, LIMIT, UPDATED_SINCE, any_of
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import Versioned, declare_versions
from chalicelib.store import keys
from chalicelib.store.views import AsOf, Listing

KIND, COLLECTION = "period", "statistics-periods"
routes = Routes(__name__, COLLECTION)

PERIODS = PublicList(
    COLLECTION,
    KIND,
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "period": keys.CATEGORY_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)


def _closed(text: str) -> str:
    if read_period(text) == ALL:
        raise ValueError("a closed period is YYYY, YYYY-Qn or YYYY-MM")
    return text


PERIOD = any_of(
    "period",
    _closed,
    {"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?$"},
    "Only this period: `YYYY`, `YYYY-Qn` or `YYYY-MM`.",
)


@routes.get(
    "/v1/statistics-periods",
    access=Access.PUBLIC,
    summary="Closed periods of statistics, each with one hash of every figure, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        PERIOD,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "period"),
    ),
    response_model="SealedPeriodList",
)
def list_periods(request: Request) -> Answer:
    """List closed periods."""
    return answer_list(request, PERIODS)


@routes.get(
    "/v1/statistics-periods/{record_id}",
    access=Access.PUBLIC,
    summary="One closed period: how many figures it has, and one hash of all of them",
    cache=ITEM_CACHE,
    response_model="SealedPeriod",
)
def get_period(request: Request, record_id: str) -> Answer:
    """Return one closed period."""
    return answer_record(wiring.current().views.record(KIND, record_id))


@routes.get(
    "/v1/statistics-periods/{record_id}/cells",
    access=Access.PUBLIC,
    summary="What the hash of a closed period is made of: one hash for each cell, as it stands now",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="SealedCellList",
)
def list_period_cells(request: Request, record_id: str) -> Answer:
    """List the cells that have settled figures in a period, in the order in which they are hashed."""
    wired = wiring.current()
    as_of = wired.figures.as_of(wired.now())  # before the page: the page may only know more
    body = wired.views.record(KIND, record_id)
    if body is None:
        raise NotFoundError("no such record")
    record = orjson.loads(body)
    limit, after = request.parameters["limit"], after_place(request)
    found = wired.figures.sealed(record["jurisdiction"], record["period"], limit, after)
    cells = [
        orjson.dumps({"cell": cell, "figures": seal.figures, "sha256": seal.sha256}) for cell, seal in found[:limit]
    ]
    last = found[limit - 1][0] if len(found) > limit else None
    return render_page(request, Listing(cells, last), AsOf(None, as_of))


declare_versions(routes, Versioned(COLLECTION, KIND, "a closed period", erasable=False), "SealedPeriod")
