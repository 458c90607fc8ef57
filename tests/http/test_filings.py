"""Filings over HTTP: a text is filed, its receivers answer on their own number lines, what is missing shows."""

from itertools import product
from typing import Any

import pytest

from chalicelib.domain.codes import code_list
from chalicelib.domain.disclosures import NOUN as DISCLOSURES
from chalicelib.domain.filings import ANSWERS, NOUN, duties, receiver_kind
from chalicelib.domain.models import filings as models
from chalicelib.domain.records import Ref
from chalicelib.jobs import rebuild
from chalicelib.routes import filings as routes
from chalicelib.routes.openapi.examples import examples
from tests.filing_world import CAME_IN, ORDERED, REGISTERED, RETURNED, FilingWorld
from tests.hearing_world import refused
from tests.http.test_answers_as_described import hold


@pytest.fixture(scope="module")
def built() -> tuple[FilingWorld, object]:
    """Return a deployment with a published text, and what is stored."""
    world = FilingWorld().begin()
    return world, world.save()


@pytest.fixture
def world(built: tuple[FilingWorld, object]) -> FilingWorld:
    """Return the deployment as it was built."""
    world, saved = built
    world.put_back(saved)
    world.number = 4
    return world


# Filing


def test_a_filing_is_a_record_of_each_receiver_and_the_text_names_it(world: FilingWorld) -> None:
    filed = world.file("guangan", "group")
    assert filed.status == 201
    name = world.filing("guangan")
    assert len(name) <= 64
    filing = world.json(f"/v1/filings/{name}")
    assert (filing["kind"], filing["stage"], filing["disclosure"], filing["of_version"]) == ("filing", "filed", "t", 1)
    assert (filing["agency"], filing["receiver"], filing["receiver_kind"]) == ("bureau", "guangan", "superior")
    assert filing["filed_at"] == filed.json()["received_at"]
    assert filing["answer_by"] == "2026-12-23"
    assert world.json(f"/v1/filings/{world.filing('group')}")["receiver_kind"] == "same_level"
    hold(world.get(f"/v1/filings/{name}"), "/v1/filings/{record_id}")
    hold(world.get("/v1/disclosures/t"), "/v1/disclosures/{record_id}")
    assert rebuild.run(world.wired).differing == ()


def test_what_a_receiver_is_follows_from_where_both_stand() -> None:
    assert receiver_kind(["p"], ["p", "c", "b"]) == "superior"
    assert receiver_kind(["p", "c"], ["p", "c", "b"]) == "superior"
    assert receiver_kind(["p", "c", "g"], ["p", "c", "b"]) == "same_level"
    assert receiver_kind(["p", "g"], ["p"]) == "same_level"  # a root has its leading group just below it
    assert receiver_kind(["p", "d", "g"], ["p", "c", "b"]) == "other"
    assert receiver_kind(["p", "c", "b", "x"], ["p", "c", "b"]) == "other"
    assert receiver_kind(["q"], ["p", "c"]) == "other"


def test_nobody_files_with_itself_with_nobody_or_with_one_who_has_ended(world: FilingWorld) -> None:
    gone = {"name": {"zh": "旧局"}, "level": "department", "parent": "guangan"}
    world.act("agencies", "gone", 1, {"act": "register", "content": gone})
    world.act("agencies", "gone", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    before = world.memory.snapshot()
    assert refused(world.file("bureau", "nobody", "gone")) == [
        ("receiver_is_sender", "/receivers/0"),
        ("receiver_unknown", "/receivers/1"),
        ("receiver_dissolved", "/receivers/2"),
    ]
    assert world.file("group", "group").status == 400
    assert world.memory.snapshot() == before


def test_a_text_is_filed_once_anew_when_it_was_returned_and_anew_when_it_was_corrected(world: FilingWorld) -> None:
    world.file("guangan")
    first = world.filing("guangan")
    assert refused(world.file("guangan")) == [("already_filed", "/receivers")]
    world.answer(first, 2, CAME_IN)
    assert refused(world.file("group", "guangan")) == [("already_filed", "/receivers")]
    world.answer(first, 3, RETURNED)
    assert world.file("guangan").status == 201
    second = world.filing("guangan")
    shown = world.json(f"/v1/filings/{first}")
    assert (shown["stage"], shown["replaced"]["by"], shown["replaced"]["because"]) == ("replaced", second, "returned")
    hold(world.get(f"/v1/filings/{first}"), "/v1/filings/{record_id}")
    assert refused(world.answer(first, 5, REGISTERED)) == [("answer_not_allowed", "/answer")]
    world.answer(second, 2, REGISTERED)
    assert refused(world.file("guangan")) == [("already_filed", "/receivers")]
    world.correct()
    assert world.file("guangan").status == 201
    third = world.filing("guangan")
    assert world.json(f"/v1/filings/{second}")["replaced"]["because"] == "corrected"
    assert len({first, second, third}) == 3


# Answering


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("root-receiver", 201),  # of the receiver
        ("scoped-receiver", 201),  # of another, whose scope holds the agency that filed
        ("group-receiver", 403),  # of a receiver of something else
        ("bureau-receiver", 403),  # of the agency that filed
        ("root-clerk", 403),  # of the receiver, without the role
        ("bureau-clerk", 403),
    ],
)
def test_the_receiver_answers_or_whose_scope_holds_who_filed_and_never_who_filed(
    world: FilingWorld, key: str, status: int
) -> None:
    world.file("guangan")
    name = world.filing("guangan")
    before = world.memory.snapshot()
    assert world.answer(name, 2, REGISTERED, key, dry_run=True).status == (200 if status == 201 else status)
    assert world.memory.snapshot() == before
    assert world.answer(name, 2, REGISTERED, key).status == status


