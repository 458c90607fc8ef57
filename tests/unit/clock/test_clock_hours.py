"""Limits in hours: elapsed hours, stops taken out to the microsecond."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import (
    Deadline,
    InvalidLimitError,
    Limit,
    MissingMomentError,
    Stop,
    deadline,
    due_date,
    load_calendar,
)

from .readd import readd_instants

CN = load_calendar("cn")
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2025, 6, 13, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def due(hours: int, *stops: Stop, extensions: tuple[Limit, ...] = (), today: datetime | date | None = None) -> Deadline:
    return deadline(
        started_at=START,
        limit=Limit(hours, "hour"),
        stops=stops,
        extensions=extensions,
        calendar=CN,
        today=today,
        time_zone=SHANGHAI,
    )


def stop(since: float, until: float | None, expected: datetime | date | None = None) -> Stop:
    end = None if until is None else START + until * HOUR
    return Stop(START + since * HOUR, end, "testing", expected_until=expected)


@pytest.mark.parametrize(
    ("found", "hours"),
    [
        pytest.param(due(0), 0, id="a limit of 0 is due at once"),
        pytest.param(due(24), 24, id="nights and weekends run"),
        pytest.param(due(72), 72, id="a whole weekend runs"),
        pytest.param(due(4, extensions=(Limit(2, "hour"),)), 6, id="an extension adds"),
        pytest.param(due(4, stop(1, 3)), 6, id="a stop is taken out"),
        pytest.param(due(4, stop(1, 3), stop(2, 5)), 8, id="overlapping stops once"),
        pytest.param(due(4, stop(1, 1)), 4, id="a stop of no time"),
        pytest.param(due(4, stop(-3, 0)), 4, id="a stop before the start"),
        pytest.param(due(4, stop(-3, 1)), 5, id="a stop over the start"),
        pytest.param(due(4, stop(4, 9)), 4, id="a stop that begins when it is due"),
        pytest.param(due(4, stop(4, None)), 4, id="an open stop that begins when it is due"),
        pytest.param(due(4, stop(3.5, 9)), 9.5, id="a stop half an hour before"),
        pytest.param(due(0, stop(0, None)), 0, id="a limit of 0 is not moved"),
    ],
)
def test_the_rules_of_hours(found: Deadline, hours: float) -> None:
    assert found.due_at == START + hours * HOUR
    assert found.due_at.tzinfo is UTC
    assert (found.due_on, found.calendar_version) == (None, None)
    assert readd_instants([step.as_dict() for step in found.explain]) == found.due_at


def test_a_stop_in_dates_is_taken_from_midnight_to_midnight() -> None:
    found = due(24, Stop(date(2025, 6, 14), date(2025, 6, 15), "testing"))
    assert found.due_at == START + 48 * HOUR
    with pytest.raises(MissingMomentError) as missing:
        deadline(
            started_at=START,
            limit=Limit(24, "hour"),
            stops=[Stop(date(2025, 6, 14), date(2025, 6, 15), "testing")],
            calendar=CN,
        )
    assert missing.value.needed == "time_zone"


def test_hours_run_by_elapsed_time_when_the_clocks_are_changed() -> None:
    boston = ZoneInfo("America/New_York")
    found = deadline(
        started_at=datetime(2015, 3, 8, 0, tzinfo=boston), limit=Limit(24, "hour"), calendar=CN, time_zone=boston
    )
    assert found.due_at == datetime(2015, 3, 9, 1, tzinfo=boston)


def test_an_open_stop_leaves_no_due_instant_but_a_projection() -> None:
    assert due(4, stop(1, None)).projected_due_at is None
    assert due(4, stop(1, None)).stopped_by == stop(1, None)
    told = due(4, stop(1, None, START + 3 * HOUR))
    assert (told.due_at, told.projected_due_at, told.projected_due_on) == (None, START + 6 * HOUR, None)
    assert due(4, stop(1, None), today=START + 2 * HOUR).projected_due_at == START + 5 * HOUR
    told_a_day = due(24, stop(1, None, date(2025, 6, 14)))
    assert told_a_day.projected_due_at == datetime(2025, 6, 13, 16, tzinfo=UTC) + 23 * HOUR
    assert told_a_day.calendar_version is None


def test_hours_are_explained_in_local_time() -> None:
    steps = [step.as_dict() for step in due(4, stop(1, 3)).explain]
    assert steps[0] == {"code": "counted_from", "since": "2025-06-13T09:00:00+08:00"}
    assert steps[2] == {
        "code": "stop",
        "since": "2025-06-13T10:00:00+08:00",
        "until": "2025-06-13T12:00:00+08:00",
        "value": 7200,
        "unit": "second",
        "what": "testing",
    }
    assert steps[-1] == {"code": "due", "since": "2025-06-13T15:00:00+08:00"}


def test_hours_need_an_instant_to_start_from() -> None:
    with pytest.raises(MissingMomentError) as missing:
        deadline(started_on=date(2025, 6, 13), limit=Limit(4, "hour"), calendar=CN)
    assert missing.value.needed == "started_at"
    with pytest.raises(MissingMomentError):
        due_date(date(2025, 6, 13), Limit(4, "hour"), [], [], CN)


def test_hours_that_end_after_the_year_9999_are_refused() -> None:
    with pytest.raises(InvalidLimitError):
        due(10**9)


def test_hours_without_a_time_zone_are_explained_in_utc() -> None:
    found = deadline(started_at=START, limit=Limit(4, "hour"), calendar=CN)
    assert found.explain[0].as_dict()["since"] == "2025-06-13T01:00:00+00:00"


def test_random_hours_agree_with_a_walk_by_the_minute_and_add_up() -> None:
    chance = Random(5)
    for _ in range(400):
        minutes = [sorted(chance.sample(range(-60, 600), 2)) for _ in range(chance.randrange(4))]
        stops = [stop(since / 60, until / 60) for since, until in minutes]
        hours = chance.randrange(1, 6)
        found = due(hours, *stops)
        assert found.due_at == START + timedelta(minutes=walk(hours * 60, minutes))
        assert readd_instants([step.as_dict() for step in found.explain]) == found.due_at


def test_a_stop_of_a_broken_second_still_adds_up() -> None:
    since = START + timedelta(microseconds=250_000)
    found = due(1, Stop(since, since + timedelta(microseconds=1_500_001), "testing"))
    assert found.due_at == START + HOUR + timedelta(microseconds=1_500_001)
    assert readd_instants([step.as_dict() for step in found.explain]) == found.due_at


def walk(left: int, stops: list[list[int]]) -> int:
    minute = 0
    while left:
        left -= not any(since <= minute < until for since, until in stops)
        minute += 1
    return minute
