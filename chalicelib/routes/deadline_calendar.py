"""`/feeds/deadlines.ics`: until when the public can still act, and by when something is owed to it, in one calendar.

Three placed lists, each sorted by the instant that ends what it holds, are read side by side and merged: consultations by
their closing, hearings by the hour for which they are announced, and what is owed (an answer to comments, a promised report,
a review of a rule) by the end of its day. A page is the next hundred of all three; the place to go on from is the last of
them, so nothing is passed over and nothing comes twice.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import orjson

from chalicelib import wiring
from chalicelib.domain.icalendar import MEDIA_TYPE, Event, calendar, in_own_language
from chalicelib.domain.instants import to_key
from chalicelib.domain.placed import OPEN_CONSULTATIONS, OWED, UPCOMING_HEARINGS, narrowed
from chalicelib.errors import MalformedError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.hearings import hearing_event
from chalicelib.routes.listing import PAGE_CACHE, after_place, onward
from chalicelib.routes.params import CURSOR, ONE_AGENCY, ONE_JURISDICTION
from chalicelib.store import keys

routes = Routes(__name__, "feeds")

CALENDAR_LIMIT = 100
Item = dict[str, Any]


class Placed(NamedTuple):
    """An item in the order of all the lists: by its key in its own list, then by the list."""

    key: str
    source: int
    summary: bytes


@routes.get(
    "/feeds/deadlines.ics",
    access=Access.PUBLIC,
    summary="Until when the public can act and by when it is owed something, as a calendar to subscribe to",
    cache=PAGE_CACHE,
    parameters=(CURSOR, ONE_AGENCY, ONE_JURISDICTION),
    media_types=(MEDIA_TYPE,),
)
def get_deadlines_calendar(request: Request) -> Answer:
    """Return the next hundred deadlines: of an agency, of a jurisdiction, or of all; `Link` names the calendar that goes on."""
    after = after_place(request)
    read = partial(_read, after, _narrowing(request))
    pages = wiring.current().side_by_side(read, range(len(SOURCES)))
    found = sorted(place for page in pages for place in page)
    shown = found[:CALENDAR_LIMIT]
    _, headers = onward(request, f"{shown[-1].key} {shown[-1].source}" if len(found) > CALENDAR_LIMIT else None)
    items = ((SOURCES[place.source][1], orjson.loads(place.summary)) for place in shown)
    events = [event for told, item in items for event in told(item)]
    return Answer(calendar("可参与与应办结的期限 Deadlines", events), media_type=MEDIA_TYPE, headers=headers)


def _narrowing(request: Request) -> str:
    """Return the value under which all three lists find what is asked for.

    Raises:
        MalformedError: an agency and a jurisdiction.
    """
    given = {name: request.parameters[name] for name in ("agency", "jurisdiction") if request.parameters[name]}
    if len(given) > 1:
        message = "the calendar is of an agency, of a jurisdiction, or of all"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter="jurisdiction"))
    return "".join(narrowed(name, value) for name, value in given.items())


def _read(after: str | None, value: str, number: int) -> list[Placed]:
    """Return what follows a place in one of the lists: one more than is shown, which says whether there is more."""
    wired = wiring.current()
    first = to_key(wired.now()) + keys.END  # what ends at this very instant is over
    if after is not None:
        key, _, source = after.rpartition(" ")
        first = f"{key} " if number <= int(source) else key  # no id has a blank: what follows the key itself
    partition = keys.list_pk(SOURCES[number][0], value)
    placed = wired.views.placed(partition, first=first, limit=CALENDAR_LIMIT + 1)
    return [Placed(key, number, summary) for key, summary in placed]


_OWED = {
    "disclosure": ("answer_due_on", "意见采纳情况应公布", "Answer to comments due"),
    "feedback": ("due_on", "应公布反馈", "Report due"),
    "rule": ("review_due_on", "规章制度应清理", "Review of a rule due"),
}
"""Kind -> the member that says the day, and what is owed."""


def _consultation(item: Item) -> Iterator[Event]:
    held = item["consultation"]
    name = f"consultation-{item['id']}-{held['round']}"
    yield _event(item, name, date.fromisoformat(held["last_day"]), "征求意见截止（含当日）Comments close, inclusive")


def _hearing(item: Item) -> Iterator[Event]:
    """Yield a hearing as its own calendar has it, and until when one registers for it while that is to come."""
    closes_at = item.get("registration_closes_at")
    if closes_at is not None and datetime.fromisoformat(closes_at) > wiring.current().now():
        yield _event(item, f"registration-{item['id']}", _ending(closes_at), "听证报名截止 Registration closes")
    yield hearing_event(item)


def _owed(item: Item) -> Iterator[Event]:
    member, *said = _OWED[item["kind"]]
    yield _event(item, f"owed-{item['kind']}-{item['id']}", date.fromisoformat(item[member]), " ".join(said))


def _ending(text: str) -> datetime | date:
    """Return an instant; one that ends a day as that day, for at midnight a calendar shows the next one."""
    instant = datetime.fromisoformat(text)
    midnight = instant.time() == datetime.min.time()
    return instant.date() - timedelta(days=1) if midnight else instant


def _event(item: Item, name: str, begins: datetime | date, said: str) -> Event:
    settings = wiring.current().settings
    own = in_own_language(item["title"])
    return Event(
        uid=f"deadline-{name}@{settings.public_authority}",
        stamp=datetime.fromisoformat(item["record_changed_at"]),
        sequence=item["version"],
        begins=begins,
        summary=f"{said}: {own}",
        description=f"机关 Agency: {item['agency']}",
        url=f"{settings.public_origin}{item['url']}",
    )


SOURCES: tuple[tuple[str, Callable[[Item], Iterator[Event]]], ...] = (
    (OPEN_CONSULTATIONS, _consultation),
    (UPCOMING_HEARINGS, _hearing),
    (OWED, _owed),
)
"""The lists, and what events an item of each is."""
