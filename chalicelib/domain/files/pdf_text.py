"""The text of a PDF, as far as it takes to find numbers in it (ISO 32000-1, 9.4 and 9.10).

Which font a string is set in is not followed: a string is read with every table of characters that the document has, and
what one of them makes of it counts. A number found so is there; at worst a table that is not its own makes one up, which
the check digits all but rule out. Text that no table explains, and pages that are pictures, are a finding: somebody must
look at them. Text under a black box is text like any other, and so is text that is set invisibly.
"""

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice, pairwise
from typing import NamedTuple

from chalicelib.domain.files.numbers import NOT_WHOLLY, find_numbers
from chalicelib.domain.files.report import Report

TOKEN_LIMIT = 400_000
STEP_LIMIT = 1_500_000
"""Most strings read, counted once for each table; a long one counts as more."""
TABLE_LIMIT = 40
_LONG = 3
"""Pieces of at most so many characters belong together: some writers place each character by itself."""
_MAP_BYTES_LIMIT = 200_000
_TOKEN = re.compile(
    rb"\((?P<literal>(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+)\)|<(?P<hex>[0-9A-Fa-f\s]*+)>(?!>)"
    rb"|(?P<mode>[0-7])\s+Tr\b|(?P<moved>\bT\*|\b(?:Td|TD|Tm|ET)\b)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_BF_CHAR = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]{4,8})>")
_BF_RANGE = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]{4})>")
_BF_LIST = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<[0-9A-Fa-f]{2,4}>\s*\[([^\]]*)\]")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_COMPOSITE = re.compile(rb"/Identity-[HV](?![A-Za-z0-9])")
_UNICODE = re.compile(rb"/Uni[A-Z]+[0-9]?-(?:UCS2|UTF16)-[HV]")
_SPREAD = 256

Read = Callable[[bytes], str]


class _Table(NamedTuple):
    """The characters that a font's ToUnicode table gives to its codes, of one byte or two."""

    characters: dict[int, str]
    width: int

    def read(self, raw: bytes) -> str:
        wide = self.width > 1
        codes = [raw[n] << 8 | raw[n + 1] for n in range(0, len(raw) - 1, 2)] if wide else list(raw)
        return "".join(self.characters.get(code, "\n") for code in codes)


def find_text(contents: list[bytes], spoken: bytes, report: Report, *, scanned: bool) -> None:
    """Note numbers, invisible text, and text that cannot be read."""
    tables = [_table(content) for content in contents if b"beginbf" in content]
    reads: list[Read] = [_as_latin, *(table.read for table in tables[:TABLE_LIMIT])]
    if _UNICODE.search(spoken):
        reads.append(_as_utf_16)
    pages = [content for content in contents if b"BT" in content and (b"Tj" in content or b"TJ" in content)]
    tokens = list(islice(_tokens(pages, report), TOKEN_LIMIT))
    unread = bool(_COMPOSITE.search(spoken)) and not tables
    if unread or (scanned and not pages):
        report.finding("text_unreadable")
    steps = len(tokens) + sum(len(token) for token in tokens if token is not None) // 8
    most = max(1, STEP_LIMIT // (1 + steps))
    if len(tokens) == TOKEN_LIMIT or len(reads) > most or len(tables) > TABLE_LIMIT:
        report.finding(NOT_WHOLLY)
    for read in reads[:most]:
        find_numbers(_joined(tokens, read), "", report)


def _tokens(pages: list[bytes], report: Report) -> Iterator[bytes | None]:
    """Yield the strings of the pages; None where the pen moves or a line ends."""
    for match in chain.from_iterable(map(_TOKEN.finditer, pages)):
        if match["literal"] is not None:
            yield _ESCAPE.sub(_unescaped, match["literal"])
        elif match["hex"] is not None:
            digits = b"".join(match["hex"].split())
            yield bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        elif match["moved"] is not None:
            yield None
        elif match["mode"] == b"3":
            report.finding("hidden_text")


def _unescaped(match: re.Match[bytes]) -> bytes:
    found = match[1]
    if found[:1].isdigit():
        return bytes((int(found, 8) & 0xFF,))
    return _PLAIN.get(found, b"" if found in (b"\n", b"\r", b"\r\n") else found)


def _joined(tokens: list[bytes | None], read: Read) -> str:
    """Join what is written without a move between; and across a move where each piece is a character or two."""
    pieces, piece = [], ""
    for token in tokens:
        if token is not None:
            piece += read(token)
        elif piece:
            pieces.append(piece)
            piece = ""
    pieces.append(piece)
    text = pieces[0]
    for before, after in pairwise(pieces):
        text += after if len(before) <= _LONG and len(after) <= _LONG else "\n" + after
    return text


def _as_latin(raw: bytes) -> str:
    return raw.decode("latin-1")


def _as_utf_16(raw: bytes) -> str:
    return raw.decode("utf-16-be", "replace")


def _table(content: bytes) -> _Table:
    """Read a ToUnicode table."""
    table: dict[int, str] = {}
    width = 1
    for kind, block in _BLOCK.findall(content[:_MAP_BYTES_LIMIT]):
        first_code = re.search(rb"<([0-9A-Fa-f]{2,4})>", block)
        width = max(width, len(first_code[1]) // 2 if first_code else 1)
        table |= _singles(block) if kind == b"char" else _ranges(block)
    return _Table(table, width)


def _singles(block: bytes) -> dict[int, str]:
    return {int(code, 16): _characters(text) for code, text in _BF_CHAR.findall(block)}


def _ranges(block: bytes) -> dict[int, str]:
    table: dict[int, str] = {}
    for first, last, text in _BF_RANGE.findall(block):
        start, character = int(first, 16), int(text, 16)
        span = min(int(last, 16) - start + 1, _SPREAD)
        table |= {start + n: chr(character + n) for n in range(span) if character + n < 0xD800}
    for first, listed in _BF_LIST.findall(block):
        texts = re.findall(rb"<([0-9A-Fa-f]{4,8})>", listed)[:_SPREAD]
        table |= {int(first, 16) + n: _characters(text) for n, text in enumerate(texts)}
    return table


def _characters(text: bytes) -> str:
    return bytes.fromhex(text.decode()[: len(text) // 2 * 2]).decode("utf-16-be", "replace")
