"""Durations, sorted: what a median, a percentile and a winsorized mean are here, exactly.

All values are whole numbers (days or seconds), so that sums are exact and every figure can be computed again by hand.
The median is the middle value, or the mean of the two in the middle. A percentile is the nearest rank: the least value that
at least so many per cent of the cases did not exceed, hence always the duration of a real case. The winsorized mean sets the
lowest 5 % (rounded down to whole cases) to the next value above them, the highest 5 % to the next below.
"""

from array import array
from collections.abc import Iterable
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, TypeAlias

Spread: TypeAlias = "array[int]"
"""Values in ascending order, eight bytes each."""
DIGITS = 4


class Summary(NamedTuple):
    """What is published of a spread; null where there is no case."""

    n: int
    median: float | None
    p80: float | None
    p90: float | None
    mean: float | None


def spread(values: Iterable[int] = ()) -> Spread:
    """Return values in ascending order."""
    return array("q", sorted(values))


def joined(spreads: Iterable[Spread]) -> Spread:
    """Return the values of several spreads in ascending order."""
    found = [part for part in spreads if part]
    if len(found) == 1:
        return found[0]
    return array("q", sorted(chain(*found)))  # a sort that finds runs already in order


def deltas(values: Spread) -> list[int]:
    """Return the first value and the steps to each next one: many small numbers, which compress well."""
    return [*values[:1], *(after - before for before, after in pairwise(values))]


def from_deltas(steps: Iterable[int]) -> Spread:
    """Return the values whose steps `deltas` gave."""
    return array("q", accumulate(steps))


def summary(values: Spread, unit: int = 1) -> Summary:
    """Return what is published of a spread, in units of so many of its own (86,400 for days from seconds)."""
    n = len(values)
    if n == 0:
        return Summary(0, None, None, None, None)
    return Summary(
        n,
        _round(values[(n - 1) // 2] + values[n // 2], 2 * unit),
        _round(values[_rank(n, 80)], unit),
        _round(values[_rank(n, 90)], unit),
        _round(_winsorized_sum(values), n * unit),
    )


def _rank(n: int, per_cent: int) -> int:
    """The place of the nearest rank, from 0: ceil(n * p) - 1."""
    return (n * per_cent + 99) // 100 - 1


def _winsorized_sum(values: Spread) -> int:
    n = len(values)
    cut = n * 5 // 100
    return sum(values[cut : n - cut]) + cut * (values[cut] + values[n - cut - 1])


def _round(numerator: int, denominator: int) -> float:
    return round(numerator / denominator, DIGITS)
