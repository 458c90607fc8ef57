"""What is withheld: never fewer than it takes, checked by an attacker who may add and subtract whatever is published."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.statistics.elimination import fixed, row
from chalicelib.domain.statistics.suppression import (
    FEWEST,
    Cell,
    Counts,
    Node,
    cells_with_cases,
    changed,
    lines_of,
    read_node,
    withheld,
)
from tests.unit.statistics.naive import bounds, parsed
from tests.unit.statistics.samples import boston_facts

TODAY = "2027-03-10"
MONTHS = ["2026-01", "2026-02", "2026-04", "2026-05", "2026-06", "2026-11", "2027-01", "2027-02", "2027-03"]
COUNTS = st.dictionaries(
    st.sampled_from(["a1", "a2", "a3"]),
    st.dictionaries(
        st.sampled_from("wxyz"),
        st.dictionaries(st.sampled_from(MONTHS), st.sampled_from([1, 2, 3, 4, 5, 6, 9, 20]), max_size=9),
        max_size=4,
    ),
    max_size=3,
).map(lambda drawn: {a: {f"{a}-{s}": months for s, months in services.items()} for a, services in drawn.items()})
LAWS = settings(derandomize=True, deadline=None, max_examples=150)


def node(text: str) -> Node:
    """Return a node."""
    return read_node(text)


def given_away(counts: Counts, hidden: frozenset[Cell]) -> list[Cell]:
    """Return the cells of few cases that are a combination of published ones, each a sum over services and months.

    An attacker's own algebra, with fractions, over the sums themselves: it knows nothing of lines.
    """
    atoms = [(a, s, m) for a, services in counts.items() for s, months in services.items() for m in months]
    cases = cells_with_cases("j", counts)
    basis: dict[int, dict[int, Fraction]] = {}

    def rest_of(cell: Cell) -> dict[int, Fraction]:
        vector = {number: Fraction(1) for number, atom in enumerate(atoms) if _holds(cell, *atom)}
        while vector and (first := min(vector)) in basis:
            factor = vector[first]
            for place, value in basis[first].items():
                vector[place] = vector.get(place, Fraction(0)) - factor * value
            vector = {place: value for place, value in vector.items() if value}
        return vector

    for cell in cases:
        if cell not in hidden and (vector := rest_of(cell)):
            lead = vector[min(vector)]
            basis[min(vector)] = {place: value / lead for place, value in vector.items()}
    return [cell for cell, n in cases.items() if n < FEWEST and not rest_of(cell)]


def _holds(cell: Cell, agency: str, service: str, month: str) -> bool:
    first, last = bounds(cell.period)
    return first <= parsed(f"{month}-01") <= last and cell.node.id in ("j", agency, service)


@LAWS
@given(COUNTS)
def test_no_published_totals_give_away_what_fewer_than_five_cases_took(counts: Counts) -> None:
    hidden = withheld("j", counts, TODAY)
    cases = cells_with_cases("j", counts)
    assert {cell for cell, n in cases.items() if n < FEWEST} <= hidden <= cases.keys()
    assert given_away(counts, hidden) == []


@LAWS
@given(COUNTS)
def test_in_no_line_is_exactly_one_member_withheld(counts: Counts) -> None:
    hidden = withheld("j", counts, TODAY)
    cases = cells_with_cases("j", counts)
    for line in lines_of("j", counts, cases):
        assert sum(cell in hidden for cell in line) != 1, line
    for parent, parts in siblings(counts).items():
        few = [cell for cell in parts if cell in hidden]
        assert len(few) != 1 or parent in hidden, (parent, few)


def siblings(counts: Counts) -> dict[Cell, list[Cell]]:
    """Return the parts of each total, of agencies and services in a period and of months and quarters of a node."""
    found: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in cells_with_cases("j", counts):
        if cell.node.level == "agency":
            found[Cell(Node("jurisdiction", "j"), cell.period)].append(cell)
        elif cell.node.level == "service":
            found[Cell(Node("agency", cell.node.id[:2]), cell.period)].append(cell)
        if len(cell.period) == 7 and cell.period[5] != "Q":
            quarter = f"{cell.period[:4]}-Q{(int(cell.period[5:]) + 2) // 3}"
            found[Cell(cell.node, quarter)].append(cell)
        elif "Q" in cell.period:
            found[Cell(cell.node, cell.period[:4])].append(cell)
    return found


@LAWS
@given(COUNTS, st.randoms(use_true_random=False))
def test_what_is_withheld_depends_on_the_counts_and_not_on_their_order(counts: Counts, random: object) -> None:
    agencies = list(counts)
    random.shuffle(agencies)  # type: ignore[attr-defined]
    shuffled = {agency: dict(reversed(list(counts[agency].items()))) for agency in agencies}
    assert withheld("j", shuffled, TODAY) == withheld("j", counts, TODAY)


def test_where_every_cell_has_enough_nothing_is_withheld() -> None:
    assert withheld("j", {"a": {"s": {"2026-01": 5, "2026-02": 5}, "t": {"2026-01": 9}}}, TODAY) == frozenset()


def test_a_single_small_service_takes_the_smallest_of_its_fellows_with_it() -> None:
    counts = {"a": {"s": {"2026-01": 2}, "t": {"2026-01": 9}, "u": {"2026-01": 30}}}
    hidden = withheld("j", counts, TODAY)
    assert Cell(node("service:t"), "2026-01") in hidden
    assert Cell(node("service:u"), "2026-01") not in hidden
    assert Cell(node("agency:a"), "2026-01") not in hidden


def test_two_small_services_protect_each_other() -> None:
    counts = {"a": {"s": {"2026-01": 2}, "t": {"2026-01": 3}, "u": {"2026-01": 30}}}
    assert {cell.node.id for cell in withheld("j", counts, TODAY)} == {"s", "t"}


def test_a_small_month_takes_another_month_of_the_quarter_with_it() -> None:
    counts = {"a": {"s": {"2026-01": 2, "2026-02": 50, "2026-03": 9, "2026-04": 9}}}
    hidden = withheld("j", counts, TODAY)
    assert Cell(node("service:s"), "2026-03") in hidden
    assert Cell(node("service:s"), "2026-02") not in hidden
    assert Cell(node("service:s"), "2026-Q1") not in hidden


def test_a_month_that_has_only_begun_takes_back_nothing_of_those_that_are_over() -> None:
    counts = {"a": {"s": {"2027-01": 50, "2027-02": 40, "2027-03": 1}}}
    hidden = withheld("j", counts, TODAY)
    assert {cell.period for cell in hidden if cell.node.level == "service"} == {"2027-03", "2027-Q1", "2027", "all"}


def test_what_changes_is_named_by_node() -> None:
    one, two = Cell(node("service:s"), "2026"), Cell(node("service:s"), "all")
    assert changed([one], [two]) == {node("service:s"): {"2026", "all"}}


def test_of_the_city_s_departments_no_sum_gives_one_away() -> None:
    counts: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for raw in boston_facts():
        if raw["decided_on"] and raw["decided_on"] < "2015-07":
            counts[raw["agency"]][raw["service"]][raw["decided_on"][:7]] += 1
    plain = {agency: {name: dict(months) for name, months in own.items()} for agency, own in counts.items()}
    hidden = withheld("j", plain, TODAY)
    assert given_away(plain, hidden) == []
    published = sum(cells_with_cases("j", plain)[cell] for cell in hidden if cell.node.level == "agency")
    assert published < 0.2 * sum(n for cell, n in cells_with_cases("j", plain).items() if cell.node.level == "agency")


def test_an_unknown_is_fixed_when_rows_combine_to_it_alone() -> None:
    rows = [
        row({"p": 1, "x": -1, "y": -1}, {"x", "y"}),
        row({"q": 1, "y": -1, "z": -1}, {"y", "z"}),
        row({"r": 1, "x": -1, "z": -1}, {"x", "z"}),
    ]
    assert {name: set(knowns) for name, knowns in fixed(rows).items()} == {name: {"p", "q", "r"} for name in "xyz"}
    assert fixed([row({"p": 1, "x": -1, "y": -1}, {"x", "y"})]) == {}


@pytest.mark.parametrize("text", ["agency:PWDx", "service:No-Q.x_1"])
def test_a_node_is_read_as_it_was_written(text: str) -> None:
    assert read_node(text).text == text
