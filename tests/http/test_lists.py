"""Lists: complete, without repetition, bound cursors, honest about what they know; and what no index serves is refused."""

import base64
from itertools import product
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from tests.world import World


@pytest.fixture(scope="module")
def filled() -> World:
    """Return a deployment with 60 services and 30 disclosures in two categories, logged in several runs."""
    world = World().init()
    for number in range(60):
        world.service(f"s{number:02d}")
        if number % 7 == 0:
            world.log()
    for number in range(30):
        named = {"doc_no": "广区发〔2026〕7号"} if number in (5, 7, 11) else {}
        world.disclose(f"d{number:02d}", category="plans" if number % 3 else "fees", cadence="regular", **named)
    world.act("disclosures", "d05", 4, {"act": "withdraw", "reason": {"zh": "误发"}})
    world.log()
    return world


@pytest.fixture
def world(filled: World) -> World:
    """Return the filled deployment as this test's own process."""
    filled.restart()
    return filled


def walk(world: World, path: str, query: str, limit: int) -> list[dict[str, Any]]:
    """Return all items of a list, following `next`; each page's Link header says the same as `next`."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        parts = [query, f"limit={limit}", f"cursor={cursor}" if cursor else ""]
        answer = world.get(path, "&".join(filter(None, parts)))
        assert answer.status == 200, answer.body
        page = orjson.loads(answer.body)
        assert len(page["items"]) <= limit
        items += page["items"]
        links = [value for name, value in answer.headers if name.lower() == "link"]
        if page["next"] is None:
            assert links == []
            return items
        assert page["next"] in links[0]
        cursor = page["next"]


EXPECTED = {
    ("/v1/services", ""): {f"s{n:02d}" for n in range(60)},
    ("/v1/services", "agency=bureau"): {f"s{n:02d}" for n in range(60)},
    ("/v1/services", "jurisdiction=guangan"): {f"s{n:02d}" for n in range(60)},
    ("/v1/services", "agency=guangan"): set(),
    ("/v1/disclosures", f"doc_no={quote('广区发[2026]第07号')}"): {"d07", "d11"},
    ("/v1/disclosures", f"doc_no={quote('广区发〔2026〕8号')}"): set(),
    ("/v1/services", "updated_since=2020-01-01"): {f"s{n:02d}" for n in range(60)},
    ("/v1/services", "updated_since=2020-01-01T00:00:00Z&agency=bureau"): {f"s{n:02d}" for n in range(60)},
    ("/v1/disclosures", ""): {f"d{n:02d}" for n in range(30) if n != 5},
    ("/v1/disclosures", "include=withdrawn"): {f"d{n:02d}" for n in range(30)},
    ("/v1/disclosures", "stage=withdrawn"): {"d05"},
    ("/v1/disclosures", "stage=published"): {f"d{n:02d}" for n in range(30) if n != 5},
    ("/v1/disclosures", "category=fees"): {f"d{n:02d}" for n in range(30) if n % 3 == 0},
    ("/v1/disclosures", "cadence=regular"): {f"d{n:02d}" for n in range(30) if n != 5},
    ("/v1/disclosures", "updated_since=2020-01-01"): {f"d{n:02d}" for n in range(30)},
    ("/v1/disclosures", "published_to=2020-01-01"): set(),
    ("/v1/disclosures", "agency=bureau&published_from=2020-01-01"): {f"d{n:02d}" for n in range(30) if n != 5},
    ("/v1/agencies", ""): {"guangan", "bureau"},
}


@pytest.mark.parametrize(("listed", "limit"), list(product(EXPECTED, (1, 7, 100))))
def test_a_list_walked_to_its_end_gives_exactly_what_it_should_and_nothing_twice(
    world: World, listed: tuple[str, str], limit: int
) -> None:
    ids = [item["id"] for item in walk(world, *listed, limit)]
    assert len(ids) == len(set(ids))
    assert set(ids) == EXPECTED[listed]


def test_lists_are_newest_first_and_changed_lists_oldest_first(world: World) -> None:
    newest = [item["published_at"] for item in walk(world, "/v1/services", "", 9)]
    assert newest == sorted(newest, reverse=True)
    changed = [item["record_changed_at"] for item in walk(world, "/v1/disclosures", "updated_since=2020-01-01", 9)]
    assert changed == sorted(changed)


def test_changes_walk_the_register_from_any_index_without_a_gap(world: World) -> None:
    size = world.wired.register.head().projected
    assert [entry["index"] for entry in walk(world, "/v1/changes", "", 7)] == list(range(size))
    assert [e["index"] for e in walk(world, "/v1/changes", "after=100", 1000)] == list(range(101, size))
    by_kind = [walk(world, "/v1/changes", f"kind={kind}", 11) for kind in ("agency", "service", "disclosure")]
    assert sorted(e["index"] for entries in by_kind for e in entries) == list(range(size))
    nothing = world.get("/v1/changes", f"after={size}")
    assert orjson.loads(nothing.body)["items"] == []
    assert ("Retry-After", "30") in nothing.headers


def test_changes_with_bodies_carry_the_version_each_act_made(world: World) -> None:
    for entry in walk(world, "/v1/changes", "include=body", 50):
        if entry["version"] is None or (entry["id"] == "d05" and not entry["tombstone"]):  # withdrawn: its last stays
            assert entry["body"] is None
        else:
            assert entry["body"]["sha256"] == entry["sha256"]
            assert entry["body"]["version"] == entry["version"]


def test_a_list_says_up_to_which_register_index_it_is_whole(world: World) -> None:
    last = {"services": 0, "disclosures": 0}
    for entry in walk(world, "/v1/changes", "", 1000):
        last[f"{entry['kind']}s" if entry["kind"] != "agency" else "agencies"] = entry["index"]
    for collection in ("services", "disclosures", "agencies"):
        assert world.json(f"/v1/{collection}")["as_of"]["register_index"] == last[collection]


def test_every_bit_flipped_in_a_cursor_is_refused(world: World) -> None:
    cursor = world.json("/v1/services", "limit=7")["next"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    tampered = []
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << (place % 8)
        tampered.append(base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode())
    tampered += [cursor[:-1], cursor + "A", cursor + "=", cursor + "%3D", cursor.swapcase(), "x", "-", "0", cursor * 2]
    tampered += [
        cursor[:place] + letter + cursor[place + 1 :]
        for place in (0, 9, len(cursor) - 1)
        for letter in ("+", "/", "~", "%C3%A9")
    ]
    for bad in tampered:
        answer = world.get("/v1/services", f"limit=7&cursor={bad}")
        assert answer.status == 400, bad
        assert orjson.loads(answer.body)["type"] == "/problems/cursor-invalid"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/services", "agency=bureau"),
        ("/v1/services", "updated_since=2020-01-01"),
        ("/v1/disclosures", ""),
        ("/v1/services/s00/versions", ""),
        ("/v1/changes", ""),
    ],
)
def test_a_cursor_of_one_list_is_refused_by_every_other(world: World, path: str, query: str) -> None:
    cursor = world.json("/v1/services", "limit=7")["next"]
    assert world.get(path, f"{query}&cursor={cursor}".lstrip("&")).status == 400


def test_a_page_may_change_its_size_on_the_way(world: World) -> None:
    page = world.json("/v1/services", "limit=7")
    rest = world.json("/v1/services", f"limit=100&cursor={page['next']}")
    assert len(page["items"]) + len(rest["items"]) == 60


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=07", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e1", "limit"),
        ("limit=", "limit"),
        ("limit=%D9%A7", "limit"),
        ("limit=5&limit=5", "limit"),
        ("page=2", "page"),
        ("Limit=5", "Limit"),
        ("agency=../x", "agency"),
        ("agency=", "agency"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-13-01", "updated_since"),
        ("updated_since=2026-01-01T00:00:00", "updated_since"),
        ("updated_since=9999-12-31T23:59:59-23:59", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
    ],
)
def test_a_parameter_that_is_unknown_repeated_or_unreadable_is_named(world: World, query: str, parameter: str) -> None:
    answer = world.get("/v1/services", query)
    assert answer.status == 400
    assert parameter in [error["parameter"] for error in orjson.loads(answer.body)["errors"]]


def test_all_bad_parameters_are_named_at_once(world: World) -> None:
    problem = orjson.loads(world.get("/v1/services", "limit=0&page=1&agency=%20").body)
    assert {error["parameter"] for error in problem["errors"]} == {"limit", "page", "agency"}


def test_a_page_is_one_query_and_an_item_one_read(world: World) -> None:
    world.get("/v1/services")
    for path, query, calls in (
        ("/v1/services", "limit=50", ["query"]),
        ("/v1/disclosures", "category=fees", ["query"]),
        ("/v1/changes", "limit=1000", ["query"]),
        ("/v1/services/s00", "", ["get"]),
        ("/v1/services/s00/versions/1", "", ["get"]),
    ):
        before = len(world.memory.calls)
        world.json(path, query)
        assert [name for name, _ in world.memory.calls[before:]] == calls


def test_records_are_had_by_name_in_one_batch_and_those_that_are_not_there_are_named(world: World) -> None:
    world.json("/v1/disclosures")
    before = len(world.memory.calls)
    page = world.json("/v1/disclosures", "ids=d07,none,d05,d07,d00&limit=1")
    assert [name for name, _ in world.memory.calls[before:]] == ["get_many"]
    assert [item["id"] for item in page["items"]] == ["d00", "d05", "d07"]
    assert (page["not_found"], page["next"]) == (["none"], None)
    listed = {item["id"]: item for item in walk(world, "/v1/disclosures", "include=withdrawn", 100)}
    assert page["items"] == [listed[item["id"]] for item in page["items"]]
    for query in ("ids=d00&category=plans", "ids=d00&q=a", "ids=d00&updated_since=2020-01-01", "ids=", "ids=a,%20"):
        assert world.get("/v1/disclosures", query).status == 400


def test_a_summary_is_at_most_two_kilobytes_whatever_is_in_it() -> None:
    world = World().init()
    words = {"zh": "字" * 500, "en": "w" * 500}
    world.service("long", title=words, item_code="码" * 400)
    world.log()
    (item,) = world.json("/v1/services")["items"]
    assert len(orjson.dumps(item)) <= 2_048
    assert item["title"]["zh"].endswith("…")
    assert world.json("/v1/services/long")["title"] == words
