"""Public reads of service centres: their windows, and when they are open, today too."""

from datetime import date, timedelta
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import in_zone
from chalicelib.errors import ErasedError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE, PAGE_CACHE, PublicList, answer_list, answer_record
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    DATE_SCHEMA,
    JURISDICTION,
    LIMIT,
    UPDATED_SINCE,
    Parameter,
    read_date,
    whole_number,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "centres")

CENTRES = PublicList(
    "centres",
    "centre",
    {"": keys.ALL_PUBLISHED, "agency": keys.AGENCY_PUBLISHED, "jurisdiction": keys.JURISDICTION_PUBLISHED},
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)
MOST_DAYS = 31
AHEAD_DAYS = 31
"""How far ahead it is looked for when it opens or closes next."""
FROM = Parameter("from", read_date, DATE_SCHEMA, "The first day; today where the centre is, without it.")
DAYS = Parameter(
    "days",
    whole_number(1, MOST_DAYS),
    {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
    "How many days.",
    7,
)


@routes.get(
    "/v1/centres",
    access=Access.PUBLIC,
    summary="Service centres, newest first",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR, AGENCY, JURISDICTION, UPDATED_SINCE, *searched_by("agency", "jurisdiction")),
    response_model="CentreList",
)
def list_centres(request: Request) -> Answer:
    """List service centres."""
    return answer_list(request, CENTRES)


@routes.get(
    "/v1/centres/{record_id}",
    access=Access.PUBLIC,
    summary="One service centre: its windows, which service at which, hours and payment",
    cache=ITEM_CACHE,
    response_model="Centre",
    other_models=(ERASED,),
)
def get_centre(request: Request, record_id: str) -> Answer:
    """Return one service centre."""
    return answer_record(wiring.current().views.record("centre", record_id))


@routes.get(
    "/v1/centres/{record_id}/hours",
    access=Access.PUBLIC,
    summary="When a service centre is open, day by day, and whether it is now",
    cache=PAGE_CACHE,
    parameters=(FROM, DAYS),
    response_model="CentreHours",
    statuses=(410,),
)
def get_centre_hours(request: Request, record_id: str) -> Answer:
    """Return the hours of each day with the reason, holidays and make-up working days counted; what is not known is null."""
    from chalicelib.domain.opening_hours import changes_at, hours_on, is_open

    wired = wiring.current()
    centre = orjson.loads(answer_record(wired.views.record("centre", record_id)).body)
    if "erased" in centre:
        raise ErasedError("this centre was erased by order")
    time_zone, now = centre["time_zone"], wired.now()
    today = date.fromisoformat(in_zone(now, time_zone)[:10])
    first = date.fromisoformat(request.parameters["from"] or today.isoformat())
    closed = centre["stage"] == "closed"

    def of(day: date) -> dict[str, Any]:
        if closed:
            return {"on": day.isoformat(), "why": "closed", "spans": []}
        told = hours_on(centre["hours"], day, centre["calendar"])._asdict()
        return {name: value for name, value in told.items() if value is not None or name == "spans"}

    ahead = (
        {}
        if closed
        else {d.isoformat(): hours_on(centre["hours"], d, centre["calendar"]) for d in _days(today, AHEAD_DAYS)}
    )
    turn = changes_at(ahead, now, time_zone)
    return Answer(
        orjson.dumps(
            {
                "centre": record_id,
                "url": centre["url"],
                "time_zone": time_zone,
                "open_now": False if closed else is_open(ahead, now, time_zone),
                "changes_at": in_zone(turn, time_zone) if turn else None,
                "days": [of(day) for day in _days(first, request.parameters["days"])],
            }
        )
    )


def _days(first: date, count: int) -> list[date]:
    """Return days from one on; the calendar ends with the year 9999."""
    ends = date.max - timedelta(days=1)
    return [first + timedelta(days=number) for number in range(count) if number <= (ends - first).days]


declare_versions(routes, Versioned("centres", "centre", "a service centre"), "Centre")
