"""Receivers of notifications: registered by whoever comes first, confirmed by a challenge, theirs by the secret they share.

    register   whoever names an id first has it; the answer brings the secret, and until the challenge is answered the same
               bytes again bring it again, so a lost answer costs nothing
    confirm    the deliverer calls this with what the receiver answered; only then is anything else sent to it
    rotate     secret n + 1, asked for with a secret that holds; sent again it brings the same one
    end        with a secret that holds; the id is never used again

An id that is not there and a secret that does not hold are the same 401. A challenge that failed is sent again only when
the same registration is, and registrations are counted by source network, so nobody's server is called without an end.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain import receivers as rules
from chalicelib.domain.instants import to_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.notices import WAITING, Notice, challenge_notice
from chalicelib.domain.receivers import ACTIVE, ENDED, PENDING, Receiver
from chalicelib.errors import (
    ConditionFailedError,
    NotNextError,
    PlaceTakenError,
    RefusedError,
    TooManyTriesError,
    UnauthenticatedError,
    UnavailableError,
)
from chalicelib.usecases.ports import COMMIT_TRIES
from chalicelib.usecases.tries import HOUR, Bucket, TryCounter, network_of, spend


class ReceiverStore(Protocol):
    """Where receivers live."""

    def find(self, receiver_id: str) -> Receiver | None:
        """Return a receiver, or None."""

    def create(self, receiver: Receiver, challenge: Notice) -> None:
        """Write a new receiver and its challenge: both or none.

        Raises:
            ConditionFailedError: the id is taken.
        """

    def replace(self, before: Receiver, after: Receiver, challenge: Notice | None = None) -> None:
        """Write a receiver anew, and another challenge if one is given: both or none.

        Raises:
            ConditionFailedError: it is not what it was.
        """

    def challenge(self, receiver: Receiver) -> Notice | None:
        """Return what became of the newest challenge, or None when that is forgotten."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What dealing with receivers needs, for the length of one request."""

    receivers: ReceiverStore
    keys: PurposeKeys
    now: datetime
    loopback_ports: frozenset[int] = frozenset()
    """Ports of this machine itself that may be sent to."""


class Registered(NamedTuple):
    """A receiver; `new` says that this request stored it; the secret only where it is due."""

    receiver: Receiver
    new: bool
    secret: str | None


class Rotated(NamedTuple):
    """A receiver with its newest secret; `new` says that this request made it."""

    receiver: Receiver
    new: bool
    secret: str


def limit_registrations(tries: TryCounter, source_ip: str, per_hour: int, now: datetime) -> None:
    """Count a registration by the network it comes from.

    Raises:
        TooManyTriesError: the network has used up its registrations of this hour; says when to come again.
    """
    if left_seconds := spend(Bucket(f"receivers#{network_of(source_ip)}", HOUR, per_hour), tries, now):
        raise TooManyTriesError(left_seconds)


def register_receiver(receiver_id: str, url: str, sha256: str, registry: Registry) -> Registered:
    """Register a receiver, or answer for it if it is there already; `sha256` is of the bytes sent.

    Raises:
        RefusedError: the address is not one to send to. PlaceTakenError: other bytes have this id.
        UnavailableError: others were faster time and again.
    """
    at = to_key(registry.now)
    for _ in range(COMMIT_TRIES):
        there = registry.receivers.find(receiver_id)
        if there is not None and there.sha256 != sha256:
            raise PlaceTakenError("another receiver has this id")
        if there is not None and there.state != PENDING:
            return Registered(there, new=False, secret=None)
        if there is None and (problems := rules.url_problems(url, registry.loopback_ports)):
            raise RefusedError(*problems)
        made = there or rules.registered(receiver_id, url, sha256, at, registry.keys)
        try:
            if there is None:
                registry.receivers.create(made, challenge_notice(made))
            else:
                made = _challenged_again(there, at, registry)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return Registered(made, there is None, rules.newest_secret(made, registry.keys))
    raise UnavailableError("others write this receiver at the same time")


