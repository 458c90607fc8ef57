"""Deciding what becomes of lines for one case: stored, already there, or refused with every reason; and the case after.

For each line, in this order: whose case or branch it is, whether its place is taken (the same again is `already`), whether
it can be read, whether the case exists, whether it would show a person's number, and the role. Registrations go before
events, so that a file may hold them in any order. An event is never refused because of another event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.cases.authority import Rights, allows, branch_in_undivided, rights_of
from chalicelib.domain.cases.fold import Folded, fold
from chalicelib.domain.cases.intake import (
    BATCH,
    EVENT,
    PUBLIC,
    REGISTER,
    Line,
    personal_data_in,
    same_content,
    stored_event,
)
from chalicelib.domain.cases.records import CaseEvent, Registration, ServiceTerms
from chalicelib.domain.cases.walk import walk
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Actor
from chalicelib.errors import Problem

ROLE = "clerk"
STORED, ALREADY, REFUSED = "stored", "already", "refused"
FORBIDDEN, PLACE_TAKEN, MALFORMED, NOT_ALLOWED, BUSY = "forbidden", "place_taken", "malformed", "refused", "busy"


@dataclass(frozen=True, slots=True)
class StoredWrite:
    """A registration or an event as it is stored. `body` is what was sent; of a registration the content, holders sealed."""

    kind: str
    case_no: str
    event_id: str | None
    body: bytes
    via: str
    sha256: str
    key_id: str
    agency: str
    received_at: str
    state: str

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        if self.kind == REGISTER:
            content: dict[str, Any] = orjson.loads(self.body)
            return content
        return stored_event(self.body, self.via)


@dataclass(frozen=True, slots=True)
class Known:
    """A case as it is stored: who may act for it, how it was opened, and every event."""

    service: str
    path: tuple[str, ...]
    registration: StoredWrite
    events: tuple[StoredWrite, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a line: `write` is what stands at its place; `reason` says which kind of refusal."""

    line: Line
    outcome: str
    write: StoredWrite | None = None
    reason: str = ""
    problems: tuple[Problem, ...] = ()


class Change(NamedTuple):
    """What is to be written for a case."""

    registration: StoredWrite | None
    events: tuple[StoredWrite, ...]
    folded: Folded
    terms: ServiceTerms
    enquiry: bytes | None = None
    """What the public sent, private: kept apart from everything that is folded."""


class Decision(NamedTuple):
    """The verdicts in the order of the lines, and what is to be written, if anything."""

    verdicts: list[Verdict]
    change: Change | None


def decide(
    known: Known | None, lines: Sequence[Line], actor: Actor, terms: Mapping[str, ServiceTerms], now: datetime
) -> Decision:
    """Decide what becomes of lines that are all of one case."""
    return _Deciding(known, actor, terms, now).decide(lines)


