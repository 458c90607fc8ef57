"""Delivering what waits in the outbox, to many receivers side by side; none that is dead or slow holds up the others.

A run goes in rounds until nothing is due, or its time is up. A round begins with what is new in the register
(`turn_entries.py`); then every receiver that something is due for has a
turn of its own, one request after another, and no longer than a few seconds; what its turn had no time for is due in the next
round. A receiver that lets time pass, asks to be left alone or fails several times in a row has no more turns in this run: what
waits for it stays due for the next one, and of that each run sends little more than one. What a notice goes through is told
in `outbox.py`.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, Protocol

import orjson

from chalicelib.domain.notices import CHALLENGE, retry_after_seconds
from chalicelib.domain.webhook_signatures import signatures, signed_bytes
from chalicelib.errors import UnavailableError, UnfinishedError
from chalicelib.usecases.outbox import (
    Delivery,
    Mark,
    Outbox,
    note_delivered,
    note_failed,
    note_gone,
    note_postponed,
    take,
)
from chalicelib.usecases.receivers import confirm_receiver
from chalicelib.usecases.tries import MINUTE, Bucket, TryCounter, spend

log = logging.getLogger("glasshall.webhooks")

ROUND_NOTICES, TURN_NOTICES = 4_000, 100
"""So many notices that are due are taken up in a round, and so many of them for one receiver."""
MARKS_LIMIT = 20_000
"""So many marks are read in a round to find them, past those of receivers that are left alone or have enough."""
TURN = timedelta(seconds=5)
"""After so long a receiver's turn ends with the request under way."""
STRIKES = 3
HOST_WAITS = "host_waits"
"""What a sender says of a challenge to a host that has had one a moment ago."""
LETS_TIME_PASS = frozenset({"timeout", "name_timeout", "connect_timeout", "http_429"})
GONE = "http_410"


class Outgoing(NamedTuple):
    """One request to send."""

    url: str
    headers: Mapping[str, str]
    payload: bytes
    wants_answer: bool
    """Whether what the receiver answers is read, beyond its status."""


class Answered(NamedTuple):
    """What came of a request: `http_` and the status, or why there is none."""

    outcome: str
    body: bytes = b""
    retry_after: str = ""


class Sender(Protocol):
    """Sends to addresses that strangers named."""

    def send(self, outgoing: Outgoing, admit: Callable[[str], bool] | None = None) -> Answered:
        """Send a request; `admit` is asked for each host before it is connected to, and if it refuses, so says the outcome."""


SideBySide = Callable[[Callable[["_Turn"], Counter[str]], Iterable["_Turn"]], list[Counter[str]]]


