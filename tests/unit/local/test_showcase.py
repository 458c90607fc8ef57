"""The made-up cases of the demonstration show what is said of them, whatever the day on which they are loaded."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from glasshall.importers.plan import Plan, Row

from chalicelib.jobs import advance_clocks, log_register
from local import showcase
from tests.case_world import CaseWorld

DAYS = [date(2026, 1, 5) + timedelta(days=19 * step) for step in range(18)]


def loaded(day: date) -> tuple[CaseWorld, dict[str, str]]:
    """Return a deployment with the cases of this day, and their query codes."""
    world = CaseWorld()
    world.now = datetime(day.year, day.month, day.day, 12, tzinfo=showcase.ZONE)
    world.init()
    codes: dict[str, str] = {}
    for row in plan(day).rows:
        send(world, row, codes)
    log_register.run(world.wired)
    return world, codes


def plan(day: date) -> Plan:
    return showcase.plan("guangan", day)


def send(world: CaseWorld, row: Row, codes: dict[str, str]) -> None:
    for put in row.puts:
        answer = world.put(put.path, put.body, f"root-{put.signer}")
        assert answer.status == 201, answer.body
        if "query_code" in answer.json():
            codes[row.record_id] = answer.json()["query_code"]
    if row.lines:
        answer = world.batch(row.lines, "root-clerk")
        assert {result["outcome"] for result in answer.json()["results"]} == {"stored"}


def statuses(world: CaseWorld, codes: dict[str, str]) -> list[dict[str, Any]]:
    """Return what the holder of each code gets."""
    tokens = {number: world.exchange(number, codes[number]).json()["token"] for number in showcase.newest(codes)}
    return [world.status(number, token).json() for number, token in tokens.items()]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_case_shows_what_is_said_of_it(day: date) -> None:
    world, codes = loaded(day)
    side_by_side, waiting, handed_out = statuses(world, codes)
    branches = {branch["id"]: branch for branch in side_by_side["branches"]}
    assert branches["health"]["clock"] == "done"
    assert branches["fire"]["clock"] == "stopped"
    assert branches["city"]["deadline"]["lamp"] == "red"
    assert side_by_side["clock"] == "running"
    assert side_by_side["deadline"].get("lamp") != "red"
    assert waiting["clock"] == "stopped"
    assert {todo["code"] for todo in waiting["todo"]} == {"hand_in_papers", "hand_in_later"}
    assert handed_out["status"]["code"] == "issued"
    assert {"rate", "receipt"} <= set(handed_out["can"])
    assert all(status["synthetic"] for status in (side_by_side, waiting, handed_out))


def test_no_event_is_a_contradiction_and_the_late_branch_alone_gets_a_card() -> None:
    world, codes = loaded(date(2026, 11, 26))
    for number in codes:
        assert world.get_signed(f"/v1/intake/cases/{number}").json()["findings"] == []
    world.pass_time(days=1, hours=1)
    advance_clocks.run(world.wired)
    log_register.run(world.wired)
    cards = world.json("/v1/supervision")["items"]
    assert [(card["rule"], card["agency"]) for card in cards] == [("branch_limit", "demo-city")]


def test_another_day_writes_other_cases_beside_the_same_agencies_and_service() -> None:
    one, other = plan(date(2026, 11, 26)), plan(date(2026, 11, 27))
    assert [phase == later for phase, later in zip(one.phases, other.phases, strict=True)] == [
        *[True] * 5,
        False,
        False,
    ]
    assert not {row.record_id for row in one.phases[-1].rows} & {row.record_id for row in other.phases[-1].rows}


def test_the_centre_and_the_rules_show_what_is_said_of_them() -> None:
    world, _ = loaded(date(2026, 11, 26))
    assert [service["id"] for service in world.json("/v1/services", "centre=demo-hall")["items"]] == [showcase.SERVICE]
    assert [service["id"] for service in world.json("/v1/services", "life_event=opening_shop")["items"]]
    (hall,) = world.json("/v1/centres")["items"]
    assert (hall["windows"], hall["forwarding_windows"], hall["synthetic"]) == (3, 1, True)
    assert world.json("/v1/centres/demo-hall/hours")["open_now"] is False  # twelve o'clock: lunch
    assert [rule["id"] for rule in world.json("/v1/rules", "stage=in_force")["items"]] == ["demo-rule-2"]
    assert world.json("/v1/rules/demo-rule-2")["replaces"] == ["demo-rule-1"]
