"""A tree that is known by its right edge alone: the roots of the complete subtrees that its leaves fall into, largest first.

That is one hash for each one bit of the size: with them leaves are added and the root is told, however many lie before.
"""

from typing import NamedTuple

from glasshall.shared import merkle


class Edge(NamedTuple):
    """How many leaves a tree has, and the roots that its edge consists of."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def grown(self, leaf_hash: bytes) -> "Edge":
        """Return the edge with one leaf more: as often as its last subtree meets one of the same size, they become one."""
        hashes, last = list(self.hashes), leaf_hash
        for _ in range((self.size ^ (self.size + 1)).bit_length() - 1):
            last = merkle.node_hash(hashes.pop(), last)
        return Edge(self.size + 1, (*hashes, last))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return merkle.EMPTY_ROOT
        *before, root = self.hashes
        for subtree in reversed(before):
            root = merkle.node_hash(subtree, root)
        return root


EMPTY = Edge()
"""The tree without leaves."""
