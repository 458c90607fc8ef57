"""How far a follower is, in a small file that is replaced whole: after any crash it holds one index or another, never half."""

import json
import os
from pathlib import Path

from glasshall.errors import UsageError

_FORMAT = "glasshall-cursor-1"


class CursorFile:
    """The index of the last change that was dealt with, of one deployment; `changes` and `follow` keep it.

    It is saved when the next page is asked for: a crash repeats some changes and never leaves one out.
    """

    def __init__(self, file: Path | str) -> None:
        self._file = Path(file)

    def load(self, url: str) -> int | None:
        """Return the index to go on after; None where nothing was saved yet.

        Raises:
            UsageError: the file is none of ours, or is of another deployment.
        """
        try:
            found = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise UsageError(f"{self._file} cannot be read: {error}") from error
        after = found.get("after") if isinstance(found, dict) and found.get("format") == _FORMAT else None
        if type(after) is not int:
            raise UsageError(f"{self._file} does not say how far a follower is")
        if found.get("url") != url:
            raise UsageError(f"{self._file} says how far {found.get('url')} was followed, not {url}")
        return after

    def save(self, url: str, index: int) -> None:
        """Write the index down."""
        replace_file(self._file, json.dumps({"format": _FORMAT, "url": url, "after": index}))


def replace_file(file: Path, text: str) -> None:
    """Write a file whole or not at all: into one beside it, which then takes its place."""
    beside = file.with_name(f"{file.name}.new")
    with beside.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(file)
