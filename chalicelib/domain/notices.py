"""Notifications of what was subscribed to: who watches a case, what is to be sent, and when it is tried again.

A notice says that something changed and since which version, never what: the handle that the app chose stands for the case,
and the app asks for the status with its token. What holds:

- One notice for each (case, version, subscription), its id fixed by them, so that a receiver can tell a repetition.
- A subscription ends with the tokens of its case and speaks no longer than a token would: a notice is held to both once
  more before it is sent, for it may wait for days.
- Retries follow the schedule of Standard Webhooks 1.0.0; a challenge is tried once. A dead notice that its receiver asks
  for again is tried once for each time it asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.case_tokens import AFTER_END
from chalicelib.domain.instants import from_key
from chalicelib.domain.receivers import ACTIVE, ENDED, PENDING, Receiver

CASE_UPDATED, CHALLENGE = "case.updated", "receiver.challenge"
SUBSCRIPTIONS_LIMIT = 10

WAITING, DELIVERED, DEAD, DROPPED, EXPIRED = "waiting", "delivered", "dead", "dropped", "expired"
"""What becomes of a notice: on its way; taken by its receiver; all tries failed; nobody wants it any more; too old."""

RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long to wait after each failed try; after the last there is none, and after a challenge's first."""
SPREAD = 0.1
"""By how much of itself a wait is made longer, by the notice's id: what failed together does not come again together."""
LONGEST_RETRY_AFTER_SECONDS = 86_400
LEASE = timedelta(seconds=60)
"""How long a try may take before another may be made: four times what a sender waits for an answer at most."""
UNCONFIRMED_WAIT = timedelta(hours=1)
POSTPONED_WAIT = timedelta(minutes=1)
EXPIRES_AFTER = timedelta(days=7)
KEPT = timedelta(days=30)


# Subscriptions


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of a case's changes, and under which handle."""

    subscription_id: str
    receiver: str
    handle: str
    sha256: str
    """Of the bytes that made it."""
    received_at: str
    serial: str
    """Chance that nobody can guess: the ids of its notices begin with it and so tell nothing of the case."""


def read_subscriptions(stored: bytes) -> tuple[Subscription, ...]:
    """Return the subscriptions that a case item holds."""
    return tuple(Subscription(**entry) for entry in orjson.loads(stored)) if stored else ()


def write_subscriptions(subscriptions: Sequence[Subscription]) -> bytes:
    """Return subscriptions as the case item holds them; none are no bytes."""
    return orjson.dumps(subscriptions) if subscriptions else b""


# Notices


class Attempt(NamedTuple):
    """One try to deliver: when, and what came of it as a code."""

    at: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of the outbox."""

    webhook_id: str
    kind: str
    receiver: str
    occurred_at: str
    case_no: str = ""
    handle: str = ""
    version: int = 0
    subscription: str = ""
    """The public subscription that it is of, if it is of one."""
    index: int = -1
    """The register entry that it tells of, if it does."""
    state: str = WAITING
    attempts: tuple[Attempt, ...] = ()
    asked_again: int = 0
    """How often its receiver asked for it after it was dead."""

    @property
    def serial(self) -> str:
        """The serial of the subscription that it is of."""
        return self.webhook_id.rpartition("-")[0]


class CaseChange(NamedTuple):
    """What a change of a case does to what its holder sees."""

    case_no: str
    version: int
    before: bytes
    after: bytes
    ended_at: datetime | None
    at: str


def notices_of(change: CaseChange, subscriptions: Sequence[Subscription]) -> list[Notice]:
    """Return what is to be sent of a change: nothing if its holder sees what he saw, or saw it last too long ago."""
    if change.before == change.after or not speaks(change.ended_at, from_key(change.at)):
        return []
    return [
        Notice(
            webhook_id=f"{subscription.serial}-{change.version}",
            kind=CASE_UPDATED,
            receiver=subscription.receiver,
            occurred_at=change.at,
            case_no=change.case_no,
            handle=subscription.handle,
            version=change.version,
        )
        for subscription in subscriptions
    ]


def speaks(ended_at: datetime | None, now: datetime) -> bool:
    """Return whether subscriptions of a case still speak: as long as a token of it would hold."""
    return ended_at is None or now < ended_at + AFTER_END


def challenge_notice(receiver: Receiver) -> Notice:
    """Return the newest challenge of a receiver as an entry of the outbox."""
    serial = sha256(receiver.receiver_id.encode()).hexdigest()[:32]
    webhook_id = f"{serial}-{receiver.challenge}"
    return Notice(webhook_id, CHALLENGE, receiver.receiver_id, receiver.challenged_at)


def payload(notice: Notice, challenge: str) -> bytes:
    """Return the bytes to send, the same at every try."""
    told: dict[str, Any] = {"receiver": notice.receiver}
    if notice.kind == CHALLENGE:
        told["challenge"] = challenge
    else:
        told |= {"handle": notice.handle, "version": notice.version}
    return orjson.dumps({"type": notice.kind, "timestamp": notice.occurred_at, "data": told})


# What becomes of it


SEND, WAIT = "send", "wait"


def fate(notice: Notice, receiver: Receiver | None, *, watched: bool, now: datetime) -> str:
    """Return whether a notice is to be sent now, has to wait, or ends; `watched` says that its subscription still speaks."""
    if receiver is None or receiver.state == ENDED:
        return DROPPED
    if now >= from_key(notice.occurred_at) + EXPIRES_AFTER and not notice.asked_again:
        return EXPIRED
    if notice.kind == CHALLENGE:
        return SEND if receiver.state == PENDING else DELIVERED  # it was answered: only the note of it was lost
    if not watched:
        return DROPPED
    return SEND if receiver.state == ACTIVE else WAIT


def next_try(notice: Notice, failures: int, now: datetime, retry_after_seconds: int = 0) -> datetime | None:
    """Return when a notice is tried again after so many failures, or None when it is given up.

    `retry_after_seconds` is what the receiver asked for; it can make a wait longer, up to a day.
    """
    if failures > len(RETRY_SECONDS) or notice.kind == CHALLENGE:
        return None
    share = sha256(notice.webhook_id.encode()).digest()[0] / 255
    wait_seconds = RETRY_SECONDS[failures - 1] * (1 + SPREAD * share)
    return now + timedelta(seconds=max(wait_seconds, min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS)))


def retry_after_seconds(text: str, now: datetime) -> int:
    """Return the wait that a `Retry-After` asks for, in seconds or up to a date (RFC 9110, 10.2.3); 0 where it asks for none."""
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_RETRY_AFTER_SECONDS)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter of a year, an hour or an offset that no machine counts
        return 0
    aware = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0, min(int((aware - now).total_seconds()), LONGEST_RETRY_AFTER_SECONDS))
