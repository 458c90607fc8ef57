"""Exchange tables as files and rows: what cannot be read is told at its place, all at once; what is hostile is not unpacked."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from glasshall import UsageError
from glasshall.cli.main import main
from glasshall.importers.exchange import ExchangePlan, plan
from glasshall.importers.exchange_mapping import DEFAULT, read_mapping
from glasshall.importers.exchange_tables import LOST, Table, read_tables, write_csv_table, write_sheets
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from tests.unit.client.exchange_set import accept, as_book, day, item, process, result, special, sync, written
from tests.unit.client.rows import parsed, parsed_line

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "exchange"


def made(folder: Path, mapping: Path | None = None, **tables: list[dict[str, str]]) -> ExchangePlan:
    """Return the plan of tables for a deployment that has nothing."""
    return plan(written(folder, tables), "guangan", mapping)


def refused(found: ExchangePlan) -> dict[str, list[str]]:
    """Return the codes against each refused row."""
    return {row.where: row.refusal.code.split() for row in found.rows if row.refusal}


def test_the_server_takes_every_act_and_every_line_of_the_synthetic_set(tmp_path: Path) -> None:
    found = plan(written(tmp_path, day()), "guangan")
    assert refused(found) == {}
    assert sum(len(row.puts) for row in found.rows if [parsed(put) for put in row.puts]) == 3
    assert len([parsed_line(line) for row in found.rows for line in row.lines]) == 2 * 3 + 3 * 2 + 2 + 1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-16", "2026-11-16T00:00:00+08:00"),
        ("2026-11-16 09:30:05", "2026-11-16T09:30:05+08:00"),
        ("2026/11/16 09:30", "2026-11-16T09:30:00+08:00"),
        ("2026年11月16日", "2026-11-16T00:00:00+08:00"),
        ("20261116093005", "2026-11-16T09:30:05+08:00"),
    ],
)
def test_dates_are_read_in_every_format_of_the_mapping(tmp_path: Path, text: str, read: str) -> None:
    found = made(tmp_path, accept=[accept("C-1", accept_date=text)])
    events = [parsed_line(line)[1] for line in found.rows[0].lines]
    assert events[2]["occurred_at"] == read


def test_every_error_of_a_row_is_told_at_once_and_the_row_is_not_sent(tmp_path: Path) -> None:
    broken = accept(
        "案件 1",
        apply_date="昨天",
        accept_date="",
        apply_type="7",
        task_code="",
        promise_date="2026-13-01",
        cd_operation="X",
    )
    found = made(tmp_path, accept=[broken, accept("C-2")])
    (row, good) = sorted(found.rows, key=lambda each: each.where)
    assert row.refusal is not None
    assert set(row.refusal.code.split()) == {"code_unknown", "case_number_invalid", "date_unreadable", "cell_blank"}
    for name in ("cd_operation", "project_no", "apply_date", "accept_date", "apply_type", "promise_date", "task_code"):
        assert f"{name}:" in row.refusal.message
    assert row.lines == ()
    assert good.refusal is None


@pytest.mark.parametrize(
    ("table", "row", "code"),
    [
        ("item", item(task_type="99"), "code_unknown"),
        ("item", item(task_name=""), "cell_blank"),
        ("item", item(task_name="长" * 501), "text_too_long"),
        ("item", item(task_name="名\u202e称"), "control_character"),
        ("item", item(promise_day="五"), "number_unreadable"),
        ("item", item(promise_type=""), "cell_blank"),
        ("item", item(fee_basis=""), "cell_blank"),
        ("item", item(task_state="8"), "code_unknown"),
        ("item", item(cd_operation="D"), "nothing_to_withdraw"),
        ("item", item(row_guid=""), "cell_blank"),
        ("item", item(cd_time="soon"), "date_unreadable"),
        ("process", process("C-1", "p", process_name="其他", event_name=""), "step_unknown"),
        ("process", process("C-1", "p", cd_operation="D"), "nothing_to_delete"),
        ("process", process("C-1", "p", process_name="补正", handle_explain=""), "cell_blank"),
        ("special", special("C-1", "s", special_type="Q"), "code_unknown"),
        ("special", special("C-1", "s", special_time=""), "cell_blank"),
        ("result", result("C-1", "r", result_type=""), "cell_blank"),
        ("result", result("C-1", "r", result_explain="长" * 501), "text_too_long"),
        ("accept", accept("C-1", cd_operation="D"), "nothing_to_delete"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_row_that_cannot_be_carried_is_refused_with_its_reason(
    tmp_path: Path, table: str, row: dict[str, str], code: str
) -> None:
    assert refused(made(tmp_path, None, **{table: [row]})) == {f"{table}:1": [code]}


def test_two_rows_that_contradict_each_other_at_one_time_are_told_apart_from_one_that_comes_twice(
    tmp_path: Path,
) -> None:
    rows = [process("C-1", "p"), process("C-1", "p"), process("C-1", "p", process_name="受理")]
    found = made(tmp_path, process=rows)
    assert refused(found) == {"process:3": ["same_time_other_content"]}
    assert [row.notes for row in found.rows] == [(), ("duplicate_row",), ()]


def test_long_codes_get_a_digest_for_an_id_and_a_statutory_limit_of_nought_is_none(tmp_path: Path) -> None:
    found = made(tmp_path, item=[item(code="编码 " + "1" * 20, anticipate_day="0")])
    row = found.rows[-1]
    content = parsed(row.puts[0])["content"]
    assert "statutory" not in content["limits"]
    assert {"id_from_digest", "no_statutory_limit"} <= set(row.notes)


# Mappings


def test_headers_are_found_in_every_spelling_and_in_chinese(tmp_path: Path) -> None:
    (row,) = [accept("C-1")]
    camel = {"".join(part.capitalize() for part in name.split("_")): value for name, value in row.items()}
    assert refused(made(tmp_path / "a", accept=[camel])) == {}
    chinese = {**row, "受理时间": row["accept_date"]}
    del chinese["accept_date"]
    assert refused(made(tmp_path / "b", 办件受理信息=[chinese])) == {}


def test_a_mapping_of_ones_own_says_agencies_columns_and_codes(tmp_path: Path) -> None:
    text = DEFAULT.read_text("utf-8").replace('name = ["task_name", "事项名称"]', 'name = ["sxmc"]')
    text = text.replace("[agencies]\n", '[agencies]\n11511602MB1500001A = "market-bureau"\n')
    mapping = tmp_path / "ours.toml"
    mapping.write_text(text.replace('W = "working_day"', 'G = "working_day"'), "utf-8")
    row = item(sxmc="食品经营许可", promise_type="G")
    found = made(tmp_path / "in", mapping, item=[row])
    assert [phase.name for phase in found.phases] == ["items"]
    content = parsed(found.rows[0].puts[0])["content"]
    assert (content["agency"], content["title"]["zh"]) == ("market-bureau", "食品经营许可")


def test_everything_that_is_wrong_with_a_mapping_is_said_at_once(tmp_path: Path) -> None:
    mapping = tmp_path / "wrong.toml"
    mapping.write_text(
        'time_zone = "Asia/Nowhere"\ndates = "x"\nother = 1\n[tables.item]\nnames = []\n[tables.item.columns]\ncolour = ["c"]\n'
        '[tables.unknown]\nnames = ["u"]\n[codes.result]\n0 = "maybe"\n[codes.other]\n0 = "x"\n',
        "utf-8",
    )
    with pytest.raises(UsageError) as caught:
        read_mapping(mapping)
    for part in (
        "time_zone",
        "dates",
        "other",
        "colour",
        "tables.unknown",
        "codes.result.0",
        "codes.other",
        "row_guid",
    ):
        assert part in str(caught.value)


@pytest.mark.parametrize("text", ["", "not toml [", "time_zone = 3"])
def test_what_is_no_mapping_is_no_mapping(tmp_path: Path, text: str) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        read_mapping(mapping)


# Files


def test_missing_columns_and_unknown_tables_are_named_before_anything_is_sent(tmp_path: Path) -> None:
    row = accept("C-1")
    del row["accept_date"], row["cd_time"]
    with pytest.raises(UsageError) as caught:
        made(tmp_path, accept=[row], other=[row])
    for part in ("accepted_at", "time", "other"):
        assert part in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'"a\n1', b"a,b\n1,2,3\n"], ids=["empty", "not text", "open quote", "too wide"]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "accept.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError):
        read_tables(file)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x")
    with pytest.raises(UsageError):
        read_tables(tmp_path)


def test_digits_that_a_spreadsheet_lost_are_not_guessed(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "accept"
    row: dict[str, object] = {**accept("C-1"), "project_no": 20261116000000012345}
    sheet.append(list(row))
    sheet.append(list(row.values()))
    book.save(tmp_path / "in.xlsx")
    assert LOST in read_tables(tmp_path / "in.xlsx")[0].rows[0]
    assert refused(plan(tmp_path / "in.xlsx", "guangan")) == {"accept:1": ["digits_lost"]}


def test_dates_and_numbers_of_a_spreadsheet_are_read_as_they_show(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "accept"
    row: dict[str, object] = {
        **accept("C-1"),
        "accept_date": datetime(2026, 11, 16, 9, 30),  # noqa: DTZ001 - a spreadsheet knows no zones
        "apply_date": date(2026, 11, 16),
        "apply_type": 1,
    }
    sheet.append(list(row))
    sheet.append(list(row.values()))
    sheet.append([])
    book.save(tmp_path / "in.xlsx")
    found = plan(tmp_path / "in.xlsx", "guangan")
    received, accepted = (parsed_line(line)[1] for line in found.rows[0].lines[1:])
    assert (received["occurred_at"], received["channel"]) == ("2026-11-16T00:00:00+08:00", "window")
    assert accepted["occurred_at"] == "2026-11-16T09:30:00+08:00"


def test_a_formula_is_neither_read_nor_written(tmp_path: Path) -> None:
    file = as_book(tmp_path / "in.xlsx", {"accept": [accept("C-1", applyer_name='=HYPERLINK("http://x")')]})
    (table,) = read_tables(file)
    added = [["stored", "=1+1", "", ""]]
    write_sheets([(table, ("o", "e", "n", "r"), added)], tmp_path / "out.xlsx")
    cells = [cell for line in load_workbook(tmp_path / "out.xlsx")["accept"].iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    csv_table = Table("t", file, ["a"], [["=cmd"]], "utf-8-sig")
    write_csv_table(csv_table, ("o",), [["+1"]], tmp_path / "out.csv")
    assert '"\'=cmd","\'+1"' in (tmp_path / "out.csv").read_text("utf-8-sig")


def bomb(file: Path, **parts: bytes) -> Path:
    """Write a zip with parts of a spreadsheet's names."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return file


