"""Query codes kept in a file that only its owner can read.

A code stands in one answer only, so it is written to disk before the write that brought it counts as done.
"""

import json
import threading
from pathlib import Path

from glasshall.errors import UsageError
from glasshall.keyfiles import write_private


class CodeBook:
    """Case numbers and their query codes, in one JSON file. Safe for threads."""

    def __init__(self, file: Path) -> None:
        """Raises: UsageError when the file is there and holds something else."""
        self._file = file
        self._lock = threading.Lock()
        self._codes: dict[str, str] = {}
        if file.exists():
            try:
                self._codes = {str(case): str(code) for case, code in json.loads(file.read_text("utf-8")).items()}
            except (ValueError, AttributeError) as error:
                raise UsageError(f"{file} is there and holds no query codes") from error

    def keep(self, path: str, code: str) -> None:
        """Keep the code of the case that is registered at this path."""
        with self._lock:
            self._codes[path.rsplit("/", 1)[-1]] = code
            write_private(self._file, json.dumps(self._codes, indent=1, sort_keys=True).encode(), overwrite=True)

    def codes(self) -> dict[str, str]:
        """Return every case number with its code."""
        return dict(self._codes)
