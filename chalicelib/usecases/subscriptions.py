"""Watching a case: subscriptions made, read and ended by the holder of its token.

They stand in the case item itself: the token is checked against it, what ends the tokens ends them in the same write, and a
change of the case finds them without another read. Same bytes again: the same receipt; other bytes at the same place: 409.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chalicelib.domain.instants import to_key
from chalicelib.domain.notices import SUBSCRIPTIONS_LIMIT, Subscription, read_subscriptions, write_subscriptions
from chalicelib.domain.receivers import ENDED
from chalicelib.errors import (
    ConditionFailedError,
    NotFoundError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.case_access import Access, StatusHead, status_of
from chalicelib.usecases.ports import COMMIT_TRIES
from chalicelib.usecases.receivers import ReceiverStore

SERIAL_BYTES = 16


class SubscriptionStore(Protocol):
    """Where the subscriptions of cases live."""

    def replace_subscriptions(self, before: StatusHead, after: bytes) -> None:
        """Put the subscriptions of a case in the place of those it had.

        Raises:
            ConditionFailedError: they, or the epoch of its tokens, have changed.
        """


@dataclass(frozen=True, slots=True)
class Watch:
    """What watching needs, for the length of one request."""

    access: Access
    subscriptions: SubscriptionStore
    receivers: ReceiverStore
    random_bytes: Callable[[int], bytes]


class Wanted(NamedTuple):
    """What is asked for; `sha256` is of the bytes sent."""

    subscription_id: str
    receiver: str
    handle: str
    sha256: str


class Subscribed(NamedTuple):
    """A subscription; `new` says that this request stored it."""

    subscription: Subscription
    new: bool


def put_subscription(case_no: str, wanted: Wanted, token: str | None, watch: Watch) -> Subscribed:
    """Subscribe to a case, or answer for the subscription that is there already.

    Raises:
        UnauthenticatedError: the token does not hold. PlaceTakenError: other bytes stand at this place.
        RefusedError: no such receiver, or too many. UnavailableError: others were faster time and again.
    """
    made: Subscription | None = None
    for _ in range(COMMIT_TRIES):
        head = status_of(case_no, token, watch.access)
        held = read_subscriptions(head.subscriptions)
        there = _find(held, wanted.subscription_id)
        if there is not None:
            if there.sha256 != wanted.sha256:
                raise PlaceTakenError("another subscription has this id")
            return Subscribed(there, new=False)
        _refuse(wanted, held, watch)
        made = made or _made(wanted, watch)
        try:
            watch.subscriptions.replace_subscriptions(head, write_subscriptions((*held, made)))
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return Subscribed(made, new=True)
    raise UnavailableError("others write the subscriptions of this case at the same time")


def _made(wanted: Wanted, watch: Watch) -> Subscription:
    return Subscription(
        subscription_id=wanted.subscription_id,
        receiver=wanted.receiver,
        handle=wanted.handle,
        sha256=wanted.sha256,
        received_at=to_key(watch.access.now),
        serial=watch.random_bytes(SERIAL_BYTES).hex(),
    )


def _refuse(wanted: Wanted, held: Sequence[Subscription], watch: Watch) -> None:
    found = []
    if len(held) >= SUBSCRIPTIONS_LIMIT:
        found.append(Problem("too_many_subscriptions", f"a case has at most {SUBSCRIPTIONS_LIMIT}", pointer=""))
    receiver = watch.receivers.find(wanted.receiver)
    if receiver is None or receiver.state == ENDED:
        found.append(Problem("receiver_unknown", "there is no such receiver, or it is ended", pointer="/receiver"))
    if found:
        raise RefusedError(*found)


def find_subscription(case_no: str, subscription_id: str, token: str | None, watch: Watch) -> Subscription:
    """Return a subscription of a case.

    Raises:
        UnauthenticatedError: the token does not hold. NotFoundError: there is no such subscription.
    """
    found = _find(read_subscriptions(status_of(case_no, token, watch.access).subscriptions), subscription_id)
    if found is None:
        raise NotFoundError("no such subscription")
    return found


def end_subscription(case_no: str, subscription_id: str, token: str | None, watch: Watch) -> None:
    """End a subscription; one that is not there is ended already.

    Raises:
        UnauthenticatedError: the token does not hold. UnavailableError: others were faster time and again.
    """
    for _ in range(COMMIT_TRIES):
        head = status_of(case_no, token, watch.access)
        held = read_subscriptions(head.subscriptions)
        kept = [subscription for subscription in held if subscription.subscription_id != subscription_id]
        if len(kept) == len(held):
            return
        try:
            watch.subscriptions.replace_subscriptions(head, write_subscriptions(kept))
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return
    raise UnavailableError("others write the subscriptions of this case at the same time")


def _find(held: Sequence[Subscription], subscription_id: str) -> Subscription | None:
    return next((found for found in held if found.subscription_id == subscription_id), None)
