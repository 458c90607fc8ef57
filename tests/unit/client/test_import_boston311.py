"""Boston's service requests: all 10,000 real rows against the city's own figures, clocks that repeat or skip an hour, broken rows."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from glasshall.importers import boston311
from glasshall.importers.plan import Plan, Row, is_id

from tests.unit.client.rows import BOSTON, REFERENCE, parsed, parsed_line, phase, refusals

GOOD = {
    "CASE_ENQUIRY_ID": "101001240735",
    "OPEN_DT": "01/01/2015 12:25:23 AM",
    "TARGET_DT": "01/16/2015 08:30:00 AM",
    "CLOSED_DT": "01/02/2015 04:17:43 PM",
    "OnTime_Status": "ONTIME",
    "CASE_STATUS": "Closed",
    "TYPE": "Street Light Outages",
    "Department": "PWDx",
    "Source": "Citizens Connect App",
}


@pytest.fixture(scope="module")
def whole() -> Plan:
    """The plan of the real file, with twenty query codes."""
    return boston311.plan(boston311.read(BOSTON), coded=20)


@pytest.fixture(scope="module")
def cases(whole: Plan) -> list[dict[str, Any]]:
    """Every case as the server reads it."""
    return [as_case(row) for row in phase(whole, "cases")]


def as_case(row: Row) -> dict[str, Any]:
    """Return registration and instants of a case."""
    registration = parsed(row.puts[0]) if row.puts else None
    found: dict[str, Any] = {"case_no": row.record_id}
    for line in row.lines:
        kind, content = parsed_line(line)
        assert content["case_no"] == row.record_id
        if kind == "register":
            registration = content
        else:
            found[content["event"]] = datetime.fromisoformat(content["occurred_at"])
    assert registration is not None
    return found | registration


def test_every_row_becomes_a_case_that_the_server_takes(whole: Plan, cases: list[dict[str, Any]]) -> None:
    assert refusals(phase(whole, "cases")) == []
    assert len({case["case_no"] for case in cases}) == 10_000
    assert [len(phase(whole, name)) for name in ("departments", "services")] == [13, 207]


def test_what_is_sent_gives_the_citys_own_figures_whole_and_by_department(cases: list[dict[str, Any]]) -> None:
    reference = json.loads(REFERENCE.read_text("utf-8"))
    by_department = defaultdict(list)
    for case in cases:
        by_department[case["service"].split("-")[0]].append(case)
    assert figures(cases) == wanted(reference["all"])
    by_prefix = {name.split(" ")[0]: entry for name, entry in reference["by_department"].items()}
    assert {name: figures(found) for name, found in by_department.items()} == {
        name: wanted(entry) for name, entry in by_prefix.items()
    }


def figures(cases: list[dict[str, Any]]) -> dict[str, int]:
    """Return the counts of the reference, from the cases as sent."""
    closed = [case for case in cases if "decided" in case]
    due = [case for case in closed if "due_at" in case]
    return {
        "rows": len(cases),
        "closed": len(closed),
        "closed_with_target": len(due),
        "closed_on_time": sum(case["decided"] <= datetime.fromisoformat(case["due_at"]) for case in due),
        "closed_without_target": len(closed) - len(due),
        "open": len(cases) - len(closed),
        "closed_before_opened": sum(case["decided"] < case["accepted"] for case in closed),
    }


def wanted(entry: dict[str, Any]) -> dict[str, int]:
    """Return the counts of a reference entry."""
    return {name: value for name, value in entry.items() if name not in ("on_time_rate", "median_days")}


def test_services_are_those_of_their_departments_and_promise_nothing(whole: Plan) -> None:
    departments = {row.record_id for row in phase(whole, "departments")}
    assert {"PWDx", "BPS_", "No-Q"} <= departments
    for row in phase(whole, "services"):
        content = parsed(row.puts[0])["content"]
        assert content["agency"] in departments
        assert (content["service_kind"], content["limits"]) == ("request", {})
        assert row.record_id.startswith(f"{content['agency']}-")
        assert is_id(row.record_id)
    assert len({row.record_id for row in phase(whole, "services")}) == 207


def test_every_case_is_of_a_service_that_is_published_before(whole: Plan, cases: list[dict[str, Any]]) -> None:
    assert {case["service"] for case in cases} == {row.record_id for row in phase(whole, "services")}


def test_twenty_open_cases_get_a_query_code_and_always_the_same(whole: Plan, cases: list[dict[str, Any]]) -> None:
    coded = [case for case in cases if case["access"] == "code"]
    assert ["decided" in case for case in coded] == [False] * 20
    assert all(row.puts for row in phase(whole, "cases") if row.record_id in {case["case_no"] for case in coded})
    again = boston311.plan(boston311.read(BOSTON), coded=20)
    assert again == whole
    assert not any(row.puts for row in phase(boston311.plan(boston311.read(BOSTON)), "cases"))


def test_channels_come_from_the_source(cases: list[dict[str, Any]]) -> None:
    found = Counter(case["channel"] for case in cases)
    assert found == {"phone": 6_352, "online": 1_026 + 890 + 1, "elsewhere": 892 + 823 + 16}


def test_local_times_get_the_offset_of_their_day() -> None:
    winter, summer = boston311.read_time("01/02/2015 04:17:43 PM"), boston311.read_time("07/02/2015 12:00:00 AM")
    assert winter[0].isoformat() == "2015-01-02T16:17:43-05:00"
    assert summer[0].isoformat() == "2015-07-02T00:00:00-04:00"
    assert (winter[1], summer[1]) == (None, None)


def test_an_hour_that_the_clocks_repeat_is_taken_as_its_first_pass() -> None:
    instant, note = boston311.read_time("11/01/2015 01:30:00 AM")
    assert (instant.isoformat(), note) == ("2015-11-01T01:30:00-04:00", "time_ambiguous")


def test_an_hour_that_the_clocks_skip_is_moved_on() -> None:
    instant, note = boston311.read_time("03/08/2015 02:30:00 AM")
    assert (instant.isoformat(), note) == ("2015-03-08T03:30:00-04:00", "time_skipped")
    assert instant.astimezone(UTC).hour == 7


def test_doubtful_and_missing_times_are_noted() -> None:
    rows = [
        GOOD | {"OPEN_DT": "03/08/2015 02:30:00 AM", "TARGET_DT": "", "CLOSED_DT": "11/01/2015 01:30:00 AM"},
        GOOD | {"CASE_ENQUIRY_ID": "2", "CLOSED_DT": "12/31/2014 11:59:59 PM"},
    ]
    found = phase(boston311.plan(rows), "cases")
    assert found[0].notes == ("time_skipped", "no_target", "time_ambiguous")
    assert found[1].notes == ("closed_before_opened",)
    assert "due_at" not in as_case(found[0])


def test_lines_of_a_case_are_registration_acceptance_and_closing() -> None:
    (row,) = phase(boston311.plan([GOOD]), "cases")
    assert [json.loads(line) for line in row.lines] == [
        {
            "register": {
                "case_no": "101001240735",
                "service": "PWDx-Street-Light-Outages",
                "access": "none",
                "channel": "online",
                "due_at": "2015-01-16T08:30:00-05:00",
            }
        },
        {
            "event": {
                "case_no": "101001240735",
                "event_id": "accepted",
                "event": "accepted",
                "occurred_at": "2015-01-01T00:25:23-05:00",
            }
        },
        {
            "event": {
                "case_no": "101001240735",
                "event_id": "decided",
                "event": "decided",
                "occurred_at": "2015-01-02T16:17:43-05:00",
                "outcome": "done",
            }
        },
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"CASE_ENQUIRY_ID": "a b"}, "case_number_invalid"),
        ({"CASE_ENQUIRY_ID": ""}, "case_number_invalid"),
        ({"OPEN_DT": ""}, "column_blank"),
        ({"TYPE": " "}, "column_blank"),
        ({"OPEN_DT": "13/01/2015 12:00:00 AM"}, "date_unreadable"),
        ({"TARGET_DT": "2015-01-16"}, "date_unreadable"),
        ({"CLOSED_DT": ""}, "closing_unclear"),
        ({"CASE_STATUS": "Open"}, "closing_unclear"),
    ],
)
def test_a_broken_row_is_refused_with_its_reason(change: dict[str, str], code: str) -> None:
    found = phase(boston311.plan([GOOD | change]), "cases")
    assert refusals(found) == [("1", code)]
    assert (found[0].puts, found[0].lines) == ((), ())


def test_a_case_that_comes_again_is_refused() -> None:
    assert refusals(phase(boston311.plan([GOOD, GOOD]), "cases")) == [("2", "duplicate_case")]


def test_the_file_may_be_packed_or_not(tmp_path: Path) -> None:
    import gzip

    plain = tmp_path / "requests.csv"
    plain.write_bytes(gzip.decompress(BOSTON.read_bytes()))
    assert boston311.read(plain) == boston311.read(BOSTON)


@pytest.mark.parametrize(
    ("kind", "record_id"),
    [
        ("Street Light Outages", "PWDx-Street-Light-Outages"),
        ("Sidewalk Repair (Internal)", "PWDx-Sidewalk-Repair-Internal-"),
        ("Heat - Excessive  Insufficient", "PWDx-Heat-Excessive-Insufficient-"),
        ("x" * 80, "PWDx-" + "x" * 46 + "-"),
        ("路灯", "PWDx-"),
    ],
)
def test_the_id_of_a_service_is_readable_and_has_a_digest_where_that_loses_anything(kind: str, record_id: str) -> None:
    found = boston311.service_id("PWDx", kind)
    assert is_id(found)
    assert found == record_id if not record_id.endswith("-") else found.startswith(record_id)
    assert len(found) == len(record_id) + (12 if record_id.endswith("-") else 0)
