"""Four dates in records, versions, lists, changes and feeds: one meaning each, and the same wherever they stand."""

from collections.abc import Iterator
from typing import Any

import pytest

from bench.sampled import Sampled
from chalicelib.routes.feeds import FEEDS
from chalicelib.routes.versions import VERSIONED
from tests.rule_world import rules_of_every_stage
from tests.world import World

NAMES = ("version", "act", "register_index", "sha256", "url", "record_changed_at")
DATES = ("issued_on", "published_at", "effective_on", "record_changed_at")


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with records of every kind, some said again as they stand, some ended."""
    world = Sampled(World(), services=3).world
    rules_of_every_stage(world)
    limits = {"promised": {"value": 5, "unit": "working_day"}}
    world.service("service-0001", 2, "revise", limits=limits)
    world.service("service-0001", 3, "revise", limits=limits, issued_on="2026-01-05", effective_on="2026-03-01")
    world.service("service-0001", 4, "revise", limits=limits, issued_on="2026-01-05", effective_on="2026-03-01")
    world.act("services", "service-0000", 2, {"act": "withdraw", "reason": {"zh": "有误"}}, "bureau-clerk")
    world.act("disclosures", "notice-0", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    world.log()
    world.pass_time(seconds=61)
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


def every_change(world: World) -> Iterator[dict[str, Any]]:
    """Yield every entry of the register."""
    page = world.json("/v1/changes", "limit=1000")
    assert page["next"] is None
    yield from page["items"]


def versions(world: World, collection: str, record: str) -> list[dict[str, Any]]:
    """Return every version of a record that is still given, the oldest first."""
    listed = world.json(f"/v1/{collection}/{record}/versions", "limit=100")["items"]
    return [world.json(f"/v1/{collection}/{record}/versions/{each['version']}") for each in reversed(listed)]


def test_an_entry_has_a_version_when_the_record_changed_and_only_then(world: World) -> None:
    seen = 0
    for kind, noun in VERSIONED.items():
        entries = [each for each in every_change(world) if each["kind"] == kind]
        for record in dict.fromkeys(each["id"] for each in entries):
            own = [each for each in entries if each["id"] == record]
            shown = versions(world, noun.collection, record)
            made = {each["version"]: each for each in own if each["version"] is not None}
            first = next((each["at"] for each in own if each["sha256"] is not None), None)
            for before, body in zip([None, *shown], shown, strict=False):
                assert body["record_changed_at"] == made[body["version"]]["at"], body
                assert body["published_at"] == first
                assert body["register_index"] == made[body["version"]]["index"]
                if before is not None:
                    assert _said(before) != _said(body), body
                    seen += 1
            if shown:
                assert world.json(f"/v1/{noun.collection}/{record}") == shown[-1]
    assert seen >= 10


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in NAMES}


def test_what_is_said_again_as_it_stands_is_in_the_register_and_changes_nothing(world: World) -> None:
    acts = world.json("/v1/changes", "kind=service&limit=1000")["items"]
    told = [(each["act"], each["version"]) for each in acts if each["id"] == "service-0001"]
    assert told == [(1, 1), (2, None), (3, 2), (4, None)]
    third, fourth = (each for each in acts if each["id"] == "service-0001" and each["act"] in (3, 4))
    assert (third["sha256"], third["url"]) == (fourth["sha256"], fourth["url"])
    service = world.json("/v1/services/service-0001")
    assert (service["issued_on"], service["effective_on"]) == ("2026-01-05", "2026-03-01")
    assert service["record_changed_at"] == third["at"]


def test_a_list_of_changes_holds_what_changed_and_a_feed_says_the_same_dates(world: World) -> None:
    for collection in FEEDS.keys() - {"consultations"}:
        since = "updated_since=2026-11-01&limit=100"
        items = world.json(f"/v1/{collection}", since)["items"]
        changed = [item["record_changed_at"] for item in items]
        assert changed == sorted(changed), collection
        told = world.json(f"/feeds/{collection}.json", since)["items"]
        for item, entry in zip(items, told, strict=True):
            record = world.json(item["url"])
            assert {n: item.get(n) for n in DATES} == {n: record.get(n) for n in DATES}
            assert (entry["date_published"], entry["date_modified"]) == (
                record["published_at"],
                record["record_changed_at"],
            )
        if changed:
            newest = world.json(f"/v1/{collection}", f"updated_since={changed[-1].replace('+', '%2B')}")["items"]
            assert [item["id"] for item in newest] == [i["id"] for i in items if i["record_changed_at"] == changed[-1]]
