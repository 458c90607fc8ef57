"""The stream of events of a case, with the clock and the register job running between them, killed at every storage call.

Whatever failed was sent or run again, as in life. At the end there is what an undisturbed run leaves: every card once, with
the same acts, each of them once in the register, and the case remembers exactly the cards there are.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import orjson
import pytest

from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.store import keys
from tests.faults import KINDS, Arm, Fault, KilledError
from tests.unit.cases.invariants import hold_invariants
from tests.unit.supervision.worlds import DECIDED_IN_TIME, REASON, SupervisedWorld

SomeWorld = TypeVar("SomeWorld", bound=SupervisedWorld)
Step = Callable[[SupervisedWorld], Any]
VOID = {"event": "corrected_event", "occurred_at": "2026-11-30T09:00:00+08:00", "corrects": "e2"}


def at(text: str, step: Callable[[SomeWorld], Any]) -> Callable[[SomeWorld], Any]:
    """Do a step at an instant."""
    return lambda world: step(world.at(text))


def answer(world: SupervisedWorld) -> Any:
    """Answer the yellow card that turned red."""
    (card,) = (card for card, state in world.cards().items() if state["content"]["rule"] == "promised_limit")
    return world.put(f"/v1/intake/supervision/{card}/acts/5", {"act": "answer", **REASON}, "bureau-clerk")


STREAM: tuple[Step, ...] = (
    at("2026-11-28T00:00:01+08:00", SupervisedWorld.clock),  # raises the yellow card
    at("2026-11-28T00:10:00+08:00", SupervisedWorld.log),
    at("2026-11-28T10:00:00+08:00", lambda world: world.event("c", "e2", DECIDED_IN_TIME)),
    at("2026-11-28T10:15:00+08:00", SupervisedWorld.clock),  # lifts it
    at("2026-11-30T10:00:00+08:00", lambda world: world.event("c", "e3", VOID)),
    at("2026-11-30T10:15:00+08:00", SupervisedWorld.clock),  # raises it again
    at("2026-12-08T00:00:01+08:00", SupervisedWorld.clock),  # turns it red
    at("2026-12-19T00:00:01+08:00", SupervisedWorld.clock),  # raises the red one
    at("2026-12-20T09:00:00+08:00", answer),
    at("2026-12-20T10:00:00+08:00", SupervisedWorld.log),
)
ACTS = {
    ("promised_limit", "2026-11-27"): ["raise", "lift", "raise", "redden", "answer"],
    ("statutory_limit", "2026-12-18"): ["raise"],
}


def until_done(step: Callable[[SomeWorld], Any], world: SomeWorld) -> None:
    """Do a step again, in a new process, until it is answered well."""
    for _ in range(3):
        try:
            done = step(world)
        except (KilledError, UnavailableError, ConditionFailedError):
            world.restart()
            continue
        if getattr(done, "status", 200) in (200, 201):
            return
    raise AssertionError("a step does not come through")


def run_stream(world: SupervisedWorld) -> None:
    for step in STREAM:
        until_done(step, world)


def prepare() -> SupervisedWorld:
    world = SupervisedWorld().begin()
    world.log()
    return world


def acts_of_cards(world: SupervisedWorld) -> dict[tuple[str, str], list[str]]:
    """Return the names of the acts of every card, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for card, state in world.cards().items():
        acts = [item for key, item in sorted(world.memory.items.items()) if key.pk == f"card#{card}" and "raw" in item]
        names = [orjson.loads(item["raw"])["act"] for item in acts]  # type: ignore[arg-type]
        found[state["content"]["rule"], state["content"]["due_on"]] = names
    return found


def hold_once(world: SupervisedWorld, context: object) -> None:
    """Hold that every card is there once, is in the register once, and that the case remembers it."""
    world.memory.hook = world.objects.hook = lambda moment, call, detail: None
    hold_invariants(world)
    assert acts_of_cards(world) == ACTS, context
    entries = [orjson.loads(e["summary"]) for k, e in world.memory.items.items() if k.pk == keys.ENTRIES_PK]  # type: ignore[arg-type]
    logged = Counter((entry["id"], entry["act"]) for entry in entries if entry["kind"] == "card")
    assert set(logged.values()) == {1}, context
    assert len(logged) == sum(map(len, ACTS.values())), context
    assert len({entry["index"] for entry in entries}) == len(entries)
    marks = orjson.loads(world.memory.items[keys.case("c")]["cards"])  # type: ignore[arg-type]
    assert {mark["card"] for mark in marks} == set(world.cards()), context
    shown = {item["id"]: item["colour"] for item in world.json("/v1/supervision")["items"]}
    assert shown == dict.fromkeys(world.cards(), "red"), context


@pytest.fixture(scope="module")
def calls() -> int:
    """Return how many storage calls the stream makes."""
    world = prepare()
    arm = Arm(world)
    run_stream(world)
    hold_once(world, "undisturbed")
    return arm.calls


EACH = 1
"""Kinds of fault tried at each call, in turn. With 4 here, every kind at every call, it takes a minute and a half."""


@pytest.mark.parametrize("part", range(4))
def test_the_stream_of_a_case_killed_at_every_storage_call_leaves_every_card_once(part: int, calls: int) -> None:
    world = prepare()
    saved = world.save()
    for call in range(part, calls, 4):
        for turn in range(EACH):
            fault = Fault(call, KINDS[(call // 4 + turn) % len(KINDS)])
            world.put_back(saved)
            Arm(world, fault)
            run_stream(world)
            hold_once(world, fault)


def test_two_kills_in_one_stream_leave_every_card_once(calls: int) -> None:
    world, chance = prepare(), Random("two kills")
    saved = world.save()
    for _ in range(20):
        world.put_back(saved)
        faults = [Fault(chance.randrange(calls // 2), chance.choice(KINDS)) for _ in range(2)]
        again = chance.randrange(1, len(STREAM))
        for number, step in enumerate(STREAM):
            if number in (0, again):
                Arm(world, faults[number > 0])
            until_done(step, world)
        hold_once(world, (faults, again))
