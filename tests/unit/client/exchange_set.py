"""A synthetic set of the five exchange tables: invented rows in the shape that agencies fill. No person, case or item is real.

The columns are those of the default mapping; `written` puts them down as CSV (UTF-8 or GB18030) or as one spreadsheet.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from glasshall import Client
from glasshall.importers.exchange import ExchangePlan, plan, write_report
from glasshall.importers.exchange_known import AskedServer
from glasshall.importers.loading import Loader, Report
from glasshall.journal import Journal
from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from tests.world import AUTHORITY, World, private_key

Row = dict[str, str]
DEPT = "11511602MB1500001A"
ITEM = "11511602MB1500001A4000111001000"
OTHER = "11511602MB1500001A4000111002000"


def sync(guid: str, at: str = "2026-11-20 08:00:00", operation: str = "I") -> Row:
    """Return what every row says of itself."""
    return {"row_guid": guid, "cd_operation": operation, "cd_batch": "20261120-01", "cd_time": at}


def item(guid: str = "item-guid-1", code: str = ITEM, **more: str) -> Row:
    """Return a row of the item catalogue."""
    base = {
        "task_code": code,
        "task_name": "食品经营许可（虚构）",
        "task_type": "01",
        "task_state": "1",
        "dept_code": DEPT,
        "dept_name": "虚构区市场监管局",
        "anticipate_day": "20",
        "anticipate_type": "1",
        "promise_day": "5",
        "promise_type": "1",
        "project_type": "2",
        "by_law": "《中华人民共和国食品安全法》第三十五条、《食品经营许可和备案管理办法》",
        "accept_condition": "取得营业执照",
        "is_fee": "1",
        "fee_name": "工本费",
        "fee_stand": "10元/本",
        "fee_basis": "《虚构省收费目录》",
        "special_procedure": "现场核查检验、听证",
        "limit_scene_num": "1",
        "link_way": "窗口咨询：0826-2222222",
        "supervise_way": "电话投诉：12345",
        "plan_effective_date": "2026年01月01日",
    }
    return {**sync(guid), **base, **more}


def accept(case_no: str, guid: str = "", **more: str) -> Row:
    """Return a row of an acceptance; the columns that name a person are there, as in life."""
    base = {
        "project_no": case_no,
        "task_code": ITEM,
        "apply_date": "2026-11-16 08:50:00",
        "apply_type": "1",
        "accept_date": "2026-11-16 09:30:00",
        "accept_doc_no": f"受理〔2026〕{case_no[-3:]}号",
        "promise_date": "2026-11-24 17:00:00",
        "applyer_name": "张某某（虚构）",
        "applyer_page_code": "11010519491231002X",
        "contact_mobile": "13800138000",
    }
    return {**sync(guid or f"accept-{case_no}"), **base, **more}


def process(case_no: str, guid: str, **more: str) -> Row:
    """Return a row of a step."""
    base = {
        "project_no": case_no,
        "process_name": "审核",
        "event_name": "2",
        "event_start_time": "2026/11/17 09:00:00",
        "event_end_time": "2026/11/18 10:00:00",
        "handle_user_name": "李某某（虚构）",
        "handle_explain": "同意",
    }
    return {**sync(guid), **base, **more}


def special(case_no: str, guid: str, **more: str) -> Row:
    """Return a row of a special procedure."""
    base = {
        "project_no": case_no,
        "special_type": "4",
        "special_name": "检验",
        "special_reason": "《食品经营许可和备案管理办法》现场核查",
        "special_time": "2026年11月18日",
        "end_time": "2026年11月19日",
    }
    return {**sync(guid), **base, **more}


def result(case_no: str, guid: str, **more: str) -> Row:
    """Return a row of a result."""
    base = {
        "project_no": case_no,
        "result_date": "2026-11-20 16:00",
        "result_type": "0",
        "result_explain": "符合条件",
        "result_cetr_name": "食品经营许可证",
        "result_cetr_no": "JY15116020000000",
        "satisfaction": "5",
    }
    return {**sync(guid), **base, **more}


def day() -> dict[str, list[Row]]:
    """Return a day of all five tables, in the wrong order, with a row that comes twice."""
    twice = process("CASE-001", "step-1")
    return {
        "up_pro_result": [result("CASE-001", "result-1")],
        "up_pro_special_procedure": [special("CASE-001", "special-1")],
        "up_pro_process": [twice, twice, process("CASE-002", "step-2", process_name="受理")],
        "up_pro_accept": [accept("CASE-002"), accept("CASE-001")],
        "up_task_general_basic": [item(), item("item-guid-2", OTHER, task_name="另一事项（虚构）")],
    }


def written(folder: Path, tables: dict[str, list[Row]], encoding: str = "utf-8-sig") -> Path:
    """Write each table as a CSV of its own and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        target = io.StringIO()
        writer = csv.DictWriter(target, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_bytes(target.getvalue().encode(encoding))
    return folder


def as_book(file: Path, tables: dict[str, list[Row]]) -> Path:
    """Write the tables as the sheets of one spreadsheet."""
    book = Workbook(write_only=True)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        header = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(key, "") for key in header])
    book.save(file)
    return file


def sheet_rows(file: Path, name: str) -> list[Row]:
    """Return the rows of a sheet."""
    header, *rows = load_workbook(file)[name].iter_rows(values_only=True)
    return [{str(key): str(value or "") for key, value in zip(header, row, strict=True)} for row in rows]


def csv_rows(file: Path, encoding: str = "utf-8-sig") -> list[Row]:
    """Return the rows of a CSV."""
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode(encoding), newline="")))


class Agency:
    """An agency that imports its tables into a deployment over HTTP."""

    def __init__(self, url: str, folder: Path) -> None:
        self.world = World().init()
        self.url = url
        self._folder = folder

    def client(self) -> Client:
        """Return the clerk's client, whose clock is that of the deployment."""
        return Client(self.url, private_key("root-clerk"), authority=AUTHORITY, now=lambda: self.world.now)

    def load(self, path: Path, *, dry_run: bool = False, journal: bool = False, **loading: Any) -> Report:
        """Import tables, write the report, and let the register run."""
        self.world.pass_time(minutes=1)
        made = self.made(path)
        kept = Journal(self._folder / "journal" if journal else None, url=self.url, key_id="root-clerk")
        report = Loader(self.client(), None, kept, dry_run=dry_run, **loading).load(made)
        write_report(made, report, self._folder / "report")
        self.world.log()
        return report

    def made(self, path: Path) -> ExchangePlan:
        """Return the plan against what the deployment has."""
        return plan(path, "guangan", known=AskedServer(self.client()))

    def case(self, case_no: str) -> Any:
        """Return a case as its agency sees it."""
        return self.client().receipt(f"/v1/intake/cases/{case_no}")


def outcomes(report: Report) -> dict[str, tuple[str, Sequence[str]]]:
    """Return outcome and notes of each row of the tables."""
    return {found.row.where: (found.outcome, found.row.notes) for found in report.outcomes if found.row.where}