def test_a_spreadsheet_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unpack"):
        read_tables(bomb(tmp_path / "bomb.xlsx", xl__workbook=b"0" * 25_000_000))
    many = {f"part{number}": b"x" for number in range(600)}
    with pytest.raises(UsageError, match="unpack"):
        read_tables(bomb(tmp_path / "many.xlsx", **many))


def test_entities_in_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    good = as_book(tmp_path / "good.xlsx", {"accept": [accept("C-1")]})
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as target:
        for part in source.namelist():
            target.writestr(part, laughs if part == "xl/workbook.xml" else source.read(part))
    with pytest.raises(UsageError, match="spreadsheet"):
        read_tables(tmp_path / "bad.xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n"])
def test_what_is_called_a_spreadsheet_and_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(UsageError):
        read_tables(tmp_path / "x.xlsx")


def test_the_command_maps_and_reports_without_a_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = written(tmp_path / "in", {"accept": [accept("C-1"), accept("C-2", **sync("g", "?"))]})
    assert main(["import", "exchange", str(folder), "--offline"]) == 1
    shown = capsys.readouterr().out
    assert "1 refused" in shown
    assert (tmp_path / "exchange.report" / "accept.report.csv").exists()


def test_the_example_of_the_guide_has_one_row_that_is_refused(tmp_path: Path) -> None:
    found = plan(EXAMPLE, "guangan")
    assert refused(found) == {"accept:3": ["code_unknown"]}
