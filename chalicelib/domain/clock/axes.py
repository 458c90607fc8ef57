"""Two ways to lay time on a line of whole cells, so that one piece of arithmetic serves dates and instants.

On `DayAxis` a cell is a day. On `InstantAxis` a cell is a microsecond and is named by the instant at which it ends. A clock started in cell s has
counted the cells s+1, s+2 ...; so "the first day is never counted" and "an hour is sixty full minutes" become the same rule.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Protocol

from .errors import InvalidLimitError, MissingMomentError

OPEN: Final = 2**63
"""Later than every cell: where a stop ends that has not ended."""

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Axis(Protocol):
    """From moments to cells and back."""

    def cell(self, moment: date | datetime) -> int:
        """The cell a clock started at `moment` stands in."""

    def first_out(self, moment: date | datetime) -> int:
        """The first cell of what begins at `moment`."""

    def moment(self, cell: int) -> date | datetime:
        """The way back from `cell`."""

    def begins(self, cell: int) -> date | datetime:
        """The way back from `first_out`."""

    def amount(self, cells: int) -> tuple[int, str]:
        """A number of cells as a value and the name of its unit."""


@dataclass(frozen=True, slots=True)
class DayAxis:
    """A cell is a day, by its ordinal; an instant belongs to its local day."""

    time_zone: tzinfo | None = None

    def cell(self, moment: date | datetime) -> int:
        """See Axis. An instant needs the time zone."""
        if isinstance(moment, datetime):
            moment = _zoned(moment).astimezone(_needed(self.time_zone))
        return moment.toordinal()

    first_out = cell

    def moment(self, cell: int) -> date:
        """See Axis."""
        return day_of(cell)

    begins = moment

    def amount(self, cells: int) -> tuple[int, str]:
        """See Axis."""
        return cells, "day"


@dataclass(frozen=True, slots=True)
class InstantAxis:
    """A cell is a microsecond, counted from 1970; a date stands for its first instant in the time zone."""

    time_zone: tzinfo | None = None

    def cell(self, moment: date | datetime) -> int:
        """See Axis. A date needs the time zone."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time.min, _needed(self.time_zone))
        return (_zoned(moment) - _EPOCH) // _MICROSECOND

    def first_out(self, moment: date | datetime) -> int:
        """See Axis: the microsecond that begins at an instant ends one later."""
        return self.cell(moment) + 1

    def moment(self, cell: int) -> datetime:
        """See Axis; in the time zone where it is known."""
        try:
            return (_EPOCH + timedelta(microseconds=cell)).astimezone(self.time_zone or UTC)
        except OverflowError as late:
            raise InvalidLimitError(cell, "microsecond") from late

    def begins(self, cell: int) -> datetime:
        """See Axis."""
        return self.moment(cell - 1)

    def amount(self, cells: int) -> tuple[int, str]:
        """See Axis: whole seconds where they are whole."""
        return (cells, "microsecond") if cells % SECOND else (cells // SECOND, "second")


def day_of(cell: int) -> date:
    """The date of a cell that is a day.

    Raises:
        InvalidLimitError: it lies after the year 9999.
    """
    if cell > date.max.toordinal():
        raise InvalidLimitError(cell, "day")
    return date.fromordinal(cell)


def _zoned(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise MissingMomentError("the zone of an instant")
    return moment


def _needed(time_zone: tzinfo | None) -> tzinfo:
    if time_zone is None:
        raise MissingMomentError("time_zone")
    return time_zone
