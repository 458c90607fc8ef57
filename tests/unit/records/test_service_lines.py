"""A service's line is refused where its groups and branches make no graph, or its joint limits do not add up."""

from typing import Any

import pytest

from chalicelib.domain.records import Refusals
from chalicelib.domain.service_line import MOST_BRANCHES, judge_line
from chalicelib.errors import RefusedError


def days(value: int, unit: str = "working_day") -> dict[str, Any]:
    """Return a limit."""
    return {"value": value, "unit": unit}


def step(branch: str | None = None, group: str | None = None, agency: str | None = None, limit: Any = None) -> Any:
    """Return a step."""
    members = {"branch": branch, "group": group, "agency": agency, "limit": limit}
    return {"stage": "review"} | {name: value for name, value in members.items() if value is not None}


JOINT = {"lead": "market", "promised": days(20), "statutory": days(45)}
GOOD = [step("a", "g1", "health", days(5)), step("b", "g1", "fire", days(6)), step("b", "g1", "fire", days(3))]


def refused(steps: list[Any], joint: dict[str, Any] | None = JOINT, **members: Any) -> list[tuple[str, str]]:
    """Return code and pointer of everything that is refused."""
    refusals = Refusals()
    judge_line({"agency": "market", "steps": steps, "joint": joint, **members}, refusals)
    try:
        refusals.settle()
    except RefusedError as error:
        return [(problem.code, problem.pointer or "") for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("steps", "joint"),
    [
        (GOOD, JOINT),
        ([step(), *GOOD, step(), step("c", "g2"), step("d", "g2")], JOINT),
        (GOOD, {"lead": "fire"}),
        ([step(group="g1"), step(group="g1"), step()], None),
        ([], None),
    ],
)
def test_a_line_that_is_a_graph_is_taken(steps: list[Any], joint: dict[str, Any] | None) -> None:
    assert refused(steps, joint) == []


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([*GOOD, step("c")], ("branch_without_group", "/content/steps/3/branch")),
        ([*GOOD, step("c", "g2"), step("a", "g2")], ("branch_in_two_groups", "/content/steps/4/branch")),
        ([*GOOD, step(), step("c", "g1")], ("group_interrupted", "/content/steps/4/group")),
        ([*GOOD, step("a", "g1", "city")], ("branch_of_two_agencies", "/content/steps/3/agency")),
        ([*GOOD, step("a", "g1", limit=days(9, "day"))], ("branch_of_two_units", "/content/steps/3/limit")),
        ([*GOOD, step(None, "g1")], ("step_without_branch", "/content/steps/3/branch")),
        ([*GOOD, step("c", "g1", limit=days(46))], ("branch_longer_than_joint", "/content/steps/3/limit")),
        ([step()], ("joint_without_branches", "/content/steps")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_line_that_is_no_graph_is_refused_and_the_place_is_named(steps: list[Any], expected: tuple[str, str]) -> None:
    assert refused(steps) == [expected]


def test_branches_are_joint_handling_and_have_a_lead_of_their_own() -> None:
    assert refused(GOOD, None) == [("branch_without_joint", "/content/joint")]
    assert refused(GOOD, {**JOINT, "lead": "stranger"}) == [("lead_not_in_line", "/content/joint/lead")]


def test_the_joint_promise_is_not_longer_than_the_law() -> None:
    wrong = [("promise_longer_than_statutory", "/content/joint/promised")]
    assert refused(GOOD, {**JOINT, "promised": days(46)}) == wrong
    assert refused(GOOD, {"lead": "market", "promised": days(31)}, limits={"statutory": days(30)}) == wrong


def test_there_are_not_endless_branches() -> None:
    most = [step(f"b{number}", "g1") for number in range(MOST_BRANCHES)]
    assert refused(most) == []
    assert refused([*most, step("more", "g1")]) == [("too_many_branches", "/content/steps")]
