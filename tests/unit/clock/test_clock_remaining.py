"""What follows from a deadline: the day of warning, what is left, and a deadline the agency sent itself."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import Deadline, Remaining, explicit_due, load_calendar, remaining, warn_on

CN = load_calendar("cn")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2025, 6, 16, 4, tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_a_due_instant_sent_by_the_agency_is_kept_and_named_as_such() -> None:
    found = explicit_due(datetime(2015, 1, 20, 13, 30, tzinfo=UTC), ZoneInfo("America/New_York"))
    assert found.due_at == datetime(2015, 1, 20, 13, 30, tzinfo=UTC)
    assert (found.due_on, found.calendar_version) == (None, None)
    assert [step.as_dict() for step in found.explain] == [
        {"code": "sent_by_agency", "since": "2015-01-20T08:30:00-05:00"}
    ]
    assert found.local_due_on(ZoneInfo("America/New_York")) == day("2015-01-20")
    assert found.local_due_on(ZoneInfo("Pacific/Auckland")) == day("2015-01-21")


@pytest.mark.parametrize(
    ("due", "warned"),
    [
        pytest.param("2025-06-18", "2025-06-17", id="the day before"),
        pytest.param("2025-06-16", "2025-06-13", id="over a weekend"),
        pytest.param("2025-05-06", "2025-04-30", id="over a holiday"),
        pytest.param("2014-09-29", "2014-09-28", id="a make-up Sunday"),
        pytest.param("2025-06-14", "2025-06-13", id="due on a Saturday, as a limit of 0 can be"),
    ],
)
def test_the_warning_comes_one_working_day_before(due: str, warned: str) -> None:
    assert warn_on(day(due), CN) == day(warned)


@pytest.mark.parametrize(
    ("now", "unit", "left"),
    [
        pytest.param("2025-06-13T09:00:00+08:00", "working_day", (2, "working_day"), id="a Friday, due on Tuesday"),
        pytest.param("2025-06-13T09:00:00+08:00", "day", (4, "day"), id="the same in days"),
        pytest.param("2025-06-13T09:00:00+08:00", "month", (4, "day"), id="months are shown in days"),
        pytest.param(
            "2025-06-16T16:30:00+00:00", "working_day", (0, "working_day"), id="half past midnight of the due date"
        ),
        pytest.param("2025-06-17T23:00:00+08:00", "hour", (1, "hour"), id="hours to the end of the due date"),
        pytest.param("2025-06-17T23:00:01+08:00", "hour", (0, "hour"), id="only full hours"),
        pytest.param("2025-06-18T00:00:01+08:00", "hour", (-1, "hour"), id="a second too late"),
        pytest.param("2025-06-19T09:00:00+08:00", "working_day", (-2, "working_day"), id="two working days late"),
        pytest.param("2025-06-19T09:00:00+08:00", "day", (-2, "day"), id="two days late"),
    ],
)
def test_what_remains_until_the_due_date(now: str, unit: str, left: tuple[int, str]) -> None:
    due = Deadline(due_on=day("2025-06-17"))
    found = remaining(due, datetime.fromisoformat(now), unit, CN, SHANGHAI)  # type: ignore[arg-type]
    assert found == Remaining(*left)  # type: ignore[arg-type]


def test_what_remains_until_an_instant() -> None:
    due = explicit_due(datetime(2025, 6, 17, 4, tzinfo=UTC), SHANGHAI)
    assert remaining(due, datetime(2025, 6, 16, 4, tzinfo=UTC), "hour", CN, SHANGHAI) == (24, "hour")
    assert remaining(due, datetime(2025, 6, 16, 4, tzinfo=UTC), "working_day", CN, SHANGHAI) == (1, "working_day")


def test_remaining_hours_do_not_lose_the_hour_of_summer_time() -> None:
    boston, calendar = ZoneInfo("America/New_York"), load_calendar("us-boston")
    now = datetime(2015, 3, 8, 0, tzinfo=boston)
    assert remaining(Deadline(due_on=day("2015-03-08")), now, "hour", calendar, boston) == (23, "hour")


def test_nothing_remains_to_be_told_while_the_clock_is_stopped() -> None:
    assert remaining(Deadline(), NOON, "working_day", CN, SHANGHAI) is None
