"""Deadlines in days, working days and months: one row per rule, and the refusals."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import (
    Code,
    Deadline,
    InvalidLimitError,
    InvalidStopError,
    Limit,
    MissingCalendarYearError,
    MissingMomentError,
    MixedUnitsError,
    Stop,
    deadline,
    due_date,
    explicit_due,
    load_calendar,
    remaining,
)

CN = load_calendar("cn")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(text: str) -> date:
    return date.fromisoformat(text)


def stop(since: str, until: str | None, kind: str = "hearing", expected: str | None = None) -> Stop:
    return Stop(
        day(since), None if until is None else day(until), kind, expected_until=(expected and day(expected)) or None
    )


@dataclass
class Row:
    start: str
    limit: Limit
    due: str | None
    stops: list[Stop] = field(default_factory=list)
    extensions: list[Limit] = field(default_factory=list)


ROWS = {
    "the first day is never counted": Row("2025-06-16", Limit(1, "working_day"), "2025-06-17"),
    "a make-up Sunday counts": Row("2014-09-26", Limit(1, "working_day"), "2014-09-28"),
    "a holiday does not count": Row("2025-04-30", Limit(1, "working_day"), "2025-05-06"),
    "a start on a day off is not counted either": Row("2025-06-14", Limit(1, "working_day"), "2025-06-16"),
    "days run through the weekend": Row("2025-06-12", Limit(4, "day"), "2025-06-16"),
    "days that end on a Saturday end on Monday": Row("2025-06-12", Limit(2, "day"), "2025-06-16"),
    "days that end on a make-up Sunday stay there": Row("2014-09-26", Limit(2, "day"), "2014-09-28"),
    "days that end in a long holiday end after it": Row("2025-09-30", Limit(2, "day"), "2025-10-09"),
    "a month ends on the same day": Row("2025-06-16", Limit(1, "month"), "2025-07-16"),
    "a month from the 31st ends on the last day": Row("2025-03-31", Limit(1, "month"), "2025-04-30"),
    "a month from 31 January ends on 29 February in a leap year": Row("2024-01-31", Limit(1, "month"), "2024-02-29"),
    "months run over the end of the year": Row("2024-11-15", Limit(2, "month"), "2025-01-15"),
    "a month that ends on a Sunday ends on Monday": Row("2025-05-15", Limit(1, "month"), "2025-06-16"),
    "twelve months from 29 February": Row("2024-02-29", Limit(12, "month"), "2025-02-28"),
    "a limit of 0 is the day itself": Row("2025-06-16", Limit(0, "working_day"), "2025-06-16"),
    "a limit of 0 on a Saturday is that Saturday": Row("2025-06-14", Limit(0, "day"), "2025-06-14"),
    "a stop does not move a limit of 0": Row("2025-06-16", Limit(0, "day"), "2025-06-16", [stop("2025-06-16", None)]),
    "a limit of 0 that was extended is counted": Row(
        "2025-06-16", Limit(0, "working_day"), "2025-06-18", extensions=[Limit(2, "working_day")]
    ),
    "an extension of 0 changes nothing": Row(
        "2025-06-16", Limit(1, "working_day"), "2025-06-17", extensions=[Limit(0, "day"), Limit(0, "working_day")]
    ),
    "the days of a stop are left out": Row(
        "2025-06-16", Limit(2, "working_day"), "2025-06-20", [stop("2025-06-17", "2025-06-19")]
    ),
    "the day on which a stop ends counts": Row(
        "2025-06-16", Limit(1, "day"), "2025-06-18", [stop("2025-06-17", "2025-06-18")]
    ),
    "a stop that starts and ends on a day counts nothing": Row(
        "2025-06-16", Limit(2, "day"), "2025-06-18", [stop("2025-06-17", "2025-06-17")]
    ),
    "overlapping stops count once": Row(
        "2025-06-16",
        Limit(1, "day"),
        "2025-06-20",
        [stop("2025-06-17", "2025-06-19"), stop("2025-06-18", "2025-06-20")],
    ),
    "touching stops follow each other": Row(
        "2025-06-16",
        Limit(1, "day"),
        "2025-06-20",
        [stop("2025-06-18", "2025-06-20"), stop("2025-06-17", "2025-06-18")],
    ),
    "the order in which stops are told does not matter": Row(
        "2025-06-16",
        Limit(2, "day"),
        "2025-06-20",
        [stop("2025-06-19", "2025-06-20"), stop("2025-06-17", "2025-06-18")],
    ),
    "a stop over a weekend costs no working day": Row(
        "2025-06-12", Limit(2, "working_day"), "2025-06-16", [stop("2025-06-14", "2025-06-16")]
    ),
    "a stop before the start changes nothing": Row(
        "2025-06-16", Limit(1, "day"), "2025-06-17", [stop("2025-06-10", "2025-06-17")]
    ),
    "a stop over the start counts from the day after it": Row(
        "2025-06-16", Limit(1, "day"), "2025-06-18", [stop("2025-06-10", "2025-06-18")]
    ),
    "a stop after the due date changes nothing": Row(
        "2025-06-16", Limit(1, "day"), "2025-06-17", [stop("2025-06-18", "2025-06-25")]
    ),
    "a stop that begins on the last day moves it": Row(
        "2025-06-16", Limit(1, "working_day"), "2025-06-19", [stop("2025-06-17", "2025-06-19")]
    ),
    "a stop that begins after the last day of the limit moves nothing, though it is rolled past it": Row(
        "2025-06-12", Limit(2, "day"), "2025-06-16", [stop("2025-06-15", "2025-06-18")]
    ),
    "the stop days inside a month are added at its end": Row(
        "2025-06-16", Limit(1, "month"), "2025-07-18", [stop("2025-07-01", "2025-07-03")]
    ),
    "stop days in the days added to a month are added again": Row(
        "2025-06-16",
        Limit(1, "month"),
        "2025-07-21",
        [stop("2025-07-01", "2025-07-03"), stop("2025-07-17", "2025-07-20")],
    ),
    "an open stop leaves no due date": Row("2025-06-16", Limit(5, "working_day"), None, [stop("2025-06-18", None)]),
    "an open stop that began before the start leaves none": Row(
        "2025-06-16", Limit(5, "day"), None, [stop("2025-06-01", None)]
    ),
    "an open stop that began on the last day leaves none": Row(
        "2025-06-16", Limit(1, "working_day"), None, [stop("2025-06-17", None)]
    ),
    "an open stop cannot undo a due date that has passed": Row(
        "2025-06-16", Limit(1, "working_day"), "2025-06-17", [stop("2025-06-18", None)]
    ),
    "an open stop that an earlier stop brings within the limit counts": Row(
        "2025-06-16", Limit(1, "day"), None, [stop("2025-06-17", "2025-06-20"), stop("2025-06-18", None)]
    ),
    "extensions add to the limit in its unit": Row(
        "2025-06-16",
        Limit(2, "working_day"),
        "2025-06-23",
        extensions=[Limit(2, "working_day"), Limit(1, "working_day")],
    ),
    "months are added up before they are counted": Row(
        "2025-01-31", Limit(1, "month"), "2025-03-31", extensions=[Limit(1, "month")]
    ),
    "an extension in another unit is counted on from the end": Row(
        "2025-06-12", Limit(2, "day"), "2025-06-17", extensions=[Limit(2, "working_day")]
    ),
    "days after working days roll forward at the very end only": Row(
        "2025-06-12", Limit(1, "working_day"), "2025-06-16", extensions=[Limit(1, "day")]
    ),
    "an extension in the limit's unit goes before one in another": Row(
        "2025-06-16", Limit(1, "working_day"), "2025-06-23", extensions=[Limit(3, "day"), Limit(1, "working_day")]
    ),
    "the statutory twenty and ten": Row(
        "2025-06-16", Limit(20, "working_day"), "2025-07-28", extensions=[Limit(10, "working_day")]
    ),
    "a stop over the turn to a year without data needs no data": Row(
        "2026-12-14", Limit(20, "working_day"), None, [stop("2026-12-31", None)]
    ),
    "the last working day with data": Row("2026-12-30", Limit(1, "working_day"), "2026-12-31"),
    "the first working day with data": Row("2006-12-31", Limit(1, "working_day"), "2007-01-04"),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_the_rules_of_dates(row: Row) -> None:
    found = deadline(
        started_on=day(row.start), limit=row.limit, stops=row.stops, extensions=row.extensions, calendar=CN
    )
    assert found.due_on == (None if row.due is None else day(row.due))
    assert (found.due_at, found.projected_due_on, found.calendar_version) == (None, None, CN.version)
    assert (found.stopped_by is None) == (row.due is not None)
    assert due_date(day(row.start), row.limit, row.stops, row.extensions, CN) == found.due_on


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        pytest.param("2026-12-31", Limit(1, "working_day"), id="working days run into it"),
        pytest.param("2026-12-31", Limit(1, "day"), id="the last day lies in it"),
        pytest.param("2026-12-15", Limit(1, "month"), id="the month ends in it"),
        pytest.param("2006-12-01", Limit(3, "working_day"), id="working days begin in it"),
        pytest.param("9999-12-01", Limit(3, "working_day"), id="the end of all years"),
        pytest.param("9999-12-30", Limit(1, "day"), id="the last day of all"),
        pytest.param("9999-11-30", Limit(1, "month"), id="the last month of all"),
    ],
)
def test_a_deadline_that_needs_a_year_without_data_is_an_error(start: str, limit: Limit) -> None:
    with pytest.raises(MissingCalendarYearError):
        deadline(started_on=day(start), limit=limit, calendar=CN)


@pytest.mark.parametrize(
    ("limit", "extensions"),
    [
        (Limit(10**9, "day"), []),
        (Limit(10**9, "month"), []),
        (Limit(10**9, "day"), [Limit(1, "working_day")]),
        (Limit(10**9, "day"), [Limit(1, "month")]),
    ],
)
def test_a_limit_that_ends_after_the_year_9999_is_refused(limit: Limit, extensions: list[Limit]) -> None:
    with pytest.raises(InvalidLimitError):
        deadline(started_on=day("2025-06-16"), limit=limit, extensions=extensions, calendar=CN)


@pytest.mark.parametrize(
    ("value", "unit"), [(-1, "day"), (1.5, "day"), (True, "day"), ("3", "day"), (3, "week"), (3, "")]
)
def test_what_is_no_limit_is_refused(value: object, unit: object) -> None:
    with pytest.raises(InvalidLimitError) as refused:
        Limit(value, unit)  # type: ignore[arg-type]
    assert (refused.value.value, refused.value.unit) == (value, unit)
    assert "is not a limit" in str(refused.value)


NOON = datetime(2025, 6, 16, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        pytest.param(day("2025-06-17"), day("2025-06-16"), None, id="it ends before it begins"),
        pytest.param(NOON, NOON - timedelta(microseconds=1), None, id="the same in instants"),
        pytest.param(day("2025-06-17"), NOON, None, id="a date and an instant"),
        pytest.param(NOON, day("2025-06-17"), None, id="an instant and a date"),
        pytest.param(datetime(2025, 6, 16), None, None, id="an instant without a zone"),  # noqa: DTZ001
        pytest.param(NOON, None, datetime(2025, 6, 18), id="an expectation without a zone"),  # noqa: DTZ001
    ],
)
def test_what_is_no_stop_is_refused(since: date, until: date | None, expected: date | None) -> None:
    with pytest.raises(InvalidStopError) as refused:
        Stop(since, until, "hearing", expected_until=expected)
    assert (refused.value.since, refused.value.until) == (since, until)
    assert "is not a stop" in str(refused.value)


def test_the_hour_that_comes_twice_in_autumn_does_not_turn_a_stop_round() -> None:
    boston = ZoneInfo("America/New_York")
    since, until = datetime(2025, 11, 2, 1, 50, tzinfo=boston), datetime(2025, 11, 2, 1, 10, fold=1, tzinfo=boston)
    assert Stop(since, until, "hearing").until == until


def test_hours_and_dates_are_not_added() -> None:
    for limit, extension in ((Limit(1, "hour"), Limit(1, "day")), (Limit(1, "month"), Limit(1, "hour"))):
        with pytest.raises(MixedUnitsError) as mixed:
            deadline(started_at=NOON, limit=limit, extensions=[extension], calendar=CN, time_zone=SHANGHAI)
        assert (mixed.value.limit_unit, mixed.value.extension_unit) == (limit.unit, extension.unit)
        assert "cannot be added" in str(mixed.value)


def test_a_clock_needs_exactly_one_start() -> None:
    for arguments in ({}, {"started_on": day("2025-06-16"), "started_at": NOON}):
        with pytest.raises(MissingMomentError) as missing:
            deadline(limit=Limit(1, "day"), calendar=CN, time_zone=SHANGHAI, **arguments)  # type: ignore[arg-type]
        assert missing.value.needed == "either started_on or started_at"
        assert "without either" in str(missing.value)


def test_an_instant_is_read_as_the_local_day() -> None:
    late = datetime(2025, 6, 16, 16, 30, tzinfo=UTC)
    found = deadline(started_at=late, limit=Limit(1, "working_day"), calendar=CN, time_zone=SHANGHAI)
    assert found.due_on == day("2025-06-18")
    with pytest.raises(MissingMomentError) as missing:
        deadline(started_at=late, limit=Limit(1, "working_day"), calendar=CN)
    assert missing.value.needed == "time_zone"


def test_a_stop_in_instants_is_read_as_local_days_and_within_one_day_counts_nothing() -> None:
    def due(since: datetime, until: datetime) -> date | None:
        return deadline(
            started_on=day("2025-06-16"),
            limit=Limit(1, "day"),
            stops=[Stop(since, until, "hearing")],
            calendar=CN,
            time_zone=SHANGHAI,
        ).due_on

    morning = datetime(2025, 6, 17, 1, tzinfo=UTC)
    assert due(morning, morning + timedelta(hours=8)) == day("2025-06-17")
    assert due(morning, morning + timedelta(hours=16)) == day("2025-06-18")


def test_an_instant_without_a_zone_is_refused_wherever_it_comes() -> None:
    bare = datetime(2025, 6, 16, 9)  # noqa: DTZ001
    due = Deadline(due_on=day("2025-06-17"))
    for question in (
        lambda: deadline(started_at=bare, limit=Limit(1, "day"), calendar=CN, time_zone=SHANGHAI),
        lambda: deadline(started_at=bare, limit=Limit(1, "hour"), calendar=CN, time_zone=SHANGHAI),
        lambda: explicit_due(bare, SHANGHAI),
        lambda: remaining(due, bare, "day", CN, SHANGHAI),
    ):
        with pytest.raises(MissingMomentError):
            question()


def projected(stops: list[Stop], today: str | None = None) -> Deadline:
    return deadline(
        started_on=day("2025-06-16"),
        limit=Limit(3, "working_day"),
        stops=stops,
        calendar=CN,
        today=None if today is None else day(today),
    )


def test_an_open_stop_is_projected_to_the_day_told_to_the_applicant() -> None:
    found = projected([stop("2025-06-18", None, expected="2025-06-25")])
    assert (found.due_on, found.projected_due_on) == (None, day("2025-06-26"))
    assert found.stopped_by == stop("2025-06-18", None, expected="2025-06-25")
    assert Code.PROJECTED_DUE in [step.code for step in found.explain]
    assert Code.DUE not in [step.code for step in found.explain]


def test_an_open_stop_of_which_nothing_was_told_is_projected_to_end_today() -> None:
    assert projected([stop("2025-06-18", None)]).projected_due_on is None
    assert projected([stop("2025-06-18", None)], "2025-06-18").projected_due_on == day("2025-06-19")
    assert projected([stop("2025-06-18", None)], "2025-06-20").projected_due_on == day("2025-06-23")


def test_a_day_told_that_has_passed_is_no_longer_believed() -> None:
    overrun = [stop("2025-06-18", None, expected="2025-06-19")]
    assert projected(overrun, "2025-06-18").projected_due_on == day("2025-06-20")
    assert projected(overrun, "2025-06-25").projected_due_on == day("2025-06-26")


def test_a_stop_is_never_projected_to_end_before_it_begins() -> None:
    assert projected([stop("2025-06-19", None)], "2025-06-16").projected_due_on == day("2025-06-19")


def test_one_open_stop_of_which_nothing_is_known_leaves_no_projection() -> None:
    two = [stop("2025-06-17", None, "supplement"), stop("2025-06-18", None, expected="2025-06-20")]
    found = projected(two)
    assert (found.due_on, found.projected_due_on) == (None, None)
    assert found.stopped_by == two[0]


def test_a_projection_into_a_year_without_data_is_left_out_and_said() -> None:
    found = deadline(
        started_on=day("2026-12-14"),
        limit=Limit(20, "working_day"),
        stops=[stop("2026-12-31", None, expected="2027-01-10")],
        calendar=CN,
    )
    assert (found.due_on, found.projected_due_on) == (None, None)
    assert found.stopped_by is not None
    assert (found.explain[-1].code, found.explain[-1].what) == (Code.NO_PROJECTION, "cn 2027")
