"""Opening hours held against a minute-by-minute recomputation, and against days that a person can check."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.opening_hours import WEEKDAYS, DayHours, changes_at, hours_on, is_open
from tests.centre_world import HOURS

SHANGHAI = "Asia/Shanghai"
FULL = [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}]


@pytest.mark.parametrize(
    ("day", "why", "spans"),
    [
        ("2026-11-23", "weekly", FULL),
        ("2026-11-22", "weekly", []),
        ("2026-10-01", "holiday", []),
        ("2026-02-14", "make_up_day", FULL),
        ("2026-12-24", "exception", FULL[:1]),
        ("2900-01-04", "calendar_unknown", None),
    ],
)
def test_a_date_has_the_hours_that_a_person_would_read_off(day: str, why: str, spans: Any) -> None:
    hours = {**HOURS, "exceptions": [{"on": "2026-12-24", "spans": FULL[:1]}]}
    told = hours_on(hours, date.fromisoformat(day), "cn")
    assert (told.why, told.spans) == (why, spans)


def test_a_place_that_follows_no_calendar_asks_none() -> None:
    hours = {**HOURS, "working_calendar": False}
    assert hours_on(hours, date(2026, 10, 1), "cn").spans == FULL
    assert hours_on(hours, date(2900, 1, 6), "nothing").why == "weekly"


def test_what_is_open_day_and_night_does_not_change() -> None:
    always = {"weekly": [{"days": list(WEEKDAYS), "spans": [{"opens": "00:00", "closes": "24:00"}]}]}
    days = {str(day): hours_on(always, day, "cn") for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(9))}
    now = datetime(2026, 1, 1, 3, tzinfo=UTC)
    assert is_open(days, now, SHANGHAI) is True
    assert changes_at(days, now, SHANGHAI) is None


def test_what_is_not_known_is_not_guessed() -> None:
    days = {"2026-12-31": DayHours("2026-12-31", "weekly", [{"opens": "20:00", "closes": "24:00"}])}
    days["2027-01-01"] = DayHours("2027-01-01", "calendar_unknown", None)
    evening, after = (datetime(2026, 12, 31, hour, tzinfo=UTC) for hour in (13, 17))
    assert (is_open(days, evening, SHANGHAI), changes_at(days, evening, SHANGHAI)) == (True, None)
    assert (is_open(days, after, SHANGHAI), changes_at(days, after, SHANGHAI)) == (None, None)


TIMES = [f"{hour:02d}:{minute}" for hour in range(24) for minute in ("00", "30")] + ["24:00"]
borders = st.lists(st.sampled_from(TIMES), min_size=0, max_size=6, unique=True).map(sorted)
days_of_spans = borders.map(
    lambda times: [{"opens": a, "closes": b} for a, b in zip(times[::2], times[1::2], strict=False)]
)
weeks = st.lists(days_of_spans, min_size=7, max_size=7)


@given(weeks, st.integers(0, 2 * 24 * 60 - 1), st.sampled_from([SHANGHAI, "America/New_York"]))
@settings(derandomize=True, max_examples=40, deadline=None)
def test_open_now_and_the_next_change_are_those_of_a_minute_by_minute_walk(
    week: list[Any], minute: int, zone: str
) -> None:
    hours = {"weekly": [{"days": [day], "spans": spans} for day, spans in zip(WEEKDAYS, week, strict=True)]}
    start = datetime(2026, 6, 1, tzinfo=ZoneInfo(zone))
    days = {str(day): hours_on(hours, day, "cn") for day in (start.date() + timedelta(days=n) for n in range(4))}
    now = start + timedelta(minutes=minute)
    ends = start + timedelta(days=4)

    def walk(at: datetime) -> bool:
        clock = at.strftime("%H:%M")
        return any(span["opens"] <= clock < span["closes"] for span in week[at.weekday()])

    assert is_open(days, now, zone) == walk(now)
    later = (now + timedelta(minutes=step) for step in range(1, 4 * 24 * 60))
    turn = next((at for at in later if at < ends and walk(at) != walk(now)), None)
    assert changes_at(days, now, zone) == turn
