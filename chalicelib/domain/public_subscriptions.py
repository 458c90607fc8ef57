"""Subscriptions to public topics: who is told of which entries of the register, and how far each has been told.

A subscription has a cursor of its own, the last index that was turned into notices for it, and a window: so many notices may
wait at once. While they do the cursor stands still, for the register keeps what comes after it. So a receiver that is dead
costs no more than its window, and one that comes back is told of everything.

The id of a notice is the subscription's serial (chance) and the index: a repetition has the same one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from chalicelib.domain.instants import to_key
from chalicelib.domain.notices import Notice
from chalicelib.domain.topics import is_among, topic_of

WINDOW = 50
"""So many notices of one subscription may wait at once; they and the cursor are one transaction."""
OF_ONE_KEY = 50
"""So many subscriptions are taken from the holder of one key."""
BEFORE_ALL = -1
"""The cursor of a subscription that has been told of nothing: the first index is 0."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A notice that may still wait, by where it stands."""

    index: int
    occurred_at: str


@dataclass(frozen=True, slots=True)
class PublicSubscription:
    """One subscription as it is stored."""

    subscription_id: str
    key_id: str
    receiver: str
    topics: tuple[str, ...]
    agency: str
    """Only entries of this agency; of all if empty."""
    jurisdiction: str
    sha256: str
    """Of the bytes that made it."""
    received_at: str
    serial: str
    begins_after: int
    cursor: int
    outstanding: tuple[Outstanding, ...] = ()

    def webhook_id(self, index: int) -> str:
        """Return the id of the notice of an entry."""
        return f"{self.serial}-{index}"


def wants(subscription: PublicSubscription, entry: Mapping[str, Any]) -> bool:
    """Return whether an entry, as `/v1/changes` gives it, is one to be told of."""
    return (
        is_among(topic_of(entry["kind"], entry["name"]), subscription.topics)
        and subscription.agency in ("", entry["agency"])
        and subscription.jurisdiction in ("", entry["jurisdiction"])
    )


def turned(
    subscription: PublicSubscription,
    waiting: Sequence[Outstanding],
    entries: Iterable[Mapping[str, Any]],
    at: str,
) -> tuple[PublicSubscription, list[Notice]]:
    """Return a subscription that has gone on over entries, in the register's order, and the notices that come of it.

    It stops where the window is full: `waiting` are those of its outstanding notices that do wait.
    """
    cursor = subscription.cursor
    notices: list[Notice] = []
    for entry in entries:
        if wants(subscription, entry):
            if len(waiting) + len(notices) == WINDOW:
                break
            notices.append(notice_of(subscription, entry, at))
        cursor = entry["index"]
    outstanding = (*waiting, *(Outstanding(notice.index, at) for notice in notices))
    return replace(subscription, cursor=cursor, outstanding=outstanding), notices


def notice_of(subscription: PublicSubscription, entry: Mapping[str, Any], at: str) -> Notice:
    """Return what is to be sent of an entry."""
    return Notice(
        webhook_id=subscription.webhook_id(entry["index"]),
        kind=topic_of(entry["kind"], entry["name"]),
        receiver=subscription.receiver,
        occurred_at=at,
        subscription=subscription.subscription_id,
        index=entry["index"],
    )


_TOLD = ("kind", "id", "act", "name", "version", "agency", "jurisdiction", "url", "sha256", "tombstone")


def payload(notice: Notice, entry: Mapping[str, Any]) -> bytes:
    """Return the bytes to send of a register entry: what `/v1/changes` says of it, and nothing of what it says."""
    told = {"receiver": notice.receiver, "subscription": notice.subscription, "register_index": notice.index}
    told |= {name: entry[name] for name in _TOLD}
    at = to_key(datetime.fromisoformat(entry["at"]))
    return orjson.dumps({"type": notice.kind, "timestamp": at, "data": told})
