"""The deadline (期限届满日) of a clock, with the steps that lead to it; and what follows from it: the day of warning and what is left.

Source: Licensing Law art. 42-45, Civil Code art. 201-203; the rules stand in courses.py and, for readers, in docs/clock.md.

Invariants: pure; the same arguments give the same deadline, and it names the version of the calendar it was counted with. No deadline is given
while a stop is open that began before the limit was used up. A projection is never put in the place of a deadline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from .axes import OPEN, Axis, DayAxis, InstantAxis
from .calendars import WorkingCalendar
from .courses import Course, Span, lay, lay_stops, parts_of
from .errors import MissingCalendarYearError, MissingMomentError
from .explanations import Terms, explain
from .records import Code, Deadline, Explained, Limit, Stop, Unit

_HOUR = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


class Remaining(NamedTuple):
    """What is left until a deadline; negative when it has passed."""

    value: int
    unit: Unit


class _Counted(NamedTuple):
    """What a course was counted with."""

    axis: Axis
    terms: Terms
    calendar: WorkingCalendar

    def settled(self, course: Course, cell: int) -> Deadline:
        due, steps = self.axis.moment(cell), self.explain(course)
        if isinstance(due, datetime):
            return Deadline(due_at=due.astimezone(UTC), explain=steps)
        return Deadline(due_on=due, explain=steps, calendar_version=self.calendar.version)

    def while_stopped(self, course: Course, today: date | datetime | None) -> Deadline:
        stopped_by = next(span.stop for span in course.spans if span.until == OPEN)
        closed = [_assume_end(self.axis, span, today) for span in course.spans]
        try:
            projected = lay(course.start, parts_of(*self.terms), closed, self.calendar)
        except MissingCalendarYearError as missing:
            unknown = Explained(Code.NO_PROJECTION, what=f"{missing.calendar} {missing.year}")
            return self._open(course, stopped_by, unknown)
        if projected.due is None:
            return self._open(course, stopped_by)
        as_if = self.settled(projected, projected.due)
        return replace(
            as_if,
            due_on=None,
            due_at=None,
            projected_due_on=as_if.due_on,
            projected_due_at=as_if.due_at,
            stopped_by=stopped_by,
        )

    def _open(self, course: Course, by: Stop, *more: Explained) -> Deadline:
        version = None if self.terms.limit.unit == "hour" else self.calendar.version
        return Deadline(stopped_by=by, explain=(*self.explain(course), *more), calendar_version=version)

    def explain(self, course: Course) -> tuple[Explained, ...]:
        return explain(self.axis, self.terms, course, self.calendar)


def deadline(
    *,
    limit: Limit,
    calendar: WorkingCalendar,
    started_on: date | None = None,
    started_at: datetime | None = None,
    stops: Iterable[Stop] = (),
    extensions: Sequence[Limit] = (),
    today: date | datetime | None = None,
    time_zone: tzinfo | None = None,
) -> Deadline:
    """The deadline of `limit` for a clock started on a date or at an instant, exactly one of which is given.

    Limits in hours need `started_at`. `time_zone` is needed wherever an instant must be read as a date or a date as an instant. `today` serves the
    projection only: an open stop is then assumed to end on the day told to the applicant, or today if none was told or it has passed.

    Raises:
        MissingCalendarYearError: the count needs a year without data. A projection that needs one is left out, and the explanation says so.
        MissingMomentError: the start or the time zone is missing.
        MixedUnitsError: an extension in hours on a limit in dates, or the reverse.
        InvalidLimitError: the deadline would lie after the year 9999.
    """
    axis: Axis = InstantAxis(time_zone) if limit.unit == "hour" else DayAxis(time_zone)
    start = axis.cell(_start(limit, started_on, started_at))
    course = lay(start, parts_of(limit, extensions), lay_stops(axis, stops), calendar)
    counted = _Counted(axis, Terms(limit, extensions), calendar)
    return counted.while_stopped(course, today) if course.due is None else counted.settled(course, course.due)


def due_date(
    started_on: date, limit: Limit, stops: Iterable[Stop], extensions: Sequence[Limit], calendar: WorkingCalendar
) -> date | None:
    """The `due_on` that `deadline` gives for a limit in days or months, without explaining it: for counting many.

    Raises:
        As `deadline`; a limit in hours is a MissingMomentError.
    """
    if limit.unit == "hour":
        raise MissingMomentError("started_at")
    axis = DayAxis()
    course = lay(axis.cell(started_on), parts_of(limit, extensions), lay_stops(axis, stops), calendar)
    return None if course.due is None else axis.moment(course.due)


def explicit_due(due_at: datetime, time_zone: tzinfo) -> Deadline:
    """The deadline an agency sent as an instant, explained as such in local time.

    Raises:
        MissingMomentError: the instant has no zone.
    """
    if due_at.utcoffset() is None:
        raise MissingMomentError("the zone of due_at")
    step = Explained(Code.SENT_BY_AGENCY, due_at.astimezone(time_zone))
    return Deadline(due_at=due_at.astimezone(UTC), explain=(step,))


def warn_on(due_on: date, calendar: WorkingCalendar) -> date:
    """The day from which the lamp is yellow: one working day before the due date.

    Raises:
        MissingCalendarYearError: a day in between lies in a year without data.
    """
    return calendar.working_day_before(due_on)


def remaining(
    due: Deadline, now: datetime, unit: Unit, calendar: WorkingCalendar, time_zone: tzinfo
) -> Remaining | None:
    """What is left at `now`: working days or days after today up to the due date, or full hours; None while the clock is stopped.

    Limits in months are shown in days. 0 working days says that no working day is left after today, not that the due date has not passed: compare
    dates for that. Hours end with the due date.

    Raises:
        MissingCalendarYearError: a day in between lies in a year without data.
        MissingMomentError: `now` has no zone.
    """
    if now.utcoffset() is None:
        raise MissingMomentError("the zone of now")
    due_on = due.local_due_on(time_zone)
    if due_on is None:
        return None
    today = now.astimezone(time_zone).date()
    if unit == "working_day":
        return Remaining(calendar.count_working_days(today, due_on), unit)
    if unit == "hour":
        end = due.due_at or datetime.combine(due_on + _ONE_DAY, time.min, time_zone)
        # Two local times of one zone would be subtracted by the face of the clock, and lose the hour of summer time.
        return Remaining((end.astimezone(UTC) - now.astimezone(UTC)) // _HOUR, unit)
    return Remaining((due_on - today).days, "day")


def _start(limit: Limit, started_on: date | None, started_at: datetime | None) -> date | datetime:
    if started_on is not None and started_at is None and limit.unit != "hour":
        return started_on
    if started_at is None or started_on is not None:
        raise MissingMomentError("started_at" if limit.unit == "hour" else "either started_on or started_at")
    return started_at


def _assume_end(axis: Axis, span: Span, today: date | datetime | None) -> Span:
    """An open span closed on the day told, or today when that is later or nothing was told; never before it began."""
    if span.until != OPEN:
        return span
    known = [axis.first_out(moment) for moment in (span.stop.expected_until, today) if moment is not None]
    return Span(span.since, max(span.since, *known), span.stop, assumed=True) if known else span
