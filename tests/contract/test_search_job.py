"""The read model on each engine: a file that is written, named, brought, followed and removed, and found again from nothing."""

import pytest

from chalicelib import wiring
from chalicelib.domain.search import Question
from chalicelib.jobs import build_search
from chalicelib.store import keys
from chalicelib.store.search_files import PREFIX
from chalicelib.store.table import Delete
from tests.contract.conftest import Stores
from tests.fakes.memory_objects import MemoryObjects
from tests.world import World

QUESTION = Question("disclosures", text="停车 fee", count=True, facets=("agency",))


@pytest.fixture
def world(stores: Stores) -> World:
    """Return a deployment on an engine."""
    table, objects = stores
    world = World(table)
    if not isinstance(objects, MemoryObjects):
        world.objects = objects  # type: ignore[assignment]
    world.wired = wiring.Wiring(
        world.settings, table=table, objects=world.objects, secret=lambda: b"secret", now=lambda: world.now
    )
    wiring.use(world.wired)
    return world.init()


def test_a_model_is_built_served_followed_and_built_again(world: World) -> None:
    for number in range(4):
        world.disclose(
            f"searched-{number}", title={"zh": "停车收费", "en": "Parking fees"}, body={"zh": "文" * 150_000}
        )
        world.log()
        world.index()
        found = world.wired.read_model.ask(QUESTION)
        assert (found.count, found.facets) == (number + 1, {"agency": [("bureau", number + 1)]})
        entries = world.wired.register.entries(0, world.wired.register.head().projected)
        assert found.register_index == max(entry.index for entry in entries if entry.collection == "disclosures")
    held = world.objects.names(PREFIX)
    assert len(held) == 2
    world.wired.table.commit(Delete(keys.SEARCH_HEAD))
    assert build_search.run(world.wired).size == world.wired.register.head().projected
    assert world.wired.read_model.ask(QUESTION).count == 4
