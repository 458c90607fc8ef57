"""Exchange tables as files: CSV in UTF-8 or GB18030, or a spreadsheet (.xlsx), read as texts and written back in the same form.

A spreadsheet comes from somebody else: it is a zip of XML, so its size is looked at before it is unpacked, entities are
refused (defusedxml), formulas are read as the values that were stored with them, and nothing outside of it is followed.
A number of more than fifteen digits has lost its last ones when the spreadsheet took it for a number: such a cell is told as
what it is (`LOST`), never guessed.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from glasshall.errors import UsageError
from glasshall.texts import formula_safe

FILE_LIMIT_BYTES = 200_000_000
UNPACKED_LIMIT_BYTES = 500_000_000
UNPACKED_RATIO = 200
PARTS_LIMIT = 500
ROWS_LIMIT = 200_000
COLUMNS_LIMIT = 500
CELL_LIMIT = 100_000
EXACT_DIGITS = 15
LOST = "\ufffd"
"""Stands for the digits that a spreadsheet has lost."""
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it came: its header and its rows of texts, each as wide as the header."""

    name: str
    """How the file (without its ending) or the sheet is called."""
    file: Path
    header: list[str]
    rows: list[list[str]]
    encoding: str = ""
    """How the CSV was coded; empty for a sheet."""


def read_tables(path: Path) -> list[Table]:
    """Return the tables of a file, or of every .csv and .xlsx in a folder.

    Raises:
        UsageError: there is none, or one cannot be read; says why.
    """
    files = [path] if path.is_file() else sorted(each for each in path.iterdir() if each.is_file())
    tables = [
        table
        for file in files
        if file.suffix.lower() in (".csv", ".xlsx") and file.name[0] not in ".~"
        for table in _read(file)
    ]
    if not tables:
        raise UsageError(f"{path}: no table in it (.csv or .xlsx)")
    return tables


def _read(file: Path) -> Iterator[Table]:
    if file.stat().st_size > FILE_LIMIT_BYTES:
        raise UsageError(f"{file}: larger than {FILE_LIMIT_BYTES:,} bytes")
    return _read_sheets(file) if file.suffix.lower() == ".xlsx" else iter([_read_csv(file)])


def _read_csv(file: Path) -> Table:
    raw = file.read_bytes()
    text, encoding = _decoded(file, raw)
    csv.field_size_limit(CELL_LIMIT)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UsageError(f"{file}: not a CSV: {error}") from error
    return _table(file.stem, file, lines, encoding)


def _decoded(file: Path, raw: bytes) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{file}: neither UTF-8 nor GB18030")


def _table(name: str, file: Path, lines: Sequence[Sequence[str]], encoding: str = "") -> Table:
    """Return a table from its lines; blank lines at its end are none of its rows."""
    if not lines or len(lines) > ROWS_LIMIT + 1:
        raise UsageError(f"{file}: {name}: no header, or more than {ROWS_LIMIT:,} rows")
    header = [cell.strip() for cell in lines[0]]
    if len(header) > COLUMNS_LIMIT:
        raise UsageError(f"{file}: {name}: more than {COLUMNS_LIMIT} columns")
    if wide := [
        number for number, line in enumerate(lines[1:], 1) if len(line) > len(header) and any(line[len(header) :])
    ]:
        raise UsageError(f"{file}: {name}: wider than its header: rows {', '.join(map(str, wide[:10]))}")
    rows = [[*line[: len(header)], *[""] * (len(header) - len(line))] for line in lines[1:]]
    while rows and not any(rows[-1]):
        rows.pop()
    return Table(name, file, header, rows, encoding)


def _read_sheets(file: Path) -> Iterator[Table]:
    """Yield every sheet that has a header."""
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    _check_size(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if lines := _lines(file, sheet):
                yield _table(sheet.title, file, lines)
        book.close()
    except (DefusedXmlException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError) as error:
        raise UsageError(f"{file}: not a spreadsheet that can be read: {type(error).__name__}") from error


def _check_size(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise UsageError(f"{file}: not a spreadsheet") from error
    size = sum(part.file_size for part in parts)
    small = size <= UNPACKED_LIMIT_BYTES and size <= UNPACKED_RATIO * max(file.stat().st_size, 100_000)
    if not small or len(parts) > PARTS_LIMIT:
        raise UsageError(f"{file}: it would unpack to {size:,} bytes in {len(parts)} parts, which is not taken")


def _lines(file: Path, sheet: Any) -> list[list[str]]:
    """Return the lines of a sheet; what its XML says of its size is not believed."""
    sheet.reset_dimensions()
    found: list[list[str]] = []
    for values in sheet.iter_rows(values_only=True):
        if len(values) > COLUMNS_LIMIT or len(found) > ROWS_LIMIT:
            raise UsageError(f"{file}: {sheet.title}: more than {ROWS_LIMIT:,} rows or {COLUMNS_LIMIT} columns")
        found.append([_text(value) for value in values])
    while found and not any(found[-1]):
        found.pop()
    return found


def _text(value: object) -> str:
    """Return what a cell shows, as a CSV would say it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        whole = value == int(value) if abs(value) < 1e300 else False
        text = str(int(value)) if whole else repr(value)
        return LOST if len(text.lstrip("-")) > EXACT_DIGITS else text
    return str(value)


# Writing back


def write_csv_table(table: Table, columns: Sequence[str], added: Sequence[Sequence[str]], target: Path) -> None:
    """Write a table with columns added, coded as it came; no cell is a formula."""
    with target.open("w", encoding=table.encoding, newline="", errors="replace") as handle:
        writer = csv.writer(handle, quoting=csv.QUOTE_ALL)
        for line, more in zip([table.header, *table.rows], [columns, *added], strict=True):
            writer.writerow([formula_safe(cell) for cell in (*line, *more)])
    target.chmod(0o600)


def write_sheets(tables: Sequence[tuple[Table, Sequence[str], Sequence[Sequence[str]]]], target: Path) -> None:
    """Write the sheets of one file with columns added; every cell is a text, so none is a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    for table, columns, added in tables:
        sheet = book.create_sheet(table.name)
        for line, more in zip([table.header, *table.rows], [columns, *added], strict=True):
            cells = []
            for text in (*line, *more):
                cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:32_767])
                cell.data_type = "s"
                cells.append(cell)
            sheet.append(cells)
    book.save(target)
    target.chmod(0o600)
