"""The exchange tables of agencies, from end to end: CSV and spreadsheets into a deployment over HTTP, and the fate of every row."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from glasshall.importers.loading import Loader, Report
from glasshall.journal import Journal

from chalicelib.routes.application import create_app
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from local.gateway import Gateway
from tests.unit.client.exchange_set import (
    ITEM,
    OTHER,
    Agency,
    accept,
    as_book,
    csv_rows,
    day,
    item,
    outcomes,
    process,
    result,
    sheet_rows,
    special,
    sync,
    written,
)
from tests.world import ROOT, public_key_base64

DELETED = {"cd_operation": "D", "cd_time": "2026-11-21 08:00:00"}
UPDATED = {"cd_operation": "U", "cd_time": "2026-11-21 08:00:00"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a gateway; whose deployment answers there is that of the test."""
    with Gateway(create_app, port=0) as gateway:
        yield gateway.url


@pytest.fixture
def agency(address: str, tmp_path: Path) -> Agency:
    """An agency with a deployment of its own."""
    return Agency(address, tmp_path)


def refused(report: Report) -> list[tuple[str, str]]:
    """Return where and why rows were refused."""
    return [
        (found.row.where or found.row.record_id, " ".join(found.codes))
        for found in report.outcomes
        if found.outcome == "refused"
    ]


def test_a_day_of_all_five_tables_in_any_order_becomes_services_and_cases(agency: Agency, tmp_path: Path) -> None:
    report = agency.load(written(tmp_path / "in", day()))
    assert refused(report) == []
    service = agency.client().get(f"/v1/services/{ITEM}")
    assert service["limits"] == {
        "statutory": {"value": 20, "unit": "working_day"},
        "promised": {"value": 5, "unit": "working_day"},
    }
    assert service["agency"] == "guangan-11511602MB1500001A"
    assert service["legal_basis"][0]["document"] == "中华人民共和国食品安全法"
    assert service["fees"][0]["name"]["zh"] == "工本费（10元/本）"
    assert {each["kind"] for each in service["special_procedures"]} == {"hearing", "inspection"}
    assert (service["first_contact"]["phone"], service["complaint"]["phone"]) == ("0826-2222222", "12345")
    assert service["effective_on"] == "2026-01-01"
    case = agency.case("CASE-001")
    assert case["status"]["result"]["outcome"] == "granted"
    assert case["findings"] == []
    codes = [each["code"] for each in case["status"]["timeline"]]
    assert codes[:2] == ["received", "accepted"]
    assert {"special_started", "special_ended", "stage_entered_review"} <= set(codes)
    assert agency.case("CASE-002")["status"]["status"]["code"] != "decided"


def test_nothing_that_names_a_person_is_sent(agency: Agency, tmp_path: Path) -> None:
    made = agency.made(written(tmp_path / "in", day()))
    sent = b"".join(part for row in made.rows for part in (*(put.body for put in row.puts), *row.lines))
    for text in ("张某某", "李某某", "11010519491231002X", "13800138000"):
        assert text.encode() not in sent


def test_the_same_files_again_change_nothing(agency: Agency, tmp_path: Path) -> None:
    folder = written(tmp_path / "in", day())
    agency.load(folder)
    entries = len(list(agency.client().changes()))
    again = agency.load(folder)
    assert again.counts()["stored"] == 0
    assert refused(again) == []
    assert len(list(agency.client().changes())) == entries


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_report_comes_back_coded_as_its_table_came(agency: Agency, tmp_path: Path, encoding: str) -> None:
    agency.load(written(tmp_path / "in", day(), encoding))
    file = tmp_path / "report" / "up_pro_accept.report.csv"
    rows = csv_rows(file, "gb18030" if encoding == "gb18030" else "utf-8-sig")
    assert [row["project_no"] for row in rows] == ["CASE-002", "CASE-001"]
    assert rows[1]["applyer_name"] == "张某某（虚构）"
    assert rows[1]["glasshall_outcome"] == "stored"
    places = rows[1]["glasshall_receipt"].split()
    assert places[0] == "/v1/intake/cases/CASE-001"
    for place in places:
        assert agency.client().receipt(place)["sha256"]
    assert file.stat().st_mode & 0o077 == 0


