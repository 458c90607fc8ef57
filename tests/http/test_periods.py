"""Closed periods: one hash of every figure, in the register, that anybody can make again from what the API answers."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
import pytest

from chalicelib.jobs import publish_statistics
from chalicelib.store import keys
from chalicelib.store.table import Item, Put
from chalicelib.usecases.publish_statistics import Published
from tests.fakes.memory_table import no_hook
from tests.faults import KINDS, Arm, Fault, attempt
from tests.unit.statistics.samples import raw_fact
from tests.world import World

OCTOBER = "2026-10-guangan"


def count(world: World, case_no: str, **known: Any) -> None:
    """Have a case counted as its fold would."""
    fact = raw_fact(case_no, jurisdiction="guangan", agency="bureau", opened_on="2026-10-01", **known)
    place = keys.case(case_no)
    item: Item = {"pk": place.pk, "sk": place.sk, "version": 1, "fact": orjson.dumps(fact), "fact_place": ""}
    world.memory.commit(Put({**item, **keys.statistics_mark(case_no)}))


def run(world: World) -> Published:
    """Run the job."""
    return publish_statistics.run(world.wired)


def a_day_later(world: World) -> None:
    """Let a day and an hour pass, and have what is quiet by then settled."""
    world.pass_time(hours=25)
    run(world)


def closed() -> World:
    """Return a deployment whose October is closed."""
    world = World().init()
    for number in range(8):
        known = {"centre": "hall", "window": "w1", "settled": True} if number % 2 else {}
        count(world, f"c{number}", service=f"s{number % 3}", decided_on=f"2026-10-{number + 10}", **known)
    run(world)
    a_day_later(world)
    world.log()
    return world


@pytest.fixture
def world() -> World:
    """A deployment whose October is closed."""
    return closed()


def acts(world: World) -> list[tuple[str, str, Any]]:
    """Return what the register was told of periods."""
    return [
        (entry["id"], entry["name"], entry["version"])
        for entry in world.json("/v1/changes", "kind=period&limit=1000")["items"]
    ]


def pages(world: World, path: str, query: str) -> Iterator[dict[str, Any]]:
    """Yield every item of a list."""
    while True:
        page = world.json(path, query)
        yield from page["items"]
        if page["next"] is None:
            return
        query = f"limit=2&cursor={page['next']}"


def hash_of_cell(world: World, cell: str, period: str) -> tuple[int, str]:
    """Make the hash of a cell from its figures as they are answered."""
    level, _, name = cell.partition(":")
    lines = []
    for series in sorted(each["series"] for each in world.json("/v1/statistics")["items"]):
        body = world.get(f"/v1/statistics/{series}", f"period={period}&{level}={name}").body
        figure = body.removeprefix(b'{"items":[').partition(b'],"next":')[0]
        if figure and orjson.loads(figure)["status"] == "settled":
            lines.append(f"{series} {sha256(figure).hexdigest()}\n")
    return len(lines), sha256("".join(lines).encode()).hexdigest()


def check(world: World, record_id: str) -> int:
    """Make the hash of a period again, from what is published alone; return of how many figures it is."""
    record = world.json(f"/v1/statistics-periods/{record_id}")
    lines, figures = [], 0
    for cell in pages(world, f"/v1/statistics-periods/{record_id}/cells", "limit=2"):
        made = hash_of_cell(world, cell["cell"], record["period"])
        assert (cell["figures"], cell["sha256"]) == made
        lines.append(f"{cell['cell']} {made[0]} {made[1]}\n")
        figures += made[0]
    assert lines == sorted(lines)
    assert record["figures"] == figures
    assert record["figures_sha256"] == sha256("".join(lines).encode()).hexdigest()
    return figures


def test_a_period_is_closed_once_all_of_it_is_settled_and_anyone_can_make_its_hash(world: World) -> None:
    assert acts(world) == [(OCTOBER, "publish", 1)]
    record = world.json(f"/v1/statistics-periods/{OCTOBER}")
    assert (record["kind"], record["period"], record["ends_on"], record["revision"]) == (
        "period",
        "2026-10",
        "2026-10-31",
        0,
    )
    assert check(world, OCTOBER) > 30
    cells = [cell["cell"] for cell in world.json(f"/v1/statistics-periods/{OCTOBER}/cells")["items"]]
    assert cells == [
        "agency:bureau",
        "centre:hall",
        "jurisdiction:guangan",
        "service:s0",
        "service:s1",
        "service:s2",
    ]
    (entry,) = world.json("/v1/changes", "kind=period")["items"]
    assert (entry["sha256"], entry["agency"]) == (record["sha256"], "guangan")


def test_a_period_that_runs_or_may_still_change_is_not_closed() -> None:
    world = World().init()
    count(world, "c1", service="s1", decided_on="2026-10-12")
    count(world, "c2", service="s1", decided_on="2026-11-20")
    run(world)
    world.log()
    assert acts(world) == []
    world.pass_time(hours=23)
    run(world)
    count(world, "c3", service="s1", decided_on="2026-10-13")
    run(world)
    world.pass_time(hours=23)
    run(world)
    world.log()
    assert acts(world) == []
    a_day_later(world)
    world.log()
    assert acts(world) == [(OCTOBER, "publish", 1)]
    assert check(world, OCTOBER) > 5


def test_a_revised_figure_revises_its_periods_and_what_was_said_before_stands(world: World) -> None:
    before = world.json(f"/v1/statistics-periods/{OCTOBER}")
    count(world, "late", service="s1", decided_on="2026-10-20")
    assert run(world).revisions > 0
    world.log()
    assert acts(world) == [(OCTOBER, "publish", 1), (OCTOBER, "revise", 2)]
    after = world.json(f"/v1/statistics-periods/{OCTOBER}")
    assert (after["revision"], after["version"]) == (1, 2)
    assert after["figures_sha256"] != before["figures_sha256"]
    assert world.json(f"/v1/statistics-periods/{OCTOBER}/versions/1") == before
    check(world, OCTOBER)


def test_figures_that_are_added_count_once_they_are_settled(world: World) -> None:
    figures = check(world, OCTOBER)
    count(world, "new", service="s9", decided_on="2026-10-20")
    run(world)
    world.log()
    assert check(world, OCTOBER) == figures
    a_day_later(world)
    world.log()
    assert check(world, OCTOBER) > figures
    assert [name for _, name, _ in acts(world)] == ["publish", "revise", "revise"]


def test_runs_that_change_nothing_say_nothing(world: World) -> None:
    for _ in range(3):
        a_day_later(world)
        assert run(world).periods == 0
        world.log()
    assert acts(world) == [(OCTOBER, "publish", 1)]


def test_quarters_and_years_are_closed_when_they_end_and_lists_are_narrowed_by_period(world: World) -> None:
    world.pass_time(days=60)
    run(world)
    a_day_later(world)
    world.log()
    ids = {record_id for record_id, name, _ in acts(world) if name == "publish"}
    assert ids >= {OCTOBER, "2026-Q4-guangan", "2026-guangan", "2026-11-guangan"}
    for record_id in sorted(ids):
        check(world, record_id)
    found = world.json("/v1/statistics-periods", "period=2026-Q4")["items"]
    assert [item["id"] for item in found] == ["2026-Q4-guangan"]
    assert len(world.json("/v1/statistics-periods", "jurisdiction=guangan")["items"]) == len(ids)
    assert world.get("/v1/statistics-periods", "period=all").status == 400
    assert world.get("/v1/statistics-periods/none/cells").status == 404


def test_what_the_program_says_is_no_sign_of_life_of_the_agency(world: World) -> None:
    (root,) = [each for each in world.json("/v1/status")["items"] if each["agency"] == "guangan"]
    assert root["last_register_index"] != world.json(f"/v1/statistics-periods/{OCTOBER}")["register_index"]


def waiting() -> World:
    """Return a deployment with October closed, a late case, and a new service in it."""
    world = closed()
    count(world, "late", service="s1", decided_on="2026-10-20")
    return world


def said(world: World) -> tuple[Any, Any]:
    """Return what is said of October, and each act in the register."""
    record = world.json(f"/v1/statistics-periods/{OCTOBER}")
    return (record["figures_sha256"], record["version"]), acts(world)


def calls_of_periods(world: World) -> list[int]:
    """Return which storage calls of a run have to do with periods."""
    begun = len(world.memory.calls)
    run(world)
    made = world.memory.calls[begun:]
    return [number for number, (_, detail) in enumerate(made) if any(name in str(detail) for name in _OF_PERIODS)]


_OF_PERIODS = ("SEALS#", keys.DIRTY_PERIODS, "period#")


def test_a_run_that_fails_at_any_call_for_periods_is_finished_by_the_next_and_says_it_once() -> None:
    world = waiting()
    saved = world.save()
    calls = calls_of_periods(world)
    world.log()
    wanted = said(world)
    for fault in [Fault(call, kind) for call in calls for kind in KINDS]:
        world.put_back(saved)
        arm = Arm(world, fault)
        attempt(run, world)
        arm.disarm()
        world.restart()
        run(world)
        world.log()
        assert said(world) == wanted, fault
    check(world, OCTOBER)
    assert len(calls) > 8


def test_a_run_that_is_overtaken_at_any_call_for_periods_says_nothing_that_is_not_so() -> None:
    world = waiting()
    saved = world.save()
    calls = calls_of_periods(world)
    world.log()
    wanted = said(world)
    for number in calls:
        world.put_back(saved)
        first = len(world.memory.calls)

        def overtake(moment: str, call: str, _: object, first: int = first, number: int = number) -> None:
            if moment == "before" and len(world.memory.calls) - first == number + 1:
                world.memory.hook = no_hook
                run(world)

        world.memory.hook = overtake
        run(world)
        world.memory.hook = no_hook
        world.log()
        assert said(world) == wanted, number
