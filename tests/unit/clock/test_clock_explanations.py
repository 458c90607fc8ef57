"""Explanations: the closed list of codes, the sentences, and the worked example of the docs."""

import re
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import (
    SENTENCES,
    STOP_KINDS,
    Code,
    Deadline,
    Explained,
    Limit,
    Stop,
    deadline,
    explicit_due,
    load_calendar,
    sentence,
)

from .readd import readd

CN = load_calendar("cn")
DOCS = Path(__file__).parents[3].joinpath("docs", "clock.md").read_text(encoding="utf-8")
TODAY = date(2025, 6, 20)


def day(text: str) -> date:
    return date.fromisoformat(text)


def stop(since: str, until: str | None, kind: str = "hearing", basis: str | None = None) -> Stop:
    return Stop(day(since), None if until is None else day(until), kind, basis)


def due(
    start: str, limit: Limit, *stops: Stop, extensions: tuple[Limit, ...] = (), today: date | None = None
) -> Deadline:
    return deadline(started_on=day(start), limit=limit, stops=stops, extensions=extensions, calendar=CN, today=today)


def catalogue() -> list[Explained]:
    """Deadlines that between them show every step there is."""
    start, hour = "2025-06-16", datetime(2025, 6, 16, 1, tzinfo=UTC)
    shown = [
        due("2025-09-26", Limit(5, "working_day"), extensions=(Limit(1, "working_day"), Limit(3, "day"))),
        due("2025-05-15", Limit(1, "month")),
        due(start, Limit(0, "day"), stop(start, "2025-06-17")),
        due(
            start,
            Limit(5, "day"),
            stop("2025-06-01", "2025-06-10"),
            stop("2025-06-17", "2025-06-20", "supplement", "行政许可法第四十五条"),
            stop("2025-06-18", "2025-06-19"),
            stop("2025-06-18", "2025-06-18"),
            stop("2025-07-18", None, "own word"),
        ),
        due(start, Limit(5, "day"), stop("2025-06-17", None, "inspection")),
        due(start, Limit(5, "day"), stop("2025-06-17", None, "inspection"), today=TODAY),
        due("2026-12-14", Limit(20, "working_day"), stop("2026-12-31", None), today=day("2027-01-05")),
        deadline(started_at=hour, limit=Limit(1, "hour"), calendar=CN, stops=[Stop(hour, hour, "testing")]),
        explicit_due(hour, ZoneInfo("Asia/Shanghai")),
    ]
    return [step for found in shown for step in found.explain]


def test_the_catalogue_shows_every_code_there_is() -> None:
    assert {step.code for step in catalogue()} == set(Code)


def test_every_code_has_two_sentences_and_no_sentence_is_without_a_code() -> None:
    assert set(SENTENCES) == set(Code)
    for words in SENTENCES.values():
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        assert words.zh.endswith("。")
        assert words.en.isascii()
        assert words.en.endswith(".")


def test_both_sentences_of_a_code_say_the_same_things() -> None:
    for code, words in SENTENCES.items():
        assert set(re.findall(r"{(\w+)}", words.zh)) == set(re.findall(r"{(\w+)}", words.en)), code


@pytest.mark.parametrize("step", catalogue(), ids=lambda step: step.code)
def test_a_sentence_is_filled_in_and_reads_clean(step: Explained) -> None:
    for text in (sentence(step, "zh"), sentence(step, "en")):
        assert not re.search(r"[{}]|None|  | \.|，，|（）|\(\)", text)
    for place in re.findall(r"{(\w+)}", SENTENCES[step.code].en):
        if place == "amount":
            assert str(step.value) in sentence(step, "zh")
            assert str(step.value) in sentence(step, "en")


def test_the_docs_name_every_code_and_no_other() -> None:
    table = re.findall(r"^\| `(\w+)` \|", DOCS, flags=re.MULTILINE)
    assert sorted(table) == sorted(Code)


def test_every_kind_of_stop_is_named_in_both_languages_and_others_are_shown_as_sent() -> None:
    for kind, words in STOP_KINDS.items():
        step = Explained(Code.OPEN_STOP, day("2025-06-16"), what=kind)
        assert words.zh in sentence(step, "zh")
        assert words.en in sentence(step, "en")
    assert "own word" in sentence(Explained(Code.OPEN_STOP, day("2025-06-16"), what="own word"), "zh")


def test_a_range_is_shown_by_its_first_and_last_day() -> None:
    long = Explained(Code.HOLIDAY, day("2025-10-01"), day("2025-10-09"), 8, "day", "国庆节、中秋节")
    assert sentence(long, "zh") == "2025-10-01至2025-10-08为节假日（国庆节、中秋节），8日不计入。"
    assert sentence(long, "en") == "Holiday (国庆节、中秋节) from 2025-10-01 to 2025-10-08: 8 days not counted."
    single = Explained(Code.WEEKEND, day("2025-06-14"), day("2025-06-15"), 1, "day")
    assert sentence(single, "zh") == "2025-06-14为周末，1日不计入。"
    assert sentence(single, "en") == "Weekend on 2025-06-14: 1 day not counted."


def test_a_stop_is_shown_with_the_law_that_allows_it() -> None:
    step = Explained(Code.STOP, day("2025-06-17"), day("2025-06-20"), 3, "day", "hearing", "行政许可法第四十五条")
    assert (
        sentence(step, "zh")
        == "2025-06-17至2025-06-19因听证停止计时（依据：行政许可法第四十五条），扣除此前未扣除的3日。"
    )
    assert sentence(step, "en") == (
        "Stopped from 2025-06-17 to 2025-06-19 for a hearing (行政许可法第四十五条): takes out 3 days not taken out before."
    )