class _Deciding:
    """One case with what is planned for it."""

    def __init__(self, known: Known | None, actor: Actor, terms: Mapping[str, ServiceTerms], now: datetime) -> None:
        self.known, self.actor, self.terms, self.now, self.at = known, actor, terms, now, to_key(now)
        self.registration = known.registration if known else None
        self.events = {write.event_id: write for write in known.events} if known else {}
        self.planned: list[Line] = []
        self.rights = self._rights()

    def decide(self, lines: Sequence[Line]) -> Decision:
        verdicts: dict[int, Verdict] = {}
        for line in sorted(lines, key=lambda line: line.kind != REGISTER):
            verdicts[line.number] = self._verdict(line)
        change = self._change() if self.planned else None
        folded = change.folded if change else None
        return Decision([_with_state(verdicts[line.number], folded) for line in lines], change)

    def _verdict(self, line: Line) -> Verdict:
        if not self._may_write(line):
            return _refused(line, FORBIDDEN, "other_agency", "the key's agency is neither this agency nor above it")
        there = self.registration if line.kind == REGISTER else self.events.get(line.event_id)
        if there is not None:
            return self._replay(line, there)
        if line.content is None:
            return Verdict(line, REFUSED, reason=MALFORMED, problems=line.problems)
        refusal = self._refuse_register(line) if line.kind == REGISTER else self._refuse_event(line)
        if refusal is not None:
            return refusal
        if problems := personal_data_in(line):
            return Verdict(line, REFUSED, reason=NOT_ALLOWED, problems=problems)
        if ROLE not in self.actor.roles:
            return _refused(line, FORBIDDEN, "role_missing", f"the key does not have the role {ROLE}")
        return self._plan(line)

    def _may_write(self, line: Line) -> bool:
        if self.known is None or self.actor.agency in self.known.path:
            return True
        return line.kind == EVENT and allows(self.rights, line.content)

    def _rights(self) -> Rights:
        """Of which branches an agency may write whose case it is not."""
        if self.known is None or self.actor.agency in self.known.path:
            return {}
        opened, events = read_stored(self.known.registration, self.known.events)
        terms = self.terms[self.known.service]
        history = walk(opened, events, terms, self.now)
        return rights_of(self.actor.agency, history, opened, self.known.path, terms)

    def _replay(self, line: Line, there: StoredWrite) -> Verdict:
        same = there.sha256 == line.sha256 and there.via == line.via
        if same or (BATCH in (there.via, line.via) and same_content(line.kind, there.content, line)):
            return Verdict(line, ALREADY, there)
        return _refused(line, PLACE_TAKEN, "place_taken", "other bytes stand at this place")

    def _refuse_register(self, line: Line) -> Verdict | None:
        assert line.content is not None
        terms = self.terms.get(line.content["service"])
        if terms is None:
            pointer = "/service" if line.via != BATCH else f"/{REGISTER}/service"
            return _refused(line, NOT_ALLOWED, "service_unknown", "there is no such service", pointer)
        if self.actor.agency not in terms.path:
            return _refused(line, FORBIDDEN, "other_agency", "the key's agency is neither this agency nor above it")
        return None

    def _refuse_event(self, line: Line) -> Verdict | None:
        if self.registration is None:
            return _refused(line, NOT_ALLOWED, "case_not_registered", "the case is not registered")
        assert line.content is not None
        pointer = branch_in_undivided(self.registration.content["service"], line.content)
        if pointer is not None:
            place = pointer if line.via != BATCH else f"/{EVENT}{pointer}"
            return _refused(line, NOT_ALLOWED, "no_branches", "one agency handles this case: it has no branches", place)
        return None

    def _plan(self, line: Line) -> Verdict:
        assert line.content is not None
        assert line.case_no is not None
        body = orjson.dumps(line.content) if line.kind == REGISTER else line.raw
        write = StoredWrite(
            kind=line.kind,
            case_no=line.case_no,
            event_id=line.event_id,
            body=body,
            via=line.via,
            sha256=line.sha256,
            key_id=self.actor.key_id,
            agency=self.actor.agency,
            received_at=self.at,
            state="",
        )
        if line.kind == REGISTER:
            self.registration = write
        else:
            self.events[line.event_id] = write
        self.planned.append(line)
        return Verdict(line, STORED, write)

    def _change(self) -> Change:
        assert self.registration is not None
        service = self.known.service if self.known else self.registration.content["service"]
        terms = self.terms[service]
        folded = fold_stored(self.registration, self.events.values(), terms, self.now)
        new = {line.event_id for line in self.planned if line.kind == EVENT}
        registered = any(line.kind == REGISTER for line in self.planned)
        return Change(
            replace(self.registration, state=folded.status) if registered else None,
            tuple(replace(write, state=_state(write, folded)) for id_, write in self.events.items() if id_ in new),
            folded,
            terms,
        )


def fold_stored(registration: StoredWrite, events: Iterable[StoredWrite], terms: ServiceTerms, now: datetime) -> Folded:
    """Return what the stored events of a case come to at an instant."""
    return fold(*read_stored(registration, events), terms, now)


def read_stored(registration: StoredWrite, events: Iterable[StoredWrite]) -> tuple[Registration, list[CaseEvent]]:
    """Return a registration and events as the fold takes them."""
    at, by_public = from_key(registration.received_at), registration.via == PUBLIC
    opened = Registration(registration.case_no, registration.content, at, by_public)
    return opened, [CaseEvent(str(write.event_id), write.agency, write.content) for write in events]


def _refused(line: Line, reason: str, code: str, message: str, pointer: str = "") -> Verdict:
    return Verdict(line, REFUSED, reason=reason, problems=(Problem(code, message, pointer=pointer),))


def _with_state(verdict: Verdict, folded: Folded | None) -> Verdict:
    """Put the state after all lines into what is stored by them."""
    if verdict.write is None or verdict.write.state or folded is None:
        return verdict
    return replace(verdict, write=replace(verdict.write, state=_state(verdict.write, folded)))


def _state(write: StoredWrite, folded: Folded) -> str:
    """The state after all lines: of the branch it is of, else of the case."""
    branch = write.content.get("branch") if write.kind == EVENT else None
    return folded.branches.get(branch, folded.status) if branch else folded.status
