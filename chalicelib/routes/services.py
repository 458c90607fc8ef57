"""Public reads of services and their commitments, now and as they stood."""

from chalicelib import wiring
from chalicelib.domain.placed import SERVICES_BY_CENTRE, SERVICES_BY_LIFE_EVENT
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.links import declare_links
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    PublicList,
    answer_list,
    answer_record,
)
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    DATE_SCHEMA,
    ID_SCHEMA,
    JURISDICTION,
    LIMIT,
    UPDATED_SINCE,
    Parameter,
    any_of,
    any_word_of,
    read_date,
    read_id,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import VERSIONED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "services")

SERVICES = PublicList(
    "services",
    "service",
    {"": keys.ALL_PUBLISHED, "agency": keys.AGENCY_PUBLISHED, "jurisdiction": keys.JURISDICTION_PUBLISHED},
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
    placed={"centre": SERVICES_BY_CENTRE, "life_event": SERVICES_BY_LIFE_EVENT},
)
CENTRE = any_of("centre", read_id, ID_SCHEMA, "Only services with a window at this centre.")
LIFE_EVENT = any_of("life_event", read_id, ID_SCHEMA, "Only services for this need (`/v1/codes/life_event`).")
SERVICE_KINDS = (
    "licence",
    "confirmation",
    "benefit",
    "penalty",
    "coercion",
    "collection",
    "inspection",
    "award",
    "adjudication",
    "other_power",
    "public_service",
    "request",
)
HANDLINGS = ("immediate", "promised", "on_pledge")
SERVICE_KIND = any_word_of("service_kind", SERVICE_KINDS, "Only services of this kind (`/v1/codes/service_kind`).")
HANDLING = any_word_of("handling", HANDLINGS, "Only services that are handled so.")
AS_OF = Parameter("as_of", read_date, DATE_SCHEMA, "The commitment as it stood on this day.")


@routes.get(
    "/v1/services",
    access=Access.PUBLIC,
    summary="Services, newest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        CENTRE,
        LIFE_EVENT,
        SERVICE_KIND,
        HANDLING,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "centre", "life_event", "service_kind", "handling"),
    ),
    response_model="ServiceList",
)
def list_services(request: Request) -> Answer:
    """List services."""
    return answer_list(request, SERVICES)


@routes.get(
    "/v1/services/{record_id}",
    access=Access.PUBLIC,
    summary="One service: what is promised about it, and how complete the promise is",
    cache=ITEM_CACHE,
    parameters=(AS_OF,),
    response_model="Service",
)
def get_service(request: Request, record_id: str) -> Answer:
    """Return one service, now or as it stood on a day."""
    views = wiring.current().views
    day = request.parameters["as_of"]
    if day is None:
        return answer_record(views.record("service", record_id))
    return answer_record(views.version_on("service", record_id, day))


declare_versions(routes, Versioned("services", "service", "a service"), "Service")
declare_links(routes, VERSIONED["service"])
