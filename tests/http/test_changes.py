"""`/v1/changes`: every filter and all of them together, walked to the end; when to ask again; and that nothing is ever lost."""

from itertools import product
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from chalicelib.routes import changes
from chalicelib.settings import Settings
from chalicelib.store import keys
from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
from tests.centre_world import centres_of_every_stage
from tests.draft_world import DraftWorld
from tests.rule_world import rules_of_every_stage
from tests.world import AUTHORITY, ROOT, World, public_key_base64

BUREAUS = ("bureau", "labour", "water")


@pytest.fixture(scope="module")
def filled() -> World:
    """Return two jurisdictions, three bureaus in the one, and what they did, mixed."""
    world = World().init()
    key = FirstKey("there-keys", public_key_base64("there-keys"), "Sun", ("keys", "clerk"))
    init_jurisdiction("yuechi", {**ROOT, "name": {"zh": "岳池县人民政府"}}, key, world.wired.records, world.now)
    for bureau in BUREAUS[1:]:
        content = {"name": {"zh": bureau}, "level": "department", "parent": "guangan"}
        world.act("agencies", bureau, 1, {"act": "register", "content": content})
    for number in range(12):
        agency = BUREAUS[number % 3]
        content = {"agency": agency, "title": {"zh": "事项"}, "service_kind": "other_power"}
        world.act("services", f"s{number}", 1, {"act": "publish", "content": content}, "root-clerk")
        world.disclose(f"d{number}", agency=BUREAUS[(number + 1) % 3])
        if number % 5 == 0:
            world.log()
    world.act("disclosures", "d3", 4, {"act": "withdraw", "reason": {"zh": "内容有误"}})
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the filled deployment as this test's own process."""
    filled.restart()
    return filled


