"""A register with acts that wait, and what must hold of it at every moment: of the view, of the head, of the log's files."""

from typing import Any

import orjson

from chalicelib.domain.register import RegisterHead
from chalicelib.jobs import log_register
from chalicelib.store import keys
from chalicelib.store.table import Key
from chalicelib.tlog.checkpoints import Checkpoint, parse_checkpoint
from chalicelib.tlog.growing import root_at
from chalicelib.tlog.merkle import leaf_hash, root
from chalicelib.tlog.notes import NoteSigner, open_note
from chalicelib.tlog.tiles import decode_bundle, tiles_of
from chalicelib.usecases.log_tree import reader_of
from tests.fakes.memory_table import no_hook
from tests.world import World


def prepare() -> World:
    """Return a deployment with a few public acts that wait, a disclosure of three acts among them."""
    world = World().init()
    world.service("s1")
    world.disclose("d1")
    world.service("s1", 2, "revise", title={"zh": "新名"})
    return world


def run(world: World) -> None:
    """Run the job at a fixed instant, so that every run that completes gives the same bytes."""
    log_register.run(world.wired)


def public_items(world: World) -> dict[Key, dict[str, Any]]:
    """Return everything that is public, without what only says how the job got there, and without salts: they are chance."""
    shown = ("VIEW", "VERSION#", "EFFECTIVE#")
    return {
        key: without_salt(item)
        for key, item in world.memory.snapshot().items()
        if key.pk == keys.ENTRIES_PK or key.sk.startswith(shown)
    }


def without_salt(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item of an entry without its salt; any other as it is."""
    if item["pk"] != keys.ENTRIES_PK:
        return item
    return {**item, "summary": {**orjson.loads(item["summary"]), "salt": ""}}


def check_invariants(world: World) -> None:
    """Assert what must hold at every moment; looking at it strikes no fault."""
    hooks = world.memory.hook, world.objects.hook
    world.memory.hook = world.objects.hook = no_hook
    check_view(world)
    world.memory.hook, world.objects.hook = hooks


def check_view(world: World) -> None:
    """Assert that there is no gap, that nothing is shown before its entry, and that the head is not ahead of the view."""
    items = world.memory.snapshot()
    indexes = sorted(int(key.sk) for key in items if key.pk == keys.ENTRIES_PK)
    assert indexes == list(range(len(indexes)))
    head = world.wired.register.head()
    assert head.projected <= len(indexes) <= head.size
    check_log(world, len(indexes), head)
    entries = {int(key.sk): orjson.loads(item["summary"]) for key, item in items.items() if key.pk == keys.ENTRIES_PK}  # type: ignore[arg-type]
    for key, item in items.items():
        if key.sk == "VIEW":
            body = orjson.loads(item["body"])  # type: ignore[arg-type]
            assert entries[body["register_index"]]["sha256"] == body["sha256"]
        if key.sk.startswith("ACT#") and "register_index" in item:
            assert entries[int(item["register_index"])]["act_sha256"] == item["sha256"]


def check_log(world: World, shown: int, head: RegisterHead) -> None:
    """Assert that nothing is shown that the checkpoint does not speak of, and that the log's files hold every leaf it does."""
    log, read = world.wired.log_files, reader_of(world.wired.log_files)
    note = log.find("checkpoint")
    if note is None:
        assert shown == 0
        return
    checkpoint = opened(world, note)
    assert shown <= checkpoint.size <= head.size
    leaves = [leaf for tile in tiles_of(checkpoint.size) for leaf in decode_bundle(tile, read(tile))]
    assert [orjson.loads(leaf)["index"] for leaf in leaves] == list(range(checkpoint.size))
    assert [entry.leaf() for entry in world.wired.register.entries(0, shown)] == leaves[:shown]
    assert root([leaf_hash(leaf) for leaf in leaves]) == root_at(checkpoint.size, read) == checkpoint.root
    if checkpoint.size == head.size:
        assert checkpoint.root.hex() == head.root


def opened(world: World, note: bytes) -> Checkpoint:
    """Return a checkpoint, if the deployment has signed it."""
    key = NoteSigner(world.wired.log_origin, world.wired.keyring.derived("register")).key()
    return parse_checkpoint(open_note(note, [key]).text)
