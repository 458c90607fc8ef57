"""The Merkle tree over the register's leaves: what a run adds to it, and the files that a stranger checks it with.

Files are C2SP tlog-tiles. They follow from the leaves alone, so a run that finishes another's work writes the same bytes.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from chalicelib.domain.register import Entry
from chalicelib.tlog.growing import Growth, grow, grow_bundles, root_at
from chalicelib.tlog.merkle import EMPTY_ROOT, leaf_hash
from chalicelib.tlog.tiles import WIDTH, Tile

SignCheckpoint = Callable[[int, bytes], bytes]
"""(size, root) -> the signed checkpoint."""


class ReadLogFiles(Protocol):
    """Where the files of the log are read, which is all that a proof needs; paths are those of the specification (`tile/0/000`)."""

    def read(self, path: str) -> bytes:
        """Return a file that is known to exist."""

    def find(self, path: str) -> bytes | None:
        """Return a file, or None if there is none."""


class LogFiles(ReadLogFiles, Protocol):
    """Where the files of the log lie."""

    def write(self, path: str, data: bytes) -> None:
        """Write a file; durable once it returns."""

    def publish(self, checkpoint: bytes, path: str = "checkpoint") -> None:
        """Replace the checkpoint, or the one with cosignatures, unless the one that stands is of a larger tree."""

    def tidy(self, path: str) -> None:
        """Remove the partial files of one that is full."""


class ForkError(Exception):
    """The stored leaves do not give the tree that the head settled: storage was changed, and nobody may go on."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the stored leaves do not give the root that was settled of the tree of {size} entries")


def grown(files: ReadLogFiles, entries: Sequence[Entry], root: str) -> Growth:
    """Return the tree of a root (hexadecimal; that of no entries is empty) with contiguous entries at its end.

    Raises:
        TileError: the stored right edge is not that of a tree with this root.
    """
    hashes = [leaf_hash(entry.leaf()) for entry in entries]
    return grow(entries[0].index, hashes, reader_of(files), root=bytes.fromhex(root) or EMPTY_ROOT)


def grown_again(files: ReadLogFiles, entries: Sequence[Entry], root: str) -> Growth:
    """Return the tree of a root that has these entries at its end, as an earlier run grew it.

    Raises:
        ForkError: the entries, put behind what is stored before them, do not give it.
    """
    before = root_at(entries[0].index, reader_of(files))
    growth = grown(files, entries, before.hex())
    if growth.root.hex() != root:
        raise ForkError(growth.size)
    return growth


def publish_tree(files: LogFiles, entries: Sequence[Entry], growth: Growth, sign: SignCheckpoint) -> None:
    """Write what entries add to the log: bundles and tiles, and only then the checkpoint that speaks of them."""
    bundles = grow_bundles(entries[0].index, [entry.leaf() for entry in entries], reader_of(files))
    written = {**bundles, **growth.tiles}
    for tile, data in written.items():
        files.write(tile.path, data)
    # If we stop here, nothing speaks of these files yet, and the next run writes them again.
    files.publish(sign(growth.size, growth.root))
    # If we stop here, partial files are left that full ones have replaced; they are true, and only take room.
    for tile in written:
        if tile.width == WIDTH:
            files.tidy(tile.path)


def reader_of(files: ReadLogFiles) -> Callable[[Tile], bytes]:
    """Return what reads tiles; a partial one that was removed is the beginning of the full one that took its place."""

    def read(tile: Tile) -> bytes:
        held = files.find(tile.path) if tile.width < WIDTH else None
        return files.read(Tile(tile.level, tile.number).path) if held is None else held

    return read
