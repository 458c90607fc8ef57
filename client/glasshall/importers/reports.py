"""The report of an import: one CSV row per row of the source, safe to open in a spreadsheet, and a summary to read."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from glasshall.importers.loading import Report
from glasshall.texts import formula_safe

COLUMNS = ("row", "id", "outcome", "codes", "notes", "message")


def as_csv(report: Report) -> str:
    """Return the report as CSV (RFC 4180); no cell is a formula."""
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for found in report.outcomes:
        cells = (
            found.row.where,
            found.row.record_id,
            found.outcome,
            " ".join(found.codes),
            " ".join(found.row.notes),
            found.message,
        )
        writer.writerow([formula_safe(cell) for cell in cells])
    return target.getvalue()


def write_csv(report: Report, file: Path) -> None:
    """Write the report; the byte order mark tells spreadsheets that it is UTF-8."""
    file.write_text(as_csv(report), encoding="utf-8-sig", newline="")


def summary(report: Report) -> str:
    """Return the counts of a report, a line for each kind."""
    lines = [f"{sum(report.counts().values()):,} rows: {_listed(report.counts())}"]
    if report.notes():
        lines.append(f"notes: {_listed(report.notes())}")
    return "\n".join(lines)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
