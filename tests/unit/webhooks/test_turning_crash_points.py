"""Every storage call of turning and delivering made to fail: nothing is lost, nothing stands twice, cursors never go back."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from chalicelib.domain.public_subscriptions import WINDOW
from chalicelib.store import keys
from chalicelib.store.table import Delete, Put
from local.messages import Response
from tests.faults import KINDS, attempt, every_fault
from tests.turns import Turns
from tests.watch_world import Sent, WatchWorld, takes_all


class Told(WatchWorld):
    """A deployment in which two subscriptions are told of a new service."""

    key_text: str


def prepare() -> Told:
    """Return it with acts in the register that nobody was told of yet."""
    world = Told()
    world.begin()
    world.log()
    world.receiver()
    world.deliver()
    world.key_text = world.api_key()
    world.subscribe_publicly("s1", world.key_text, topics=["service.published"])
    world.subscribe_publicly("s2", world.key_text, topics=["rule.*", "service.*"], agency="bureau")
    world.service("s9")
    world.log()
    return world


def deliver(world: Any) -> Any:
    """Run the job."""
    return world.deliver()


def in_another_process(world: WatchWorld) -> None:
    """Let the leases of a process that is gone run out."""
    world.restart()
    world.pass_time(seconds=61)


def stored(world: WatchWorld) -> Counter[str]:
    """Return the ids of all notices of entries."""
    found = [item for key, item in world.memory.items.items() if key.pk.startswith("outbox#") and "index" in item]
    return Counter(str(item["sk"]).split("#")[1] for item in found)


def cursors(world: WatchWorld) -> dict[str, int]:
    """Return how far each subscription has come."""
    return {each.subscription_id: each.cursor for each in world.wired.public_subscriptions.all()}


def test_whatever_fails_every_act_is_told_under_one_id_and_the_cursors_reach_the_end() -> None:
    before = cursors(prepare())
    wanted = {sent["webhook_id"] for sent in prepare().deliver()}
    assert len(wanted) == 2
    points = twice = 0
    for world, arm, fault in every_fault(prepare, deliver):
        assert isinstance(world, Told)
        arrived: Counter[str] = Counter()

        def send(sent: Sent, arrived: Counter[str] = arrived) -> tuple[str, Any]:
            arrived[sent.webhook_id] += 1
            return takes_all(sent)

        attempt(lambda world, send=send: world.deliver(send), world)  # type: ignore[misc]
        arm.disarm()
        assert all(cursors(world)[name] >= cursor for name, cursor in before.items()), fault
        in_another_process(world)
        world.deliver(send)
        assert set(arrived) == set(stored(world)) == wanted, fault
        assert max(stored(world).values()) == 1, fault
        assert sum(arrived.values()) <= len(wanted) + 1, fault
        assert set(cursors(world).values()) == {world.wired.public_subscriptions.newest_index()}, fault
        assert world.waiting() == [], fault
        twice += sum(arrived.values()) - len(wanted)
        points += 1
    assert points >= 20 * len(KINDS)
    assert 0 < twice < points


WRITES: dict[str, Callable[[Any], Response]] = {
    "a subscription": lambda world: world.subscribe_publicly("s3", world.key_text, topics=["rule.*"]),
    "its end": lambda world: world.public_subscription("DELETE", world.key_text, "s1"),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_killed_at_any_storage_call_is_completed_by_the_same_request_with_one_effect(name: str) -> None:
    send, unharmed = WRITES[name], prepare()
    send(unharmed)
    wanted = {each.subscription_id for each in unharmed.wired.public_subscriptions.all()}
    for world, arm, fault in every_fault(prepare, send):
        assert isinstance(world, Told)
        attempt(send, world)
        arm.disarm()
        assert send(world).status in (200, 201, 204), fault
        assert {each.subscription_id for each in world.wired.public_subscriptions.all()} == wanted, fault


def test_two_runs_at_once_turn_each_entry_once() -> None:
    world = prepare()
    saved = world.save()
    for seed in range(10):
        world.put_back(saved)
        arrived: Counter[str] = Counter()

        def send(sent: Sent, arrived: Counter[str] = arrived) -> tuple[str, Any]:
            arrived[sent.webhook_id] += 1
            return takes_all(sent)

        Turns(world, Random(f"turning {seed}")).run([lambda: world.deliver(send), lambda: world.deliver(send)])
        world.memory.hook = lambda moment, call, detail: None
        world.pass_time(seconds=61)
        world.deliver(send)
        assert max(stored(world).values()) == 1, seed
        assert set(arrived) == set(stored(world)), seed
        assert set(arrived.values()) == {1}, seed


def test_a_dead_receiver_has_at_most_a_window_waiting_and_is_told_of_everything_when_it_is_back() -> None:
    world = prepare()
    world.public_subscription("DELETE", world.key_text, "s1")
    world.deliver()
    for number in range(WINDOW + 20):
        world.service(f"more{number}")
    world.log()
    for _ in range(5):
        world.deliver(lambda sent: ("timeout", None))
        world.pass_time(seconds=30)
    newest = world.wired.public_subscriptions.newest_index()
    assert len(world.waiting()) == WINDOW
    assert cursors(world) == {"s2": newest - 20}
    arrived = set[int]()
    for _ in range(10):
        arrived |= {sent["data"]["register_index"] for sent in world.deliver()}
        world.pass_time(minutes=20)
    assert arrived == set(range(newest - WINDOW - 19, newest + 1))


def test_an_entry_that_a_late_read_lacks_stops_the_page_and_is_not_left_out() -> None:
    world = prepare()
    world.service("s10")
    world.log()
    newest = world.wired.public_subscriptions.newest_index()
    lacking = world.memory.items[keys.entry(newest - 1)]
    world.memory.commit(Delete(keys.entry(newest - 1)))
    assert world.deliver() == []
    world.memory.commit(Put(lacking))
    assert {sent["data"]["register_index"] for sent in world.deliver()} == {newest - 1, newest}
