"""What a round and a promised report owe shows by itself: a card of the agency that owes, lifted when it is done."""

from datetime import datetime
from typing import Any

import pytest

from chalicelib.jobs import advance_clocks
from tests.evaluation_world import ANSWER, FEEDBACK, REPORT, EvaluationWorld

ANNOUNCE = {"act": "announce", "content": {**FEEDBACK, "due_on": "2026-12-01"}}


@pytest.fixture
def world() -> EvaluationWorld:
    """Return a county in which a round is published, answers due on 14 December, and a report promised by the 1st."""
    world = EvaluationWorld().begin().published()
    world.act("feedback", "f", 1, ANNOUNCE, "bureau-clerk")
    world.log()
    return world


def cards_at(world: EvaluationWorld, moment: str, rule: str) -> list[dict[str, Any]]:
    """Let it be that moment, run the clock, and return what stands of a rule."""
    world.now = datetime.fromisoformat(moment)
    advance_clocks.run(world.wired)
    world.log()
    items: list[dict[str, Any]] = world.json("/v1/supervision", "limit=100")["items"]
    return [item for item in items if item["rule"] == rule]


def lifted(world: EvaluationWorld, rule: str) -> str:
    """Return why the only card of a rule was lifted."""
    (card,) = (each for each in world.json("/v1/supervision", "stage=lifted")["items"] if each["rule"] == rule)
    return str(world.json(f"/v1/supervision/{card['id']}")["lifted"]["reason"])


def test_who_has_not_answered_a_round_in_time_is_carded_and_the_card_is_lifted_by_the_answer(
    world: EvaluationWorld,
) -> None:
    assert cards_at(world, "2026-12-14T23:59:00+08:00", "answer_evaluation") == []
    (card,) = cards_at(world, "2026-12-15T00:01:00+08:00", "answer_evaluation")
    assert (card["agency"], card["due_on"], card["stage"]) == ("bureau", "2026-12-14", "raised")
    assert (card["subject"], card["of"]) == ({"kind": "evaluation", "id": "q3"}, "bureau")
    world.act("evaluations", "q3", 3, ANSWER, "bureau-clerk")
    assert cards_at(world, "2026-12-15T08:00:00+08:00", "answer_evaluation") == []
    assert lifted(world, "answer_evaluation") == "done"
    assert world.json("/v1/evaluations/q3")["agencies"][0]["answer"]["in_time"] is False


def test_an_answer_that_is_returned_is_owed_anew_by_a_day_of_its_own(world: EvaluationWorld) -> None:
    world.act("evaluations", "q3", 3, ANSWER, "bureau-clerk")
    world.now = datetime.fromisoformat("2026-12-10T09:00:00+08:00")
    world.round(4, "return_answer", agency="bureau", reason={"zh": "不具体"})
    world.log()
    (owed,) = world.json("/v1/evaluations/q3")["unanswered"]
    assert owed == {"agency": "bureau", "answer_by": "2026-12-31"}
    assert cards_at(world, "2026-12-15T00:01:00+08:00", "answer_evaluation") == []
    (card,) = cards_at(world, "2027-01-01T00:01:00+08:00", "answer_evaluation")
    assert card["due_on"] == "2026-12-31"


def test_a_round_that_is_closed_owes_nothing_more_and_no_card_says_that_it_was_done(world: EvaluationWorld) -> None:
    assert len(cards_at(world, "2026-12-15T00:01:00+08:00", "answer_evaluation")) == 1
    world.round(3, "close", reason={"zh": "逾期未答复，评议结束。"})
    assert cards_at(world, "2026-12-15T08:00:00+08:00", "answer_evaluation") == []
    assert lifted(world, "answer_evaluation") == "no_longer_owed"
    assert world.json("/v1/evaluations/q3")["unanswered"] == [{"agency": "bureau", "answer_by": "2026-12-14"}]


def test_a_report_that_was_promised_and_not_given_by_its_day_is_carded_until_it_is_given(
    world: EvaluationWorld,
) -> None:
    assert cards_at(world, "2026-12-01T23:59:00+08:00", "report_feedback") == []
    (card,) = cards_at(world, "2026-12-02T00:01:00+08:00", "report_feedback")
    assert (card["agency"], card["subject"]) == ("bureau", {"kind": "feedback", "id": "f"})
    world.act("feedback", "f", 2, {"act": "report", "report": REPORT}, "bureau-clerk")
    assert cards_at(world, "2026-12-02T08:00:00+08:00", "report_feedback") == []
    assert lifted(world, "report_feedback") == "done"
    assert world.json("/v1/feedback/f")["in_time"] is False