def walked(world: World, query: str, limit: int) -> list[dict[str, Any]]:
    """Return every entry, following `next`; `Retry-After` stands on no page that has one."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = world.get("/v1/changes", "&".join(filter(None, (query, f"limit={limit}", cursor))))
        assert answer.status == 200, answer.body
        page = orjson.loads(answer.body)
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        assert "Retry-After" not in dict(answer.headers)
        cursor = f"cursor={page['next']}"


FILTERS = {
    "kind": (None, "service", "disclosure,agency", "card"),
    "agency": (None, "water", "labour,water", "bureau,guangan,labour,water,yuechi,nobody"),
    "jurisdiction": (None, "guangan", "guangan,yuechi", "yuechi"),
}


@pytest.mark.parametrize("values", list(product(*FILTERS.values())), ids=str)
@pytest.mark.parametrize(("reach", "limit"), [(6, 1), (1_000, 100)])
def test_any_filters_together_give_what_passes_all_of_them_in_order_and_once(
    world: World, monkeypatch: pytest.MonkeyPatch, values: tuple[str | None, ...], reach: int, limit: int
) -> None:
    monkeypatch.setattr(changes, "WALK", reach)
    asked = {name: value for name, value in zip(FILTERS, values, strict=True) if value is not None}
    everything = walked(world, "", 1000)
    wanted = [e for e in everything if all(e[name] in value.split(",") for name, value in asked.items())]
    assert walked(world, "&".join(f"{name}={value}" for name, value in asked.items()), limit) == wanted


@pytest.mark.parametrize("query", ["", "kind=service", "kind=service,card&agency=water", "agency=bureau,water"])
def test_when_nothing_is_new_it_says_when_to_ask_again_changed_or_not(world: World, query: str) -> None:
    newest = world.json("/v1/changes", "limit=1000")["items"][-1]["index"]
    asked = f"{query}&after={newest}".lstrip("&")
    idle = world.get("/v1/changes", asked)
    assert orjson.loads(idle.body)["items"] == []
    headers = dict(idle.headers)
    assert headers["Retry-After"] == "30"
    same = world.get("/v1/changes", asked, If_None_Match=headers["ETag"])
    assert (same.status, same.body, dict(same.headers)["Retry-After"]) == (304, b"", "30")
    head = world.request("HEAD", "/v1/changes", asked)
    assert (head.status, head.body) == (200, b"")
    assert {"Retry-After": "30", "ETag": headers["ETag"]}.items() <= dict(head.headers).items()
    busy = world.get("/v1/changes", query)
    assert "Retry-After" not in dict(busy.headers)


def test_a_follower_of_a_filter_goes_on_from_as_of_without_reading_again_what_it_passed_over(world: World) -> None:
    page = world.json("/v1/changes", "agency=water&kind=card")
    assert (page["items"], page["next"]) == ([], None)
    world.act("services", "s2", 2, {"act": "revise", "content": SERVICE}, "root-clerk")
    world.log()
    later = walked(world, f"agency=water&kind=service&after={page['as_of']['register_index']}", 10)
    assert [entry["id"] for entry in later] == ["s2"]


SERVICE = {"agency": "water", "title": {"zh": "事项二"}, "service_kind": "other_power"}


def test_a_filter_gives_nothing_that_an_index_may_still_be_behind_on() -> None:
    world = World(settings=Settings(public_authority=AUTHORITY, index_settle_seconds=60)).init()
    world.log()
    assert world.json("/v1/changes", "agency=bureau")["items"] == []
    assert [entry["id"] for entry in world.json("/v1/changes")["items"]] == ["guangan", "bureau"]
    world.pass_time(seconds=60)
    assert [entry["id"] for entry in world.json("/v1/changes", "agency=bureau")["items"]] == ["bureau"]


def test_every_tombstone_says_why_with_its_body() -> None:
    world = DraftWorld().begin()
    world.service("s1")
    world.act("services", "s1", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.disclose("d2")
    world.act("disclosures", "d2", 4, {"act": "withdraw", "reason": {"zh": "误发"}})
    world.act("agencies", "traffic", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    rules_of_every_stage(world)
    centres_of_every_stage(world)
    world.open("d1")
    world.send(1)
    world.moderate(1, outcome="withheld", reason="advertisement")
    world.log()
    gone = [e for e in walked(world, "include=body", 100) if e["tombstone"]]
    assert {e["kind"] for e in gone} == {"service", "disclosure", "agency", "rule", "centre", "comment"}
    for entry in gone:
        said = entry["body"].get("ended", entry["body"])
        assert said["reason"], entry
    assert walked(world, "kind=service,rule&agency=bureau&include=body", 1)[-1]["body"]["ended"]["reason"] == {
        "zh": "误录"
    }


def test_no_entry_of_the_register_and_no_act_or_version_behind_one_ever_expires(world: World) -> None:
    kept = {
        key: item
        for key, item in world.memory.snapshot().items()
        if key.pk == keys.ENTRIES_PK or key.sk.startswith(("ACT#", "VERSION#"))
    }
    assert sum(key.pk == keys.ENTRIES_PK for key in kept) == world.wired.register.head().size
    assert [key for key, item in kept.items() if "expires_at_epoch" in item] == []


def test_what_is_sent_again_and_what_time_alone_brings_takes_no_index(world: World) -> None:
    size = world.wired.register.head().size
    content = {"agency": "bureau", "title": {"zh": "事项"}, "service_kind": "other_power"}
    again = world.put("/v1/intake/services/s0/acts/1", {"act": "publish", "content": content})
    assert again.status == 200
    world.log()
    world.pass_time(days=400)
    world.log()
    assert world.wired.register.head().size == size


def test_a_record_moves_only_when_what_it_shows_is_another() -> None:
    world = World().init()
    world.disclose("d1")
    world.log()
    shown = world.get("/v1/disclosures/d1")
    record, etag = orjson.loads(shown.body), dict(shown.headers)["ETag"]
    content = {"agency": "bureau", "title": {"zh": "更正后"}, "category": "plans", "body": {"zh": "正文"}}
    receipt = world.act("disclosures", "d1", 4, {"act": "submit", "content": content})
    world.approve("d1", 5, receipt["sha256"])
    world.log()
    world.pass_time(seconds=1)
    newest = record["register_index"]
    assert world.json("/v1/changes", f"after={newest}")["items"] == []
    assert world.get("/v1/disclosures/d1", If_None_Match=etag).status == 304
    assert world.get("/v1/disclosures/d1").body == shown.body
    later = quote(world.now.isoformat())
    assert world.json("/v1/disclosures", f"updated_since={later}")["items"] == []
    world.act("disclosures", "d1", 6, {"act": "correct", "reason": {"zh": "笔误"}})
    world.log()
    *unseen, made = world.json("/v1/changes", f"after={newest}")["items"]
    assert [(entry["act"], entry["version"]) for entry in (*unseen, made)] == [(4, None), (5, None), (6, 2)]
    assert {(entry["url"], entry["sha256"]) for entry in unseen} == {(record["url"], record["sha256"])}
    (moved,) = world.json("/v1/disclosures", f"updated_since={later}")["items"]
    assert (moved["version"], moved["register_index"]) == (2, made["index"])
    assert moved["published_at"] == record["published_at"] < moved["record_changed_at"]
