"""Agencies' exchange tables (政务信息交换): the item catalogue and the tables of cases, as signed acts and events.

A file or a folder of CSV and .xlsx files; which table a file or sheet is, which column says what, how dates are written and
what codes mean stands in a mapping (`exchange.toml`, or a file of one's own). Every row's fate comes back in the same form:
the same tables, with what became of each row, every reason at once, and where its receipts are. Nothing of a row that is
refused is sent; what is left out is noted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glasshall.errors import UsageError
from glasshall.importers.exchange_cases import PHASES, cases, receipts
from glasshall.importers.exchange_cells import Entry, entries
from glasshall.importers.exchange_items import departments, services
from glasshall.importers.exchange_known import Known, NothingKnown
from glasshall.importers.exchange_mapping import Mapped, read_mapping
from glasshall.importers.exchange_tables import Table, read_tables, write_csv_table, write_sheets
from glasshall.importers.loading import Report, RowOutcome
from glasshall.importers.plan import Phase, Plan

AGENCY = "guangan"
ROOT: dict[str, Any] = {
    "name": {"zh": "交换表所属的人民政府"},
    "level": "county",
    "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"},
}
ADDED = ("glasshall_outcome", "glasshall_errors", "glasshall_notes", "glasshall_receipt")


@dataclass(frozen=True, slots=True)
class ExchangePlan(Plan):
    """A plan that remembers the tables it was made of: the report is written over them."""

    tables: tuple[tuple[str, Table], ...] = ()


def plan(path: Path, agency: str = AGENCY, mapping: Path | None = None, known: Known | None = None) -> ExchangePlan:
    """Return what carries the tables into a deployment that has what `known` says.

    Raises:
        UsageError: the mapping or a file cannot be read, a needed column is missing, or a table is there twice.
    """
    mapped, asked = read_mapping(mapping), known or NothingKnown()
    tables = _recognised(mapped, read_tables(path))
    read = {name: _entries(mapped, name, table) for name, table in tables}
    items = read.get("item", [])
    rounds = list(services(items, agency, asked)) if items else []
    phases = [
        Phase("departments", departments(items, agency, asked)),
        *(Phase("items" if number == 1 else f"items, change {number}", rows) for number, rows in enumerate(rounds, 1)),
        Phase("cases", cases({name: read[name] for name in PHASES if name in read}, asked)),
    ]
    return ExchangePlan(tuple(phase for phase in phases if phase.rows), tuple(tables))


def _recognised(mapped: Mapped, found: Sequence[Table]) -> list[tuple[str, Table]]:
    named = [(mapped.table_called(table.name), table) for table in found]
    problems = [
        f"{table.file.name}: {table.name} is none of the mapping's tables" for name, table in named if name is None
    ]
    known = [(name, table) for name, table in named if name is not None]
    names = [name for name, _ in known]
    problems += [
        f"the table {name} is there more than once" for name in sorted({n for n in names if names.count(n) > 1})
    ]
    for name, table in known:
        _, missing = mapped.placed(name, table.header)
        problems += [f"{table.file.name}: {table.name} has no column for: {', '.join(missing)}"] * bool(missing)
    if problems:
        raise UsageError("; ".join(problems))
    return known


def _entries(mapped: Mapped, name: str, table: Table) -> list[Entry]:
    places, _ = mapped.placed(name, table.header)
    rows = [{field: row[place] for field, place in places.items()} for row in table.rows]
    return entries(mapped, name, rows, {field: table.header[place] for field, place in places.items()})


# The report


def write_report(made: Plan, report: Report, target: Path) -> None:
    """Write every row's fate into copies of the tables: a spreadsheet for spreadsheets, a CSV for each CSV.

    `target` is a folder; each file keeps its name with `.report` before its ending, readable by its owner only.
    """
    assert isinstance(made, ExchangePlan)
    fates = {outcome.row.where: outcome for outcome in report.outcomes if outcome.row.where}
    target.mkdir(parents=True, exist_ok=True)
    sheets: dict[Path, list[tuple[Table, Sequence[str], list[list[str]]]]] = {}
    for name, table in made.tables:
        added = [_fate(fates.get(f"{name}:{number}")) for number in range(1, len(table.rows) + 1)]
        file = target / f"{table.file.stem}.report{table.file.suffix.lower()}"
        if table.encoding:
            write_csv_table(table, ADDED, added, file)
        else:
            sheets.setdefault(file, []).append((table, ADDED, added))
    for file, found in sheets.items():
        write_sheets(found, file)


def _fate(found: RowOutcome | None) -> list[str]:
    assert found is not None, "every row is in the plan"
    stood = found.outcome in ("stored", "already")
    places = [*(put.path for put in found.row.puts), *receipts(found.row)] if stood else []
    return [found.outcome, found.message, " ".join(found.row.notes), " ".join(places)]
