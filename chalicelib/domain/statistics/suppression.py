"""Which durations are withheld: those of fewer than five cases, and enough others that no total gives them away.

Cells stand on two axes: a jurisdiction is the total of its agencies, an agency of its services; `all` is the total of the
years, a year of its quarters, a quarter of its months. A *line* is a total with its parts at one place of the other axis.
Two laws hold:

- In no line is exactly one member with cases withheld, the total counted among the members: whoever knows all but one
  knows that one too.
- No combination of published totals, over however many lines, fixes the sum of a cell with fewer than five cases.

Counts and rates are no secret and are always published; a cell without cases hides nothing and protects nothing.

Which other member is withheld too: an open period rather than a closed one if what must be protected is open, so that a
month that has only begun takes nothing back that was published; a part rather than the total; then the one that draws
the fewest further lines in; then the one with the fewest cases. The outcome is a function of the counts and the day, so
recomputing it gives the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from typing import NamedTuple

from chalicelib.domain.statistics.elimination import fixed, row
from chalicelib.domain.statistics.periods import covering, last_day, order, wider

FEWEST = 5
Counts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Agency -> service -> month -> cases with a duration."""
JURISDICTION, AGENCY, SERVICE = "jurisdiction", "agency", "service"
LEVELS = (JURISDICTION, AGENCY, SERVICE)
CENTRE = "centre"
"""A service centre: cases of many agencies. It has counts and rates only, which are never withheld."""


class Node(NamedTuple):
    """A level and an id: whose figures they are."""

    level: str
    id: str

    @property
    def text(self) -> str:
        """`agency:PWDx`."""
        return f"{self.level}:{self.id}"


def read_node(text: str) -> Node:
    """Return the node that `Node.text` wrote."""
    level, _, node_id = text.partition(":")
    return Node(level, node_id)


class Cell(NamedTuple):
    """Whose durations, and in which period."""

    node: Node
    period: str


Line = tuple[Cell, ...]
"""A total and its parts, the total first."""


def withheld(jurisdiction: str, counts: Counts, today: str) -> frozenset[Cell]:
    """Return the cells of a jurisdiction whose durations are not published on a day."""
    cases = cells_with_cases(jurisdiction, counts)
    closure = _Closure(list(lines_of(jurisdiction, counts, cases)), cases, today)
    closure.close()
    while closure.break_formulas():
        closure.close()
    return frozenset(closure.hidden)


def changed(before: Iterable[Cell], after: Iterable[Cell]) -> dict[Node, set[str]]:
    """Return the periods, by node, whose durations are withheld in one and published in the other."""
    found: dict[Node, set[str]] = defaultdict(set)
    for node, period in set(before) ^ set(after):
        found[node].add(period)
    return dict(found)


def cells_with_cases(jurisdiction: str, counts: Counts) -> dict[Cell, int]:
    """Return how many cases each cell has, of those that have any."""
    found: dict[Cell, int] = defaultdict(int)
    for chain, month, n in _leaves(jurisdiction, counts):
        for node in chain:
            for period in covering(month):
                found[Cell(node, period)] += n
    return dict(found)


def lines_of(jurisdiction: str, counts: Counts, cases: Mapping[Cell, int]) -> Iterator[Line]:
    """Yield every line, its total first, its parts in order."""
    parts: dict[Cell, set[Cell]] = defaultdict(set)
    for (top, agency, service), month, _ in _leaves(jurisdiction, counts):
        for period in covering(month):
            parts[Cell(top, period)].add(Cell(agency, period))
            parts[Cell(agency, period)].add(Cell(service, period))
    yield from ((whole, *sorted(parts[whole])) for whole in sorted(parts))
    spans: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in sorted(cases, key=lambda cell: (cell.node, order(cell.period))):
        if wider(cell.period) != cell.period:
            spans[Cell(cell.node, wider(cell.period))].append(cell)
    yield from ((whole, *found) for whole, found in sorted(spans.items()))


def _leaves(jurisdiction: str, counts: Counts) -> Iterator[tuple[tuple[Node, Node, Node], str, int]]:
    top = Node(JURISDICTION, jurisdiction)
    for agency, services in counts.items():
        for service, months in services.items():
            chain = (top, Node(AGENCY, agency), Node(SERVICE, service))
            yield from ((chain, month, n) for month, n in months.items() if n)


class _Closure:
    """Hides more and more until nothing is given away."""

    def __init__(self, lines: list[Line], cases: Mapping[Cell, int], today: str) -> None:
        self._few = {cell for cell, n in cases.items() if n < FEWEST}
        self.hidden = set(self._few)
        self._lines, self._cases = lines, cases
        self._lines_of: dict[Cell, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            for cell in line:
                self._lines_of[cell].append(number)
        self._hiding = [sum(cell in self.hidden for cell in line) for line in lines]
        self._waiting = [number for number, hiding in enumerate(self._hiding) if hiding == 1]
        self._open = {period: last_day(period) >= today for period in {cell.period for cell in cases}}

    def close(self) -> None:
        """Hide until no line has exactly one hidden member."""
        while self._waiting:
            number = heappop(self._waiting)
            if self._hiding[number] == 1:
                line = self._lines[number]
                only = next(cell for cell in line if cell in self.hidden)
                self.hide(min((cell for cell in line if cell != only), key=self._cost(only, line[0])))

    def hide(self, cell: Cell) -> None:
        """Withhold one more cell."""
        if cell in self.hidden:
            return
        self.hidden.add(cell)
        for number in self._lines_of[cell]:
            self._hiding[number] += 1
            if self._hiding[number] == 1:
                heappush(self._waiting, number)

    def break_formulas(self) -> bool:
        """Hide one member of each sum that would give a cell of few cases away; tell whether there was any."""
        rows = (row({cell: 1 - 2 * (cell == line[0]) for cell in line}, self.hidden) for line in self._lines)
        formulas = {cell: knowns for cell, knowns in fixed(rows).items() if cell in self._few}
        for cell in sorted(formulas):
            if self.hidden.isdisjoint(formulas[cell]):  # else one hidden just now serves for this one too
                self.hide(min(formulas[cell], key=self._cost(cell)))
        return bool(formulas)

    def _cost(self, protected: Cell, total: Cell | None = None) -> Callable[[Cell], tuple[bool, bool, int, int, Cell]]:
        is_open = self._open[protected.period]

        def cost(cell: Cell) -> tuple[bool, bool, int, int, Cell]:
            drawn_in = sum(self._hiding[number] == 0 for number in self._lines_of[cell])
            return self._open[cell.period] != is_open, cell == total, drawn_in, self._cases[cell], cell

        return cost
