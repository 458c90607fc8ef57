"""What the read model finds by one filter is what the list of that filter shows: the same bytes in the same order."""

from collections.abc import Iterator

import pytest

from bench.sampled import Sampled
from chalicelib.domain.search import Question
from chalicelib.routes.agencies import AGENCIES
from chalicelib.routes.centres import CENTRES
from chalicelib.routes.comments import COMMENTS
from chalicelib.routes.disclosures import DISCLOSURES
from chalicelib.routes.evaluations import ROUNDS
from chalicelib.routes.feedback import REPORTS
from chalicelib.routes.filings import FILINGS
from chalicelib.routes.hearings import HEARINGS
from chalicelib.routes.listing import PublicList
from chalicelib.routes.rules import RULES
from chalicelib.routes.services import SERVICES
from chalicelib.routes.supervision import CARDS
from chalicelib.store import keys
from chalicelib.store.mirror import Mirror
from chalicelib.store.table import Index
from tests.world import World

LISTS = (AGENCIES, CENTRES, COMMENTS, DISCLOSURES, ROUNDS, REPORTS, FILINGS, HEARINGS, RULES, SERVICES, CARDS)
WITHDRAW = {"act": "withdraw", "reason": {"zh": "误报"}}


@pytest.fixture(scope="module")
def world() -> World:
    world = Sampled(World(), 5).world
    content = {"windows": [{"centre": "hall", "window": "1"}], "life_events": ["birth", "schooling"]}
    world.service("service-0001", 2, "revise", title={"zh": "新名"}, **content)
    world.act("services", "service-0002", 2, WITHDRAW, "bureau-clerk")
    world.disclose("numbered", doc_no="川府发[2024]5号")
    world.disclose("gone", doc_no="川府发[2024]6号")
    world.act("disclosures", "gone", 4, WITHDRAW)
    world.act("rules", "rule-2", 2, {"act": "withdraw", "reason": {"zh": "误报"}}, "bureau-clerk")
    world.log()
    world.index()
    return world


def shown(world: World, listed: PublicList, index: Index, partition: str, *, forward: bool = False) -> list[bytes]:
    """Return all summaries of a list as the view has them."""
    page = world.wired.views.page(index, partition, listed.kind, limit=100, after=None, forward=forward)
    assert page.last is None
    return page.summaries


def asked(world: World, question: Question) -> list[bytes]:
    """Return all summaries that the read model finds, walked in pages of three."""
    return [summary for page in pages(world, question) for summary in page]


def pages(world: World, question: Question) -> Iterator[list[bytes]]:
    after: str | None = None
    while True:
        named = {name: getattr(question, name) for name in ("collection", "filters", "changed", "oldest_first")}
        found = world.wired.read_model.ask(
            Question(**named, include_withdrawn=question.include_withdrawn, limit=3, after=after)
        )
        yield found.summaries
        if found.last is None:
            return
        after = found.last


def values(mirror: Mirror, collection: str, name: str) -> list[str]:
    statement = "SELECT DISTINCT value FROM found_by JOIN record USING (row) WHERE collection = ? AND name = ?"
    return [value for (value,) in mirror.query(statement, (collection, name))]


@pytest.mark.parametrize("listed", LISTS, ids=lambda each: each.collection)
def test_one_filter_finds_what_its_list_shows(world: World, listed: PublicList) -> None:
    held, name = 0, listed.collection
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    with mirror:
        for filter_name, index in listed.indexes.items():
            for value in values(mirror, name, filter_name) if filter_name else [""]:
                filters = {filter_name: (value,)} if filter_name else {}
                expected = shown(world, listed, index, keys.list_pk(name, value))
                assert asked(world, Question(name, filters=filters)) == expected, (filter_name, value)
                held += len(expected)
        for filter_name, placed in listed.placed.items():
            for value in values(mirror, name, filter_name):
                expected = shown(world, listed, keys.PLACED, keys.list_pk(placed, value))
                assert asked(world, Question(name, filters={filter_name: (value,)})) == expected, (filter_name, value)
                held += len(expected)
    assert held > 0


@pytest.mark.parametrize("listed", LISTS, ids=lambda each: each.collection)
def test_what_changed_is_found_oldest_change_first_the_withdrawn_among_it(world: World, listed: PublicList) -> None:
    expected = shown(world, listed, keys.ALL_CHANGED, keys.list_pk(listed.collection), forward=True)
    assert asked(world, Question(listed.collection, changed=True, oldest_first=True)) == expected
    assert expected


def test_the_withdrawn_are_found_if_they_are_asked_for(world: World) -> None:
    expected = shown(world, DISCLOSURES, keys.WHOLE_PUBLISHED, keys.list_pk("disclosures"))
    assert asked(world, Question("disclosures", include_withdrawn=True)) == expected
    assert any(b'"gone"' in summary for summary in expected)
    assert not any(b'"gone"' in summary for summary in asked(world, Question("disclosures")))


def test_every_filter_of_a_list_is_a_filter_of_the_read_model() -> None:
    from chalicelib.domain.search import filters_of

    for listed in LISTS:
        named = {name for name in (*listed.indexes, *listed.placed, *listed.changed) if name}
        assert named <= filters_of(listed.collection), listed.collection
