"""Mirrors every public record and version of a deployment into SQLite: mirror_to_sqlite.py URL FILE. Stop and start it at will."""

import sqlite3
import sys

from glasshall import Change, Client, Mirror


class SqliteStore:
    """Implements `glasshall.Store`: all that comes between two `save` is one transaction."""

    def __init__(self, file: str) -> None:
        self.db = sqlite3.connect(file)
        key = "kind, id, version, PRIMARY KEY (kind, id, version)"
        self.db.execute(f"CREATE TABLE IF NOT EXISTS records (register_index, withdrawn, body, {key})")
        self.db.execute("CREATE TABLE IF NOT EXISTS progress (one PRIMARY KEY, text)")

    def load(self) -> str | None:
        self.db.rollback()
        found = self.db.execute("SELECT text FROM progress").fetchone()
        return found[0] if found else None

    def put(self, change: Change, body: bytes) -> None:
        row = (change.index, change.tombstone, body.decode(), change.kind, change.id, change.version)
        self.db.execute("REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)", row)

    def drop(self, kind: str, record_id: str, below: int) -> None:
        self.db.execute("DELETE FROM records WHERE (kind, id) = (?, ?) AND version < ?", (kind, record_id, below))

    def save(self, progress: str) -> None:
        self.db.execute("REPLACE INTO progress VALUES (1, ?)", (progress,))
        self.db.commit()


if __name__ == "__main__":
    Mirror(Client(sys.argv[1]), SqliteStore(sys.argv[2])).follow()