def test_an_agency_above_its_receiver_does_not_answer_its_own_filing(world: FilingWorld) -> None:
    """The root files with a group below it: its keys may act for the group, and still not on this."""
    submitted = {"act": "submit", "content": {**_text(), "agency": "guangan"}}
    receipt = world.act("disclosures", "u", 1, submitted)
    world.approve("u", 2, receipt["sha256"])
    world.act("disclosures", "u", 3, {"act": "publish"})
    world.act("disclosures", "u", 4, {"act": "file_upward", "receivers": ["group"]})
    world.log()
    (filed,) = world.json("/v1/disclosures/u")["filings"]
    assert filed["receiver_kind"] == "same_level"
    assert refused(world.answer(filed["filing"], 2, REGISTERED)) == [("own_filing", "/act")]
    assert world.answer(filed["filing"], 2, REGISTERED, "group-receiver").status == 201


def _text() -> dict[str, Any]:
    return {"title": {"zh": "办法"}, "category": "plans", "body": {"zh": "全文"}}


def test_every_answer_stays_and_the_number_line_of_the_text_is_not_taken(world: FilingWorld) -> None:
    world.file("guangan")
    name = world.filing("guangan")
    for number, answer in enumerate((CAME_IN, ORDERED, REGISTERED), start=2):
        assert world.answer(name, number, answer).status == 201
    world.log()
    filing = world.json(f"/v1/filings/{name}")
    assert [each["answer"] for each in filing["answers"]] == ["received", "change_ordered", "registered"]
    assert (filing["answers"][1]["by"], filing["answers"][2]["number"]) == ("2026-12-25", "广备〔2026〕7号")
    assert world.send({"act": "submit", "content": {**_text(), "agency": "bureau"}}).status == 201
    hold(world.get(f"/v1/filings/{name}"), "/v1/filings/{record_id}")
    assert world.get_signed(f"/v1/intake/filings/{name}/acts/2", "root-receiver").status == 200
    assert world.get_signed(f"/v1/intake/filings/{name}/acts/1", "bureau-clerk").status == 200


@pytest.mark.parametrize(
    ("stage", "answer"), list(product(ANSWERS, ("received", "registered", "returned", "change_ordered")))
)
def test_every_answer_is_allowed_or_refused_as_the_table_says(world: FilingWorld, stage: str, answer: str) -> None:
    world.file("guangan")
    name, number = world.filing("guangan"), 2
    bodies = {"received": CAME_IN, "registered": REGISTERED, "returned": RETURNED, "change_ordered": ORDERED}
    if stage == "replaced":
        world.answer(name, 2, RETURNED)
        world.file("guangan")
        number = 4
    elif stage == "ended":
        world.send({"act": "withdraw", "reason": {"zh": "作废"}})
        number = 3
    elif stage != "filed":
        world.answer(name, 2, bodies[stage])
        number = 3
    sent = world.answer(name, number, bodies[answer])
    assert sent.status == (201 if answer in ANSWERS[stage] else 422)
    if sent.status == 422:
        assert refused(sent) == [("answer_not_allowed", "/answer")]


