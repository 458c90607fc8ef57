"""The files of an export, written on scratch disk: row by row, so that memory does not grow with them.

The same rows give the same bytes: nothing of the clock and no name is in a file, SQLite is filled in one order.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.domain.csv_cells import BOM, csv_line
from chalicelib.domain.exports.columns import ENTRY, Row, names
from chalicelib.domain.exports.manifest import CHANGES, CSV, FORMS, NDJSON, SQLITE, WHOLE, ExportFile, Place, file_name
from chalicelib.usecases.exports import Counted, Draft

_GZIP = 31
"""`wbits` of a gzip member whose head holds neither an instant nor a name."""
_LEVEL = 3
"""Beyond it packing takes half as long again for a twentieth less."""
_BLOCK_BYTES = 1 << 20


class _Packed:
    """A file that is packed as it is written."""

    def __init__(self, here: Path) -> None:
        self.here = here
        self.content_bytes = 0
        self.bytes = 0
        self._content, self._sent = sha256(), sha256()
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._out = here.open("wb")

    def write(self, data: bytes) -> None:
        self.content_bytes += len(data)
        self._content.update(data)
        self._send(self._packer.compress(data))

    def close(self) -> None:
        if not self._out.closed:
            self._send(self._packer.flush())
            self._out.close()

    def _send(self, packed: bytes) -> None:
        self.bytes += len(packed)
        self._sent.update(packed)
        self._out.write(packed)

    def draft(self, collection: str | None, form: str, rows: int, place: Place, *, bom: bool = False) -> Draft:
        """Return the finished file, with where it will lie."""
        self.close()
        name, sent = file_name(collection or WHOLE, form), self._sent.hexdigest()
        sizes = (self.bytes, sent, self.content_bytes, self._content.hexdigest())
        path = f"{place.folder}/{sent}/{name}"
        return Draft(ExportFile(name, collection, form, bom, rows, *sizes, path), self.here)


class ScratchDrafts:
    """Implements `usecases.exports.Drafts`."""

    def __init__(self, folder: Path, database: sqlite3.Connection, place: Place) -> None:
        self._folder = folder
        self._database = database
        self._place = place
        self._rows = 0

    def collection(self, name: str, kind: str, rows: Iterable[Row]) -> Iterator[Draft]:
        ndjson, csv, marked = (_Packed(self._folder / f"{name}{end}") for end in (".ndjson", ".csv", ".bom.csv"))
        try:
            marked.write(BOM.encode())
            head = csv_line(names(kind)).encode()
            csv.write(head)
            marked.write(head)
            insert = _create(self._database, name, kind)
            count = 0
            for row in rows:
                cells = row.cells(kind)
                line = csv_line(cells).encode()
                ndjson.write(row.body + b"\n")
                csv.write(line)
                marked.write(line)
                self._database.execute(insert, [*cells, row.body.decode()])
                count += 1
            self._rows += count
            yield from _taken(ndjson.draft(name, NDJSON, count, self._place))
            yield from _taken(csv.draft(name, CSV, count, self._place))
            yield from _taken(marked.draft(name, CSV, count, self._place, bom=True))
        finally:
            for each in (ndjson, csv, marked):
                each.close()

    def whole(self) -> Draft:
        self._database.execute("COMMIT")
        packed = _Packed(self._folder / f"{WHOLE}{FORMS[SQLITE].suffix}")
        try:
            with _database_file(self._folder).open("rb") as database:
                while block := database.read(_BLOCK_BYTES):
                    packed.write(block)
            return packed.draft(None, SQLITE, self._rows, self._place)
        finally:
            packed.close()

    def counted(self) -> Counted:
        def by_kind(condition: str) -> dict[str, int]:
            asked = f"SELECT kind, count(DISTINCT id) FROM {CHANGES} WHERE {condition} GROUP BY kind"  # noqa: S608 - ours
            return dict(self._database.execute(asked))

        number = self._database.execute(f"SELECT count(*) FROM {CHANGES}").fetchone()[0]  # noqa: S608 - ours
        last = f'SELECT at FROM {CHANGES} ORDER BY "index" DESC LIMIT 1'  # noqa: S608 - ours
        at = self._database.execute(last).fetchone()
        erased = by_kind("erased_by IS NOT NULL")
        return Counted(number, at[0] if at else "", by_kind("url <> ''"), erased)


class ScratchDesk:
    """Implements `usecases.exports.Desk`."""

    def __init__(self, scratch: Path | None = None) -> None:
        self._scratch = scratch

    @contextmanager
    def drafts(self, place: Place) -> Iterator[ScratchDrafts]:
        with TemporaryDirectory(prefix="export-", dir=self._scratch) as made:
            folder = Path(made)
            with closing(sqlite3.connect(_database_file(folder), isolation_level=None)) as database:
                # A file that is not finished is thrown away, so no journal need save it.
                database.executescript(
                    "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE"
                )
                database.execute("BEGIN")
                database.execute("CREATE TABLE export (register_index INTEGER NOT NULL)")
                database.execute("INSERT INTO export VALUES (?)", [place.register_index])
                yield ScratchDrafts(folder, database, place)


def _database_file(folder: Path) -> Path:
    return folder / f"{WHOLE}.sqlite"


def _create(database: sqlite3.Connection, table: str, kind: str) -> str:
    """Make the table of a collection, and return what puts a row into it."""
    key = "index" if kind == ENTRY else "id"
    typed = {key: "INTEGER PRIMARY KEY" if kind == ENTRY else "TEXT PRIMARY KEY"}
    columns = ", ".join(f'"{name}" {typed.get(name, "")}'.strip() for name in names(kind))
    database.execute(f'CREATE TABLE "{table}" ({columns}, body TEXT NOT NULL)')
    return f'INSERT INTO "{table}" VALUES ({", ".join("?" * (len(names(kind)) + 1))})'  # noqa: S608 - names are ours


def _taken(draft: Draft) -> Iterator[Any]:
    """Yield a file, and take it away once whoever wanted it is done."""
    yield draft
    draft.here.unlink()
