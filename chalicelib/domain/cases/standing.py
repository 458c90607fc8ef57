"""What is left on a clock that stands still: what will remain from the day on which it goes on, whichever day that is.

It is counted as if the stop had ended where it began, so it needs no projection and does not change while the clock
stands. The day on which a stop begins is out of the clock, so it is among those that remain.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.domain.cases.clocks import Course
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Deadline, Stop
from chalicelib.domain.instants import zone

_ONE_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def left_on(course: Course) -> dict[str, Any] | None:
    """Return what is left of a course with an open stop; None where the calendar cannot tell.

    A clock that will start anew has its whole limit left; one of months says nothing, as their days are not known yet.
    """
    if course.start is None:
        return None if course.limit.unit == "month" else {"value": course.limit.value, "unit": course.limit.unit}
    try:
        return _left(course, course.start)
    except (MissingCalendarYearError, UnknownCalendarError):
        return None


def _left(course: Course, start: datetime) -> dict[str, Any] | None:
    began = min((stop.since for stop in course.stops if stop.until is None), key=_instant, default=None)
    if began is None:
        return None
    due = replace(course, stops=_until(course.stops, began)).deadline()
    if course.limit.unit == "hour":
        assert due.due_at is not None
        since = max(_instant(began), start)
        return {"value": (due.due_at - since) // _HOUR, "unit": "hour"}
    since_day = _day(began, course)
    # The day of the start is never counted: a stop that begins on it leaves the days after it.
    before = max(since_day - _ONE_DAY, _day(start, course))
    return _days(before, due, course)


def _days(before: date, due: Deadline, course: Course) -> dict[str, Any]:
    assert due.due_on is not None
    if course.limit.unit == "working_day":
        counted = load_calendar(course.calendar).count_working_days(before, due.due_on)
        return {"value": counted, "unit": "working_day"}
    return {"value": (due.due_on - before).days, "unit": "day"}


def _until(stops: tuple[Stop, ...], moment: date | datetime) -> tuple[Stop, ...]:
    """The stops that began before a moment, each ended by it."""
    earlier = (stop for stop in stops if _instant(stop.since) < _instant(moment))
    return tuple(
        stop if stop.until is not None and _instant(stop.until) <= _instant(moment) else replace(stop, until=moment)
        for stop in earlier
    )


def _instant(moment: date | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def _day(moment: date | datetime, course: Course) -> date:
    return moment.astimezone(zone(course.time_zone)).date() if isinstance(moment, datetime) else moment
