"""What goes into a deadline and what comes out: limits, stops, the deadline and the steps that explain it.

Source: Licensing Law art. 42-45 (limits, extension, time not counted), General Provisions of the Civil Law art. 201-203
(the first day, the day off at the end); the rules in full are in docs/clock.md.

Invariants: everything is frozen. A stop is [since, until): it takes out the days from `since` to the day before `until`. In an `Explained`
ranges are half-open in the same way, and the `value` of each step is what it adds: their sum is the deadline.
"""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, Literal, get_args

from .codes import Code
from .errors import InvalidLimitError, InvalidStopError

type_unit = Literal["working_day", "day", "hour", "month"]
