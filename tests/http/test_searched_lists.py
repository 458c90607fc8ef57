"""Lists by any filters, words and ranges together give what looking at every record one by one gives, in order, and once."""

from random import Random
from urllib.parse import urlencode

import orjson
import pytest

from chalicelib.domain.search import filters_of
from chalicelib.routes.endpoint import ENDPOINTS
from tests.listed import (
    EVERYWHERE,
    VALUES,
    Record,
    all_of,
    by_chance,
    in_order,
    passes,
    said_of,
)
from tests.world import World

COLLECTIONS = ("agencies", "services", "disclosures", "rules")
QUESTIONS = 150
"""For each collection and seed."""
FACETS = {
    "agencies": ("jurisdiction", "level"),
    "services": ("agency", "jurisdiction", "life_event", "service_kind", "handling"),
    "disclosures": ("agency", "jurisdiction", "category", "stage", "cadence"),
    "rules": ("agency", "jurisdiction", "area", "kind", "stage"),
}


BY_WORDS = {"stage", "cadence", "kind", "level", "service_kind", "handling"}
"""Filters that take the words of a closed list and no other."""


class Filled:
    """A deployment by chance, and every record of it."""

    def __init__(self) -> None:
        self.world = by_chance(20261127)
        self.records = {collection: all_of(self.world, collection) for collection in COLLECTIONS}
        self.agencies = {agency["id"]: agency for agency in self.records["agencies"]}


@pytest.fixture(scope="module")
def once() -> Filled:
    return Filled()


@pytest.fixture
def filled(once: Filled) -> Filled:
    once.world.restart()
    return once


def walked(world: World, collection: str, asked: dict[str, str], limit: int) -> tuple[list[Record], Record]:
    """Return all items of a list, and what the first page tells of the whole."""
    items: list[Record] = []
    first: Record = {}
    query = urlencode({**asked, "limit": limit})
    while True:
        answer = world.get(f"/v1/{collection}", query)
        assert answer.status == 200, (asked, answer.body)
        page = orjson.loads(answer.body)
        assert len(page["items"]) <= limit
        first = first or page
        items += page["items"]
        if page["next"] is None:
            return items, first
        (link,) = [value for name, value in answer.headers if name == "Link"]
        query = link.split("?", 1)[1].split(">")[0]
        assert urlencode({"cursor": page["next"]}) in query


def question(chance: Random, collection: str, records: list[Record]) -> dict[str, str]:
    """Return something that can be asked of a collection, more often than not with something found."""
    asked: dict[str, str] = {}
    known = {**EVERYWHERE, **VALUES[collection]}
    offered = sorted(known.keys() - ({"agency", "stage"} if collection in ("agencies", "services") else set()))
    if collection == "services":
        offered.append("agency")
    sample = chance.choice(records)
    for name in chance.sample(offered, k=chance.choice((0, 1, 1, 2, 2, 3))):
        values = sorted(known[name](sample) or (set() if name in BY_WORDS else {"nothing"}))
        if not values:
            continue
        others = [value for record in chance.sample(records, k=2) for value in known[name](record)]
        several = 1 if name == "doc_no" else chance.choice((1, 1, 2, 3))
        asked[name] = ",".join(dict.fromkeys([chance.choice(values), *others][:several]))
    if ("agency" in asked and chance.random() < 0.5) or ("jurisdiction" in asked and chance.random() < 0.1):
        asked["subtree"] = "true"
    if chance.random() < 0.5:
        asked["q"] = words(chance, sample)
    if collection == "disclosures":
        asked |= span(chance, records)
    if chance.random() < 0.2:
        asked["updated_since"] = chance.choice(records)["record_changed_at"]
    return asked


def words(chance: Random, record: Record) -> str:
    """Return a piece or two of a record's own title or name, or a word that nothing has."""
    title = (record.get("title") or record.get("name") or {"zh": "无标题"})["zh"]
    start = chance.randrange(len(title))
    piece = title[start : start + chance.randrange(1, 5)].strip() or title
    return chance.choice((piece, piece, f"{piece} {title[0]}", piece.upper(), "查无此词", f" {piece} "))


