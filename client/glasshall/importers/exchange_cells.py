"""The cells of one row, read by the mapping: every cell that cannot be read is noted, and the row goes on to its end.

Source: the exchange tables of government services (政务服务数据交换表). What is common to all of them stands here: which
row it is, when it was put into exchange, and whether it says something new, changes it or takes it back.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from glasshall.importers.exchange_mapping import Mapped
from glasshall.importers.exchange_tables import LOST
from glasshall.importers.plan import Refusal, code_id

WORDS_LIMIT = 500
INSERT, UPDATE, DELETE = "insert", "update", "delete"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WHOLE = re.compile(r"[0-9]{1,6}")
_PHONE = re.compile(
    r"(?<![0-9])(?:0[0-9]{2,3}[-－ ]?)?[0-9]{7,8}(?:[-－ ]?[0-9]{1,6})?(?![0-9])|(?<![0-9])1[0-9]{4}(?![0-9])"
)


@dataclass(slots=True)
class Cells:
    """The cells of a row by field; `problems` gathers all that is wrong with them, `notes` what was mended or left out."""

    mapped: Mapped
    table: str
    where: str
    values: Mapping[str, str]
    columns: Mapping[str, str]
    """How the column of each field is called in the table, for what is told of it."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, name: str, *, limit: int = WORDS_LIMIT, needed: bool = False) -> str:
        """Return a text, blank where there is none."""
        raw = self.values.get(name, "")
        text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
        if LOST in text:
            self.wrong(
                name, "digits_lost", "the spreadsheet kept it as a number and lost digits: format the column as text"
            )
        elif _FORBIDDEN.search(text):
            self.wrong(name, "control_character", "a control or bidirectional character stands in it")
        elif len(text) > limit:
            self.wrong(name, "text_too_long", f"longer than {limit} characters")
        elif needed and not text:
            self.wrong(name, "cell_blank", "must not be blank")
        else:
            return text
        return ""

    def code(self, name: str, codes: str, *, needed: bool = False) -> str:
        """Return what a code means, blank where the cell is."""
        text = self.text(name, needed=needed)
        meaning = self.mapped.codes[codes].get(text, "")
        if text and not meaning:
            self.wrong(name, "code_unknown", f"no such code in codes.{codes}: {text[:40]}")
        return meaning

    def instant(self, name: str, *, needed: bool = False) -> datetime | None:
        """Return an instant in the zone of the mapping."""
        text = self.text(name, needed=needed)
        if not text:
            return None
        for shape in self.mapped.dates:
            try:
                naive = datetime.strptime(text, shape)  # noqa: DTZ007 - the zone is put on below
            except ValueError:
                continue
            local = naive.replace(tzinfo=self.mapped.zone)
            real = local.astimezone(UTC).astimezone(self.mapped.zone)
            if real.replace(tzinfo=None) != naive:
                self.note("time_skipped")
                return real
            if local.utcoffset() != local.replace(fold=1).utcoffset():
                self.note("time_ambiguous")
            return local
        self.wrong(name, "date_unreadable", f"in none of the formats of the mapping: {text[:40]}")
        return None

    def whole(self, name: str) -> int | None:
        """Return a whole number, None where the cell is blank."""
        text = self.text(name)
        if text and not _WHOLE.fullmatch(text):
            self.wrong(name, "number_unreadable", f"not a whole number: {text[:40]}")
            return None
        return int(text) if text else None

    def phone(self, name: str) -> str | None:
        """Return the first telephone number in a text."""
        text = self.text(name, limit=10_000)
        found = _PHONE.search(text)
        if text and found is None:
            self.note(f"{name}_not_carried")
        return re.sub(r"[－ ]", "-", found[0]) if found else None

    def wrong(self, name: str, code: str, message: str) -> None:
        """Note that a cell is wrong."""
        self.problems.append((code, f"{self.columns.get(name, name)}: {message}"))

    def note(self, code: str) -> None:
        """Note what was mended, guessed or left out."""
        if code not in self.notes:
            self.notes.append(code)

    def refusal(self) -> Refusal | None:
        """Return every reason against the row as one refusal."""
        if not self.problems:
            return None
        codes = dict.fromkeys(code for code, _ in self.problems)
        return Refusal(" ".join(codes), "; ".join(f"{message} [{code}]" for code, message in self.problems))


@dataclass(frozen=True, slots=True)
class Entry:
    """What every row of an exchange table says of itself."""

    cells: Cells
    guid: str
    operation: str
    at: datetime
    """`cd_time`: when it was put into exchange; the order of what is said of one thing."""
    position: int

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among the rows of one thing."""
        return self.at, self.position


def entries(mapped: Mapped, table: str, rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]) -> list[Entry]:
    """Return the rows of a table; one that says another thing under a guid at the same time is wrong, the same twice is noted."""
    found: list[Entry] = []
    seen: dict[tuple[str, datetime], Mapping[str, str]] = {}
    for position, values in enumerate(rows, 1):
        cells = Cells(mapped, table, f"{table}:{position}", values, columns)
        guid = cells.text("row_guid", limit=100, needed=True)
        operation = cells.code("operation", "operation", needed=True)
        at = cells.instant("time", needed=True) or datetime.max.replace(tzinfo=UTC)
        before = seen.setdefault((guid, at), values) if guid else values
        if before is not values:
            if before == values:
                cells.note("duplicate_row")
            else:
                cells.wrong("row_guid", "same_time_other_content", "another row of this guid has the same cd_time")
        found.append(Entry(cells, guid, operation, at, position))
    return found


def service_id(cells: Cells) -> tuple[str, str]:
    """Return the id of the service that a row is about, and its item code: the handling item's where one is named."""
    code = cells.text("handle_item", limit=100) or cells.text("task_code", limit=100, needed=True)
    return (code_id(code), code) if code else ("", "")


def zh(text: str) -> dict[str, Any]:
    """Return a text of the jurisdiction's language."""
    return {"zh": text}
