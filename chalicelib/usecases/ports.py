"""What the use cases of records need of storage, and what must be durable.

An implementation promises: what a write returns from is durable; a write is all or nothing; reads by base key see every
write that returned. Nothing here is decided from an index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from chalicelib.domain.card_marks import CardMark
from chalicelib.domain.records import FOLD, Holding, Ref, State

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
    fold: int = FOLD
    """Which folds made the state."""


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

    @property
    def erased(self) -> bool:
        """Whether its bytes were erased by order, and their hash with them."""
        return not self.raw


class TakenAct(NamedTuple):
    """An act that is taken in, the state it leaves its record in, and the heads of others that it rests on."""

    act: StoredAct
    state: State
    upon: tuple[Head, ...] = ()
    files: tuple[Ref, ...] = ()
    """Attachments that it names."""


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
            ConditionFailedError: a place is taken or a head has moved, one that an act rests on among them.
        """


class CardChange(NamedTuple):
    """What the clock does about the cards of a subject: its marks after it, and the acts on the cards."""

    subject: Ref
    """What the cards are about: a case or a record."""
    marks: tuple[CardMark, ...]
    acts: tuple[TakenAct, ...]


@dataclass(frozen=True, slots=True)
class OpenedDuties:
    """What is remembered of the duties of a record, beside the record itself."""

    head: Head
    version: int
    """How often the clock has written it; 0 before it did."""
    opened_at: str
    """When the record first came in (UTC text)."""
    marks: tuple[CardMark, ...]
    kept: str
    """The ground on which it is counted as kept from the public; empty if it is not."""
    turns_at: str | None
    """When the clock must look at the duties again (UTC text)."""


class DutiesAfter(NamedTuple):
    """What the clock leaves of the duties of a record."""

    cards: CardChange
    kept: str
    sums: bytes | None
    """What it summed up of the catalogue, of an agency."""
    turn: str | None


class DutyStore(Protocol):
    """Where it stands what a record owes; every act on it puts the mark to its own instant, in its own transaction."""

    def open(self, ref: Ref) -> OpenedDuties | None:
        """Return what is remembered of a record's duties, read consistently, or None."""

    def holdings(self, agency: str) -> list[Holding]:
        """Return everything that an agency holds publicly."""

    def look_at(self, agencies: Iterable[str], at: str) -> None:
        """Have the duties of agencies looked at from an instant on, for their catalogues have changed."""

    def commit(self, before: OpenedDuties, after: DutiesAfter) -> None:
        """Write the marks, the acts on the cards, what was summed up and when to look next: all or nothing.

        Raises:
            ConditionFailedError: the record or what is remembered has changed since `before`, or a place is taken.
        """


class CardSubjects(Protocol):
    """Where it stands what a card is about."""

    def subject_of(self, card_id: str) -> Ref | None:
        """Return the case or record that a card is about, or None."""
