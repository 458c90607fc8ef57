"""What a disclosure and its agency owe, with clock and register running between the acts, killed at every storage call.

Whatever failed was sent or run again, as in life. At the end there is what an undisturbed run leaves: every card once, with
the same acts, each of them once in the register, and what is remembered beside the record is exactly the cards there are.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.errors import UnfinishedError
from chalicelib.store import keys
from tests.faults import KINDS, Arm, Fault, KilledError
from tests.turns import Turns
from tests.unit.supervision.owing import OwingWorld
from tests.unit.supervision.test_clock_crashes import at, until_done

Step = Callable[[OwingWorld], Any]
WITHDRAW = {"act": "withdraw", "reason": {"zh": "误报"}}


def submit(record_id: str, number: int, **content: Any) -> Step:
    return lambda world: world.submit(record_id, number, **content)


def withdraw(record_id: str, number: int) -> Step:
    return lambda world: world.put(f"/v1/intake/disclosures/{record_id}/acts/{number}", WITHDRAW, "bureau-clerk")


def answer(world: OwingWorld) -> Any:
    """Answer the card that turned red."""
    return world.put(f"/v1/intake/supervision/{world.card()}/acts/3", {"act": "answer", "reason": {"zh": "正在办理"}})


STREAM: tuple[Step, ...] = (
    at("2026-11-23T11:00:00+08:00", submit("d1", 1, formed_on="2026-11-20")),
    at("2026-11-23T11:15:00+08:00", OwingWorld.clock),
    at("2026-12-19T00:00:01+08:00", OwingWorld.clock),  # raises the card of the disclosure
    at("2026-12-19T00:10:00+08:00", OwingWorld.log),
    at("2026-12-22T00:00:01+08:00", OwingWorld.clock),  # raises those of the agencies
    at("2026-12-26T00:00:01+08:00", OwingWorld.clock),  # turns the first red
    at("2026-12-26T09:00:00+08:00", answer),
    at("2026-12-26T10:00:00+08:00", withdraw("d1", 2)),
    at("2026-12-26T10:15:00+08:00", OwingWorld.clock),  # lifts it
    at("2026-12-26T11:00:00+08:00", OwingWorld.log),
)
ACTS = ["raise", "redden", "answer", "lift"]


def prepare() -> OwingWorld:
    """Put in the agencies, with everything of them logged and looked at."""
    world = OwingWorld().begin()
    world.log()
    world.clock()
    return world


def run_stream(world: OwingWorld) -> None:
    for step in STREAM:
        until_done(step, world)


def acts_of(world: OwingWorld, card: str) -> list[str]:
    """Return the names of the acts of a card, in order."""
    acts = [item for key, item in sorted(world.memory.items.items()) if key.pk == f"card#{card}" and "raw" in item]
    return [orjson.loads(item["raw"])["act"] for item in acts]  # type: ignore[arg-type]


def marks_of(world: OwingWorld, kind: str, record_id: str) -> set[str]:
    item = world.memory.items[keys.duties(kind, record_id)]
    return {mark["card"] for mark in orjson.loads(item["marks"])}  # type: ignore[arg-type]


def hold_once(world: OwingWorld, context: object) -> None:
    """Hold that every card is there once, is in the register once, and is remembered beside its record."""
    world.memory.hook = world.objects.hook = lambda moment, call, detail: None
    world.log()
    world.clock()
    (card,) = world.cards()
    assert acts_of(world, card) == ACTS, context
    assert marks_of(world, "disclosure", "d1") == {card}, context
    remembered = marks_of(world, "agency", "bureau") | marks_of(world, "agency", "guangan")
    assert remembered == world.duty_cards().keys() - {card}, context
    rules = Counter((c["agency"], c["of"]) for state in world.duty_cards().values() if "of" in (c := state["content"]))
    assert len(rules) == 16, context
    assert set(rules.values()) == {1}, context
    entries = [orjson.loads(e["summary"]) for k, e in world.memory.items.items() if k.pk == keys.ENTRIES_PK]  # type: ignore[arg-type]
    logged = Counter((entry["id"], entry["act"]) for entry in entries if entry["kind"] == "card")
    assert len(logged) == len(ACTS) + 16, context
    assert set(logged.values()) == {1}, context


@pytest.fixture(scope="module")
def calls() -> int:
    """Return how many storage calls the stream makes."""
    world = prepare()
    arm = Arm(world)
    run_stream(world)
    hold_once(world, "undisturbed")
    return arm.calls


STRIDE = 9
"""Of the storage calls every so many is made to fail, in each of the four ways in turn. With 1 it takes minutes."""


def test_what_is_owed_killed_at_storage_calls_of_every_step_leaves_every_card_once(calls: int) -> None:
    world = prepare()
    saved = world.save()
    for turn, call in enumerate(range(0, calls, STRIDE)):
        fault = Fault(call, KINDS[turn % len(KINDS)])
        world.put_back(saved)
        Arm(world, fault)
        run_stream(world)
        hold_once(world, fault)


def test_a_clock_killed_at_every_call_of_raising_and_lifting_leaves_one_card() -> None:
    for begins, until in ((2, "2026-12-19T00:00:01+08:00"), (9, "2026-12-26T10:15:00+08:00")):
        world = prepare()
        for step in STREAM[:begins]:
            step(world)
        saved = world.at(until).save()
        arm = Arm(world)
        world.clock()
        for call in range(arm.calls):
            for kind in KINDS:
                world.put_back(saved)
                Arm(world, Fault(call, kind))
                until_done(OwingWorld.clock, world)
                world.memory.hook = world.objects.hook = lambda moment, call, detail: None
                world.clock()
                (card,) = world.cards()
                assert acts_of(world, card) == (ACTS if begins == 9 else ["raise"]), (call, kind)
                assert marks_of(world, "disclosure", "d1") == {card}


@pytest.mark.parametrize("block", range(2))
def test_two_clocks_and_an_act_side_by_side_raise_each_card_once_and_leave_none_standing(block: int) -> None:
    world = prepare()
    submit("d1", 1, formed_on="2026-11-20")(world)
    saved = world.at("2026-12-19T00:00:01+08:00").save()
    seen: Counter[int] = Counter()
    for seed in range(block * 15, block * 15 + 15):
        world.put_back(saved)
        sends = [lambda: tick(world), lambda: withdraw("d1", 2)(world), lambda: tick(world)]
        _, answer_, _ = Turns(world, Random(f"owing {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        while answer_.status == 503:
            answer_ = withdraw("d1", 2)(world)
        world.clock()
        told = [acts_of(world, card) for card in world.cards()]
        assert told in ([], [["raise", "lift"]]), seed
        seen[len(told)] += 1
    assert seen


def tick(world: OwingWorld) -> None:
    """Run the clock; what is left of it is done by the next."""
    try:
        world.clock()
    except (UnfinishedError, KilledError):
        return
