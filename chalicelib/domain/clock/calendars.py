"""Working-day calendars (工作日历) as versioned data: which day counts, why another does not, and counting them fast.

Source: one holiday-cn JSON file per year, see calendars/README.md; the State Council's yearly notice decides, make-up working days (调休) included.

Invariants:
- A day of a year without data is an error, never a guess. Asking for what lies after a day does not need that day's own year.
- A year is read once, together with the next year's file, which may list days of its last December.
- `count_working_days` is additive: count(a, b) + count(b, c) == count(a, c), in whatever order the days stand.
- The same files give the same `version` on every machine.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

from .errors import InvalidCalendarError, InvalidLimitError, MissingCalendarYearError, UnknownCalendarError

WEEKEND: Final = "weekend"

_SHIPPED: Final = Path(__file__).parent / "calendars"
_ONE_DAY: Final = timedelta(days=1)
SATURDAY: Final = 5


class _Listed(NamedTuple):
    name: str
    off: bool


@dataclass(frozen=True, slots=True)
class _File:
    """What one year file says."""

    days: dict[date, _Listed]
    checked: bool


@dataclass(frozen=True, slots=True)
class _Year:
    """A year made ready for counting. Day i is the i-th of the year, from 1; `eve` is the ordinal of day 0."""

    eve: int
    off: tuple[str | None, ...]
    counted: tuple[int, ...]
    working: tuple[int, ...]


class WorkingCalendar:
    """A working calendar read from a folder of year files."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name: Final = name
        self._folder: Final = folder
        self._files: dict[int, _File | None] = {}
        self._years: dict[int, _Year] = {}

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.version!r})"

    @cached_property
    def version(self) -> str:
        """The name and eight hexadecimal digits of the SHA-256 over the year files in order of name."""
        data = b"".join(path.read_bytes() for path in sorted(self._folder.glob("[0-9][0-9][0-9][0-9].json")))
        return f"{self.name}-{hashlib.sha256(data).hexdigest()[:8]}"

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years with data, ascending."""
        found = sorted(int(path.stem) for path in self._folder.glob("[0-9][0-9][0-9][0-9].json"))
        return tuple(year for year in found if self._file(year) is not None)

    def checked(self, year: int) -> bool:
        """Whether somebody has compared this year's file with its source.

        Raises:
            MissingCalendarYearError: the year has no data.
        """
        file = self._file(year)
        if file is None:
            raise MissingCalendarYearError(self.name, year)
        return file.checked

    def is_working(self, day: date) -> bool:
        """Whether `day` counts as a working day.

        Raises:
            MissingCalendarYearError: its year has no data.
        """
        return self.reason_off(day) is None

    def reason_off(self, day: date) -> str | None:
        """The holiday's name in the calendar's own language, `WEEKEND`, or None for a working day.

        Raises:
            MissingCalendarYearError: its year has no data.
        """
        year = self._years.get(day.year) or self._read(day.year)
        return year.off[day.toordinal() - year.eve]

    def working_days_after(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`, which itself is not counted; `start` when `count` is 0.

        Raises:
            MissingCalendarYearError: a day in between lies in a year without data.
        """
        if count < 0:
            raise InvalidLimitError(count, "working_day")
        if count == 0:
            return start
        first = self._day_after(start)
        number = first.year
        year = self._years.get(number) or self._read(number)
        left = count + year.counted[first.toordinal() - year.eve - 1]
        while left > len(year.working):
            left -= len(year.working)
            number += 1
            year = self._years.get(number) or self._read(number)
        return date.fromordinal(year.working[left - 1])

    def working_day_before(self, day: date) -> date:
        """The last working day before `day`.

        Raises:
            MissingCalendarYearError: a day in between lies in a year without data.
        """
        if day == date.min:
            raise MissingCalendarYearError(self.name, MINYEAR - 1)
        eve = day - _ONE_DAY
        year = self._years.get(eve.year) or self._read(eve.year)
        passed = year.counted[eve.toordinal() - year.eve]
        return date.fromordinal(year.working[passed - 1]) if passed else self.working_day_before(date(eve.year, 1, 1))

    def count_working_days(self, start_exclusive: date, end_inclusive: date) -> int:
        """The working days after the one and up to the other; the negative of the way back when they are reversed.

        Raises:
            MissingCalendarYearError: a day in between lies in a year without data.
        """
        if end_inclusive <= start_exclusive:
            return -self.count_working_days(end_inclusive, start_exclusive) if end_inclusive < start_exclusive else 0
        number, last = start_exclusive.year, end_inclusive.year
        total = 0
        if not (start_exclusive.month == 12 and start_exclusive.day == 31):
            year = self._years.get(number) or self._read(number)
            total -= year.counted[start_exclusive.toordinal() - year.eve]
        else:
            number += 1
        for between in range(number, last):
            total += len((self._years.get(between) or self._read(between)).working)
        year = self._years.get(last) or self._read(last)
        return total + year.counted[end_inclusive.toordinal() - year.eve]

    def _day_after(self, day: date) -> date:
        if day == date.max:
            raise MissingCalendarYearError(self.name, MAXYEAR + 1)
        return day + _ONE_DAY

    def _read(self, number: int) -> _Year:
        own = self._file(number)
        if own is None:
            raise MissingCalendarYearError(self.name, number)
        following = self._file(number + 1)
        year = _make_year(number, own.days | following.days if following else own.days)
        self._years[number] = year
        return year

    def _file(self, number: int) -> _File | None:
        if number not in self._files:
            path = self._folder / f"{number:04d}.json"
            self._files[number] = _parse(self.name, number, path.read_bytes()) if path.is_file() else None
        return self._files[number]