def test_a_spreadsheet_comes_back_as_a_spreadsheet(agency: Agency, tmp_path: Path) -> None:
    agency.load(as_book(tmp_path / "day.xlsx", day()))
    report = tmp_path / "report" / "day.report.xlsx"
    (first, second) = sheet_rows(report, "up_task_general_basic")
    assert (first["glasshall_outcome"], second["glasshall_outcome"]) == ("stored", "stored")
    assert first["glasshall_receipt"] == f"/v1/intake/services/{ITEM}/acts/1"
    assert sheet_rows(report, "up_pro_process")[1]["glasshall_notes"] == "duplicate_row"


def test_a_dry_run_stores_nothing(agency: Agency, tmp_path: Path) -> None:
    folder = written(tmp_path / "in", {"item": [item()]})
    assert agency.load(folder, dry_run=True).counts()["refused"] == 1  # its department is not there yet
    assert agency.load(folder).counts()["refused"] == 0
    changed = written(tmp_path / "next", {"item": [item("g2", **UPDATED, promise_day="3")]})
    assert agency.load(changed, dry_run=True).counts()["stored"] == 1
    assert agency.client().get(f"/v1/services/{ITEM}")["version"] == 1


# Items: what changed becomes an act


def items(agency: Agency, folder: Path, *rows: dict[str, str]) -> Report:
    """Import rows of the item catalogue."""
    return agency.load(written(folder, {"item": list(rows)}))


def test_a_changed_item_is_revised_and_one_sent_anew_is_left(agency: Agency, tmp_path: Path) -> None:
    items(agency, tmp_path / "1", item())
    report = items(agency, tmp_path / "2", item("g2", **UPDATED), item("g3", **sync("g3", "2026-11-21 09:00:00", "U")))
    assert outcomes(report) == {"item:1": ("already", ("special_basis_assumed", "unchanged")),
                                "item:2": ("already", ("special_basis_assumed", "unchanged"))}  # fmt: skip
    items(agency, tmp_path / "3", item("g4", **UPDATED, promise_day="3"))
    shown = agency.client().get(f"/v1/services/{ITEM}")
    assert (shown["version"], shown["limits"]["promised"]["value"]) == (2, 3)


def test_every_version_of_one_file_is_kept_in_the_order_of_its_times(agency: Agency, tmp_path: Path) -> None:
    later = item("g", **sync("g", "2026-11-20 10:00:00", "U"), promise_day="3")
    last = item("g", **sync("g", "2026-11-20 11:00:00", "U"), promise_day="2")
    folder = written(tmp_path / "in", {"item": [last, later, item("g")]})
    assert refused(agency.load(folder)) == []
    versions = list(agency.client().list(f"services/{ITEM}/versions"))
    assert [each.version for each in versions] == [3, 2, 1]
    assert agency.client().get(f"/v1/services/{ITEM}")["limits"]["promised"]["value"] == 2
    assert agency.load(folder).counts()["stored"] == 0


def test_an_old_file_brings_nothing_and_a_return_to_an_old_content_does(agency: Agency, tmp_path: Path) -> None:
    old = written(tmp_path / "old", {"item": [item()]})
    agency.load(old)
    agency.world.pass_time(days=3)
    items(agency, tmp_path / "new", item(**sync("g", "2026-11-25 08:00:00", "U"), promise_day="3"))
    assert agency.load(old).counts()["stored"] == 0
    assert agency.client().get(f"/v1/services/{ITEM}")["limits"]["promised"]["value"] == 3
    agency.world.pass_time(days=3)
    items(agency, tmp_path / "back", item(**sync("g", "2026-11-28 08:00:00", "U")))
    assert agency.client().get(f"/v1/services/{ITEM}")["limits"]["promised"]["value"] == 5


def test_files_that_waited_are_taken_by_their_own_times(agency: Agency, tmp_path: Path) -> None:
    items(agency, tmp_path / "1", item(**sync("g", "2026-11-20 08:00:00")))
    items(agency, tmp_path / "2", item(**sync("g", "2026-11-21 08:00:00", "D")))
    items(agency, tmp_path / "3", item(**sync("g", "2026-11-22 08:00:00")))  # all three on one later day
    assert agency.client().get(f"/v1/services/{ITEM}")["stage"] == "published"
    report = items(agency, tmp_path / "4", item(**sync("g", "2026-11-21 12:00:00", "U"), promise_day="1"))
    assert outcomes(report)["item:1"][0] == "already"  # it came too late to say anything
    assert agency.client().get(f"/v1/services/{ITEM}")["limits"]["promised"]["value"] == 5


