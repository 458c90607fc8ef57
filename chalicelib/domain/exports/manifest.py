"""What an export is made of, whether it may be given out, and which exports stay.

A file lies at `exports/<index>-<generation>/<SHA-256>/<name>`: an address says of which index it is and what its bytes are, so
no file ever takes the place of another, and two runs that make the same file write the same object. Each erasure begins a
new generation: what was begun before it may hold what was erased, and is of no use any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.instants import localised

FOLDER = "exports"
CHANGES = "changes"
WHOLE = "glasshall"
"""Name of the one file that holds everything."""
NDJSON, CSV, SQLITE = "ndjson", "csv", "sqlite"
LAST_KEPT = 7
MONTHS_KEPT = 12


class Form(NamedTuple):
    """How a format is named and sent.

    CSV is what people open: it is sent coded, and a browser saves it as it is. NDJSON and SQLite are what programs read:
    their files are gzip, stay so, and go on where a download broke off.
    """

    suffix: str
    media_type: str
    encoding: str | None


FORMS = {
    NDJSON: Form(".ndjson.gz", "application/gzip", None),
    CSV: Form(".csv", "text/csv; charset=utf-8; header=present", "gzip"),
    SQLITE: Form(".sqlite.gz", "application/gzip", None),
}


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export, as it lies on the host of files."""

    name: str
    collection: str | None
    """None of the file that holds all of them."""
    format: str
    bom: bool
    """Whether it begins with a byte order mark, as spreadsheets want it for Chinese."""
    rows: int
    bytes: int
    """Of what is sent; `content_bytes` of what it unpacks to."""
    sha256: str
    content_bytes: int
    content_sha256: str
    """Stays the same whatever packed it."""
    path: str

    @property
    def form(self) -> Form:
        """How it is named and sent."""
        return FORMS[self.format]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One export: written when all its files lie where it says, so it never names one that is not whole."""

    register_index: int
    generation: int
    at: str
    """When the register had come so far (UTC text)."""
    written_at: str
    checkpoint: str | None
    """The signed checkpoint of a register of this size, if one was there."""
    files: tuple[ExportFile, ...]

    @property
    def place(self) -> "Place":
        """Where its files lie."""
        return Place(self.register_index, self.generation)

    def rows(self) -> dict[str, int]:
        """Return how many rows each collection has."""
        return {each.collection: each.rows for each in self.files if each.format == NDJSON and each.collection}


def file_name(collection: str, form: str) -> str:
    """`services.ndjson.gz`."""
    return collection + FORMS[form].suffix


class Place(NamedTuple):
    """Where the files of an export lie: of which index it is, and of which generation."""

    register_index: int
    generation: int

    @property
    def folder(self) -> str:
        """`exports/000000000042-0`."""
        return f"{FOLDER}/{self.register_index:012d}-{self.generation}"


def place_of(key: str) -> Place | None:
    """Return the place that the key of a file names; None of the manifest beside them."""
    numbers = key.split("/")[1].split("-")
    return Place(*map(int, numbers)) if len(numbers) == 2 else None


class Bound(NamedTuple):
    """What may be published: of which index at least, and of which generation alone."""

    least: int
    generation: int

    def admits(self, place: Place) -> bool:
        """Whether an export at a place may be published."""
        return place.register_index >= self.least and place.generation == self.generation

    def has_passed(self, place: Place) -> bool:
        """Whether no export at a place will ever be published any more."""
        return place.register_index < self.least or place.generation < self.generation


def encode(manifest: Manifest) -> bytes:
    """Return the bytes that the table holds."""
    return orjson.dumps(asdict(manifest))


def decode(raw: bytes) -> Manifest:
    """Return a manifest from what the table holds."""
    members: dict[str, Any] = orjson.loads(raw)
    files = tuple(ExportFile(**each) for each in members.pop("files"))
    return Manifest(**members, files=files)


def told(manifest: Manifest, time_zone: str) -> dict[str, Any]:
    """Return a manifest as it lies beside the files: readable when nothing else answers."""
    return {
        "register_index": manifest.register_index,
        "at": localised(manifest.at, time_zone),
        "written_at": localised(manifest.written_at, time_zone),
        "checkpoint": manifest.checkpoint,
        "files": [told_file(each) for each in manifest.files],
    }


def told_file(file: ExportFile) -> dict[str, Any]:
    """Return a file as it is told."""
    return {**asdict(file), "media_type": file.form.media_type, "content_encoding": file.form.encoding}


class Counts(NamedTuple):
    """How many records of each collection there are: in the export, shown by the register, and of these erased."""

    rows: Mapping[str, int]
    shown: Mapping[str, int]
    erased: Mapping[str, int]


def missing(counts: Counts, before: Mapping[str, int]) -> list[str]:
    """Return what an export lacks: every record that the register shows is in it, but for those that were erased.

    `before` has the rows of the last export. Rows never become fewer but by an erasure: what is withdrawn stays as what
    remains of it. So an export that lacks something was made of a mirror, or of a register, that is not whole.
    """
    found = []
    for collection in sorted({*counts.shown, *counts.rows, *before}):
        rows, erased = counts.rows.get(collection, 0), counts.erased.get(collection, 0)
        shown, last = counts.shown.get(collection, 0), before.get(collection, 0)
        if not shown - erased <= rows <= shown:
            found.append(f"{collection}: {rows} rows, the register shows {shown}, {erased} of them erased")
        if rows < last - erased:
            found.append(f"{collection}: {rows} rows, the last export had {last}")
    return found


def kept(exports: Iterable[tuple[int, str]]) -> set[int]:
    """Return the indexes of the exports that stay: the last 7, and the first of each of the last 12 months.

    An export is its index and the local day on which it was written.
    """
    newest_first = sorted(exports, reverse=True)
    first_of: dict[str, int] = {day[:7]: index for index, day in newest_first}
    months: Sequence[str] = sorted(first_of, reverse=True)[:MONTHS_KEPT]
    return {index for index, _ in newest_first[:LAST_KEPT]} | {first_of[month] for month in months}
