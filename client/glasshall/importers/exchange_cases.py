"""The case tables (办件: 受理, 过程, 特别程序, 办结) as registrations and events.

Each row stands for one or two events, whose ids come from the row's guid: the same row again is the same events again.

- insert: the events themselves; the row of the acceptance registers the case first.
- update: a `corrected_event` for each of the row's events, dated by `cd_time`, so that the last one holds. An event that the
  row says and the server has not (a table that sends everything as updates) is sent too; one that it no longer says is void.
- delete: the row's events become void. The row of the acceptance is the case itself: it is closed as entered in error.

What names a person (applicant, contact, certificate numbers, who handled it) is never sent.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from glasshall.client import body_of
from glasshall.importers.exchange_cells import DELETE, INSERT, UPDATE, Cells, Entry, service_id, zh
from glasshall.importers.exchange_known import Known
from glasshall.importers.exchange_mapping import CLOSINGS
from glasshall.importers.plan import Refusal, Row, code_id, digest_of, is_id

Event = dict[str, Any]
PHASES = ("accept", "process", "special", "result")


@dataclass(slots=True)
class _Case:
    """A row with what it says: its case, the events by their place in the row, and its registration."""

    entry: Entry
    case_no: str
    events: dict[str, Event]
    registration: dict[str, Any] | None = None
    lines: list[bytes] = field(default_factory=list)

    def event_id(self, part: str) -> str:
        """Return the id of one of the row's events."""
        return code_id(self.entry.guid, f"{part}-")


def cases(tables: dict[str, list[Entry]], known: Known) -> tuple[Row, ...]:
    """Return the rows of the four tables, those of one case side by side, whatever order they came in."""
    read = [_read(table, entry) for table in PHASES for entry in tables.get(table, [])]
    sound = [case for case in read if case.entry.cells.refusal() is None]
    there = set(known.there(_asked(sound)))
    ordered = sorted(read, key=lambda case: (case.case_no, PHASES.index(_table(case)), case.entry.place))
    return tuple(_row(case, there) for case in ordered)


def _table(case: _Case) -> str:
    return case.entry.cells.table


def _asked(read: Iterable[_Case]) -> Iterator[str]:
    """Yield what must be known of the server: of rows that change or take back what an insert of this file does not say."""
    inserted = {(case.case_no, case.entry.guid) for case in read if case.entry.operation == INSERT}
    for case in read:
        if case.entry.operation != INSERT and (case.case_no, case.entry.guid) not in inserted:
            yield from (f"cases/{case.case_no}/events/{case.event_id(part)}" for part in _PARTS[_table(case)])
            if _table(case) == "accept":
                yield f"cases/{case.case_no}"


def _row(case: _Case, there: set[str]) -> Row:
    cells = case.entry.cells
    if cells.refusal() is None:
        _say(case, there)
    refusal: Refusal | None = cells.refusal()
    lines = tuple(case.lines) if refusal is None else ()
    return Row(cells.where, case.case_no, (), lines, tuple(cells.notes), refusal)


def _say(case: _Case, there: set[str]) -> None:
    """Put the lines of a row together; `there` is what the server has or will have of the rows before."""
    if case.entry.operation == DELETE:
        _take_back(case, there)
        return
    first = f"cases/{case.case_no}"
    if case.registration is not None and (case.entry.operation == INSERT or first not in there):
        case.lines.append(body_of({"register": {"case_no": case.case_no, **case.registration}}))
        there.add(first)
    for part in _PARTS[_table(case)]:
        event, event_id = case.events.get(part), case.event_id(part)
        path = f"{first}/events/{event_id}"
        if event is not None and (case.entry.operation == INSERT or path not in there):
            if case.entry.operation == UPDATE:
                case.entry.cells.note("update_of_unsent")
            case.lines.append(_line(case, event_id, event))
            there.add(path)
        if case.entry.operation == UPDATE and path in there:
            case.lines.append(_correction(case, part, event))


def _take_back(case: _Case, there: set[str]) -> None:
    first = f"cases/{case.case_no}"
    if _table(case) == "accept":
        if first not in there:
            case.entry.cells.wrong("row_guid", "nothing_to_delete", "no such case was sent")
            return
        reason = zh("交换表中已删除")
        closed = {
            "event": "closed",
            "occurred_at": case.entry.at.isoformat(),
            "as": "entered_in_error",
            "reason": reason,
        }
        case.lines.append(_line(case, case.event_id("closed"), closed))
        return
    parts = [part for part in _PARTS[_table(case)] if f"{first}/events/{case.event_id(part)}" in there]
    if not parts:
        case.entry.cells.wrong("row_guid", "nothing_to_delete", "no event of this row was sent")
    case.lines += [_correction(case, part, None) for part in parts]


