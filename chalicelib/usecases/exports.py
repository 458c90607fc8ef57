"""Exports: every public record and every entry of the register up to one index, as files that need no program to be read.

Order of writes, and what is true if we stop after each:

    files     each lies under its own SHA-256; no manifest names it yet, and the next run writes the same or sweeps it away
    guard     nothing yet: an export that lacks what the register shows ends here, and the last good one stays
    manifest  together with the least index that may follow, on condition of it and of the generation: it is the newest now
    beside    the manifest lies beside the files too, for the day when nothing else answers; the next run writes it again
    sweep     manifests that do not stay go first, then the files that none names, with all their versions

Two runs at once: the one that is further wins; the other finds that its index is too low and publishes nothing. An erasure
begins a new generation: it removes every export there is, for their entries hold hash and salt of what was erased even where
their records do not hold its text, and a run that began before it publishes nothing.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from chalicelib.domain.exports.columns import ENTRY, KINDS, Row
from chalicelib.domain.exports.manifest import CHANGES, Bound, Counts, ExportFile, Manifest, Place, kept, missing
from chalicelib.domain.instants import localised, to_key
from chalicelib.domain.nouns import BY_KIND
from chalicelib.errors import UnfinishedError


class Mirrored(Protocol):
    """A public record as it stands at the index of the mirror."""

    @property
    def listed(self) -> bool:
        """False once withdrawn: then its body is what remains."""

    @property
    def body(self) -> bytes:
        """As its address gives it."""


class Mirror(Protocol):
    """All public records, exactly as the register up to one index gives them."""

    @property
    def size(self) -> int:
        """How many entries of the register are in it."""

    def rows(self, collection: str) -> Iterable[Mirrored]:
        """Yield the records of a collection by their ids, the withdrawn ones too."""


class Draft(NamedTuple):
    """A file of an export that is written, on scratch disk."""

    file: ExportFile
    here: Path


class Counted(NamedTuple):
    """What the entries of an export come to."""

    entries: int
    at: str
    """When the last of them got its index, as it says."""
    shown: dict[str, int]
    """How many records of each kind they say are shown, or what remains of them."""
    erased: dict[str, int]
    """How many of these were erased, in part or whole."""


class Drafts(Protocol):
    """The files of one export, as they are written on scratch disk."""

    def collection(self, name: str, kind: str, rows: Iterable[Row]) -> Iterable[Draft]:
        """Write a collection, and yield its files; each may be taken away once it was yielded."""

    def whole(self) -> Draft:
        """Finish the one file that holds everything."""

    def counted(self) -> Counted:
        """Return what the entries that were written come to."""


class Desk(Protocol):
    """Scratch disk."""

    def drafts(self, place: Place) -> AbstractContextManager[Drafts]:
        """Begin an export; all its files are gone from the disk afterwards."""


class Kept(NamedTuple):
    """An export there is."""

    place: Place
    written_at: str


class Shelf(Protocol):
    """Where exports lie, and where it stands which there are."""

    def entries(self, register_index: int) -> Iterable[bytes]:
        """Yield the entries of the register up to an index, as `/v1/changes` gives them."""

    def checkpoint(self, register_index: int) -> str | None:
        """Return the newest signed checkpoint, if the register it signs ends at this index."""

    def bound(self) -> Bound:
        """Return what may be published."""

    def begin_generation(self, least: int) -> None:
        """Have nothing published that was begun before now, and nothing below an index."""

    def publish(self, manifest: Manifest) -> bool:
        """Put an export among those there are and raise the least index to its own; False if it may not be published."""

    def newest(self) -> Manifest | None:
        """Return the newest export."""

    def kept(self) -> list[Kept]:
        """Return every export there is, newest first."""

    def drop(self, register_index: int) -> None:
        """Take an export out of those there are."""

    def put(self, draft: Draft) -> None:
        """Put a file where it is given out; whole and durable once it returns."""

    def put_beside(self, manifest: Manifest | None) -> None:
        """Have the newest manifest lie beside the files, or none."""

    def places(self) -> set[Place]:
        """Return the places where files lie, earlier states of files among them."""

    def remove(self, place: Place) -> None:
        """Remove every file of a place, with every earlier state that is kept of it."""


NONE = -1
"""The index of no export."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one run did, and of which index it wrote or would have written an export."""

    register_index: int
    files: int = 0
    rows: int = 0
    removed: int = 0
    """Exports that do not stay."""
    superseded: bool = False
    """Whether another run, or an erasure, was further: then nothing was published."""


