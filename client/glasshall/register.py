"""Checking a register from its static files alone: nothing of the server is believed but what its keys have signed.

The files of a register lie below one prefix (c2sp.org/tlog-tiles): `checkpoint`, `tile/<level>/...`, `tile/entries/...`. What is
found holds like this: the checkpoint is signed by a key that is known; every entry has the hash that stands for it in the tree,
every stored hash is that of what stands below it, and all together have the root of the checkpoint. What does not hold is named
by the index of the entry, or the first and last of the entries, that it stands for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from glasshall.heads import Head
from glasshall.logs import ReadFile, read_file, whole_leaves
from glasshall.shared import TlogError, checkpoints, growing, merkle, tiles


class Finding(NamedTuple):
    """Something that does not hold: the first and last index of the entries it stands for; None for the register itself."""

    first: int | None
    last: int | None
    sentence: str

    @property
    def place(self) -> str:
        """Return where it is, for people."""
        if self.first is None:
            return "the checkpoint"
        return f"entry {self.first}" if self.first == self.last else f"entries {self.first} to {self.last}"

    def covers(self, other: "Finding") -> bool:
        """Return whether it is about entries that the other is about as well."""
        mine, theirs = (self.first, self.last), (other.first, other.last)
        if mine[0] is None or mine[1] is None or theirs[0] is None or theirs[1] is None:
            return False
        return mine[0] <= theirs[0] and theirs[1] <= mine[1]


class Row(NamedTuple):
    """256 neighbouring entries, or the last of them, held against the hashes that stand for them in the tree."""

    tile: tiles.Tile
    leaves: tuple[bytes, ...]
    """As many as could be read."""
    hashes: tuple[bytes, ...]
    """Of the entries; where one could not be read, that of the tree."""
    root: bytes
    findings: tuple[Finding, ...]


def check_row(bundle: tiles.Tile, entries: bytes | None, hashes: bytes | None) -> Row:
    """Hold the bytes of a bundle against those of the tile of its hashes."""
    told = _slices(hashes or b"", bundle.width)
    leaves = whole_leaves(entries or b"")
    made = [merkle.leaf_hash(leaf) for leaf in leaves[: bundle.width]]
    made += told[len(made) :]
    findings = tuple(_unlike(bundle, entries, hashes, leaves, made, told))
    return Row(bundle, tuple(leaves[: bundle.width]), tuple(made), merkle.root(made), findings)


def _unlike(
    bundle: tiles.Tile,
    entries: bytes | None,
    hashes: bytes | None,
    leaves: list[bytes],
    made: list[bytes],
    told: list[bytes],
) -> Iterator[Finding]:
    last = bundle.first + bundle.width - 1
    if entries is None or hashes is None:
        missing = bundle if entries is None else _hashes_of(bundle)
        yield Finding(bundle.first, last, f"{missing.path} is missing")
        return
    wrong = [bundle.first + at for at in range(bundle.width) if at >= len(leaves) or made[at] != told[at]]
    for index in wrong:
        yield Finding(index, index, "the entry and the hash that stands for it in the tree are not of one another")
    whole = len(leaves) == bundle.width and sum(2 + len(leaf) for leaf in leaves) == len(entries)
    if not wrong and not (whole and len(hashes) == bundle.width * merkle.HASH_BYTES):
        yield Finding(last, last, "something stands behind the entry, or behind its hash, that belongs to none")


def check_register(
    read: ReadFile, head: Head, look: Callable[[Row], None] = lambda row: None, paths: Iterable[str] = ()
) -> list[Finding]:
    """Return what does not hold of a whole register. `look` sees every row; of `paths`, every file is looked at."""
    rows: list[Row] = []
    for bundle in tiles.tiles_of(head.size, tiles.ENTRIES):
        row = check_row(bundle, read_file(read, bundle), read_file(read, _hashes_of(bundle)))
        look(row)
        rows.append(row._replace(leaves=(), hashes=row.hashes if row.tile.width < tiles.WIDTH else ()))
    findings = check_rows(read, head, rows)
    for path in paths:
        findings += [found for found in check_earlier(path, read, head.size) if not any(map(found.covers, findings))]
    return findings


def check_rows(read: ReadFile, head: Head, rows: Sequence[Row]) -> list[Finding]:
    """Return what does not hold of the rows of a whole register, of the hashes above them, and of the root."""
    findings = [finding for row in rows for finding in row.findings]
    made = {_hashes_of(row.tile): b"".join(row.hashes) for row in rows[-1:]}
    above = [row.root for row in rows if row.tile.width == tiles.WIDTH]
    for level in range(1, tiles.levels_of(head.size)):
        for tile in tiles.tiles_of(head.size, level):
            at = tile.number * tiles.WIDTH
            made[tile] = b"".join(above[at : at + tile.width])
            # Above an entry that is wrong nothing can be right, and says no more than it.
            found = _compared(tile, made[tile], read_file(read, tile))
            findings += [finding for finding in found if not any(map(finding.covers, findings))]
        whole = len(above) - len(above) % tiles.WIDTH
        above = [merkle.root(above[at : at + tiles.WIDTH]) for at in range(0, whole, tiles.WIDTH)]
    if not findings and growing.root_at(head.size, made.__getitem__) != head.checkpoint.root:
        findings.append(Finding(0, head.size - 1, "all of it is of one another, but not of the tree of the checkpoint"))
    return findings


def check_earlier(path: str, read: ReadFile, size: int) -> list[Finding]:
    """Return what does not hold of a file that lies with the tiles.

    A partial tile of an earlier size is no part of the tree any more, but where it still lies it must be the beginning of
    the one that is.
    """
    try:
        tile = tiles.parse_path(path)
        standing = tiles.stored(tile, size)
    except TlogError:
        return [Finding(None, None, f"{path} is no file of this register")]
    if tile == standing:
        return []
    raw, whole = read_file(read, tile) or b"", read_file(read, standing) or b""
    if tile.level == tiles.ENTRIES:
        leaves = whole_leaves(whole)[: tile.width]
        return list(check_row(tile, raw, b"".join(merkle.leaf_hash(leaf) for leaf in leaves)).findings)
    return list(_compared(tile, whole[: tile.width * merkle.HASH_BYTES], raw))


def check_range(read: ReadFile, head: Head, first: int, last: int) -> tuple[list[Finding], list[bytes]]:
    """Return what does not hold of some entries, each proven by itself from a handful of tiles, and those that hold."""
    findings: list[Finding] = []
    leaves: list[bytes] = []
    held = _cached(lambda tile: _must(read, tile))

    def stored(tile: tiles.Tile) -> bytes:
        return held(tiles.stored(tile, head.size))

    for index in range(first, last + 1):
        try:
            bundle = tiles.stored(tiles.Tile(tiles.ENTRIES, index // tiles.WIDTH, index % tiles.WIDTH + 1), head.size)
            leaf = tiles.decode_bundle(bundle, held(bundle))[index % tiles.WIDTH]
            proof = growing.inclusion_proof(index, head.size, stored)
            merkle.check_inclusion(index, head.size, merkle.leaf_hash(leaf), proof, head.checkpoint.root)
        except TlogError as error:
            findings.append(Finding(index, index, f"it is not proven to be in the tree of the checkpoint: {error}"))
        else:
            leaves.append(leaf)
    return findings, leaves


def check_consistent(read: ReadFile, old: checkpoints.Checkpoint, new: checkpoints.Checkpoint) -> list[Finding]:
    """Return why the register of an earlier checkpoint is not the beginning of that of a newer one; nothing if it is."""
    if old.origin != new.origin:
        return [Finding(None, None, f"the earlier one is of {old.origin}, this one of {new.origin}")]
    if old.size > new.size:
        return [Finding(new.size, old.size - 1, "these entries were in the register and are in it no more")]
    try:
        proof = growing.consistency_proof(old.size, new.size, lambda tile: _must(read, tiles.stored(tile, new.size)))
        merkle.check_consistency(old.size, new.size, proof, old.root, new.root)
    except TlogError as error:
        first, last = (0, old.size - 1) if old.size else (None, None)
        return [Finding(first, last, f"what stood here is not what stands here now, or it is not proven: {error}")]
    return []


def _must(read: ReadFile, tile: tiles.Tile) -> bytes:
    raw = read_file(read, tile)
    if raw is None:
        raise TlogError(f"{tile.path} is missing")
    return raw


def _cached(read: Callable[[tiles.Tile], bytes]) -> Callable[[tiles.Tile], bytes]:
    return lru_cache(maxsize=64)(read)


def _compared(tile: tiles.Tile, made: bytes, told: bytes | None) -> Iterator[Finding]:
    """Yield the hashes of a tile that are not those that were made from what stands below them."""
    span = tiles.span_of(tile.level)
    if told is None:
        yield Finding(tile.first, tile.first + tile.width * span - 1, f"{tile.path} is missing")
        return
    pairs = zip(_slices(made, tile.width), _slices(told, tile.width), strict=True)
    wrong = [at for at, (right, found) in enumerate(pairs) if right != found]
    if not wrong and len(made) != len(told):
        wrong = [tile.width - 1]
    for at in wrong:
        first = tile.first + at * span
        yield Finding(first, first + span - 1, f"a hash of {tile.path} is not that of what stands below it")


def _hashes_of(bundle: tiles.Tile) -> tiles.Tile:
    return bundle._replace(level=0)


def _slices(raw: bytes, width: int) -> list[bytes]:
    return [raw[at : at + merkle.HASH_BYTES] for at in range(0, width * merkle.HASH_BYTES, merkle.HASH_BYTES)]