def _correction(case: _Case, part: str, event: Event | None) -> bytes:
    """Return the line that puts another event in the place of one, or nothing; the same row gives the same line."""
    at = case.entry.at.isoformat()
    corrected: Event = {"event": "corrected_event", "occurred_at": at, "corrects": case.event_id(part)}
    if event is not None:
        corrected["replacement"] = event
    mark = digest_of(f"{case.entry.guid} {body_of(corrected).decode()}")
    return _line(case, f"{part}-corrected-{mark}", corrected)


def _line(case: _Case, event_id: str, event: Event) -> bytes:
    return body_of({"event": {"case_no": case.case_no, "event_id": event_id, **event}})


# What each table says

_PARTS = {
    "accept": ("received", "accepted"),
    "process": ("entered", "left"),
    "special": ("started", "ended"),
    "result": ("result",),
}


def _read(table: str, entry: Entry) -> _Case:
    cells = entry.cells
    case_no = cells.text("case_no", limit=100, needed=True)
    if case_no and not is_id(case_no):
        cells.wrong(
            "case_no", "case_number_invalid", "a case number is 1 to 64 letters, digits, dots, hyphens, underscores"
        )
    case = _Case(entry, case_no, {})
    if entry.operation != DELETE:
        {"accept": _accept, "process": _process, "special": _special, "result": _result}[table](case, cells)
    return case


def _accept(case: _Case, cells: Cells) -> None:
    applied, accepted = cells.instant("applied_at", needed=True), cells.instant("accepted_at", needed=True)
    channel = cells.code("channel", "channel")
    due = cells.instant("due_at")
    service, _ = service_id(cells)
    case.registration = {"service": service, "access": "none"}
    if due is not None:
        case.registration["due_at"] = due.isoformat()
    if applied is not None:
        case.events["received"] = _some(event="received", occurred_at=applied.isoformat(), channel=channel)
    if accepted is not None:
        notice = cells.text("notice_no", limit=100)
        case.events["accepted"] = _some(event="accepted", occurred_at=accepted.isoformat(), notice_no=notice)


def _process(case: _Case, cells: Cells) -> None:
    began, ended = cells.instant("began_at", needed=True), cells.instant("ended_at")
    what = cells.mapped.codes["step_name"].get(cells.text("process_name")) or cells.code("action", "action")
    if not what:
        cells.wrong("process_name", "step_unknown", "neither its name nor its action is in the code tables")
        return
    if what == "supplement":
        materials = cells.text("opinion", needed=True)
        _pair(
            case, began, {"event": "supplement_requested", "materials": [zh(materials)]}, ended, "supplement_received"
        )
        return
    _pair(case, began, {"event": "stage_entered", "stage": what}, ended, "stage_left", stage=what)


def _special(case: _Case, cells: Cells) -> None:
    began, ended = cells.instant("began_at", needed=True), cells.instant("ended_at")
    kind = cells.code("kind", "special", needed=True)
    reason = cells.text("reason")
    if kind == "extension":
        _pair(case, began, _some(event="extended", reason=zh(reason) if reason else None), None, "")
        return
    basis = {"document": reason} if reason else None
    if kind == "consulting":
        _pair(case, began, _some(event="consulting_started", legal_basis=basis), ended, "consulting_ended")
        return
    _pair(case, began, _some(event="special_started", kind=kind, legal_basis=basis), ended, "special_ended", kind=kind)


def _result(case: _Case, cells: Cells) -> None:
    ended, result = cells.instant("ended_at", needed=True), cells.code("result", "result", needed=True)
    explanation = cells.text("explanation")
    paper, number = cells.text("paper_name"), cells.text("paper_no", limit=100)
    if cells.text("satisfaction"):
        cells.note("satisfaction_not_carried")  # a rating is given by whoever has the query code, and by nobody else
    if ended is None:
        return
    at = ended.isoformat()
    if result in CLOSINGS:
        reason = zh(explanation) if explanation else None
        case.events["result"] = _some(event="closed", occurred_at=at, reason=reason) | {"as": result}
        return
    document = _some(name=zh(paper or number), no=number) if paper or number else None
    reasons = [zh(explanation)] if explanation else None
    case.events["result"] = _some(event="decided", occurred_at=at, outcome=result, reasons=reasons, document=document)


def _pair(case: _Case, began: Any, event: Event, ended: Any, name: str, **same: str) -> None:
    """Note the two events of a row that has a beginning and an end."""
    if began is not None:
        case.events[_PARTS[_table(case)][0]] = {**event, "occurred_at": began.isoformat()}
    if ended is not None and name:
        case.events[_PARTS[_table(case)][1]] = {"event": name, "occurred_at": ended.isoformat(), **same}


def _some(**members: Any) -> Event:
    return {name: value for name, value in members.items() if value not in (None, "")}


def receipts(row: Row) -> list[str]:
    """Return where the receipts of a row's lines are read."""
    found = []
    for line in row.lines:
        ((kind, told),) = json.loads(line).items()
        path = f"/v1/intake/cases/{told['case_no']}"
        found.append(path if kind == "register" else f"{path}/events/{told['event_id']}")
    return found
