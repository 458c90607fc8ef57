"""Working off the outbox: leases, retries, what waits and what ends; many deliverers at once, killed anywhere."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain.notices import LEASE
from chalicelib.usecases.outbox import Delivery, note_delivered, note_failed, note_gone
from tests.case_world import ACCEPTED, DECIDED
from tests.watch_world import URL, WatchWorld


class Watched(WatchWorld):
    """A deployment with a case that is watched and has changed."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()
        self.app_secret, self.case_token = self.watched()
        self.event("c1", "e1", ACCEPTED)


@pytest.fixture(scope="module")
def begun() -> tuple[Watched, Any]:
    """Return the deployment and its beginning."""
    world = Watched()
    return world, world.save()


@pytest.fixture
def world(begun: tuple[Watched, Any]) -> Watched:
    """Return the deployment at its beginning."""
    world, saved = begun
    world.secret = b"a secret of the tests, which is long"
    world.put_back(saved)
    return world


def states(world: Watched) -> list[str]:
    """Return the states of the notices of changes, oldest first."""
    items = sorted(world.memory.items.items())
    return [str(item["state"]) for key, item in items if key.pk.startswith("outbox#") and item["case_no"]]


def take(world: Watched) -> list[Delivery]:
    """Take what is due."""
    return world.take()


def test_a_delivery_has_all_that_is_needed_to_send_it(world: Watched) -> None:
    (delivery,) = take(world)
    assert delivery.url == URL
    assert len(delivery.secrets) == 1
    assert delivery.secrets[0] not in repr(delivery)
    assert delivery.payload.startswith(b'{"type":"case.updated"')


def test_during_a_rotation_a_delivery_is_signed_with_both_secrets(world: Watched) -> None:
    first = world.app_secret
    second = world.with_secret("PUT", "/v1/receivers/app/secrets/2", first).json()["secret"]
    assert take(world)[0].secrets == (second, first)
    world.pass_time(hours=25)
    assert take(world)[0].secrets == (second,)


def test_a_leased_notice_is_due_again_only_when_the_lease_ends(world: Watched) -> None:
    assert len(take(world)) == 1
    assert take(world) == []
    world.pass_time(seconds=LEASE.total_seconds() - 1)
    assert take(world) == []
    world.pass_time(seconds=1)
    assert len(take(world)) == 1


def test_who_lost_the_lease_notes_nothing_and_the_other_word_counts(world: Watched) -> None:
    (slow,) = take(world)
    world.pass_time(seconds=61)
    (quick,) = take(world)
    note_failed(slow, "timeout", world.outbox)
    assert states(world) == ["waiting"]
    assert take(world) == []
    note_delivered(quick, "http_200", world.outbox)
    note_failed(slow, "timeout", world.outbox)
    assert states(world) == ["delivered"]
    assert world.waiting() == []


def test_of_two_who_saw_the_same_mark_one_has_it(world: Watched) -> None:
    marks = world.wired.outbox.due(world.now)
    until = world.now + LEASE
    taken = [world.wired.outbox.take(mark, lease, until) for mark in marks for lease in ("one", "two")]
    assert [notice is not None for notice in taken] == [True, False]


def test_a_notice_that_always_fails_is_tried_ten_times_over_three_days_and_is_then_dead(world: Watched) -> None:
    tries, began = 0, world.now
    for _ in range(10_000):
        tries += len(world.deliver(lambda delivery: ("http_500", None)))
        if states(world) == ["dead"]:
            break
        world.pass_time(seconds=60)
    assert tries == 10
    assert timedelta(hours=75) < world.now - began < timedelta(hours=85)
    assert world.waiting() == []


def test_what_an_unconfirmed_receiver_is_to_be_told_waits_for_it_and_comes_once_it_is_confirmed(
    world: Watched,
) -> None:
    world.receiver("late")
    world.subscribe("c1", world.case_token, "s2", "late", "h2")
    world.event("c1", "e2", DECIDED)
    sent = world.deliver(lambda sent: ("timeout" if "challenge" in sent.type_ else "http_200", None))
    assert sorted(found["type"] for found in sent) == ["case.updated", "case.updated", "receiver.challenge"]
    assert len(world.waiting()) == 1
    world.pass_time(minutes=50)
    assert world.deliver() == []
    assert world.receiver("late").status == 200  # the same registration again: a new challenge in place of the failed
    assert [found["type"] for found in world.deliver()] == ["receiver.challenge"]
    world.pass_time(hours=1)
    assert [found["data"]["handle"] for found in world.deliver()] == ["h2"]


