"""Lines of a batch file cut into requests: at most 1,000 lines and 4,000,000 bytes each, lines of one case kept together.

Pure. Lines of a case that stand side by side in the file go in one request wherever they fit: the server folds them in
one transaction. The same file always gives the same chunks, which is what makes an upload resumable.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from glasshall.client import BATCH_BYTES, BATCH_LINES
from glasshall.errors import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file, counted from 1, without its line break; `reasons` say why it is not even sent."""

    number: int
    content: bytes
    case_no: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def size(self) -> int:
        """Its bytes on the wire."""
        return len(self.content) + 1


@dataclass(frozen=True, slots=True)
class Chunk:
    """What goes into one request; `number` counts from 1."""

    number: int
    lines: tuple[Line, ...]

    @property
    def body(self) -> bytes:
        """The bytes of the request."""
        return b"".join(line.content + b"\n" for line in self.lines)


def read_lines(file: Iterable[bytes]) -> Iterator[Line]:
    """Yield every line that is not blank, with why it cannot be sent where it cannot."""
    for number, raw in enumerate(file, 1):
        content = raw.strip(b" \t\r\n")
        if content:
            yield _line(number, content)


def _line(number: int, content: bytes) -> Line:
    if len(content) >= BATCH_BYTES:
        return Line(number, content, reasons=(Reason("line_too_large", f"a line has less than {BATCH_BYTES:,} bytes"),))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return Line(number, content, reasons=(Reason("not_json", "the line is not JSON in UTF-8"),))
    inner = next(iter(found.values()), None) if isinstance(found, dict) and len(found) == 1 else None
    case_no = inner.get("case_no") if isinstance(inner, dict) else None
    return Line(number, content, case_no if isinstance(case_no, str) else "")


def cut(lines: Iterable[Line]) -> Iterator[Chunk]:
    """Yield the chunks of the lines that can be sent, in their order."""
    number, held, size = 1, list[Line](), 0
    sendable = (line for line in lines if not line.reasons)
    for case_no, run in groupby(sendable, key=lambda line: line.case_no):
        for block in _blocks(list(run), together=bool(case_no)):
            added = sum(line.size for line in block)
            if held and (len(held) + len(block) > BATCH_LINES or size + added > BATCH_BYTES):
                yield Chunk(number, tuple(held))
                number, held, size = number + 1, [], 0
            held += block
            size += added
    if held:
        yield Chunk(number, tuple(held))


def _blocks(run: list[Line], *, together: bool) -> list[list[Line]]:
    """Return the run as one block where it may and can stay together, else line by line."""
    if together and len(run) <= BATCH_LINES and sum(line.size for line in run) <= BATCH_BYTES:
        return [run]
    return [[line] for line in run]
