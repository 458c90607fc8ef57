"""Proofs that an entry stands in the register, and that an earlier register is the beginning of a later one.

They are made from the files of the log, as anybody can make them. In the tree of the newest checkpoint a proof reads at most
three tiles of ten million entries, for the right edge of that tree lies in the register's head; in an earlier tree, five.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.register import RegisterHead
from chalicelib.tlog.checkpoints import parse_checkpoint
from chalicelib.tlog.growing import Edge, consistency_proof, edge_at, inclusion_proof
from chalicelib.tlog.merkle import EMPTY_ROOT
from chalicelib.tlog.notes import split_note
from chalicelib.tlog.tiles import WIDTH, Tile, hashes_of, stored
from chalicelib.usecases.log_tree import ReadLogFiles, reader_of


class Tree(NamedTuple):
    """The tree of one size: its root and its edge, and how its tiles are read."""

    size: int
    root: bytes
    edge: Edge
    read: Callable[[Tile], bytes]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf with this hash stands at an index of a tree."""

    index: int
    size: int
    root: bytes
    leaf_hash: bytes
    proof: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That a tree is the beginning of a later one."""

    first: int
    first_root: bytes
    size: int
    root: bytes
    proof: Sequence[bytes]


def newest_tree(head: RegisterHead, files: ReadLogFiles) -> Tree:
    """Return the tree of the newest checkpoint, as far as is known.

    A head whose entries are all shown has its checkpoint. In the midst of a run, the one that stands is asked.
    """
    if head.projected == head.size:
        return _tree(head.size, bytes.fromhex(head.root) or EMPTY_ROOT, head.edge, files)
    checkpoint = files.find("checkpoint")
    if checkpoint is None:
        return _tree(0, EMPTY_ROOT, {}, files)
    _, size, root = parse_checkpoint(split_note(checkpoint)[0])
    return _tree(size, root, {}, files)


def tree_at(size: int, newest: Tree) -> Tree:
    """Return the tree of an earlier size, from the tiles of the newest."""
    if size == newest.size:
        return newest
    edge = edge_at(size, newest.read)
    return Tree(size, edge.get(0, EMPTY_ROOT), edge, newest.read)


def prove_inclusion(index: int, tree: Tree) -> Inclusion:
    """Return the proof that a leaf stands at an index of a tree that has one there."""
    tile = Tile(0, index // WIDTH, index % WIDTH + 1)
    *_, leaf = hashes_of(tile, tree.read(tile))
    proof = inclusion_proof(index, tree.size, tree.read, tree.edge)
    return Inclusion(index, tree.size, tree.root, leaf, proof)


def prove_consistency(first: int, tree: Tree, newest: Tree) -> Consistency:
    """Return the proof that the tree of a smaller size is the beginning of another."""
    proof = consistency_proof(first, tree.size, tree.read, tree.edge)
    return Consistency(first, tree_at(first, newest).root, tree.size, tree.root, proof)


def _tree(size: int, root: bytes, edge: Edge, files: ReadLogFiles) -> Tree:
    read = lru_cache(maxsize=16)(reader_of(files))
    return Tree(size, root, edge, lambda tile: read(stored(tile, size)))
