"""Evaluation rounds and feedback over HTTP: what is public, who may say what, a number that is taken, a sample redrawn."""

import ast
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from chalicelib.domain.codes import sentences
from chalicelib.jobs import rebuild
from chalicelib.routes.openapi.examples import examples
from tests.evaluation_world import ANSWER, FEEDBACK, FINDING, REPORT, ROUND, SEED, EvaluationWorld, found, sample
from tests.http.test_answers_as_described import hold

PATH = "/v1/intake/evaluations/q3/acts"


@pytest.fixture(scope="module")
def begun() -> tuple[EvaluationWorld, object]:
    """Return a county and how it was."""
    world = EvaluationWorld().begin()
    return world, world.save()


@pytest.fixture
def world(begun: tuple[EvaluationWorld, object]) -> EvaluationWorld:
    """Return the county as it was."""
    world, saved = begun
    world.put_back(saved)
    return world


def codes(answer: Any) -> list[str]:
    """Return the codes of a refusal."""
    return [error["code"] for error in orjson.loads(answer.body)["errors"]]


def listed(world: EvaluationWorld, query: str = "", collection: str = "evaluations") -> list[str]:
    """Return the ids of a list."""
    return [item["id"] for item in world.json(f"/v1/{collection}", query)["items"]]


def test_a_round_shows_findings_answer_and_what_is_unanswered_act_by_act(world: EvaluationWorld) -> None:
    world.published().log()
    shown = world.json("/v1/evaluations/q3")
    assert shown["stage"] == "findings_published"
    assert shown["unanswered"] == [{"agency": "bureau", "answer_by": "2026-12-14"}]
    assert [each["standing"] for each in shown["agencies"]] == ["unanswered", "no_findings"]
    world.act("evaluations", "q3", 3, ANSWER, "bureau-clerk")
    world.round(4, "return_answer", agency="bureau", reason={"zh": "措施不具体"})
    world.act("evaluations", "q3", 5, ANSWER, "bureau-clerk")
    world.round(6, "accept_answer", agency="bureau")
    world.round(7, "close")
    world.log()
    shown = world.json("/v1/evaluations/q3")
    assert (shown["stage"], shown["version"], "unanswered" in shown) == ("closed", 7, False)
    bureau = shown["agencies"][0]
    assert (bureau["standing"], bureau["answer"]["in_time"]) == ("accepted", True)
    assert bureau["returned"]["reason"] == {"zh": "措施不具体"}
    assert world.json("/v1/evaluations/q3/versions/4")["unanswered"] == [
        {"agency": "bureau", "answer_by": "2026-12-14"}
    ]
    assert len(world.json("/v1/evaluations/q3/versions")["items"]) == 7
    names = [entry["name"] for entry in world.json("/v1/changes", "kind=evaluation")["items"]]
    assert names == [
        "announce",
        "publish_findings",
        "answer",
        "return_answer",
        "answer",
        "accept_answer",
        "close",
    ]
    assert rebuild.run(world.wired).differing == ()


def test_rounds_are_found_by_organiser_by_who_is_evaluated_and_by_stage(world: EvaluationWorld) -> None:
    world.published()
    other = {**ROUND, "agency": "guangan", "agencies": ["culture", "other"]}
    world.act("evaluations", "q4", 1, {"act": "announce", "content": other}, "root-evaluator")
    world.log()
    assert listed(world) == ["q4", "q3"]
    assert listed(world, "agency=audit") == ["q3"]
    assert listed(world, "evaluated=culture") == ["q4", "q3"]
    assert listed(world, "evaluated=bureau") == ["q3"]
    assert listed(world, "evaluated=audit") == []
    assert listed(world, "stage=announced") == ["q4"]
    assert listed(world, "jurisdiction=guangan") == ["q4", "q3"]
    assert listed(world, "updated_since=2026-11-01") == ["q3", "q4"]
    world.index()
    assert listed(world, "evaluated=bureau&stage=announced") == []
    assert listed(world, "evaluated=culture,bureau&stage=announced") == ["q4"]
    first = world.json("/v1/evaluations", "evaluated=culture&limit=1")
    assert listed(world, f"evaluated=culture&limit=1&cursor={first['next']}") == ["q3"]