@dataclass(frozen=True, slots=True)
class Post:
    """What delivering needs."""

    outbox: Callable[[], Outbox]
    """The outbox at this very moment."""
    sender: Sender
    signing_keys: Sequence[bytes] = field(repr=False)
    """Ed25519 private keys that sign beside the secrets."""
    counter: TryCounter
    side_by_side: SideBySide
    turn: Callable[[], int]
    """Turns register entries into notices; returns how many subscriptions came further (`turn_entries.py`)."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a run did."""

    delivered: int
    failed: int
    postponed: int


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is due for one receiver."""

    receiver: str
    marks: Sequence[Mark]
    until: datetime
    dealings: "_Dealings"


class _Dealings:
    """How this run has fared with one receiver; used by one turn at a time."""

    def __init__(self) -> None:
        self._strikes = 0
        self.taken_up: set[Mark] = set()
        """An index that is behind shows them still."""

    @property
    def ended(self) -> bool:
        return self._strikes >= STRIKES

    def end(self) -> None:
        self._strikes = STRIKES

    def note(self, outcome: str, *, well: bool) -> None:
        if well:
            self._strikes = 0
        else:
            self._strikes += STRIKES if outcome in LETS_TIME_PASS else 1


def deliver_webhooks(post: Post, until: datetime) -> Delivered:
    """Send what is due until nothing is, or the time has come.

    Raises:
        UnfinishedError: storage failed for some, or a turn ended in a defect; all others were served.
    """
    dealings: defaultdict[str, _Dealings] = defaultdict(_Dealings)
    done: Counter[str] = Counter()
    while (outbox := post.outbox()).now < until:
        came_further = _turn(post, done)
        due = islice(outbox.notices.due(outbox.now), MARKS_LIMIT)
        turns = _turns(due, dealings, min(until, outbox.now + TURN))
        if not turns and not came_further:
            break
        for counted in post.side_by_side(lambda turn: _serve(turn, post), turns):
            done += counted
    if done["broken"]:
        raise UnfinishedError(f"{done['broken']} turns ended early: {dict(done)}")
    return Delivered(done["delivered"], done["failed"], done["postponed"])


def _turn(post: Post, done: Counter[str]) -> int:
    """Turn what is new in the register; where storage fails, what waits is sent all the same."""
    try:
        return post.turn()
    except UnavailableError as error:
        log.error("entries were not turned: %s", type(error).__name__)
        done["broken"] += 1
        return 0


def _turns(due: Iterable[Mark], dealings: defaultdict[str, _Dealings], until: datetime) -> list[_Turn]:
    """Return whose turn it is, and what of that which is due it is for: the oldest first."""
    by_receiver: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in islice((mark for mark in due if _open(mark, dealings[mark.receiver], by_receiver)), ROUND_NOTICES):
        by_receiver[mark.receiver].append(mark)
    return [_Turn(receiver, marks, until, dealings[receiver]) for receiver, marks in by_receiver.items()]


def _open(mark: Mark, dealings: _Dealings, chosen: Mapping[str, Sequence[Mark]]) -> bool:
    return not dealings.ended and mark not in dealings.taken_up and len(chosen.get(mark.receiver, ())) < TURN_NOTICES


def _serve(turn: _Turn, post: Post) -> Counter[str]:
    """Send to one receiver what is due for it, until its turn is over."""
    done: Counter[str] = Counter()
    try:
        for mark in turn.marks:
            outbox = post.outbox()
            if turn.dealings.ended or outbox.now >= turn.until:
                break
            turn.dealings.taken_up.add(mark)
            if (delivery := take(mark, outbox)) is not None:
                done[_deliver(delivery, turn.dealings, post)] += 1
    except Exception as error:  # noqa: BLE001 - it ends this receiver's turns, not those of others; the run fails in the end
        log.error("a turn ended early: %s", type(error).__name__)
        turn.dealings.end()
        done["broken"] += 1
    return done


def _deliver(delivery: Delivery, dealings: _Dealings, post: Post) -> str:
    """Send one notice and note what came of it; return that in a word."""
    outbox = post.outbox()
    admit = _admitting(post.counter, outbox.now) if delivery.notice.kind == CHALLENGE else None
    answered = post.sender.send(_outgoing(delivery, outbox.now, post.signing_keys), admit)
    outbox = post.outbox()
    if answered.outcome == HOST_WAITS:
        note_postponed(delivery, outbox)
        return "postponed"
    outcome = _judged(delivery, answered, outbox)
    well = outcome.startswith("http_2")
    dealings.note(outcome, well=well)
    if well:
        note_delivered(delivery, outcome, outbox)
    elif outcome == GONE:
        note_gone(delivery, outcome, outbox)
    else:
        note_failed(delivery, outcome, outbox, retry_after_seconds(answered.retry_after, outbox.now))
    return "delivered" if well else "failed"


def _outgoing(delivery: Delivery, now: datetime, signing_keys: Sequence[bytes]) -> Outgoing:
    timestamp = int(now.timestamp())
    signed = signed_bytes(delivery.webhook_id, timestamp, delivery.payload)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "glasshall-webhooks",
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(signed, delivery.secrets, signing_keys),
    }
    return Outgoing(delivery.url, headers, delivery.payload, delivery.notice.kind == CHALLENGE)


def _admitting(counter: TryCounter, now: datetime) -> Callable[[str], bool]:
    """One challenge a minute for each host, whoever registered how many receivers there under which names (W5)."""
    return lambda host: spend(Bucket(f"challenge#{host}", MINUTE, 1), counter, now) == 0


def _judged(delivery: Delivery, answered: Answered, outbox: Outbox) -> str:
    """Return the outcome; a challenge goes well only if it was answered."""
    if delivery.notice.kind != CHALLENGE or not answered.outcome.startswith("http_2"):
        return answered.outcome
    confirmed = confirm_receiver(delivery.notice.receiver, _challenge_in(answered.body), outbox.registry)
    return answered.outcome if confirmed else "challenge_wrong"


def _challenge_in(body: bytes) -> str:
    """Return the challenge that a body holds; empty if it holds none."""
    try:
        told: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    answered = told.get("challenge") if isinstance(told, dict) else None
    return answered if isinstance(answered, str) else ""