@pytest.mark.parametrize("because", ["withdrawn", "superseded"])
def test_filings_end_with_their_text_and_nothing_more_is_owed_of_them(world: FilingWorld, because: str) -> None:
    world.file("guangan", "group")
    above, beside = world.filing("guangan"), world.filing("group")
    world.answer(above, 2, RETURNED)
    world.answer(beside, 2, REGISTERED, "group-receiver")
    world.publish("next")
    end = {"withdrawn": {"act": "withdraw"}, "superseded": {"act": "supersede", "by": "next"}}[because]
    assert world.send({**end, "reason": {"zh": "另行制定"}}).status == 201
    world.log()
    for name, stage in ((above, "ended"), (beside, "registered")):
        shown = world.json(f"/v1/filings/{name}")
        assert (shown["stage"], shown["ended"]["because"]) == (stage, because)
        hold(world.get(f"/v1/filings/{name}"), "/v1/filings/{record_id}")
        head = world.wired.records.heads([Ref("filing", name)])[Ref("filing", name)]
        assert duties(name, head.state) == ()
    assert refused(world.answer(above, 4, REGISTERED)) == [("answer_not_allowed", "/answer")]
    assert refused(world.answer(beside, 4, ORDERED, "group-receiver")) == [("answer_not_allowed", "/answer")]
    assert world.json("/v1/filings", "missing=true")["items"] == []


def test_a_text_is_filed_with_no_more_receivers_than_can_be_told_of_its_end_at_once(world: FilingWorld) -> None:
    for number in range(31):
        content = {"name": {"zh": "局"}, "level": "department", "parent": "guangan"}
        world.act("agencies", f"r{number}", 1, {"act": "register", "content": content})
    for first in (0, 10, 20):
        assert world.file(*(f"r{number}" for number in range(first, first + 10))).status == 201
    assert refused(world.file("r30")) == [("too_many_receivers", "/receivers")]
    assert world.send({"act": "withdraw", "reason": {"zh": "作废"}}).status == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"act": "answer_filing", "answer": "registered"}, 400),
        ({"act": "answer_filing", "answer": "returned"}, 400),
        ({**ORDERED, "by": None}, 400),
        ({**CAME_IN, "number": "7"}, 400),
        ({**RETURNED, "reason": {"en": "no"}}, 422),
        ({**RETURNED, "reason": {"zh": "请联系13912345678"}}, 422),
        ({**ORDERED, "by": "2026-11-22"}, 422),
        ({"act": "file", "disclosure": "t", "of_version": 9, "content_sha256": "0" * 64, "agency": "bureau", "receiver": "guangan"}, 403),
        ({"act": "replace", "disclosure": "t", "by": "x", "because": "corrected"}, 403),
        ({"act": "end", "disclosure": "t", "because": "withdrawn"}, 403),
    ],
)  # fmt: skip
def test_an_answer_says_what_it_must_and_nobody_sends_what_only_follows(
    world: FilingWorld, body: dict[str, Any], status: int
) -> None:
    world.file("guangan")
    assert world.answer(world.filing("guangan"), 2, body).status == status


def test_an_answer_to_a_filing_that_is_not_there_is_not_found(world: FilingWorld) -> None:
    assert [world.answer("none", number, CAME_IN).status for number in (1, 2)] == [404, 404]


# What is missing


def ids(world: FilingWorld, query: str) -> list[str]:
    """Return the receivers of a list."""
    return [item["receiver"] for item in world.json("/v1/filings", query)["items"]]


def test_filings_without_an_answer_are_listed_the_earliest_due_first_until_they_are_answered(
    world: FilingWorld,
) -> None:
    world.file("guangan")
    world.pass_time(days=1)
    world.file("group")
    superior, group = world.filing("guangan"), world.filing("group")
    assert ids(world, "") == ["group", "guangan"]
    assert ids(world, "missing=true") == ["guangan", "group"]
    assert ids(world, "missing=true&receiver=group") == ["group"]
    assert ids(world, "missing=true&agency=bureau") == ["guangan", "group"]
    assert ids(world, "missing=true&agency=guangan") == []
    assert ids(world, "missing=true&jurisdiction=guangan") == ["guangan", "group"]
    assert ids(world, "receiver=group") == ["group"]
    first = world.json("/v1/filings", "missing=true&limit=1")
    assert [
        item["receiver"] for item in world.json("/v1/filings", f"missing=true&limit=1&cursor={first['next']}")["items"]
    ] == ["group"]
    world.answer(superior, 2, CAME_IN)  # that it came in answers nothing
    world.answer(group, 2, REGISTERED, "group-receiver")
    world.log()
    assert ids(world, "missing=true") == ["guangan"]
    assert ids(world, "stage=received") == ["guangan"]
    for query in ("missing=true&stage=filed&agency=a,b", "missing=false"):
        assert world.get("/v1/filings", query).status == 400


