"""Service centres and windows: what is refused and why; services by centre and by what one needs them for."""

from typing import Any

import orjson
import pytest

from chalicelib.jobs import rebuild
from tests.centre_world import CENTRE, HOURS, WINDOWS, centres_of_every_stage, open_centre
from tests.world import World

SPANS = HOURS["weekly"][0]["spans"]


@pytest.fixture
def world() -> World:
    """Return a deployment."""
    return World().init()


def send(world: World, number: int, body: dict[str, Any], record_id: str = "hall") -> Any:
    """Send an act on a centre."""
    return world.put(f"/v1/intake/centres/{record_id}/acts/{number}", body, "bureau-clerk")


def codes(answer: Any) -> list[str]:
    """Return the codes of a refusal."""
    return [error["code"] for error in orjson.loads(answer.body)["errors"]]


ACTS: dict[str, dict[str, Any]] = {
    "open": {"act": "open", "content": CENTRE},
    "revise": {"act": "revise", "content": CENTRE},
    "close": {"act": "close", "reason": {"zh": "搬迁"}},
}
WAYS_TO = {"": (), "open": ("open",), "closed": ("open", "close")}
MAY_FOLLOW = {"": {"open"}, "open": {"revise", "close"}, "closed": {"revise"}}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("stage", WAYS_TO)
def test_every_act_is_allowed_or_refused_as_the_table_says(world: World, stage: str, name: str) -> None:
    for number, each in enumerate(WAYS_TO[stage], 1):
        assert send(world, number, ACTS[each]).status == 201
    answer = send(world, len(WAYS_TO[stage]) + 1, ACTS[name])
    if name in MAY_FOLLOW[stage]:
        assert answer.status == 201
    elif stage:
        assert (answer.status, codes(answer)) == (422, ["act_not_allowed"])
    else:
        assert answer.status in (403, 422)


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"name": {"en": "Hall"}}, "own_language_missing"),
        ({"windows": [WINDOWS[0], WINDOWS[0]], "payment": {}}, "window_repeated"),
        ({"windows": [{**WINDOWS[0], "agency": "nobody"}], "payment": {}}, "agency_unknown"),
        ({"payment": {"one_window": True, "window": "w9"}}, "window_unknown"),
        ({"payment": {"one_window": True}}, "window_missing"),
        ({"address": {"zh": "找张三，电话13800138000"}}, "personal_data"),
    ],
)
def test_a_content_that_does_not_hold_is_refused_with_its_code(
    world: World, changed: dict[str, Any], wanted: str
) -> None:
    assert codes(send(world, 1, {"act": "open", "content": {**CENTRE, **changed}})) == [wanted]


@pytest.mark.parametrize(
    "hours",
    [
        {"weekly": [{"days": ["mon"], "spans": [{"opens": "12:00", "closes": "09:00"}]}]},
        {"weekly": [{"days": ["mon"], "spans": [{"opens": "9:00", "closes": "12:00"}]}]},
        {"weekly": [{"days": ["mon"], "spans": [{"opens": "24:00", "closes": "24:00"}]}]},
        {"weekly": [{"days": ["mon"], "spans": [*SPANS, SPANS[0]]}]},
        {"weekly": [{"days": ["mon"], "spans": SPANS}, {"days": ["mon"], "spans": []}]},
        {"weekly": [], "exceptions": [{"on": "2026-10-01"}, {"on": "2026-10-01"}]},
        {"weekly": [], "exceptions": [{"on": "2026-13-01"}]},
    ],
)
def test_hours_that_cannot_be_are_400(world: World, hours: dict[str, Any]) -> None:
    assert send(world, 1, {"act": "open", "content": {**CENTRE, "hours": hours}}).status == 400


def test_a_closed_centre_leaves_the_lists_and_keeps_its_versions(world: World) -> None:
    centres_of_every_stage(world)
    world.log()
    assert [item["id"] for item in world.json("/v1/centres")["items"]] == ["hall"]
    changed = world.json("/v1/centres", "updated_since=2020-01-01")["items"]
    assert {item["id"]: item["stage"] for item in changed} == {"hall": "open", "shut": "closed"}
    assert world.json("/v1/centres/shut")["reason"] == {"zh": "搬迁"}
    assert world.json("/v1/centres/shut/versions/1")["stage"] == "open"
    (hall,) = world.json("/v1/centres", "agency=bureau")["items"]
    assert (hall["windows"], hall["forwarding_windows"], hall["one_window_payment"]) == (3, 1, True)
    assert rebuild.run(world.wired).differing == ()


