"""Working-day calendars: the data, the counting, and the refusal to guess."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import chinese_calendar  # type: ignore[import-untyped]
import pytest

from chalicelib.domain.clock import (
    WEEKEND,
    InvalidCalendarError,
    InvalidLimitError,
    MissingCalendarYearError,
    UnknownCalendarError,
    WorkingCalendar,
    load_calendar,
)

from .naive import YEAR_FILES, NaiveCalendar

CN = load_calendar("cn")
BOSTON = load_calendar("us-boston")
ONE_DAY = timedelta(days=1)


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def write_year(folder: Path, year: int, *days: tuple[str, bool]) -> None:
    listed = [{"name": "a feast", "date": day, "isOffDay": off} for day, off in days]
    folder.joinpath(f"{year}.json").write_text(
        json.dumps({"year": year, "papers": [], "days": listed}), encoding="utf-8"
    )


def test_every_day_both_know_is_the_same_in_chinesecalendar() -> None:
    known = sorted({day.year for day in chinese_calendar.holidays} & set(CN.years))
    assert known == list(range(2007, 2027))
    days = days_from(date(known[0], 1, 1), date(known[-1], 12, 31))
    assert len(days) == 7305
    assert [day for day in days if CN.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_a_year_chinesecalendar_refuses_is_refused_here_too() -> None:
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 4))
    with pytest.raises(MissingCalendarYearError):
        CN.is_working(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        pytest.param(date(2014, 9, 28), None, id="a make-up Sunday is a working day"),
        pytest.param(date(2020, 2, 3), None, id="a Monday listed as working"),
        pytest.param(date(2020, 1, 31), "春节", id="a Friday added to the Spring Festival of 2020"),
        pytest.param(date(2025, 10, 1), "国庆节、中秋节", id="two feasts at once"),
        pytest.param(date(2025, 6, 14), WEEKEND, id="a plain Saturday"),
        pytest.param(date(2025, 6, 16), None, id="a plain Monday"),
        pytest.param(date(2007, 12, 31), "元旦", id="a December day listed in the file of the next year"),
        pytest.param(date(2007, 12, 29), None, id="a make-up December Saturday listed in the file of the next year"),
        pytest.param(date(2026, 12, 31), None, id="the last day with data"),
        pytest.param(date(2007, 1, 1), "元旦", id="the first day with data"),
    ],
)
def test_a_day_is_what_the_notice_says_and_failing_that_what_the_week_says(day: date, reason: str | None) -> None:
    assert CN.reason_off(day) == reason
    assert CN.is_working(day) == (reason is None)


@pytest.mark.parametrize("year", [2006, 2027, 2028, 1, 9999])
def test_a_year_without_data_is_an_error_that_names_it(year: int) -> None:
    day = date(year, 7, 1)
    asked: list[Callable[[], object]] = [
        lambda: CN.is_working(day),
        lambda: CN.reason_off(day),
        lambda: CN.working_days_after(day, 1),
        lambda: CN.working_day_before(day),
        lambda: CN.count_working_days(day, day + ONE_DAY),
        lambda: CN.checked(year),
    ]
    for question in asked:
        with pytest.raises(MissingCalendarYearError) as missing:
            question()
        assert (missing.value.calendar, missing.value.year) == ("cn", year)
        assert str(year) in str(missing.value)


def test_a_count_that_runs_into_a_year_without_data_fails_there() -> None:
    assert CN.working_days_after(date(2026, 12, 30), 1) == date(2026, 12, 31)
    for question in (
        lambda: CN.working_days_after(date(2026, 12, 30), 2),
        lambda: CN.count_working_days(date(2026, 12, 30), date(2027, 1, 1)),
        lambda: CN.count_working_days(date(2027, 1, 1), date(2026, 12, 30)),
        lambda: CN.working_days_after(date(2026, 12, 31), 1),
    ):
        with pytest.raises(MissingCalendarYearError) as missing:
            question()
        assert missing.value.year == 2027


def test_what_lies_after_a_day_does_not_need_the_year_of_that_day() -> None:
    assert CN.working_days_after(date(2006, 12, 31), 1) == date(2007, 1, 4)
    assert CN.count_working_days(date(2006, 12, 31), date(2007, 1, 5)) == 2
    with pytest.raises(MissingCalendarYearError) as missing:
        CN.working_day_before(date(2007, 1, 4))
    assert missing.value.year == 2006


def test_the_ends_of_the_calendar_of_python_are_years_without_data() -> None:
    with pytest.raises(MissingCalendarYearError) as late:
        CN.working_days_after(date.max, 1)
    with pytest.raises(MissingCalendarYearError) as early:
        CN.working_day_before(date.min)
    assert (late.value.year, early.value.year) == (10000, 0)


def test_no_working_day_after_a_day_is_that_day_even_without_data() -> None:
    assert CN.working_days_after(date(2027, 5, 1), 0) == date(2027, 5, 1)
    assert CN.count_working_days(date(2027, 5, 1), date(2027, 5, 1)) == 0


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(InvalidLimitError):
        CN.working_days_after(date(2025, 5, 1), -1)


def test_counting_adds_up_in_whatever_order_the_days_stand() -> None:
    chance, first = Random(1), date(2007, 1, 1)
    for _ in range(2000):
        a, b, c = (first + timedelta(days=chance.randrange(7305)) for _ in range(3))
        assert CN.count_working_days(a, b) + CN.count_working_days(b, c) == CN.count_working_days(a, c)


def test_counting_and_finding_are_each_others_way_back() -> None:
    chance, first = Random(2), date(2007, 1, 1)
    for _ in range(2000):
        start, count = first + timedelta(days=chance.randrange(6900)), chance.randrange(1, 250)
        found = CN.working_days_after(start, count)
        assert CN.is_working(found)
        assert CN.count_working_days(start, found) == count
        assert CN.working_days_after(CN.working_day_before(found), 1) == found


def test_a_count_over_years_not_read_yet_is_the_same() -> None:
    fresh = WorkingCalendar("cn", YEAR_FILES / "cn")
    assert fresh.count_working_days(date(2019, 6, 3), date(2022, 6, 1)) == CN.count_working_days(
        date(2019, 6, 3), date(2022, 6, 1)
    )


def test_counting_agrees_with_looking_at_every_day() -> None:
    naive, chance, first = NaiveCalendar("cn"), Random(3), date(2007, 1, 1)
    for _ in range(200):
        start, length = first + timedelta(days=chance.randrange(6500)), chance.randrange(1, 800)
        last = start + timedelta(days=length)
        walked = sum(not naive.is_off(day) for day in days_from(start + ONE_DAY, last))
        assert CN.count_working_days(start, last) == walked
        assert CN.count_working_days(last, start) == -walked


@pytest.mark.parametrize("name", ["cn", "us-boston"])
def test_the_version_is_a_digest_anyone_can_make_from_the_files(name: str) -> None:
    files = sorted(YEAR_FILES.joinpath(name).glob("*.json"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    assert load_calendar(name).version == f"{name}-{digest[:8]}"
    assert repr(load_calendar(name)) == f"WorkingCalendar('{name}-{digest[:8]}')"


def test_a_holiday_moved_later_changes_the_version(tmp_path: Path) -> None:
    write_year(tmp_path, 2025, ("2025-10-01", True))
    before = WorkingCalendar("test", tmp_path).version
    write_year(tmp_path, 2025, ("2025-10-02", True))
    assert WorkingCalendar("test", tmp_path).version != before


def test_the_years_with_data_leave_out_the_empty_one() -> None:
    assert CN.years == tuple(range(2007, 2027))
    assert BOSTON.years == (2014, 2015, 2016, 2017)


def test_a_calendar_is_loaded_once() -> None:
    assert load_calendar("cn") is CN


@pytest.mark.parametrize("name", ["", "CN", "cn/", "../clock", "us_boston", "nowhere", "cn\n"])
def test_an_unknown_calendar_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownCalendarError) as unknown:
        load_calendar(name)
    assert unknown.value.name == name
    assert repr(name) in str(unknown.value)


def test_the_licence_of_the_chinese_data_travels_with_it() -> None:
    assert "NateScarlet" in YEAR_FILES.joinpath("cn", "LICENSE").read_text(encoding="utf-8")


def test_boston_keeps_a_sunday_holiday_on_monday_and_moves_none_from_a_saturday() -> None:
    assert BOSTON.reason_off(date(2017, 1, 2)) == "New Year's Day (observed)"
    assert BOSTON.reason_off(date(2016, 12, 26)) == "Christmas Day (observed)"
    assert BOSTON.is_working(date(2015, 7, 3))
    assert BOSTON.is_working(date(2015, 7, 6))
    assert BOSTON.reason_off(date(2015, 4, 20)) == "Patriots' Day"


def test_boston_has_eleven_holidays_a_year_and_says_that_nobody_checked_them() -> None:
    for year in BOSTON.years:
        content = json.loads(YEAR_FILES.joinpath("us-boston", f"{year}.json").read_text(encoding="utf-8"))
        assert len([day for day in content["days"] if "observed" not in day["name"]]) == 11
        assert not BOSTON.checked(year)
    assert all(CN.checked(year) for year in CN.years)


def test_a_broken_year_does_no_harm_until_it_is_needed(tmp_path: Path) -> None:
    write_year(tmp_path, 2024, ("2024-10-01", True))
    tmp_path.joinpath("2026.json").write_text("[", encoding="utf-8")
    calendar = WorkingCalendar("test", tmp_path)
    assert calendar.is_working(date(2024, 10, 2))
    with pytest.raises(InvalidCalendarError) as broken:
        calendar.is_working(date(2026, 1, 1))
    assert (broken.value.calendar, broken.value.year) == ("test", 2026)
    assert "test" in str(broken.value)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="an empty file"),
        pytest.param("[]", id="a list"),
        pytest.param('{"year": 2025}', id="no days"),
        pytest.param('{"year": 2024, "days": []}', id="another year"),
        pytest.param(
            '{"year": 2025, "days": [{"name": "x", "date": "2025-02-30", "isOffDay": true}]}', id="no such day"
        ),
        pytest.param('{"year": 2025, "days": [{"name": "x", "date": "2025-02-03"}]}', id="off or not is not said"),
        pytest.param(
            '{"year": 2025, "days": [{"name": "x", "date": "2025-02-03", "isOffDay": "no"}]}', id="a word for off"
        ),
        pytest.param(
            '{"year": 2025, "days": [{"name": "x", "date": "2025-02-03", "isOffDay": true},'
            ' {"name": "x", "date": "2025-02-03", "isOffDay": false}]}',
            id="a day twice",
        ),
    ],
)
def test_a_year_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: str) -> None:
    tmp_path.joinpath("2025.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidCalendarError):
        WorkingCalendar("test", tmp_path).is_working(date(2025, 2, 3))
