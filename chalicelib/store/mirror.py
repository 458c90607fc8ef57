"""The mirror: every public record in one SQLite file, as the fold of the register up to one index gives it.

One file serves words, filters, counts and facets, and the exports are dumped from it. It is a cache: what stands here can be
made again from the register and the versions of the records, and comes out the same (`contents`).

Invariants: entries are applied in one transaction with the index that they lead to, so the file is always the fold up to
its own index. What is overwritten or deleted is written over with zeros, but for the word index, which forgets only when it
is merged: `scrub` does that, and after an erasure it must.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import orjson

from chalicelib.domain.register import Entry
from chalicelib.domain.search import ordered, values_of
from chalicelib.domain.search_text import indexed, normalised, texts_of

SCHEMA = 2
"""Rises with every change of the tables below, of what is searched and of how texts are normalised: the file is made anew."""
_TABLES = """
CREATE TABLE state (schema INTEGER NOT NULL, size INTEGER NOT NULL, at TEXT NOT NULL);
CREATE TABLE reached (collection TEXT PRIMARY KEY, register_index INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    row INTEGER PRIMARY KEY, collection TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    register_index INTEGER NOT NULL, version INTEGER NOT NULL, listed INTEGER NOT NULL,
    published TEXT NOT NULL, changed TEXT NOT NULL, holds_from TEXT NOT NULL, holds_until TEXT NOT NULL,
    summary BLOB NOT NULL, body BLOB NOT NULL, UNIQUE (kind, id)
);
CREATE INDEX listed ON record (collection, published) WHERE listed = 1;
CREATE INDEX whole ON record (collection, published);
CREATE INDEX changed ON record (collection, changed);
CREATE TABLE found_by (
    row INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name, value, row)
) WITHOUT ROWID;
CREATE INDEX found_by_row ON found_by (row, name, value);
CREATE VIRTUAL TABLE words USING fts5 (pairs, singles, content = '', columnsize = 0, tokenize = 'ascii');
"""


class Applied(NamedTuple):
    """The last entry of a record in a round, and what the record shows after it, if it shows anything."""

    entry: Entry
    version: int
    body: bytes | None
    summary: bytes | None


class Mirrored(NamedTuple):
    """A public record as it stands at the index of the mirror."""

    listed: bool
    """False once withdrawn: then no list has it, and its body is what remains."""
    body: bytes


def check_engine() -> None:
    """Hold SQLite to what the mirror needs of it.

    Raises:
        RuntimeError: it was built without full-text search.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (pairs)")
    except sqlite3.OperationalError as error:
        raise RuntimeError(f"SQLite {sqlite3.sqlite_version} is without FTS5: docs/search.md says what then") from error
    finally:
        connection.close()


check_engine()


class Mirror:
    """One file, open for reading or for building; a context manager that closes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty mirror and open it for building."""
        mirror = cls(_writable(path))
        with mirror._transaction():
            for statement in _TABLES.split(";\n"):
                mirror._connection.execute(statement)
            mirror._connection.execute("INSERT INTO state VALUES (?, 0, '')", (SCHEMA,))
        return mirror

    @classmethod
    def build_on(cls, path: Path) -> Self:
        """Open a mirror for building."""
        return cls(_writable(path))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a mirror that nobody writes any more."""
        return cls(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    # What it holds

    @property
    def size(self) -> int:
        """How many entries of the register are in it: the index of the next."""
        return int(self._value("SELECT size FROM state"))

    @property
    def at(self) -> str | None:
        """The instant of the newest entry in it (UTC text)."""
        return self._value("SELECT at FROM state") or None

    def reached(self, collection: str) -> int | None:
        """Return the last register index of a collection."""
        found = self.query("SELECT register_index FROM reached WHERE collection = ?", (collection,)).fetchone()
        return found[0] if found else None

    def rows(self, collection: str) -> Iterator[Mirrored]:
        """Yield every record of a collection by its id, the withdrawn ones too; one at a time is held in memory."""
        for listed, body in self.query(
            "SELECT listed, body FROM record WHERE collection = ? ORDER BY id", (collection,)
        ):
            yield Mirrored(bool(listed), body)

    def query(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Ask the file."""
        return self._connection.execute(statement, tuple(values))

    def _value(self, statement: str) -> Any:
        return self.query(statement).fetchone()[0]

    # Building

    def apply(self, round_: Iterable[Applied], size: int, at: str, reached: Mapping[str, int]) -> None:
        """Bring in what changed up to an index: all of it or nothing."""
        with self._transaction():
            for applied in round_:
                self._replace(applied)
            self.query("UPDATE state SET size = ?, at = ?", (size, at))
            for place in reached.items():
                self.query("INSERT OR REPLACE INTO reached VALUES (?, ?)", place)

    def scrub(self) -> None:
        """Leave no byte of what was deleted."""
        self.query("INSERT INTO words(words) VALUES ('optimize')")
        self.query("VACUUM")

    def _replace(self, applied: Applied) -> None:
        entry = applied.entry
        before = self.query("SELECT row, body FROM record WHERE kind = ? AND id = ?", (entry.kind, entry.record_id))
        held = before.fetchone()
        if held is not None:
            self._forget(*held)
        if applied.body is not None:
            self._insert(applied, applied.body, held[0] if held is not None else None)

    def _forget(self, row: int, body: bytes) -> None:
        pairs, singles = _words(orjson.loads(body))
        # The word index keeps no text, so it is told what to forget.
        self.query("INSERT INTO words(words, rowid, pairs, singles) VALUES ('delete', ?, ?, ?)", (row, pairs, singles))
        self.query("DELETE FROM found_by WHERE row = ?", (row,))
        self.query("DELETE FROM record WHERE row = ?", (row,))

    def _insert(self, applied: Applied, raw: bytes, row: int | None) -> None:
        entry, body = applied.entry, orjson.loads(raw)
        instants = ordered(body)
        sort_keys = (f"{instants.published_at}#{entry.record_id}", f"{instants.changed_at}#{entry.record_id}")
        place = (row, entry.collection, entry.kind, entry.record_id)
        stands = (body["register_index"], applied.version, int(not entry.tombstone))
        holds = (instants.holds_from, instants.holds_until)
        values = (*place, *stands, *sort_keys, *holds, applied.summary, raw)
        row = self.query(f"INSERT INTO record VALUES ({', '.join('?' * len(values))})", values).lastrowid
        found_by = sorted(values_of(entry.collection, body))
        self._connection.executemany("INSERT INTO found_by VALUES (?, ?, ?)", [(row, *each) for each in found_by])
        self.query("INSERT INTO words(rowid, pairs, singles) VALUES (?, ?, ?)", (row, *_words(body)))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.query("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.query("ROLLBACK")
            raise
        self.query("COMMIT")

    # Comparing

    def contents(self) -> Iterator[tuple[Any, ...]]:
        """Yield all that it holds in an order of its own making: two mirrors of one index hold the same."""
        yield from self.query("SELECT * FROM state")
        yield from self.query("SELECT * FROM reached ORDER BY collection")
        names = "collection, kind, id, register_index, version, listed, published, changed, holds_from, holds_until"
        yield from self.query(f"SELECT {names}, summary, body FROM record ORDER BY kind, id")
        yield from self.query(
            "SELECT kind, id, name, value FROM found_by JOIN record USING (row) ORDER BY kind, id, name, value"
        )


def _words(body: Mapping[str, Any]) -> tuple[str, str]:
    return indexed(normalised(text) for text in texts_of(body))


def _writable(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = OFF")  # a file that is lost half written is made anew
    return connection
