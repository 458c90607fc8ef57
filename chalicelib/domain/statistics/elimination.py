"""Which unknowns a system of sums fixes, and by which knowns: exact elimination, sparse, modulo a prime.

Each row says that some unknowns and some knowns, with their signs, add up to nothing. An unknown is fixed if the rows can be
combined so that it stands alone among the unknowns; the knowns of that combination are how it is computed. Coefficients are
small whole numbers, so that computing modulo a large prime finds what computing with fractions would.
"""

from collections import defaultdict
from collections.abc import Iterable, Set
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

PRIME = 2**31 - 1
Terms = dict[Any, int]


class Row(NamedTuple):
    """One sum: the terms of its unknowns and of its knowns."""

    unknowns: Terms
    knowns: Terms


def row(terms: Terms, unknown: Set[Any]) -> Row:
    """Return the row of a sum; the second argument says which of its members are unknown."""
    found = Row({}, {})
    for member, factor in terms.items():
        found[member not in unknown][member] = factor % PRIME
    return found


def fixed(rows: Iterable[Row]) -> dict[Any, Set[Any]]:
    """Return the unknowns that the rows fix, each with the knowns it is computed from."""
    system = _System([each for each in rows if each.unknowns])
    system.reduce()
    return {next(iter(each.unknowns)): each.knowns.keys() for each in system.rows if len(each.unknowns) == 1}


class _System:
    """Rows in the course of being reduced; `where` says in which rows an unknown stands."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._where: dict[Any, set[int]] = defaultdict(set)
        for number, each in enumerate(rows):
            for unknown in each.unknowns:
                self._where[unknown].add(number)

    def reduce(self) -> None:
        """Give each row an unknown that stands in no other, taking the shortest row each time."""
        waiting = [(len(each.unknowns), number) for number, each in enumerate(self.rows)]
        heapify(waiting)
        done: set[int] = set()
        while waiting:
            length, number = heappop(waiting)
            if number in done or length == 0 or length != len(self.rows[number].unknowns):
                continue  # an entry from before the row changed
            done.add(number)
            for other in self._clear(number):
                if other not in done:
                    heappush(waiting, (len(self.rows[other].unknowns), other))

    def _clear(self, number: int) -> list[int]:
        """Take a row's rarest unknown out of all other rows; return those."""
        unknowns = self.rows[number].unknowns
        pivot = min(unknowns, key=lambda unknown: (len(self._where[unknown]), unknown))
        inverse = pow(unknowns[pivot], -1, PRIME)
        others = sorted(self._where[pivot] - {number})
        for other in others:
            self._subtract(other, number, self.rows[other].unknowns[pivot] * inverse % PRIME)
        return others

    def _subtract(self, target: int, number: int, factor: int) -> None:
        changed, taken = self.rows[target], self.rows[number]
        _take_away(changed.knowns, taken.knowns, factor)
        _take_away(changed.unknowns, taken.unknowns, factor)
        for unknown in taken.unknowns:
            if unknown in changed.unknowns:
                self._where[unknown].add(target)
            else:
                self._where[unknown].discard(target)


def _take_away(target: Terms, terms: Terms, factor: int) -> None:
    for member, value in terms.items():
        left = (target.get(member, 0) - factor * value) % PRIME
        if left:
            target[member] = left
        else:
            target.pop(member, None)
