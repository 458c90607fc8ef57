"""Drafts on which opinions are heard now: until exactly when, for what and how; and calendars of them (`.ics`).

A draft stands in its lists by the instant at which it closes, so a page is one query from the present instant on, and what has
closed is left behind without a write. `is_open` is put in on read.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.icalendar import CANCELLED, CONFIRMED, MEDIA_TYPE, Event, calendar, in_own_language
from chalicelib.domain.placed import OPEN_CONSULTATIONS, UPCOMING_CONSULTATIONS
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    NarrowedList,
    after_place,
    find_narrowed,
    onward,
    render_page,
)
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    ID_SCHEMA,
    JURISDICTION,
    LIMIT,
    Parameter,
    any_of,
    one_of,
    read_id,
)
from chalicelib.routes.searched import searched_by
from chalicelib.store.views import Listing

routes = Routes(__name__, "consultations")

WHEN = ("open", "upcoming")
STATE = Parameter(
    "state",
    one_of(*WHEN),
    {"type": "string", "enum": list(WHEN)},
    "`open`: comments are taken now, soonest closing first. `upcoming`: announced to begin later, soonest opening first.",
    "open",
)
CATEGORY = any_of("category", read_id, ID_SCHEMA, "Only drafts of this category (`/v1/codes/category`).")
LISTS = {
    state: NarrowedList(
        name,
        "disclosures",
        "disclosure",
        "state",
        ("agency", "jurisdiction", "category"),
        stages=("in_consultation",),
        by=by,
        bound=bound,
    )
    for state, name, by, bound in (
        ("open", OPEN_CONSULTATIONS, "holds_until", "holds_at"),
        ("upcoming", UPCOMING_CONSULTATIONS, "holds_from", "begins_after"),
    )
}
CALENDAR_PAGE, CALENDAR_PAGES = 100, 10


@routes.get(
    "/v1/consultations",
    access=Access.PUBLIC,
    summary="Drafts open for comment now, soonest closing first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        CATEGORY,
        STATE,
        *searched_by("agency", "jurisdiction", "category"),
    ),
    response_model="ConsultationList",
)
def list_consultations(request: Request) -> Answer:
    """List drafts that may be commented on now, or soon. What the page of the index held and is not open is left out."""
    listed, limit = LISTS[request.parameters["state"]], request.parameters["limit"]
    page, as_of = find_narrowed(request, listed, limit, after_place(request))
    shown = [orjson.dumps(each) for each in _spliced(request, page)]
    return render_page(request, page._replace(summaries=shown), as_of)


@routes.get(
    "/v1/consultations.ics",
    access=Access.PUBLIC,
    summary="Drafts open for comment now, as a calendar to subscribe to",
    cache=PAGE_CACHE,
    parameters=(CURSOR, AGENCY, JURISDICTION, CATEGORY, STATE),
    media_types=(MEDIA_TYPE,),
)
def get_consultations_calendar(request: Request) -> Answer:
    """Return up to a thousand consultations; where there are more, `Link` names the calendar that goes on."""
    found: list[dict[str, Any]] = []
    after = after_place(request)
    for _ in range(CALENDAR_PAGES):  # of a page that holds drafts that open later, fewer are shown
        page, _ = find_narrowed(request, LISTS[request.parameters["state"]], CALENDAR_PAGE, after)
        found += _spliced(request, page)
        after = page.last
        if after is None:
            break
    _, headers = onward(request, after)
    events = [_event(each, each) for each in found]
    return Answer(calendar("征求意见 Consultations", events), media_type=MEDIA_TYPE, headers=headers)


@routes.get(
    "/v1/disclosures/{record_id}/consultation.ics",
    access=Access.PUBLIC,
    summary="The consultation on one draft, each round an event of a calendar",
    cache=ITEM_CACHE,
    media_types=(MEDIA_TYPE,),
)
def get_consultation_calendar(request: Request, record_id: str) -> Answer:
    """Return the rounds of a draft; what was extended has moved, what was withdrawn before its end is cancelled."""
    body = wiring.current().views.record("disclosure", record_id)
    found = orjson.loads(body) if body else {}
    if not found.get("consultations"):
        raise NotFoundError("no consultation on such a draft")
    events = [_event(found, held) for held in found["consultations"]]
    return Answer(calendar(_title(found), events), media_type=MEDIA_TYPE)


def _spliced(request: Request, page: Listing) -> Iterator[dict[str, Any]]:
    """Yield what a page holds of the state that is asked for, with what depends on now and where comments go."""
    wired = wiring.current()
    now, base = wired.now(), wired.settings.base_path
    for summary in page.summaries:
        found = orjson.loads(summary)
        held = found.pop("consultation")
        opens_at, closes_at = (datetime.fromisoformat(held[name]) for name in ("opens_at", "closes_at"))
        is_open = opens_at <= now < closes_at
        if is_open == (request.parameters["state"] == "open") and now < closes_at:
            comments = f"{base}/v1/disclosures/{found['id']}/comments"
            yield {**found, **held, "is_open": is_open, "comments": comments, "calendar": _calendar_of(found["id"])}


def _calendar_of(record_id: str) -> str:
    return f"{wiring.current().settings.base_path}/v1/disclosures/{record_id}/consultation.ics"


def _title(found: dict[str, Any]) -> str:
    return in_own_language(found["title"]) if "title" in found else found["id"]


def _event(found: dict[str, Any], held: dict[str, Any]) -> Event:
    """Return a round of consultation on a draft, whole or from a list, as an event of a calendar.

    It lasts from opening to closing: an event at the closing instant alone would stand on the day after the last.
    """
    settings = wiring.current().settings
    changed_at, closes_at = (datetime.fromisoformat(text) for text in (found["record_changed_at"], held["closes_at"]))
    title = _title(found)
    gone = found["stage"] == "withdrawn" and changed_at < closes_at
    place = f"/v1/disclosures/{found['id']}"
    return Event(
        uid=f"consultation-{found['id']}-{held['round']}@{settings.public_authority}",
        stamp=changed_at,
        sequence=found["version"],
        begins=datetime.fromisoformat(held["opens_at"]),
        ends=closes_at,
        summary=f"征求意见 Consultation: {title}",
        status=CANCELLED if gone else CONFIRMED,
        description=_description(held, settings.base_path + place),
        url=f"{settings.public_url}{place}",
    )


def _description(held: dict[str, Any], place: str) -> str:
    lines = [
        f"最后一日 {held['last_day']}（含当日），{held['closes_at']} 截止。",
        f"Last day {held['last_day']}, inclusive; closes at {held['closes_at']}.",
        f"意见 Comments: PUT {place}/comments/{{uuid}}",
    ]
    if "response_due_on" in held:
        lines.append(f"意见采纳情况应于 {held['response_due_on']} 前公布。 Answered by {held['response_due_on']}.")
    return "\n".join(lines)
