"""The furthest day that can be written and the greatest record that can be sent: nothing stands still, nothing is out of reach."""

from typing import Any

import pytest

from chalicelib.domain.public_view import SUMMARY_LIMIT_BYTES
from chalicelib.jobs import advance_clocks
from chalicelib.usecases.put_act import RECORD_LIMIT_BYTES
from tests.centre_world import open_centre
from tests.evaluation_world import ROUND, scores
from tests.filing_world import ORDERED, FilingWorld
from tests.rule_world import act_on_rule, publish_rule
from tests.world import World

LAST_DAY = "9999-12-31"
PROMISE: dict[str, Any] = {
    "agency": "bureau",
    "title": {"zh": "反馈"},
    "about": [{"kind": "enquiries"}],
    "channels": [{"kind": "website"}],
}


@pytest.mark.parametrize(
    "content",
    [
        {"public_until": LAST_DAY},
        {"cadence": "regular", "schedule": {"series": "s", "next_due_on": LAST_DAY}},
        {"formed_on": "0001-01-01"},
    ],
    ids=["shown for good", "the next of a series", "formed on the first day there is"],
)
def test_the_clock_goes_on_whatever_days_a_disclosure_names(content: dict[str, Any]) -> None:
    world = World().init()
    world.disclose("d", **content)
    world.log()
    for _ in range(2):
        advance_clocks.run(world.wired)
        world.pass_time(days=1)


def test_a_report_may_be_promised_by_the_last_day_there_is() -> None:
    world = World().init()
    act = {"act": "announce", "content": {**PROMISE, "due_on": LAST_DAY}}
    assert world.put("/v1/intake/feedback/f/acts/1", act, "bureau-clerk").status == 201
    world.log()
    advance_clocks.run(world.wired)
    assert world.json("/v1/feedback/f")["due_on"] == LAST_DAY


def test_a_change_that_is_ordered_by_the_last_day_there_is_stops_no_clock() -> None:
    world = FilingWorld().begin()
    assert world.file("guangan").status == 201
    answered = world.answer(world.filing("guangan"), 2, {**ORDERED, "by": LAST_DAY})
    assert answered.status == 201, answered.body
    advance_clocks.run(world.wired)


def test_a_record_is_not_let_grow_beyond_what_can_be_given_out_and_can_still_be_ended() -> None:
    world = World().init()
    publish_rule(world, "r")
    period = {"period_from": "2025-01-01", "period_to": "2025-12-31"}
    report: dict[str, Any] = {
        "act": "report_execution",
        **period,
        "done": {"zh": "办" * 200_000},
        "problems": {"zh": "无" * 100_000},
    }
    for number in range(2, 4):
        act_on_rule(world, "r", number, **report)
    refused = world.put("/v1/intake/rules/r/acts/4", report, "bureau-clerk")
    assert refused.status == 422
    assert [error["code"] for error in refused.json()["errors"]] == ["record_too_large"]
    act_on_rule(world, "r", 4, "repeal", repealed_on="2026-12-31", reason={"zh": "过时"})
    act_on_rule(world, "r", 5, "withdraw", reason={"zh": "误录"})
    world.log()
    assert 1_500_000 < len(world.get("/v1/rules/r").body) < RECORD_LIMIT_BYTES + 10_000


def test_what_changed_between_two_versions_of_the_greatest_record_can_be_given_out() -> None:
    world = World().init()
    world.key("evaluator", "guangan", "Jin", ["evaluator"])
    agencies = [f"a{number}" for number in range(12)]
    for agency in agencies:
        content = {"name": {"zh": "局"}, "level": "department", "parent": "guangan"}
        world.act("agencies", agency, 1, {"act": "register", "content": content})
    announced = {"act": "announce", "content": {**ROUND, "agency": "guangan", "agencies": agencies}}
    world.act("evaluations", "e", 1, announced, "evaluator")
    number = 2
    published: list[list[str]] = []
    while number < 6:
        judged = agencies[number * 3 - 6 : number * 3 - 3]
        if send_findings(world, number, judged, "缺", act="publish_findings") != 201:
            break
        number, published = number + 1, [*published, judged]
    for judged in published:
        assert send_findings(world, number, judged, "误", act="correct", reason={"zh": "更正"}) == 201
        number += 1
    world.log()
    assert world.get(f"/v1/evaluations/e/versions/{number - 1}", f"diff={len(published) + 1}").status == 200


def send_findings(world: World, number: int, agencies: list[str], word: str, **act: Any) -> int:
    """Send a hundred of the longest findings of each agency; return the status."""
    text = {"zh": word * 500, "en": word * 500}
    finding = {"criterion": "truthfulness", "severity": "minor", "text": text}
    findings = [{**finding, "id": f"f{place}"} for place in range(100)]
    judged = [{"agency": agency, "scores": scores(), "findings": findings} for agency in agencies]
    return world.put(f"/v1/intake/evaluations/e/acts/{number}", {**act, "agencies": judged}, "evaluator").status


def test_the_summary_of_a_centre_with_the_longest_name_and_address_fits_its_place() -> None:
    world = World().init()
    longest = {"zh": "长" * 500, "en": "长" * 500}
    open_centre(world, "c" * 64, name=longest, address=longest, windows=[], payment={})
    world.log()
    stored = [
        item["summary"]
        for key, item in world.memory.items.items()
        if key.pk == f"centre#{'c' * 64}" and "summary" in item
    ]
    assert stored
    assert max(len(each) for each in stored if isinstance(each, bytes)) <= SUMMARY_LIMIT_BYTES
