"""Builds of the read model as the job makes them: a local copy of the file, the records' versions read a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.domain.register import Entry
from chalicelib.domain.search_head import Build
from chalicelib.errors import UnavailableError
from chalicelib.store import keys
from chalicelib.store.mirror import SCHEMA, Applied, Mirror
from chalicelib.store.objects import Objects, restore
from chalicelib.store.search_files import PREFIX, SearchFiles, read_name
from chalicelib.store.table import Item, Table

READ_AT_ONCE = 50
"""Versions held in memory at the same time: at 300 KB the largest are 15 MB."""


class SearchBuilds:
    """Implements `usecases.build_search.SearchStore`."""

    schema = SCHEMA

    def __init__(self, table: Table, objects: Objects) -> None:
        self._table = table
        self._objects = objects
        self._files = SearchFiles(table, objects)
        self.head = self._files.head
        self.move = self._files.move

    @contextmanager
    def work_on(self, build: Build | None) -> Iterator["MirrorWork"]:
        with TemporaryDirectory(prefix="glasshall-build-") as folder:
            path = Path(folder, "search.sqlite")
            if build is None or not self._files.fetch(build, path):
                path.unlink(missing_ok=True)
            with Mirror.build_on(path) if path.exists() else Mirror.create(path) as mirror:
                yield MirrorWork(mirror, path, self._table, self._objects)

    def held(self) -> list[Build]:
        return [build for name in self._objects.names(PREFIX) if (build := read_name(name))]

    def remove(self, build: Build) -> None:
        self._objects.remove(build.name)


class MirrorWork:
    """Implements `usecases.build_search.Work`."""

    schema = SCHEMA

    def __init__(self, mirror: Mirror, path: Path, table: Table, objects: Objects) -> None:
        self._mirror = mirror
        self._path = path
        self._table = table
        self._objects = objects

    @property
    def size(self) -> int:
        return self._mirror.size

    def follow(self, entries: list[Entry], newest: list[Entry]) -> None:
        reached = {entry.collection: entry.index for entry in entries}
        self._mirror.apply(self._shown(newest), entries[-1].index + 1, entries[-1].at, reached)

    def scrub(self) -> None:
        self._mirror.scrub()

    def keep(self) -> Build:
        return SearchFiles(self._table, self._objects).keep(self._path, self._mirror.size)

    def _shown(self, newest: list[Entry]) -> Iterator[Applied]:
        for start in range(0, len(newest), READ_AT_ONCE):
            part = newest[start : start + READ_AT_ONCE]
            wanted = [entry for entry in part if entry.sha256 is not None]
            items = iter(
                self._table.get_many([keys.version(entry.kind, entry.record_id, _number(entry)) for entry in wanted])
            )
            for entry in part:
                yield self._applied(entry, next(items) if entry.sha256 is not None else None)

    def _applied(self, entry: Entry, item: Item | None) -> Applied:
        if entry.sha256 is None:  # it shows nothing, or was erased and a later entry says so
            return Applied(entry, 0, None, None)
        if item is None:
            raise UnavailableError(f"the version that entry {entry.index} shows is not there: erased just now, or lost")
        summary = item["summary"]
        assert isinstance(summary, bytes)
        return Applied(entry, _number(entry), restore(self._objects, "body", item), summary)


def _number(entry: Entry) -> int:
    """The version that stood after an entry is the last part of its address."""
    return int(entry.url.rsplit("/", 1)[1])