def span(chance: Random, records: list[Record]) -> dict[str, str]:
    """Return bounds of the instant of publication, and whether the withdrawn are wanted."""
    low, high = sorted(chance.choice(records)["published_at"] for _ in range(2))
    asked = {"published_from": low} if chance.random() < 0.25 else {}
    asked |= {"published_to": high} if chance.random() < 0.25 else {}
    return asked | ({"include": "withdrawn"} if chance.random() < 0.2 else {})


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_any_question_gives_what_looking_at_every_record_gives(filled: Filled, collection: str) -> None:
    chance, found = Random(collection), 0
    records = filled.records[collection]
    for _ in range(QUESTIONS):
        asked = question(chance, collection, records)
        wanted = [record for record in records if passes(record, asked, collection, filled.agencies)]
        more = {"count": "true", "facets": ",".join(FACETS[collection])} if chance.random() < 0.3 else {}
        items, first = walked(filled.world, collection, {**asked, **more}, chance.choice((1, 4, 100)))
        assert [item["id"] for item in items] == in_order(wanted, asked), asked
        if more:
            assert first["count"] == {"value": len(wanted), "relation": "exact"}
            assert first["facets"] == {name: said_of(wanted, collection, name) for name in FACETS[collection]}, asked
        found += bool(wanted)
    assert found > QUESTIONS / 3


def test_an_item_is_the_summary_that_every_list_has_and_its_snippet_is_the_text_as_it_was_written(
    filled: Filled,
) -> None:
    plain = {item["id"]: item for item in walked(filled.world, "disclosures", {"include": "withdrawn"}, 100)[0]}
    bodies = {record["id"]: record for record in filled.records["disclosures"]}
    items, _ = walked(filled.world, "disclosures", {"q": "ｂｒｉｄｇｅ 收费"}, 7)
    assert items
    for item in items:
        parts = item.pop("snippet")
        assert item == plain[item["id"]]
        joined = "".join(part["text"] for part in parts)
        body = bodies[item["id"]]
        assert any(joined.strip("…") in text for text in (*body["title"].values(), *body["body"].values()))
        assert {part["text"] for part in parts if part.get("hit")} <= {"Bridge", "收费"}
        assert any(part.get("hit") for part in parts)


