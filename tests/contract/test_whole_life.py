"""A record's whole life through the real app on each engine: taken in, logged, read, corrected, withdrawn, rebuilt."""

from hashlib import sha256
from typing import Any

import orjson
import pytest

from chalicelib import wiring
from chalicelib.jobs import rebuild
from tests.contract.conftest import Stores
from tests.fakes.memory_objects import MemoryObjects
from tests.world import World


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


def test_a_disclosure_is_seen_only_once_logged_and_keeps_only_a_tombstone_once_withdrawn(world: World) -> None:
    world.disclose("d1")
    assert world.get("/v1/disclosures/d1").status == 404
    world.log()
    assert world.json("/v1/disclosures/d1")["body"] == {"zh": "全文"}
    world.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    world.log()
    left = world.json("/v1/disclosures/d1")
    assert left["stage"] == "withdrawn"
    assert "body" not in left
    assert "title" not in left
    assert world.json("/v1/disclosures")["items"] == []
    assert [item["id"] for item in world.json("/v1/disclosures", "include=withdrawn")["items"]] == ["d1"]
    assert world.get("/v1/disclosures/d1/versions/1").status == 404
    assert rebuild.run(world.wired).differing == ()


def test_a_text_too_large_for_an_item_is_kept_whole(world: World) -> None:
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(180_000))
    world.disclose("d2", body={"zh": text})
    world.log()
    raw = world.get("/v1/disclosures/d2").body
    record: dict[str, Any] = orjson.loads(raw)
    assert record["body"]["zh"] == text
    place = f'"register_index":{record["register_index"]},"sha256":"{record["sha256"]}",'.encode()
    assert sha256(raw.replace(place, b"", 1)).hexdigest() == record["sha256"]
    assert rebuild.run(world.wired).differing == ()


def test_the_register_has_no_gap_and_lists_agree_with_it(world: World) -> None:
    world.service("s1")
    world.service("s1", 2, "revise", title={"zh": "新名称"})
    world.log()
    changes = world.json("/v1/changes")
    assert [entry["index"] for entry in changes["items"]] == list(range(4))
    assert changes["as_of"]["register_index"] == 3
    assert world.json("/v1/services")["items"][0]["version"] == 2
    assert [item["version"] for item in world.json("/v1/services/s1/versions")["items"]] == [2, 1]
    assert rebuild.run(world.wired).differing == ()
