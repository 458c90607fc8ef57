"""Strangers who start from an export and then follow `/v1/changes`, while everything on both sides dies now and then.

`python -m tests.export_follower [ACTS] [SEED]`. In the tests the same runs with fewer acts. At the end each must hold, byte
for byte, what the API answers.
"""

import gzip
import logging
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.errors import UnfinishedError
from chalicelib.jobs import advance_clocks, build_search, log_register, write_exports
from chalicelib.routes.versions import VERSIONED
from tests.city_and_province import DEATHS, Day, Weather
from tests.faults import KilledError
from tests.two_worlds import Pair
from tests.world import World

TICKS = 288
COLLECTIONS = {kind: noun.collection for kind, noun in VERSIONED.items()}


class Reader:
    """Reads the API and the host of files, as a stranger does; dies when its time has come."""

    def __init__(self, world: World, chance: Random, one_in: int) -> None:
        self.world = world
        self.one_in = one_in
        self.deaths = 0
        self._chance = chance

    def step(self) -> None:
        """Perhaps die here."""
        if self.one_in and self._chance.randrange(self.one_in) == 0:
            self.deaths += 1
            raise KilledError

    def json(self, path: str, query: str = "") -> Any:
        """Read what the API answers; busy storage is a try that failed."""
        self.step()
        answer = self.world.get(path, query)
        if answer.status != 200:
            raise KilledError
        self.step()
        return orjson.loads(answer.body)

    def file(self, address: str) -> bytes | None:
        """Read a file from the host of files, or nothing if it is not there."""
        self.step()
        return self.world.objects.objects.get(address.removeprefix(f"{self.world.settings.files_url}/"))


class Follower:
    """A copy of everything public in one SQLite file: records, entries, and the one number to remember."""

    def __init__(self, here: Path, form: str) -> None:
        self._here = here
        self._form = form

    def run(self, reader: Reader) -> None:
        """Start if that is still to be done, then follow as far as there is anything."""
        with closing(sqlite3.connect(self._here, isolation_level=None)) as copy:
            copy.execute("CREATE TABLE IF NOT EXISTS records (collection, id, body, PRIMARY KEY (collection, id))")
            copy.execute('CREATE TABLE IF NOT EXISTS entries ("index" INTEGER PRIMARY KEY, entry)')
            if self._last(copy) is None and not self._start(copy, reader):
                return
            while self._follow(copy, reader):
                pass

    def holds(self) -> tuple[dict[tuple[str, str], bytes], list[bytes]]:
        """Return every record and every entry that it holds."""
        with closing(sqlite3.connect(self._here)) as copy:
            records = {(name, key): bytes(body) for name, key, body in copy.execute("SELECT * FROM records")}
            return records, [bytes(row[0]) for row in copy.execute('SELECT entry FROM entries ORDER BY "index"')]

    @property
    def started(self) -> bool:
        """Whether it has anything yet."""
        return self._here.exists() and bool(self.holds()[1])

    def _last(self, copy: sqlite3.Connection) -> int | None:
        found = copy.execute('SELECT max("index") FROM entries').fetchone()
        return None if found[0] is None else int(found[0])

    def _start(self, copy: sqlite3.Connection, reader: Reader) -> bool:
        export = reader.json("/v1/exports")
        files = [each for each in export["items"] if each["format"] == self._form]
        loaded = [(each, reader.file(each["address"])) for each in files]
        if not loaded or any(raw is None for _, raw in loaded):
            return False  # none yet; or another took its place while this one was read: begin again
        copy.execute("BEGIN")
        for file, packed in loaded:
            assert packed is not None
            for collection, record_id, body in _rows(file, gzip.decompress(packed), self._here.parent):
                reader.step()
                _keep(copy, collection, record_id, body)
        copy.execute("COMMIT")
        return True

    def _follow(self, copy: sqlite3.Connection, reader: Reader) -> bool:
        page = reader.json("/v1/changes", f"after={self._last(copy)}&include=body&limit=100")
        copy.execute("BEGIN")
        for item in page["items"]:
            reader.step()
            body = item.pop("body")
            item.pop("ends_versions", None)
            _keep(copy, "changes", str(item["index"]), orjson.dumps(item))
            if body is not None:
                _keep(copy, COLLECTIONS[item["kind"]], item["id"], orjson.dumps(body))
        reader.step()
        copy.execute("COMMIT")
        return bool(page["next"])


def _keep(copy: sqlite3.Connection, collection: str, record_id: str, body: bytes) -> None:
    if collection == "changes":
        copy.execute("INSERT INTO entries VALUES (?, ?)", (int(record_id), body))
    else:
        copy.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (collection, record_id, body))


