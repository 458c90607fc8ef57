"""I7: requests on one case at the same time, every storage call put in an order by seed: the outcome is that of some order.

One request runs at a time; at each storage call the scheduler decides who goes on. So a failing seed fails again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import orjson
import pytest
from glasshall.work import solve

from chalicelib.domain.cases.intake import stored_event
from chalicelib.settings import Settings
from chalicelib.store import keys
from local.messages import Response
from tests.case_world import ACCEPTED, DECIDED, happened, outcomes, registered
from tests.turns import Turns
from tests.unit.cases.invariants import InOrderWorld, hold_invariants
from tests.world import AUTHORITY

WRONG = "0000-0000-000"
OLD_SECRET = "a secret of the tests, which is long"
CAME_IN = {"received_at": "2026-11-19T09:00:00+08:00"}


@dataclass(frozen=True)
class Tried:
    """A write that was tried: at which place, with which content."""

    place: str
    content: str
    send: Callable[[], Response]
    batched: bool = False


def the_world() -> InOrderWorld:
    """Return a deployment with a registered case."""
    world = InOrderWorld()
    world.begin()
    world.register("c", **CAME_IN)
    return world


def a_try(world: InOrderWorld, chance: Random) -> Tried:
    """Return one write out of few, so that they meet."""
    event_id = chance.choice(("e1", "e2"))
    body = chance.choice((ACCEPTED, DECIDED))
    kind = chance.randrange(4)
    if kind == 0:
        case = chance.choice(("c", "n"))
        channel = chance.choice(("window", "post")) if case == "n" else None
        more = {"channel": channel} if channel else {}
        return Tried(f"registration of {case}", str(channel), lambda: world.register(case, **CAME_IN, **more))
    if kind == 1:
        return Tried(event_id, body["event"], lambda: world.batch([happened("c", event_id, body)]), batched=True)
    return Tried(event_id, body["event"], lambda: world.event("c", event_id, body))


def outcome(tried: Tried, answer: Response) -> str:
    """Return what became of a write: new, same, other or busy."""
    if tried.batched:
        (found,) = outcomes(answer) if answer.status != 503 else [("refused", ["busy"])]
        return {"stored": "new", "already": "same"}.get(found[0], "other" if found[1] == ["place_taken"] else "busy")
    return {201: "new", 200: "same", 409: "other", 503: "busy"}[answer.status]


@pytest.mark.parametrize("block", range(6))
def test_writes_side_by_side_give_each_place_one_winner_and_lose_nothing(block: int) -> None:
    world = the_world()
    saved = world.save()
    for seed in range(block * 30, (block + 1) * 30):
        world.put_back(saved)
        chance = Random(f"race {seed}")
        tries = [a_try(world, chance) for _ in range(chance.randint(2, 4))]
        answers = Turns(world, chance).run([tried.send for tried in tries])
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        by_place: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for tried, answer in zip(tries, answers, strict=True):
            by_place[tried.place].append((tried.content, outcome(tried, answer)))
        for place, found in by_place.items():
            _hold_one_winner(world, place, found, seed)


def _hold_one_winner(world: InOrderWorld, place: str, found: list[tuple[str, str]], seed: int) -> None:
    counts = Counter(outcome for _, outcome in found)
    if place == "registration of c":  # it was there from the beginning
        assert set(counts) == {"same"}, (seed, found)
        return
    assert counts["new"] == 1, (seed, place, found)
    winner = next(content for content, outcome in found if outcome == "new")
    for content, what in found:
        assert what in (("new", "same") if content == winner else ("other",)), (seed, place, found)
    if not place.startswith("registration"):
        item: Any = world.memory.items[keys.event("c", place)]
        assert stored_event(item["raw"], item["via"])["event"] == winner


def test_many_events_at_once_are_all_stored_or_told_to_come_again() -> None:
    world = the_world()
    saved = world.save()
    busy = 0
    for seed in range(30):
        world.put_back(saved)
        sends = [
            lambda number=number: world.event("c", f"v{number}", {**ACCEPTED, "event": "visited"})
            for number in range(6)
        ]
        answers = Turns(world, Random(f"crowd {seed}")).run(sends)  # type: ignore[arg-type]
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        stored = {key.sk for key in world.memory.items if key.pk == "case#c" and key.sk.startswith("EVENT#")}
        for number, answer in enumerate(answers):
            assert answer.status in (201, 503)
            assert (f"EVENT#v{number}" in stored) == (answer.status == 201)
            busy += answer.status == 503
        assert world.memory.items[keys.case("c")]["version"] == 1 + len(stored)
    assert busy < 40


def test_batches_of_one_new_case_side_by_side_store_every_line_once() -> None:
    world = the_world()
    saved = world.save()
    lines = [registered("n", **CAME_IN), happened("n", "e1", ACCEPTED), happened("n", "e2", DECIDED)]
    for seed in range(30):
        world.put_back(saved)
        answers = Turns(world, Random(f"batches {seed}")).run([lambda: world.batch(lines)] * 3)
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        told = Counter(outcome for answer in answers for outcome, _ in outcomes(answer))
        assert told == {"stored": 3, "already": 6}, seed


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_code_that_is_replaced_meanwhile_gives_no_token_that_outlives_it(exchanged: bool) -> None:
    world = InOrderWorld()
    world.begin()
    code = world.register("c", access="code").json()["query_code"]
    if exchanged:
        world.exchange("c", code)
    saved = world.save()
    given = 0
    for seed in range(70):
        world.put_back(saved)
        sends = [lambda: world.exchange("c", code), lambda: world.code("c", 1), lambda: world.exchange("c", code)]
        first, issued, second = Turns(world, Random(f"replaced {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        assert issued.status == 201
        for answer in (first, second):
            assert answer.status in (201, 404)
            if answer.status == 201:
                given += 1
                assert world.status("c", answer.json()["token"]).status == 401, seed
        assert world.exchange("c", code).status == 404
        assert world.exchange("c", issued.json()["query_code"]).status == 201
    assert given > 10


def test_a_fresh_code_and_an_exchange_side_by_side_leave_one_code_that_works() -> None:
    world = InOrderWorld()
    world.begin()
    code = world.register("c", access="code").json()["query_code"]
    saved = world.save()
    seen: Counter[tuple[int, bool]] = Counter()
    for seed in range(60):
        world.put_back(saved)
        sends = [lambda: world.exchange("c", code), lambda: world.register("c", access="code")]
        exchanged, again = Turns(world, Random(f"fresh {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        fresh = again.json().get("query_code")
        assert (exchanged.status == 201) != (fresh is not None), seed
        assert world.exchange("c", fresh or code).status == 201
        assert fresh is None or world.exchange("c", code).status == 404
        seen[exchanged.status, fresh is not None] += 1
    assert len(seen) == 2


def test_a_code_issued_while_tokens_are_ended_begins_an_epoch_of_its_own() -> None:
    world = InOrderWorld()
    world.begin()
    code, token = world.opened("c")
    saved = world.save()
    for seed in range(80):
        world.put_back(saved)
        sends = [lambda: world.end_tokens("c", token), lambda: world.code("c", 1), lambda: world.exchange("c", code)]
        _, issued, exchanged = Turns(world, Random(f"epoch {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        assert issued.status == 201
        if exchanged.status == 201:
            assert world.status("c", exchanged.json()["token"]).status == 401, seed


def test_tokens_ended_by_two_at_once_are_ended_and_both_are_told_so() -> None:
    world = InOrderWorld()
    world.begin()
    _, token = world.opened("c")
    saved = world.save()
    for seed in range(30):
        world.put_back(saved)
        sends = [lambda: world.end_tokens("c", token)] * 2 + [lambda: world.renew("c", token)]
        first, second, renewed = Turns(world, Random(f"ended {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        assert (first.status, second.status) == (204, 204)
        assert renewed.status in (201, 401)
        assert world.memory.items[keys.case("c")]["token_epoch"] == 1
        if renewed.status == 201:
            assert world.status("c", renewed.json()["token"]).status == 401


def test_tries_that_come_at_once_are_let_by_exactly_as_many_as_there_are_and_work_as_often_as_it_is_good_for() -> None:
    settings = Settings(public_authority=AUTHORITY, tries_per_hour_case_network=3, proof_of_work_bits=4)
    world = InOrderWorld(settings=settings)
    world.begin()
    code = world.register("c", access="code").json()["query_code"]
    saved = world.save()
    for seed in range(25):
        world.put_back(saved)
        answers = Turns(world, Random(f"tries {seed}")).run([lambda: world.exchange("c", WRONG)] * 6)
        assert Counter(answer.status for answer in answers) == {404: 3, 429: 3}, seed
        asked = next(answer.json()["proof_of_work"] for answer in answers if answer.status == 429)
        nonce = solve(asked["challenge"], asked["bits"], "c", code)
        work = {"challenge": asked["challenge"], "nonce": nonce}
        answers = Turns(world, Random(f"work {seed}")).run([lambda work=work: world.exchange("c", code, work=work)] * 5)  # type: ignore[misc]
        world.memory.hook = lambda moment, call, detail: None
        assert Counter(answer.status for answer in answers) == {201: 3, 429: 2}, seed


@pytest.mark.parametrize("exchanged", [True, False])
def test_a_code_that_goes_over_to_a_new_pepper_while_it_is_used_and_replaced_leaves_one_that_works(
    exchanged: bool,
) -> None:
    world = InOrderWorld()
    world.begin()
    code = world.register("c", access="code").json()["query_code"]
    if exchanged:
        world.exchange("c", code)
    world.secret = orjson.dumps({"keys": [{"id": "2", "secret": "n" * 40}, {"id": "1", "secret": OLD_SECRET}]})
    seen: Counter[tuple[int, int]] = Counter()
    world.restart()
    saved = world.save()
    for seed in range(60):
        world.put_back(saved)
        sends = [lambda: world.exchange("c", code), lambda: world.exchange("c", code), lambda: world.code("c", 1)]
        first, second, issued = Turns(world, Random(f"pepper {seed}")).run(sends)
        world.memory.hook = lambda moment, call, detail: None
        hold_invariants(world)
        assert issued.status == 201
        seen[first.status, second.status] += 1
        for answer in (first, second):
            assert answer.status == 404 or world.status("c", answer.json()["token"]).status == 401, seed
        assert world.exchange("c", code).status == 404
        assert world.exchange("c", issued.json()["query_code"]).status == 201
    assert len(seen) >= 3
