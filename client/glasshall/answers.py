"""What the server answers, typed: receipts, the fate of every line of a batch, changes."""

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
class Change:
    """One act of the register, as `/v1/changes` tells it."""

    index: int
    kind: str
    id: str
    act: str
    version: int | None
    at: str
    agency: str
    sha256: str
    url: str
    tombstone: bool
    document: Mapping[str, Any] = field(repr=False)


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


def change_of(document: Any) -> Change:
    """Return one change.

    Raises:
        UnexpectedAnswerError: it has no index.
    """
    found = _object(document)
    index, version = found.get("index"), found.get("version")
    if not isinstance(index, int):
        raise UnexpectedAnswerError("a change without an index")
    texts = {name: str(found.get(name) or "") for name in ("kind", "id", "act", "at", "agency", "sha256", "url")}
    return Change(
        index=index,
        version=version if isinstance(version, int) else None,
        tombstone=bool(found.get("tombstone")),
        document=found,
        **texts,
    )


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
