"""CSV as RFC 4180 has it, of which no cell is a formula to a spreadsheet (CSV injection; OWASP ASVS 5.0, 1.2.10).

A text that a spreadsheet could take for a formula gets one apostrophe before it; numbers stay numbers. What was written is
found again: of a cell that begins with an apostrophe, and whose rest but for apostrophes could be a formula, take the first
apostrophe away. Every other cell is what it is.
"""

import re
from collections.abc import Iterable
from typing import Any

BOM = "\ufeff"
"""What spreadsheets want before UTF-8, to know it for what it is."""
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\ufeff\u200b-\u200d\u2060]*[=+\-@|%＝＋－＠])")
"""The full-width signs begin a formula where a spreadsheet runs in Chinese or Japanese."""
_QUOTED = re.compile(r'[",\r\n]')


def safe(text: str) -> str:
    """Return a text as no spreadsheet takes it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def original(cell: str) -> str:
    """Return the text of which `safe` made a cell."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_line(values: Iterable[Any]) -> str:
    """Return a row with its line end; what is None is an empty cell."""
    return ",".join(map(_cell, values)) + "\r\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    text = safe(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
