"""CSV and plain text: UTF-8, or GB 18030 where it is not; nothing that a terminal, a browser or a spreadsheet would run.

A spreadsheet runs what begins with `=`, `+`, `-` or `@` (OWASP, "CSV Injection"); one of these forms starts programs (DDE).
"""

import re

from chalicelib.domain.files.kinds import CSV
from chalicelib.domain.files.numbers import find_numbers
from chalicelib.domain.files.report import Report

_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_CELL = r'(?:^|[,;\t|\r\n])[ "\']*'
_DDE = re.compile(rf"{_CELL}[=+\-@][^\r\n|!,;\t=]{{1,60}}\|[^\r\n|!,;\t=]{{0,200}}!", re.MULTILINE)
_FORMULA = re.compile(rf'{_CELL}(?:[=@]|[+\-](?=[^0-9.\s"+\-,;]))[^\s,;"]', re.MULTILINE)


def inspect_text(data: bytes, media_type: str, report: Report) -> None:
    """Note what a text hides, and whether it is one."""
    text = _decoded(data)
    if text is None or _CONTROLS.search(text):
        report.problem("not_text")
        return
    if media_type == CSV:
        if _DDE.search(text):
            report.problem("dde")
        elif _FORMULA.search(text):
            report.finding("formulas")
    find_numbers(text, "", report)


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
