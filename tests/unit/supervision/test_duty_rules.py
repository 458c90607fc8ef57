"""Duties as data and days: every rule has its words, source and a day that anyone can count."""

import json
from pathlib import Path

import pytest

from chalicelib.domain.categories import categories
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.codes import sentences
from chalicelib.domain.duties import (
    Duty,
    duty_rules,
    last_day,
    local_day,
    local_facts,
    mandatory_categories,
    owed,
    owed_by,
)
from tests.world import World

HERE = {"calendar": "cn", "time_zone": "Asia/Shanghai"}
FILES = sorted(Path("chalicelib/domain/data/duties").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_has_words_in_both_languages_a_source_and_says_whether_it_was_checked(path: Path) -> None:
    rules = json.loads(path.read_text("utf-8"))["rules"]
    assert [rule["rule"] for rule in rules] == list(duty_rules(path.stem))
    for rule in rules:
        assert sentences("card_rule")[rule["rule"]].keys() == {"zh", "en"}
        assert rule["source"].keys() == {"zh", "en"}
        assert isinstance(rule["checked"], bool)


def test_the_day_it_begins_on_is_not_counted_and_it_is_missed_with_the_midnight_after_the_last() -> None:
    (duty,) = owed("disclose_in_time", "1", "2026-09-25", HERE)
    # 3 to 30 September, 3 from 8 October with the make-up Saturday, 5 from the 12th, 5 from the 19th, 4 from the 26th.
    assert duty == Duty("disclose_in_time", "1", "2026-10-29", "2026-10-29T16:00:00.000Z")


def test_a_category_may_set_another_limit_and_another_agency_may_owe_it() -> None:
    (duty,) = owed("answer_filing", "city", "2026-11-02", HERE, limit=Limit(7, "working_day"), agency="city")
    assert (duty.due_on, duty.agency) == ("2026-11-11", "city")


def test_a_day_that_the_record_names_is_the_last() -> None:
    assert owed_by("rule_review", "", "2026-12-31", HERE) == (
        Duty("rule_review", "", "2026-12-31", "2026-12-31T16:00:00.000Z"),
    )


def test_a_year_without_calendar_data_leaves_the_duty_without_a_day() -> None:
    assert owed("disclose_in_time", "1", "1999-01-04", HERE) == (Duty("disclose_in_time", "1", None, None),)
    assert last_day("2026-01-05", Limit(1, "working_day"), "nowhere") is None


@pytest.mark.parametrize("state", [{"calendar": "us-boston", "time_zone": "America/New_York"}, {}])
def test_where_no_law_is_known_nothing_is_owed(state: dict[str, str]) -> None:
    assert owed("disclose_in_time", "1", "2026-11-23", state) == ()
    assert owed_by("rule_review", "", "2026-12-31", state) == ()


def test_a_rule_that_needs_a_day_of_its_own_is_not_counted_from_another() -> None:
    assert owed("rule_review", "", "2026-11-23", HERE) == ()


def test_a_day_is_that_of_the_agency() -> None:
    state = local_facts({"calendar": "cn", "time_zone": "Asia/Shanghai", "language": "zh"})
    assert state == HERE
    assert local_day("2026-11-23T16:30:00.000Z", state) == "2026-11-24"


def test_the_page_has_every_rule_with_the_days_and_the_source_of_the_data() -> None:
    rows = [
        line.split(" | ") for line in Path("docs/duties.md").read_text("utf-8").splitlines() if line.startswith("| `")
    ]
    assert [row[0].strip("| `") for row in rows] == list(duty_rules("cn"))
    for row, rule in zip(rows, duty_rules("cn").values(), strict=True):
        days = str(rule.limit.value) if rule.limit else f"by {rule.on} of" if rule.on else "the day it names"
        assert row[2].startswith(days), row[0]
        assert row[3] == ("yes" if rule.checked else "no"), row[0]
        assert row[4] == f"{rule.source['en']} |"


def test_the_code_list_of_rules_tells_the_law_of_a_duty() -> None:
    codes = {entry["code"]: entry for entry in World().json("/v1/codes/card_rule")["codes"]}
    (law,) = codes["disclose_in_time"]["law"]
    assert (law["calendar"], law["limit"], law["checked"]) == ("cn", {"value": 20, "unit": "working_day"}, True)
    assert law["source"].keys() == {"zh", "en"}
    assert codes["annual_report"]["law"][0]["on"] == "01-31"
    assert "law" not in codes["promised_limit"]


def test_what_binds_a_level_is_a_category_with_a_source() -> None:
    entries = json.loads(FILES[0].read_text("utf-8"))["mandatory"]
    assert {entry["category"] for entry in entries} <= categories().keys()
    assert all(entry["source"].keys() == {"zh", "en"} and entry["levels"] for entry in entries)
    assert set(mandatory_categories("cn", "township")) < set(mandatory_categories("cn", "county"))
    assert mandatory_categories("us-boston", "city") == ()
