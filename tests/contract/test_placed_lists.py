"""Placed lists on each engine: many values, another instant to sort by, entries that go, and a list that time moves."""

import pytest

from chalicelib import wiring
from chalicelib.jobs import rebuild
from tests.contract.conftest import Stores
from tests.fakes.memory_objects import MemoryObjects
from tests.rule_world import RULE, act_on_rule, publish_rule
from tests.world import World

RULES = ("soon", "later", "open", "coming", "moved")


@pytest.fixture
def world(stores: Stores) -> World:
    """Return a deployment on an engine."""
    table, objects = stores
    world = World(table)
    world.wired = wiring.Wiring(
        world.settings,
        table=table,
        objects=objects if not isinstance(objects, MemoryObjects) else world.objects,
        secret=lambda: b"secret",
        now=lambda: world.now,
    )
    wiring.use(world.wired)
    return world.init()


def listed(world: World, query: str) -> list[str]:
    """Return the ids of a list walked to its end, one by one."""
    found: list[str] = []
    cursor = ""
    while True:
        page = world.json("/v1/rules", f"{query}&limit=1{cursor}")
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_a_list_sorted_by_the_end_gives_those_in_force_and_is_right_at_midnight(world: World) -> None:
    publish_rule(world, "open")
    publish_rule(world, "later", valid_until="2026-12-31")
    publish_rule(world, "soon", valid_until="2026-11-30")
    publish_rule(world, "coming", in_force_on="2099-01-01")
    publish_rule(world, "moved", area="finance")
    moved = {"act": "revise", "content": {**RULE, "area": "health"}}
    world.act("rules", "moved", 2, moved, "bureau-clerk")
    world.log()
    assert listed(world, "stage=in_force") == ["soon", "later", "moved", "open"]
    assert listed(world, "stage=in_force&area=fees&agency=bureau") == ["soon", "later", "open"]
    assert [listed(world, f"area={area}") for area in ("finance", "health")] == [[], ["moved"]]
    page = world.json("/v1/rules", "stage=in_force&limit=1")
    world.now = world.now.replace(month=12, day=1, hour=0)  # 08:00 in Shanghai: a rule has lapsed at midnight
    assert listed(world, "stage=in_force") == ["later", "moved", "open"]
    assert listed(world, "stage=lapsed") == ["soon"]
    # The page before ended with what has lapsed since: its cursor still leads on.
    onward = world.json("/v1/rules", f"stage=in_force&limit=100&cursor={page['next']}")
    assert [item["id"] for item in onward["items"]] == ["later", "moved", "open"]
    act_on_rule(world, "later", 2, "supersede", replaced_by="open")
    world.log()
    assert listed(world, "stage=in_force") == ["moved", "open"]
    assert rebuild.run(world.wired).differing == ()
