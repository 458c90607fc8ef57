"""A state that earlier folds left behind: the next act meets what today's folds make of the acts."""

import orjson

from chalicelib.jobs import advance_clocks
from chalicelib.store import keys
from tests.world import World


def aged(world: World, kind: str, record_id: str, *forgotten: str) -> None:
    """Make a stored head one of an earlier program: it says nothing of its folds, and its state lacks members."""
    item = world.memory.items[keys.head(kind, record_id)]
    state = orjson.loads(item["state"])  # type: ignore[arg-type]
    for name in forgotten:
        del state[name]
    del item["fold"]
    item["state"] = orjson.dumps(state)


def test_an_act_on_a_record_of_an_earlier_program_is_taken_as_ever() -> None:
    world = World().init()
    world.service("s1", effective_on="2026-01-01")
    world.log()
    whole = orjson.loads(world.memory.items[keys.head("service", "s1")]["state"])  # type: ignore[arg-type]
    aged(world, "service", "s1", "lines")
    world.service("s1", 2, "revise", title={"zh": "新名"})
    after = orjson.loads(world.memory.items[keys.head("service", "s1")]["state"])  # type: ignore[arg-type]
    assert after["lines"][: len(whole["lines"])] == whole["lines"]
    assert world.memory.items[keys.head("service", "s1")]["fold"] == 2


def test_a_text_that_waited_in_an_earlier_program_can_be_consulted_on() -> None:
    world = World().init()
    content = {"agency": "bureau", "title": {"zh": "草案"}, "category": "plans", "body": {"zh": "文"}}
    receipt = world.act("disclosures", "d1", 1, {"act": "submit", "content": content})
    world.approve("d1", 2, receipt["sha256"])
    aged(world, "disclosure", "d1", "time_zone", "calendar")
    opening = {"act": "open_consultation", "last_day": "2026-12-30"}
    world.act("disclosures", "d1", 3, opening)
    world.log()
    assert world.json("/v1/disclosures/d1")["consultations"][0]["closes_at"] == "2026-12-31T00:00:00+08:00"


def test_the_clock_looks_at_what_an_agency_of_an_earlier_program_owes() -> None:
    world = World().init()
    world.log()
    aged(world, "agency", "bureau", "registered_on")
    world.pass_time(days=60)
    advance_clocks.run(world.wired)
    world.log()
    owed = {card["rule"] for card in world.json("/v1/supervision", "agency=bureau")["items"]}
    assert "mandatory_category" in owed
