"""Completeness of an agency: what is missing, exactly, so that it can be mended; and what is kept is counted, never named."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.completeness import completeness
from chalicelib.domain.duties import mandatory_categories
from tests.unit.supervision.owing import OwingWorld

PATH = "/v1/agencies/bureau/completeness"
BASIS = {"document": "企业投资项目核准和备案管理条例", "article": "第十三条"}
FULL: dict[str, Any] = {
    "conditions": [{"zh": "项目不在核准目录内"}],
    "legal_basis": [BASIS],
    "quota": {"zh": "无数量限制"},
    "steps": [{"stage": "accept"}],
    "materials": [{"name": {"zh": "申请书"}, "sample_url": "https://example.gov.cn/sample.pdf"}],
    "limits": {"promised": {"value": 1, "unit": "working_day"}},
    "result": {"name": {"zh": "备案证"}},
    "responsible": {"post": {"zh": "投资股"}},
    "complaint": {"phone": "12345"},
}


def summed(world: OwingWorld, agency: str = "bureau") -> Any:
    """Log what waits, let the clock sum it up, and return what is told of an agency."""
    world.log()
    world.clock()
    world.clock()  # what the first run counted among what is kept
    return world.json(f"/v1/agencies/{agency}/completeness")


@pytest.fixture
def world() -> OwingWorld:
    return OwingWorld().begin()


def test_breadth_names_the_categories_that_have_nothing_live(world: OwingWorld) -> None:
    world.submit("d1", category="budgets_and_accounts")
    world.show("d1")
    world.submit("d2", category="functions_and_contacts")
    assert summed(world)["breadth"] == {"mandatory": 2, "live": 1, "missing": ["functions_and_contacts"]}
    root = summed(world, "guangan")["breadth"]
    assert root["missing"] == list(mandatory_categories("cn", "county"))


def test_depth_and_display_say_per_service_what_is_missing_by_member(world: OwingWorld) -> None:
    world.service("full", **FULL)
    world.service("thin", **{name: FULL[name] for name in ("conditions", "steps", "complaint")})
    told = summed(world)
    assert told["depth"] == {
        "services": 2,
        "items": 12,
        "filled": 7,
        "missing": [
            {"code": code, "services": 1}
            for code in ("content", "procedure", "responsible_person", "result", "time_limit")
        ],
    }
    full, thin = told["items"]
    assert (thin["service"], thin["filled"], thin["missing_members"]) == (
        "thin",
        1,
        ["legal_basis", "materials", "limits", "result", "responsible"],
    )
    assert thin["display"]["missing"] == ["basis", "quota", "time_limit", "materials", "sample_forms"]
    assert (full["filled"], full["missing"], full["display"]["missing"]) == (6, [], [])
    for each in (thin, full):
        own = world.json(f"/v1/services/{each['service']}")["completeness"]
        assert own == {name: each[name] for name in own}


def test_what_is_mended_or_withdrawn_shows_with_the_next_run_of_the_register(world: OwingWorld) -> None:
    world.service("s", **FULL | {"result": None})
    assert summed(world)["depth"]["filled"] == 5
    world.service("s", 2, "revise", **FULL)
    assert summed(world)["depth"]["filled"] == 6
    world.act("services", "s", 3, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    assert summed(world)["depth"]["services"] == 0
    assert world.json(PATH)["items"] == []
    assert world.json(PATH)["counted_at"].endswith("+08:00")


def test_what_is_not_open_is_counted_by_ground_and_named_nowhere(world: OwingWorld) -> None:
    for number in range(3):
        ground = "state_secret" if number else "trade_secret"
        assert world.submit(f"kept-{number}", openness={"class": "not_open", "ground": ground}).status == 201
    summed(world)
    answer = world.get(PATH)
    assert orjson.loads(answer.body)["kept"] == [
        {"ground": "state_secret", "count": 2},
        {"ground": "trade_secret", "count": 1},
    ]
    assert b"kept-" not in answer.body
    world.submit("kept-0", 2)
    assert summed(world)["kept"] == [{"ground": "state_secret", "count": 2}]


def test_timeliness_counts_what_came_within_the_days_of_its_category(world: OwingWorld) -> None:
    for name, formed_on in (("soon", "2026-11-20"), ("late", "2026-10-09"), ("old", "1999-01-04"), ("unsaid", None)):
        world.submit(name, **({"formed_on": formed_on} if formed_on else {}))
        world.show(name)
    assert summed(world)["timeliness"] == {"counted": 2, "in_time": 1, "uncounted": 2, "median_working_days": 1}


def test_no_correction_makes_up_for_what_came_late_and_what_was_taken_over_is_not_counted(world: OwingWorld) -> None:
    world.submit("late", formed_on="2026-10-09")
    world.show("late")
    world.submit("late", 4, formed_on="2026-11-20")
    world.show("late", 5, "correct", reason={"zh": "更正"})
    world.submit("elsewhere", formed_on="2026-10-09", issued_on="2026-10-12", source={"name": "区政府公报"})
    world.show("elsewhere")
    found = summed(world)["timeliness"]
    assert world.json("/v1/disclosures/late")["formed_on"] == "2026-11-20"
    assert (found["counted"], found["in_time"], found["uncounted"]) == (1, 0, 1)


def test_pages_of_services_come_to_an_end_and_leave_none_out(world: OwingWorld) -> None:
    for number in range(5):
        world.service(f"s{number}", **(FULL if number % 2 else {}))
    world.log()
    seen, query = [], "limit=2"
    while True:
        page = world.json(PATH, query)
        seen += [each["service"] for each in page["items"]]
        if page["next"] is None:
            break
        query = f"limit=2&cursor={page['next']}"
    assert seen == [f"s{number}" for number in range(5)]


def test_an_agency_that_is_not_there_is_404(world: OwingWorld) -> None:
    assert world.get("/v1/agencies/nobody/completeness").status == 404


def test_a_limit_of_the_whole_is_displayed_too() -> None:
    joint = {"lead": "bureau", "promised": {"value": 5, "unit": "working_day"}}
    assert "time_limit" not in completeness({"joint": joint})["display"]["missing"]


def test_the_status_says_when_the_next_of_a_series_is_due_and_how_many_duties_are_left_undone(
    world: OwingWorld,
) -> None:
    for number, (series, due_on) in enumerate((("a", "2026-12-10"), ("b", "2026-12-03"), ("c", "2026-12-31"))):
        world.submit(f"d{number}", cadence="regular", schedule={"series": series, "next_due_on": due_on})
        world.show(f"d{number}")
    world.log()
    world.clock()
    before = {entry["agency"]: entry for entry in world.json("/v1/status")["items"]}["bureau"]
    assert (before["cadence_due_on"], before["overdue_duties"]) == ("2026-12-03", 0)
    world.at("2026-12-11T00:00:00+08:00").clock()
    world.log()
    world.clock()
    after = {entry["agency"]: entry for entry in world.json("/v1/status")["items"]}
    assert after["bureau"]["overdue_duties"] == 2
    assert (after["guangan"]["cadence_due_on"], after["guangan"]["overdue_duties"]) == (None, 0)