def _challenged_again(receiver: Receiver, at: str, registry: Registry) -> Receiver:
    """Put another challenge in the place of one that failed; one that is on its way is left alone."""
    last = registry.receivers.challenge(receiver)
    if last is not None and last.state == WAITING:
        return receiver
    after = replace(receiver, challenge=receiver.challenge + 1, challenged_at=at)
    registry.receivers.replace(receiver, after, challenge_notice(after))
    return after


def confirm_receiver(receiver_id: str, answered: str, registry: Registry) -> bool:
    """Take what a receiver answered to its challenge; return whether it is confirmed, now or before.

    Raises:
        UnavailableError: others were faster time and again.
    """

    def confirmed(receiver: Receiver) -> Receiver | None:
        right = receiver.state == PENDING and rules.answers_challenge(answered, receiver, registry.keys)
        return replace(receiver, state=ACTIVE) if right else None

    receiver = _change(receiver_id, confirmed, registry)
    return receiver is not None and receiver.state == ACTIVE


def end_receiver(receiver_id: str, registry: Registry) -> None:
    """End a receiver: its word is taken, or it was established before (`open_receiver`).

    Raises:
        UnavailableError: others were faster time and again.
    """

    def ended(receiver: Receiver) -> Receiver | None:
        return None if receiver.state == ENDED else replace(receiver, state=ENDED, url="")

    _change(receiver_id, ended, registry)


def open_receiver(receiver_id: str, secret: str | None, registry: Registry) -> Receiver:
    """Return a receiver, ended ones too, to whoever knows its secret.

    Raises:
        UnauthenticatedError: there is none, or the secret does not hold.
    """
    receiver = registry.receivers.find(receiver_id)
    if receiver is None or not rules.knows_secret(secret or "", receiver, registry.keys, registry.now):
        raise _unauthenticated()
    return receiver


def _unauthenticated() -> UnauthenticatedError:
    return UnauthenticatedError("secret", "a secret of this receiver is wanted", scheme="Bearer")


def rotate_secret(receiver_id: str, number: int, secret: str | None, registry: Registry) -> Rotated:
    """Make secret `number`, the next one; sent again with a secret that holds, it brings the same.

    Raises:
        UnauthenticatedError: there is none, it is ended, or the secret does not hold.
        NotNextError: another number is next. UnavailableError: others were faster time and again.
    """
    for _ in range(COMMIT_TRIES):
        receiver = open_receiver(receiver_id, secret, registry)
        if receiver.state == ENDED:
            raise _unauthenticated()
        if number not in (receiver.secret_number, receiver.secret_number + 1):
            raise NotNextError(receiver.secret_number + 1)
        after = receiver if number == receiver.secret_number else _rotated(receiver, number, registry)
        try:
            if after is not receiver:
                registry.receivers.replace(receiver, after)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        made = rules.newest_secret(after, registry.keys)
        if made is None:
            raise UnavailableError("the key of this secret is gone: rotate to the next number")
        return Rotated(after, after is not receiver, made)
    raise UnavailableError("others write this receiver at the same time")


def _rotated(receiver: Receiver, number: int, registry: Registry) -> Receiver:
    return replace(
        receiver,
        secret_number=number,
        secret_key_id=registry.keys.current_id,
        earlier_key_id=receiver.secret_key_id,
        rotated_at=to_key(registry.now),
    )


def _change(receiver_id: str, change: Callable[[Receiver], Receiver | None], registry: Registry) -> Receiver | None:
    """Change a receiver as it stands; what needs no change is returned as it is."""
    for _ in range(COMMIT_TRIES):
        before = registry.receivers.find(receiver_id)
        after = change(before) if before is not None else None
        if before is None or after is None:
            return before
        try:
            registry.receivers.replace(before, after)
        except ConditionFailedError:
            continue  # somebody else, or this very write with its answer lost: look again
        return after
    raise UnavailableError("others write this receiver at the same time")
