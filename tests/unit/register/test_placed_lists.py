"""Placed lists: a record stands in as many as it says, leaves those it no longer names, and no fault or race changes that."""

from itertools import count
from typing import Any

import orjson

from chalicelib.jobs import log_register, rebuild
from chalicelib.store import keys
from chalicelib.store.table import Key
from tests.faults import attempt, every_fault
from tests.rule_world import RULE, act_on_rule, publish_rule
from tests.world import World


def prepare() -> World:
    """Return a deployment with a rule that is shown, and acts that move it between lists, end it and link to it."""
    world = World().init()
    publish_rule(world, "moving", area="fees", valid_until="2027-12-31")
    publish_rule(world, "newer", area="finance")
    world.log()
    revised = {"area": "finance", "doc_no": "广区府发〔2026〕1号", "valid_until": "2028-12-31"}
    content = {**RULE, **revised}
    world.act("rules", "moving", 2, {"act": "revise", "content": content}, "bureau-clerk")
    act_on_rule(world, "moving", 3, "supersede", replaced_by="newer")
    publish_rule(world, "linking", links=[{"rel": "replaces", "kind": "rule", "id": "moving"}])
    return world


def run(world: World) -> None:
    """Run the job at a fixed instant, so that every run that completes gives the same bytes."""
    log_register.run(world.wired)


def placed(world: World) -> dict[Key, dict[str, Any]]:
    """Return every entry of a placed list, and every view."""
    shown = ("PLACE#", "VIEW")
    return {key: item for key, item in world.memory.snapshot().items() if key.sk.startswith(shown)}


def lists_of(world: World, record_id: str) -> set[str]:
    """Return the partitions in which a rule stands."""
    return {
        key.sk.removeprefix("PLACE#") for key in placed(world) if key.pk == f"rule#{record_id}" and key.sk != "VIEW"
    }


def test_a_record_stands_in_the_lists_it_names_and_leaves_those_it_no_longer_names() -> None:
    world = prepare()
    scopes = {"agency bureau", "jurisdiction guangan"}
    in_force = {"rules in force"} | {f"rules in force#{scope}" for scope in scopes}
    fees = {f"rules in force#{scope}area fees" for scope in ("", "agency bureau, ", "jurisdiction guangan, ")}
    kept = {"rules by area#fees", "rules by doc_no#广区府发〔2024〕5号", "rules lapsing", "rules by review"}
    owed = {f"owed to the public{scope}" for scope in ("", "#agency=bureau", "#jurisdiction=guangan")}
    assert lists_of(world, "moving") == in_force | fees | kept | owed
    run(world)
    finance = {list_name.replace("fees", "finance") for list_name in fees}
    assert lists_of(world, "moving") == in_force | finance | {
        "rules by area#finance",
        "rules by doc_no#广区府发〔2026〕1号",
    }
    assert "links to rule#moving" in lists_of(world, "linking")


def test_the_job_killed_at_any_storage_call_leaves_the_lists_as_one_run_does() -> None:
    clean = prepare()
    run(clean)
    wanted = placed(clean)
    points = 0
    for world, arm, fault in every_fault(prepare, run):
        attempt(run, world)
        for key, item in placed(world).items():
            if key.sk != "VIEW":
                view = world.memory.items[Key(key.pk, "VIEW")]
                shown, whole = orjson.loads(item["summary"]), orjson.loads(view["summary"])  # type: ignore[arg-type]
                if (
                    "links to" in key.sk
                ):  # of another record it tells only what every record has, and how it stands to it
                    whole = {name: whole[name] for name in shown if name != "rels"} | {"rels": shown["rels"]}
                assert shown == whole, (fault, key)
        arm.disarm()
        run(world)
        assert placed(world) == wanted, fault
        assert rebuild.run(world.wired).differing == ()
        points += 1
    assert points >= 40


def test_a_second_sequencer_at_any_storage_call_of_the_first_leaves_the_same_lists() -> None:
    clean = prepare()
    saved = clean.save()
    calls = count()
    clean.memory.hook = lambda moment, call, detail: (next(calls), None)[1]
    run(clean)
    clean.memory.hook = lambda *_: None
    wanted = placed(clean)
    world = clean
    for point in range(0, next(calls), 3):
        world.put_back(saved)
        seen = count()

        def interfere(moment: str, call: str, detail: object, seen: Any = seen, point: int = point) -> None:
            if next(seen) == point:
                world.memory.hook = lambda *_: None
                log_register.run(world.wired)

        world.memory.hook = interfere
        run(world)
        run(world)
        assert placed(world) == wanted


def test_a_rebuild_brings_back_every_entry_that_was_thrown_away() -> None:
    world = prepare()
    run(world)
    wanted = placed(world)
    for key in wanted:
        world.memory._store(key, None)
    named = rebuild.run(world.wired, replace=True).differing
    assert {name.split("|")[1] for name in named if "PLACE#" in name} == {key.sk for key in wanted if key.sk != "VIEW"}
    assert placed(world) == wanted


def test_a_page_of_a_placed_list_is_one_query_and_its_cursor_leads_on() -> None:
    world = prepare()
    run(world)
    page = keys.PLACED
    assert page in keys.INDEXES
    first = world.json("/v1/rules", "stage=in_force&limit=1")
    before = len(world.memory.calls)
    second = world.json("/v1/rules", f"stage=in_force&limit=1&cursor={first['next']}")
    assert [name for name, _ in world.memory.calls[before:]] == ["query"]
    assert [item["id"] for item in first["items"] + second["items"]] == ["linking", "newer"]
    assert second["next"] is None
