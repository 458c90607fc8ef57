"""Estimates for open cases, from published figures: each service is looked up once in five minutes by a process.

A status that changes between two reads only because another process knows a newer figure does so for five minutes at most.
What cannot be read is not there: a status is never late or lost for an estimate.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import orjson

from chalicelib.domain.cases.estimates import SERIES, Estimate, estimate_of
from chalicelib.errors import UnavailableError
from chalicelib.store import keys
from chalicelib.store.table import Item, Table

KEPT = timedelta(minutes=5)
MOST = 1_000


class Estimates:
    """Implements the estimates of `routes.cases`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[str, tuple[datetime, Estimate | None]] = {}

    def of(self, services: Iterable[str], now: datetime) -> dict[str, Estimate]:
        """Return what is known of these services."""
        wanted = set(services)
        # Taken out before anything is looked up: making room may drop what is still fresh.
        found = {
            service: kept[1] for service in wanted if (kept := self._known.get(service)) and _is_fresh(kept[0], now)
        }
        asked = sorted(wanted - found.keys())
        if asked:
            found |= self._look(asked, now)
        return {service: estimate for service, estimate in found.items() if estimate is not None}

    def _look(self, services: Sequence[str], now: datetime) -> dict[str, Estimate | None]:
        if len(self._known) + len(services) > MOST:
            self._known.clear()
        found = self._read(services, now.year)
        self._known.update({service: (now, estimate) for service, estimate in found.items()})
        return found

    def _read(self, services: Sequence[str], year: int) -> dict[str, Estimate | None]:
        """This year's figures, and for services without one that fits, last year's."""
        try:
            found = self._of_year(services, year)
            missing = [service for service in services if found[service] is None]
            return found | (self._of_year(missing, year - 1) if missing else {})
        except UnavailableError:
            return dict.fromkeys(services)  # the figures can wait; who reads a status cannot

    def _of_year(self, services: Sequence[str], year: int) -> dict[str, Estimate | None]:
        places = [keys.figures(f"service:{service}", SERIES, str(year)) for service in services]
        alone = len(places) == 1
        items = [self._table.get(places[0], consistent=False)] if alone else self._table.get_many(places)
        return {service: _estimate(item) for service, item in zip(services, items, strict=True)}


def _is_fresh(read_at: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - read_at < KEPT


def _estimate(item: Item | None) -> Estimate | None:
    bodies = (value for value in (item or {}).values() if isinstance(value, bytes))
    return estimate_of(orjson.loads(body) for body in bodies)
