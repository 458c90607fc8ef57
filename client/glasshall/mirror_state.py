"""How far a mirror is, as pure data: the tree of the register up to there, and what is still to be explained; and what a
store must be able to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from glasshall.edges import EMPTY, Edge
from glasshall.errors import RegisterError, UsageError
from glasshall.feed import Change
from glasshall.leaves import leaf_of
from glasshall.shared import merkle

ERASE = "erase"
"""The act with which a record is erased: its text is gone everywhere, and so it must be in a copy."""
_FORMAT = "glasshall-mirror-1"


class Store(Protocol):
    """Where a copy is kept. All that is told between two `save` is one transaction, which `save` commits.

    A copy is what `put` was given last for each (kind, id, version), without what `drop` took. The version with the
    greatest number is what the record shows now; a withdrawn record's is its tombstone.
    """

    def load(self) -> str | None:
        """Return what `save` was given last; None at the beginning. What was told after it must be gone."""

    def put(self, change: Change, body: bytes) -> None:
        """Keep a record's bytes as version `change.version` of (`change.kind`, `change.id`)."""

    def drop(self, kind: str, record_id: str, below: int) -> None:
        """Delete every version of a record below this one: it was withdrawn or erased, and they may be shown no more."""

    def save(self, state: str) -> None:
        """Keep this text, and commit."""


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How far a copy is."""

    url: str
    edge: Edge = EMPTY
    """Of the register's tree up to here: the size is the index of the entry to come next."""
    last: bytes = b""
    """Hash of the leaf of the last entry."""
    lacking: Mapping[str, int] = field(default_factory=dict)
    """By record: how many versions the server gave no more, until the act is met that explains it."""
    erasures: Mapping[str, str] = field(default_factory=dict)
    """By index: the record whose erasure an erased entry says stands there; to be met."""
    keys: tuple[str, ...] = ()
    """The keys (vkeys) that were trusted when they were first met."""
    checkpoint: str = ""
    """The signed note that the copy is held to; it goes at most as far."""

    @property
    def next(self) -> int:
        """The index of the entry to come next."""
        return self.edge.size

    def after(self, change: Change) -> "MirrorState":
        """Return how far the copy is with one entry more.

        Raises:
            RegisterError: the entry does not follow, or contradicts what was said before.
        """
        if change.index != self.next:
            raise RegisterError(f"entry {self.next} was to come, and entry {change.index} came", self.next)
        leaf = merkle.leaf_hash(leaf_of(change.document))
        erasures = _erasures(self.erasures, change, f"{change.kind} {change.id}")
        return replace(self, edge=self.edge.grown(leaf), last=leaf, erasures=erasures)

    def given(self, change: Change) -> "MirrorState":
        """Return the state once it is known whether an entry came with the version that it made."""
        lacking = _lacking(self.lacking, change, f"{change.kind} {change.id}")
        return self if lacking is self.lacking else replace(self, lacking=lacking)

    def encode(self) -> str:
        """Return it as the text that a store keeps."""
        members = {
            "format": _FORMAT,
            "url": self.url,
            "size": self.edge.size,
            "edge": [found.hex() for found in self.edge.hashes],
            "last": self.last.hex(),
            "lacking": self.lacking,
            "erasures": self.erasures,
            "keys": self.keys,
            "checkpoint": self.checkpoint,
        }
        return json.dumps(members, separators=(",", ":"))


def decode_state(text: str) -> MirrorState:
    """Return what `MirrorState.encode` wrote.

    Raises:
        UsageError: it is none of ours.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        if found["format"] != _FORMAT:
            raise UsageError("the store does not say how far a mirror is")
        return MirrorState(
            url=found["url"],
            edge=Edge(found["size"], tuple(map(bytes.fromhex, found["edge"]))),
            last=bytes.fromhex(found["last"]),
            lacking=found["lacking"],
            erasures=found["erasures"],
            keys=tuple(found["keys"]),
            checkpoint=found["checkpoint"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError("the store does not say how far a mirror is") from error


def _lacking(known: Mapping[str, int], change: Change, record: str) -> Mapping[str, int]:
    if change.ends_versions or change.name == ERASE:
        return {name: count for name, count in known.items() if name != record}
    if change.version is not None and change.body is None:
        return {**known, record: known.get(record, 0) + 1}
    return known


def _erasures(known: Mapping[str, str], change: Change, record: str) -> Mapping[str, str]:
    """An erased entry names a later one, which must be the erasure of the same record."""
    index, wanted = change.index, known.get(str(change.index))
    if wanted is not None and (change.name != ERASE or record != wanted):
        raise RegisterError(f"entry {index} was said to erase {wanted}, and does not", index)
    left = {at: name for at, name in known.items() if at != str(index)} if wanted is not None else known
    if change.erased_by is None:
        return left
    if change.erased_by <= index or left.get(str(change.erased_by), record) != record:
        raise RegisterError(f"entry {index} says that it was erased by one that cannot have", index)
    return {**left, str(change.erased_by): record}
