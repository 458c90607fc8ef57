"""Rules as they are read: what holds at the moment of asking, the gaps, and which filters go together."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from chalicelib.domain.codes import code_list
from tests.rule_world import RULE, publish_rule, rules_of_every_stage
from tests.world import World


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with rules of every stage."""
    world = World().init()
    rules_of_every_stage(world)
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the filled deployment as this test's own process."""
    filled.restart()
    return filled


def ids(world: World, query: str) -> list[str]:
    """Return the ids of one page."""
    return [item["id"] for item in world.json("/v1/rules", quote(query, safe="=&"))["items"]]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {"standing", "coming", "lapsing", "old", "ended"}),
        ("agency=bureau", {"standing", "coming", "lapsing", "old", "ended"}),
        ("agency=guangan", set()),
        ("jurisdiction=guangan", {"standing", "coming", "lapsing", "old", "ended"}),
        ("area=fees", {"standing", "coming", "lapsing", "old", "ended"}),
        ("area=health", set()),
        ("kind=internal_rule", {"coming"}),
        ("kind=normative_document", {"standing", "lapsing", "old", "ended"}),
        ("stage=published", {"standing", "coming", "lapsing"}),
        ("stage=superseded", {"old"}),
        ("stage=repealed", {"ended"}),
        ("stage=withdrawn", {"gone"}),
        ("stage=in_force", {"standing"}),
        ("stage=in_force&area=fees", {"standing"}),
        ("stage=in_force&agency=bureau", {"standing"}),
        ("stage=in_force&jurisdiction=guangan&area=fees", {"standing"}),
        ("stage=in_force&agency=bureau&area=health", set()),
        ("stage=lapsed", {"lapsing"}),
        ("review_due=true", set()),
        ("review_due=2028-12-30", set()),
        ("review_due=2028-12-31", {"standing"}),
        ("review_due=9999-12-31", {"standing"}),
        ("doc_no=广区府发（2024）007", {"standing"}),
        ("updated_since=2020-01-01", {"standing", "coming", "lapsing", "old", "ended", "gone"}),
        ("updated_since=2020-01-01&agency=bureau", {"standing", "coming", "lapsing", "old", "ended", "gone"}),
    ],
)
def test_a_filter_gives_exactly_what_it_says(world: World, query: str, wanted: set[str]) -> None:
    found = ids(world, query)
    assert set(found) == wanted
    assert len(found) == len(wanted)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("area=fees&kind=internal_rule", ["coming"]),
        ("stage=published,repealed", ["standing", "lapsing", "ended", "coming"]),
        ("stage=lapsed&area=fees", ["lapsing"]),
        ("stage=lapsed&agency=guangan,bureau&q=收费", ["lapsing"]),
        ("stage=in_force&kind=internal_rule", []),
        ("stage=in_force&kind=normative_document&count=true", ["standing"]),
        ("stage=in_force&agency=bureau&jurisdiction=guangan", ["standing"]),
        ("stage=in_force&agency=guangan&subtree=true", ["standing"]),
        ("stage=in_force&updated_since=2020-01-01", ["standing"]),
        ("stage=withdrawn&kind=normative_document", ["gone"]),
        ("doc_no=广区府发（2024）007&area=fees", ["standing"]),
    ],
)
def test_filters_together_are_asked_of_the_read_model(world: World, query: str, wanted: list[str]) -> None:
    world.index()
    assert ids(world, query) == wanted


def test_every_item_of_a_list_says_what_it_is_now(world: World) -> None:
    told = {item["id"]: item["standing"] for item in world.json("/v1/rules", "updated_since=2020-01-01")["items"]}
    assert told == {
        "standing": "in_force",
        "coming": "upcoming",
        "lapsing": "lapsed",
        "old": "superseded",
        "ended": "repealed",
        "gone": "withdrawn",
    }


@pytest.mark.parametrize(
    "query",
    [
        "stage=in_force,lapsed",
        "stage=published,in_force&area=fees",
        "review_due=true&agency=bureau",
        "review_due=2028-12-31&count=true",
        "review_due=true&updated_since=2020-01-01",
    ],
)
def test_what_cannot_be_asked_together_is_refused_and_says_so(world: World, query: str) -> None:
    answer = world.get("/v1/rules", query)
    assert answer.status == 400
    assert orjson.loads(answer.body)["type"] == "/problems/filter-combination-unavailable"


