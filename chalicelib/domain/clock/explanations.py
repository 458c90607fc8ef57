"""The steps of a course in words a person can follow: codes with ranges and values that add up to the deadline.

Invariant: the values of all steps in `day` and `working_day` (or `hour`, `second`, `microsecond`), added to the start, give the deadline. A value in
`month` is restated in days and not added. Steps without a value add nothing. Steps of one course never count a cell twice.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from .axes import OPEN, Axis, day_of
from .calendars import SATURDAY, WEEKEND, WorkingCalendar
from .courses import Course, Span, merge, outside
from .records import Code, Explained, Limit

_TAKING_OUT = (Code.STOP, Code.STOP_ASSUMED_TO_END)


class Terms(NamedTuple):
    """What was to be counted: the limit and its extensions as they were given."""

    limit: Limit
    extensions: Sequence[Limit]


def explain(axis: Axis, terms: Terms, course: Course, calendar: WorkingCalendar) -> tuple[Explained, ...]:
    """All steps of `course` in the order in which a person would take them."""
    return (
        _start(axis, terms, course),
        *_limits(terms),
        *_months(axis, course),
        *_left_out(axis, course, calendar),
        *_end(axis, course),
        *_calendar(terms, calendar),
    )


def _start(axis: Axis, terms: Terms, course: Course) -> Explained:
    since = axis.moment(course.start)
    if not course.legs:
        return Explained(Code.SAME_DAY, since)
    return Explained(Code.COUNTED_FROM if terms.limit.unit == "hour" else Code.FIRST_DAY_NOT_COUNTED, since)


def _limits(terms: Terms) -> Iterator[Explained]:
    limit = terms.limit
    yield Explained(Code.LIMIT, value=limit.value, unit=limit.unit)
    own = [part for part in terms.extensions if part.unit == limit.unit]
    others = [part for part in terms.extensions if part.unit != limit.unit]
    for part in own:
        yield Explained(Code.EXTENSION, value=part.value, unit=part.unit)
    for part in others:
        yield Explained(Code.EXTENSION_COUNTED_ON, value=part.value, unit=part.unit)


def _months(axis: Axis, course: Course) -> Iterator[Explained]:
    for leg in course.legs:
        if leg.part.unit == "month":
            first = leg.start + 1
            since, until = axis.begins(first), axis.begins(first + leg.length)
            yield Explained(Code.MONTHS_IN_DAYS, since, until, leg.length, "day")


def _left_out(axis: Axis, course: Course, calendar: WorkingCalendar) -> list[Explained]:
    """Stops and days off, by their beginning."""
    found = list(_stops(axis, course))
    gaps = merge(course.spans)
    for leg in course.legs:
        if leg.part.unit == "working_day" and leg.end is not None:
            found += _days_off(axis, leg.start, leg.end, gaps, calendar)
    return [step for _, step in sorted(found, key=lambda placed: placed[0])]


def _stops(axis: Axis, course: Course) -> Iterator[tuple[int, Explained]]:
    covered = course.start + 1
    for span in course.spans:
        code, cells = _effect(course, span, covered)
        if cells:
            covered = max(covered, span.until)
        still_open = span.until == OPEN or (span.assumed and code is Code.STOP_AFTER_END)
        until = None if still_open else axis.begins(span.until)
        value, unit = axis.amount(cells) if code in _TAKING_OUT else (None, None)
        stop = span.stop
        yield span.since, Explained(code, axis.begins(span.since), until, value, unit, stop.kind, stop.legal_basis)


def _effect(course: Course, span: Span, covered: int) -> tuple[Code, int]:
    """What a stop does to a course whose cells before `covered` are settled: a code, and how many more cells it takes out."""
    if not course.legs:
        return Code.STOP_IN_SAME_DAY_LIMIT, 0
    if span.since == span.until and not span.assumed:
        return Code.STOP_OF_NO_DAY, 0
    if course.end is not None and span.since > course.end:
        return Code.STOP_AFTER_END, 0
    cells = max(0, span.until - max(span.since, covered))
    if span.assumed:
        return Code.STOP_ASSUMED_TO_END, cells
    if cells:
        return (Code.OPEN_STOP if span.until == OPEN else Code.STOP), cells
    return (Code.STOP_BEFORE_START if span.until <= course.start + 1 else Code.STOP_WITHIN_ANOTHER), 0


def _days_off(
    axis: Axis, start: int, end: int, gaps: Sequence[tuple[int, int]], calendar: WorkingCalendar
) -> Iterator[tuple[int, Explained]]:
    """Ranges of days off, and of make-up working days, in (start, end] outside the stops; each with one reason."""
    for first, last in outside(start, end, gaps):
        days = ((cell, _remark(cell, calendar)) for cell in range(first, last + 1))
        for remark, group in groupby(days, key=lambda day: day[1]):
            if remark is None:
                continue
            cells = [cell for cell, _ in group]
            code, what = remark
            value, unit = (None, None) if code is Code.WORKING_WEEKEND else axis.amount(len(cells))
            yield cells[0], Explained(code, axis.begins(cells[0]), axis.begins(cells[-1] + 1), value, unit, what)


def _remark(cell: int, calendar: WorkingCalendar) -> tuple[Code, str | None] | None:
    """What is worth saying of a day: why it is off, or that it is a make-up working day; None for a plain working day."""
    day = day_of(cell)
    reason = calendar.reason_off(day)
    if reason is None:
        return (Code.WORKING_WEEKEND, None) if day.weekday() >= SATURDAY else None
    return (Code.WEEKEND, None) if reason == WEEKEND else (Code.HOLIDAY, reason)


def _end(axis: Axis, course: Course) -> Iterator[Explained]:
    if course.end is None or course.due is None:
        yield Explained(Code.NO_DUE_WHILE_STOPPED)
        return
    if course.due != course.end:
        value, unit = axis.amount(course.due - course.end)
        yield Explained(Code.ROLLED_FORWARD, axis.begins(course.end), axis.begins(course.due), value, unit)
    assumed = any(_holds(span, course.end) for span in course.spans)
    if assumed:
        yield Explained(Code.NO_DUE_WHILE_STOPPED)
    yield Explained(Code.PROJECTED_DUE if assumed else Code.DUE, axis.moment(course.due))


def _holds(span: Span, end: int) -> bool:
    return span.assumed and span.since <= end


def _calendar(terms: Terms, calendar: WorkingCalendar) -> Iterator[Explained]:
    if terms.limit.unit != "hour":
        yield Explained(Code.CALENDAR, what=calendar.version)
