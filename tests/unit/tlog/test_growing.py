"""A log grows and proves from its tiles, whatever the batches it grew in, and reads a handful of them whatever its size."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.tlog.errors import ProofError, TileError
from chalicelib.tlog.growing import consistency_proof, edge_at, grow, grow_bundles, inclusion_proof, root_at
from chalicelib.tlog.merkle import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash
from chalicelib.tlog.tiles import ENTRIES, Tile, right_edge, tiles_of

from .naive import NaiveTree
from .trees import TileStore, leaves_to, log_of

MOST = 70_000
NAIVE = NaiveTree(leaves_to(MOST))
SIZES = [0, 1, 2, 3, 255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 65_537, 65_792, MOST]
batches = st.lists(st.integers(1, 700), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(batches)
def test_a_log_is_the_same_whatever_the_batches(sizes: list[int]) -> None:
    store = TileStore()
    for size in sizes:
        growth = store.add(leaves_to(store.size + size, store.size))
        assert growth.root == NAIVE.root(0, store.size)
    at_once = log_of(store.size)
    standing = [tile for level in (ENTRIES, 0, 1) for tile in tiles_of(store.size, level)]
    assert all(store.tiles[tile] == at_once.tiles[tile] for tile in standing)
    assert set(at_once.tiles) == set(standing)


@settings(max_examples=40, deadline=None)
@given(batches)
def test_growing_reads_the_partial_tiles_of_the_edge_and_writes_those_that_changed(sizes: list[int]) -> None:
    store = log_of(sum(sizes[:-1]))
    edge = right_edge(store.size)
    store.reads.clear()
    hashes = [leaf_hash(leaf) for leaf in leaves_to(store.size + sizes[-1], store.size)]
    growth = grow(store.size, hashes, store.exactly, root=store.root)
    assert store.reads == edge
    assert not set(growth.tiles) & set(store.tiles)


def test_adding_nothing_changes_nothing() -> None:
    store = log_of(300)
    growth = grow(300, [], store.exactly, root=store.root)
    assert (growth.tiles, growth.size, growth.root) == ({}, 300, store.root)
    assert grow_bundles(300, [], store.exactly) == {}
    assert grow(0, [], store.exactly, root=EMPTY_ROOT).root == EMPTY_ROOT


@pytest.mark.parametrize("level", [0, 1])
def test_nothing_is_built_on_a_stored_edge_of_another_tree(level: int) -> None:
    store = log_of(300)
    tile = next(tile for tile in right_edge(300) if tile.level == level)
    store.tiles[tile] = bytes([store.tiles[tile][0] ^ 1]) + store.tiles[tile][1:]
    with pytest.raises(TileError, match="not those of the tree"):
        store.add([b"next"])


@pytest.mark.parametrize("size", SIZES)
def test_the_root_of_any_earlier_size_follows_from_the_tiles_of_a_later(size: int) -> None:
    store = LARGE
    assert root_at(size, store.read) == NAIVE.root(0, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_edge_is_made_of_roots_to_the_end(size: int) -> None:
    edge = edge_at(size, LARGE.read)
    assert edge == {low: NAIVE.root(low, size) for low in edge}
    assert (0 in edge) == (size > 0)


def test_proofs_from_tiles_are_those_of_the_naive_tree() -> None:
    store = log_of(256)
    for size in [*range(1, 40), 127, 128, 129, 200, 255, 256]:
        for index in range(size):
            assert inclusion_proof(index, size, store.read) == NAIVE.path(index, 0, size)
            if index:
                assert consistency_proof(index, size, store.read) == NAIVE.proof(index, 0, size)
        assert consistency_proof(0, size, store.read) == consistency_proof(size, size, store.read) == []


@settings(max_examples=100, deadline=None)
@given(st.data(), st.booleans())
def test_proofs_of_a_large_tree_are_those_of_the_naive_tree(data: st.DataObject, edged: bool) -> None:
    size = data.draw(st.one_of(st.integers(1, MOST), st.sampled_from(SIZES[1:])))
    index = data.draw(st.integers(0, size - 1))
    edge = edge_at(size, LARGE.read) if edged else None
    proof = inclusion_proof(index, size, LARGE.read, edge)
    check_inclusion(index, size, leaf_hash(NAIVE.leaves[index]), proof, NAIVE.root(0, size))
    assert proof == NAIVE.path(index, 0, size)
    if index:
        proof = consistency_proof(index, size, LARGE.read, edge)
        check_consistency(index, size, proof, NAIVE.root(0, index), NAIVE.root(0, size))
        assert proof == NAIVE.proof(index, 0, size)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_there_is_no_proof_of_what_is_not_in_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError, match="index"):
        inclusion_proof(index, size, LARGE.read)


def test_there_is_no_proof_that_a_tree_begins_with_a_larger() -> None:
    with pytest.raises(ProofError, match="smaller"):
        consistency_proof(6, 5, LARGE.read)


class Uniform:
    """A tree of any size whose leaves are all alike, so that each of its tiles is known without the others."""

    def __init__(self, size: int) -> None:
        self.size, self.reads = size, list[Tile]()
        self.heights = [leaf_hash(b"alike")]
        for _ in range(40):
            self.heights.append(node_hash(self.heights[-1], self.heights[-1]))

    def read(self, tile: Tile) -> bytes:
        """Return a tile, and count it."""
        self.reads.append(tile)
        return self.heights[8 * tile.level] * tile.width


@pytest.mark.parametrize("size", [10_000_000, 2**24 - 1, 9_999_999])
def test_a_proof_in_a_tree_of_ten_million_reads_four_tiles_at_most(size: int) -> None:
    tree = Uniform(size)
    edge = edge_at(size, tree.read)
    assert len(tree.reads) <= 3
    chance = random.Random(7)
    most = 0
    for index in [0, size - 1, size - 200, size // 2, *(chance.randrange(size) for _ in range(60))]:
        tree.reads.clear()
        check_inclusion(index, size, tree.heights[0], inclusion_proof(index, size, tree.read, edge), edge[0])
        most = max(most, len(tree.reads))
        tree.reads.clear()
        first_root = root_at(index, tree.read)
        tree.reads.clear()
        check_consistency(index, size, consistency_proof(index, size, tree.read, edge), first_root, edge[0])
        most = max(most, len(tree.reads))
    assert most == 3


def test_growing_a_tree_of_ten_million_reads_three_tiles() -> None:
    tree = Uniform(10_000_000)
    root = root_at(tree.size, tree.read)
    tree.reads.clear()
    grow(tree.size, [leaf_hash(b"one more")], tree.read, root=root)
    assert [(tile.level, tile.width) for tile in tree.reads] == [(0, 128), (1, 150), (2, 152)]


LARGE = log_of(MOST)