def test_the_whole_life_of_a_rule_stands_on_one_page(world: World) -> None:
    rule = world.json("/v1/rules/standing")
    assert rule["doc_no"] == "广区府发〔2024〕7号"
    assert rule["doc_no_as_sent"] == "广区府发[2024] 第7号"
    assert [report["period_to"] for report in rule["execution_reports"]] == ["2025-12-31"]
    assert [review["outcome"] for review in rule["reviews"]] == ["keep"]
    assert (rule["review_due_on"], rule["report_due_on"]) == ("2028-12-31", "2027-12-31")
    assert rule["replaces"] == ["old"]
    assert world.json("/v1/rules/old")["replaced_by"] == "standing"
    assert [version["version"] for version in world.json("/v1/rules/standing/versions")["items"]] == [4, 3, 2, 1]


def test_a_gap_is_an_area_without_a_rule_in_force_today() -> None:
    world = World().init()
    publish_rule(world, "fees", area="fees", valid_until="2026-11-30")
    publish_rule(world, "health", area="health", in_force_on="2026-12-02")
    for number in range(7):
        publish_rule(world, f"far-{number}", area="health", in_force_on="2999-01-01")
    world.log()
    areas = {entry["code"] for entry in code_list("rule_area").codes}
    last, midnight = timedelta(milliseconds=1), datetime(2026, 11, 30, 16, tzinfo=UTC)
    for now, covered, day in (
        (midnight - last, {"fees"}, "2026-11-30"),
        (midnight, set(), "2026-12-01"),
        (midnight + timedelta(days=1) - last, set(), "2026-12-01"),
        (midnight + timedelta(days=1), {"health"}, "2026-12-02"),
    ):
        world.now = now
        for of in ("agency=bureau", "jurisdiction=guangan"):
            told = world.json("/v1/rules/gaps", of)
            assert {each["area"] for each in told["covered"]} == covered, now
            assert {each["area"] for each in told["gaps"]} == areas - covered
            assert told["on"] == day
    assert {each["area"] for each in world.json("/v1/rules/gaps", "agency=guangan")["covered"]} == set()


def test_gaps_ask_so_many_queries_however_many_rules_there_are() -> None:
    counted = []
    for rules in (1, 40):
        world = World().init()
        for number in range(rules):
            publish_rule(world, f"r{number}")
        world.log()
        world.json("/v1/rules/gaps", "agency=bureau")
        before = len(world.memory.calls)
        world.json("/v1/rules/gaps", "agency=bureau")
        counted.append(sorted(name for name, _ in world.memory.calls[before:]))
    assert counted[0] == counted[1] == ["get", *["query"] * len(code_list("rule_area").codes)]


def test_gaps_are_of_one_agency_or_one_jurisdiction_that_is_there_or_of_the_whole_deployment(world: World) -> None:
    whole = world.json("/v1/rules/gaps")
    one = world.json("/v1/rules/gaps", "jurisdiction=guangan")
    assert {name: one.pop(name) for name in ("jurisdiction",)} == {"jurisdiction": "guangan"}
    assert whole == one
    assert world.get("/v1/rules/gaps", "agency=bureau&jurisdiction=guangan").status == 400
    assert world.get("/v1/rules/gaps", "agency=none").status == 404


def test_what_is_refused_names_every_reason_at_once() -> None:
    world = World().init()
    content: dict[str, Any] = {"agency": "bureau", "title": {"en": "Rule"}, "rule_kind": "internal_rule", "area": "x"}
    answer = world.put(
        "/v1/intake/rules/r/acts/1", {"act": "publish", "content": {**content, "body": {"en": "t"}}}, "bureau-clerk"
    )
    codes = [error["code"] for error in orjson.loads(answer.body)["errors"]]
    assert codes == ["own_language_missing", "own_language_missing", "area_unknown"]


@pytest.mark.parametrize(
    "changed",
    [
        {"body": None},
        {"valid_until": "2023-12-31"},
        {"valid_until": "9999-12-31"},
        {"in_force_on": "0001-01-01"},
        {"execution_report": {"months": 0, "first_due_on": "2026-01-01"}},
    ],
)
def test_a_content_that_says_too_little_or_the_impossible_is_400(changed: dict[str, Any]) -> None:
    world = World().init()
    content = {name: value for name, value in {**RULE, **changed}.items() if value is not None}
    answer = world.put("/v1/intake/rules/r/acts/1", {"act": "publish", "content": content}, "bureau-clerk")
    assert answer.status == 400
