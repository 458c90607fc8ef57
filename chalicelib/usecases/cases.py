"""Taking in what agencies send of cases: a registration, an event, a batch of both (design ideas 1, 2 and 4).

    open      the case and its registration, then its events: in this order, so that events newer than the case item only
              make the commit fail, and older ones cannot stand under a newer version
    decide    what becomes of each line, and the case after (domain/cases/decide.py)
    commit    the new events and the case item, on condition of its version, in one transaction

If the transaction fails on a condition, because somebody else was faster or its answer was lost, the steps run again:
whoever stored the same gets the same receipt. After a few rounds the sender is asked to come again; nothing is half done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from chalicelib.domain.card_marks import CardMark, Opening
from chalicelib.domain.cases import decide as deciding
from chalicelib.domain.cases.authority import is_joint
from chalicelib.domain.cases.decide import Change, Decision, Known, StoredWrite, Verdict
from chalicelib.domain.cases.holders import seal
from chalicelib.domain.cases.intake import REGISTER, Line, event_line
from chalicelib.domain.cases.records import ServiceTerms
from chalicelib.domain.cases.terms import agencies_of, read_terms
from chalicelib.domain.enquiries import built_in, service_state
from chalicelib.domain.instants import to_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.query_codes import NewCode
from chalicelib.domain.records import Actor, Ref, State
from chalicelib.errors import (
    ConditionFailedError,
    ForbiddenError,
    MalformedError,
    NotFoundError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import COMMIT_TRIES, CardChange, RecordStore
from chalicelib.usecases.queues import QueuePage

WRITES_AT_ONCE = 80
"""Registration and events of one transaction: beside them go the case, a code and a notice for each subscription."""


@dataclass(frozen=True, slots=True)
class CaseHead:
    """The case item: the fold of its events, and what guards access to it."""

    case_no: str
    version: int
    service: str
    agency: str
    path: tuple[str, ...]
    view: bytes
    fact: bytes
    findings: bytes
    findings_count: int
    updated_at: str
    ended_at: str | None
    code_number: int
    """Number of the newest query code; 0 is the registration's own."""
    token_epoch: int
    subscriptions: bytes
    """Who is told of changes (`domain/notices.py`); no bytes where nobody is."""
    ratings: bytes
    """What was rated, and how; empty if nothing was."""
    opening: Opening
    cards: tuple[CardMark, ...]
    turns_at: str | None
    """When the clock must look at the case again (UTC text)."""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case with its registration."""

    head: CaseHead
    registration: StoredWrite


class CaseStore(Protocol):
    """Where cases live."""

    def open(self, case_nos: Sequence[str]) -> dict[str, OpenedCase]:
        """Return the cases that exist."""

    def head(self, case_no: str) -> CaseHead | None:
        """Return the case item, or None."""

    def events(self, case_no: str) -> list[StoredWrite]:
        """Return every event of a case."""

    def event(self, case_no: str, event_id: str) -> StoredWrite | None:
        """Return one event, or None."""

    def enquiry(self, case_no: str) -> bytes | None:
        """Return what the public sent, or None; private."""

    def open_enquiries(self, agency: str, after: str, limit: int) -> QueuePage:
        """Return the enquiries that an agency has not answered, oldest first, after a place: from an index, so perhaps late."""

    def place_of_enquiry(self, agency: str, case_no: str) -> str | None:
        """Return the place of an enquiry in the list of its agency, answered or not; None if it is none of that agency."""

    def commit(
        self,
        case_no: str,
        before: CaseHead | None,
        change: Change,
        at: str,
        code: NewCode | None,
        cards: CardChange | None = None,
    ) -> None:
        """Write what is new and the case item with its marks, the acts on its cards among it: all or nothing.

        The marks say that its fact changed, and when the clock must look at it again.

        If its holder sees it changed, a notice for each subscription goes into the outbox with it.

        Raises:
            ConditionFailedError: a place is taken, or the case or its subscriptions have changed since `before`.
        """


@dataclass(frozen=True, slots=True)
class CaseReceipt:
    """What the sender gets for a write; `new` says that this request stored it."""

    write: StoredWrite
    new: bool
    query_code: str | None = None


class Terms:
    """The terms of services, published or built in, each looked up once in a request."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self._found: dict[str, ServiceTerms] = {}
        self._asked: set[str] = set()

    def of(self, services: Iterable[str]) -> dict[str, ServiceTerms]:
        """Return the terms of those services that exist."""
        new = sorted(set(services) - self._asked)
        if new:
            own = {service: found for service in new if (found := built_in(service))}
            heads = self._records.heads([Ref("service", service) for service in new if service not in own])
            published = {ref.record_id: head.state for ref, head in heads.items()}
            agencies = self._agencies({found.agency for found in own.values()} | _agencies_of(published))
            offered = {s: service_state(f, agencies[f.agency]) for s, f in own.items() if f.agency in agencies}
            above = self._agencies(_above(agencies.values()))
            for service, state in {**published, **offered}.items():
                agency = agencies[state["agency"]]
                line = [above[each] for each in reversed(agency["path"][:-1]) if each in above]
                self._found[service] = read_terms(service, state, agency, line, agencies)
            self._asked.update(new)
        return self._found

    def _agencies(self, named: set[str]) -> dict[str, State]:
        heads = self._records.heads([Ref("agency", agency) for agency in sorted(named)])
        return {ref.record_id: head.state for ref, head in heads.items()}


def _agencies_of(services: Mapping[str, State]) -> set[str]:
    return {name for state in services.values() for name in agencies_of(state)}


