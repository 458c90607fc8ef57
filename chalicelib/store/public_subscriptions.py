"""Subscriptions to public topics in the table: one item each, in one partition. Their notices go into the outbox with the
cursor, in one transaction. One that was ended stays until it is gone by TTL, so that nobody but jobs need delete anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

import orjson

from chalicelib.domain.instants import to_key
from chalicelib.domain.notices import KEPT, WAITING, Notice
from chalicelib.domain.public_subscriptions import BEFORE_ALL, Outstanding, PublicSubscription
from chalicelib.store import keys
from chalicelib.store.outbox import notice_item
from chalicelib.store.table import ABSENT, Condition, Item, Put, Table, Update, query_all

_ENDED = "ended_at"
_NAMES = tuple(field.name for field in fields(PublicSubscription) if field.name not in ("topics", "outstanding"))


class PublicSubscriptions:
    """Implements `usecases.public_subscriptions.PublicSubscriptionStore` and `usecases.turn_entries.TurningStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, subscription_id: str) -> PublicSubscription | None:
        return read_standing(self._table.get(keys.public_subscription(subscription_id)))

    def all(self) -> list[PublicSubscription]:
        found = map(read_standing, query_all(self._table, keys.PUBLIC_SUBSCRIPTIONS_PK))
        return [subscription for subscription in found if subscription is not None]

    def create(self, subscription: PublicSubscription) -> None:
        place = keys.public_subscription(subscription.subscription_id)
        there = self._table.get(place)
        free: Condition = {_ENDED: there[_ENDED]} if there is not None and _ENDED in there else ABSENT
        item: Item = {"pk": place.pk, "sk": place.sk, "topics": orjson.dumps(subscription.topics)}
        kept = {name: getattr(subscription, name) for name in _NAMES}
        self._table.commit(Put({**item, **kept, **_outstanding(subscription)}, when=free))

    def end(self, subscription: PublicSubscription, at: datetime) -> None:
        place = keys.public_subscription(subscription.subscription_id)
        ended: Item = {_ENDED: to_key(at), "expires_at_epoch": int((at + KEPT).timestamp())}
        self._table.commit(Update(place, ended, when={"serial": subscription.serial, _ENDED: None}))

    def newest_index(self) -> int:
        page = self._table.query(keys.ENTRIES_PK, forward=False, limit=1)
        return int(str(page.items[0]["sk"])) if page.items else BEFORE_ALL

    def entries_after(self, index: int, limit: int) -> list[Mapping[str, Any]]:
        page = self._table.query(keys.ENTRIES_PK, first=keys.entry(index + 1).sk, limit=limit, consistent=False)
        found: list[Mapping[str, Any]] = []
        for item in page.items:
            entry = read_entry(item)
            if entry["index"] != index + 1 + len(found):
                break  # a read that is behind may lack one: what comes after it waits for the next run
            found.append(entry)
        return found

    def waiting(self, subscription: PublicSubscription) -> list[Outstanding]:
        if not subscription.outstanding:
            return []
        places = [
            keys.notice(subscription.receiver, each.occurred_at, subscription.webhook_id(each.index))
            for each in subscription.outstanding
        ]
        found = zip(subscription.outstanding, self._table.get_many(places), strict=True)
        return [each for each, item in found if item is not None and item["state"] == WAITING]

    def turn(self, before: PublicSubscription, after: PublicSubscription, notices: Sequence[Notice]) -> None:
        moved = Update(
            keys.public_subscription(before.subscription_id),
            {"cursor": after.cursor, **_outstanding(after)},
            when={"serial": before.serial, "cursor": before.cursor, _ENDED: None},
        )
        self._table.commit(moved, *(Put(notice_item(notice), when=ABSENT) for notice in notices))


def _outstanding(subscription: PublicSubscription) -> Item:
    return {"outstanding": orjson.dumps([astuple(each) for each in subscription.outstanding])}


def read_standing(item: Item | None) -> PublicSubscription | None:
    """Return the subscription that an item holds, or None where there is none or it has ended."""
    if item is None or _ENDED in item:
        return None
    topics, outstanding = item["topics"], item["outstanding"]
    assert isinstance(topics, bytes)
    assert isinstance(outstanding, bytes)
    return PublicSubscription(
        **{name: item[name] for name in _NAMES},  # type: ignore[arg-type]
        topics=tuple(orjson.loads(topics)),
        outstanding=tuple(Outstanding(*each) for each in orjson.loads(outstanding)),
    )


def read_entry(item: Item) -> Mapping[str, Any]:
    """Return a register entry as `/v1/changes` gives it."""
    raw = item["summary"]
    assert isinstance(raw, bytes)
    entry: dict[str, Any] = orjson.loads(raw)
    return entry
