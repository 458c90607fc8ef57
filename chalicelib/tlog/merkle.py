"""The Merkle tree of RFC 6962 section 2.1 and the checks of RFC 9162 sections 2.1.3.2 and 2.1.4.2, over SHA-256.

Leaves and nodes are hashed with different first bytes, so that no leaf can pass for a node.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from .errors import ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of an entry."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over these hashes, taken as they are: of leaves, or of subtrees of one height."""
    level = list(hashes)
    while len(level) > 1:
        pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]  # one without a neighbour goes up as it is
    return level[0] if level else EMPTY_ROOT


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Refuse a proof that the leaf with this hash stands at this index of the tree of this size and root.

    Raises:
        ProofError: it does not prove it.
    """
    _demand(0 <= index < size, "The index is not one of this tree.")
    _check_lengths([leaf, tree_root, *proof])
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        _demand(last > 0, "The proof is too long.")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            at, last = _past_promotions(at, last)
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    _demand(last == 0, "The proof is too short.")
    _demand(found == tree_root, "The proof leads to another root.")


def check_consistency(first: int, size: int, proof: Sequence[bytes], first_root: bytes, tree_root: bytes) -> None:
    """Refuse a proof that the tree of the first size and root is the beginning of the tree of the other size and root.

    The empty tree is the beginning of every tree, and a tree that of itself: their proof is empty.

    Raises:
        ProofError: it does not prove it.
    """
    _demand(0 <= first <= size, "A tree is not the beginning of a smaller one.")
    _check_lengths([first_root, tree_root, *proof])
    if first in (0, size):
        _demand(not proof, "The proof is too long.")
        _demand(first_root == (EMPTY_ROOT if first == 0 else tree_root), "The roots differ.")
        return
    whole = first & (first - 1) == 0  # a complete tree is a node of the other, so its root is not sent again
    nodes = [first_root, *proof] if whole else list(proof)
    _demand(bool(nodes), "The proof is too short.")
    _check_both(first, size, nodes, first_root, tree_root)


def _check_both(first: int, size: int, nodes: list[bytes], first_root: bytes, tree_root: bytes) -> None:
    at, last = first - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        _demand(last > 0, "The proof is too long.")
        if at & 1 or at == last:
            old, new = node_hash(node, old), node_hash(node, new)
            at, last = _past_promotions(at, last)
        else:
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1
    _demand(last == 0, "The proof is too short.")
    _demand(old == first_root, "The proof leads to another root of the first tree.")
    _demand(new == tree_root, "The proof leads to another root.")


def _past_promotions(at: int, last: int) -> tuple[int, int]:
    """Go up while the node has no neighbour to its right and is the left one: it goes up as it is."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _check_lengths(hashes: Iterable[bytes]) -> None:
    _demand(all(len(found) == HASH_BYTES for found in hashes), "A hash is 32 bytes long.")


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise ProofError(sentence)
