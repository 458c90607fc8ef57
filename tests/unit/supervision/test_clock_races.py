"""Clocks side by side, with events, answers and the register job between them, every storage call put in an order by seed."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.errors import UnfinishedError
from chalicelib.jobs import log_register
from chalicelib.usecases.clock_runs import Advanced
from tests.turns import Turns
from tests.unit.cases.invariants import hold_invariants
from tests.unit.supervision.test_clock_crashes import acts_of_cards
from tests.unit.supervision.worlds import DECIDED_IN_TIME, DECIDED_LATE, REASON, SupervisedWorld


def tick(world: SupervisedWorld) -> Advanced | None:
    """Run the clock; None where something of it was left to the next run."""
    try:
        return world.clock()
    except UnfinishedError:
        return None


def side_by_side(world: SupervisedWorld, chance: Random, *sends: Callable[[], Any]) -> list[Any]:
    """Run what is given side by side, and put the hook back."""
    found: list[Any] = Turns(world, chance).run(list(sends))
    world.memory.hook = lambda moment, call, detail: None
    return found


def read_and_answer(world: SupervisedWorld, reads: int) -> Any:
    """Look at the card a few times, so that the clock may come to it first, then answer it."""
    for _ in range(reads):
        world.get_signed(f"/v1/intake/supervision/{world.card()}", "bureau-clerk")
    return world.say(2, {"act": "answer", **REASON})


def acts(world: SupervisedWorld) -> list[list[str]]:
    """Return the names of the acts of every card."""
    return sorted(acts_of_cards(world).values())


@pytest.mark.parametrize("block", range(3))
def test_two_clocks_side_by_side_raise_each_card_once(block: int) -> None:
    world = SupervisedWorld().begin().at("2026-12-19T00:00:01+08:00")
    saved = world.save()
    for seed in range(block * 15, block * 15 + 15):
        world.put_back(saved)
        done = side_by_side(world, Random(f"clocks {seed}"), lambda: tick(world), lambda: tick(world))
        hold_invariants(world)
        assert acts(world) == [["raise"], ["raise"]], seed
        assert sum(each.raised for each in done) == 2, seed


@pytest.mark.parametrize("block", range(3))
def test_an_event_that_takes_the_reason_away_while_two_clocks_run_leaves_no_card_standing(block: int) -> None:
    world = SupervisedWorld().begin().at("2026-11-28T00:00:01+08:00")
    saved = world.save()
    seen: Counter[str] = Counter()
    for seed in range(block * 15, block * 15 + 15):
        world.put_back(saved)
        _, answer, _ = side_by_side(
            world,
            Random(f"event {seed}"),
            lambda: tick(world),
            lambda: world.event("c", "e2", DECIDED_IN_TIME),
            lambda: tick(world),
        )
        hold_invariants(world)
        while answer.status == 503:
            answer = world.event("c", "e2", DECIDED_IN_TIME)
        world.clock()
        assert acts(world) in ([], [["raise", "lift"]]), seed
        seen[str(acts(world))] += 1
    assert seen


def test_an_answer_beside_the_clock_that_would_redden_is_taken_once_by_whoever_comes_first() -> None:
    world = SupervisedWorld().begin().at("2026-11-28T00:00:01+08:00")
    world.clock()
    world.at("2026-12-08T00:00:01+08:00")
    saved = world.save()
    seen: Counter[tuple[str, ...]] = Counter()
    for seed in range(30):
        world.put_back(saved)
        _, answer, _ = side_by_side(
            world,
            Random(f"answer {seed}"),
            lambda: tick(world),
            partial(read_and_answer, world, seed % 9),
            lambda: tick(world),
        )
        (found,) = acts(world)
        assert found in (["raise", "redden"], ["raise", "answer"]), seed
        assert answer.status == (201 if found[-1] == "answer" else 409)
        seen[tuple(found)] += 1
    assert len(seen) == 2


def test_the_register_beside_two_clocks_and_a_late_decision_logs_each_act_once() -> None:
    world = SupervisedWorld().begin()
    world.log()
    world.at("2026-12-19T00:00:01+08:00")
    saved = world.save()
    for seed in range(20):
        world.put_back(saved)
        side_by_side(
            world,
            Random(f"register {seed}"),
            lambda: tick(world),
            lambda: log_register.run(world.wired),
            lambda: world.event("c", "e2", DECIDED_LATE),
            lambda: tick(world),
        )
        hold_invariants(world)
        world.event("c", "e2", DECIDED_LATE)
        world.clock()
        world.log()
        # Decided on 2 December: late by the promise, in time by law.
        wanted = ([["raise"]], [["raise"], ["raise", "lift"]])
        assert acts(world) in wanted, seed
        entries = world.json("/v1/changes", "kind=card&limit=100")["items"]
        assert Counter((e["id"], e["act"]) for e in entries).most_common(1)[0][1] == 1
        assert len(entries) == sum(map(len, acts(world)))
        assert orjson.loads(world.get("/v1/supervision").body)["items"]
