"""A table in memory with DynamoDB's promises and a hook before and after every call.

The contract suite runs the same tests on this, on moto and on the emulator. `hook(moment, call, detail)` is called with
moment "before" or "after"; raising in "before" is a call that never happened, raising in "after" is one whose effect
stayed and whose answer was lost. Indexes may lag: `lag` holds back index changes until `settle()`.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Sequence
from copy import deepcopy
from threading import RLock
from typing import Any

from chalicelib.store.keys import MARKS
from chalicelib.store.table import (
    TRANSACTION_LIMIT,
    Check,
    Condition,
    ConditionFailedError,
    Delete,
    Index,
    Item,
    Key,
    Page,
    Put,
    Update,
    Write,
)

ITEM_LIMIT_BYTES = 400_000
TRANSACTION_LIMIT_BYTES = 4_000_000
Hook = Callable[[str, str, object], None]


def no_hook(moment: str, call: str, detail: object) -> None:
    """Do nothing."""


def size_of(item: Item) -> int:
    """Return the bytes that an item takes, names among them."""
    return sum(len(name) + len(v if isinstance(v, bytes) else str(v).encode()) for name, v in item.items())


class MemoryTable:
    """Implements `chalicelib.store.table.Table`."""

    def __init__(self, indexes: Sequence[Index] = ()) -> None:
        self.items: dict[Key, Item] = {}
        self.hook: Hook = no_hook
        self.calls: list[tuple[str, object]] = []
        self._indexes = {index.name: index for index in indexes}
        self._partitions: dict[tuple[str, str], list[tuple[str, Key]]] = {}
        self._indexed: dict[tuple[str, Key], Item] = {}
        self._lock = RLock()
        self.lagging = False
        self._held: dict[Key, Item | None] = {}

    # What the tests look at

    def snapshot(self) -> dict[Key, Item]:
        """Return a copy of everything stored."""
        with self._lock:
            return {key: dict(item) for key, item in self.items.items()}

    def save(self) -> object:
        """Return the whole table, to be put back by `put_back`."""
        with self._lock:
            return deepcopy((self.items, self._partitions, self._indexed))

    def put_back(self, saved: Any) -> None:
        """Put back what `save` returned; hook, lag and calls are forgotten."""
        self.items, self._partitions, self._indexed = deepcopy(saved)
        self.hook, self.lagging, self._held, self.calls = no_hook, False, {}, []

    def settle(self) -> None:
        """Let the indexes catch up."""
        with self._lock:
            held, self._held = self._held, {}
            for key, indexed in held.items():
                self._reindex(key, indexed, self.items.get(key))

    # The port

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        with self._call("get", key), self._lock:
            return self._copy(key)

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        with self._call("get_many", tuple(keys)), self._lock:
            return [self._copy(key) for key in keys]

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
        if first is not None and last is not None and first > last:
            raise ValueError("a range ends before it begins: DynamoDB refuses it")
        detail = (pk, index.name if index else None, first, last, limit)
        with self._call("query", detail), self._lock:
            order = self._partitions.get((index.name if index else "", pk), [])
            low = bisect_left(order, (first, Key("", ""))) if first is not None else 0
            high = bisect_right(order, (last, Key("\U0010ffff", ""))) if last is not None else len(order)
            if after is not None:
                place = (str(after[index.sk if index else "sk"]), Key(str(after["pk"]), str(after["sk"])))
                if forward:
                    low = max(low, bisect_right(order, place))
                else:
                    high = min(high, bisect_left(order, place))
            chosen = order[low:high] if forward else order[low:high][::-1]
            keys = [key for _, key in chosen[:limit]]
            items = [dict(self._indexed[(index.name, key)] if index else self.items[key]) for key in keys]
            more = len(chosen) > limit
            return Page(items, self._last_key(items[-1], index) if more else None)

    def commit(self, *writes: Write) -> None:
        if not 1 <= len(writes) <= TRANSACTION_LIMIT:
            raise ValueError("a commit has 1 to 100 writes")
        keys = [self._key(write) for write in writes]
        if len(set(keys)) != len(keys):
            raise ValueError("a commit names an item twice")
        written = [write.item for write in writes if isinstance(write, Put)]
        if sum(map(size_of, written)) > TRANSACTION_LIMIT_BYTES:
            raise ValueError("a commit of more than 4 MB")
        with self._call("commit", tuple(keys)), self._lock:
            for write in writes:
                self._hold(self._key(write), write.when)
            for write in writes:
                self._apply(write)

    def increment(self, key: Key, attribute: str, by: int, also: Item) -> int:
        with self._call("increment", key), self._lock:
            item = self._copy(key) or {"pk": key.pk, "sk": key.sk}
            value = int(item.get(attribute, 0)) + by
            self._store(key, {**item, **also, attribute: value})
            return value

    # Inside

    def _call(self, call: str, detail: object) -> "_Call":
        self.calls.append((call, detail))
        return _Call(self, call, detail)

    def _copy(self, key: Key) -> Item | None:
        item = self.items.get(key)
        return None if item is None else dict(item)

    @staticmethod
    def _key(write: Write) -> Key:
        return Key(str(write.item["pk"]), str(write.item["sk"])) if isinstance(write, Put) else write.key

    def _hold(self, key: Key, when: Condition) -> None:
        item = self.items.get(key, {})
        for attribute, value in when.items():
            if item.get(attribute) != value:
                raise ConditionFailedError(f"{attribute} of {key}")

    def _apply(self, write: Write) -> None:
        key = self._key(write)
        if isinstance(write, Put):
            self._store(key, dict(write.item))
        elif isinstance(write, Update):
            item = {**(self._copy(key) or {"pk": key.pk, "sk": key.sk}), **write.set}
            for attribute in write.remove:
                item.pop(attribute, None)
            self._store(key, item)
        elif isinstance(write, Delete):
            self._store(key, None)
        else:
            assert isinstance(write, Check)

    def _store(self, key: Key, item: Item | None) -> None:
        if item is not None and size_of(item) > ITEM_LIMIT_BYTES:
            raise ValueError(f"item of {size_of(item)} bytes")
        before = self.items.get(key)
        if item is None:
            self.items.pop(key, None)
        else:
            self.items[key] = item
        self._move("", key, before, item, "pk", "sk")
        if self.lagging:
            self._held.setdefault(key, before)
        else:
            self._reindex(key, before, item)

    def _reindex(self, key: Key, before: Item | None, item: Item | None) -> None:
        for index in self._indexes.values():
            self._move(index.name, key, before, item, index.pk, index.sk)
            kept = {"pk", "sk", index.pk, index.sk} | (set() if index in MARKS else {"summary"})
            if item is not None and index.pk in item and index.sk in item:
                self._indexed[(index.name, key)] = {name: item[name] for name in kept if name in item}
            else:
                self._indexed.pop((index.name, key), None)

    def _move(self, name: str, key: Key, before: Item | None, item: Item | None, pk: str, sk: str) -> None:
        if before is not None and pk in before and sk in before:
            order = self._partitions[(name, str(before[pk]))]
            del order[bisect_left(order, (str(before[sk]), key))]
        if item is not None and pk in item and sk in item:
            insort(self._partitions.setdefault((name, str(item[pk])), []), (str(item[sk]), key))

    @staticmethod
    def _last_key(item: Item, index: Index | None) -> Item:
        names = {"pk", "sk"} | ({index.pk, index.sk} if index else set())
        return {name: item[name] for name in names}


class _Call:
    """Runs the hook before a call and, if it went well, after it."""

    def __init__(self, table: MemoryTable, call: str, detail: object) -> None:
        self._table, self._name, self._detail = table, call, detail

    def __enter__(self) -> None:
        self._table.hook("before", self._name, self._detail)

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        if kind is None:
            self._table.hook("after", self._name, self._detail)
