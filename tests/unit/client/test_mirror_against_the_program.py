"""A mirror of the program itself, over real HTTP: byte for byte what the API answers, whatever happened on the way."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import orjson
import pytest
from examples.mirror_to_sqlite import SqliteStore
from glasshall import Client, Mirror

from chalicelib import wiring
from chalicelib.jobs import advance_clocks, erase_records, write_exports
from chalicelib.routes.application import create_app
from local.files import File, FilesHost
from local.gateway import Gateway
from tests.city_and_province import Day
from tests.erasing import Town
from tests.two_worlds import Pair
from tests.world import World

ROOT = Path(__file__).parents[3]
Held = dict[tuple[str, str, int], bytes]


class City:
    """A deployment in memory that is served over HTTP, in which things happen."""

    def __init__(self, url: str) -> None:
        self.url = url
        pair = Pair()
        self.world: World = pair.city
        wiring.use(self.world.wired)
        self.day = Day(pair, Random(20261127))

    def live(self, acts: int) -> None:
        """Let some acts happen and be logged."""
        for _ in range(acts):
            self.day.act()
        self.world.log()
        advance_clocks.run(self.world.wired)
        self.world.log()

    def shown(self) -> Held:
        """Return every version that the API gives."""
        named: dict[tuple[str, str], tuple[str, int]] = {}
        after = ""
        while items := self.world.json("/v1/changes", f"limit=1000{after}")["items"]:
            for entry in items:
                if entry["url"]:
                    own, _, last = entry["url"].rpartition("/versions/")
                    named[entry["kind"], entry["id"]] = own, int(last)
            after = f"&after={items[-1]['index']}"
        found: Held = {}
        for (kind, record_id), (own, last) in named.items():
            for version in range(1, last + 1):
                answer = self.world.get(f"{own}/versions/{version}")
                if answer.status == 200:
                    found[kind, record_id, version] = answer.body
            assert self.world.get(own).body == found[kind, record_id, last]
        return found

    def find_file(self, key: str) -> File | None:
        """Return a file as the host of files gives it out."""
        held = self.world.objects.objects.get(key)
        return None if held is None else File(held, "application/gzip", "attachment", "no-store")

    def register_root(self) -> str:
        """Return the root of the register's tree."""
        return self.world.wired.register.head().root


@pytest.fixture
def city() -> Iterator[City]:
    """A deployment in memory, served over HTTP."""
    with Gateway(create_app, port=0) as gateway:
        yield City(gateway.url)


def held(file: Path) -> Held:
    """Return what a mirror holds."""
    with closing(sqlite3.connect(file)) as db:
        rows = db.execute("SELECT kind, id, version, body FROM records").fetchall()
    return {(kind, record_id, version): body.encode() for kind, record_id, version, body in rows}


def test_a_mirror_is_what_the_api_answers_and_its_tree_is_that_of_the_register(city: City, tmp_path: Path) -> None:
    store = SqliteStore(str(tmp_path / "mirror.db"))
    mirror = Mirror(Client(city.url), store)
    for _ in range(5):
        city.live(30)
        state = mirror.run()
    store.db.close()
    assert state.edge.root.hex() == city.register_root()
    assert (state.lacking, state.erasures) == ({}, {})
    found = held(tmp_path / "mirror.db")
    assert found == city.shown()
    assert len({key[:2] for key in found}) > 30
    assert any(b'"stage":"withdrawn"' in body for body in found.values())


def test_a_mirror_that_begins_from_an_export_goes_on_to_what_the_api_answers(city: City, tmp_path: Path) -> None:
    city.live(60)
    city.world.index()
    with FilesHost(city.find_file) as host:
        city.world.settings = replace(city.world.settings, files_url=host.url)
        city.world.restart()
        write_exports.run(city.world.wired, nightly=True)
        city.live(10)
        store = SqliteStore(str(tmp_path / "mirror.db"))
        mirror = Mirror(Client(city.url), store)
        begun = mirror.start().next
        assert 30 < begun < city.world.wired.register.head().size
        city.live(30)
        state = mirror.run()
        store.db.close()
    assert (state.edge.root.hex(), state.lacking) == (city.register_root(), {})
    shown, found = city.shown(), held(tmp_path / "mirror.db")
    assert found.items() <= shown.items()
    newest = {key[:2]: key for key in sorted(shown)}
    assert {key: shown[key] for key in newest.values()}.items() <= found.items()


def test_the_example_is_killed_time_and_again_and_ends_equal_to_the_api(city: City, tmp_path: Path) -> None:
    file = tmp_path / "mirror.db"
    kills = 0
    for seconds in (0.35, 0.5, 0.65):
        city.live(40)
        with started(city.url, file) as example:
            time.sleep(seconds)
            example.send_signal(signal.SIGKILL)
            assert example.wait() == -signal.SIGKILL
            kills += 1
    with started(city.url, file) as example:
        wait_for(city, file, example)
        city.live(40)
        # It sleeps until the server's Retry-After is over: begun again, it goes on at once.
        example.kill()
    with started(city.url, file) as example:
        wait_for(city, file, example)
        example.kill()
    assert held(file) == city.shown()
    assert kills == 3


def started(url: str, file: Path) -> "subprocess.Popen[bytes]":
    """Start the example as a process of its own."""
    path = os.pathsep.join((str(ROOT / "client"), str(ROOT)))
    program = str(ROOT / "client" / "examples" / "mirror_to_sqlite.py")
    return subprocess.Popen(
        [sys.executable, program, url, str(file)], env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"}
    )


def wait_for(city: City, file: Path, example: "subprocess.Popen[bytes]") -> None:
    """Wait until a mirror is up to date."""
    size, until = city.world.wired.register.head().size, time.monotonic() + 60
    while time.monotonic() < until:
        assert example.poll() is None, "the example has ended"
        if file.exists() and next_of(file) == size:
            return
        time.sleep(0.05)
    raise AssertionError(f"the mirror did not come to {size}")


def next_of(file: Path) -> int:
    """Return how far a mirror is."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as db:
            row = db.execute("SELECT text FROM progress").fetchone()
    except sqlite3.OperationalError:
        return 0  # it has not made its tables yet
    return int(orjson.loads(row[0])["size"]) if row else 0


def test_what_was_erased_by_order_is_gone_from_a_mirror_whether_it_came_before_or_after(tmp_path: Path) -> None:
    with Gateway(create_app, port=0) as gateway:
        town = Town().begin()
        town.fill(1)
        town.log()
        early, late = SqliteStore(str(tmp_path / "early.db")), SqliteStore(str(tmp_path / "late.db"))
        Mirror(Client(gateway.url), early).run()
        before = len(held(tmp_path / "early.db"))
        town.erase(("feedback", next(i for k, i, _ in held(tmp_path / "early.db") if k == "feedback")))
        town.erase(("rule", next(i for k, i, _ in held(tmp_path / "early.db") if k == "rule")))
        town.log()
        erase_records.run(town.wired)
        town.log()
        one, other = Mirror(Client(gateway.url), early).run(), Mirror(Client(gateway.url), late).run()
        early.db.close()
        late.db.close()
    assert (one.edge, one.lacking, other.lacking, other.erasures) == (other.edge, {}, {}, {})
    found = held(tmp_path / "early.db")
    assert found == held(tmp_path / "late.db")
    assert before >= len(found)
    assert sum(b'"stage":"erased"' in body for body in found.values()) == 2
