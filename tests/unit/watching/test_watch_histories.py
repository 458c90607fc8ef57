"""W3: long histories of people who begin and cease to watch, of changes, and of deliverers whose receivers fail, any storage
call of any of it made to fail: nobody who watches misses a change, nobody who ceased is told of one.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from chalicelib.domain.notices import CASE_UPDATED
from chalicelib.store import keys
from tests.case_world import ACCEPTED
from tests.faults import KINDS, Arm, Fault, attempt
from tests.watch_world import Sent, WatchWorld, takes_all

STEPS = 40
HISTORIES = 15


class History:
    """One history: what was done to the case, and what arrived at the receiver."""

    def __init__(self, world: WatchWorld, token: str, chance: Random) -> None:
        self.world, self.token, self.chance = world, token, chance
        self.number = 0
        self.began: dict[str, int] = {}
        """Handle -> the version at which its subscription began."""
        self.ended: set[str] = set()
        self.arrived: Counter[tuple[str, int]] = Counter()
        self.late: list[tuple[str, int]] = []

    @property
    def version(self) -> int:
        """The case's version."""
        return int(self.world.memory.items[keys.case("c1")]["version"])

    def surely(self, operation: Callable[[Any], Any], wanted: tuple[int, ...]) -> None:
        """Send a request that may die at any storage call, and send it again until it is answered."""
        Arm(self.world, self._fault())
        attempt(operation, self.world)
        Arm(self.world).disarm()
        self.world.restart()
        answer = operation(self.world)
        assert answer.status in wanted, answer.body

    def _fault(self, calls: int = 12) -> Fault | None:
        return Fault(self.chance.randrange(calls), self.chance.choice(KINDS)) if self.chance.random() < 0.5 else None

    def step(self) -> None:
        """Do one thing."""
        self.number += 1
        self.chance.choice((self.change, self.change, self.watch, self.cease, self.deliver, self.deliver))()
        self.world.pass_time(seconds=self.chance.choice((0, 1, 7, 61, 400)))

    def change(self) -> None:
        """Let something happen."""
        event = f"v{self.number}"
        self.surely(lambda world: world.event("c1", event, {**ACCEPTED, "event": "visited"}), (200, 201))

    def watch(self) -> None:
        """Begin to watch."""
        name = f"s{self.number}"
        if len(self.began) - len(self.ended) < 4:
            self.surely(lambda world: world.subscribe("c1", self.token, name, handle=name), (200, 201))
            self.began[name] = self.version

    def cease(self) -> None:
        """Cease to watch."""
        there = sorted(self.began.keys() - self.ended)
        if there:
            name = self.chance.choice(there)
            self.surely(lambda world: world.subscription("DELETE", "c1", self.token, name), (204,))
            self.ended.add(name)

    def deliver(self) -> None:
        """Let a deliverer run that may die, to a receiver that may fail."""
        arm = Arm(self.world, self._fault(36))
        attempt(lambda world: world.deliver(self.send), self.world)  # type: ignore[attr-defined]
        arm.disarm()
        self.world.restart()

    def send(self, sent: Sent) -> tuple[str, Any]:
        """Answer as the receiver."""
        if self.chance.random() < 0.3:
            return "http_503", None
        if sent.type_ == CASE_UPDATED:
            handle = sent.data["handle"]
            self.arrived[(handle, sent.data["version"])] += 1
            self.late += [(handle, sent.data["version"])] if handle in self.ended else []
        return takes_all(sent)

    def drain(self) -> None:
        """Let deliverers run until nothing waits."""
        for _ in range(40):
            self.world.pass_time(hours=3)
            self.world.deliver(self.send)
            if not self.world.waiting():
                return
        raise AssertionError("something waits for ever")


def hold(history: History, seed: int) -> None:
    """Hold that what arrived is what had to."""
    version = history.version
    for name, began in history.began.items():
        arrived = {number for handle, number in history.arrived if handle == name}
        if name not in history.ended:
            assert arrived == set(range(began + 1, version + 1)), (seed, name)
        assert arrived <= set(range(began + 1, version + 1)), (seed, name)
    assert history.late == [], seed
    assert {handle for handle, _ in history.arrived} <= history.began.keys()


def test_nobody_who_watches_misses_a_change_and_nobody_who_ceased_is_told_of_one() -> None:
    world = WatchWorld()
    world.begin()
    world.receiver()
    world.deliver()
    _, token = world.opened("c1")
    saved = world.save()
    told = repeated = 0
    for seed in range(HISTORIES):
        world.put_back(saved)
        history = History(world, token, Random(f"history {seed}"))
        for _ in range(STEPS):
            history.step()
        history.drain()
        hold(history, seed)
        told += len(history.arrived)
        repeated += sum(history.arrived.values()) - len(history.arrived)
    assert told > 10 * HISTORIES
    assert repeated > 0, "no fault ever fell between sending and noting"
