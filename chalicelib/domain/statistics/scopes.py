"""What a figure is computed from: the tallies and the ledger of a node, and a period, as they stand on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.statistics.facts import OPEN
from chalicelib.domain.statistics.ledgers import Ledger
from chalicelib.domain.statistics.periods import contains, day_before, first_day, last_day, last_month
from chalicelib.domain.statistics.tallies import Counts, Tally, total_rows

Figures = dict[str, Any]
PLACES = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """A node's tallies by place, and a period, as they stand on a day of the jurisdiction."""

    tallies: Mapping[str, Tally]
    period: str
    today: str
    ledger: Ledger = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the period still runs."""
        return last_day(self.period) >= self.today

    @property
    def last(self) -> str:
        """The last day that counts: the period's, or today."""
        return min(last_day(self.period), self.today)

    @property
    def last_whole(self) -> str:
        """The last day that has passed: the period's, or yesterday."""
        return min(last_day(self.period), day_before(self.today))

    @property
    def ended(self) -> list[Tally]:
        """The tallies of the cases that ended in the period."""
        return [found for place, found in self.tallies.items() if place != OPEN and contains(self.period, place)]

    @property
    def open_after(self) -> list[Tally]:
        """The tallies of the cases that were not over at the period's end, opened by then or later."""
        month = last_month(self.period)
        return [found for place, found in self.tallies.items() if place == OPEN or place > month]

    def in_period(self, counts: Counts, until: str) -> int:
        """Return how many of the counts stand on a day of the period, up to a day."""
        first = first_day(self.period)
        return sum(n for day, n in counts.items() if first <= day <= until)

    def happened(self, name: str, until: str | None = None) -> int:
        """Return how often something happened in the period, by the ledger: up to the last day that counts, or another."""
        return self.in_period(self.ledger.get(name, {}), until or self.last)

    def there(self, name: str, on: str | None = None) -> int:
        """Return how much of something there is at the end of the period, by the ledger, or at that of another day."""
        last = on or self.last
        return sum(n for day, n in self.ledger.get(name, {}).items() if day <= last)

    def coded(self, prefix: str) -> dict[str, str]:
        """Return the names of the ledger that begin so, by the code that follows."""
        return {name.removeprefix(prefix): name for name in self.ledger if name.startswith(prefix)}

    def rows(self) -> dict[str, Counts]:
        """Return what ended in the period, row by row."""
        return total_rows(self.ended)


def rated(numerator: int, n: int) -> Figures:
    """Return what every rate says of itself: its value, what it rests on and the part that counts."""
    return {"value": rate(numerator, n), "n": n, "numerator": numerator}


def rate(numerator: int, n: int) -> float | None:
    """Return a rate, or null where there is nothing to rate."""
    return round(numerator / n, PLACES) if n else None