def test_a_round_that_is_withdrawn_leaves_the_lists_and_keeps_its_versions(world: EvaluationWorld) -> None:
    world.published()
    world.round(3, "withdraw", reason={"zh": "样本有误"})
    world.log()
    assert listed(world) == listed(world, "evaluated=bureau") == listed(world, "agency=audit") == []
    assert listed(world, "stage=withdrawn") == ["q3"]
    shown = world.json("/v1/evaluations/q3")
    assert shown["withdrawn"]["reason"] == {"zh": "样本有误"}
    assert "agencies" not in shown
    assert world.json("/v1/evaluations/q3/versions/2")["agencies"][0]["findings"] == [FINDING]


# Who may say what


def test_only_an_evaluator_of_the_organiser_says_what_is_found(world: EvaluationWorld) -> None:
    announce = {"act": "announce", "content": ROUND}
    assert codes(world.put(f"{PATH}/1", announce, "audit-clerk")) == ["role_missing"]
    assert codes(world.put(f"{PATH}/1", announce, "bureau-clerk")) == ["other_agency"]
    assert codes(world.put(f"{PATH}/1", announce, "root-clerk")) == ["role_missing"]
    answer = world.put(f"{PATH}/1", announce, "rival-evaluator")
    assert (answer.status, codes(answer)) == (422, ["organiser_not_own", "agency_not_in_scope"])
    world.announce()
    findings = {"act": "publish_findings", "agencies": [found("bureau", FINDING)]}
    assert world.put(f"{PATH}/2", findings, "bureau-clerk").status == 403
    assert codes(world.put(f"{PATH}/2", findings, "rival-evaluator")) == ["organiser_not_own"]
    assert world.put(f"{PATH}/2", findings, "root-evaluator").status == 201


def test_an_agency_answers_for_itself_only_and_whoever_stands_above_it_may(world: EvaluationWorld) -> None:
    world.published()
    for key in ("audit-evaluator", "culture-clerk", "rival-evaluator", "root-evaluator"):
        assert world.put(f"{PATH}/3", ANSWER, key).status == 403, key
    assert codes(world.put(f"{PATH}/3", {**ANSWER, "agency": "culture"}, "culture-clerk")) == [
        "nothing_to_answer",
        "finding_unknown",
    ]
    assert world.put(f"{PATH}/3", ANSWER, "bureau-clerk", dry_run=True).status == 200
    assert world.put(f"{PATH}/3", ANSWER, "root-clerk").status == 201
    assert world.get_signed(f"{PATH}/3", "bureau-clerk").status == 200
    assert world.get_signed(f"{PATH}/2", "bureau-clerk").status == 404


def test_an_agency_whose_number_the_organiser_took_is_told_the_next_and_sends_again(world: EvaluationWorld) -> None:
    world.published()
    title = {**ROUND, "title": {"zh": "三季度评议"}}
    world.round(3, "correct", reason={"zh": "笔误"}, content=title)
    refused = world.put(f"{PATH}/3", ANSWER, "bureau-clerk")
    assert (refused.status, refused.json()["next_act"]) == (409, 4)
    assert world.put(f"{PATH}/3", ANSWER, "culture-clerk").status == 403
    first = world.put(f"{PATH}/4", ANSWER, "bureau-clerk")
    again = world.put(f"{PATH}/4", ANSWER, "bureau-clerk")
    assert (first.status, again.status, first.body) == (201, 200, again.body)
    other = world.put(f"{PATH}/4", {**ANSWER, "after_sha256": "0" * 64}, "bureau-clerk")
    assert (other.status, other.json()["type"]) == (409, "/problems/place-taken")


