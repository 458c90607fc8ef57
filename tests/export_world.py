"""A world with something of every collection that exports hold, and what is read of its exports."""

import gzip
from typing import Any

import orjson

from chalicelib.domain.exports.manifest import Manifest
from chalicelib.errors import NotFoundError
from chalicelib.store.export_drafts import ScratchDesk
from chalicelib.usecases.exports import Mirror, Written, forget_exports_before, write_exports
from tests.fakes.table_mirror import TableMirror
from tests.world import World


def write(world: World, mirror: Mirror | None = None) -> Written:
    """Write an export of what is public now, or of another mirror."""
    shelf = world.wired.exports
    return write_exports(mirror or TableMirror(world), ScratchDesk(), shelf, world.now, "Asia/Shanghai")


def forget_before(world: World, register_index: int) -> None:
    """Remove the exports below an index, as an erasure does."""
    forget_exports_before(register_index, world.wired.exports)


def newest(world: World) -> Manifest:
    """Return the newest manifest."""
    found = world.wired.exports.newest()
    if found is None:
        raise NotFoundError("no export")
    return found


def content(world: World, collection: str | None, form: str, *, bom: bool = False) -> bytes:
    """Return what a file of the newest export unpacks to."""
    (file,) = (f for f in newest(world).files if (f.collection, f.format, f.bom) == (collection, form, bom))
    return gzip.decompress(world.objects.objects[file.path])


def bodies(world: World, collection: str) -> list[Any]:
    """Return the records of a collection of the newest export."""
    return [orjson.loads(line) for line in content(world, collection, "ndjson").splitlines()]


def files_of(world: World) -> dict[str, bytes]:
    """Return every file of every export, by key."""
    return {name: data for name, data in world.objects.objects.items() if name.startswith("exports/0")}