def test_acts_that_wait_for_the_register_are_known_too(agency: Agency, tmp_path: Path) -> None:
    first, second = item(), item(**UPDATED, promise_day="3")
    folder = written(tmp_path / "in", {"item": [first, second]})
    made = agency.made(folder)
    Loader(agency.client(), None, Journal(None, url=agency.url, key_id="root-clerk")).load(made)
    assert [row.puts for row in agency.made(folder).rows] == [(), ()]
    agency.world.log()
    assert agency.load(folder).counts()["stored"] == 0


@pytest.mark.parametrize("how", [DELETED, {**UPDATED, "task_state": "3"}])
def test_a_deleted_or_ended_item_is_withdrawn_once(agency: Agency, tmp_path: Path, how: dict[str, str]) -> None:
    items(agency, tmp_path / "1", item())
    items(agency, tmp_path / "2", item(**how))
    assert agency.client().get(f"/v1/services/{ITEM}")["stage"] == "withdrawn"
    assert items(agency, tmp_path / "2", item(**how)).counts()["stored"] == 0
    items(agency, tmp_path / "3", item(**sync("g", "2026-11-22 08:00:00")))
    assert agency.client().get(f"/v1/services/{ITEM}")["stage"] == "published"


# Cases: corrections, never rewriting


def with_case(agency: Agency, folder: Path) -> None:
    """Import a day, and want it stored."""
    assert refused(agency.load(written(folder, day()))) == []


def test_an_updated_row_corrects_its_events_and_the_last_correction_holds(agency: Agency, tmp_path: Path) -> None:
    with_case(agency, tmp_path / "1")
    for number, (at, kind) in enumerate((("2026-11-21 08:00:00", "1"), ("2026-11-22 08:00:00", "0")), 2):
        row = result("CASE-001", "result-1", **{**UPDATED, "cd_time": at}, result_type=kind)
        folder = written(tmp_path / str(number), {"result": [row]})
        assert refused(agency.load(folder)) == []
        assert agency.case("CASE-001")["status"]["result"]["outcome"] == ("refused" if kind == "1" else "granted")
        assert agency.load(folder).counts()["stored"] == 0


def test_an_update_and_its_insert_in_one_file_are_both_said(agency: Agency, tmp_path: Path) -> None:
    tables = day()
    tables["up_pro_result"].append(result("CASE-001", "result-1", **UPDATED, result_type="1"))
    folder = written(tmp_path / "in", tables)
    assert refused(agency.load(folder)) == []
    assert agency.case("CASE-001")["status"]["result"]["outcome"] == "refused"
    assert agency.load(folder).counts()["stored"] == 0


def test_an_update_of_what_never_came_is_sent_and_says_so(agency: Agency, tmp_path: Path) -> None:
    items(agency, tmp_path / "1", item())
    folder = written(
        tmp_path / "2", {"accept": [accept("CASE-009", **UPDATED)], "result": [result("CASE-009", "r", **UPDATED)]}
    )
    report = agency.load(folder)
    assert refused(report) == []
    assert "update_of_unsent" in outcomes(report)["result:1"][1]
    assert agency.case("CASE-009")["status"]["result"]["outcome"] == "granted"
    assert agency.load(folder).counts()["stored"] == 0


def test_an_end_that_an_update_no_longer_says_is_void(agency: Agency, tmp_path: Path) -> None:
    with_case(agency, tmp_path / "1")
    agency.load(written(tmp_path / "2", {"special": [special("CASE-001", "special-1", **UPDATED, end_time="")]}))
    codes = [each["code"] for each in agency.case("CASE-001")["status"]["timeline"]]
    assert "special_started" in codes
    assert "special_ended" not in codes


