"""Notices: one for each change that is seen and each subscription, naming nobody; tried again by the schedule."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain.case_tokens import AFTER_END
from chalicelib.domain.instants import from_key
from chalicelib.domain.notices import (
    DELIVERED,
    DROPPED,
    EXPIRED,
    EXPIRES_AFTER,
    RETRY_SECONDS,
    SEND,
    SPREAD,
    WAIT,
    CaseChange,
    Notice,
    Subscription,
    challenge_notice,
    fate,
    next_try,
    notices_of,
    payload,
    read_subscriptions,
    write_subscriptions,
)
from chalicelib.domain.receivers import ACTIVE, ENDED, PENDING, Receiver

AT = "2026-11-23T02:00:00.000Z"
NOW = from_key(AT)
SECOND = timedelta(seconds=1)


def subscription(name: str = "s1", handle: str = "h-市民") -> Subscription:
    """Return a subscription."""
    return Subscription(name, "app", handle, "0" * 64, AT, f"{name:0<32}")


def change(**members: Any) -> CaseChange:
    """Return a change that the holder sees."""
    return CaseChange(**{"case_no": "2026-17", "version": 4, "before": b"a", "after": b"b", "ended_at": None, "at": AT, **members})  # fmt: skip


def receiver(state: str) -> Receiver:
    """Return a receiver in a state."""
    return Receiver("app", "https://a.example/", state, "0" * 64, AT, 1, AT, 1, "1")


def notice(**members: Any) -> Notice:
    """Return a notice of a change."""
    return replace(notices_of(change(), [subscription()])[0], **members)


def test_subscriptions_come_back_as_they_were_written_and_none_are_no_bytes() -> None:
    held = (subscription(), subscription("s2"))
    assert read_subscriptions(write_subscriptions(held)) == held
    assert write_subscriptions(()) == b""
    assert read_subscriptions(b"") == ()


def test_a_change_makes_one_notice_for_each_subscription_with_an_id_that_is_always_the_same() -> None:
    held = [subscription(), subscription("s2")]
    made = notices_of(change(), held)
    assert [found.webhook_id for found in made] == [f"{entry.serial}-4" for entry in held]
    assert notices_of(change(), held) == made
    assert [found.serial for found in made] == [entry.serial for entry in held]


def test_what_the_holder_does_not_see_makes_no_notice() -> None:
    assert notices_of(change(after=b"a"), [subscription()]) == []


def test_a_subscription_speaks_as_long_as_a_token_of_the_case_would_hold() -> None:
    last = NOW - AFTER_END
    assert notices_of(change(ended_at=last), [subscription()]) == []
    assert len(notices_of(change(ended_at=last + SECOND), [subscription()])) == 1


def test_a_payload_names_neither_the_case_nor_what_changed() -> None:
    sent = payload(notice(), "")
    assert b"2026-17" not in sent
    assert orjson.loads(sent) == {
        "type": "case.updated",
        "timestamp": AT,
        "data": {"receiver": "app", "handle": "h-市民", "version": 4},
    }
    asked = payload(challenge_notice(receiver(PENDING)), "c" * 64)
    assert orjson.loads(asked)["data"] == {"receiver": "app", "challenge": "c" * 64}


@pytest.mark.parametrize("made", [notice(), challenge_notice(receiver(PENDING))])
def test_no_id_holds_a_full_stop_which_separates_what_is_signed(made: Notice) -> None:
    assert "." not in made.webhook_id


@pytest.mark.parametrize(
    ("state", "watched", "wanted"),
    [
        (None, True, DROPPED),
        (ENDED, True, DROPPED),
        (PENDING, True, WAIT),
        (PENDING, False, DROPPED),
        (ACTIVE, True, SEND),
        (ACTIVE, False, DROPPED),
    ],
)
def test_what_becomes_of_a_notice(state: str | None, watched: bool, wanted: str) -> None:
    there = None if state is None else receiver(state)
    assert fate(notice(), there, watched=watched, now=NOW) == wanted


@pytest.mark.parametrize(("state", "wanted"), [(PENDING, SEND), (ACTIVE, DELIVERED), (ENDED, DROPPED)])
def test_a_challenge_is_sent_only_to_who_is_not_confirmed(state: str, wanted: str) -> None:
    asked = challenge_notice(receiver(PENDING))
    assert fate(asked, receiver(state), watched=False, now=NOW) == wanted


def test_a_notice_is_too_old_after_a_week() -> None:
    assert fate(notice(), receiver(ACTIVE), watched=True, now=NOW + EXPIRES_AFTER - SECOND) == SEND
    assert fate(notice(), receiver(ACTIVE), watched=True, now=NOW + EXPIRES_AFTER) == EXPIRED


def test_tries_follow_the_schedule_of_standard_webhooks_and_end_before_a_notice_is_too_old() -> None:
    waits = [next_try(notice(), failures, NOW) for failures in range(1, 10)]
    planned = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
    assert planned == RETRY_SECONDS
    for wait, seconds in zip(waits, planned, strict=True):
        assert wait is not None
        assert seconds <= (wait - NOW).total_seconds() <= seconds * (1 + SPREAD)
    assert next_try(notice(), 10, NOW) is None
    assert timedelta(seconds=sum(planned) * (1 + SPREAD)) < EXPIRES_AFTER


def test_notices_that_failed_together_do_not_all_come_again_together() -> None:
    again = {next_try(notice(webhook_id=f"{number:032x}-1"), 4, NOW) for number in range(100)}
    assert len(again) > 50


def test_a_receiver_may_ask_for_a_longer_wait_up_to_a_day_and_never_for_a_shorter() -> None:
    assert next_try(notice(), 1, NOW, retry_after_seconds=600) == NOW + timedelta(seconds=600)
    assert next_try(notice(), 1, NOW, retry_after_seconds=10**9) == NOW + timedelta(days=1)
    assert next_try(notice(), 2, NOW, retry_after_seconds=1) == next_try(notice(), 2, NOW)


def test_a_challenge_is_tried_once() -> None:
    assert next_try(challenge_notice(receiver(PENDING)), 1, NOW) is None
