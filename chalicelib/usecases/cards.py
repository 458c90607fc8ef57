"""What a card is about: told to the agency that has the card, and to those above it, and to nobody else."""

from dataclasses import dataclass

from chalicelib.domain.cards import KIND
from chalicelib.domain.records import Ref
from chalicelib.errors import NotFoundError
from chalicelib.usecases.authenticate import Principal, is_within
from chalicelib.usecases.ports import CardSubjects, Head, RecordStore


@dataclass(frozen=True, slots=True)
class CardWithSubject:
    """A card with the case or record that it is about."""

    head: Head
    subject: Ref


def find_card_with_subject(
    card_id: str, principal: Principal, records: RecordStore, subjects: CardSubjects
) -> CardWithSubject:
    """Return a card with what it is about.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see.
    """
    ref = Ref(KIND, card_id)
    head = records.heads([ref]).get(ref)
    if head is None:
        raise NotFoundError("no such card")
    subject = subjects.subject_of(card_id)
    if subject is None or not is_within(head.state["agency"], principal.actor, records):
        raise NotFoundError("no such card")
    return CardWithSubject(head, subject)
