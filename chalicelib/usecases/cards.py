"""Which case a card is about: told to the agency that has the card, and to those above it, and to nobody else."""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.cards import KIND
from chalicelib.domain.records import Ref
from chalicelib.errors import NotFoundError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import Head, RecordStore


class CardCases(Protocol):
    """Where it stands which case a card is about."""

    def case_of_card(self, card_id: str) -> str | None:
        """Return the number of the case that a card is about, or None."""


@dataclass(frozen=True, slots=True)
class CardOfCase:
    """A card with its case."""

    head: Head
    case_no: str


def find_card_of_case(card_id: str, principal: Principal, records: RecordStore, cases: CardCases) -> CardOfCase:
    """Return a card with its case.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see.
    """
    ref = Ref(KIND, card_id)
    head = records.heads([ref]).get(ref)
    if head is None:
        raise NotFoundError("no such card")
    agency = Ref("agency", head.state["agency"])
    path = records.heads([agency])[agency].state["path"]
    case_no = cases.case_of_card(card_id)
    if principal.actor.agency not in path or case_no is None:
        raise NotFoundError("no such card")
    return CardOfCase(head, case_no)
