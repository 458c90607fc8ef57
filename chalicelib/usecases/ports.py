"""What the use cases of records need of storage, and what must be durable.

An implementation promises: what a write returns from is durable; a write is all or nothing; reads by base key see every
write that returned. Nothing here is decided from an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chalicelib.domain.records import Ref, State

COMMIT_TRIES = 5
"""How often a use case looks again and decides anew when others were faster, before it asks the sender to come back."""


@dataclass(frozen=True, slots=True)
class Head:
    """A record as intake knows it: the fold of every act taken in."""

    ref: Ref
    act: int
    sha256: str
    """SHA-256 of the last act's bytes: what `after_sha256` must name."""
    state: State


@dataclass(frozen=True, slots=True)
class StoredAct:
    """One act as it was taken in, and where it stands in the register."""

    ref: Ref
    number: int
    raw: bytes
    sha256: str
    key_id: str
    person: str
    received_at: str
    state: str
    public: bool
    agency: str
    register_index: int | None = None
    logged_at: str | None = None


class TakenAct(NamedTuple):
    """An act that is taken in, and the state it leaves its record in."""

    act: StoredAct
    state: State


class RecordStore(Protocol):
    """Where records live."""

    def place(self, ref: Ref, number: int) -> tuple[Head | None, StoredAct | None]:
        """Return a record's head and the act at one number, as one consistent read."""

    def heads(self, refs: Sequence[Ref]) -> dict[Ref, Head]:
        """Return the heads that exist."""

    def acts(self, ref: Ref) -> list[StoredAct]:
        """Return every act of a record, in order."""

    def commit(self, *taken: TakenAct) -> None:
        """Write acts on as many records, the heads after them, and the marks of public ones: all or nothing.

        Raises:
            ConditionFailedError: a place is taken or a head has moved.
        """
