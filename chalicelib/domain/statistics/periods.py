"""Periods as they stand in addresses: `2026-10`, `2026-Q4`, `2026`, `all`. Days are `YYYY-MM-DD`, and compare as text.

Every day is local to its jurisdiction before it comes here, so nothing in this module knows of time zones.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

ALL = "all"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
_SHAPE = re.compile(r"(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?")


_remembered = lru_cache(maxsize=8_192)
"""A run asks the same of a few hundred periods and days hundreds of thousands of times."""


def read_period(text: str) -> str:
    """Return a period as it was written.

    Raises:
        ValueError: it is none.
    """
    if text != ALL and not _SHAPE.fullmatch(text):
        raise ValueError("a period is YYYY, YYYY-Qn, YYYY-MM or all")
    return text


def month_of(day: str) -> str:
    """Return the month of a day."""
    return day[:7]


def quarter_of(month: str) -> str:
    """Return the quarter of a month."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def covering(month: str) -> tuple[str, str, str, str]:
    """Return the month, its quarter, its year and `all`."""
    return month, quarter_of(month), month[:4], ALL


def wider(period: str) -> str:
    """Return the period of which this one is a part; `all` is part of itself."""
    if period == ALL or len(period) == 4:
        return ALL
    return period[:4] if period[5] == "Q" else quarter_of(period)


def first_day(period: str) -> str:
    """Return a period's first day."""
    return FIRST_DAY if period == ALL else f"{_first_month(period)}-01"


@_remembered
def last_day(period: str) -> str:
    """Return a period's last day."""
    if period == ALL:
        return LAST_DAY
    month = last_month(period)
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]}"


@_remembered
def last_month(period: str) -> str:
    """Return a period's last month; the last there is for `all`."""
    if period == ALL:
        return LAST_DAY[:7]
    if len(period) == 4:
        return f"{period}-12"
    return f"{period[:4]}-{int(period[6]) * 3:02d}" if period[5] == "Q" else period


@_remembered
def _first_month(period: str) -> str:
    if len(period) == 4:
        return f"{period}-01"
    return f"{period[:4]}-{int(period[6]) * 3 - 2:02d}" if period[5] == "Q" else period


def contains(period: str, month: str) -> bool:
    """Tell whether a month lies in a period."""
    return period == ALL or _first_month(period) <= month <= last_month(period)


def months_between(first: str, last: str) -> Iterator[str]:
    """Yield the months from one to another, both included."""
    month = first
    while month <= last:
        yield month
        year, number = int(month[:4]), int(month[5:])
        if (year, number) == (9999, 12):
            return
        month = f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def order(period: str) -> str:
    """Return text by which periods sort: by their last month, a wider one after those it ends with; `all` last."""
    rank = 4 if period == ALL else 3 if len(period) == 4 else 2 if period[5] == "Q" else 1
    return f"{last_month(period)}#{rank}"


def day_before(day: str) -> str:
    """Return the day before."""
    return shifted(day, -1)


@_remembered
def shifted(day: str, days: int) -> str:
    """Return the day so many days later; the first or the last there is, if that lies beyond."""
    ordinal = date.fromisoformat(day).toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal())).isoformat()
