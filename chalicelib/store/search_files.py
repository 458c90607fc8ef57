"""The files of the read model in the object store, and the item that says which of them is served.

Order of writes: the file, then the head that names it, then older files go. If we stop in between, a file nobody names is left,
never a name without its file; the next run removes it.
"""

from hashlib import file_digest
from pathlib import Path

from chalicelib.domain.search_head import Build, SearchHead
from chalicelib.store import keys
from chalicelib.store.mirror import SCHEMA
from chalicelib.store.objects import Objects
from chalicelib.store.table import ABSENT, ConditionFailedError, Item, Put, Table

PREFIX = "search/"


class SearchFiles:
    """Where the read model lies."""

    def __init__(self, table: Table, objects: Objects) -> None:
        self._table = table
        self._objects = objects

    def head(self) -> SearchHead:
        """Return which files are served and being built."""
        item = self._table.get(keys.SEARCH_HEAD)
        return _decode(item) if item else SearchHead()

    def move(self, old: SearchHead, new: SearchHead) -> bool:
        """Replace the head if it still is `old`; True if it is `new` now."""
        before = {name: value for name, value in _encode(old).items() if name not in ("pk", "sk")}
        try:
            self._table.commit(Put(_encode(new), when=before if old != SearchHead() else ABSENT))
        except ConditionFailedError:
            return self.head() == new  # ours, with the answer lost
        return True

    def fetch(self, build: Build, path: Path) -> bool:
        """Copy a build to a local file; False if it is there no more, or is not what its name says."""
        return self._objects.find_file(build.name, path) and _hash(path) == _hash_named(build.name)

    def keep(self, path: Path, size: int) -> Build:
        """Write a file under a name that holds its schema, how far it goes and its hash."""
        name = f"{PREFIX}{SCHEMA}/{size:012d}-{_hash(path)}.sqlite"
        self._objects.put_file(name, path)
        return Build(name, size, SCHEMA)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _hash_named(name: str) -> str:
    return name.removesuffix(".sqlite").rsplit("-", 1)[1]


def _encode(head: SearchHead) -> Item:
    item: Item = {"pk": keys.SEARCH_HEAD.pk, "sk": keys.SEARCH_HEAD.sk, "scrubbed": head.scrubbed}
    for role, build in (("served", head.served), ("draft", head.draft)):
        item[role] = build.name if build else ""
    return item


def _decode(item: Item) -> SearchHead:
    return SearchHead(read_name(str(item["served"])), read_name(str(item["draft"])), int(item["scrubbed"]))


def read_name(name: str) -> Build | None:
    """Return the build that a name is of, or None for a name that is none."""
    if not name:
        return None
    schema, rest = name.removeprefix(PREFIX).split("/")
    return Build(name, int(rest.split("-")[0]), int(schema))
