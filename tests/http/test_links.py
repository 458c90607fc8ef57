"""Links: whoever names a record is found from it by one query, whatever its kind; what is not there cannot be named."""

from typing import Any

import orjson
import pytest

from tests.world import World

CONTENT = {"agency": "bureau", "category": "plans", "body": {"zh": "全文"}}


def link(rel: str, record_id: str, kind: str = "disclosure") -> dict[str, str]:
    """Return a link."""
    return {"rel": rel, "kind": kind, "id": record_id}


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with a text, its interpretation, the service it is about, its hearing, and what replaced it."""
    world = World().init()
    world.service("s")
    world.disclose("d", links=[link("service", "s", "service")])
    world.disclose("i", links=[link("interprets", "d"), link("implements", "d"), link("service", "s", "service")])
    world.disclose("n", links=[link("replaces", "d")])
    world.act("disclosures", "d", 4, {"act": "supersede", "by": "n", "reason": {"zh": "新"}})
    world.disclose("w", links=[link("amends", "d")])
    world.act("disclosures", "w", 4, {"act": "withdraw", "reason": {"zh": "误发"}})
    hidden = {"act": "submit", "content": {**CONTENT, "title": {"zh": "未公开"}}}
    world.act("disclosures", "hidden", 1, hidden)
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1/disclosures/d/links", {"i": ["implements", "interprets"], "n": ["replaces"]}),
        ("/v1/disclosures/n/links", {"d": ["superseded_by"]}),
        ("/v1/services/s/links", {"d": ["service"], "i": ["service"]}),
        ("/v1/disclosures/i/links", {}),
    ],
)
def test_who_names_a_record_is_found_from_it_with_how_it_stands_to_it(
    world: World, path: str, found: dict[str, list[str]]
) -> None:
    assert {item["id"]: item["rels"] for item in world.json(path)["items"]} == found


def test_pages_go_on_and_are_one_query_each(world: World) -> None:
    world.memory.calls.clear()
    first = world.json("/v1/disclosures/d/links", "limit=1")
    assert [name for name, _ in world.memory.calls].count("query") == 1
    second = world.json("/v1/disclosures/d/links", f"limit=1&cursor={first['next']}")
    assert {first["items"][0]["id"], second["items"][0]["id"]} == {"i", "n"}
    assert second["next"] is None


def test_what_is_not_there_has_no_links(world: World) -> None:
    assert world.get("/v1/disclosures/none/links").status == 404
    assert world.get("/v1/disclosures/hidden/links").status == 404


@pytest.mark.parametrize(
    "target", [link("interprets", "none"), link("interprets", "hidden"), link("rule", "x", "rule")]
)
def test_what_is_not_there_or_not_shown_cannot_be_named(world: World, target: dict[str, Any]) -> None:
    content = {**CONTENT, "title": {"zh": "通知"}, "links": [target]}
    answer = world.put("/v1/intake/disclosures/x/acts/1", {"act": "submit", "content": content})
    assert [(e["code"], e["pointer"]) for e in orjson.loads(answer.body)["errors"]] == [
        ("link_unknown", "/content/links/0/id")
    ]


def test_more_links_than_thirty_are_refused(world: World) -> None:
    content = {**CONTENT, "title": {"zh": "通知"}, "links": [link("interprets", "d")] * 31}
    assert world.put("/v1/intake/disclosures/x/acts/1", {"act": "submit", "content": content}).status == 400