def test_a_step_as_json_has_only_the_fields_it_has() -> None:
    assert Explained(Code.LIMIT, value=0, unit="day").as_dict() == {"code": "limit", "value": 0, "unit": "day"}


def test_the_worked_example_of_the_docs_is_what_the_clock_says() -> None:
    found = due(
        "2025-09-24",
        Limit(10, "working_day"),
        stop("2025-10-13", "2025-10-16", "hearing", "行政许可法第四十五条"),
        extensions=(Limit(2, "working_day"),),
    )
    table = re.findall(r"^\| ([A-Z][^|]*\.) \|[ *]*(\d*)[ *]*\|$", DOCS, flags=re.MULTILINE)
    told = [(sentence(step, "en"), "" if step.value is None else str(step.value)) for step in found.explain]
    assert table[:-1] == told[:-2]
    assert Code.CALENDAR is found.explain[-1].code
    assert table[-1] == ("Due: 2025-10-21.", str((day("2025-10-21") - day("2025-09-24")).days))
    assert readd([step.as_dict() for step in found.explain]) == found.due_on == day("2025-10-21")


def test_weekends_inside_a_stop_are_left_out_with_the_stop_and_not_again() -> None:
    codes = [
        (step.code, step.value)
        for step in due("2025-06-12", Limit(2, "working_day"), stop("2025-06-13", "2025-06-17")).explain
        if step.code in (Code.STOP, Code.WEEKEND)
    ]
    assert codes == [(Code.STOP, 4)]


def test_an_explanation_names_the_version_of_the_calendar() -> None:
    found = due("2025-06-16", Limit(1, "day"))
    assert found.explain[-1] == Explained(Code.CALENDAR, what=CN.version)
    assert found.calendar_version == CN.version


def test_two_open_stops_are_both_told_and_taken_out_once() -> None:
    found = due("2025-06-16", Limit(3, "day"), stop("2025-06-17", None), stop("2025-06-18", None), today=TODAY)
    assert [(step.code, step.value) for step in found.explain if step.what == "hearing"] == [
        (Code.STOP_ASSUMED_TO_END, 3),
        (Code.STOP_ASSUMED_TO_END, 0),
    ]
    assert readd([step.as_dict() for step in found.explain]) == found.projected_due_on == day("2025-06-23")
    unknown = due("2025-06-16", Limit(3, "day"), stop("2025-06-17", None), stop("2025-06-18", None))
    assert [step.code for step in unknown.explain if step.what == "hearing"] == [
        Code.OPEN_STOP,
        Code.STOP_WITHIN_ANOTHER,
    ]


def test_an_open_stop_beyond_a_projected_deadline_is_told_as_open() -> None:
    found = due("2025-06-16", Limit(2, "day"), stop("2025-06-17", None), stop("2025-07-18", None), today=TODAY)
    last = next(step for step in found.explain if step.code is Code.STOP_AFTER_END)
    assert (last.since, last.until) == (day("2025-07-18"), None)


def test_the_months_are_shown_from_the_day_after_the_start_to_their_last_day() -> None:
    found = due("2025-06-16", Limit(1, "month"))
    assert found.explain[2] == Explained(Code.MONTHS_IN_DAYS, day("2025-06-17"), day("2025-07-17"), 30, "day")


@pytest.mark.parametrize(
    ("until", "code"),
    [("2025-06-16", Code.STOP_BEFORE_START), ("2025-06-17", Code.STOP_BEFORE_START), ("2025-06-18", Code.STOP)],
)
def test_a_stop_that_ends_on_the_first_counted_day_was_before_the_start(until: str, code: Code) -> None:
    found = due("2025-06-16", Limit(3, "day"), stop("2025-06-10", until))
    assert [step.code for step in found.explain if step.what == "hearing"] == [code]


def test_a_stop_of_the_first_counted_day_that_lies_in_another_is_not_called_earlier() -> None:
    found = due("2025-06-16", Limit(3, "day"), stop("2025-06-10", "2025-06-18"), stop("2025-06-17", "2025-06-18"))
    assert [step.code for step in found.explain if step.what == "hearing"] == [Code.STOP, Code.STOP_WITHIN_ANOTHER]


def test_a_stop_that_opened_today_on_the_last_day_makes_a_projection_not_a_deadline() -> None:
    found = due("2025-06-16", Limit(2, "day"), stop("2025-06-18", None), today=day("2025-06-18"))
    assert (found.due_on, found.projected_due_on) == (None, day("2025-06-18"))
    assert [step.code for step in found.explain][2:] == [
        Code.STOP_ASSUMED_TO_END,
        Code.NO_DUE_WHILE_STOPPED,
        Code.PROJECTED_DUE,
        Code.CALENDAR,
    ]


def test_a_holiday_is_never_taken_for_a_kind_of_stop() -> None:
    step = Explained(Code.HOLIDAY, day("2025-06-16"), day("2025-06-17"), 1, "day", "hearing")
    assert sentence(step, "en") == "Holiday (hearing) on 2025-06-16: 1 day not counted."


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (Limit(1, "day"), "value"),
        (stop("2025-06-17", None), "until"),
        (Explained(Code.DUE), "since"),
        (Deadline(), "due_on"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_record_can_be_changed(record: object, field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(record, field, None)