def _above(agencies: Iterable[State]) -> set[str]:
    """Return the agencies above those that name no complaint channel: where to complain of them."""
    silent = (agency for agency in agencies if not agency.get("content", {}).get("complaint"))
    return {each for agency in silent for each in agency["path"][:-1]}


@dataclass(frozen=True, slots=True)
class Intake:
    """What taking in needs, for the length of one request."""

    cases: CaseStore
    terms: Terms
    principal: Principal
    holder_keys: PurposeKeys
    """Under which the opaque ids of holders are hashed."""
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who sends."""
        return self.principal.actor


def put_event(case_no: str, event_id: str, raw: bytes, intake: Intake) -> CaseReceipt:
    """Take in one event, or answer for it if it is there already.

    Raises:
        MalformedError, ForbiddenError, PlaceTakenError: as the names say.
        RefusedError: the case is not registered. UnavailableError: others were faster time and again.
    """
    verdict = settle(case_no, [event_line(case_no, event_id, raw)], intake)[0]
    return CaseReceipt(_accepted(verdict), verdict.outcome == deciding.STORED and not intake.principal.dry_run)


def find_event_receipt(case_no: str, event_id: str, intake: Intake) -> CaseReceipt:
    """Return the receipt of an event, to the case's agency and those above it, and to the agency that sent it.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see.
    """
    write = intake.cases.event(case_no, event_id)
    if write is None or write.agency != intake.actor.agency:
        find_case(case_no, intake)
    if write is None:
        raise NotFoundError("no such event")
    return CaseReceipt(write, new=False)


def find_case(case_no: str, intake: Intake) -> OpenedCase:
    """Return a case to its agency and those above it.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see.
    """
    opened = intake.cases.open([case_no]).get(case_no)
    if opened is None or intake.actor.agency not in opened.head.path:
        raise NotFoundError("no such case")
    return opened


def settle(
    case_no: str, lines: Sequence[Line], intake: Intake, opened: dict[str, OpenedCase] | None = None
) -> list[Verdict]:
    """Decide and commit lines of one case, in transactions of at most eighty lines; `opened` saves the first read."""
    verdicts: list[Verdict] = []
    ordered = sorted(lines, key=lambda line: line.kind != REGISTER)
    step = len(ordered) if intake.principal.dry_run else WRITES_AT_ONCE
    for start in range(0, len(ordered), step):
        verdicts += _settle_part(case_no, ordered[start : start + step], intake, opened)
        opened = None
    return sorted(verdicts, key=lambda verdict: verdict.line.number)


def _settle_part(
    case_no: str, lines: Sequence[Line], intake: Intake, opened: dict[str, OpenedCase] | None
) -> list[Verdict]:
    for _ in range(COMMIT_TRIES):
        case = (opened if opened is not None else intake.cases.open([case_no])).get(case_no)
        opened = None
        decision = decide_lines(case, lines, intake)
        if decision.change is None or intake.principal.dry_run:
            return decision.verdicts
        try:
            intake.cases.commit(case_no, case.head if case else None, decision.change, to_key(intake.now), None)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return decision.verdicts
    problem = Problem("busy", "others write this case at the same time; send this line again", pointer="")
    return [Verdict(line, deciding.REFUSED, reason=deciding.BUSY, problems=(problem,)) for line in lines]


def decide_lines(case: OpenedCase | None, lines: Sequence[Line], intake: Intake) -> Decision:
    """Decide lines of one case as it stands."""
    lines = [_sealed(line, case, intake.holder_keys) for line in lines]
    services = {line.content["service"] for line in lines if line.kind == REGISTER and line.content}
    terms = intake.terms.of(services | ({case.head.service} if case else set()))
    return deciding.decide(_known(case, intake, terms), lines, intake.actor, terms, intake.now)


def _known(case: OpenedCase | None, intake: Intake, terms: Mapping[str, ServiceTerms]) -> Known | None:
    """The case with its events; without them for who can have no say in it, and so gets none written."""
    if case is None:
        return None
    mine = intake.actor.agency in case.head.path or is_joint(terms[case.head.service])
    events = tuple(intake.cases.events(case.head.case_no)) if mine else ()
    return Known(case.head.service, case.head.path, case.registration, events)


def _sealed(line: Line, case: OpenedCase | None, keys: PurposeKeys) -> Line:
    """Return a line without the plain ids of holders."""
    if line.kind != REGISTER or not line.content or not line.content["holders"]:
        return line
    stored = case.registration.content["holders"] if case else []
    return replace(line, content={**line.content, "holders": seal(line.content["holders"], keys, stored)})


def _accepted(verdict: Verdict) -> StoredWrite:
    raise_refusal(verdict)
    assert verdict.write is not None
    return verdict.write


def raise_refusal(verdict: Verdict) -> None:
    """Raise what a refused line is as an answer of its own.

    Raises:
        MalformedError, ForbiddenError, PlaceTakenError, RefusedError, UnavailableError: by the reason.
    """
    if verdict.outcome != deciding.REFUSED:
        return
    first = verdict.problems[0]
    if verdict.reason == deciding.MALFORMED:
        raise MalformedError(*verdict.problems)
    if verdict.reason == deciding.FORBIDDEN:
        raise ForbiddenError(first.code, first.message)
    if verdict.reason == deciding.PLACE_TAKEN:
        raise PlaceTakenError(first.message)
    if verdict.reason == deciding.BUSY:
        raise UnavailableError(first.message)
    raise RefusedError(*verdict.problems)
