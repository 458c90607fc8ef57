"""A deployment whose read model is behind its register, and what is looked at of the model."""

from typing import Any

from chalicelib.domain.search import Question
from chalicelib.jobs import build_search
from chalicelib.store import keys
from tests.world import World

BEHIND, SIZE = 6, 11
"""Entries in the model that is served, and in the register."""
EVERYTHING = Question("disclosures", text="通知", count=True, facets=("category",))


def prepare() -> World:
    """Return a deployment whose read model is behind: it is served up to an index, and the register has gone on."""
    world = World().init()
    world.service("s1")
    world.disclose("d1", title={"zh": "旧通知"})
    world.log()
    world.index()
    world.disclose("d2")
    world.service("s1", 2, "revise", title={"zh": "新名"})
    world.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "误报"}})
    world.log()
    return world


def run(world: World) -> object:
    """Run the job at a fixed instant."""
    return build_search.run(world.wired)


def contents(world: World) -> list[Any]:
    """Return all that the served model holds."""
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    with mirror:
        return list(mirror.contents())


def rebuilt(world: World) -> list[Any]:
    """Return what a model holds that is built from nothing, in a world put back afterwards."""
    saved = world.save()
    world.memory.items.pop(keys.SEARCH_HEAD, None)
    build_search.run(world.wired)
    found = contents(world)
    world.put_back(saved)
    return found


def files(world: World) -> list[str]:
    return [name for name in world.objects.objects if name.startswith("search/")]


def named(world: World) -> list[str]:
    head = world.wired.search_builds.head()
    return [build.name for build in (head.served, head.draft) if build is not None]
