"""Public reads of agencies."""

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    answer_list,
    answer_record,
)
from chalicelib.routes.params import CURSOR, ID_SCHEMA, JURISDICTION, LIMIT, UPDATED_SINCE, any_of, any_word_of, read_id
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "agencies")

AGENCIES = PublicList(
    "agencies",
    "agency",
    {"": keys.ALL_PUBLISHED, "jurisdiction": keys.JURISDICTION_PUBLISHED},
    {"": keys.ALL_CHANGED},
)
LEVELS = ("province", "city", "county", "township", "department")
LEVEL = any_word_of("level", LEVELS, "Only agencies of this level.")
PARENT = any_of("parent", read_id, ID_SCHEMA, "Only agencies directly below this one.")


@routes.get(
    "/v1/agencies",
    access=Access.PUBLIC,
    summary="Agencies, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        JURISDICTION,
        LEVEL,
        PARENT,
        UPDATED_SINCE,
        *searched_by("jurisdiction", "level"),
    ),
    response_model="AgencyList",
)
def list_agencies(request: Request) -> Answer:
    """List agencies."""
    return answer_list(request, AGENCIES)


@routes.get(
    "/v1/agencies/{record_id}",
    access=Access.PUBLIC,
    summary="One agency: duties, contacts, complaint channels",
    cache=ITEM_CACHE,
    response_model="Agency",
)
def get_agency(request: Request, record_id: str) -> Answer:
    """Return one agency."""
    return answer_record(wiring.current().views.record("agency", record_id))


declare_versions(routes, Versioned("agencies", "agency", "an agency", erasable=False), "Agency")
