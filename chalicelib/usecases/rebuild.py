"""Rebuilding the public view from acts and register, to compare it with what is served or to replace it.

The view is the exact fold of the register, so a rebuild gives the same bytes. It walks the register, not the table.
"""

from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.public_view import PublicRecord, Site
from chalicelib.domain.records import Ref
from chalicelib.domain.register import Entry
from chalicelib.usecases.folding import Folds
from chalicelib.usecases.log_register import RegisterStore, records_around
from chalicelib.usecases.ports import RecordStore


class ViewStore(RegisterStore, Protocol):
    """Where the public view lives."""

    def differing(self, entry: Entry, record: PublicRecord | None, *, newest: bool) -> list[str]:
        """Return the names of stored items that are not what the fold gives."""

    def replace(self, entry: Entry, record: PublicRecord | None, *, newest: bool) -> None:
        """Write the items that the fold gives."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild saw."""

    entries: int
    differing: tuple[str, ...]


def rebuild(view: ViewStore, records: RecordStore, site: Site, *, replace: bool) -> Rebuilt:
    """Fold every entry anew; name every item that differs and, if asked, write what the fold gives."""
    head = view.head()
    if head.projected == 0:
        return Rebuilt(0, ())
    newest: dict[Ref, int] = {}
    last: dict[Ref, int] = {}
    for entry in view.entries(0, head.projected - 1):
        ref = Ref(entry.kind, entry.record_id)
        last[ref] = entry.index
        if entry.version is not None:
            newest[ref] = entry.index
    folds: Folds = {}
    differing: list[str] = []
    for entry in view.entries(0, head.projected - 1):
        ref = Ref(entry.kind, entry.record_id)
        record, _ = records_around(entry, records, site, folds)
        is_newest = newest.get(ref) == entry.index
        found = view.differing(entry, record, newest=is_newest)
        differing += found
        if found and replace:
            view.replace(entry, record, newest=is_newest)
        if last[ref] == entry.index:
            del folds[ref]  # nothing of this record is still to come
    return Rebuilt(head.projected, tuple(differing))
