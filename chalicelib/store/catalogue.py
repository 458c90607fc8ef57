"""The catalogue of an agency in the table: one partition for each agency, written with the public view."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.domain.catalogue import SERVICE
from chalicelib.domain.records import Holding, Ref
from chalicelib.store import keys
from chalicelib.store.table import Item, Table, query_all

_KEYS = ("pk", "sk", "published_at")


class HoldingPage(NamedTuple):
    """One page of holdings, and the key to go on after, if there is more."""

    holdings: list[Holding]
    last: str | None


class Catalogue:
    """Reads of what agencies hold, and of what the clock summed up of it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def everything(self, agency: str) -> list[Holding]:
        """Return everything that an agency holds, read consistently: for the clock, not for requests."""
        return [_holding(item) for item in query_all(self._table, keys.catalogue_pk(agency))]

    def services(self, agency: str, limit: int, after: str | None) -> HoldingPage:
        """Return a page of the services that an agency offers, by id."""
        pk, first = keys.catalogue_pk(agency), f"{SERVICE}#"
        start: Item | None = {"pk": pk, "sk": after} if after else None
        page = self._table.query(pk, first=first, last=first + keys.END, limit=limit + 1, after=start, consistent=False)
        last = str(page.items[limit - 1]["sk"]) if len(page.items) > limit else None
        return HoldingPage([_holding(item) for item in page.items[:limit]], last)

    def sums(self, agencies: Sequence[str]) -> list[bytes | None]:
        """Return what the clock last summed up of each agency, in one batch."""
        items = self._table.get_many([keys.duties("agency", agency) for agency in agencies])
        return [item["sums"] if item and "sums" in item else None for item in items]  # type: ignore[misc]


def _holding(item: Item) -> Holding:
    name, kind, record_id = str(item["sk"]).split("#", 2)
    members = {key: value for key, value in item.items() if key not in _KEYS and not isinstance(value, bytes)}
    return Holding(name, Ref(kind, record_id), str(item.get("published_at", "")), members)
