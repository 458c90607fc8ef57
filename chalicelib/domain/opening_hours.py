"""When a place is open: the hours of a date, and whether it is open at an instant. Exact, or not said.

First the date's own exception; then, where the place follows the calendar of working days, a public holiday closes it and
a make-up working day (调休) has the hours of the day of the week that it says; then the day of the week. A year that the
calendar does not know is said to be unknown, never guessed. Times are those of the place's zone; a time that a change to
summer time skips or repeats is read as Python does (fold 0).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from chalicelib.domain.clock.calendars import WEEKEND, load_calendar
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.instants import zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SATURDAY = 5
WEEKLY, EXCEPTION, HOLIDAY, MAKE_UP_DAY, UNKNOWN = "weekly", "exception", "holiday", "make_up_day", "calendar_unknown"
Spans = list[dict[str, str]]


class DayHours(NamedTuple):
    """The hours of a date; None where they cannot be known."""

    on: str
    why: str
    spans: Spans | None
    holiday: str | None = None
    note: dict[str, str] | None = None


def hours_on(hours: Mapping[str, Any], day: date, calendar: str) -> DayHours:
    """Return the hours of a date."""
    on = day.isoformat()
    for exception in hours.get("exceptions", ()):
        if exception["on"] == on:
            return DayHours(on, EXCEPTION, exception.get("spans", []), note=exception.get("note"))
    own = _weekly(hours, WEEKDAYS[day.weekday()])
    if not hours.get("working_calendar"):
        return DayHours(on, WEEKLY, own)
    try:
        off = load_calendar(calendar).reason_off(day)
    except (MissingCalendarYearError, UnknownCalendarError):
        return DayHours(on, UNKNOWN, None)
    if off is not None and off != WEEKEND:
        return DayHours(on, HOLIDAY, [], off)
    if off is None and day.weekday() >= _SATURDAY:
        return DayHours(on, MAKE_UP_DAY, _weekly(hours, hours.get("make_up_as", WEEKDAYS[0])))
    return DayHours(on, WEEKLY, own)


def _weekly(hours: Mapping[str, Any], weekday: str) -> Spans:
    return next((each["spans"] for each in hours["weekly"] if weekday in each["days"]), [])


def is_open(days: Mapping[str, DayHours], now: datetime, time_zone: str) -> bool | None:
    """Return whether a place whose hours are known by date is open at an instant; None where that cannot be known."""
    today = days.get(now.astimezone(zone(time_zone)).date().isoformat())
    if today is None or today.spans is None:
        return None
    return any(opens <= now < closes for opens, closes in _instants(today, time_zone))


def changes_at(days: Mapping[str, DayHours], now: datetime, time_zone: str) -> datetime | None:
    """Return when a place next opens or closes, as far as its hours are known from today on without a break."""
    today = now.astimezone(zone(time_zone)).date()
    turns: list[datetime] = []
    known_until = _instant(today.isoformat(), "00:00", time_zone)
    for number in range(len(days)):
        found = days.get((today + timedelta(days=number)).isoformat())
        if found is None or found.spans is None:
            break
        for opens, closes in _instants(found, time_zone):
            # Open until midnight and again from midnight on: nothing changes between.
            turns = turns[:-1] if turns and turns[-1] == opens else [*turns, opens]
            turns.append(closes)
        known_until = _instant(found.on, "24:00", time_zone)
    return next((turn for turn in turns if now < turn < known_until), None)


def _instants(day: DayHours, time_zone: str) -> Iterator[tuple[datetime, datetime]]:
    for span in day.spans or ():
        yield _instant(day.on, span["opens"], time_zone), _instant(day.on, span["closes"], time_zone)


def _instant(day: str, clock_time: str, time_zone: str) -> datetime:
    start = date.fromisoformat(day)
    if clock_time == "24:00":
        return datetime.combine(start + timedelta(days=1), time(), zone(time_zone))
    return datetime.combine(start, time.fromisoformat(clock_time), zone(time_zone))
