"""Texts that came from elsewhere, made safe for where they are shown: a terminal, a spreadsheet.

Invariants: `printable` lets no control or bidirectional character through to a terminal; `formula_safe` gives no cell that
a spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10).
"""

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Full-width signs begin a formula too where a spreadsheet runs in Chinese or Japanese.
_FORMULA = re.compile(r"[\s\ufeff\ufffd\u200b-\u200d\u2060]*[=+\-@\t\r\n|%＝＋－＠]")


def printable(text: str) -> str:
    """Return the text with every character that could steer a terminal shown as a replacement character."""
    return _UNPRINTABLE.sub("\ufffd", text)


def formula_safe(text: str) -> str:
    """Return the text as a spreadsheet cell that is never a formula: an apostrophe is put before what could begin one."""
    cleaned = printable(text)
    return f"'{cleaned}" if _FORMULA.match(cleaned) else cleaned
