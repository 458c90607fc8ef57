"""Receivers in the table: one item each. Its challenge goes into the outbox in the same transaction."""

from dataclasses import fields

from chalicelib.domain.notices import Notice, challenge_notice
from chalicelib.domain.receivers import Receiver
from chalicelib.store import keys
from chalicelib.store.outbox import notice_item, read_notice
from chalicelib.store.table import ABSENT, Condition, Item, Put, Table, Update

_NAMES = tuple(field.name for field in fields(Receiver))


class Receivers:
    """Implements `usecases.receivers.ReceiverStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, receiver_id: str) -> Receiver | None:
        item = self._table.get(keys.receiver(receiver_id))
        return None if item is None else read_receiver(item)

    def create(self, receiver: Receiver, challenge: Notice) -> None:
        place = keys.receiver(receiver.receiver_id)
        item: Item = {"pk": place.pk, "sk": place.sk, **_members(receiver)}
        self._table.commit(Put(item, when=ABSENT), Put(notice_item(challenge), when=ABSENT))

    def replace(self, before: Receiver, after: Receiver, challenge: Notice | None = None) -> None:
        same: Condition = {
            "state": before.state,
            "secret_number": before.secret_number,
            "challenge": before.challenge,
        }
        written = Update(keys.receiver(before.receiver_id), _members(after), when=same)
        beside = [Put(notice_item(challenge), when=ABSENT)] if challenge is not None else []
        self._table.commit(written, *beside)

    def challenge(self, receiver: Receiver) -> Notice | None:
        sought = challenge_notice(receiver)
        item = self._table.get(keys.notice(sought.receiver, sought.occurred_at, sought.webhook_id))
        return None if item is None else read_notice(item)


def _members(receiver: Receiver) -> Item:
    return {name: getattr(receiver, name) for name in _NAMES}


def read_receiver(item: Item) -> Receiver:
    """Return the receiver that an item holds."""
    return Receiver(**{name: item[name] for name in _NAMES})  # type: ignore[arg-type]
