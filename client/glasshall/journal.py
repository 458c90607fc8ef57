"""What was acknowledged, kept beside the input, so that a run that ended anywhere goes on where it was.

One JSON object per line, appended when the server has answered. The journal only ever saves work: what it does not hold
is sent again, which is harmless. It is bound to a deployment and a key, and dropped where either is another; it is
dropped too when the server takes the last thing it acknowledged as new, for then it is another server, or has forgotten.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FORMAT = "glasshall-journal-1"


class Journal:
    """Acknowledged writes by name, each with the SHA-256 of its bytes and a note. Safe for threads.

    Without a file it remembers nothing, which is what a dry run wants.
    """

    def __init__(self, file: Path | None, *, url: str, key_id: str) -> None:
        self._file = file
        self._head = {"format": _FORMAT, "url": url, "key_id": key_id}
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.last: str | None = None
        """The name of what was acknowledged last."""
        if file is not None and file.exists():
            self._read(file)

    def __len__(self) -> int:
        return len(self._entries)

    def note_of(self, name: str, body: bytes) -> Mapping[str, Any] | None:
        """Return the note of an acknowledged write, or None where these bytes were not acknowledged under this name."""
        found = self._entries.get(name)
        return found[1] if found is not None and found[0] == _digest(body) else None

    def acknowledge(self, name: str, body: bytes, note: Mapping[str, Any]) -> None:
        """Note that the server has answered for these bytes."""
        if self._file is None:
            return
        sha256 = _digest(body)
        with self._lock:
            if not self._entries:
                self._write("w", self._head)
            self._write("a", {"name": name, "sha256": sha256, "note": note})
            self._entries[name] = (sha256, note)
            self.last = name

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._entries.clear()
            self.last = None

    def _write(self, mode: str, entry: Mapping[str, Any]) -> None:
        assert self._file is not None
        with self._file.open(mode, encoding="utf-8") as handle:
            handle.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _read(self, file: Path) -> None:
        entries = [_parsed(line) for line in file.read_text("utf-8").splitlines()]
        if not entries or entries[0] != self._head:
            return
        for entry in entries[1:]:
            # A line torn by the end of a process was not acknowledged to anyone: it is sent again.
            if entry is not None and {"name", "sha256", "note"} <= entry.keys():
                self._entries[entry["name"]] = (entry["sha256"], entry["note"])
                self.last = entry["name"]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
