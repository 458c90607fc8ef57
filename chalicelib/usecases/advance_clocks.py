"""The clock job: what falls due, worked off case by case and card by card (domain/cases/turns.py, domain/cards.py).

    due      subjects whose turn has come, from a sparse index: what falls due is a key, nothing is scanned
    look     the case, its events and the terms, read consistently; folded anew as of now
    commit   the case item with its marks and every act on its cards, on condition of the case's version, in one transaction

A card and its case's memory of it are written together or not at all. So whatever dies, and whoever runs beside, no card
is raised twice and none is lost: who comes second finds the version moved on, looks again, and has nothing left to do. An
event that adds or takes away a turn puts the mark to now, and the next run raises or lifts. Where one case fails, the
others are done; the failure is counted, and its mark stands until a run succeeds.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

import orjson

from chalicelib.domain import cards as carding
from chalicelib.domain.cases.cards import (
    LIFTED,
    CardMark,
    Difference,
    card_content,
    difference,
    read_turns,
    responsible,
    with_mark,
)
from chalicelib.domain.cases.decide import Change, fold_stored
from chalicelib.domain.cases.records import ServiceTerms, Turn
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Actor, Ref, turns_at
from chalicelib.errors import ConditionFailedError, ConflictError, RefusedError, UnavailableError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.cases import CardChange, CaseHead, CaseStore, OpenedCase, Terms
from chalicelib.usecases.ports import COMMIT_TRIES, Head, RecordStore, StoredAct, TakenAct
from chalicelib.usecases.put_act import put_act

log = logging.getLogger("glasshall.jobs")

PER_SHARD = 1_000
"""Subjects of one shard that a run works off; the next run goes on."""
CASE = "case"


class ClockStore(Protocol):
    """Where it stands what falls due."""

    shards: int

    def due(self, shard: int, until: str) -> Iterator[Ref]:
        """Yield the subjects of a shard whose turn has come, earliest first; may be late, may name what is done already."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What working off needs, for the length of one run."""

    cases: CaseStore
    records: RecordStore
    terms: Terms
    card_key: bytes
    """Under which the ids of cards are made: it must never change."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Advanced:
    """What one run did."""

    subjects: int = 0
    raised: int = 0
    reddened: int = 0
    lifted: int = 0
    failed: int = 0

    def __add__(self, other: "Advanced") -> "Advanced":
        return Advanced(
            self.subjects + other.subjects,
            self.raised + other.raised,
            self.reddened + other.reddened,
            self.lifted + other.lifted,
            self.failed + other.failed,
        )


Run = Callable[[Callable[[Ref], Advanced], Iterable[Ref]], Iterable[Advanced]]


def advance_clocks(store: ClockStore, clock: Clock, run: Run = map) -> Advanced:
    """Work off what has fallen due, a bounded part of it; `run` may take several at a time."""
    done = Advanced()
    for shard in range(store.shards):
        due = list(islice(store.due(shard, to_key(clock.now)), PER_SHARD))
        for outcome in run(lambda subject: _attempt(subject, clock), due):
            done += outcome
    return done


def _attempt(subject: Ref, clock: Clock) -> Advanced:
    """Work one subject off; whatever is wrong with it stops no other."""
    try:
        return advance_case(subject.record_id, clock) if subject.kind == CASE else advance_card(subject, clock)
    except Exception as error:  # noqa: BLE001 - counted, and the run fails for it once the others are done
        cause = type(error.__cause__ or error).__name__
        log.error("a %s stands still: %s", subject.kind, cause)  # its number is in no log
        return Advanced(subjects=1, failed=1)


def advance_case(case_no: str, clock: Clock) -> Advanced:
    """Bring one case up to now: its fold, its cards, its mark.

    Raises:
        UnavailableError: others were faster time and again.
    """
    found: Exception | None = None
    for _ in range(COMMIT_TRIES):
        opened = clock.cases.open([case_no]).get(case_no)
        if opened is None or opened.head.turns_at is None or opened.head.turns_at > to_key(clock.now):
            return Advanced()  # the index told of what is done
        try:
            return _advance(opened, clock)
        except (ConditionFailedError, ConflictError, RefusedError) as error:
            found = error  # somebody else, or this very commit with its answer lost: look again
    raise UnavailableError("others write this case at the same time") from found


def _advance(opened: OpenedCase, clock: Clock) -> Advanced:
    head = opened.head
    now = max(clock.now, from_key(head.updated_at))  # a clock that goes back takes nothing back
    events = clock.cases.events(head.case_no)
    terms = clock.terms.of([head.service])[head.service]
    folded = fold_stored(opened.registration, events, terms, now)
    found = difference(read_turns(folded.turns), head.cards, head.opening, now)
    cards = _deal(head, found, terms, clock, now)
    clock.cases.commit(head.case_no, head, Change(None, (), folded, terms), to_key(now), None, cards)
    return Advanced(1, raised=len(found.raising), lifted=len(found.lifting))


# Cards


class _Gathering:
    """A record store that keeps the acts it is given, so that they are committed with their case."""

    def __init__(self, records: RecordStore) -> None:
        self._records = records
        self.gathered: list[TakenAct] = []

    def place(self, ref: Ref, number: int) -> tuple[Head | None, StoredAct | None]:
        return self._records.place(ref, number)

    def heads(self, refs: Sequence[Ref]) -> dict[Ref, Head]:
        return self._records.heads(refs)

    def acts(self, ref: Ref) -> list[StoredAct]:
        return self._records.acts(ref)

    def commit(self, *taken: TakenAct) -> None:
        self.gathered += taken


def _deal(head: CaseHead, found: Difference, terms: ServiceTerms, clock: Clock, now: datetime) -> CardChange:
    """Return the acts that raise and lift what is to be raised and lifted, and the case's marks after them."""
    gathering, marks = _Gathering(clock.records), list(head.cards)
    for turn in found.raising:
        card = carding.card_id(clock.card_key, head.case_no, turn.rule, turn.of, turn.due)
        content = card_content(turn, terms, _answerable(turn, terms, clock), now)
        marked = {"synthetic": True} if terms.synthetic else {}
        _act(card, {"act": "raise", "content": content, **marked}, gathering, now)
        marks = with_mark(marks, CardMark(card, turn.rule, turn.of, turn.due))
    for mark, reason in found.lifting:
        _act(mark.card, {"act": "lift", "reason": reason}, gathering, now)
        marks = with_mark(marks, mark._replace(state=LIFTED))
    return CardChange(tuple(marks), tuple(gathering.gathered))