# The sample


def test_a_stranger_draws_the_sample_again_from_the_public_register(world: EvaluationWorld) -> None:
    index = world.json("/v1/changes", "limit=1000")["items"][-1]["index"] + 3
    world.announce(sample=sample(index))
    world.log()
    for number in range(3):
        world.disclose(f"late-{number}")
        world.log()
    ids = world.drawn(index, "disclosure", 2)
    drawn = {"seed": SEED, "ids": ids}
    world.round(2, "publish_findings", agencies=[found("bureau", FINDING), found("culture")], drawn=drawn)
    world.log()
    shown = world.json("/v1/evaluations/q3")
    assert world.json("/v1/evaluations/q3/versions/1")["register_index"] < shown["sample"]["register_index"]
    assert shown["drawn"]["ids"] == world.drawn(index, "disclosure", 2)
    assert len(ids) == 4
    assert printed_program()(lambda path: world.json(*path.split("?")), "q3") == ids


def printed_program() -> Any:
    """Return the function that docs/evaluations.md prints for strangers."""
    page = (Path(__file__).parents[2] / "docs" / "evaluations.md").read_text("utf-8")
    (program,) = re.findall(r"(?s)```python\n(.*?)```", page)
    names: dict[str, Any] = {}
    exec(program, names)
    return names["redraw"]


def test_every_reason_to_refuse_stands_on_the_page() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs" / "evaluations.md").read_text("utf-8")
    for name in ("evaluations", "feedback"):
        tree = ast.parse((root / "chalicelib" / "domain" / f"{name}.py").read_text("utf-8"))
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
        codes_of = [call.args[1] for call in calls if call.func.attr == "when"]  # type: ignore[attr-defined]
        said = {str(code.value) for code in codes_of if isinstance(code, ast.Constant)}
        assert {code for code in said if f"`{code}`" not in page} == {"act_not_allowed"}


# Feedback


def test_a_report_is_promised_given_and_found_from_what_it_is_about(world: EvaluationWorld) -> None:
    world.published()
    announce = {"act": "announce", "content": FEEDBACK}
    assert world.put("/v1/intake/feedback/f/acts/1", announce, "audit-clerk").status == 403
    world.act("feedback", "f", 1, announce, "bureau-clerk")
    world.log()
    assert world.json("/v1/feedback/f")["stage"] == "announced"
    world.act("feedback", "f", 2, {"act": "report", "report": REPORT}, "bureau-clerk")
    world.log()
    shown = world.json("/v1/feedback/f")
    assert (shown["stage"], shown["in_time"], shown["report"]) == ("reported", True, REPORT)
    for query in ("about=evaluation:q3", "about=disclosure:fund-1", "about=enquiries", "agency=bureau", ""):
        assert listed(world, query, "feedback") == ["f"], query
    for query in ("about=disclosure:fund-2", "about=rule:r", "stage=announced"):
        assert listed(world, query, "feedback") == [], query
    for about in ("disclosure", "case:1", "enquiries:1", "disclosure:"):
        assert world.get("/v1/feedback", f"about={about}").status == 400
    assert rebuild.run(world.wired).differing == ()


def test_a_report_that_is_about_less_after_a_correction_is_found_from_that_only(world: EvaluationWorld) -> None:
    world.published()
    world.act("feedback", "f", 1, {"act": "announce", "content": FEEDBACK}, "bureau-clerk")
    world.log()
    less = {**FEEDBACK, "about": [{"kind": "enquiries"}]}
    correct = {"act": "correct", "reason": {"zh": "笔误"}, "content": less}
    world.act("feedback", "f", 2, correct, "bureau-clerk")
    world.log()
    assert listed(world, "about=evaluation:q3", "feedback") == []
    assert listed(world, "about=enquiries", "feedback") == ["f"]
    assert world.json("/v1/feedback/f")["corrections"][0]["reason"] == {"zh": "笔误"}
    world.act("feedback", "f", 3, {"act": "withdraw", "reason": {"zh": "重复"}}, "bureau-clerk")
    world.log()
    assert listed(world, "about=enquiries", "feedback") == listed(world, "", "feedback") == []
    assert world.json("/v1/feedback/f")["reason"] == {"zh": "重复"}


