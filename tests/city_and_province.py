"""A day in the life of a city that its province follows, with outages and deaths on both sides; then both are compared.

`python -m tests.city_and_province [ACTS] [SEED]`. In the tests the same runs with fewer acts.
"""

import logging
import sys
from collections.abc import Callable
from random import Random
from typing import Any, cast

import orjson

from chalicelib import wiring
from chalicelib.errors import ConditionFailedError, UnavailableError, UnfinishedError
from chalicelib.jobs import advance_clocks, log_register
from chalicelib.usecases.harvest import UnreachableError
from tests.faults import KilledError
from tests.two_worlds import Pair, compare
from tests.world import World

TICKS = 288
"""A day in steps of five minutes."""
LARGE = "全文" * 55_000
DEATHS = (KilledError, UnavailableError, ConditionFailedError, UnfinishedError)


class Weather:
    """What goes wrong: storage calls that fail before or after they happened, and connections that break."""

    def __init__(self, chance: Random, one_in: int) -> None:
        self._chance = chance
        self._one_in = one_in
        self.struck = 0

    def over(self, world: World) -> None:
        """Let the weather be over a world."""
        world.memory.hook = world.objects.hook = self._strike

    def clear(self, world: World) -> None:
        """Let nothing go wrong any more."""
        world.memory.hook = world.objects.hook = lambda moment, call, detail: None

    def _strike(self, moment: str, call: str, detail: object) -> None:
        if self._chance.randrange(self._one_in) == 0:
            self.struck += 1
            if moment == "after" and call == "commit" and self._chance.random() < 0.3:
                raise ConditionFailedError("asked again")
            raise KilledError if self._chance.random() < 0.5 else UnavailableError("busy")