def _rows(file: dict[str, Any], content: bytes, folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield collection, id and bytes of everything in a file."""
    if file["format"] == "ndjson":
        key = "index" if file["collection"] == "changes" else "id"
        for line in content.splitlines():
            yield file["collection"], str(orjson.loads(line)[key]), line
        return
    here = folder / "export.sqlite"
    here.write_bytes(content)
    with closing(sqlite3.connect(here)) as database:
        for collection in (*COLLECTIONS.values(), "changes"):
            key = '"index"' if collection == "changes" else "id"
            for record_id, body in database.execute(f'SELECT {key}, body FROM "{collection}"'):
                yield collection, str(record_id), body.encode()


class DifferenceError(AssertionError):
    """A copy is not what the API answers."""


def compare(world: World, follower: Follower) -> tuple[int, int]:
    """Hold every record and entry of a copy to the API, and the API's to the copy; count records and entries."""
    records, entries = follower.holds()
    shown, after = list[bytes](), ""
    while items := world.json("/v1/changes", f"limit=1000{after}")["items"]:
        shown += [orjson.dumps(each) for each in items]
        after = f"&after={items[-1]['index']}"
    if shown != entries:
        raise DifferenceError(f"{len(entries)} entries of {len(shown)}, or others")
    parsed = [orjson.loads(each) for each in entries]
    wanted = {(COLLECTIONS[each["kind"]], each["id"]) for each in parsed if each["url"]}
    if wanted != set(records):
        raise DifferenceError(f"lost or too many: {wanted ^ set(records)}")
    for (collection, record_id), body in records.items():
        answer = world.get(f"/v1/{collection}/{record_id}")
        if (answer.status, answer.body) != (200, body):
            raise DifferenceError(f"{collection}/{record_id}: {answer.body[:300]!r} is held as {body[:300]!r}")
    return len(records), len(entries)


def live(
    acts: int, seed: int, folder: Path, ticks: int = TICKS, follower_dies_one_in: int = 400
) -> tuple[World, list[Follower], Counter[str]]:
    """Let a day of acts pass, with exports, followers that begin now and then, and deaths on every side."""
    chance = Random(seed)
    pair = Pair()
    world, counts = pair.city, Counter[str]()
    wiring.use(world.wired)
    day, weather, reader = Day(pair, chance), Weather(chance, 200), Reader(world, chance, follower_dies_one_in)
    weather.over(world)
    followers: list[Follower] = []
    for tick in range(ticks):
        while day.acts * ticks < acts * (tick + 1):
            day.act()
        counts["jobs that died"] += not _try(world, lambda: log_register.run(world.wired))
        if chance.randrange(6) == 0:
            counts["jobs that died"] += not _try(world, lambda: advance_clocks.run(world.wired))
        if chance.randrange(12) == 0:
            counts["exports"] += 1
            counts["exports that died"] += not _try(world, lambda: write_exports.run(world.wired, nightly=True))
        counts["jobs that died"] += not _try(world, lambda: build_search.run(world.wired))
        world.pass_time(minutes=5)
        if tick % (ticks // 8) == ticks // 16:
            place = folder / f"follower-{len(followers)}"
            place.mkdir()
            followers.append(Follower(place / "copy.sqlite", ("ndjson", "sqlite")[len(followers) % 2]))
        for follower in followers:
            if chance.randrange(3) == 0:
                counts["runs of followers"] += 1
                counts["followers that died"] += not _try(world, lambda one=follower: one.run(reader))
    weather.clear(world)
    counts.update({"acts": day.acts, "acts refused": day.refused, "storage calls that failed": weather.struck})
    return world, followers, counts


def settle(world: World, followers: list[Follower]) -> None:
    """Work off what is left, with nothing in the way, and have every copy catch up."""
    world.restart()
    advance_clocks.run(world.wired)
    world.log()
    world.index()
    write_exports.run(world.wired, nightly=True)
    for follower in followers:
        follower.run(Reader(world, Random(0), 0))


def _try(world: World, work: Any) -> bool:
    """Do work that may die; a new process takes the place of one that did."""
    try:
        work()
    except (*DEATHS, UnfinishedError):
        world.restart()
        return False
    return True


def main() -> int:
    """Live a day and print what came of it."""
    acts, seed = (int(each) for each in [*sys.argv[1:], *("5000", "20261127")[len(sys.argv) - 1 :]])
    logging.disable()  # what fails here fails on purpose
    with TemporaryDirectory() as folder:
        world, followers, counts = live(acts, seed, Path(folder))
        late = sum(not follower.started for follower in followers)
        settle(world, followers)
        compared = [compare(world, follower) for follower in followers]
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    records, entries = compared[0]
    print(
        f"{told} (seed {seed}); {len(followers)} followers that began from exports ({late} only at the end) hold "
        f"{records} records and {entries} entries each, byte for byte what the API answers: 0 lost, 0 differences"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
