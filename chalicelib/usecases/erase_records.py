"""The job that deletes what was erased by order, so that nothing of the text is left, nor what could confirm it.

For each record with a mark, once the register shows the act that erased it:

    acts      bytes and hash of each act before it go; of its entry in the register both hashes and the salt, all or nothing.
              The leaf stands as it was, with its commitment: the tree does not change
    beside    versions, entries in lists, what lay beside the record (the contact of who sent a comment)
    objects   what was too large for an item: it lies under the record's own name, with every state that the store keeps
    files     attachments that no other record names or named
    stages    of the register, which hold hashes and salts; one that is not finished is waited for
    exports   all that were begun before now. The read model is built anew by its own job at the act

Each step is harmless when it is done again, and what a step needs is taken away by none before it: whoever is killed, the
next run begins again. A second pass comes an hour after: for what was being written while the first one ran.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from chalicelib.domain.instants import to_key
from chalicelib.domain.records import Ref

log = logging.getLogger("glasshall.jobs")

AGAIN_AFTER = timedelta(hours=1)
"""Longer than any process lives that was writing when the record was erased."""
PASSES = 2


class Marked(NamedTuple):
    """A record that was erased, and how far its deletion is."""

    ref: Ref
    act: int
    """The number of the act that erased it."""
    public: bool
    register_index: int | None
    """Index of that act's entry; None before it is shown, and for ever if the record never showed anything."""
    passes: int


class ErasureStore(Protocol):
    """What of records can be deleted, wherever it lies. Every call is harmless when it is done again."""

    def due(self, until: str) -> Iterator[Ref]:
        """Yield the records with a mark that has come due; may be late, may name what is done."""

    def find(self, ref: Ref) -> Marked | None:
        """Return how far the deletion of a record is, or None where nothing is left to do."""

    def forget_acts(self, marked: Marked) -> None:
        """Delete bytes and hashes of the acts before the one that erased the record, with those of their entries."""

    def forget_beside(self, marked: Marked) -> None:
        """Delete its earlier versions, its entries in lists, and what lies beside it."""

    def forget_objects(self, ref: Ref) -> None:
        """Delete the objects of the record."""

    def forget_files(self, ref: Ref) -> None:
        """Delete the attachments that this record alone named."""

    def forget_stages(self) -> bool:
        """Delete the register's stages; False if one is not finished."""

    def settle(self, marked: Marked, again_at: str | None) -> None:
        """Put the mark to its next pass, or take it away."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What one run did."""

    records: int = 0
    waiting: int = 0
    """Records whose turn has not come: the register has still to show or to finish something."""


def erase_records(store: ErasureStore, forget_exports: Callable[[int], None], now: datetime) -> Erased:
    """Delete what is left of every record that was erased."""
    found = [marked for ref in store.due(to_key(now)) if (marked := store.find(ref)) is not None]
    ready = [marked for marked in found if not marked.public or marked.register_index is not None]
    for marked in ready:
        if (
            marked.passes == 0
        ):  # the act's own line is written where the operator sits; this one where alarms are looked for
            log.warning("alarm %s erased by order, entry %s", marked.ref.kind, marked.register_index)
        store.forget_acts(marked)
        store.forget_beside(marked)
        store.forget_objects(marked.ref)
        store.forget_files(marked.ref)
    if not ready or not store.forget_stages():
        return Erased(0, len(found))
    if first := [marked.register_index or 0 for marked in ready if marked.passes == 0]:
        forget_exports(max(first))  # and what is being written now: it may have read what was still there
    for marked in ready:
        again = marked.passes + 1 < PASSES
        store.settle(marked, to_key(now + AGAIN_AFTER) if again else None)
    return Erased(len(ready), len(found) - len(ready))
