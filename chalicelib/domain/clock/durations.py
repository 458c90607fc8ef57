"""How long a clock ran: working days on the agency's account, working days in all, and calendar days exactly.

Source: domain text, statistics (`duration`, `gross_days`).

Invariants: the first day is not counted, so a case decided on the day it came in took 0; what ended before it began is negative and left to the caller
to flag; `working_days_used(start, deadline)` of a limit in working days is that limit.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction

from .axes import OPEN, DayAxis, day_of
from .calendars import WorkingCalendar
from .courses import lay_stops, merge, outside
from .records import Stop

_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_A_DAY = timedelta(days=1) // _MICROSECOND


def working_days_used(
    started_on: date,
    ended_on: date,
    stops: Iterable[Stop],
    calendar: WorkingCalendar,
    time_zone: tzinfo | None = None,
) -> int:
    """The working days after `started_on` up to `ended_on` that lie in no stop. A stop still open ends with the case, on `ended_on`.

    Raises:
        MissingCalendarYearError: a day in between lies in a year without data.
        MissingMomentError: a stop is given in instants and there is no time zone.
    """
    if ended_on <= started_on:
        return calendar.count_working_days(started_on, ended_on)
    start, end = started_on.toordinal(), ended_on.toordinal()
    spans = lay_stops(DayAxis(time_zone), stops)
    # Ended before they are merged: a stop that had ended may cover the last day itself, an open one may not.
    ended = [span._replace(until=max(span.since, end)) if span.until == OPEN else span for span in spans]
    running = outside(start, end, merge(ended))
    return sum(calendar.count_working_days(day_of(first - 1), day_of(last)) for first, last in running)


def gross_working_days(started_on: date, ended_on: date, calendar: WorkingCalendar) -> int:
    """The working days after `started_on` up to `ended_on`, stopped or not.

    Raises:
        MissingCalendarYearError: a day in between lies in a year without data.
    """
    return calendar.count_working_days(started_on, ended_on)


def gross_days(started_at: datetime, ended_at: datetime) -> Fraction:
    """The exact time between two instants in days of 24 hours."""
    elapsed = ended_at.astimezone(UTC) - started_at.astimezone(UTC)
    return Fraction(elapsed // _MICROSECOND, _MICROSECONDS_A_DAY)
