"""Feeds are the lists in another form: the same records, the same filters, the same pages; what is withdrawn is told."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import feedparser  # type: ignore[import-untyped]
import orjson
import pytest

from bench.sampled import FEEDBACK, ROUND, WAITING_COMMENT, Sampled
from chalicelib.domain.codes import sentences
from chalicelib.domain.feeds import COLLECTIONS, GONE
from chalicelib.domain.nouns import NOUNS
from chalicelib.routes.endpoint import ENDPOINTS
from chalicelib.routes.feeds import FEEDS
from chalicelib.store import keys
from local.messages import Response
from tests.centre_world import open_centre
from tests.rule_world import rules_of_every_stage
from tests.world import AUTHORITY, World

ORIGIN = f"http://{AUTHORITY}"
FORMS = ("atom", "json")


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with records of every collection that has a list, some of them gone."""
    world = Sampled(World(), services=3).world
    rules_of_every_stage(world)
    open_centre(world, "shut")
    world.act("centres", "shut", 2, {"act": "close", "reason": {"zh": "迁址"}}, "bureau-clerk")
    withdrawn = {"act": "withdraw", "reason": {"zh": "有误"}}
    world.act("disclosures", "notice-0", 4, withdrawn)
    world.act("services", "service-0000", 2, withdrawn, "bureau-clerk")
    world.act("feedback", "gone", 1, {"act": "announce", "content": FEEDBACK}, "bureau-clerk")
    world.act("feedback", "gone", 2, withdrawn, "bureau-clerk")
    world.act("evaluations", "gone", 1, {"act": "announce", "content": ROUND}, "root-evaluator")
    world.act("evaluations", "gone", 2, withdrawn, "root-evaluator")
    office = {"name": {"zh": "旧局"}, "level": "department", "parent": "guangan"}
    world.act("agencies", "gone", 1, {"act": "register", "content": office})
    world.act("agencies", "gone", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    withheld = {"act": "moderate", "outcome": "withheld", "reason": "off_topic"}
    world.act("comments", WAITING_COMMENT, 2, withheld, "moderator")
    world.log()
    world.index()
    world.pass_time(seconds=61)
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the deployment as this test's own process."""
    filled.restart()
    return filled


def walked(world: World, path: str, query: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a list, of every page."""
    page = world.json(path, query)
    yield from page["items"]
    if page["next"]:
        yield from walked(world, path, f"{query.partition('&cursor')[0]}&cursor={page['next']}")


def fetched(world: World, address: str) -> Response:
    """Return what stands at an absolute address."""
    path, _, query = address.removeprefix(ORIGIN).partition("?")
    answer = world.get(path, query)
    assert answer.status == 200, answer.body
    return answer


def atom_pages(world: World, address: str) -> Iterator[Any]:
    """Yield the pages of an Atom feed as feedparser reads them."""
    answer = fetched(world, address)
    page = feedparser.parse(answer.body, response_headers={"content-type": dict(answer.headers)["Content-Type"]})
    assert not page.bozo, page.bozo_exception
    yield page
    for link in page.feed.links:
        if link.rel == "next":
            yield from atom_pages(world, link.href)


def json_pages(world: World, address: str) -> Iterator[dict[str, Any]]:
    """Yield the pages of a JSON feed."""
    page = orjson.loads(fetched(world, address).body)
    yield page
    if "next_url" in page:
        yield from json_pages(world, page["next_url"])


def test_every_public_noun_has_feeds_and_so_have_consultations() -> None:
    public = {noun.collection for noun in NOUNS if noun.public}
    assert FEEDS.keys() == COLLECTIONS.keys() == public | {"consultations"}


@pytest.mark.parametrize("collection", FEEDS)
def test_a_feed_walked_by_next_holds_what_the_list_holds(world: World, collection: str) -> None:
    items = list(walked(world, f"/v1/{collection}", "limit=1"))
    atom = list(atom_pages(world, f"{ORIGIN}/feeds/{collection}.atom?limit=1"))
    entries = list(chain.from_iterable(page.entries for page in atom))
    told = list(chain.from_iterable(p["items"] for p in json_pages(world, f"{ORIGIN}/feeds/{collection}.json?limit=1")))
    assert items
    assert [entry.id for entry in entries] == [ORIGIN + item["url"] for item in items]
    assert [entry.updated for entry in entries] == [item["record_changed_at"] for item in items]
    assert [entry.published for entry in entries] == [item["published_at"] for item in items]
    assert all(entry.title and entry.content[0].value for entry in entries)
    assert [item["id"] for item in told] == [entry.id for entry in entries]
    assert [item["_glasshall"] for item in told] == [{"gone": False, "record": item} for item in items]
    assert len({page.feed.id for page in atom}) == 1
    assert all(page.feed.title == " ".join(COLLECTIONS[collection]) for page in atom)


@pytest.mark.parametrize("form", FORMS)
def test_a_filter_means_the_same_in_a_feed_and_what_cannot_be_asked_together_is_refused_alike(
    world: World, form: str
) -> None:
    query = "stage=in_force&area=fees"
    narrowed = world.get(f"/feeds/rules.{form}", query).body.decode()
    held = {rule for rule in ("standing", "coming", "lapsing", "rule-1") if f"/v1/rules/{rule}" in narrowed}
    assert (
        held == {item["id"] for item in world.json("/v1/rules", query)["items"]} - {"rule-2"} == {"standing", "rule-1"}
    )
    refused = [world.get(path, "agency=bureau&review_due=true") for path in (f"/feeds/rules.{form}", "/v1/rules")]
    assert [answer.status for answer in refused] == [400, 400]
    assert refused[0].json()["errors"] == refused[1].json()["errors"]
    assert world.get(f"/feeds/rules.{form}", "nothing=1").status == 400


def test_a_feed_of_words_and_of_filters_together_is_what_the_list_finds(world: World) -> None:
    query = "q=%E9%80%9A%E7%9F%A5&agency=bureau,guangan&category=plans&limit=1"
    items = list(walked(world, "/v1/disclosures", query))
    found = chain.from_iterable(page.entries for page in atom_pages(world, f"{ORIGIN}/feeds/disclosures.atom?{query}"))
    assert [entry.id for entry in found] == [ORIGIN + item["url"] for item in items]
    assert len(items) >= 2
    for asked in ("count=true", "facets=category"):  # a feed has no place to tell it
        assert world.get("/feeds/disclosures.json", asked).status == 400


def test_what_is_gone_is_told_in_a_list_of_changes_as_a_tombstone_and_not_otherwise(world: World) -> None:
    (feed,) = atom_pages(world, f"{ORIGIN}/feeds/disclosures.atom?updated_since=2026-11-01")
    raw = world.get("/feeds/disclosures.atom", "updated_since=2026-11-01").body.decode()
    gone = f'<at:deleted-entry ref="{ORIGIN}/v1/disclosures/notice-0"'
    assert gone in raw
    assert "notice-0" not in {entry.id.rpartition("/")[2] for entry in feed.entries}
    assert gone in world.get("/feeds/disclosures.atom", "include=withdrawn").body.decode()
    assert "notice-0" not in world.get("/feeds/disclosures.atom").body.decode()
    told = world.json("/feeds/disclosures.json", "updated_since=2026-11-01")["items"]
    assert [item["id"].rpartition("/")[2] for item in told if item["_glasshall"]["gone"]] == ["notice-0"]


def test_what_a_feed_calls_gone_is_what_stands_in_no_list(world: World) -> None:
    stored, gone = world.memory.snapshot(), set()
    for collection in FEEDS.keys() - {"consultations"}:
        for item in world.json(f"/feeds/{collection}.json", "updated_since=2026-11-01&limit=100")["items"]:
            told, record = item["_glasshall"]["gone"], item["_glasshall"]["record"]
            assert bool(stored[keys.view(record["kind"], record["id"])]["withdrawn"]) == told, record
            gone |= {collection} if told else set()
    known = ("agencies", "services", "disclosures", "comments", "rules", "centres", "evaluations", "feedback")
    assert gone == set(known)


def test_every_stage_that_a_list_can_be_narrowed_to_has_words_and_so_has_what_is_gone() -> None:
    lists = {"supervision": "card_stage", "rules": "rule_standing", "agencies": "agency_stage"}
    for endpoint in ENDPOINTS:
        collection = endpoint.path.removeprefix("/v1/")
        for parameter in endpoint.parameters:
            if collection in FEEDS and parameter.name == "stage":
                name = lists.get(collection, f"{collection.removesuffix('s')}_stage")
                known = sentences(name).keys() | ({"published"} if collection == "rules" else set())
                assert set(parameter.schema["items"]["enum"]) <= known, endpoint.path
    for kind, stage in GONE.items():
        assert stage in sentences(f"{kind}_stage")


def test_a_cursor_of_a_list_or_of_the_other_form_is_not_one_of_a_feed(world: World) -> None:
    cursor = world.json("/v1/services", "limit=1")["next"]
    for form in FORMS:
        assert world.get(f"/feeds/services.{form}", f"cursor={cursor}").status == 400
    further = orjson.loads(world.get("/feeds/services.json", "limit=1").body)["next_url"].rpartition("cursor=")[2]
    assert world.get("/feeds/services.json", f"cursor={further}").status == 200
    assert world.get("/feeds/services.atom", f"cursor={further}").status == 400
    assert world.get("/feeds/services.json", f"agency=bureau&cursor={further}").status == 400


@pytest.mark.parametrize("form", FORMS)
def test_a_page_of_a_feed_is_one_query(world: World, form: str) -> None:
    world.memory.calls.clear()
    assert world.get(f"/feeds/services.{form}", "limit=2").status == 200
    assert [call for call, _ in world.memory.calls] == ["get", "query"]


def test_a_feed_names_its_pages_and_its_other_forms(world: World) -> None:
    pages = list(atom_pages(world, f"{ORIGIN}/feeds/services.atom?limit=1&agency=bureau"))
    first, second = pages[0].feed, pages[1].feed
    links = {(link.rel, link.type): link.href for link in second.links}
    assert links["first", "application/atom+xml"] == {x.rel: x.href for x in first.links}["self"]
    assert links["self", "application/atom+xml"] == {x.rel: x.href for x in first.links}["next"]
    for media_type in ("application/json", "application/feed+json"):
        answer = fetched(world, links["alternate", media_type])
        assert dict(answer.headers)["Content-Type"] == media_type
    assert first.id == f"{ORIGIN}/feeds/services.atom?agency=bureau"


def test_the_page_and_the_index_name_feeds_that_are_there(world: World) -> None:
    html = world.get("/").body.decode()
    named = [f"feeds/{collection}.{form}" for collection in ("disclosures", "services") for form in FORMS]
    assert all('rel="alternate" type="application/' in html and f'href="{name}"' in html for name in named)
    links = world.json("/v1")["links"]
    for collection in FEEDS:
        assert world.get(links[f"feeds/{collection}.atom"]).status == 200
