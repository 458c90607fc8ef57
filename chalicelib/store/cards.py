"""Cards beside their acts: what each is about, kept apart from everything public."""

from chalicelib.domain.records import Ref
from chalicelib.store import keys
from chalicelib.store.records import Records
from chalicelib.store.table import Put, Table, Write
from chalicelib.usecases.ports import CardChange


class Cards:
    """Implements `usecases.ports.CardSubjects`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def subject_of(self, card_id: str) -> Ref | None:
        item = self._table.get(keys.card_subject(card_id))
        return None if item is None else Ref(str(item["subject_kind"]), str(item["subject_id"]))


def card_writes(cards: CardChange, records: Records) -> list[Write]:
    """Return what takes in acts on cards: the acts, and what each card is about."""
    writes: list[Write] = []
    subject = {"subject_kind": cards.subject.kind, "subject_id": cards.subject.record_id}
    for act, state, *_ in cards.acts:
        link = keys.card_subject(act.ref.record_id)
        writes += [*records.writes(act, state), Put({"pk": link.pk, "sk": link.sk, **subject})]
    return writes
