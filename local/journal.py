"""Log files of the machine room: one JSON object per line, rotated, never more than two files of ten megabytes.

A writer names the fields it writes (an allow-list); whole requests, query strings and header values never come here.
"""

import traceback
from collections.abc import Callable, Mapping
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

import orjson

Entry = Mapping[str, object]
Sink = Callable[[Entry], None]

_LARGEST_BYTES = 10_000_000
_PLACES = 8


def nowhere(_: Entry) -> None:
    """Keep nothing."""


class Journal:
    """A log file that threads may share."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handler = RotatingFileHandler(path, maxBytes=_LARGEST_BYTES, backupCount=1, encoding="utf-8")

    def __call__(self, entry: Entry) -> None:
        """Append one line; it is in the file when this returns."""
        line = orjson.dumps(entry, default=str).decode()
        self._handler.handle(makeLogRecord({"msg": "%s", "args": (line,)}))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def where(error: BaseException) -> str:
    """Name files, lines and functions of a failure and no values: a message may hold what a client sent."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames)
