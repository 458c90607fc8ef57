"""Working off the outbox: what a deliverer does between finding a notice due and having sent it.

    due       the marks whose instant has come, found by index, oldest first
    take      a lease on one of them, by moving its mark to the lease's end on condition that it has not moved: of many takers
              one has it, and if that one dies it is due again at the lease's end
    look      what the notice rests on, read after the lease: its receiver, and whether its subscription still speaks
    note      delivered, failed (due again by the schedule, or dead), or gone; on condition of the lease

Killed anywhere, nothing is lost: until it is noted a notice is due or leased. It may be sent twice (killed between sending
and noting), with the same id. A taker that lost its lease notes nothing: the other's word counts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from chalicelib.domain import notices as rules
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.domain.notices import Attempt, Notice
from chalicelib.domain.public_subscriptions import PublicSubscription
from chalicelib.domain.public_subscriptions import payload as told_of_entry
from chalicelib.domain.receivers import Receiver, challenge_of, secrets_in_force
from chalicelib.errors import (
    ConditionFailedError,
    NotFoundError,
    NotNextError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.api_keys import ApiKeyStore
from chalicelib.usecases.ports import COMMIT_TRIES
from chalicelib.usecases.receivers import Registry, end_receiver

LEASE_BYTES = 16


class Mark(NamedTuple):
    """Where a notice stands in the outbox, and the instant from which it is due."""

    receiver: str
    occurred_at: str
    webhook_id: str
    due_at: str


class Rests(NamedTuple):
    """What a notice rests on: the subscriptions and the end of its case, or a public subscription and its entry."""

    receiver: Receiver | None
    subscriptions: bytes
    ended_at: str | None
    public: PublicSubscription | None = None
    entry: Mapping[str, Any] | None = None


class OutboxStore(Protocol):
    """Where notices wait."""

    def due(self, now: datetime) -> Iterator[Mark]:
        """Yield notices that are due, oldest first, and perhaps some that no longer are."""

    def take(self, mark: Mark, lease: str, until: datetime) -> Notice | None:
        """Lease a notice, or return None where it has moved on."""

    def rests(self, notice: Notice) -> Rests:
        """Return what a notice rests on, as one consistent read."""

    def again(self, notice: Notice, lease: str, at: datetime) -> None:
        """Give a lease back: the notice, with its tries, is due at an instant.

        Raises:
            ConditionFailedError: the lease is another's, or given back.
        """

    def settle(self, notice: Notice, lease: str) -> None:
        """Give a lease back for good: the notice, with its tries and its last state, is due no more.

        Raises:
            ConditionFailedError: the lease is another's, or given back.
        """

    def find(self, receiver_id: str, occurred_at: str, webhook_id: str) -> Notice | None:
        """Return one notice, or None."""

    def revive(self, notice: Notice, at: datetime) -> Notice:
        """Have a dead notice due once more, and return it so.

        Raises:
            ConditionFailedError: it is not dead any more, or was asked for meanwhile.
        """

    def page(self, receiver_id: str, since: datetime, limit: int, before: str | None) -> "NoticePage":
        """Return notices of one receiver, newest first, those before a place if one is named."""


class NoticePage(NamedTuple):
    """One page of a receiver's notices; `last` is the place to go on from, or None at the end."""

    notices: list[tuple[Notice, str | None]]
    """Each with the instant from which it is due, if it waits."""
    last: str | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """What working off the outbox needs."""

    notices: OutboxStore
    registry: Registry
    api_keys: ApiKeyStore
    random_bytes: Callable[[int], bytes]

    @property
    def now(self) -> datetime:
        """The instant of this run."""
        return self.registry.now

    @property
    def keys(self) -> PurposeKeys:
        """The keys of secrets."""
        return self.registry.keys


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to send now: POST `payload` to `url`, signed with every one of `secrets`."""

    notice: Notice
    lease: str
    url: str
    payload: bytes
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def webhook_id(self) -> str:
        """The same at every try."""
        return self.notice.webhook_id


def take(mark: Mark, outbox: Outbox) -> Delivery | None:
    """Lease what a mark stands for and return it if it is to be sent now; what cannot be sent is put off or ended."""
    lease = outbox.random_bytes(LEASE_BYTES).hex()
    notice = outbox.notices.take(mark, lease, outbox.now + rules.LEASE)
    if notice is None:
        return None
    rests = outbox.notices.rests(notice)
    fate = rules.fate(notice, rests.receiver, watched=_watched(notice, rests, outbox), now=outbox.now)
    receiver = rests.receiver
    secrets = secrets_in_force(receiver, outbox.keys, outbox.now) if receiver is not None else []
    challenge = challenge_of(receiver, outbox.keys) if receiver is not None else None
    if fate == rules.WAIT:
        _note(lambda: outbox.notices.again(notice, lease, outbox.now + rules.UNCONFIRMED_WAIT))
        return None
    if fate != rules.SEND or receiver is None or challenge is None or not secrets:
        ended = rules.DROPPED if fate == rules.SEND else fate  # no key made its secrets any more: nothing can be signed
        _note(lambda: outbox.notices.settle(replace(notice, state=ended), lease))
        return None
    payload = rules.payload(notice, challenge) if rests.entry is None else told_of_entry(notice, rests.entry)
    return Delivery(notice, lease, receiver.url, payload, tuple(secrets))


def _watched(notice: Notice, rests: Rests, outbox: Outbox) -> bool:
    """Return whether the subscription of a notice still speaks: a public one as long as its key holds."""
    if notice.subscription:
        public = rests.public
        if public is None or public.serial != notice.serial or rests.entry is None:
            return False
        key = outbox.api_keys.find(public.key_id)
        return key is not None and key.holds
    serials = {subscription.serial for subscription in rules.read_subscriptions(rests.subscriptions)}
    ended_at = from_key(rests.ended_at) if rests.ended_at else None
    return notice.serial in serials and rules.speaks(ended_at, outbox.now)


def note_delivered(delivery: Delivery, outcome: str, outbox: Outbox) -> None:
    """Note that a receiver took a notice."""
    notice = _tried(delivery, outcome, outbox, rules.DELIVERED)
    _note(lambda: outbox.notices.settle(notice, delivery.lease))


def note_failed(delivery: Delivery, outcome: str, outbox: Outbox, retry_after_seconds: int = 0) -> None:
    """Note that a try failed, and why as a code: it is due again by the schedule, or dead after the last try."""
    tries = len(delivery.notice.attempts) + 1
    retry_at = rules.next_try(delivery.notice, tries, outbox.now, retry_after_seconds)
    if retry_at is None:
        dead = _tried(delivery, outcome, outbox, rules.DEAD)
        _note(lambda: outbox.notices.settle(dead, delivery.lease))
        return
    waiting = _tried(delivery, outcome, outbox, rules.WAITING)
    _note(lambda: outbox.notices.again(waiting, delivery.lease, retry_at))


def note_gone(delivery: Delivery, outcome: str, outbox: Outbox) -> None:
    """Note that a receiver wants nothing any more (410): it is ended, and so is what still waits for it."""
    end_receiver(delivery.notice.receiver, outbox.registry)
    # If we stop here, the notice is due again when the lease ends, and dropped because its receiver is ended.
    dropped = _tried(delivery, outcome, outbox, rules.DROPPED)
    _note(lambda: outbox.notices.settle(dropped, delivery.lease))


def note_postponed(delivery: Delivery, outbox: Outbox) -> None:
    """Note that a notice could not be sent yet through no fault of its receiver: it is due again soon, no try is counted."""
    _note(lambda: outbox.notices.again(delivery.notice, delivery.lease, outbox.now + rules.POSTPONED_WAIT))


def _tried(delivery: Delivery, outcome: str, outbox: Outbox, state: str) -> Notice:
    attempts = (*delivery.notice.attempts, Attempt(to_key(outbox.now), outcome))
    return replace(delivery.notice, attempts=attempts, state=state)


def _note(write: Callable[[], None]) -> None:
    """Note what came of a lease; one that was lost, or given back by this very write with its answer lost, is past noting."""
    with suppress(ConditionFailedError):
        write()


def deliveries_of(receiver_id: str, limit: int, before: str | None, notices: OutboxStore, now: datetime) -> NoticePage:
    """Return what was and is to be sent to a receiver in the last days, newest first."""
    return notices.page(receiver_id, now - rules.KEPT, limit, before)


class AskedAgain(NamedTuple):
    """A notice that is due once more; `new` says that this request made it so."""

    notice: Notice
    new: bool


def ask_again(notice: Notice | None, number: int, notices: OutboxStore, now: datetime) -> AskedAgain:
    """Have a dead notice sent once more, for the `number`th time; the same number again changes nothing.

    Raises:
        NotFoundError: there is no such notice. NotNextError: another number is next. RefusedError: it is not dead.
    """
    for _ in range(COMMIT_TRIES):
        if notice is None or notice.kind == rules.CHALLENGE:
            raise NotFoundError("no such notification; another challenge is made by the same registration")
        if number == notice.asked_again:
            return AskedAgain(notice, new=False)
        if number != notice.asked_again + 1:
            raise NotNextError(notice.asked_again + 1)
        if notice.state != rules.DEAD:
            raise RefusedError(
                Problem("not_dead", f"it is {notice.state}: only what is dead is sent again", pointer="")
            )
        try:
            return AskedAgain(notices.revive(notice, now), new=True)
        except ConditionFailedError:  # somebody else, or this very write with its answer lost: look again
            notice = notices.find(notice.receiver, notice.occurred_at, notice.webhook_id)
    raise UnavailableError("others write this notification at the same time")
