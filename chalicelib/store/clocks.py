"""What time alone will change, in the sparse index `clock`: one entry for each subject, at the instant of its next turn.

The index is read eventually consistently and only says what to look at; the job reads the item itself before it decides.
"""

from collections.abc import Iterator

from chalicelib.domain.records import Ref
from chalicelib.store import keys
from chalicelib.store.table import Table, query_all
from chalicelib.usecases.advance_clocks import Due


class Clocks:
    """Implements `usecases.advance_clocks.ClockStore`."""

    shards = keys.CLOCK_SHARDS

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, shard: int, until: str) -> Iterator[Due]:
        pk = keys.clock_partitions()[shard]
        found = query_all(self._table, pk, index=keys.CLOCK, last=f"{until}#{keys.END}")
        return (Due(Ref(*str(item["pk"]).split("#", 1)), item["sk"] == keys.DUTIES) for item in found)
