"""Turning register entries into notices, for each subscription to public topics from its own cursor on.

    newest    the last index that is public; a subscription that has come so far is not looked at further
    window    which of the notices that it has outstanding do wait; while as many wait as it may have, it stands still
    page      entries after its cursor, in order; subscriptions at the same place share what was read
    turn      the notices and the cursor in one commit, on condition that the cursor is where it was

Killed anywhere, a subscription is where it was or where it was to be: nothing is told twice under two ids and nothing is left
out. Two runs at once: one of them has the cursor. A receiver that is dead holds up its own subscriptions and no others.

What it costs: of each run a query of the subscriptions, one of the keys and one for the newest entry. Of each entry and
subscription that wants it two write units for the notice, one for its mark, about one more to read later whether it waits;
of a page of up to a thousand entries one query for all subscriptions that stand there, and two write units for each of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import public_subscriptions as rules
from chalicelib.domain.instants import to_key
from chalicelib.domain.notices import Notice
from chalicelib.domain.public_subscriptions import WINDOW, Outstanding, PublicSubscription
from chalicelib.domain.receivers import ENDED
from chalicelib.errors import ConditionFailedError
from chalicelib.usecases.api_keys import ApiKeyStore
from chalicelib.usecases.receivers import ReceiverStore

PAGE_ENTRIES = 1_000
Entries = Sequence[Mapping[str, Any]]


class TurningStore(Protocol):
    """Where subscriptions, entries and notices live."""

    def all(self) -> list[PublicSubscription]:
        """Return every subscription."""

    def newest_index(self) -> int:
        """Return the last index of the register that is public; -1 while there is none."""

    def entries_after(self, index: int, limit: int) -> Entries:
        """Return entries after an index, in order and without a gap, as `/v1/changes` gives them."""

    def waiting(self, subscription: PublicSubscription) -> list[Outstanding]:
        """Return those of the outstanding notices that do wait."""

    def turn(self, before: PublicSubscription, after: PublicSubscription, notices: Sequence[Notice]) -> None:
        """Write the notices and move the cursor: all or nothing.

        Raises:
            ConditionFailedError: the cursor is not where it was, or the subscription has ended.
        """


@dataclass(frozen=True, slots=True)
class Turning:
    """What turning needs."""

    subscriptions: TurningStore
    api_keys: ApiKeyStore
    receivers: ReceiverStore
    now: Callable[[], datetime]


def turn_entries(turning: Turning) -> int:
    """Turn what is new for each subscription, a page at most; return how many subscriptions came further."""
    subscriptions, newest = turning.subscriptions.all(), turning.subscriptions.newest_index()
    behind = [each for each in subscriptions if each.cursor < newest]
    if not behind:
        return 0
    standing = {key.key_id for key in turning.api_keys.all() if key.holds}
    pages: dict[int, Entries] = {}
    return sum(_turn(each, pages, turning) for each in behind if each.key_id in standing)


def _turn(subscription: PublicSubscription, pages: dict[int, Entries], turning: Turning) -> bool:
    receiver = turning.receivers.find(subscription.receiver)
    if receiver is None or receiver.state == ENDED:
        return False
    waiting = turning.subscriptions.waiting(subscription)
    if len(waiting) >= WINDOW:
        return False
    if subscription.cursor not in pages:
        pages[subscription.cursor] = turning.subscriptions.entries_after(subscription.cursor, PAGE_ENTRIES)
    after, notices = rules.turned(subscription, waiting, pages[subscription.cursor], to_key(turning.now()))
    if after.cursor == subscription.cursor:
        return False
    try:
        turning.subscriptions.turn(subscription, after, notices)
    except ConditionFailedError:
        return False  # another run has turned it, or it has ended
    return True
