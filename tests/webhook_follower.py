"""Receivers of webhooks that follow a day of random public acts, fail three times in ten, and build up what the API shows by
fetching what each notification names; while jobs and storage die on the other side.

`python -m tests.webhook_follower [ACTS] [SEED]`; acts that the domain refuses are not counted. In the tests the same runs with fewer acts. At the end nothing may be lost,
a repetition must have the id it had, and what was built must be the API's answers byte for byte.
"""

import logging
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.domain.notices import DEAD, KEPT
from chalicelib.domain.topics import is_among, known_topics, topic_of
from chalicelib.errors import UnfinishedError
from chalicelib.jobs import advance_clocks, log_register
from chalicelib.jobs.deliver_webhooks import post_of
from chalicelib.routes.versions import VERSIONED
from chalicelib.usecases.api_keys import issue_api_key
from chalicelib.usecases.deliver_webhooks import Answered, Outgoing, deliver_webhooks
from chalicelib.usecases.outbox import ask_again
from local.messages import Response
from tests.case_world import JSON_BODY
from tests.city_and_province import DEATHS, Day, Weather
from tests.two_worlds import Pair
from tests.watch_world import one_by_one
from tests.world import World

TICKS = 288
EVERYTHING = sorted(topic for topic in known_topics() if topic.endswith(".*"))
NARROW = ["disclosure.*", "rule.*"]
FAILS_ONE_IN = 10 / 3
FAILURES = ("http_503", "http_503", "http_500", "connection_lost", "timeout")


class Consumer:
    """One receiver's program and what it keeps: durable records, and the ids that it has dealt with."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world = world
        self.chance = chance
        self.records: dict[tuple[str, str], tuple[int, bytes | None]] = {}
        """Collection and id -> the newest index that it knows of, and the bytes that its address gave."""
        self.dealt_with: defaultdict[int, Counter[str]] = defaultdict(Counter)
        """Register index -> how often each id was dealt with."""
        self.failed = Counter[str]()

    def receive(self, told: dict[str, Any], webhook_id: str) -> str:
        """Take a notification; return what the sender sees."""
        if self.chance.random() < 1 / FAILS_ONE_IN / 2:
            return self._fail("before")
        if not self._deal_with(told["data"]):
            return self._fail("busy")
        self.dealt_with[told["data"]["register_index"]][webhook_id] += 1
        if self.chance.random() < 1 / FAILS_ONE_IN / 2:
            return self._fail("after")
        return "http_204"

    def _fail(self, moment: str) -> str:
        self.failed[moment] += 1
        return self.chance.choice(FAILURES)

    def _deal_with(self, data: dict[str, Any]) -> bool:
        """Fetch what a notification names, if it is news, and keep it; False if it could not be fetched."""
        place = VERSIONED[data["kind"]].collection, data["id"]
        if not data["url"] or self.records.get(place, (-1, None))[0] >= data["register_index"]:
            return True
        answer = fetched(self.world, data["url"])
        if answer is None or answer.status not in (200, 404):
            return False
        # 404: a later act has taken earlier versions away; its own notification names what is shown instead.
        self.records[place] = data["register_index"], answer.body if answer.status == 200 else None
        return True


def fetched(world: World, path: str) -> Response | None:
    """Return what the API answers, or None where it dies."""
    try:
        return world.get(path)
    except DEATHS:
        return None


class Town:
    """A city, its receivers and what they have: one that wants everything, one that wants little, one that is dead."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.pair = Pair()
        self.world = self.pair.city
        wiring.use(self.world.wired)
        self.consumers = {name: Consumer(self.world, chance) for name in ("all", "narrow")}
        self.begins: dict[str, int] = {}
        self.to_the_dead = 0
        self.key = self._surely(
            lambda: issue_api_key("k", "k", self._wired.api_keys, self._wired.random_bytes, self.world.now)
        )

    @property
    def _wired(self) -> wiring.Wiring:
        return self.world.wired

    def _surely(self, work: Callable[[], Any]) -> Any:
        while True:
            try:
                return work()
            except DEATHS:
                self.world.restart()

    def subscribe(self, name: str, topics: list[str], after: int | None) -> None:
        """Register a receiver, have it confirmed, and subscribe it."""
        self.put(f"/v1/receivers/{name}", {"url": f"https://{name}.example/"})
        while self.put(f"/v1/receivers/{name}", {"url": f"https://{name}.example/"})["state"] != "active":
            self.deliver()
            self.world.pass_time(minutes=1)
        wanted: dict[str, Any] = {"receiver": name, "topics": topics}
        made = self.put(f"/v1/subscriptions/{name}", wanted if after is None else {**wanted, "after": after}, self.key)
        self.begins[name] = made["begins_after"]

    def put(self, path: str, body: Any, bearer: str = "") -> Any:
        """Send a write until it is answered."""
        headers = (*JSON_BODY, ("Authorization", f"Bearer {bearer}"))

        def send() -> Any:
            answer = self.world.request("PUT", path, headers=headers, body=orjson.dumps(body))
            return answer.json() if answer.status in (200, 201) else None

        while (told := self._surely(send)) is None:
            continue
        return told

    def send(self, outgoing: Outgoing, admit: Callable[[str], bool] | None = None) -> Answered:
        """Hand a request over to the receiver that it is for (`usecases.deliver_webhooks.Sender`)."""
        told = orjson.loads(outgoing.payload)
        name = told["data"]["receiver"]
        if "challenge" in told["data"]:
            return Answered("http_200", orjson.dumps({"challenge": told["data"]["challenge"]}))
        if name == "dead":
            self.to_the_dead += 1
            return Answered("timeout")
        return Answered(self.consumers[name].receive(told, outgoing.headers["webhook-id"]))

    def deliver(self) -> bool:
        """Run the job once; a new process takes the place of one that dies."""
        try:
            post = replace(post_of(self._wired), sender=self, side_by_side=one_by_one)
            deliver_webhooks(post, self.world.now + timedelta(seconds=45))
        except (*DEATHS, UnfinishedError):
            self.world.restart()
            return False
        return True

    def work(self, job: Callable[[], object]) -> bool:
        """Run another job that may die."""
        try:
            job()
        except (*DEATHS, UnfinishedError):
            self.world.restart()
            return False
        return True


