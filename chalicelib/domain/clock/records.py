"""What goes into a deadline and what comes out: limits, stops, the deadline and the steps that explain it.

Source: Licensing Law (行政许可法) art. 42-45 on limits, extensions and time not counted; Civil Code (民法典) art. 201-203 on the first day, on months
and on a day off at the end. The rules in full: docs/clock.md.

Invariants: everything is frozen. A range is half-open, [since, until). An instant has a zone. The `value`s of the steps of an explanation, months
left out, add up to the time from the start to the deadline.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Final, Literal, get_args

from .errors import InvalidLimitError, InvalidStopError

Unit = Literal["working_day", "day", "hour", "month"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)


class Code(StrEnum):
    """Every step an explanation can have; `sentences.SENTENCES` has two sentences for each."""

    FIRST_DAY_NOT_COUNTED = "first_day_not_counted"
    COUNTED_FROM = "counted_from"
    SAME_DAY = "same_day"
    LIMIT = "limit"
    EXTENSION = "extension"
    EXTENSION_COUNTED_ON = "extension_counted_on"
    MONTHS_IN_DAYS = "months_in_days"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    WORKING_WEEKEND = "working_weekend"
    STOP = "stop"
    STOP_ASSUMED_TO_END = "stop_assumed_to_end"
    OPEN_STOP = "open_stop"
    STOP_OF_NO_DAY = "stop_of_no_day"
    STOP_BEFORE_START = "stop_before_start"
    STOP_WITHIN_ANOTHER = "stop_within_another"
    STOP_AFTER_END = "stop_after_end"
    STOP_IN_SAME_DAY_LIMIT = "stop_in_same_day_limit"
    ROLLED_FORWARD = "rolled_forward"
    DUE = "due"
    NO_DUE_WHILE_STOPPED = "no_due_while_stopped"
    PROJECTED_DUE = "projected_due"
    NO_PROJECTION = "no_projection"
    SENT_BY_AGENCY = "sent_by_agency"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit (期限), or what an extension (延长) adds to one.

    Raises:
        InvalidLimitError: `value` is no whole number from 0, or `unit` is unknown.
    """

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        whole = isinstance(self.value, int) and not isinstance(self.value, bool)
        if not whole or self.value < 0 or self.unit not in UNITS:
            raise InvalidLimitError(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Stop:
    """Time off the clock: a special procedure (特别程序), or waiting for a supplement where the law lets that stop it.

    `until` None is a stop that has not ended; `expected_until` is what the applicant was told.

    Raises:
        InvalidStopError: it ends before it begins, mixes a date with an instant, or an instant has no zone.
    """

    since: date | datetime
    until: date | datetime | None
    kind: str
    legal_basis: str | None = None
    expected_until: date | datetime | None = None

    def __post_init__(self) -> None:
        if not _all_zoned((self.since, self.until, self.expected_until)):
            raise InvalidStopError(self.since, self.until)
        if self.until is not None:
            mixed = isinstance(self.since, datetime) != isinstance(self.until, datetime)
            if mixed or _order(self.until) < _order(self.since):
                raise InvalidStopError(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Explained:
    """One step of an explanation. `what` is a holiday's or calendar's name or a stop's kind; `basis` the law that allows a stop."""

    code: Code
    since: date | datetime | None = None
    until: date | datetime | None = None
    value: int | None = None
    unit: str | None = None
    what: str | None = None
    basis: str | None = None

    def as_dict(self) -> dict[str, str | int]:
        """The step as JSON values, without the fields it does not have; dates and instants in ISO 8601."""
        found = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value if isinstance(value, int) else _text(value) for name, value in found if value is not None}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, and why.

    `due_on` for limits in days or months, `due_at` (UTC) for hours or an instant the agency sent; both None while a stop is open, which `stopped_by`
    then names. `projected_due_on` or `projected_due_at` is what the deadline would be if the open stops ended as told, or today; a projection only.
    """

    due_on: date | None = None
    due_at: datetime | None = None
    projected_due_on: date | None = None
    projected_due_at: datetime | None = None
    stopped_by: Stop | None = None
    explain: tuple[Explained, ...] = ()
    calendar_version: str | None = None

    def local_due_on(self, time_zone: tzinfo) -> date | None:
        """The day the deadline falls on in `time_zone`; None while the clock is stopped."""
        return self.due_at.astimezone(time_zone).date() if self.due_at is not None else self.due_on


def _order(moment: date | datetime) -> date | datetime:
    """What to compare: two local times of one zone compare by the face of the clock, which is wrong when it is put back."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _all_zoned(moments: Iterable[date | datetime | None]) -> bool:
    return all(moment.utcoffset() is not None for moment in moments if isinstance(moment, datetime))


def _text(value: date | str) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
