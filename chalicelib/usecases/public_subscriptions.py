"""Subscriptions to public topics, made, read and ended by the holder of an API key. `turn_entries.py` makes notices of them.

Same bytes again: the same receipt; other bytes, or another's key, at the same place: 409. One that was ended can be made
anew, and begins anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain.api_keys import ApiKey
from chalicelib.domain.instants import to_key
from chalicelib.domain.public_subscriptions import OF_ONE_KEY, PublicSubscription
from chalicelib.domain.receivers import ENDED
from chalicelib.domain.topics import known_topics
from chalicelib.errors import (
    ConditionFailedError,
    NotFoundError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.ports import COMMIT_TRIES
from chalicelib.usecases.receivers import ReceiverStore

SERIAL_BYTES = 16


class PublicSubscriptionStore(Protocol):
    """Where subscriptions to public topics live."""

    def find(self, subscription_id: str) -> PublicSubscription | None:
        """Return a subscription, or None."""

    def all(self) -> list[PublicSubscription]:
        """Return every subscription."""

    def create(self, subscription: PublicSubscription) -> None:
        """Write a new subscription.

        Raises:
            ConditionFailedError: the id is taken.
        """

    def end(self, subscription: PublicSubscription, at: datetime) -> None:
        """End a subscription: it is found no more.

        Raises:
            ConditionFailedError: it is another by now, or gone.
        """

    def newest_index(self) -> int:
        """Return the last index of the register that is public; -1 while there is none."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What dealing with subscriptions needs, for the length of one request."""

    subscriptions: PublicSubscriptionStore
    receivers: ReceiverStore
    random_bytes: Callable[[int], bytes]
    now: datetime


class Wanted(NamedTuple):
    """What is asked for; `sha256` is of the bytes sent."""

    subscription_id: str
    receiver: str
    topics: tuple[str, ...]
    agency: str
    jurisdiction: str
    after: int | None
    """From after which index on; from now on if None."""
    sha256: str


class Subscribed(NamedTuple):
    """A subscription; `new` says that this request stored it."""

    subscription: PublicSubscription
    new: bool


def subscribe(wanted: Wanted, key: ApiKey, desk: Desk) -> Subscribed:
    """Subscribe to public topics, or answer for the subscription that is there already.

    Raises:
        PlaceTakenError: other bytes, or another's, stand at this place. RefusedError: what is wanted cannot be.
        UnavailableError: others were faster time and again.
    """
    made: PublicSubscription | None = None
    for _ in range(COMMIT_TRIES):
        there = desk.subscriptions.find(wanted.subscription_id)
        if there is not None:
            if (there.sha256, there.key_id) != (wanted.sha256, key.key_id):
                raise PlaceTakenError("another subscription has this id")
            return Subscribed(there, new=made is not None and there.serial == made.serial)
        if made is None:
            newest = desk.subscriptions.newest_index()
            _refuse(wanted, key, newest, desk)
            made = _made(wanted, key, newest, desk)
        try:
            desk.subscriptions.create(made)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return Subscribed(made, new=True)
    raise UnavailableError("others write this subscription at the same time")


def _made(wanted: Wanted, key: ApiKey, newest: int, desk: Desk) -> PublicSubscription:
    after = newest if wanted.after is None else wanted.after
    return PublicSubscription(
        subscription_id=wanted.subscription_id,
        key_id=key.key_id,
        receiver=wanted.receiver,
        topics=wanted.topics,
        agency=wanted.agency,
        jurisdiction=wanted.jurisdiction,
        sha256=wanted.sha256,
        received_at=to_key(desk.now),
        serial=desk.random_bytes(SERIAL_BYTES).hex(),
        begins_after=after,
        cursor=after,
    )


def _refuse(wanted: Wanted, key: ApiKey, newest: int, desk: Desk) -> None:
    found = [
        Problem(
            "topic_unknown", "not one of /v1/codes/topic, nor one of its sorts (`service.*`)", pointer=f"/topics/{n}"
        )
        for n, topic in enumerate(wanted.topics)
        if topic not in known_topics()
    ]
    if wanted.after is not None and wanted.after > newest:
        message = "the register does not go so far; leave it out to begin with what comes"
        found.append(Problem("after_not_reached", message, pointer="/after"))
    receiver = desk.receivers.find(wanted.receiver)
    if receiver is None or receiver.state == ENDED:
        found.append(Problem("receiver_unknown", "there is no such receiver, or it is ended", pointer="/receiver"))
    if sum(held.key_id == key.key_id for held in desk.subscriptions.all()) >= OF_ONE_KEY:
        found.append(Problem("too_many_subscriptions", f"a key has about {OF_ONE_KEY} at most", pointer=""))
    if found:
        raise RefusedError(*found)


def find_own(subscription_id: str, key: ApiKey, desk: Desk) -> PublicSubscription:
    """Return a subscription of a key.

    Raises:
        NotFoundError: there is no such subscription, or it is another's.
    """
    found = desk.subscriptions.find(subscription_id)
    if found is None or found.key_id != key.key_id:
        raise NotFoundError("no such subscription")
    return found


def end_own(subscription_id: str, key: ApiKey, desk: Desk) -> None:
    """End a subscription; what still waits for it is not sent. One that is not there, or is another's, is left so.

    Raises:
        UnavailableError: others were faster time and again.
    """
    for _ in range(COMMIT_TRIES):
        found = desk.subscriptions.find(subscription_id)
        if found is None or found.key_id != key.key_id:
            return
        try:
            desk.subscriptions.end(found, desk.now)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return
    raise UnavailableError("others write this subscription at the same time")