def live(acts: int, seed: int, ticks: int = TICKS) -> tuple[Town, Counter[str]]:
    """Let a day of acts pass, with deaths on every side; then let what is left arrive."""
    chance = Random(seed)
    town, counts = Town(chance), Counter[str]()
    day, weather = Day(town.pair, chance), Weather(chance, 200)
    town.subscribe("dead", EVERYTHING, None)
    weather.over(town.world)
    for tick in range(ticks):
        if tick == ticks // 8:
            town.subscribe("all", EVERYTHING, -1)
        if tick == ticks // 4:
            town.subscribe("narrow", NARROW, None)
        while day.acts < acts * (tick + 1) // ticks:
            day.act()
        counts["jobs that died"] += not town.work(lambda: log_register.run(town.world.wired))
        if chance.randrange(6) == 0:
            counts["jobs that died"] += not town.work(lambda: advance_clocks.run(town.world.wired))
        for _ in range(2):
            counts["deliverers that died"] += not town.deliver()
            town.world.pass_time(minutes=2.5)
    weather.clear(town.world)
    counts.update({"acts": day.acts, "storage calls that failed": weather.struck})
    drain(town)
    return town, counts


def drain(town: Town) -> None:
    """Run jobs, with nothing in the way, until nothing waits for those that live; the dead are asked for again."""
    town.world.restart()
    town.world.log()
    for _ in range(2_000):
        town.deliver()
        left = list(town.world.memory.items.items())
        waiting = [
            item for key, item in left if key.pk.startswith(("outbox#all#", "outbox#narrow#")) and "work_pk" in item
        ]
        behind = [found for found in town.world.wired.public_subscriptions.all() if found.receiver != "dead"]
        newest = town.world.wired.public_subscriptions.newest_index()
        if not waiting and all(found.cursor == newest for found in behind) and not revived(town):
            return
        town.world.pass_time(minutes=7)
    raise AssertionError("something waits for ever")


def revived(town: Town) -> int:
    """Ask for what is dead, as whoever holds a receiver does; return how many there were."""
    outbox, now = town.world.wired.outbox, town.world.now
    pages = [outbox.page(name, now - KEPT, 100_000, None).notices for name in town.consumers]
    dead = [notice for page in pages for notice, _ in page if notice.state == DEAD]
    for notice in dead:
        ask_again(notice, notice.asked_again + 1, outbox, now)
    return len(dead)


def hold(town: Town) -> dict[str, str]:
    """Hold what each receiver has to the register and the API; say what it came to."""
    return {name: _hold(town, name, topics) for name, topics in (("all", EVERYTHING), ("narrow", NARROW))}


def _hold(town: Town, name: str, topics: list[str]) -> str:
    consumer = town.consumers[name]
    entries, after = list[Any](), town.begins[name]
    while page := town.world.json("/v1/changes", "limit=1000" + (f"&after={after}" if after >= 0 else ""))["items"]:
        entries += [entry for entry in page if is_among(topic_of(entry["kind"], entry["name"]), topics)]
        after = page[-1]["index"]
    wanted = {entry["index"] for entry in entries}
    assert set(consumer.dealt_with) == wanted, f"{name}: lost or too many: {set(consumer.dealt_with) ^ wanted}"
    assert all(len(ids) == 1 for ids in consumer.dealt_with.values()), "one act under two ids"
    repeated = sum(sum(ids.values()) - 1 for ids in consumer.dealt_with.values())
    shown = {(VERSIONED[entry["kind"]].collection, entry["id"]) for entry in entries if entry["url"]}
    assert shown == set(consumer.records)
    for (collection, record_id), (_, body) in consumer.records.items():
        answer = town.world.get(f"/v1/{collection}/{record_id}")
        assert (answer.status, answer.body) == (200, body), (collection, record_id)
    return (
        f"{len(wanted)} acts, 0 lost; {repeated} dealt with twice, each with its one id; failed {dict(consumer.failed)}; "
        f"{len(shown)} records, byte for byte the API's"
    )


def main() -> int:
    """Live a day and print what came of it."""
    acts, seed = (int(each) for each in [*sys.argv[1:], *("5000", "20261127")[len(sys.argv) - 1 :]])
    logging.getLogger("glasshall.webhooks").setLevel(logging.CRITICAL)  # what fails here fails on purpose
    town, counts = live(acts, seed)
    print(", ".join(f"{number} {name}" for name, number in counts.items()) + f" (seed {seed})")
    for name, told in hold(town).items():
        print(f"{name}: {told}")
    print(f"a dead receiver that wants everything was sent {town.to_the_dead} requests and held up nobody")
    return 0


if __name__ == "__main__":
    sys.exit(main())
