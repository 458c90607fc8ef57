"""The life of a round sent twice and in the wrong order, a round of as many agencies as there may be, and random lives
against a small model of who owes an answer."""

import random
from typing import Any

import pytest

from chalicelib.domain.models.evaluations import AGENCIES_MOST
from tests.evaluation_world import ANSWER, FEEDBACK, FINDING, REPORT, ROUND, EvaluationWorld, found

Sent = tuple[str, int, dict[str, Any], str]
LIFE: list[Sent] = [
    ("evaluations/q3", 1, {"act": "announce", "content": ROUND}, "audit-evaluator"),
    ("evaluations/q3", 2, {"act": "publish_findings", "agencies": [found("bureau", FINDING)]}, "audit-evaluator"),
    ("evaluations/q3", 3, ANSWER, "bureau-clerk"),
    ("evaluations/q3", 4, {"act": "publish_findings", "agencies": [found("culture")]}, "root-evaluator"),
    ("evaluations/q3", 5, {"act": "return_answer", "agency": "bureau", "reason": {"zh": "不具体"}}, "audit-evaluator"),
    ("evaluations/q3", 6, ANSWER, "bureau-clerk"),
    ("evaluations/q3", 7, {"act": "accept_answer", "agency": "bureau"}, "audit-evaluator"),
    ("evaluations/q3", 8, {"act": "close"}, "audit-evaluator"),
    ("feedback/f", 1, {"act": "announce", "content": FEEDBACK}, "bureau-clerk"),
    ("feedback/f", 2, {"act": "report", "report": REPORT}, "bureau-clerk"),
    ("feedback/f", 3, {"act": "correct", "reason": {"zh": "笔误"}, "report": REPORT}, "bureau-clerk"),
    ("feedback/f", 4, {"act": "withdraw", "reason": {"zh": "重复"}}, "bureau-clerk"),
    ("evaluations/q3", 9, {"act": "correct", "reason": {"zh": "笔误"}, "content": ROUND}, "audit-evaluator"),
    ("evaluations/q3", 10, {"act": "withdraw", "reason": {"zh": "有误"}}, "audit-evaluator"),
]


@pytest.fixture
def world() -> EvaluationWorld:
    """Return the county."""
    return EvaluationWorld().begin()


def put(world: EvaluationWorld, sent: Sent) -> Any:
    """Send an act."""
    record, number, body, key = sent
    return world.put(f"/v1/intake/{record}/acts/{number}", body, key)


def test_every_act_sent_again_gets_its_receipt_and_other_bytes_at_its_place_a_conflict(world: EvaluationWorld) -> None:
    for place, sent in enumerate(LIFE):
        first = put(world, sent)
        assert first.status == 201, (sent, first.body)
        stored = world.memory.snapshot()
        for earlier in LIFE[: place + 1]:
            assert put(world, earlier).status == 200, earlier
        assert put(world, sent).body == first.body
        record, number, body, key = sent
        other = put(world, (record, number, {**body, "after_sha256": "0" * 64}, key))
        assert other.status == 409, sent
        assert world.memory.snapshot() == stored
    world.log()
    assert world.json("/v1/evaluations/q3")["version"] == 10
    assert world.json("/v1/feedback/f")["version"] == 4


def test_an_act_before_its_turn_is_refused_and_writes_nothing(world: EvaluationWorld) -> None:
    begun: set[str] = set()
    for place, sent in enumerate(LIFE):
        stored = world.memory.snapshot()
        for later in (each for each in LIFE[place + 1 :] if each[0] == sent[0]):
            early = put(world, later).status
            assert early == 409 if later[0] in begun else early in (409, 422), (place, later)
        assert world.memory.snapshot() == stored
        assert put(world, sent).status == 201
        begun.add(sent[0])


def test_a_round_of_as_many_agencies_as_there_may_be_is_shown_and_withdrawn_in_one_commit_each(
    world: EvaluationWorld,
) -> None:
    agencies = [f"office-{number}" for number in range(AGENCIES_MOST)]
    for agency in agencies:
        content = {"name": {"zh": agency}, "level": "department", "parent": "guangan"}
        world.act("agencies", agency, 1, {"act": "register", "content": content})
    content = {**ROUND, "agency": "guangan", "agencies": agencies}
    world.act("evaluations", "all", 1, {"act": "announce", "content": content}, "root-evaluator")
    world.log()
    assert [item["id"] for item in world.json("/v1/evaluations", "evaluated=office-49")["items"]] == ["all"]
    more = {**content, "agencies": [*agencies, "bureau"]}
    refused = world.put("/v1/intake/evaluations/more/acts/1", {"act": "announce", "content": more}, "root-evaluator")
    assert refused.status == 400
    world.act("evaluations", "all", 2, {"act": "withdraw", "reason": {"zh": "重复"}}, "root-evaluator")
    world.log()
    assert world.json("/v1/evaluations", "evaluated=office-49")["items"] == []


MOVES = ("findings", "clean", "answer", "accept", "return", "correct")
OWES = {"awaiting_findings": False, "unanswered": True, "returned": True}
NEXT = {
    ("awaiting_findings", "findings"): "unanswered",
    ("awaiting_findings", "clean"): "no_findings",
    ("unanswered", "answer"): "answered",
    ("returned", "answer"): "answered",
    ("answered", "answer"): "answered",
    ("answered", "accept"): "accepted",
    ("answered", "return"): "returned",
    **{
        (standing, "correct"): "unanswered"
        for standing in ("no_findings", "unanswered", "answered", "accepted", "returned")
    },
}
"""What a move makes of an agency's standing; any other is refused. Written from the page, not from the program."""


def body_of(move: str, agency: str) -> tuple[dict[str, Any], str]:
    """Return the act that a move is, and who sends it."""
    finding = {name: value for name, value in FINDING.items() if name != "about"}
    if move == "answer":
        return {**ANSWER, "agency": agency}, f"{agency}-clerk"
    if move == "correct":
        return {"act": "correct", "reason": {"zh": "更正"}, "agencies": [found(agency, finding)]}, "audit-evaluator"
    if move == "return":
        return {"act": "return_answer", "agency": agency, "reason": {"zh": "不具体"}}, "audit-evaluator"
    if move == "accept":
        return {"act": "accept_answer", "agency": agency}, "audit-evaluator"
    judged = found(agency, *([finding] if move == "findings" else []))
    return {"act": "publish_findings", "agencies": [judged]}, "audit-evaluator"


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_of_a_round_go_as_the_model_says(world: EvaluationWorld, seed: int) -> None:
    chance = random.Random(seed)
    world.announce()
    standing = dict.fromkeys(("bureau", "culture"), "awaiting_findings")
    number = 2
    for _ in range(40):
        agency, move = chance.choice(list(standing)), chance.choice(MOVES)
        body, key = body_of(move, agency)
        answer = world.put(f"/v1/intake/evaluations/q3/acts/{number}", body, key)
        after = NEXT.get((standing[agency], move))
        assert answer.status == (422 if after is None else 201), (standing, agency, move, answer.body)
        standing[agency] = after or standing[agency]
        number += after is not None
    world.log()
    shown = world.json("/v1/evaluations/q3")
    assert shown["version"] == number - 1
    assert {each["agency"]: each["standing"] for each in shown["agencies"]} == standing
    owing = {agency for agency, each in standing.items() if OWES.get(each)}
    assert {each["agency"] for each in shown.get("unanswered", ())} == owing
