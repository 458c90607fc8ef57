"""`GET /v1/agencies/{id}/completeness`: how much of what must be open is open, and what exactly is missing.

What each service lacks is read from the catalogue of the agency, a page of it, as the register left it. The sums over
everything that the agency holds are those of the clock, which sums up after the register has changed the catalogue and each
day: a request never reads more than a page.
"""

from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, after_place, as_of_told, onward
from chalicelib.routes.params import CURSOR, LIMIT

routes = Routes(__name__, "agencies")


@routes.get(
    "/v1/agencies/{record_id}/completeness",
    access=Access.PUBLIC,
    summary="How much of what an agency must have open is open, and what exactly is missing",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="AgencyCompleteness",
)
def get_completeness(request: Request, record_id: str) -> Answer:
    """Return breadth, depth and display of an agency, and what each of its services lacks, by id."""
    from chalicelib.domain.completeness import of_agency, of_service

    wired = wiring.current()
    as_of = wired.views.as_of("services", wired.now())  # before the page: the page may only know more
    body = wired.views.record("agency", record_id)
    if body is None:
        raise NotFoundError("no such record")
    (sums,) = wired.catalogue.sums([record_id])
    page = wired.catalogue.services(record_id, request.parameters["limit"], after_place(request))
    cursor, headers = onward(request, page.last)
    services = f"{wired.settings.base_path}/v1/services/"
    agency, items = orjson.loads(body), [of_service(holding) for holding in page.holdings]
    shown = {
        "agency": record_id,
        **(_told(orjson.loads(sums)) if sums else of_agency((), agency["calendar"], agency["level"])),
        "items": [{**item, "url": services + item["service"]} for item in items],
        "next": cursor,
        "as_of": as_of_told(as_of),
    }
    return Answer(orjson.dumps(shown), headers=headers)


_OF_STATUS = ("cadence_due_on", "overdue_duties")


def _told(sums: dict[str, Any]) -> dict[str, Any]:
    """Return sums as this answer tells them: what is due and overdue stands in the status."""
    counted_at = localised(sums["counted_at"], wiring.current().settings.time_zone)
    return {**{name: sum_ for name, sum_ in sums.items() if name not in _OF_STATUS}, "counted_at": counted_at}
