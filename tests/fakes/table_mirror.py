"""A mirror that is no file: the public view of a world, read where it lies. It stands at the index that the view holds."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.nouns import BY_COLLECTION
from chalicelib.store.objects import restore
from tests.world import World


class Held(NamedTuple):
    """A record as the view holds it."""

    listed: bool
    body: bytes


class TableMirror:
    """Implements `chalicelib.usecases.exports.Mirror`."""

    def __init__(self, world: World) -> None:
        self._objects = world.objects
        self._items = {key: item for key, item in world.memory.snapshot().items() if key.sk == "VIEW"}
        self.size = world.wired.register.head().projected

    def rows(self, collection: str) -> Iterator[Held]:
        """Yield the records of a collection by their ids."""
        kind = BY_COLLECTION[collection].kind
        ids = sorted(key.pk.partition("#")[2] for key in self._items if key.pk.startswith(f"{kind}#"))
        for record_id in ids:
            item = next(item for key, item in self._items.items() if key.pk == f"{kind}#{record_id}")
            yield Held(not item["withdrawn"], restore(self._objects, "body", item))