def test_filings_without_an_answer_are_found_by_filters_together_counted_and_gone_on_from(world: FilingWorld) -> None:
    world.file("guangan")
    world.pass_time(days=1)
    world.file("group")
    world.log()
    world.index()
    assert ids(world, "missing=true&agency=bureau&receiver=group,guangan") == ["guangan", "group"]
    assert ids(world, "missing=true&agency=bureau&receiver=group&jurisdiction=guangan") == ["group"]
    assert ids(world, "missing=true&agency=guangan&subtree=true") == ["guangan", "group"]
    first = world.json("/v1/filings", "missing=true&limit=1&count=true")
    assert first["count"] == {"value": 2, "relation": "exact"}
    assert ids(world, f"missing=true&limit=1&cursor={first['next']}") == ["group"]
    plain = world.json("/v1/filings", "missing=true&limit=1")
    answer = world.get("/v1/filings", f"missing=true&limit=1&count=true&cursor={plain['next']}")
    assert answer.json()["type"] == "/problems/cursor-invalid"


def owed_of(world: FilingWorld, noun: Any, ref: Ref) -> list[tuple[str, str, str | None, str | None]]:
    """Return what is owed of a record now."""
    state = world.wired.records.heads([ref])[ref].state
    return [(duty.rule, duty.of, duty.due_on, duty.agency) for duty in noun.duties(ref.record_id, state)]


def test_the_receiver_owes_an_answer_and_who_filed_owes_what_the_answer_asks_for(world: FilingWorld) -> None:
    world.file("guangan")
    ref = Ref("filing", world.filing("guangan"))
    assert owed_of(world, NOUN, ref) == [("answer_filing", "", "2026-12-23", "guangan")]
    world.answer(ref.record_id, 2, CAME_IN)
    assert owed_of(world, NOUN, ref) == [("answer_filing", "", "2026-12-23", "guangan")]
    world.answer(ref.record_id, 3, ORDERED)
    assert owed_of(world, NOUN, ref) == [("follow_filing_order", "", "2026-12-25", None)]
    world.answer(ref.record_id, 4, RETURNED)
    assert owed_of(world, NOUN, ref) == [("file_upward", "returned", "2026-12-23", None)]
    world.file("guangan")
    assert owed_of(world, NOUN, ref) == []


def test_a_text_owes_a_filing_with_each_sort_of_receiver_of_its_category_and_anew_once_corrected() -> None:
    state: dict[str, Any] = {
        "stage": "published",
        "agency": "bureau",
        "jurisdiction": "guangan",
        "calendar": "cn",
        "time_zone": "Asia/Shanghai",
        "content": {"category": "price_decisions"},
        "final_at": "2026-11-23T02:00:00.000Z",
        "version": 5,
    }

    def owed(**more: Any) -> list[tuple[str, str | None]]:
        duties = DISCLOSURES.duties("t", {**state, **more})  # type: ignore[misc]
        return [(duty.of, duty.due_on) for duty in duties if duty.rule == "file_upward"]

    above = {"receiver": "guangan", "receiver_kind": "superior", "of_version": 5}
    beside = {"receiver": "group", "receiver_kind": "same_level", "of_version": 5}
    assert owed() == [("superior", "2026-12-08"), ("same_level", "2026-12-08")]
    assert owed(filings=[above]) == [("same_level", "2026-12-08")]
    assert owed(filings=[above, beside]) == []
    corrected = {"corrections": [{"version": 7, "at": "2026-12-01T02:00:00.000Z"}], "filings": [above, beside]}
    assert owed(**corrected) == [("superior", "2026-12-16"), ("same_level", "2026-12-16")]
    assert owed(agency="guangan") == [("same_level", "2026-12-08")]
    assert owed(content={"category": "price_decisions", "source": {"name": "x"}}) == []
    assert owed(content={"category": "plans"}) == []
    assert owed(stage="superseded") == []


def test_an_answer_of_the_receiver_is_no_sign_of_life_of_who_filed(world: FilingWorld) -> None:
    filed = world.file("guangan").json()["received_at"]
    name = world.filing("guangan")
    world.pass_time(days=3)
    world.answer(name, 2, REGISTERED)
    world.log()
    (status,) = [each for each in world.json("/v1/status")["items"] if each["agency"] == "bureau"]
    assert status["last_upload_at"][:10] == filed[:10]


def test_code_lists_and_models_and_filters_name_the_same() -> None:
    def codes(name: str) -> list[str]:
        return [entry["code"] for entry in code_list(name).codes]

    assert codes("filing_answer") == list(models.FilingAnswerKind.__args__)  # type: ignore[attr-defined]
    assert codes("filing_receiver") == list(models.ReceiverKind.__args__)  # type: ignore[attr-defined]
    assert codes("filing_stage") == list(routes.STAGES)
    assert set(ANSWERS) == set(routes.STAGES)


def test_the_examples_of_answers_are_taken_as_they_stand(world: FilingWorld) -> None:
    world.file("guangan")
    name = world.filing("guangan")
    for example in examples()["AnswerFiling"].values():
        assert world.answer(name, 2, example["value"], dry_run=True).status == 200
