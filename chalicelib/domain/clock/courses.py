"""The course of a clock: from its start over stops and days off to the cell in which it runs out.

Rules (domain source: Licensing Law art. 42-45, Civil Code art. 201-203):
- Cells in a stop are not counted; cells in two stops are left out once.
- A month limit is the number of days to the same day so many months on, or to the last day of a shorter month; so its stop days come at its end.
- Extensions in the limit's unit are added to it. Others are counted on, in their order, each from the end of what came before.
- What ends in days or months on a day off is due on the next working day. The limit is used up before that, so a stop beginning later moves nothing.
- A limit of 0 is due in its first cell, and nothing moves it.
- An open stop that begins by the last counted cell leaves the course without an end.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Final, NamedTuple, Protocol

from .axes import HOUR, OPEN, Axis, day_of
from .calendars import WorkingCalendar
from .errors import InvalidLimitError, MixedUnitsError
from .records import Limit, Stop, Unit


class Span(NamedTuple):
    """A stop in cells: [since, until), `until` OPEN for one that has not ended. `assumed` when its end is only expected."""

    since: int
    until: int
    stop: Stop
    assumed: bool = False


class Leg(NamedTuple):
    """A part of the limit on the line: `length` cells counted after `start`, the last of them `end`; None if a stop is open before it."""

    part: Limit
    start: int
    length: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """A limit laid on the line. `end` is the last counted cell, `due` the same or, rolled forward, a later one; None while stopped."""

    start: int
    legs: tuple[Leg, ...]
    spans: tuple[Span, ...]
    end: int | None
    due: int | None


class _Line(Protocol):
    def after(self, cell: int, count: int) -> int:
        """The `count`-th counting cell after `cell`."""

    def after_if_before(self, cell: int, count: int, bound: int) -> int | None:
        """The same if it lies before `bound`, else None."""

    def between(self, cell: int, last: int) -> int:
        """The counting cells in (cell, last]."""


class _EveryCell:
    """Every cell counts."""

    def after(self, cell: int, count: int) -> int:
        return cell + count

    def after_if_before(self, cell: int, count: int, bound: int) -> int | None:
        return cell + count if cell + count < bound else None

    def between(self, cell: int, last: int) -> int:
        return last - cell


class _WorkingDays:
    """Only working days count."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar: Final = calendar

    def after(self, cell: int, count: int) -> int:
        return self._calendar.working_days_after(day_of(cell), count).toordinal()

    def after_if_before(self, cell: int, count: int, bound: int) -> int | None:
        """Year by year: a stop before the turn of the year must not need the calendar of the next."""
        while cell < bound - 1:
            last = min(bound - 1, date(day_of(cell + 1).year, 12, 31).toordinal())
            there = self.between(cell, last)
            if there >= count:
                return self.after(cell, count)
            cell, count = last, count - there
        return None

    def between(self, cell: int, last: int) -> int:
        return self._calendar.count_working_days(day_of(cell), day_of(last))


def lay(start: int, parts: Sequence[Limit], spans: Iterable[Span], calendar: WorkingCalendar) -> Course:
    """Lay the parts of a limit on the line, one after the other.

    Raises:
        MissingCalendarYearError: the course needs a year without data.
        InvalidLimitError: it would end after the year 9999.
    """
    ordered = tuple(sorted(spans, key=_place))
    legs = _legs(start, parts, merge(ordered), calendar)
    end = legs[-1].end if legs else start
    rolls = bool(legs) and legs[-1].part.unit in ("day", "month")
    due = _roll(end, calendar) if rolls and end is not None else end
    return Course(start, legs, ordered, end, due)


def parts_of(limit: Limit, extensions: Sequence[Limit]) -> tuple[Limit, ...]:
    """The limit with its extensions as parts to be laid one after the other; none for a limit of 0.

    Raises:
        MixedUnitsError: hours stand beside dates.
    """
    for extension in extensions:
        if (extension.unit == "hour") != (limit.unit == "hour"):
            raise MixedUnitsError(limit.unit, extension.unit)
    own = sum(part.value for part in extensions if part.unit == limit.unit)
    others = (part for part in extensions if part.unit != limit.unit)
    return tuple(part for part in (Limit(limit.value + own, limit.unit), *others) if part.value)


def merge(spans: Sequence[Span]) -> tuple[tuple[int, int], ...]:
    """The cells of all spans, which are in order of their beginning, as disjoint ascending ranges; empty spans vanish."""
    merged: list[tuple[int, int]] = []
    for since, until, _, _ in spans:
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        elif since < until:
            merged.append((since, until))
    return tuple(merged)


def outside(start: int, end: int, gaps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts of (start, end] that lie in no gap, as first and last cell."""
    first = start + 1
    for since, until in gaps:
        if until <= first:
            continue
        if since > end:
            break
        if since > first:
            yield first, since - 1
        first = until
    if first <= end:
        yield first, end


def lay_stops(axis: Axis, stops: Iterable[Stop]) -> tuple[Span, ...]:
    """The stops as spans in order of their beginning.

    Raises:
        MissingMomentError: a stop is given in dates where instants count, or the other way round, and no time zone is known.
    """
    spans = (Span(axis.first_out(stop.since), _until(axis, stop), stop) for stop in stops)
    return tuple(sorted(spans, key=_place))


def _until(axis: Axis, stop: Stop) -> int:
    return OPEN if stop.until is None else axis.first_out(stop.until)


def _place(span: Span) -> tuple[int, int]:
    return span.since, span.until


def _legs(
    start: int, parts: Sequence[Limit], gaps: Sequence[tuple[int, int]], calendar: WorkingCalendar
) -> tuple[Leg, ...]:
    """One leg per part, up to and with the first that an open stop cuts off."""
    legs: list[Leg] = []
    for part in parts:
        length = _LENGTHS[part.unit](start, part.value)
        end = _advance(start, length, gaps, _WorkingDays(calendar) if part.unit == "working_day" else _EveryCell())
        legs.append(Leg(part, start, length, end))
        if end is None:
            break
        start = end
    return tuple(legs)


def _advance(cell: int, count: int, gaps: Sequence[tuple[int, int]], line: _Line) -> int | None:
    """The `count`-th counting cell after `cell` that lies in no gap; None if an open gap comes first."""
    for since, until in gaps:
        if until - 1 <= cell:
            continue
        end = line.after_if_before(cell, count, since)
        if end is not None:
            return end
        if until == OPEN:
            return None
        count -= line.between(cell, max(since - 1, cell))
        cell = until - 1
    return line.after(cell, count)


def _roll(cell: int, calendar: WorkingCalendar) -> int:
    day = day_of(cell)
    return cell if calendar.is_working(day) else calendar.working_days_after(day, 1).toordinal()


def _days_in_months(cell: int, months: int) -> int:
    start = day_of(cell)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > MAXYEAR:
        raise InvalidLimitError(months, "month")
    day = min(start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day).toordinal() - cell


_LENGTHS: Final[dict[Unit, Callable[[int, int], int]]] = {
    "working_day": lambda _, value: value,
    "day": lambda _, value: value,
    "hour": lambda _, value: value * HOUR,
    "month": _days_in_months,
}