def test_hours_are_told_day_by_day_and_for_now_without_a_guess(world: World) -> None:
    open_centre(world, "hall")
    world.log()
    told = world.json("/v1/centres/hall/hours", "days=3")
    assert (told["open_now"], told["changes_at"]) == (True, "2026-11-23T12:00:00+08:00")
    world.now = world.now.replace(hour=4, minute=30)  # 12:30 in Shanghai
    told = world.json("/v1/centres/hall/hours")
    assert (told["open_now"], told["changes_at"]) == (False, "2026-11-23T13:00:00+08:00")
    day = world.json("/v1/centres/hall/hours", "from=2026-10-01&days=1")["days"][0]
    assert (day["why"], day["spans"], day["holiday"]) == ("holiday", [], "国庆节")
    far = world.json("/v1/centres/hall/hours", "from=2900-01-01&days=1")["days"][0]
    assert (far["why"], far["spans"]) == ("calendar_unknown", None)
    assert world.json("/v1/centres/hall/hours", "from=9999-12-31&days=31")["days"] == []


# Services by where and by need


def ids(world: World, query: str) -> list[str]:
    """Return the ids of a list of services."""
    return [item["id"] for item in world.json("/v1/services", query)["items"]]


def test_a_service_is_found_by_each_of_its_centres_and_needs_until_it_leaves_them(world: World) -> None:
    windows = [{"centre": "hall", "window": "1"}, {"centre": "hall", "window": "2"}, {"centre": "east", "window": "1"}]
    world.service("s1", windows=windows, life_events=["birth", "housing"])
    world.service("s2", windows=[{"centre": "hall", "window": "1"}], life_events=["birth"])
    world.service("s3", windows=[{"window": "somewhere"}])
    world.log()
    assert ids(world, "centre=hall") == ["s2", "s1"]
    assert ids(world, "centre=east") == ["s1"]
    assert ids(world, "life_event=birth") == ["s2", "s1"]
    assert ids(world, "life_event=housing") == ["s1"]
    assert ids(world, "centre=nowhere") == []
    world.service("s1", 2, "revise", windows=[{"centre": "east", "window": "1"}], life_events=["housing"])
    world.act("services", "s2", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.log()
    assert ids(world, "centre=hall") == ids(world, "life_event=birth") == []
    assert ids(world, "centre=east") == ids(world, "life_event=housing") == ["s1"]
    assert rebuild.run(world.wired).differing == ()


def test_a_need_is_one_of_the_code_list(world: World) -> None:
    content = {"agency": "bureau", "title": {"zh": "事项"}, "service_kind": "benefit", "life_events": ["birth", "x"]}
    answer = world.put("/v1/intake/services/s/acts/1", {"act": "publish", "content": content}, "bureau-clerk")
    assert codes(answer) == ["life_event_unknown"]
    assert answer.json()["errors"][0]["pointer"] == "/content/life_events/1"


@pytest.mark.parametrize(("centres", "wanted"), [(40, 201), (41, 422)])
def test_a_service_is_found_by_so_many_places_that_one_commit_can_write(
    world: World, centres: int, wanted: int
) -> None:
    windows = [{"centre": f"hall-{number}", "window": "1"} for number in range(centres)] * 2
    content = {"agency": "bureau", "title": {"zh": "事项"}, "service_kind": "benefit", "windows": windows}
    answer = world.put("/v1/intake/services/s/acts/1", {"act": "publish", "content": content}, "bureau-clerk")
    assert answer.status == wanted
    if wanted == 422:
        assert codes(answer) == ["too_many_places"]


def test_the_largest_move_between_places_is_one_commit_of_less_than_a_hundred_writes(world: World) -> None:
    for number, prefix in enumerate(("old", "new"), 1):
        windows = [{"centre": f"{prefix}-{place}", "window": "1"} for place in range(40)]
        world.service("s", number, "publish" if number == 1 else "revise", windows=windows)
        world.log()
    largest = max(len(detail) for name, detail in world.memory.calls if name == "commit" and isinstance(detail, tuple))
    assert 80 < largest <= 100
    assert ids(world, "centre=old-0") == []
    assert ids(world, "centre=new-39") == ["s"]
