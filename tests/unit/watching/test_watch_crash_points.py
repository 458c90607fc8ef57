"""I1, I2, I8, W3: every storage call of every write that has to do with watching made to fail, before and after it persisted.

After each fault, at once: a case that moved has a notice for each of its subscriptions and each version, no more and no less.
After the same request was sent again: one effect, and the answer of an undisturbed run. And of deliverers killed anywhere:
every notice reaches its receiver, a repetition always under the same id.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.domain.notices import read_subscriptions
from chalicelib.store import keys
from chalicelib.usecases.case_access import StatusHead
from local.messages import Response
from tests.case_world import ACCEPTED, DECIDED, happened
from tests.fakes.memory_table import no_hook
from tests.faults import KINDS, Arm, Fault, attempt, every_fault
from tests.turns import Turns
from tests.unit.cases.invariants import hold_completed_by_the_same_request, hold_invariants
from tests.watch_world import Sent, WatchWorld, takes_all

VISITS = [happened("c1", f"v{number}", {**ACCEPTED, "event": "visited"}) for number in range(3)]
Operation = Callable[[Any], Response]


class Watched(WatchWorld):
    """A deployment whose case c1 is watched by two, from its first version on."""

    app_secret: str
    case_token: str


def prepare() -> Watched:
    """Return it, with nothing that waits."""
    world = Watched()
    world.begin()
    world.app_secret, world.case_token = world.watched()
    world.subscribe("c1", world.case_token, "s2", handle="h2")
    return world


def noticed(world: WatchWorld) -> Counter[str]:
    """Return the ids of all notices of changes, waiting or settled."""
    found = [item for key, item in world.memory.items.items() if key.pk.startswith("outbox#") and item["case_no"]]
    return Counter(str(item["sk"]).split("#")[1] for item in found)


def hold_outbox(world: WatchWorld, serials: list[str]) -> None:
    """Hold that each version after the first has one notice for each subscription."""
    version = int(world.memory.items[keys.case("c1")]["version"])
    assert noticed(world) == Counter(f"{serial}-{number}" for serial in serials for number in range(2, version + 1))


def serials_of(world: WatchWorld) -> list[str]:
    """Return the serials of the case's subscriptions."""
    head = world.wired.cases.head("c1")
    assert head is not None
    return [subscription.serial for subscription in read_subscriptions(head.subscriptions)]


CHANGES: dict[str, Operation] = {
    "an event": lambda world: world.event("c1", "e1", ACCEPTED),
    "a batch": lambda world: world.batch(VISITS),
}


@pytest.mark.parametrize("name", CHANGES)
def test_whatever_fails_in_a_change_it_is_told_to_each_who_watches_once(name: str) -> None:
    send = CHANGES[name]
    serials = serials_of(prepare())
    points = 0
    for world, arm, fault in every_fault(prepare, send):
        assert isinstance(world, Watched)
        attempt(send, world)
        arm.disarm()
        hold_invariants(world)
        hold_outbox(world, serials)
        assert send(world).status in (200, 201), fault
        hold_invariants(world)
        hold_outbox(world, serials)
        assert len(noticed(world)) == 2, fault
        points += 1
    assert points >= 4 * len(KINDS)


def shape(world: WatchWorld) -> dict[str, Any]:
    """Return what is stored of receivers, subscriptions and the outbox, but for instants and chance."""
    found: dict[str, Any] = {}
    for key, item in world.memory.items.items():
        if key.pk.startswith("receiver#"):
            found[key.pk] = {name: item[name] for name in ("url", "state", "challenge", "secret_number")}
        elif key.pk.startswith("outbox#"):
            found[f"{key.pk} {key.sk.split('#')[1][-2:]}"] = item["state"], "work_pk" in item
        elif "subscriptions" in item:
            stored = item["subscriptions"]
            assert isinstance(stored, bytes)
            held = orjson.loads(stored)
            found[key.pk] = [(entry["subscription_id"], entry["receiver"], entry["handle"]) for entry in held]
    return found


def told(answer: Response) -> dict[str, Any]:
    """Return an answer but for its instants and chance."""
    body = answer.json() if answer.body else {}
    return {name: value for name, value in body.items() if name not in ("received_at", "earlier_until", "query_code")}


