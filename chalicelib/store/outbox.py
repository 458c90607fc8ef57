"""The outbox in the table: one item per notice, in a few partitions for each receiver; what waits is marked in `work`.

Notices of one receiver spread over partitions, so that a batch of cases that one app watches does not meet in one. They are
gone by TTL; a page leaves out by its range what should be gone already.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from heapq import merge

import orjson

from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.notices import DEAD, KEPT, WAITING, Attempt, Notice
from chalicelib.domain.receivers import Receiver
from chalicelib.store import keys
from chalicelib.store.table import Condition, ConditionFailedError, Item, Key, Table, Update, query_all
from chalicelib.usecases.outbox import Mark, NoticePage, Rests

_MARK = ("work_pk", "work_sk")
_SEPARATOR = "#"


class OutboxTable:
    """Implements `usecases.outbox.OutboxStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now: datetime) -> Iterator[Mark]:
        last = to_key(now) + keys.END
        shards = [map(_mark, query_all(self._table, pk, index=keys.WORK, last=last)) for pk in keys.outbox_marks()]
        return merge(*shards, key=lambda mark: (mark.due_at, mark.webhook_id))

    def take(self, mark: Mark, lease: str, until: datetime) -> Notice | None:
        place = keys.notice(mark.receiver, mark.occurred_at, mark.webhook_id)
        seen = keys.outbox_mark(mark.webhook_id, mark.due_at)["work_sk"]
        moved: Item = {**keys.outbox_mark(mark.webhook_id, to_key(until)), "lease": lease}
        with suppress(ConditionFailedError):  # another's, or ours and only the answer was lost: the lease tells
            self._table.commit(Update(place, moved, when={"work_sk": seen}))
        item = self._table.get(place)
        return read_notice(item) if item is not None and item.get("lease") == lease else None

    def rests(self, notice: Notice) -> Rests:
        return self._rests_of_entry(notice) if notice.subscription else self._rests_of_case(notice)

    def _rests_of_case(self, notice: Notice) -> Rests:
        receiver, case = self._table.get_many([keys.receiver(notice.receiver), keys.case(notice.case_no)])
        subscriptions = (case or {}).get("subscriptions", b"")
        assert isinstance(subscriptions, bytes)
        ended_at = (case or {}).get("ended_at")
        return Rests(_receiver(receiver), subscriptions, str(ended_at) if ended_at else None)

    def _rests_of_entry(self, notice: Notice) -> Rests:
        from chalicelib.store.public_subscriptions import read_entry, read_standing

        places = [
            keys.receiver(notice.receiver),
            keys.public_subscription(notice.subscription),
            keys.entry(notice.index),
        ]
        receiver, item, entry = self._table.get_many(places)
        subscription = read_standing(item)
        told = read_entry(entry) if entry is not None else None
        return Rests(_receiver(receiver), b"", None, subscription, told)

    def again(self, notice: Notice, lease: str, at: datetime) -> None:
        due = keys.outbox_mark(notice.webhook_id, to_key(at))
        self._table.commit(Update(_place(notice), {**due, **_told(notice)}, ("lease",), when={"lease": lease}))

    def settle(self, notice: Notice, lease: str) -> None:
        self._table.commit(Update(_place(notice), _told(notice), ("lease", *_MARK), when={"lease": lease}))

    def find(self, receiver_id: str, occurred_at: str, webhook_id: str) -> Notice | None:
        item = self._table.get(keys.notice(receiver_id, occurred_at, webhook_id))
        return None if item is None else read_notice(item)

    def revive(self, notice: Notice, at: datetime) -> Notice:
        asked_again = notice.asked_again + 1
        dead: Condition = {"state": DEAD, "asked_again": notice.asked_again or None}
        due = keys.outbox_mark(notice.webhook_id, to_key(at))
        self._table.commit(Update(_place(notice), {**due, "state": WAITING, "asked_again": asked_again}, when=dead))
        return replace(notice, state=WAITING, asked_again=asked_again)

    def page(self, receiver_id: str, since: datetime, limit: int, before: str | None) -> NoticePage:
        first, last = to_key(since), before or keys.END
        if first > last:
            return NoticePage([], None)
        found = []
        for pk in keys.outbox_partitions(receiver_id):
            # One more than wanted says whether there is more; and one for `before` itself, which is left out.
            found += self._table.query(pk, first=first, last=last, forward=False, limit=limit + 2).items
        newest = sorted(
            (item for item in found if item["sk"] != before), key=lambda item: str(item["sk"]), reverse=True
        )
        shown = newest[:limit]
        more = str(shown[-1]["sk"]) if len(newest) > limit else None
        return NoticePage([(read_notice(item), _due_at(item)) for item in shown], more)


def notice_item(notice: Notice) -> Item:
    """Return a new notice as it is stored: due at once."""
    place = _place(notice)
    return {
        "pk": place.pk,
        "sk": place.sk,
        "kind": notice.kind,
        "case_no": notice.case_no,
        "handle": notice.handle,
        "version": notice.version,
        **_of_entry(notice),
        **_told(notice),
        **keys.outbox_mark(notice.webhook_id, notice.occurred_at),
        "expires_at_epoch": int((from_key(notice.occurred_at) + KEPT).timestamp()),
    }


def _of_entry(notice: Notice) -> Item:
    return {"subscription": notice.subscription, "index": notice.index} if notice.subscription else {}


def _receiver(item: Item | None) -> Receiver | None:
    from chalicelib.store.receivers import read_receiver

    return read_receiver(item) if item is not None else None


def _told(notice: Notice) -> Item:
    return {"state": notice.state, "attempts": orjson.dumps([tuple(attempt) for attempt in notice.attempts])}


def _place(notice: Notice) -> Key:
    return keys.notice(notice.receiver, notice.occurred_at, notice.webhook_id)


def read_notice(item: Item) -> Notice:
    """Return the notice that an item holds."""
    attempts = item["attempts"]
    assert isinstance(attempts, bytes)
    receiver, occurred_at, webhook_id = _of_key(item)
    return Notice(
        webhook_id=webhook_id,
        kind=str(item["kind"]),
        receiver=receiver,
        occurred_at=occurred_at,
        case_no=str(item["case_no"]),
        handle=str(item["handle"]),
        version=int(item["version"]),
        subscription=str(item.get("subscription", "")),
        index=int(item.get("index", -1)),
        asked_again=int(item.get("asked_again", 0)),
        state=str(item["state"]),
        attempts=tuple(Attempt(*attempt) for attempt in orjson.loads(attempts)),
    )


def _of_key(item: Item) -> tuple[str, str, str]:
    receiver = str(item["pk"]).split(_SEPARATOR)[1]
    occurred_at, webhook_id = str(item["sk"]).split(_SEPARATOR)
    return receiver, occurred_at, webhook_id


def _mark(item: Item) -> Mark:
    return Mark(*_of_key(item), str(item["work_sk"]).split(_SEPARATOR)[0])


def _due_at(item: Item) -> str | None:
    return str(item["work_sk"]).split(_SEPARATOR)[0] if "work_sk" in item else None