# What is described


def test_every_answer_is_as_described(world: EvaluationWorld) -> None:
    world.published()
    world.act("evaluations", "q3", 3, ANSWER, "bureau-clerk")
    world.round(4, "return_answer", agency="bureau", reason={"zh": "不具体"})
    world.round(5, "correct", reason={"zh": "笔误"}, content={**ROUND, "title": {"zh": "评议"}})
    announce = {"act": "announce", "content": FEEDBACK}
    for name in ("f", "g"):
        world.act("feedback", name, 1, announce, "bureau-clerk")
    world.act("feedback", "f", 2, {"act": "report", "report": REPORT}, "bureau-clerk")
    world.act("feedback", "g", 2, {"act": "withdraw", "reason": {"zh": "重复"}}, "bureau-clerk")
    other = {**ROUND, "agency": "guangan"}
    world.act("evaluations", "q4", 1, {"act": "announce", "content": other}, "root-evaluator")
    world.act("evaluations", "q4", 2, {"act": "withdraw", "reason": {"zh": "重复"}}, "root-evaluator")
    world.log()
    for collection, ids in (("evaluations", ("q3", "q4")), ("feedback", ("f", "g"))):
        hold(world.get(f"/v1/{collection}"), f"/v1/{collection}")
        hold(world.get(f"/v1/{collection}", "stage=withdrawn"), f"/v1/{collection}")
        for record_id in ids:
            path, template = f"/v1/{collection}/{record_id}", f"/v1/{collection}/{{record_id}}"
            hold(world.get(path), template)
            hold(world.get(f"{path}/versions"), f"{template}/versions")
            for number in (1, 2):
                hold(world.get(f"{path}/versions/{number}"), f"{template}/versions/{{number}}")
    hold(world.get("/v1/evaluations/none"), "/v1/evaluations/{record_id}")


def test_the_examples_are_taken_as_they_stand(world: EvaluationWorld) -> None:
    sent = {model: {name: one["value"] for name, one in found.items()} for model, found in examples().items()}
    for number, (name, key) in enumerate(
        (("announce", "audit-evaluator"), ("publish_findings", "audit-evaluator"), ("answer", "bureau-clerk")), start=1
    ):
        world.act("evaluations", "q3", number, sent["EvaluationAct"][name], key)
    world.act("evaluations", "q3", 4, sent["EvaluationAct"]["close"], "audit-evaluator")
    world.act("feedback", "f", 1, sent["FeedbackAct"]["announce"], "bureau-clerk")
    world.act("feedback", "f", 2, sent["FeedbackAct"]["report"], "bureau-clerk")


def test_every_code_that_a_round_or_a_report_can_hold_has_its_words() -> None:
    from typing import get_args

    from chalicelib.domain.models import evaluation_answers, evaluations, feedback

    stages = ("announced", "findings_published", "closed", "withdrawn")
    for name, values in {
        "evaluation_criterion": get_args(evaluations.Criterion),
        "evaluation_grade": get_args(evaluations.Grade),
        "evaluation_severity": get_args(evaluations.Severity),
        "evaluation_outcome": get_args(evaluations.AnswerOutcome),
        "evaluation_standing": get_args(evaluation_answers.Standing),
        "evaluation_stage": stages,
        "feedback_about": get_args(feedback.FeedbackKind),
        "feedback_channel": get_args(feedback.Channel),
        "feedback_adopted": get_args(feedback.Adopted),
        "feedback_stage": ("announced", "reported", "withdrawn"),
    }.items():
        assert tuple(sentences(name)) == values, name
