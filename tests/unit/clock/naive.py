"""A second opinion on deadlines: walk day by day, look each day up, count on the fingers. Shares no code with the clock.

`random_case` makes cases of every kind: all units in dates, stops that overlap, touch, are empty, open, or lie outside, and extensions in the
limit's unit and in others.
"""

import calendar
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from chalicelib.domain import clock

YEAR_FILES = Path(clock.__file__).parent / "calendars"
ONE_DAY = timedelta(days=1)


class NoDataError(Exception):
    """The walk came to a day of a year without data."""


@dataclass(frozen=True)
class Case:
    """A deadline to be counted."""

    started_on: date
    limit: tuple[int, str]
    stops: Sequence[tuple[date, date | None]] = ()
    extensions: Sequence[tuple[int, str]] = ()


class NaiveCalendar:
    """Days looked up one by one."""

    def __init__(self, name: str) -> None:
        self.listed: dict[str, bool] = {}
        self.years: set[int] = set()
        for path in YEAR_FILES.joinpath(name).glob("*.json"):
            content = json.loads(path.read_text(encoding="utf-8"))
            self.listed |= {day["date"]: day["isOffDay"] for day in content["days"]}
            if content["days"]:
                self.years.add(content["year"])

    def is_off(self, day: date) -> bool:
        if day.year not in self.years:
            raise NoDataError
        return self.listed.get(str(day), day.weekday() in (5, 6))


def walk(case: Case, days: NaiveCalendar) -> date | None:
    """The due date by walking; None while a stop is open before the limit is used up."""
    day, unit = case.started_on, case.limit[1]
    total = case.limit[0] + sum(value for value, other in case.extensions if other == unit)
    parts = [(total, unit), *(part for part in case.extensions if part[1] != unit)]
    parts = [part for part in parts if part[0] > 0]
    for value, part_unit in parts:
        left = value if part_unit != "month" else (add_months(day, value) - day).days
        while left:
            day += ONE_DAY
            stopped = [until for since, until in case.stops if since <= day and (until is None or day < until)]
            if None in stopped:
                return None
            if stopped or (part_unit == "working_day" and days.is_off(day)):
                continue
            left -= 1
    while parts and parts[-1][1] != "working_day" and days.is_off(day):
        day += ONE_DAY
    return day


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month: one month at a time, keeping the day wanted."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def random_cases(seed: int, count: int) -> Iterator[Case]:
    """So many cases; the same for the same seed."""
    chance = Random(seed)
    return (random_case(chance) for _ in range(count))


def random_case(chance: Random) -> Case:
    """One case between 2006 and the end of 2026; some need a year without data."""
    start = date(2006, 12, 1) + timedelta(days=chance.randrange(7330))
    limit = random_limit(chance)
    stops = [random_stop(chance, start) for _ in range(chance.choice((0, 0, 1, 1, 2, 3, 4)))]
    extensions = []
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        value, other = random_limit(chance)
        extensions.append((value, other if chance.random() < 0.2 else limit[1]))
    return Case(start, limit, stops, extensions)


def random_limit(chance: Random) -> tuple[int, str]:
    unit = chance.choice(("working_day", "working_day", "day", "month"))
    longest = {"working_day": 30, "day": 45, "month": 4}[unit]
    return chance.choice((0, 1, 5, 20, chance.randint(0, longest), chance.randint(0, longest))) % (longest + 1), unit


def random_stop(chance: Random, start: date) -> tuple[date, date | None]:
    since = start + timedelta(days=chance.randint(-10, 60))
    length = chance.choice((0, 1, 2, 7, chance.randint(0, 40)))
    return since, None if chance.random() < 0.06 else since + timedelta(days=length)
