"""Public reads of agencies."""

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PERMANENT_CACHE,
    PublicList,
    answer_list,
    answer_record,
)
from chalicelib.routes.params import CURSOR, JURISDICTION, LIMIT, UPDATED_SINCE
from chalicelib.routes.versions import answer_versions, version_number
from chalicelib.store import keys

routes = Routes(__name__, "agencies")

AGENCIES = PublicList(
    "agencies",
    "agency",
    {"": keys.ALL_PUBLISHED, "jurisdiction": keys.JURISDICTION_PUBLISHED},
    {"": keys.ALL_CHANGED},
)


@routes.get(
    "/v1/agencies",
    access=Access.PUBLIC,
    summary="Agencies, newest first",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR, JURISDICTION, UPDATED_SINCE),
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


@routes.get(
    "/v1/agencies/{record_id}/versions",
    access=Access.PUBLIC,
    summary="Every version of an agency, newest first",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="AgencyList",
)
def list_agency_versions(request: Request, record_id: str) -> Answer:
    """List the versions of an agency."""
    return answer_versions(request, "agency", "agencies", record_id, keeps=True)


@routes.get(
    "/v1/agencies/{record_id}/versions/{number}",
    access=Access.PUBLIC,
    summary="One version of an agency; never changes",
    cache=PERMANENT_CACHE,
    response_model="Agency",
)
def get_agency_version(request: Request, record_id: str, number: str) -> Answer:
    """Return one version."""
    return answer_record(wiring.current().views.version("agency", record_id, version_number(number)))
