"""Public reads of hearings (听证): what is announced and still to come, what was said, and calendars of both (`.ics`)."""

from datetime import datetime
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.icalendar import CANCELLED, CONFIRMED, MEDIA_TYPE, Event, calendar, in_own_language
from chalicelib.domain.placed import UPCOMING_HEARINGS
from chalicelib.errors import ErasedError, NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import (
    ITEM_CACHE,
    PAGE_CACHE,
    NarrowedList,
    PublicList,
    after_place,
    answer_list,
    answer_record,
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
    UPDATED_SINCE,
    Parameter,
    any_of,
    any_word_of,
    one_of,
    read_id,
)
from chalicelib.routes.searched import searched_by
from chalicelib.routes.versions import ERASED, Versioned, declare_versions
from chalicelib.store import keys

routes = Routes(__name__, "hearings")

HEARINGS = PublicList(
    "hearings",
    "hearing",
    {
        "": keys.ALL_PUBLISHED,
        "agency": keys.AGENCY_PUBLISHED,
        "jurisdiction": keys.JURISDICTION_PUBLISHED,
        "kind": keys.CATEGORY_PUBLISHED,
        "stage": keys.STAGE_PUBLISHED,
    },
    {"": keys.ALL_CHANGED, "agency": keys.AGENCY_CHANGED},
)
KINDS = ("price", "rule_making", "licensing", "major_decision", "other")
STAGES = ("announced", "held", "cancelled")
CALENDAR_LIMIT = 100
ICS = ".ics"
KIND = any_word_of("kind", KINDS, "Only this kind (`/v1/codes/hearing_kind`).")
STAGE = any_word_of("stage", STAGES, "Only this stage.")
DISCLOSURE = any_of("disclosure", read_id, ID_SCHEMA, "Only hearings on this disclosure.")
UPCOMING = Parameter(
    "upcoming",
    one_of("true"),
    {"type": "string", "enum": ["true"]},
    "Only what is announced and still to be held, soonest first; with any filter but `stage`.",
)
COMING = NarrowedList(
    UPCOMING_HEARINGS,
    "hearings",
    "hearing",
    "upcoming",
    ("agency", "jurisdiction", "kind"),
    stages=("announced",),
    bound="holds_at",
)


@routes.get(
    "/v1/hearings",
    access=Access.PUBLIC,
    summary="Hearings, newest first; those still to come, soonest first",
    cache=PAGE_CACHE,
    parameters=(
        LIMIT,
        CURSOR,
        AGENCY,
        JURISDICTION,
        KIND,
        STAGE,
        DISCLOSURE,
        UPCOMING,
        UPDATED_SINCE,
        *searched_by("agency", "jurisdiction", "kind", "stage"),
    ),
    response_model="HearingList",
)
def list_hearings(request: Request) -> Answer:
    """List hearings."""
    if request.parameters["upcoming"] is None:
        return answer_list(request, HEARINGS)
    return render_page(request, *find_narrowed(request, COMING, request.parameters["limit"], after_place(request)))


@routes.get(
    "/v1/hearings.ics",
    access=Access.PUBLIC,
    summary="The hearings still to come, as a calendar to subscribe to",
    cache=PAGE_CACHE,
    parameters=(CURSOR, AGENCY, JURISDICTION, KIND),
    media_types=(MEDIA_TYPE,),
)
def get_hearings_calendar(request: Request) -> Answer:
    """Return the next hundred hearings; where there are more, `Link` names the calendar that goes on."""
    page, _ = find_narrowed(request, COMING, CALENDAR_LIMIT, after_place(request))
    _, headers = onward(request, page.last)
    coming = [orjson.loads(summary) for summary in page.summaries]
    return Answer(calendar("听证 Hearings", map(hearing_event, coming)), media_type=MEDIA_TYPE, headers=headers)


@routes.get(
    "/v1/hearings/{record_id}",
    access=Access.PUBLIC,
    summary="One hearing: what was announced, what changed, what is on record; `.ics` for a calendar",
    cache=ITEM_CACHE,
    response_model="Hearing",
    other_models=(ERASED,),
    suffixes=(ICS,),
    statuses=(410,),
)
def get_hearing(request: Request, record_id: str) -> Answer:
    """Return one hearing, or an event of it for a calendar; one that was cancelled says so there too."""
    body = wiring.current().views.record("hearing", record_id)
    if request.suffix != ICS:
        return answer_record(body)
    if body is None:
        raise NotFoundError("no such record")
    hearing = orjson.loads(body)
    if "erased" in hearing:
        raise ErasedError("this hearing was erased by order")
    return Answer(calendar(in_own_language(hearing["title"]), [hearing_event(hearing)]), media_type=MEDIA_TYPE)


declare_versions(routes, Versioned("hearings", "hearing", "a hearing"), "Hearing")


def hearing_event(hearing: dict[str, Any]) -> Event:
    """Return a hearing, whole or from a list, as an event of a calendar."""
    settings = wiring.current().settings
    closes_at = hearing.get("registration", {}).get("closes_at", hearing.get("registration_closes_at"))
    return Event(
        uid=f"hearing-{hearing['id']}@{settings.public_authority}",
        stamp=datetime.fromisoformat(hearing["record_changed_at"]),
        sequence=hearing["version"],
        begins=datetime.fromisoformat(hearing["held_at"]),
        ends=datetime.fromisoformat(hearing["ends_at"]) if "ends_at" in hearing else None,
        summary=in_own_language(hearing["title"]),
        location=in_own_language(hearing["place"]),
        description=f"报名截止 Registration closes: {closes_at}" if closes_at else None,
        status=CANCELLED if hearing["stage"] == "cancelled" else CONFIRMED,
        url=f"{settings.public_url}/v1/hearings/{hearing['id']}",
    )
