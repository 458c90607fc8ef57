"""Where the static files of a register come from: a folder, an address below which they lie, or a deployment."""

from collections.abc import Iterator
from pathlib import Path

from glasshall.logs import ReadFile
from glasshall.reader import Reader
from glasshall.register_items import Page


def folder_files(folder: Path) -> ReadFile:
    """Return how files are read from a folder."""

    def read(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def folder_paths(folder: Path) -> Iterator[str]:
    """Yield the path of every file that lies with the tiles in a folder."""
    for file in sorted((folder / "tile").rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix()


def item_pages(reader: Reader) -> Page:
    """Return how pages of changes are asked for."""
    return lambda after, most: reader.changes_page(after if after >= 0 else None, {"limit": most}).items