def write_exports(mirror: Mirror, desk: Desk, shelf: Shelf, now: datetime, zone: str) -> Written:
    """Write an export at the mirror's index, publish it, and remove those that do not stay.

    Raises:
        UnfinishedError: it would lack something that the register shows; the last one stays.
    """
    index = mirror.size - 1
    if index == NONE:
        return Written(NONE)
    bound = shelf.bound()
    place = Place(index, bound.generation)
    if not bound.admits(place):
        return Written(index, superseded=True)
    manifest = _written(mirror, desk, shelf, place, now)
    if not shelf.publish(manifest):
        _sweep(shelf)
        return Written(index, superseded=True)
    shelf.put_beside(shelf.newest())
    there = [(each.place.register_index, localised(each.written_at, zone)[:10]) for each in shelf.kept()]
    leaving = {number for number, _ in there} - kept(there)
    for number in sorted(leaving):
        shelf.drop(number)
    _sweep(shelf)
    return Written(index, len(manifest.files), sum(manifest.rows().values()), len(leaving))


def forget_exports_before(register_index: int, shelf: Shelf) -> None:
    """Remove every export that was begun before now, in every version: an entry below an index, or at it, was erased.

    Harmless when done twice. The next run of the job that is beyond the index writes an export without what was erased.
    """
    shelf.begin_generation(register_index)
    generation = shelf.bound().generation
    for each in shelf.kept():
        if each.place.generation < generation:
            shelf.drop(each.place.register_index)
    shelf.put_beside(shelf.newest())
    _sweep(shelf)


def _written(mirror: Mirror, desk: Desk, shelf: Shelf, place: Place, now: datetime) -> Manifest:
    with desk.drafts(place) as drafts:
        done = []
        for kind in KINDS:
            collection = BY_KIND[kind].collection
            rows = (Row(each.body, each.listed) for each in mirror.rows(collection))
            done += [_put(shelf, draft) for draft in drafts.collection(collection, kind, rows)]
        entries = (Row(line) for line in shelf.entries(place.register_index))
        done += [_put(shelf, draft) for draft in drafts.collection(CHANGES, ENTRY, entries)]
        done.append(_put(shelf, drafts.whole()))
        counted = drafts.counted()
    at = to_key(datetime.fromisoformat(counted.at))
    manifest = Manifest(*place, at, to_key(now), shelf.checkpoint(place.register_index), tuple(done))
    _guard(manifest, counted, shelf.newest())
    return manifest


def _put(shelf: Shelf, draft: Draft) -> ExportFile:
    shelf.put(draft)
    return draft.file


def _guard(manifest: Manifest, counted: Counted, before: Manifest | None) -> None:
    """Let an export through that holds all that the register shows.

    Raises:
        UnfinishedError: it does not.
    """
    lacking = []
    if counted.entries != manifest.register_index + 1:
        lacking.append(f"{counted.entries} entries of {manifest.register_index + 1}")
    rows = {name: number for name, number in manifest.rows().items() if name != CHANGES}
    last = {name: number for name, number in before.rows().items() if name != CHANGES} if before else {}
    lacking += missing(Counts(rows, _by_collection(counted.shown), _by_collection(counted.erased)), last)
    if lacking:
        raise UnfinishedError(f"the export at {manifest.register_index} is not whole: {'; '.join(lacking)}")


def _by_collection(counts: dict[str, int]) -> dict[str, int]:
    return {BY_KIND[kind].collection: number for kind, number in counts.items()}


def _sweep(shelf: Shelf) -> None:
    """Remove the files that no export there is names, and none ever will."""
    named, bound = {each.place for each in shelf.kept()}, shelf.bound()
    for place in sorted(shelf.places() - named):
        if bound.has_passed(place):
            shelf.remove(place)