def test_a_page_goes_on_wherever_it_is_read_and_may_be_counted_on_the_way(filled: Filled) -> None:
    world = filled.world
    whole = [item["id"] for item in walked(world, "services", {"agency": "roads"}, 100)[0]]
    first = world.json("/v1/services", "agency=roads&limit=3")
    second = world.json("/v1/services", f"agency=roads&limit=4&count=true&cursor={first['next']}")
    third = world.json("/v1/services", f"agency=roads&limit=100&facets=handling&cursor={second['next']}")
    assert [item["id"] for page in (first, second, third) for item in page["items"]] == whole
    assert (second["count"]["value"], "count" in third) == (len(whole), False)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "agency=roads",
        "q=路&agency=works",
        "q=路",
        "agency=works,roads&q=路&subtree=true",
        "q=路&updated_since=2020-01-01",
    ],
)
def test_a_cursor_is_bound_to_the_words_and_to_every_filter(filled: Filled, query: str) -> None:
    asked = "q=路&agency=works,roads".replace("路", "%E8%B7%AF")
    cursor = filled.world.json("/v1/services", f"{asked}&limit=1")["next"]
    again = filled.world.get("/v1/services", f"q=%E8%B7%AF&agency=roads,works,roads&limit=1&cursor={cursor}")
    assert again.status == 200
    query = query.replace("路", "%E8%B7%AF")
    assert filled.world.get("/v1/services", f"{query}&cursor={cursor}".lstrip("&")).status == 400
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    assert filled.world.get("/v1/services", f"{asked}&cursor={flipped}").status == 400


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("q=", "q"),
        ("q=%20%20", "q"),
        ("q=%E3%80%80", "q"),
        ("q=%E2%80%8B", "q"),
        ("q=" + "x" * 101, "q"),
        ("q=a%00b", "q"),
        ("q=%E2%80%AEabc", "q"),
        ("q=a&q=b", "q"),
        ("subtree=true", "subtree"),
        ("subtree=true&q=a", "subtree"),
        ("subtree=false&agency=works", "subtree"),
        ("count=yes", "count"),
        ("facets=title", "facets"),
        ("facets=", "facets"),
        ("agency=works,", "agency"),
        ("agency=works,%2E%2E", "agency"),
        ("agency=" + ",".join(f"a{n}" for n in range(21)), "agency"),
        ("handling=immediate,fast", "handling"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(filled: Filled, query: str, parameter: str) -> None:
    answer = filled.world.get("/v1/services", query)
    assert answer.status == 400, answer.body
    assert [error["parameter"] for error in orjson.loads(answer.body)["errors"]] == [parameter]


def test_words_of_a_hundred_characters_of_any_script_are_looked_for(filled: Filled) -> None:
    for word in (
        "字" * 100,
        "😀" * 100,
        "x" * 100,
        '"AND NOT * ( NEAR',
        "a'; DROP TABLE record; --",
        "%_\\",
        "pairs:x",
    ):
        answer = filled.world.get("/v1/services", urlencode({"q": word, "count": "true"}))
        assert answer.status == 200, answer.body
        assert orjson.loads(answer.body)["count"]["value"] == 0


def test_a_list_of_the_read_model_says_how_far_that_goes_and_holds_nothing_beyond() -> None:
    world = World().init()
    world.service("first")
    world.log()
    world.index()
    world.service("second")
    world.log()
    before = world.json("/v1/services", "q=备案&count=true".replace("备案", "%E5%A4%87%E6%A1%88"))
    assert [item["id"] for item in before["items"]] == ["first"]
    assert before["as_of"]["register_index"] < world.json("/v1/services")["as_of"]["register_index"]
    world.index()
    after = world.json("/v1/services", "count=true")
    assert after["count"]["value"] == 2
    assert after["as_of"]["register_index"] == world.json("/v1/services")["as_of"]["register_index"]


def test_before_the_read_model_stands_it_is_a_503_that_says_when_to_ask_again_and_plain_lists_are_answered() -> None:
    world = World().init()
    assert world.json("/v1/services", "q=a")["items"] == []
    world.service("first")
    world.log()
    answer = world.get("/v1/services", "q=a")
    assert answer.status == 503
    assert orjson.loads(answer.body)["type"] == "/problems/unavailable"
    assert int(dict(answer.headers)["Retry-After"]) > 0
    assert [item["id"] for item in world.json("/v1/services", "agency=bureau")["items"]] == ["first"]


HOSTILE = (
    "",
    " ",
    "a",
    "a,b",
    ",",
    "works",
    "true",
    "0",
    "-1",
    "9" * 30,
    "2026-11-23",
    "9999-12-31T23:59:59Z",
    "0001-01-01",
    "' OR 1=1",
    '"',
    "*",
    "\x00",
    "\u202e",
    "公路",
    "\ud7ff",
    "in_force",
    "published,withdrawn",
    "x" * 600,
)


def test_no_question_whatever_is_in_it_is_a_defect_of_ours(filled: Filled) -> None:
    chance = Random(5)
    lists = [e for e in ENDPOINTS if e.method == "GET" and any(p.name == "q" for p in e.parameters)]
    assert len(lists) >= len(VALUES)
    good = 0
    for number in range(600):
        endpoint = lists[number % len(lists)]
        named = chance.sample(endpoint.parameters, k=chance.randrange(1, 5))
        asked = [(parameter.name, chance.choice(HOSTILE)) for parameter in named]
        answer = filled.world.get(endpoint.path, urlencode(asked))
        assert answer.status in (200, 400), (endpoint.path, asked, answer.body)
        good += answer.status == 200
    assert good > 30


def test_what_a_list_declares_to_be_narrowed_by_is_what_the_read_model_finds_records_by() -> None:
    beside = {"limit", "cursor", "q", "subtree", "count", "facets", "updated_since", "published_from", "published_to"}
    asked_otherwise = {"include", "upcoming", "missing", "state", "review_due", "ids"}
    for endpoint in ENDPOINTS:
        declared = {parameter.name: parameter for parameter in endpoint.parameters}
        if "facets" not in declared or endpoint.tag == "feeds":
            continue
        known = filters_of("disclosures" if endpoint.tag == "consultations" else endpoint.tag)
        assert declared.keys() - beside - asked_otherwise <= known, endpoint.path
        assert {*declared["facets"].schema["items"]["enum"]} <= known & declared.keys(), endpoint.path
