"""What a rule owes and does not do shows by itself, and is lifted when it is done."""

from typing import Any

import pytest

from tests.rule_world import act_on_rule, publish_rule
from tests.unit.supervision.owing import OwingWorld

REPORTS = {"months": 6, "first_due_on": "2026-12-10"}


@pytest.fixture
def world() -> OwingWorld:
    """Return a deployment that owes nothing yet."""
    return OwingWorld().begin()


def cards(world: OwingWorld) -> list[tuple[str, str, str]]:
    """Return rule, day and stage of every card about a rule."""
    contents = [(state["content"], state["stage"]) for state in world.duty_cards().values()]
    found = [(said["rule"], said["due_on"], stage) for said, stage in contents if said["subject"]["kind"] == "rule"]
    return sorted(found)


def test_a_review_and_a_report_that_are_missed_are_carded_with_the_midnight_and_lifted_when_they_are_done(
    world: OwingWorld,
) -> None:
    publish_rule(world, "r", review_due_on="2026-12-01", execution_report=REPORTS)
    world.at("2026-12-01T23:59:59+08:00").clock()
    assert cards(world) == []
    world.at("2026-12-11T00:00:01+08:00").clock()
    raised = [("rule_execution_report", "2026-12-10", "raised"), ("rule_review", "2026-12-01", "raised")]
    assert cards(world) == raised
    review: dict[str, Any] = {"outcome": "keep", "reason": {"zh": "需要"}, "next_review_due_on": "2028-12-01"}
    act_on_rule(world, "r", 2, "review", **review)
    said = {"period_from": "2026-06-01", "period_to": "2026-12-01", "done": {"zh": "已执行"}}
    act_on_rule(world, "r", 3, "report_execution", **said)
    assert world.clock().lifted == 2
    assert [stage for _, _, stage in cards(world)] == ["lifted", "lifted"]


def test_what_takes_the_place_of_an_overdue_rule_ends_the_duty_to_review_it(world: OwingWorld) -> None:
    publish_rule(world, "old", review_due_on="2026-12-01")
    publish_rule(world, "new", review_due_on="2030-12-01")
    world.at("2026-12-02T00:00:01+08:00").clock()
    assert cards(world) == [("rule_review", "2026-12-01", "raised")]
    act_on_rule(world, "old", 2, "supersede", replaced_by="new")
    world.clock()
    assert [stage for _, _, stage in cards(world)] == ["lifted"]


def test_a_rule_that_lapses_first_is_never_owed_a_review(world: OwingWorld) -> None:
    publish_rule(world, "r", valid_until="2026-11-30", review_due_on="2026-12-01")
    world.at("2027-01-31T00:00:00+08:00").clock()
    assert cards(world) == []
