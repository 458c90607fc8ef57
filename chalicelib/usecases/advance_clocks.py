"""The clock job: what falls due, worked off case by case, card by card and record by record.

    due      what has its turn, from a sparse index: what falls due is a key, nothing is scanned
    look     the case, its events and the terms, read consistently; folded anew as of now (domain/cases/turns.py)
    commit   the case item with its marks and every act on its cards, on condition of the case's version, in one transaction

A card and its case's memory of it are written together or not at all. So whatever dies, and whoever runs beside, no card
is raised twice and none is lost: who comes second finds the version moved on, looks again, and has nothing left to do. An
event that adds or takes away a turn puts the mark to now, and the next run raises or lifts. Where one case fails, the
others are done; the failure is counted, and its mark stands until a run succeeds.

The duties of records are worked off in the same way (`advance_duties.py`).
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple, Protocol

from chalicelib.domain.card_marks import Turn, difference, read_turns
from chalicelib.domain.cases.cards import card_content, lift_reason, responsible
from chalicelib.domain.cases.decide import Change, fold_stored
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Ref, turns_at
from chalicelib.errors import ConditionFailedError, ConflictError, RefusedError, UnavailableError
from chalicelib.usecases.advance_duties import advance_duties
from chalicelib.usecases.cases import OpenedCase
from chalicelib.usecases.clock_runs import Advanced, Clock, act_on_card, deal, known_agency
from chalicelib.usecases.ports import COMMIT_TRIES

log = logging.getLogger("glasshall.jobs")

PER_SHARD = 1_000
"""Subjects of one shard that a run works off; the next run goes on."""
CASE = "case"


class Due(NamedTuple):
    """What has its turn: a case or record itself, or what it owes."""

    ref: Ref
    owes: bool = False


class ClockStore(Protocol):
    """Where it stands what falls due."""

    shards: int

    def due(self, shard: int, until: str) -> Iterator[Due]:
        """Yield the subjects of a shard whose turn has come, earliest first; may be late, may name what is done already."""


Run = Callable[[Callable[[Due], Advanced], Iterable[Due]], Iterable[Advanced]]


def advance_clocks(store: ClockStore, clock: Clock, run: Run = map) -> Advanced:
    """Work off what has fallen due, a bounded part of it; `run` may take several at a time."""
    done = Advanced()
    for shard in range(store.shards):
        due = list(islice(store.due(shard, to_key(clock.now)), PER_SHARD))
        for outcome in run(lambda subject: _attempt(subject, clock), due):
            done += outcome
    return done


def _attempt(subject: Due, clock: Clock) -> Advanced:
    """Work one subject off; whatever is wrong with it stops no other."""
    ref = subject.ref
    try:
        if subject.owes:
            return advance_duties(ref, clock)
        return advance_case(ref.record_id, clock) if ref.kind == CASE else advance_card(ref, clock)
    except Exception as error:  # noqa: BLE001 - counted, and the run fails for it once the others are done
        cause = type(error.__cause__ or error).__name__
        log.error("one %s stands still: %s", ref.kind, cause)  # its number is in no log
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
    turns = read_turns(folded.turns)
    found = difference(turns, head.cards, head.opening, now)

    def content(turn: Turn) -> dict[str, object]:
        agency = known_agency(responsible(turn, terms), terms.agency, clock.records)
        return card_content(turn, terms, agency, now)

    reason = partial(lift_reason, turns=turns)
    cards = deal(Ref(CASE, head.case_no), head.cards, found, content, reason, terms.synthetic, clock, now)
    clock.cases.commit(head.case_no, head, Change(None, (), folded, terms), to_key(now), None, cards)
    return Advanced(1, raised=len(found.raising), lifted=len(found.lifting))


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
            act_on_card(ref.record_id, REDDEN, clock.records, clock.now)
        except ConflictError:
            continue  # somebody said something of it meanwhile: look again
        return Advanced(1, reddened=1)
    raise UnavailableError("others write this card at the same time")


REDDEN = {"act": "redden", "reason": "unanswered"}
