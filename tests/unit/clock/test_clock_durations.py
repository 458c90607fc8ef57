"""How long a clock ran."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import (
    MissingCalendarYearError,
    MissingMomentError,
    Stop,
    gross_days,
    gross_working_days,
    load_calendar,
    working_days_used,
)

from .naive import NaiveCalendar, random_cases

CN = load_calendar("cn")


def stop(since: str, until: str | None) -> Stop:
    return Stop(date.fromisoformat(since), None if until is None else date.fromisoformat(until), "hearing")


@pytest.mark.parametrize(
    ("started", "ended", "stops", "used", "gross"),
    [
        pytest.param("2025-06-16", "2025-06-16", [], 0, 0, id="decided on the day it came"),
        pytest.param("2025-06-16", "2025-06-17", [], 1, 1, id="decided on the next day"),
        pytest.param("2025-06-13", "2025-06-16", [], 1, 1, id="over a weekend"),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-17", "2025-06-19")], 2, 4, id="a stop is taken out"),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-17", "2025-06-17")], 4, 4, id="a stop of no day"),
        pytest.param(
            "2025-06-16",
            "2025-06-20",
            [stop("2025-06-17", "2025-06-19"), stop("2025-06-18", "2025-06-20")],
            1,
            4,
            id="overlapping",
        ),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-10", "2025-06-18")], 3, 4, id="a stop over the start"),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-19", "2025-06-30")], 2, 4, id="a stop over the end"),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-21", "2025-06-30")], 4, 4, id="a stop after the end"),
        pytest.param(
            "2025-06-16", "2025-06-20", [stop("2025-06-18", None)], 2, 4, id="an open stop ends with the case"
        ),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-20", None)], 4, 4, id="opened on the last day"),
        pytest.param("2025-06-16", "2025-06-20", [stop("2025-06-25", None)], 4, 4, id="opened after the end"),
        pytest.param(
            "2025-06-20", "2025-06-16", [stop("2025-06-17", "2025-06-18")], -4, -4, id="closed before it opened"
        ),
        pytest.param("2014-09-26", "2014-09-29", [], 2, 2, id="a make-up Sunday counts"),
    ],
)
def test_working_days_of_the_agency_and_in_all(
    started: str, ended: str, stops: list[Stop], used: int, gross: int
) -> None:
    first, last = date.fromisoformat(started), date.fromisoformat(ended)
    assert working_days_used(first, last, stops, CN) == used
    assert gross_working_days(first, last, CN) == gross


def test_random_durations_agree_with_looking_at_every_day() -> None:
    naive = NaiveCalendar("cn")
    for case in random_cases(11, 2000):
        started, ended = case.started_on, case.started_on + timedelta(days=case.limit[0] * 3)
        if started.year < 2007 or ended.year > 2026:
            continue
        spans = [(since, until or ended) for since, until in case.stops]
        days = [started + timedelta(days=number) for number in range(1, (ended - started).days + 1)]
        running = [day for day in days if not any(since <= day < until for since, until in spans)]
        stops = [Stop(since, until, "hearing") for since, until in case.stops]
        assert working_days_used(started, ended, stops, CN) == sum(not naive.is_off(day) for day in running)


def test_a_stop_in_instants_needs_the_time_zone() -> None:
    since = datetime(2025, 6, 17, 16, tzinfo=UTC)
    stops = [Stop(since, since + timedelta(hours=24), "hearing")]
    first, last = date(2025, 6, 16), date(2025, 6, 20)
    assert working_days_used(first, last, stops, CN, ZoneInfo("Asia/Shanghai")) == 3
    with pytest.raises(MissingMomentError):
        working_days_used(first, last, stops, CN)


def test_a_year_without_data_is_an_error_here_too() -> None:
    with pytest.raises(MissingCalendarYearError):
        working_days_used(date(2026, 12, 30), date(2027, 1, 2), [], CN)


def test_gross_days_are_exact_and_do_not_mind_the_change_of_clocks() -> None:
    boston = ZoneInfo("America/New_York")
    opened, closed = datetime(2015, 3, 7, 12, tzinfo=boston), datetime(2015, 3, 8, 12, tzinfo=boston)
    assert gross_days(opened, closed) == Fraction(23, 24)
    assert gross_days(closed, opened) == Fraction(-23, 24)
    assert gross_days(opened, opened + timedelta(microseconds=1)) == Fraction(1, 86_400_000_000)
