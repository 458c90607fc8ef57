"""The tiles of a log (c2sp.org/tlog-tiles): 256 hashes of one height, or 256 entries, in one immutable file.

The tile `number` of level L holds the roots of 256 neighbouring complete subtrees of 256**L leaves. The last of a level may
be partial; a tree of one size has exactly one set of tiles, and every root and proof is made from them.

A tree is read through `read: Callable[[Tile], bytes]`, which gives the bytes of a tile or of a wider one of the same place:
a partial tile is the beginning of every later one. `stored` says which tile a tree of a size surely has for another.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import NamedTuple

from .errors import TileError
from .merkle import HASH_BYTES

WIDTH = 256
ENTRIES = -1
"""The level of the bundles of entries, which lie under the hashes of level 0."""
LEAF_BYTES = 0xFFFF
MAX_LEVEL = 63

_LENGTH = Struct(">H")
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII)


class Tile(NamedTuple):
    """The place of a tile, and how many hashes or entries it holds."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below the log's prefix, as `tile/0/x001/x234/067` or `tile/entries/000.p/17`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.number)}{partial}"

    @property
    def first(self) -> int:
        """Return the index of the first leaf below it."""
        return self.number * WIDTH * span_of(self.level)


Read = Callable[[Tile], bytes]


def span_of(level: int) -> int:
    """Return how many leaves stand below one hash of a level; an entry is one."""
    return 1 << 8 * max(level, 0)


def parse_path(path: str) -> Tile:
    """Return the tile of a path.

    Raises:
        TileError: it is not the path of one, in the one spelling it has.
    """
    found = _PATH.fullmatch(path)
    if found:
        level = ENTRIES if found[1] == "entries" else int(found[1])
        number = int(re.sub("[x/]", "", found[2]))
        tile = Tile(level, number, WIDTH if found[3] is None else int(found[3]))
        if level <= MAX_LEVEL and tile.path == path and 0 < tile.width <= WIDTH:
            return tile
    raise TileError("This is not the path of a tile.")


def stored(tile: Tile, size: int) -> Tile:
    """Return the tile at this place in a tree of this size, which begins with the hashes of `tile`.

    Raises:
        TileError: a tree of this size has not as much there.
    """
    width = min(WIDTH, size // span_of(tile.level) - tile.number * WIDTH)
    if width < tile.width:
        raise TileError("A tree of this size does not reach as far as this tile.")
    return Tile(tile.level, tile.number, width)


def tiles_of(size: int, level: int = ENTRIES, start: int = 0) -> Iterator[Tile]:
    """Yield the tiles of one level that a tree of this size has, from that of the leaf `start` on, in order."""
    span = span_of(level)
    held = size // span
    for number in range(start // span // WIDTH, -(-held // WIDTH)):
        yield Tile(level, number, min(WIDTH, held - number * WIDTH))


def levels_of(size: int) -> int:
    """Return on how many levels a tree of this size has hashes."""
    return -(-size.bit_length() // 8)


def right_edge(size: int) -> list[Tile]:
    """Return the partial tiles of hashes of a tree of this size, lowest first: its root follows from them alone."""
    held = [size // span_of(level) for level in range(levels_of(size))]
    return [Tile(level, *divmod(hashes, WIDTH)) for level, hashes in enumerate(held) if hashes % WIDTH]


def hashes_of(tile: Tile, raw: bytes) -> list[bytes]:
    """Return the hashes of a tile from its bytes, or from those of a wider one of the same place.

    Raises:
        TileError: they are not as many, or not whole hashes.
    """
    if len(raw) % HASH_BYTES or not tile.width * HASH_BYTES <= len(raw) <= WIDTH * HASH_BYTES:
        raise TileError("A tile is as many hashes of 32 bytes as its path says.")
    return [raw[at : at + HASH_BYTES] for at in range(0, tile.width * HASH_BYTES, HASH_BYTES)]


def encode_bundle(leaves: Sequence[bytes]) -> bytes:
    """Return the bundle of these entries.

    Raises:
        TileError: one is longer than a bundle can say.
    """
    if any(len(leaf) > LEAF_BYTES for leaf in leaves):
        raise TileError("An entry of the log has at most 65535 bytes.")
    return b"".join(_LENGTH.pack(len(leaf)) + leaf for leaf in leaves)


def decode_bundle(tile: Tile, raw: bytes) -> list[bytes]:
    """Return the entries of a bundle from its bytes, or from those of a wider one of the same place.

    Raises:
        TileError: they are not whole entries, or not as many as its path says.
    """
    leaves, at = [], 0
    while at < len(raw):
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack_from(raw, at)[0] if start <= len(raw) else len(raw) + 1
        leaves.append(raw[start:at])
    if at > len(raw) or not tile.width <= len(leaves) <= WIDTH:
        raise TileError("A bundle is as many whole entries as its path says.")
    return leaves[: tile.width]


def _number_path(number: int) -> str:
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)
