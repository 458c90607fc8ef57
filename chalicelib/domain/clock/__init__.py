"""The deadline clock: calendars as data, deadlines as pure functions, and explanations anyone can add up again.

Self-contained on purpose: relative imports and the standard library only, so that the server and the offline client run one implementation.
"""

from .calendars import WEEKEND, WorkingCalendar, load_calendar
from .deadlines import Remaining, deadline, due_date, explicit_due, remaining, warn_on
from .durations import gross_days, gross_working_days, working_days_used
from .errors import (
    ClockError,
    InvalidCalendarError,
    InvalidLimitError,
    InvalidStopError,
    MissingCalendarYearError,
    MissingMomentError,
    MixedUnitsError,
    UnknownCalendarError,
)
from .records import UNITS, Code, Deadline, Explained, Limit, Stop, Unit
from .sentences import SENTENCES, STOP_KINDS, Language, Sentence, sentence
from .together import Track, stopped_together
from .vectors import Checked, Failure, check

__all__ = [
    "SENTENCES",
    "STOP_KINDS",
    "UNITS",
    "WEEKEND",
    "Checked",
    "ClockError",
    "Code",
    "Deadline",
    "Explained",
    "Failure",
    "InvalidCalendarError",
    "InvalidLimitError",
    "InvalidStopError",
    "Language",
    "Limit",
    "MissingCalendarYearError",
    "MissingMomentError",
    "MixedUnitsError",
    "Remaining",
    "Sentence",
    "Stop",
    "Track",
    "Unit",
    "UnknownCalendarError",
    "WorkingCalendar",
    "check",
    "deadline",
    "due_date",
    "explicit_due",
    "gross_days",
    "gross_working_days",
    "load_calendar",
    "remaining",
    "sentence",
    "stopped_together",
    "warn_on",
    "working_days_used",
]