def test_a_challenge_that_is_on_its_way_is_not_sent_twice_however_often_the_registration_is(world: Watched) -> None:
    for _ in range(5):
        world.receiver("late")
    assert len([found for found in world.deliver() if found["type"] == "receiver.challenge"]) == 1


def test_a_wrong_answer_to_a_challenge_confirms_nobody(world: Watched) -> None:
    world.receiver("late")
    world.deliver(lambda delivery: ("http_200", "0" * 64))
    assert world.receiver("late").json()["state"] == "pending"


def test_what_waits_for_an_unconfirmed_receiver_expires_after_a_week(world: Watched) -> None:
    world.receiver("late")
    world.subscribe("c1", world.case_token, "s2", "late", "h2")
    world.deliver(lambda sent: ("http_500", None) if sent.data["receiver"] == "late" else ("http_200", None))
    world.event("c1", "e2", DECIDED)
    for _ in range(8):
        world.deliver()
        world.pass_time(days=1)
    assert sorted(states(world)) == ["delivered", "delivered", "expired"]


def test_a_receiver_that_says_gone_is_ended_and_nothing_more_is_sent_to_it(world: Watched) -> None:
    world.event("c1", "e2", DECIDED)
    first, _ = take(world)
    note_gone(first, "http_410", world.outbox)
    assert world.receiver().json()["state"] == "ended"
    world.pass_time(seconds=61)
    assert world.deliver() == []
    assert states(world) == ["dropped", "dropped"]


def test_what_is_due_is_found_by_index_oldest_first(world: Watched) -> None:
    for number in range(30):
        world.event("c1", f"v{number}", {**ACCEPTED, "event": "visited"})
    world.memory.calls.clear()
    due = list(world.wired.outbox.due(world.now))
    assert {call for call, _ in world.memory.calls} == {"query"}
    assert {detail[1] for _, detail in world.memory.calls} == {"work"}  # type: ignore[index]
    assert len(due) == 31
    assert [mark.due_at for mark in due] == sorted(mark.due_at for mark in due)
    assert list(world.wired.outbox.due(world.now - timedelta(days=1))) == []


def test_a_notice_of_a_receiver_whose_key_is_gone_from_the_ring_ends_and_stops_no_other(world: Watched) -> None:
    world.secret = b'{"keys": [{"id": "9", "secret": "' + b"n" * 40 + b'"}]}'
    world.restart()
    assert take(world) == []
    assert states(world) == ["dropped"]


def test_an_index_that_lags_leads_to_no_second_sending(world: Watched) -> None:
    world.memory.lagging = True
    assert len(world.deliver()) == 1
    assert len(list(world.wired.outbox.due(world.now))) == 1
    assert world.deliver() == []


def test_a_secret_made_from_a_key_that_was_replaced_says_so_and_goes_over_to_the_newest_when_it_is_rotated(
    world: Watched,
) -> None:
    def seen(secret: str) -> tuple[Any, Any]:
        found = world.with_secret("GET", "/v1/receivers/ringed/deliveries", secret).json()["receiver"]
        return found["secret_number"], found.get("secret_outdated")

    both = [{"id": "2", "secret": "n" * 40}, {"id": "1", "secret": "a secret of the tests, made longer than it was"}]
    world.secret = both[1]["secret"].encode()
    world.restart()
    secret = world.receiver("ringed").json()["secret"]
    assert seen(secret) == (1, None)
    world.secret = orjson.dumps({"keys": both})
    world.restart()
    assert seen(secret) == (1, True)
    fresh = world.with_secret("PUT", "/v1/receivers/ringed/secrets/2", secret).json()["secret"]
    world.secret = orjson.dumps({"keys": both[:1]})
    world.restart()
    assert seen(fresh) == (2, None)
    assert world.with_secret("GET", "/v1/receivers/ringed/deliveries", secret).status == 401


def test_a_new_key_that_is_dropped_leaves_the_earlier_secret_good_until_its_day_is_over(world: Watched) -> None:
    new, old = {"id": "2", "secret": "n" * 40}, {"id": "1", "secret": "a secret of the tests, made longer than it was"}
    path = "/v1/receivers/ringed/deliveries"
    world.secret = old["secret"].encode()
    world.restart()
    secret = world.receiver("ringed").json()["secret"]
    world.secret = orjson.dumps({"keys": [new, old]})
    world.restart()
    lost = world.with_secret("PUT", "/v1/receivers/ringed/secrets/2", secret).json()["secret"]
    world.secret = orjson.dumps({"keys": [old]})
    world.restart()
    assert world.with_secret("GET", path, secret).json()["receiver"]["secret_outdated"] is True
    assert world.with_secret("GET", path, lost).status == 401
    assert world.with_secret("PUT", "/v1/receivers/ringed/secrets/3", secret).status == 201