class Day:
    """Random acts of the city, each sent again until it is answered, as a client would."""

    def __init__(self, pair: Pair, chance: Random) -> None:
        self.pair, self.city, self._chance = pair, pair.city, chance
        self.acts = self.refused = 0
        self._numbers: dict[tuple[str, str], int] = {}
        self._pending: dict[str, str] = {}
        self._stages: dict[str, tuple[bool, str]] = {}

    def act(self) -> None:
        """Do one thing."""
        do: Callable[[], None] = self._chance.choice(
            (
                *(self._service, self._service, self._disclosure, self._disclosure, self._disclosure),
                *(self._agency, self._case, self._rule, self._centre, self._centre),
            )
        )
        do()

    def _put(self, collection: str, record_id: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        number = self._numbers.get((collection, record_id), 0) + 1
        answer = self._send(f"/v1/intake/{collection}/{record_id}/acts/{number}", body, key)
        if answer is None:
            self.refused += 1
            return None
        self._numbers[collection, record_id] = number
        self.acts += 1
        return answer

    def _send(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any] | None:
        while True:
            try:
                answer = self.city.put(path, body, key)
            except KilledError:
                self.city.restart()
                continue
            if answer.status < 500 and answer.status != 503:
                return cast(dict[str, Any], orjson.loads(answer.body)) if answer.status in (200, 201) else None

    def _service(self) -> None:
        record_id = f"service-{self._chance.randrange(12)}"
        content = {
            "agency": "bureau",
            "title": {"zh": f"事项{self._chance.randrange(99)}"},
            "service_kind": "other_power",
            "limits": {"promised": {"value": self._chance.randint(1, 20), "unit": "working_day"}},
        }
        known = ("services", record_id) in self._numbers
        act = self._chance.choice(("revise", "revise", "withdraw")) if known else "publish"
        body = {"act": act, "reason": {"zh": "调整"}} if act == "withdraw" else {"act": act, "content": content}
        self._put("services", record_id, body, "bureau-clerk")

    def _disclosure(self) -> None:
        record_id = f"notice-{self._chance.randrange(20)}"
        body = LARGE if self._chance.randrange(40) == 0 else f"正文{self._chance.randrange(999)}"
        content = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": body}}
        shown, pending = self._stages.get(record_id, (False, ""))
        forward = {"": "submit", "submitted": "approve", "approved": "correct" if shown else "publish"}[pending]
        step = self._chance.choice((forward, forward, forward, forward, forward, "submit", "approve", "withdraw"))
        if step == "submit":
            receipt = self._put("disclosures", record_id, {"act": "submit", "content": content}, "root-clerk")
            if receipt:
                self._pending[record_id] = receipt["sha256"]
                self._stages[record_id] = shown, "submitted"
        elif step == "approve":
            review = {"reviewer": "office", "result": "cleared"}
            digest = self._pending.get(record_id, "0" * 64)
            approve = {"act": "approve", "approves_sha256": digest, "secrecy_review": review}
            if self._put("disclosures", record_id, approve, "root-approver"):
                self._stages[record_id] = shown, "approved"
        else:
            more = {} if step == "publish" else {"reason": {"zh": "更正"}}
            if self._put("disclosures", record_id, {"act": step, **more}, "root-clerk"):
                self._stages[record_id] = True, ""

    def _agency(self) -> None:
        record_id = f"office-{self._chance.randrange(8)}"
        name = {"zh": f"办公室{self._chance.randrange(99)}"}
        content = {"name": name, "level": "department", "parent": "guangan"}
        known = ("agencies", record_id) in self._numbers
        act = self._chance.choice(("amend", "amend", "dissolve")) if known else "register"
        body = {"act": act, "reason": {"zh": "改革"}} if act == "dissolve" else {"act": act, "content": content}
        self._put("agencies", record_id, body, "root-clerk")

    def _rule(self) -> None:
        record_id = f"rule-{self._chance.randrange(8)}"
        content = {
            "agency": "bureau",
            "title": {"zh": f"管理办法{self._chance.randrange(99)}"},
            "rule_kind": "normative_document",
            "area": "administrative_approval",
            "doc_no": f"广区府发〔2026〕{self._chance.randint(1, 99)}号",
            "body": {"zh": "全文"},
            "in_force_on": "2026-07-01",
        }
        acts: tuple[dict[str, Any], ...] = (
            {"act": "review", "outcome": "keep", "reason": {"zh": "仍需执行"}, "next_review_due_on": "2028-11-30"},
            {
                "act": "repeal",
                "repealed_on": "2026-11-01",
                "reason": {"zh": "过时"},
                "by_document": "广区府发〔2026〕9号",
            },
            {"act": "withdraw", "reason": {"zh": "误录"}},
        )
        known = ("rules", record_id) in self._numbers
        self._put(
            "rules",
            record_id,
            self._chance.choice(acts) if known else {"act": "publish", "content": content},
            "bureau-clerk",
        )

    def _centre(self) -> None:
        record_id = f"centre-{self._chance.randrange(4)}"
        spans = [{"opens": "09:00", "closes": f"{self._chance.randint(12, 18)}:00"}]
        content = {
            "agency": "guangan",
            "name": {"zh": "区政务服务中心"},
            "address": {"zh": "滨江路 1 号"},
            "hours": {"weekly": [{"days": ["mon", "tue"], "spans": spans}], "working_calendar": True},
        }
        known = ("centres", record_id) in self._numbers
        act = self._chance.choice(("revise", "revise", "revise", "close")) if known else "open"
        body = {"act": act, "reason": {"zh": "迁址"}} if act == "close" else {"act": act, "content": content}
        self._put("centres", record_id, body, "root-clerk")

    def _case(self) -> None:
        """A case whose limit passed long ago: the clock raises a card for it."""
        case_no = f"case-{self._chance.randrange(10_000)}"
        service = f"service-{self._chance.randrange(12)}"
        if self._send(f"/v1/intake/cases/{case_no}", {"service": service, "access": "none"}, "bureau-clerk"):
            accepted = {"event": "accepted", "occurred_at": "2026-10-09T09:00:00+08:00"}
            self._send(f"/v1/intake/cases/{case_no}/events/e1", accepted, "bureau-clerk")


def live(acts: int, seed: int, ticks: int = TICKS) -> tuple[Day, Pair, dict[str, int]]:
    """Let a day pass."""
    chance, pair = Random(seed), Pair()
    day, weather = Day(pair, chance), Weather(chance, 200)
    weather.over(pair.city)
    weather.over(pair.province)
    counts = {"outages": 0, "runs": 0, "died": 0}
    for _ in range(ticks):
        wiring.use(pair.city.wired)
        for _ in range(acts // ticks + (chance.random() < acts % ticks / ticks)):
            day.act()
        _try(pair.city, lambda: log_register.run(pair.city.wired))
        if chance.randrange(6) == 0:
            _try(pair.city, lambda: advance_clocks.run(pair.city.wired))
        pair.city.pass_time(minutes=5)
        down = chance.randrange(4) == 0
        pair.wire.down = UnreachableError("no_answer", "out of reach") if down else None
        pair.wire.change = _broken(chance)
        counts["outages"] += down
        counts["runs"] += 1
        counts["died"] += not _try(pair.province, pair.harvest)
    pair.wire.down, pair.wire.change = None, lambda body: body
    weather.clear(pair.city)
    weather.clear(pair.province)
    counts["faults"] = weather.struck
    wiring.use(pair.city.wired)
    return day, pair, counts


def _broken(chance: Random) -> Callable[[bytes], bytes]:
    """Return what happens to answers on their way, for one run: mostly nothing."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda body: body[: len(body) // 2],
        lambda body: body.replace("事项".encode(), "改过".encode()),
        lambda body: b"<html>busy</html>",
    )
    return chance.choice(ways) if chance.randrange(6) == 0 else lambda body: body


def _try(world: World, work: Callable[[], object]) -> bool:
    """Do work that may die; a new process takes the place of one that did."""
    before = wiring.current()
    try:
        work()
    except DEATHS:
        world.restart()
        wiring.use(world.wired if before is not world.wired else before)
        return False
    return True


def settle(pair: Pair) -> None:
    """Let both work off what is left, with nothing in their way."""
    pair.city.restart()
    advance_clocks.run(pair.city.wired)
    pair.follow()


def main() -> int:
    """Live a day and print what came of it."""
    acts, seed = (int(each) for each in [*sys.argv[1:], *("2000", "20261127")[len(sys.argv) - 1 :]])
    logging.getLogger("glasshall").setLevel(logging.CRITICAL)  # what fails here fails on purpose
    day, pair, counts = live(acts, seed)
    settle(pair)
    records, versions, tombstones = compare(pair)
    origin = pair.origin()
    print(
        f"a day of {day.acts} acts ({day.refused} refused), {origin['register_index'] + 1} register entries; "
        f"{counts['runs']} runs of the harvest: city out of reach at {counts['outages']}, {counts['died']} ended badly; "
        f"{counts['faults']} storage calls failed on either side\n"
        f"the province's copy equals the city's public view: {records} records, {versions} versions, "
        f"{tombstones} tombstones compared byte for byte, 0 differences; lacking {origin['lacking']}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
