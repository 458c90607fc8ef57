"""A city and its province: two deployments in one process, the one following the other through true gateway events.

`wiring.use` is of the process, so whoever answers is put in place for as long as it answers.
"""

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.harvest import Origin
from chalicelib.jobs import harvest
from chalicelib.settings import Settings
from chalicelib.usecases.harvest import Harvested, UnreachableError
from local.messages import Response
from tests.world import AUTHORITY, World

CITY = AUTHORITY
NAME = CITY.replace(":", "_")
Change = Callable[[bytes], bytes]


class Wire:
    """Implements `chalicelib.usecases.harvest.Source`: between two worlds, with what can go wrong on the way."""

    def __init__(self, city: World) -> None:
        self.city = city
        self.asked: list[str] = []
        self.down: UnreachableError | None = None
        self.change: Change = lambda body: body
        """What becomes of an answer on its way: the origin lies, or somebody in between does."""

    def get(self, origin: Origin, path: str) -> bytes:
        self.asked.append(path)
        if self.down is not None:
            raise self.down
        answer = in_place(self.city, path)
        if answer.status != 200:
            raise UnreachableError(f"status_{answer.status}", "not 200", smaller=answer.status >= 500)
        return self.change(answer.body)


def in_place(world: World, path: str) -> Response:
    """Read from one of two worlds, and put the other back."""
    before = wiring.current()
    wiring.use(world.wired)
    try:
        return world.get(*path.split("?", 1)) if "?" in path else world.get(path)
    finally:
        wiring.use(before)


class Pair:
    """The two deployments."""

    def __init__(self) -> None:
        self.city = World(settings=Settings(public_authority=CITY, index_settle_seconds=0, card_grace_seconds=0))
        self.wire = Wire(self.city)
        self.province = World(
            settings=Settings(
                public_authority="127.0.0.1:9000", harvest_origins=f"http://{CITY}", index_settle_seconds=0
            )
        )
        self.province.origins = self.wire
        self.province.restart()
        self.city.restart()
        self.city.init()

    def harvest(self) -> Harvested:
        """Run the job of the province."""
        self.province.pass_time(minutes=5)
        self.city.now = max(self.city.now, self.province.now)
        (done,) = harvest.run(self.province.wired)
        return done

    def follow(self) -> None:
        """Bring the province up to date, and want it to succeed."""
        self.city.log()
        self.province.now = max(self.city.now, self.province.now)
        done = self.harvest()
        assert done.trouble is None, done

    def origin(self) -> dict[str, Any]:
        """Return what the province tells of the city."""
        (item,) = orjson.loads(in_place(self.province, "/v1/harvested").body)["items"]
        assert isinstance(item, dict)
        return item

    def copy(self, path: str) -> Response:
        """Read a copy from the province: `services/s1`."""
        return in_place(self.province, f"/v1/harvested/{NAME}/{path}")

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield every entry of the city's register."""
        after = ""
        while items := orjson.loads(in_place(self.city, f"/v1/changes?limit=1000{after}").body)["items"]:
            yield from items
            after = f"&after={items[-1]['index']}"


class DifferenceError(AssertionError):
    """The copy is not what the origin shows."""


def compare(pair: Pair) -> tuple[int, int, int]:
    """Hold every record and version of the city to its copy, byte for byte; count records, versions and tombstones."""
    shown = {tuple(entry["url"].split("/")[-4:-2]): entry for entry in pair.entries() if entry["url"]}
    versions = tombstones = 0
    for (collection, record_id), entry in shown.items():
        _same(pair, f"{collection}/{record_id}")
        last = int(entry["url"].rsplit("/", 1)[1])
        tombstones += entry["tombstone"]
        for number in range(1, last + 2):
            versions += _same(pair, f"{collection}/{record_id}/versions/{number}")
    listed = {(c, r) for c in {c for c, _ in shown} for r in _listed(pair, c)}
    if listed != set(shown):
        raise DifferenceError(f"the lists differ: {listed ^ set(shown)}")
    return len(shown), versions, tombstones


def _same(pair: Pair, path: str) -> int:
    theirs, ours = in_place(pair.city, f"/v1/{path}"), pair.copy(path)
    # What was erased is told as that by its origin, and is not there in a copy.
    if _shown(theirs) != _shown(ours):
        raise DifferenceError(
            f"{path}: {theirs.status} {theirs.body[:300]!r} is copied as {ours.status} {ours.body[:300]!r}"
        )
    return int(theirs.status == 200)


def _shown(answer: Response) -> tuple[int, bytes]:
    status = 404 if answer.status == 410 else answer.status
    return status, answer.body if status == 200 else b""


def _listed(pair: Pair, collection: str) -> Iterator[str]:
    cursor = ""
    while True:
        page = orjson.loads(pair.copy(f"{collection}?limit=7{cursor}").body)
        yield from (item["id"] for item in page["items"])
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"
