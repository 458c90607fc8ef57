"""What a text may become once it was shown, which steps are on record, and what takes the place of what."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.records import Actor
from chalicelib.errors import ConditionFailedError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.put_act import put_act
from tests.two_persons import PausedError, Pausing
from tests.world import World

CONTENT = {"agency": "bureau", "title": {"zh": "办法"}, "category": "normative_documents", "body": {"zh": "全文"}}
SOURCE: dict[str, Any] = {"source": {"name": "区政府公报"}, "issued_on": "2026-03-01"}
STEP = {"act": "record_step", "held_on": "2026-11-20", "by": {"zh": "法规科"}}


@pytest.fixture
def world() -> World:
    """Return a deployment."""
    return World().init()


def submit(world: World, number: int, act: str = "submit", record_id: str = "d", **content: Any) -> list[str]:
    """Hand a text in, and approve it where that is taken; return the codes of a refusal."""
    path = f"/v1/intake/disclosures/{record_id}/acts/{number}"
    answer = orjson.loads(world.put(path, {"act": act, "content": {**CONTENT, **content}}).body)
    if "errors" not in answer:
        world.approve(record_id, number + 1, answer["sha256"])
    return [error["code"] for error in answer.get("errors", ())]


def send(world: World, number: int, act: dict[str, Any], record_id: str = "d") -> list[str]:
    """Send an act; return the codes of a refusal."""
    answer = orjson.loads(world.put(f"/v1/intake/disclosures/{record_id}/acts/{number}", act).body)
    return [error["code"] for error in answer.get("errors", ())]


def test_a_text_that_was_consulted_as_one_kind_cannot_be_published_as_another(world: World) -> None:
    submit(world, 1)
    opening = {"act": "open_consultation", "last_day": "2026-11-24", "shorter_reason": {"zh": "紧急"}}
    assert send(world, 3, opening) == []
    assert submit(world, 4, "revise", category="plans") == ["category_fixed"]
    assert submit(world, 4, "revise", **SOURCE) == ["source_fixed"]


def test_a_correction_keeps_the_kind_of_what_it_corrects(world: World) -> None:
    world.disclose("d")
    assert submit(world, 4, category="normative_documents") == ["category_fixed"]
    assert submit(world, 4, category="plans") == []


def test_a_text_taken_over_says_when_it_was_issued_and_is_exempt_from_steps(world: World) -> None:
    assert submit(world, 1, source=SOURCE["source"]) == ["source_without_day"]
    assert submit(world, 1, **{**SOURCE, "issued_on": "2027-01-01"}) == ["source_in_the_future"]
    assert submit(world, 1, **SOURCE) == []
    assert send(world, 3, {"act": "publish"}) == []
    world.log()
    assert world.json("/v1/disclosures/d")["decision_steps"] == {"exempt": "published_before"}


def test_each_missing_step_is_a_reason_of_its_own_and_the_last_result_counts(world: World) -> None:
    submit(world, 1)
    assert send(world, 3, {"act": "publish"}) == ["step_missing"] * 3
    assert send(world, 3, {**STEP, "step": "legality_review", "result": "passed"}) == []
    assert send(world, 4, {"act": "publish"}) == ["step_missing"] * 2
    assert send(world, 4, {**STEP, "step": "legality_review", "result": "not_passed"}) == []
    assert send(world, 5, {"act": "publish"}) == ["step_missing"] * 3
    future = {**STEP, "step": "collective_decision", "result": "passed", "held_on": "2026-12-24"}
    assert send(world, 5, future) == ["day_in_the_future"]


def test_a_draft_that_was_adopted_unseen_stays_unseen_until_it_is_published(world: World) -> None:
    submit(world, 1, category="plans")
    assert send(world, 3, {"act": "adopt", "decided_on": "2026-11-20", "by": {"zh": "局务会"}}) == []
    world.log()
    assert world.get("/v1/disclosures/d").status == 404
    assert send(world, 4, {"act": "publish"}) == []
    world.log()
    assert world.json("/v1/disclosures/d")["adoption"]["decided_on"] == "2026-11-20"


def test_texts_for_people_have_the_jurisdictions_own_language(world: World) -> None:
    assert submit(world, 1, body={"en": "Text"}, summary={"en": "Summary"}) == ["own_language_missing"] * 2


# What takes the place of what


def test_a_text_is_superseded_by_another_that_is_published(world: World) -> None:
    world.disclose("d")
    supersede = {"act": "supersede", "reason": {"zh": "新办法"}}
    assert send(world, 4, {**supersede, "by": "d"}) == ["supersedes_itself"]
    assert send(world, 4, {**supersede, "by": "none"}) == ["successor_not_published"]
    world.disclose("e")
    assert send(world, 4, {**supersede, "by": "e"}) == []
    assert send(world, 4, {**supersede, "by": "d"}, "e") == ["successor_not_published"]


def test_two_texts_do_not_take_each_others_place_however_they_race(world: World) -> None:
    world.disclose("d")
    world.disclose("e")
    actor = Actor("k", "guangan", "person:Li", frozenset({"clerk"}))
    principal, records = Principal(actor, dry_run=False), world.wired.records
    pausing = {own: Pausing(records) for own in ("d", "e")}
    for own, by in (("d", "e"), ("e", "d")):
        raw = orjson.dumps({"act": "supersede", "by": by, "reason": {"zh": "新"}})
        with pytest.raises(PausedError):
            put_act("disclosures", own, 4, raw, principal, pausing[own], world.now)
    records.commit(*pausing["d"].taken)
    with pytest.raises(ConditionFailedError):
        records.commit(*pausing["e"].taken)
    assert send(world, 4, {"act": "supersede", "by": "d", "reason": {"zh": "新"}}, "e") == ["successor_not_published"]
