"""Exports: every public record and every entry of the register up to one index, as files that need no program to be read.

Order of writes, and what is true if we stop after each:

    files     each lies under its own SHA-256; no manifest names it yet, and the next run writes the same or sweeps it away
    guard     nothing yet: an export that lacks what the register shows ends here, and the last good one stays
    manifest  together with the least index that may follow, on condition of it: from now on the export is the newest
    beside    the manifest lies beside the files too, for the day when nothing else answers; the next run writes it again
    sweep     manifests that do not stay go first, then the files that none names, with all their versions

Two runs at once: the one that is further wins; the other finds that its index is too low and publishes nothing. The same
holds after an erasure, which raises the least index beyond everything that may hold what was erased.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from chalicelib.domain.exports.columns import ENTRY, KINDS, Row
from chalicelib.domain.exports.manifest import CHANGES, Counts, ExportFile, Manifest, kept, missing
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

    def drafts(self, register_index: int) -> AbstractContextManager[Drafts]:
        """Begin an export; all its files are gone from the disk afterwards."""


class Shelf(Protocol):
    """Where exports lie, and where it stands which there are."""

    def entries(self, register_index: int) -> Iterable[bytes]:
        """Yield the entries of the register up to an index, as `/v1/changes` gives them."""

    def checkpoint(self, register_index: int) -> str | None:
        """Return the newest signed checkpoint, if the register it signs ends at this index."""

    def least(self) -> int:
        """Return the least index that may be published."""

    def raise_least(self, register_index: int) -> None:
        """Have nothing below an index published from now on."""

    def publish(self, manifest: Manifest) -> bool:
        """Put an export among those there are and raise the least index to its own; False if that is beyond it already."""

    def newest(self) -> Manifest | None:
        """Return the newest export."""

    def kept(self) -> list[tuple[int, str]]:
        """Return index and `written_at` of every export there is, newest first."""

    def drop(self, register_index: int) -> None:
        """Take an export out of those there are."""

    def put(self, draft: Draft) -> None:
        """Put a file where it is given out; whole and durable once it returns."""

    def put_beside(self, manifest: Manifest | None) -> None:
        """Have the newest manifest lie beside the files, or none."""

    def indexes(self) -> set[int]:
        """Return the indexes of which files lie there, earlier states of files among them."""

    def remove(self, register_index: int) -> None:
        """Remove every file of an index, with every earlier state that is kept of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one run did."""

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
    if index < 0:
        return Written(index)
    if shelf.least() > index:
        return Written(index, superseded=True)
    manifest = _written(mirror, desk, shelf, now)
    if not shelf.publish(manifest):
        # What lies there may hold what was just erased; nobody names it.
        _sweep(shelf, index + 1)
        return Written(index, superseded=True)
    shelf.put_beside(shelf.newest())
    staying = kept((number, localised(at, zone)[:10]) for number, at in shelf.kept())
    leaving = [number for number, _ in shelf.kept() if number not in staying]
    for number in leaving:
        shelf.drop(number)
    _sweep(shelf, index)
    return Written(index, len(manifest.files), sum(manifest.rows().values()), len(leaving))


def forget_exports_before(register_index: int, shelf: Shelf) -> None:
    """Remove every export of a lower index, in every version, and have none published again: what they hold was erased.

    Harmless when done twice. The next run of the job writes an export without what was erased.
    """
    shelf.raise_least(register_index)
    for number, _ in shelf.kept():
        if number < register_index:
            shelf.drop(number)
    shelf.put_beside(shelf.newest())
    _sweep(shelf, register_index)


def _written(mirror: Mirror, desk: Desk, shelf: Shelf, now: datetime) -> Manifest:
    index = mirror.size - 1
    with desk.drafts(index) as drafts:
        done = []
        for kind in KINDS:
            collection = BY_KIND[kind].collection
            rows = (Row(each.body, each.listed) for each in mirror.rows(collection))
            done += [_put(shelf, draft) for draft in drafts.collection(collection, kind, rows)]
        entries = (Row(line) for line in shelf.entries(index))
        done += [_put(shelf, draft) for draft in drafts.collection(CHANGES, ENTRY, entries)]
        done.append(_put(shelf, drafts.whole()))
        counted = drafts.counted()
    at = to_key(datetime.fromisoformat(counted.at))
    manifest = Manifest(index, at, to_key(now), shelf.checkpoint(index), tuple(done))
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


def _sweep(shelf: Shelf, below: int) -> None:
    """Remove the files below an index that no export there is names: nothing that low can be published any more."""
    named = {number for number, _ in shelf.kept()}
    for number in sorted(shelf.indexes() - named):
        if number < below:
            shelf.remove(number)
