"""What the server answers, typed: receipts, the fate of every line of a batch, records and lists of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from glasshall.errors import Reason, UnexpectedAnswerError, reasons_of

STORED, ALREADY, REFUSED = "stored", "already", "refused"
BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of a write: what was taken in, and where it stands in the register."""

    new: bool
    """True the first time (201), False for the same bytes again and for a dry run (200)."""
    id: str
    act: str
    sha256: str
    received_at: str
    state: str
    register_index: int | None
    register_status: str
    document: Mapping[str, Any] = field(repr=False)
    """The whole answer; that of a case registration may hold a `query_code`, so it stays out of `repr`."""


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of one line of a batch; `line` counts from 1 in the batch as sent."""

    line: int
    outcome: str
    case_no: str = ""
    event_id: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of every line of a batch, in their order."""

    lines: tuple[LineResult, ...]

    def count(self, outcome: str) -> int:
        """Return how many lines had this outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    def busy(self) -> list[int]:
        """Return the numbers of the lines that were refused only because others wrote their case at the same time."""
        return [line.line for line in self.lines if [reason.code for reason in line.reasons] == [BUSY]]

    def amended(self, numbers: Sequence[int], later: "BatchAnswer") -> "BatchAnswer":
        """Return this answer with what became of the lines of these numbers when they were sent again."""
        again = {number: replace(line, line=number) for number, line in zip(numbers, later.lines, strict=True)}
        return BatchAnswer(tuple(again.get(line.line, line) for line in self.lines))


@dataclass(frozen=True, slots=True)
class Summary:
    """A record as a list tells it; what its kind has beside this stands in `document`."""

    kind: str
    id: str
    version: int | None
    register_index: int | None
    sha256: str
    url: str
    agency: str
    jurisdiction: str
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record(Summary):
    """A record whole, with its very bytes."""

    body: bytes = field(repr=False)
    etag: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    items: tuple[Summary, ...]
    next: str | None
    as_of: int | None
    """The last index of this collection in the register that the page surely holds."""
    document: Mapping[str, Any] = field(repr=False)
    """The whole answer, with `count` and whatever else was asked for."""


def receipt_of(document: Any, *, new: bool) -> Receipt:
    """Return the receipt that an answer holds.

    Raises:
        UnexpectedAnswerError: it is not a JSON object.
    """
    found = _object(document)
    register = found.get("register")
    place: Mapping[str, Any] = register if isinstance(register, dict) else {}
    index = place.get("index")
    texts = {name: str(found.get(name, "")) for name in ("id", "act", "sha256", "received_at", "state")}
    return Receipt(
        new=new,
        register_index=index if isinstance(index, int) else None,
        register_status=str(place.get("status", "")),
        document=found,
        **texts,
    )


def batch_of(document: Any, sent: int) -> BatchAnswer:
    """Return what became of the `sent` lines of a batch.

    Raises:
        UnexpectedAnswerError: the answer does not tell the fate of every line.
    """
    found = _object(document).get("results")
    if not isinstance(found, list) or len(found) != sent:
        raise UnexpectedAnswerError(f"the answer does not tell what became of each of the {sent} lines")
    results = tuple(_line(_object(entry)) for entry in found)
    if [result.line for result in results] != list(range(1, sent + 1)):
        raise UnexpectedAnswerError("the results are not in the order of the lines")
    return BatchAnswer(results)


def page_of(document: Any) -> Page:
    """Return one page of a list.

    Raises:
        UnexpectedAnswerError: it is not a list.
    """
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise UnexpectedAnswerError("the answer is not a list")
    cursor, as_of = document.get("next"), document.get("as_of")
    if cursor is not None and not isinstance(cursor, str):
        raise UnexpectedAnswerError("the list does not go on: `next` is no text")
    items = tuple(Summary(**_envelope(_object(item))) for item in document["items"])
    index = as_of.get("register_index") if isinstance(as_of, dict) else None
    return Page(items, cursor, _number(index), document)


def record_of(body: bytes, etag: str) -> Record:
    """Return the record that an answer holds.

    Raises:
        UnexpectedAnswerError: it is not a JSON object.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        raise UnexpectedAnswerError("the answer is not JSON") from error
    return Record(**_envelope(_object(document)), body=body, etag=etag)


def _envelope(document: dict[str, Any]) -> dict[str, Any]:
    texts = {name: str(document.get(name) or "") for name in ("kind", "id", "sha256", "url", "agency", "jurisdiction")}
    numbers = {name: _number(document.get(name)) for name in ("version", "register_index")}
    return {**texts, **numbers, "document": document}


def _number(value: Any) -> int | None:
    return value if type(value) is int else None


def _line(entry: Mapping[str, Any]) -> LineResult:
    line, outcome = entry.get("line"), entry.get("outcome")
    if not isinstance(line, int) or outcome not in (STORED, ALREADY, REFUSED):
        raise UnexpectedAnswerError("a result without its line or outcome")
    return LineResult(
        line,
        str(outcome),
        str(entry.get("case_no") or ""),
        str(entry.get("event_id") or ""),
        reasons_of(entry.get("errors")),
    )


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnexpectedAnswerError("a JSON object was expected")
    return value
