"""Published figures as they are read: bytes by key, one query for a page, nothing parsed and nothing computed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.domain.statistics.periods import ALL, order
from chalicelib.domain.statistics.seals import Seal, read_seal
from chalicelib.store import keys
from chalicelib.store.table import Item, Table
from chalicelib.store.views import Listing

YEARS_AT_ONCE = 4
RUN_SECONDS = 10


class Figures:
    """Reads of published figures. A node is `agency:PWDx`, `service:...` or `jurisdiction:...`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._as_of: str | None = None
        self._read_at: datetime | None = None

    def find(self, node: str, series: str, period: str) -> bytes | None:
        """Return one figure."""
        year = period if period == ALL else period[:4]
        item = self._table.get(keys.figures(node, series, year), consistent=False)
        body = item.get(period) if item else None
        return body if isinstance(body, bytes) else None

    def find_many(self, nodes: Sequence[str], series: str) -> list[bytes | None]:
        """Return the figures of `all` periods of many nodes, in one batch."""
        items = self._table.get_many([keys.figures(node, series, ALL) for node in nodes])
        bodies = (item.get(ALL) if item else None for item in items)
        return [body if isinstance(body, bytes) else None for body in bodies]

    def of_period(self, node: str, series: Sequence[str], period: str) -> dict[str, bytes]:
        """Return the figures of one period by series, of those series that have one, in one batch."""
        year = period if period == ALL else period[:4]
        items = self._table.get_many([keys.figures(node, name, year) for name in series])
        found = ((name, item.get(period) if item else None) for name, item in zip(series, items, strict=True))
        return {name: body for name, body in found if isinstance(body, bytes)}

    def page(self, node: str, series: str, limit: int, after: str | None) -> Listing:
        """Return a page of all periods, newest first and wider ones before those they end with; `after` is a period."""
        place = order(after) if after else None
        found: list[tuple[str, str, bytes]] = []
        last: Item | None = None
        pk, first_year = keys.figures(node, series, (after or ALL)[:4])
        while len(found) <= limit:
            years = self._table.query(
                pk, last=first_year, forward=False, limit=YEARS_AT_ONCE, after=last, consistent=False
            )
            for item in years.items:
                found += _newest_first(item, place)
            if years.last is None:
                break
            last = years.last
        return Listing([body for _, _, body in found[:limit]], found[limit - 1][1] if len(found) > limit else None)

    def sealed(self, jurisdiction: str, period: str, limit: int, after: str | None) -> list[tuple[str, Seal]]:
        """Return the cells that have settled figures in a period, from one on, in order; one more than wanted if there is."""
        pk = keys.seals(jurisdiction, period[:4], "").pk
        found: list[tuple[str, Seal]] = []
        last: Item | None = {"pk": pk, "sk": after} if after else None
        while len(found) <= limit:
            page = self._table.query(pk, limit=limit + 1, after=last, consistent=False)
            seals = [(str(item["sk"]), read_seal(str(item[period]))) for item in page.items if period in item]
            found += [(cell, seal) for cell, seal in seals if seal.figures]
            last = page.last
            if last is None:
                break
        return found

    def as_of(self, now: datetime) -> str | None:
        """Return when the last whole run began (UTC text, at most ten seconds old): all that waited then is published."""
        read_at = self._read_at
        if read_at is None or not timedelta(0) <= now - read_at < timedelta(seconds=RUN_SECONDS):
            item = self._table.get(keys.STATISTICS_RUN, consistent=False)
            self._as_of = str(item["as_of"]) if item and "as_of" in item else None
            self._read_at = now
        return self._as_of


def _newest_first(item: Item, before: str | None) -> list[tuple[str, str, bytes]]:
    found = [(order(name), name, body) for name, body in item.items() if isinstance(body, bytes)]
    return sorted((each for each in found if before is None or each[0] < before), reverse=True)
