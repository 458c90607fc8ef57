"""Counting cases: each fact in its place, then tallies from the leaves upwards. Any step may be cut off.

What is true if we stop after each write:

    dirty leaf      the facts of a leaf may change; the next run adds it up, perhaps for nothing
    move            the fact of a case lies in its new place and nowhere else, and the case is marked no longer
    leaf tally      the tallies of a service and its part in its agency are as the facts say; the agency and the figures
                    of the service are marked, the leaf no longer
    agency, jurisdiction   likewise, upwards
    figures         `publish_figures.py`

Marks found in an index only name candidates: each case is read again, consistently, and moved on condition of its version.
Two runs: each begins by writing its name into one item, and every later commit holds it to that name, so that a run which
was overtaken can write nothing more and stops. Whoever comes last finds what the other left and does it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.statistics.facts import Leaf, leaf_of, read_fact
from chalicelib.domain.statistics.suppression import AGENCY, JURISDICTION, Node
from chalicelib.domain.statistics.tallies import Tally, earliest_change, tally, total


class OvertakenError(Exception):
    """Another run of the statistics job has begun since; this one can write nothing more."""


@dataclass(frozen=True, slots=True)
class CountedCase:
    """A case as statistics see it."""

    case_no: str
    version: int
    fact: bytes
    """Its fact; empty if there is nothing to count."""
    place: str
    """The leaf under which it is counted now; empty if it is not."""


@dataclass(frozen=True, slots=True)
class Move:
    """That a case's fact is to lie in a leaf, or nowhere."""

    case: CountedCase
    to: str


@dataclass(frozen=True, slots=True)
class Total:
    """An agency or a jurisdiction in one place, whose parts have changed."""

    jurisdiction: str
    node: Node
    place: str


class CountStore(Protocol):
    """Where facts and tallies live. Every method that writes raises OvertakenError if another run has begun."""

    def waiting(self) -> Iterator[list[str]]:
        """Yield numbers of cases that may wait to be counted, a few at a time: from an index, so perhaps late."""

    def cases(self, case_nos: Sequence[str]) -> list[CountedCase]:
        """Return those of the cases that wait to be counted, read consistently."""

    def mark_leaves(self, leaves: Iterable[str]) -> None:
        """Mark leaves as to be added up."""

    def move(self, moves: Sequence[Move]) -> int:
        """Move facts, and take the marks off their cases; return how many. A case that has moved on is left marked."""

    def dirty_leaves(self) -> Iterator[Leaf]:
        """Yield the leaves that are marked."""

    def facts(self, leaf: Leaf) -> Iterator[bytes]:
        """Yield the facts of a leaf, read consistently."""

    def leaf_tally(self, leaf: Leaf) -> Tally:
        """Return the stored tally of a leaf; an empty one if there is none."""

    def put_leaf(self, leaf: Leaf, tallied: Tally, since: str | None) -> None:
        """Write a leaf's tally, mark what rests on it and take its mark off; `since` None: it is as it was."""

    def dirty_totals(self, level: str) -> Iterator[Total]:
        """Yield the agencies or jurisdictions that are marked."""

    def parts(self, changed: Total) -> Iterator[Tally]:
        """Yield the tallies of the parts."""

    def tally(self, node: Node, place: str) -> Tally:
        """Return a stored tally; an empty one if there is none."""

    def put_total(self, changed: Total, tallied: Tally, since: str | None) -> None:
        """Write a tally, mark what rests on it and take its own mark off; `since` None: it is as it was."""


@dataclass(slots=True)
class Counted:
    """What counting did."""

    cases: int = 0
    leaves: int = 0
    agencies: int = 0
    """Agencies whose public records were counted anew."""


def count_cases(store: CountStore, counted: Counted) -> None:
    """Count every case that waits, and add up what that changed.

    Raises:
        OvertakenError: another run has begun.
    """
    _move_facts(store, counted)
    for leaf in store.dirty_leaves():
        tallied = tally(map(read_fact, store.facts(leaf)))
        store.put_leaf(leaf, tallied, earliest_change(store.leaf_tally(leaf), tallied, leaf.place))
        counted.leaves += 1
    for level in (AGENCY, JURISDICTION):
        for changed in store.dirty_totals(level):
            tallied = total(store.parts(changed))
            since = earliest_change(store.tally(changed.node, changed.place), tallied, changed.place)
            store.put_total(changed, tallied, since)


def _move_facts(store: CountStore, counted: Counted) -> None:
    marked: set[str] = set()
    for case_nos in store.waiting():
        moves = [Move(case, leaf_of(read_fact(case.fact)).text if case.fact else "") for case in store.cases(case_nos)]
        # Before the first fact leaves or enters a leaf the leaf is marked: stopping in between costs one needless sum.
        touched = {leaf for move in moves for leaf in (move.case.place, move.to) if leaf} - marked
        store.mark_leaves(sorted(touched))
        marked |= touched
        counted.cases += store.move(moves)
