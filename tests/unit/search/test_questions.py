"""What the read model answers: every combination against a walk through all records, counts, facets, pages, subtrees."""

from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.domain.search import Question
from chalicelib.domain.search_text import normalised, texts_of, words_of
from chalicelib.store.mirror import Mirror
from tests.world import World

AGENCIES = (("bureau", "guangan"), ("office", "bureau"), ("desk", "office"), ("other", "guangan"))
CATEGORIES = ("plans", "statistics", "emergencies")
WORDS = ("水价", "听证", "Notice", "2024", "调整方案", "关于")
QUESTIONS = 150


def build() -> World:
    """Return a deployment with four agencies one below another, and disclosures of random words."""
    world = World().init()
    for agency, parent in AGENCIES[1:]:
        content = {"name": {"zh": agency}, "level": "department", "parent": parent}
        world.act("agencies", agency, 1, {"act": "register", "content": content})
    chance = Random(5)
    for number in range(40):
        title = "".join(chance.choices(WORDS, k=2))
        body = " ".join(chance.choices(WORDS, k=6))
        content = {
            "agency": chance.choice(AGENCIES)[0],
            "category": chance.choice(CATEGORIES),
            "doc_no": f"文{number}号",
        }
        cadence = chance.choice(("regular", "ad_hoc"))
        schedule = {"schedule": {"series": "weekly"}} if cadence == "regular" else {}
        world.disclose(f"d{number}", title={"zh": title}, body={"zh": body}, cadence=cadence, **schedule, **content)
        if number % 8 == 0:
            world.log()
    world.log()
    for number in (3, 13, 23):
        world.act("disclosures", f"d{number}", 4, {"act": "withdraw", "reason": {"zh": "误报"}})
    world.log()
    world.index()
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return build()


@pytest.fixture(scope="module")
def records(world: World) -> list[dict[str, Any]]:
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    with mirror:
        return [{**orjson.loads(row.body), "listed": row.listed} for row in mirror.rows("disclosures")]


def holds(record: dict[str, Any], question: Question) -> bool:
    """Whether a record is what a question asks for, as a walk through all of them finds it."""
    texts = [normalised(text) for text in texts_of(record)]
    return (
        (record["listed"] or question.whole)
        and all(any(word in text for text in texts) for word in words_of(question.text or ""))
        and all(record.get(name) in values for name, values in question.filters.items() if name != "agency")
        and (record["agency"] in _agencies(question) or "agency" not in question.filters)
    )


def _agencies(question: Question) -> set[str]:
    asked = set(question.filters.get("agency", ()))
    parents = dict(AGENCIES)
    for agency in parents if question.subtree else ():
        above = agency
        while above in parents:
            above = parents[above]
            if above in question.filters.get("agency", ()):
                asked.add(agency)
    return asked


def ask(world: World, question: Question) -> list[str]:
    return [orjson.loads(summary)["id"] for summary in world.wired.read_model.ask(question).summaries]


def test_every_combination_finds_what_a_walk_through_all_records_finds(
    world: World, records: list[dict[str, Any]]
) -> None:
    chance = Random(11)
    met = 0
    for _ in range(QUESTIONS):
        possible: dict[str, tuple[str, ...]] = {
            "agency": tuple(chance.sample([each for each, _ in AGENCIES] + ["guangan"], chance.randint(1, 2))),
            "category": tuple(chance.sample(CATEGORIES, chance.randint(1, 2))),
            "cadence": (chance.choice(("regular", "ad_hoc", "phased")),),
            "stage": (chance.choice(("published", "withdrawn")),),
        }
        filters = {name: possible[name] for name in chance.sample(sorted(possible), chance.randint(0, 3))}
        text = " ".join(chance.sample((*WORDS, "价", "otic", "价听", "无此"), chance.randint(0, 2)))
        newest_last = chance.random() < 0.5
        question = Question(
            "disclosures",
            text=text,
            filters=filters,
            subtree=chance.random() < 0.5,
            include_withdrawn=chance.random() < 0.3,
            limit=100,
            oldest_first=newest_last,
            count=True,
            facets=("category", "agency"),
        )
        wanted = [record for record in records if holds(record, question)]
        wanted.sort(key=lambda record: (record["published_at"], record["id"]), reverse=not newest_last)
        found = world.wired.read_model.ask(question)
        assert [orjson.loads(summary)["id"] for summary in found.summaries] == [each["id"] for each in wanted], question
        assert found.count == len(wanted)
        for name in question.facets:
            values = [record[name] for record in wanted if name in record]
            counts = [(value, values.count(value)) for value in set(values)]
            assert found.facets[name] == sorted(counts, key=lambda each: (-each[1], each[0]))
        assert [snippet is not None for snippet in found.snippets] == [bool(words_of(text))] * len(wanted)
        met += bool(wanted)
    assert met > QUESTIONS / 4