def test_a_deleted_row_makes_its_events_void_and_a_deleted_acceptance_closes_the_case(
    agency: Agency, tmp_path: Path
) -> None:
    with_case(agency, tmp_path / "1")
    agency.load(written(tmp_path / "2", {"result": [result("CASE-001", "result-1", **DELETED)]}))
    assert "result" not in agency.case("CASE-001")["status"]
    folder = written(tmp_path / "3", {"accept": [accept("CASE-002", **DELETED)]})
    assert refused(agency.load(folder)) == []
    assert agency.case("CASE-002")["status"]["status"]["code"] == "closed_entered_in_error"
    assert agency.load(folder).counts()["stored"] == 0


def test_a_supplement_an_extension_and_a_closing_have_their_events(agency: Agency, tmp_path: Path) -> None:
    tables = {
        "item": [item()],
        "accept": [accept("CASE-003"), accept("CASE-004")],
        "process": [process("CASE-003", "p1", process_name="补正", handle_explain="身份证明复印件")],
        "special": [special("CASE-003", "s1", special_type="Z", special_reason="情况复杂")],
        "result": [result("CASE-004", "r1", result_type="4", result_explain="")],
    }
    assert refused(agency.load(written(tmp_path / "in", tables))) == []
    codes = [each["code"] for each in agency.case("CASE-003")["status"]["timeline"]]
    assert {"supplement_requested", "supplement_received", "extended"} <= set(codes)
    assert agency.case("CASE-004")["status"]["status"]["code"] == "closed_reported_up"


def test_a_row_of_a_case_that_was_never_accepted_is_refused_by_the_server_and_stops_no_other(
    agency: Agency, tmp_path: Path
) -> None:
    tables = day()
    tables["up_pro_process"].append(process("CASE-404", "step-9"))
    report = agency.load(written(tmp_path / "in", tables))
    assert [where for where, _ in refused(report)] == ["process:4"]
    assert csv_rows(tmp_path / "report" / "up_pro_process.report.csv")[3]["glasshall_errors"] != ""


def test_an_item_of_another_agency_and_a_number_of_a_person_refuse_their_rows_only(
    agency: Agency, tmp_path: Path
) -> None:
    other = FirstKey("other-keys", public_key_base64("other-keys"), "Sun", ("keys", "clerk"))
    init_jurisdiction("elsewhere", ROOT, other, agency.world.wired.records, agency.world.now)
    content = {"agency": "elsewhere", "title": {"zh": "别处的事项"}, "service_kind": "award"}
    agency.world.act("services", OTHER, 1, {"act": "publish", "content": content}, "other-keys")
    tables = day()
    tables["up_pro_result"][0]["result_explain"] = "联系13800138000"
    report = agency.load(written(tmp_path / "in", tables))
    assert [where for where, _ in refused(report)] == ["item:2", "result:1"]
    assert dict(refused(report))["result:1"] == "personal_data"
    assert agency.client().get(f"/v1/services/{ITEM}")["version"] == 1


def test_a_row_that_was_mended_is_told_as_stored_though_its_chunk_was_sent_before(
    agency: Agency, tmp_path: Path
) -> None:
    tables = day()
    tables["up_pro_accept"].append(accept("CASE-003", apply_type="?"))
    assert refused(agency.load(written(tmp_path / "in", tables), journal=True)) == [("accept:3", "code_unknown")]
    tables["up_pro_accept"][2]["apply_type"] = "1"
    report = agency.load(written(tmp_path / "in", tables), journal=True)
    assert {where for where, (outcome, _) in outcomes(report).items() if outcome == "stored"} == {"accept:3"}


def test_a_run_that_ended_half_way_goes_on_and_nothing_is_said_twice(agency: Agency, tmp_path: Path) -> None:
    tables = day()
    tables["up_pro_accept"] += [accept(f"CASE-1{number:02d}") for number in range(20)]
    folder, stop = written(tmp_path / "in", tables), threading.Event()

    def started(name: str, rows: int) -> Callable[[int], None]:
        if name == "cases":
            stop.set()
        return lambda done: None

    first = agency.load(folder, journal=True, stop=stop, started=started)
    assert first.counts()["not_sent"] == 27
    assert csv_rows(tmp_path / "report" / "up_pro_accept.report.csv")[0]["glasshall_outcome"] == "not_sent"
    second = agency.load(folder, journal=True)
    assert (second.counts()["refused"], second.counts()["not_sent"]) == (0, 0)
    assert agency.load(folder, journal=True).counts()["stored"] == 0
    assert agency.case("CASE-119")["status"]["status"]["code"]