def _answerable(turn: Turn, terms: ServiceTerms, clock: Clock) -> str:
    """Return the agency that gets a card: that of the step or branch, where it is known here, else that of the service."""
    agency = responsible(turn, terms)
    known = clock.records.heads([Ref("agency", agency)])
    return agency if known else terms.agency


def advance_card(ref: Ref, clock: Clock) -> Advanced:
    """Turn a yellow card red that was not answered in time.

    Raises:
        UnavailableError: others were faster time and again.
    """
    for _ in range(COMMIT_TRIES):
        head = clock.records.heads([ref]).get(ref)
        turn = turns_at(head.state) if head else None
        if head is None or turn is None or turn > to_key(clock.now):
            return Advanced()  # the index told of what is done
        try:
            _act(ref.record_id, REDDEN, clock.records, clock.now)
        except ConflictError:
            continue  # somebody said something of it meanwhile: look again
        return Advanced(1, reddened=1)
    raise UnavailableError("others write this card at the same time")


REDDEN = {"act": "redden", "reason": "unanswered"}


def _act(card: str, body: dict[str, Any], records: RecordStore, now: datetime) -> None:
    """Take in an act of the program on a card, by the use case that takes in every act."""
    ref = Ref(carding.KIND, card)
    head = records.heads([ref]).get(ref)
    number = head.act + 1 if head else 1
    agency = head.state["agency"] if head else body["content"]["agency"]
    actor = Actor("program:clock", agency, "system:clock", frozenset({carding.CLOCK}))
    program = Principal(actor, dry_run=False)
    put_act(carding.COLLECTION, card, number, orjson.dumps(body), program, records, now)