def _make_year(number: int, listed: dict[date, _Listed]) -> _Year:
    """A day is what the list says, and failing that a working day from Monday to Friday."""
    eve = date(number, 1, 1).toordinal() - 1
    off: list[str | None] = [None]
    counted, working = [0], []
    for day in _days_of(number):
        reason = _reason(day, listed.get(day))
        off.append(reason)
        counted.append(counted[-1] + (reason is None))
        if reason is None:
            working.append(day.toordinal())
    return _Year(eve, tuple(off), tuple(counted), tuple(working))


def _reason(day: date, listed: _Listed | None) -> str | None:
    if listed is not None:
        return listed.name if listed.off else None
    return WEEKEND if day.weekday() >= SATURDAY else None


def _days_of(number: int) -> Iterator[date]:
    first, last = date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal()
    return (date.fromordinal(ordinal) for ordinal in range(first, last + 1))


def _parse(calendar: str, number: int, data: bytes) -> _File | None:
    """The file of a year; None when it lists no day, which is how holiday-cn says that the notice is not out yet."""
    try:
        content = json.loads(data)
        says, checked = content["year"], content.get("checked", True)
        pairs = [
            (date.fromisoformat(day["date"]), _Listed(str(day["name"]), _yes_or_no(day))) for day in content["days"]
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as broken:
        raise InvalidCalendarError(calendar, number, repr(broken)) from broken
    if says != number:
        raise InvalidCalendarError(calendar, number, f"it says it is of {says}")
    days = dict(pairs)
    if len(days) != len(pairs):
        raise InvalidCalendarError(calendar, number, "it lists a day twice")
    return _File(days, checked) if days else None


def _yes_or_no(day: dict[str, object]) -> bool:
    off = day["isOffDay"]
    if not isinstance(off, bool):
        raise TypeError(off)
    return off


@cache
def load_calendar(name: str) -> WorkingCalendar:
    """The shipped calendar of this name; the same object on every call.

    Raises:
        UnknownCalendarError: none has this name.
    """
    folder = _SHIPPED / name
    if re.fullmatch(r"[a-z]+(-[a-z]+)*", name) is None or not folder.is_dir():
        raise UnknownCalendarError(name)
    return WorkingCalendar(name, folder)
