"""Why the clock refuses to answer. It never guesses, so each way of not knowing has a name of its own.

ClockError
├── UnknownCalendarError       no calendar of that name is shipped
├── InvalidCalendarError       a year file that cannot be read as one
├── MissingCalendarYearError   the count needs a year the calendar has no data for
├── InvalidLimitError          a limit that is no whole number of known units, or ends after the year 9999
├── InvalidStopError           a stop that ends before it begins, or has no zone
├── MixedUnitsError            hours and dates in one deadline
└── MissingMomentError         a date, instant or time zone the count needs was not given
"""


class ClockError(Exception):
    """Root of all errors of the clock."""


class UnknownCalendarError(ClockError, LookupError):
    """No calendar of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no calendar is named {self.name!r}"


class InvalidCalendarError(ClockError, ValueError):
    """The file of this year is not in the shape of holiday-cn, or contradicts itself."""

    def __init__(self, calendar: str, year: int, reason: str) -> None:
        super().__init__(calendar, year, reason)
        self.calendar, self.year, self.reason = calendar, year, reason

    def __str__(self) -> str:
        return f"calendar {self.calendar}, file {self.year}: {self.reason}"


class MissingCalendarYearError(ClockError, LookupError):
    """The count needs a year for which the calendar has no data (yet)."""

    def __init__(self, calendar: str, year: int) -> None:
        super().__init__(calendar, year)
        self.calendar, self.year = calendar, year

    def __str__(self) -> str:
        return f"calendar {self.calendar} has no data for {self.year}"


class InvalidLimitError(ClockError, ValueError):
    """Not a limit: a negative or broken number, an unknown unit, or an end after the year 9999."""

    def __init__(self, value: object, unit: object) -> None:
        super().__init__(value, unit)
        self.value, self.unit = value, unit

    def __str__(self) -> str:
        return f"{self.value!r} {self.unit!r} is not a limit"


class InvalidStopError(ClockError, ValueError):
    """Not a stop: it ends before it begins, mixes dates with instants, or gives an instant without a zone."""

    def __init__(self, since: object, until: object) -> None:
        super().__init__(since, until)
        self.since, self.until = since, until

    def __str__(self) -> str:
        return f"[{self.since}, {self.until}) is not a stop"


class MixedUnitsError(ClockError, ValueError):
    """A limit in hours and an extension in days, or the other way round: no rule of law adds the two."""

    def __init__(self, limit_unit: str, extension_unit: str) -> None:
        super().__init__(limit_unit, extension_unit)
        self.limit_unit, self.extension_unit = limit_unit, extension_unit

    def __str__(self) -> str:
        return f"an extension in {self.extension_unit} cannot be added to a limit in {self.limit_unit}"


class MissingMomentError(ClockError, ValueError):
    """The count needs this argument (`started_at`, `time_zone` ...), or it has no zone."""

    def __init__(self, needed: str) -> None:
        super().__init__(needed)
        self.needed = needed

    def __str__(self) -> str:
        return f"the deadline cannot be counted without {self.needed}"
