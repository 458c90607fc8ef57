"""How a log grows and proves, from the tiles it has stored.

Growing reads the right edge of the tree, one partial tile a level, and proving the tiles on the way of one leaf and the edge:
whatever the size, a handful. The edge of a tree is also given as few hashes (`Edge`), with which a proof need not read it:
for each level, the root of what lies right of the last full tile.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

from .errors import ProofError, TileError
from .merkle import EMPTY_ROOT, node_hash
from .merkle import root as root_of
from .tiles import ENTRIES, WIDTH, Read, Tile, decode_bundle, encode_bundle, hashes_of, levels_of, right_edge, span_of

Edge = Mapping[int, bytes]
"""Of a tree, by the index of the leaf they begin with: roots of all that stands from there to its end."""


class Growth(NamedTuple):
    """A tree after it grew: the tiles of hashes that are new, its size, its root and its edge."""

    tiles: dict[Tile, bytes]
    size: int
    root: bytes
    edge: Edge


def grow(size: int, leaf_hashes: Sequence[bytes], read: Read, *, root: bytes) -> Growth:
    """Return the tree of this size and root after these leaves were added.

    Raises:
        TileError: the stored edge is not that of a tree with this root; nothing may be built on it.
    """
    held = _read_edge(size, read)
    if _edge_of(size, held).get(0, EMPTY_ROOT) != root:
        raise TileError("The stored tiles are not those of the tree with this root.")
    grown = size + len(leaf_hashes)
    tiles: dict[Tile, bytes] = {}
    new = list(leaf_hashes)
    level = 0
    while new:
        hashes, first = held.get(level, []) + new, size // span_of(level + 1)
        rows = [hashes[at : at + WIDTH] for at in range(0, len(hashes), WIDTH)]
        tiles |= {Tile(level, first + at, len(row)): b"".join(row) for at, row in enumerate(rows)}
        full = [row for row in rows if len(row) == WIDTH]
        held[level] = hashes[len(full) * WIDTH :]
        new = [root_of(row) for row in full]
        level += 1
    edge = _edge_of(grown, held)
    return Growth(tiles, grown, edge.get(0, EMPTY_ROOT), edge)


def grow_bundles(size: int, leaves: Sequence[bytes], read: Read) -> dict[Tile, bytes]:
    """Return the bundles of entries that are new when these leaves are added to a tree of this size.

    Raises:
        TileError: the stored last bundle is not one, or an entry is too long.
    """
    number, width = divmod(size, WIDTH)
    last = Tile(ENTRIES, number, width)
    held = decode_bundle(last, read(last)) if width and leaves else []
    rows = [[*held, *leaves][at : at + WIDTH] for at in range(0, len(held) + len(leaves), WIDTH)]
    return {Tile(ENTRIES, number + at, len(row)): encode_bundle(row) for at, row in enumerate(rows)}


def edge_at(size: int, read: Read) -> Edge:
    """Return the edge of the tree of this size."""
    return _edge_of(size, _read_edge(size, read))


def root_at(size: int, read: Read) -> bytes:
    """Return the root of the tree of this size."""
    return edge_at(size, read).get(0, EMPTY_ROOT)


def inclusion_proof(index: int, size: int, read: Read, edge: Edge | None = None) -> list[bytes]:
    """Return the proof that a leaf stands at this index of the tree of this size (RFC 6962 section 2.1.1).

    Raises:
        ProofError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError("The index is not one of this tree.")
    tree = _Tree(size, read, edge or {})
    proof, low, high = [], 0, size
    while high - low > 1:
        middle = low + _left_of(high - low)
        if index < middle:
            proof.append(tree.range_root(middle, high))
            high = middle
        else:
            proof.append(tree.range_root(low, middle))
            low = middle
    return proof[::-1]


def consistency_proof(first: int, size: int, read: Read, edge: Edge | None = None) -> list[bytes]:
    """Return the proof that the tree of the first size is the beginning of that of the other (RFC 6962 section 2.1.2).

    Raises:
        ProofError: it is the larger one.
    """
    if not 0 <= first <= size:
        raise ProofError("A tree is not the beginning of a smaller one.")
    if first in (0, size):
        return []
    tree = _Tree(size, read, edge or {})
    proof, low, high = [], 0, size
    while first != high:
        middle = low + _left_of(high - low)
        if first <= middle:
            proof.append(tree.range_root(middle, high))
            high = middle
        else:
            proof.append(tree.range_root(low, middle))
            low = middle
    if low:  # otherwise the first tree is itself a node of the other, and its root known
        proof.append(tree.range_root(low, high))
    return proof[::-1]


class _Tree:
    """The stored tree of a size; each tile is read once."""

    def __init__(self, size: int, read: Read, edge: Edge) -> None:
        self._size, self._read, self._edge = size, read, edge
        self._tiles: dict[Tile, list[bytes]] = {}

    def range_root(self, low: int, high: int) -> bytes:
        """Return the root over a range that is one node of the tree: complete subtrees, from large to small."""
        parts = []
        while low < high:
            if high == self._size and low in self._edge:
                parts.append(self._edge[low])
                break
            span = 1 << ((high - low).bit_length() - 1)
            parts.append(self._complete(span, low))
            low += span
        return reduce(lambda right, left: node_hash(left, right), reversed(parts))

    def _complete(self, span: int, low: int) -> bytes:
        """Return the root of the complete subtree of `span` leaves that begins at `low`."""
        level = (span.bit_length() - 1) // 8
        unit = span_of(level)
        number, at = divmod(low // unit, WIDTH)
        tile = Tile(level, number, min(WIDTH, self._size // unit - number * WIDTH))
        if tile not in self._tiles:
            self._tiles[tile] = hashes_of(tile, self._read(tile))
        return root_of(self._tiles[tile][at : at + span // unit])


def _left_of(leaves: int) -> int:
    """Return the largest power of two below a number of leaves: how many stand left in their tree."""
    return 1 << ((leaves - 1).bit_length() - 1)


def _read_edge(size: int, read: Read) -> dict[int, list[bytes]]:
    return {tile.level: hashes_of(tile, read(tile)) for tile in right_edge(size)}


def _edge_of(size: int, held: Mapping[int, list[bytes]]) -> dict[int, bytes]:
    """Return the edge from the hashes of the partial tiles: each level's together with the root of what lies below it."""
    edge: dict[int, bytes] = {}
    rest: list[bytes] = []
    for level in range(levels_of(size)):
        hashes = [*held.get(level, []), *rest]
        if hashes:
            rest = [root_of(hashes)]
            edge[size - size % span_of(level + 1)] = rest[0]
    return edge
