"""Trees for tests: leaves by number, and tiles kept in a dictionary and counted as they are read."""

from collections.abc import Sequence

from chalicelib.tlog.growing import Growth, grow, grow_bundles
from chalicelib.tlog.merkle import EMPTY_ROOT, leaf_hash
from chalicelib.tlog.tiles import Tile, stored


def leaves_to(size: int, start: int = 0) -> list[bytes]:
    """Return the leaves from an index on."""
    return [f"entry {index}".encode() for index in range(start, size)]


class TileStore:
    """A log that keeps what it is told to keep."""

    def __init__(self) -> None:
        self.tiles: dict[Tile, bytes] = {}
        self.size, self.root = 0, EMPTY_ROOT
        self.reads: list[Tile] = []

    def read(self, tile: Tile) -> bytes:
        """Return the tile that stands at this place now."""
        self.reads.append(tile)
        return self.tiles[stored(tile, self.size)]

    def exactly(self, tile: Tile) -> bytes:
        """Return this tile, in its width."""
        self.reads.append(tile)
        return self.tiles[tile]

    def add(self, leaves: Sequence[bytes]) -> Growth:
        """Grow by these leaves."""
        growth = grow(self.size, [leaf_hash(leaf) for leaf in leaves], self.exactly, root=self.root)
        self.tiles |= grow_bundles(self.size, leaves, self.exactly) | growth.tiles
        self.size, self.root = growth.size, growth.root
        return growth


def log_of(size: int) -> TileStore:
    """Return a log of this size."""
    store = TileStore()
    store.add(leaves_to(size))
    return store
