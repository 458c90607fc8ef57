"""What working off needs for the length of one run, and how the program acts on cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import orjson

from chalicelib.domain import cards as carding
from chalicelib.domain.card_marks import LIFTED, CardMark, Difference, Turn, with_mark
from chalicelib.domain.records import Actor, Ref
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.cases import CaseStore, Terms
from chalicelib.usecases.ports import CardChange, DutyStore, Head, RecordStore, StoredAct, TakenAct
from chalicelib.usecases.put_act import put_act


@dataclass(frozen=True, slots=True)
class Clock:
    """What working off needs, for the length of one run."""

    cases: CaseStore
    records: RecordStore
    duties: DutyStore
    terms: Terms
    card_key: bytes
    """Under which the ids of cards are made: it must never change."""
    grace: timedelta
    """How long a duty that was overdue when its record came in waits for its card."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Advanced:
    """What one run did."""

    subjects: int = 0
    raised: int = 0
    reddened: int = 0
    lifted: int = 0
    undated: int = 0
    """Duties without a day, because a calendar has no data for its year."""
    failed: int = 0

    def __add__(self, other: "Advanced") -> "Advanced":
        return Advanced(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


class _Gathering:
    """A record store that keeps the acts it is given, so that they are committed with what they are about."""

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


def act_on_card(card: str, body: dict[str, Any], records: RecordStore, now: datetime) -> None:
    """Take in an act of the program on a card, by the use case that takes in every act."""
    ref = Ref(carding.KIND, card)
    head = records.heads([ref]).get(ref)
    number = head.act + 1 if head else 1
    agency = head.state["agency"] if head else body["content"]["agency"]
    actor = Actor("program:clock", agency, "system:clock", frozenset({carding.CLOCK}))
    program = Principal(actor, dry_run=False)
    put_act(carding.COLLECTION, card, number, orjson.dumps(body), program, records, now)


def known_agency(wanted: str, own: str, records: RecordStore) -> str:
    """Return the agency that gets a card: the one wanted, where it is known here, else the record's own."""
    return wanted if wanted == own or records.heads([Ref("agency", wanted)]) else own


def deal(
    subject: Ref,
    before: Sequence[CardMark],
    found: Difference,
    content: Callable[[Turn], dict[str, Any]],
    reason: Callable[[CardMark], str],
    synthetic: bool,
    clock: Clock,
    now: datetime,
) -> CardChange:
    """Return the acts that raise and lift what is to be raised and lifted, and the subject's marks after them."""
    gathering, marks = _Gathering(clock.records), list(before)
    for turn in found.raising:
        card = carding.card_id(clock.card_key, carding.spelled(subject), turn.rule, turn.of, turn.due)
        body = {"act": "raise", "content": content(turn), **({"synthetic": True} if synthetic else {})}
        act_on_card(card, body, gathering, now)
        marks = with_mark(marks, CardMark(card, turn.rule, turn.of, turn.due))
    for mark in found.lifting:
        act_on_card(mark.card, {"act": "lift", "reason": reason(mark)}, gathering, now)
        marks = with_mark(marks, mark._replace(state=LIFTED))
    return CardChange(subject, tuple(marks), tuple(gathering.gathered))
