"""Public reads of services and their commitments, now and as they stood."""

import orjson

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
    IDS,
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

JSON_LD = ".jsonld"

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
        IDS,
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
    suffixes=(JSON_LD,),
)
def get_service(request: Request, record_id: str) -> Answer:
    """Return one service, now or as it stood on a day; `.jsonld` gives it as CPSV-AP 3.2.0."""
    views = wiring.current().views
    day = request.parameters["as_of"]
    body = views.record("service", record_id) if day is None else views.version_on("service", record_id, day)
    return _linked(answer_record(body)) if request.suffix == JSON_LD else answer_record(body)


def _linked(answer: Answer) -> Answer:
    """Return a service as CPSV-AP, with the names of the agencies that it names."""
    from chalicelib.domain import cpsv

    wired = wiring.current()
    service = orjson.loads(answer.body)
    named = cpsv.agencies_of(service)
    bodies = zip(named, wired.views.records("agency", named), strict=True)
    agencies = {agency: orjson.loads(body) for agency, body in bodies if body is not None}
    document = cpsv.public_service(service, agencies, wired.settings.public_url)
    return Answer(orjson.dumps(document), media_type=cpsv.MEDIA_TYPE)


declare_versions(routes, Versioned("services", "service", "a service", erasable=False), "Service")
declare_links(routes, VERSIONED["service"])
