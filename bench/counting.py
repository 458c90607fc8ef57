"""A table that counts: which AWS calls a use of it makes, how many bytes, and the units that DynamoDB would charge.

The rules are DynamoDB's published ones ("Read and write consumption"): a read unit is 4 KB read consistently, half of it
otherwise, each item of a BatchGetItem rounded up by itself, a Query rounded up as a whole; a write unit is 1 KB of the
larger of old and new item, twice that in a transaction; every index an item stands in is a copy written beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.store.dynamo import GET_MANY_LIMIT
from chalicelib.store.keys import MARKS
from chalicelib.store.table import Check, Delete, Index, Item, Key, Page, Put, Table, Update, Write
from tests.fakes.memory_table import MemoryTable

READ_UNIT_BYTES, WRITE_UNIT_BYTES = 4_096, 1_024
_ACTIONS = {Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem", Check: "ConditionCheckItem"}


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS call."""

    operation: str
    items: int
    size_bytes: int
    read_units: float = 0.0
    write_units: int = 0
    index_units: int = 0


class CountingTable:
    """Implements `chalicelib.store.table.Table` over a memory table and keeps a list of the calls that DynamoDB would see."""

    def __init__(self, table: MemoryTable, indexes: Sequence[Index]) -> None:
        self._table = table
        self._indexes = indexes
        self.calls: list[Call] = []
        self.actions: set[tuple[str, str]] = set()
        """IAM actions that the calls need, each with what it is done to: `table` or `index`."""

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        item = self._table.get(key, consistent=consistent)
        size = item_bytes(item)
        self.actions.add(("dynamodb:GetItem", "table"))
        self.calls.append(Call("GetItem", int(item is not None), size, read_units(size, consistent=consistent)))
        return item

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        found = self._table.get_many(keys)
        by_key = dict(zip(keys, found, strict=True))
        wanted = list(by_key)
        self.actions.add(("dynamodb:BatchGetItem", "table"))
        for start in range(0, len(wanted), GET_MANY_LIMIT):
            items = [by_key[key] for key in wanted[start : start + GET_MANY_LIMIT]]
            units = sum(read_units(item_bytes(item), consistent=True) for item in items)
            there = sum(item is not None for item in items)
            self.calls.append(Call("BatchGetItem", there, sum(map(item_bytes, items)), units))
        return found

    def query(
        self,
        pk: str,
        *,
        index: Index | None = None,
        first: str | None = None,
        last: str | None = None,
        forward: bool = True,
        limit: int = 100,
        after: Item | None = None,
        consistent: bool = True,
    ) -> Page:
        page = self._table.query(
            pk, index=index, first=first, last=last, forward=forward, limit=limit, after=after, consistent=consistent
        )
        size = sum(map(item_bytes, page.items))
        units = read_units(size, consistent=consistent and index is None)
        self.actions.add(("dynamodb:Query", "index" if index else "table"))
        self.calls.append(Call("Query", len(page.items), size, units))
        return page

    def commit(self, *writes: Write) -> None:
        before = {_key(write): self._table.items.get(_key(write)) for write in writes}
        self._table.commit(*writes)
        self.actions |= {(f"dynamodb:{_ACTIONS[type(write)]}", "table") for write in writes}
        factor = 1 if len(writes) == 1 else 2
        size = units = copies = 0
        for write in writes:
            old, new = before[_key(write)], self._table.items.get(_key(write))
            size += 0 if isinstance(write, Check) else item_bytes(new)
            units += factor * write_units(max(item_bytes(old), item_bytes(new)))
            copies += 0 if isinstance(write, Check) else self._copies(old, new)
        self.calls.append(Call(_operation(writes), len(writes), size, 0.0, units, copies))

    def increment(self, key: Key, attribute: str, by: int, also: Item) -> int:
        value = self._table.increment(key, attribute, by, also)
        self.actions.add(("dynamodb:UpdateItem", "table"))
        size = item_bytes(self._table.items.get(key))
        self.calls.append(Call("UpdateItem", 1, size, 0.0, write_units(size)))
        return value

    def _copies(self, old: Item | None, new: Item | None) -> int:
        """Return the units of the index copies: one written where it is new or changed, one deleted where it is gone."""
        units = 0
        for index in self._indexes:
            was, is_now = _projected(old, index), _projected(new, index)
            if was == is_now:
                continue
            moved = was is not None and is_now is not None and was[index.sk] != is_now[index.sk]
            units += (1 + moved) * write_units(max(item_bytes(was), item_bytes(is_now)))
        return units


def item_bytes(item: Item | None) -> int:
    """Return the size of an item by DynamoDB's rule: names and values in UTF-8, a number about half its digits."""
    if item is None:
        return 0
    return sum(len(name) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: str | int | bytes) -> int:
    if isinstance(value, int):
        return len(str(abs(value))) // 2 + 2
    return len(value if isinstance(value, bytes) else value.encode())


def read_units(size_bytes: int, *, consistent: bool) -> float:
    """Return the read units of one item or one query; of nothing, too, at least one."""
    return max(1, -(-size_bytes // READ_UNIT_BYTES)) * (1.0 if consistent else 0.5)


def write_units(size_bytes: int) -> int:
    """Return the write units of one item outside a transaction."""
    return max(1, -(-size_bytes // WRITE_UNIT_BYTES))


def _projected(item: Item | None, index: Index) -> Item | None:
    if item is None or index.pk not in item or index.sk not in item:
        return None
    kept = {"pk", "sk", index.pk, index.sk} | (set() if index in MARKS else {"summary"})
    return {name: value for name, value in item.items() if name in kept}


def _key(write: Write) -> Key:
    return Key(str(write.item["pk"]), str(write.item["sk"])) if isinstance(write, Put) else write.key


def _operation(writes: Sequence[Write]) -> str:
    if len(writes) > 1 or isinstance(writes[0], Check):
        return "TransactWriteItems"
    return _ACTIONS[type(writes[0])]


def as_table(table: CountingTable) -> Table:
    """Return it as the port, so that the type checker holds it to it."""
    return table