WRITES: dict[str, Operation] = {
    "a registration of a receiver": lambda world: world.receiver("new"),
    "another secret": lambda world: world.with_secret("PUT", "/v1/receivers/app/secrets/2", world.app_secret),
    "the end of a receiver": lambda world: world.with_secret("DELETE", "/v1/receivers/app", world.app_secret),
    "a subscription": lambda world: world.subscribe("c1", world.case_token, "s3", handle="h3"),
    "the end of a subscription": lambda world: world.subscription("DELETE", "c1", world.case_token),
    "the end of tokens": lambda world: world.end_tokens("c1", world.case_token),
    "another query code": lambda world: world.code("c1", 1),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_killed_at_any_storage_call_is_completed_by_the_same_request_with_one_effect(name: str) -> None:
    hold_completed_by_the_same_request(prepare, WRITES[name], told, shape)


def test_a_challenge_is_made_anew_once_whatever_fails() -> None:
    def failed() -> Watched:
        world = prepare()
        world.receiver("new")
        world.deliver(lambda delivery: ("timeout", None))
        return world

    send = WRITES["a registration of a receiver"]
    for world, arm, fault in every_fault(failed, send):
        assert isinstance(world, Watched)
        attempt(send, world)
        arm.disarm()
        assert world.receiver("new").status == 200
        assert len(world.waiting()) == 1, fault


def due() -> Watched:
    """Return the deployment with three notices and a challenge due."""
    world = prepare()
    world.event("c1", "e1", ACCEPTED)
    world.subscription("DELETE", "c1", world.case_token, "s2")
    world.event("c1", "e2", DECIDED)
    world.receiver("new")
    return world


def deliver(world: Any) -> Any:
    """Deliver what is due."""
    return world.deliver()


def in_another_process(world: WatchWorld) -> None:
    """Let the leases of a process that is gone run out."""
    world.restart()
    world.pass_time(seconds=61)


def test_whatever_fails_in_delivering_every_notice_arrives_and_a_repetition_has_the_same_id() -> None:
    wanted = {sent["webhook_id"] for sent in due().deliver()}
    assert len(wanted) == 3  # two changes for the subscription that stands, and the challenge
    twice = points = 0
    for world, arm, fault in every_fault(due, deliver):
        assert isinstance(world, Watched)
        arrived: Counter[str] = Counter()

        def send(sent: Sent, arrived: Counter[str] = arrived) -> tuple[str, Any]:
            arrived[sent.webhook_id] += 1
            return takes_all(sent)

        attempt(lambda world, send=send: world.deliver(send), world)  # type: ignore[misc]
        arm.disarm()
        in_another_process(world)
        world.deliver(send)
        assert set(arrived) == wanted, fault
        assert sum(arrived.values()) <= len(wanted) + 1, fault
        assert world.waiting() == [], fault
        assert world.receiver("new").json()["state"] == "active"
        twice += sum(arrived.values()) - len(wanted)
        points += 1
    assert points >= 10 * len(KINDS)
    assert 0 < twice < points


def test_two_faults_in_a_row_lose_nothing_either() -> None:
    chance = Random("two faults")
    for world, _, first in every_fault(due, deliver):
        assert isinstance(world, Watched)
        attempt(deliver, world)
        in_another_process(world)
        second = Fault(chance.randrange(20), chance.choice(KINDS))
        arm = Arm(world, second)
        attempt(deliver, world)
        arm.disarm()
        in_another_process(world)
        world.deliver()
        assert world.waiting() == [], (first, second)
        notices = [item for key, item in world.memory.items.items() if key.pk.startswith("outbox#")]
        assert Counter(str(item["state"]) for item in notices) == {"delivered": 4, "dropped": 1}, (first, second)


def noting(world: Watched, began: list[int]) -> None:
    """Note at which version of the case each change of its subscriptions took place."""
    statuses = world.wired.case_statuses
    replace = statuses.replace_subscriptions

    def replace_and_note(before: StatusHead, after: bytes) -> None:
        replace(before, after)
        began.append(int(world.memory.items[keys.case("c1")]["version"]))

    statuses.replace_subscriptions = replace_and_note  # type: ignore[method-assign]


@pytest.mark.parametrize("block", range(4))
def test_who_begins_to_watch_while_the_case_changes_is_told_of_every_change_after_that(block: int) -> None:
    world = prepare()
    saved = world.save()
    sends: list[Callable[[], Response]] = [
        lambda: world.event("c1", "e1", ACCEPTED),
        lambda: world.subscribe("c1", world.case_token, "s3", handle="h3"),
        lambda: world.batch(VISITS),
        lambda: world.event("c1", "e2", DECIDED),
    ]
    places = set()
    for seed in range(block * 20, (block + 1) * 20):
        world.put_back(saved)
        began: list[int] = []
        noting(world, began)
        answers = Turns(world, Random(f"watching {seed}")).run(sends)
        world.memory.hook = no_hook
        assert {answer.status for answer in answers} <= {200, 201}, seed
        hold_invariants(world)
        serials, version = serials_of(world), int(world.memory.items[keys.case("c1")]["version"])
        begins = zip(serials, (1, 1, *began), strict=True)
        wanted = [f"{serial}-{number}" for serial, first in begins for number in range(first + 1, version + 1)]
        assert noticed(world) == Counter(wanted), seed
        places.add(began[0])
    assert len(places) > 1, "the subscription always came first or last"
