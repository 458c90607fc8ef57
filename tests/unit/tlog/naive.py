"""The tree of RFC 6962 section 2.1 word for word: recursion over the list of leaves, nothing shared with the package."""

from functools import cache
from hashlib import sha256


class NaiveTree:
    """All trees over the beginnings of one list of leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves
        self.root = cache(self._root)

    def _root(self, low: int, high: int) -> bytes:
        """MTH(D[low:high])."""
        if high == low:
            return sha256().digest()
        if high - low == 1:
            return sha256(b"\0" + self.leaves[low]).digest()
        middle = low + split(high - low)
        return sha256(b"\1" + self.root(low, middle) + self.root(middle, high)).digest()

    def path(self, index: int, low: int, high: int) -> list[bytes]:
        """PATH(index, D[low:high])."""
        if high - low == 1:
            return []
        middle = low + split(high - low)
        if index < middle - low:
            return [*self.path(index, low, middle), self.root(middle, high)]
        return [*self.path(index - (middle - low), middle, high), self.root(low, middle)]

    def proof(self, first: int, low: int, high: int, known: bool = True) -> list[bytes]:
        """SUBPROOF(first, D[low:high], known)."""
        if first == high - low:
            return [] if known else [self.root(low, high)]
        left = split(high - low)
        if first <= left:
            return [*self.proof(first, low, low + left, known), self.root(low + left, high)]
        return [*self.proof(first - left, low + left, high, known=False), self.root(low, low + left)]


def split(leaves: int) -> int:
    """Return the largest power of two smaller than a number."""
    power = 1
    while power * 2 < leaves:
        power *= 2
    return power