def test_pages_of_any_size_are_one_list_and_go_on_where_they_ended(world: World) -> None:
    whole = ask(world, Question("disclosures", text="水价", limit=100))
    for limit in (1, 3, len(whole)):
        walked: list[str] = []
        after = None
        while True:
            found = world.wired.read_model.ask(Question("disclosures", text="水价", limit=limit, after=after))
            walked += [orjson.loads(summary)["id"] for summary in found.summaries]
            after = found.last
            if after is None:
                break
        assert walked == whole


def test_a_page_goes_on_at_its_place_in_a_model_that_has_grown() -> None:
    world = build()
    first = world.wired.read_model.ask(Question("disclosures", text="水价", limit=3))
    rest = ask(world, Question("disclosures", text="水价", limit=100, after=first.last))
    world.disclose("newer", title={"zh": "水价"})
    world.log()
    world.index()
    assert ask(world, Question("disclosures", text="水价", limit=100, after=first.last)) == rest


def test_an_agency_with_all_below_it_is_every_agency_on_whose_path_it_stands(world: World) -> None:
    def found(agency: str) -> set[str]:
        question = Question("disclosures", filters={"agency": (agency,)}, subtree=True, limit=100, facets=("agency",))
        return {value for value, _ in world.wired.read_model.ask(question).facets["agency"]}

    assert found("guangan") == {"bureau", "office", "desk", "other"}
    assert found("office") == {"office", "desk"}
    assert found("nobody") == set()


def test_instants_bound_what_is_found(world: World, records: list[dict[str, Any]]) -> None:
    from chalicelib.domain.search import ordered

    instants = sorted({ordered(record).published_at for record in records})
    middle = instants[len(instants) // 2]
    late = Question("disclosures", published_from=middle, include_withdrawn=True, limit=100)
    early = Question("disclosures", published_to=middle, include_withdrawn=True, limit=100)
    assert set(ask(world, late)) == {each["id"] for each in records if ordered(each).published_at >= middle}
    assert set(ask(world, early)) == {each["id"] for each in records if ordered(each).published_at <= middle}
    newest = max(ordered(record).changed_at for record in records)
    changed = Question("disclosures", updated_since=newest, changed=True, oldest_first=True, limit=100)
    assert ask(world, changed) == ["d13", "d23", "d3"]


def test_a_rule_is_found_by_whether_it_is_in_force_at_an_instant() -> None:
    world = World().init()
    base = {"agency": "bureau", "rule_kind": "normative_document", "area": "fees", "body": {"zh": "全文"}}
    for name, until in (("short", "2026-12-31"), ("long", "2027-12-31")):
        content = {**base, "title": {"zh": name}, "in_force_on": "2026-12-01", "valid_until": until}
        world.act("rules", name, 1, {"act": "publish", "content": content}, "bureau-clerk")
    world.log()
    world.index()
    at = {"before": "2026-11-30T15:59:59.000Z", "both": "2026-11-30T16:00:00.000Z", "after": "2026-12-31T16:00:00.000Z"}
    found = {name: sorted(ask(world, Question("rules", holds_at=instant))) for name, instant in at.items()}
    assert found == {"before": [], "both": ["long", "short"], "after": ["long"]}
    assert ask(world, Question("rules", ended_by=at["after"], text="short")) == ["short"]


def test_words_that_mean_something_to_the_engine_are_words(world: World) -> None:
    for text in (
        '"',
        "*",
        "水价*",
        "NEAR(水 价)",
        "pairs : x",
        "水价 OR 听证",
        "^水",
        "(",
        "-价",
        "'; DROP TABLE record",
    ):
        found = world.wired.read_model.ask(Question("disclosures", text=text, count=True))
        assert found.count == 0, text


def test_what_was_overwritten_or_deleted_leaves_no_byte_once_it_is_scrubbed() -> None:
    world = World().init()
    secret = "一个必须被抹去的名字"
    mark = "\U0002000b"  # no other word of the index begins with its first byte, so it stands there whole
    world.disclose("d1", body={"zh": f"{secret * 40}{mark}"})
    for number in range(30):
        world.disclose(f"e{number}", body={"zh": f"别的文字{number}" * 20})
    world.log()
    world.index()
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    mirror.__exit__()
    path = next(world.wired.read_model._scratch().iterdir())
    pair = secret[3:5].encode()
    assert pair in path.read_bytes()
    with Mirror.build_on(path) as mirror:
        row, body = mirror.query("SELECT row, body FROM record WHERE id = 'd1'").fetchone()
        mirror._forget(row, body)
        assert secret.encode() not in path.read_bytes()
        assert mark.encode() in path.read_bytes()  # the word index forgets only when it is merged
        mirror.scrub()
    left = path.read_bytes()
    assert not [part for part in (secret, secret[:2], secret[3:5], secret[-2:], mark) if part.encode() in left]
