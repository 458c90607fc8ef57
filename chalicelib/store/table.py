"""The table as the repositories see it: flat items, five reads and writes, conditions as data.

One small port keeps every repository independent of the engine: `dynamo.py` speaks to DynamoDB, the tests' memory table
stands in for it with a hook before and after each call. What must hold of any implementation:

- `commit` is all or nothing, and durable once it returns.
- A condition maps an attribute to the value it must have; `None` means the attribute must be absent.
- `get` and base-table `query` are strongly consistent unless told otherwise; a query of an index never is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from chalicelib.errors import ConditionFailedError

__all__ = [
    "ABSENT",
    "TRANSACTION_LIMIT",
    "Check",
    "Condition",
    "ConditionFailedError",
    "Delete",
    "Index",
    "Item",
    "Key",
    "Page",
    "Put",
    "Table",
    "Update",
    "Value",
    "Write",
    "query_all",
]

Value = str | int | bytes
Item = dict[str, Value]
Condition = Mapping[str, Value | None]

ABSENT: Condition = {"pk": None}


class Key(NamedTuple):
    """Primary key of an item."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item."""

    item: Item
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Update:
    """Set and remove attributes of an item, which must exist if `when` says so."""

    key: Key
    set: Item = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an item; deleting what is not there is no error unless `when` says so."""

    key: Key
    when: Condition = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """Hold a commit to a condition on an item that it does not write."""

    key: Key
    when: Condition


Write = Put | Update | Delete | Check
TRANSACTION_LIMIT = 100


class Index(NamedTuple):
    """A global secondary index: its name and its two key attributes. `infra/data.yaml` declares the same."""

    name: str
    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query; `last` is the key to go on after, or None when the end was reached."""

    items: list[Item]
    last: Item | None


class Table(Protocol):
    """What a table can do."""

    def get(self, key: Key, *, consistent: bool = True) -> Item | None:
        """Return the item, or None."""

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """Return the items in the order of their keys (any number; the engine's own limits are kept inside)."""

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
        """Return one page of a partition with `first <= sk <= last`; `after` is the `last` of an earlier page."""

    def commit(self, *writes: Write) -> None:
        """Do all writes (1 to 100) or none.

        Raises:
            ConditionFailedError: a condition did not hold.
            UnavailableError: the engine could not answer.
        """

    def increment(self, key: Key, attribute: str, by: int, also: Item) -> int:
        """Add to a counter, set `also` beside it, and return the new value. Not idempotent: for limiters only."""


def query_all(
    table: Table, pk: str, *, index: Index | None = None, first: str | None = None, last: str | None = None
) -> Iterator[Item]:
    """Yield every item of a range, page by page: a page may be empty and still not be the last."""
    after: Item | None = None
    while True:
        page = table.query(pk, index=index, first=first, last=last, limit=1_000, after=after)
        yield from page.items
        if page.last is None:
            return
        after = page.last
