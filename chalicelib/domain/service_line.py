"""The line of a service (办理流程) as it is published: whether its groups and branches make a graph, and its joint limits add up.

Source: Administrative Licensing Law art. 26 and 42. What is held here is what a case's branches rest on (`cases/graph.py`):
a branch lies in one group, a group in one piece, an agency has the whole of a branch, and one unit counts it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from chalicelib.domain.records import Refusals

MOST_BRANCHES = 30
# Upper bounds of a limit in days, to compare a promise with the law where the units differ: it is refused only if it is
# longer however the days fall.
_LONGEST_DAYS = {"hour": 1 / 24, "day": 1, "working_day": 3, "month": 31}
_SHORTEST_DAYS = {"hour": 1 / 24, "day": 1, "working_day": 1, "month": 28}

Limit = Mapping[str, Any]
Steps = Sequence[Mapping[str, Any]]
_Branches = dict[str, list[tuple[int, Mapping[str, Any]]]]
"""The steps of each branch, with their places in the line."""


def promise_is_longer(promised: Limit | None, statutory: Limit | None) -> bool:
    """Return whether a promise is longer than the legal limit, however the days fall."""
    if promised is None or statutory is None:
        return False
    if promised["unit"] == statutory["unit"]:
        return bool(promised["value"] > statutory["value"])
    shortest = promised["value"] * _SHORTEST_DAYS[promised["unit"]]
    return bool(shortest > statutory["value"] * _LONGEST_DAYS[statutory["unit"]])


def judge_line(content: Mapping[str, Any], refusals: Refusals) -> None:
    """Note everything that is wrong with a service's steps and its joint handling."""
    steps: Steps = content.get("steps") or ()
    joint, branches = content.get("joint"), _branches(steps)
    for code, message, place in (*_wrong_steps(steps), *_wrong_branches(branches)):
        refusals.when(bool(code), code, message, f"/content/steps/{place}")
    refusals.when(
        bool(branches) and not joint,
        "branch_without_joint",
        "branches are joint handling: say who leads in `joint`",
        "/content/joint",
    )
    if joint:
        _judge_joint(content, joint, branches, refusals)


def _branches(steps: Steps) -> _Branches:
    """Return the steps of every branch with their places."""
    found: _Branches = {}
    for place, step in enumerate(steps):
        if step.get("branch"):
            found.setdefault(step["branch"], []).append((place, step))
    return found


def _wrong_steps(steps: Steps) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for group, neighbours in groupby(enumerate(steps), key=lambda placed: placed[1].get("group")):
        together = list(neighbours)
        if group is None:
            for place, step in together:
                if step.get("branch"):
                    yield "branch_without_group", "a branch lies in a group of parallel steps", f"{place}/branch"
            continue
        if group in seen:
            yield "group_interrupted", "the steps of a group are neighbours", f"{together[0][0]}/group"
        seen.add(group)
        named = [bool(step.get("branch")) for _, step in together]
        for place, _ in together if any(named) else ():
            if not steps[place].get("branch"):
                yield "step_without_branch", "in a group with branches every step is of one", f"{place}/branch"


def _wrong_branches(branches: _Branches) -> Iterator[tuple[str, str, str]]:
    for steps in branches.values():
        first = steps[0][1]
        agency = next((step["agency"] for _, step in steps if step.get("agency")), None)
        unit = next((step["limit"]["unit"] for _, step in steps if step.get("limit")), None)
        for place, step in steps:
            if step.get("group") and first.get("group") and step["group"] != first["group"]:
                yield "branch_in_two_groups", "a branch lies in one group", f"{place}/branch"
            if step.get("agency") and step["agency"] != agency:
                yield "branch_of_two_agencies", "one agency has the whole of a branch", f"{place}/agency"
            if step.get("limit") and step["limit"]["unit"] != unit:
                yield "branch_of_two_units", "the limits of a branch are in one unit", f"{place}/limit"


def _judge_joint(content: Mapping[str, Any], joint: Mapping[str, Any], branches: _Branches, refusals: Refusals) -> None:
    limits = content.get("limits") or {}
    statutory = joint.get("statutory") or limits.get("statutory")
    agencies = {content["agency"], *(step.get("agency") for step in content.get("steps") or ())}
    refusals.when(
        joint["lead"] not in agencies,
        "lead_not_in_line",
        "the lead is the service's own agency or that of one of its steps",
        "/content/joint/lead",
    )
    refusals.when(not branches, "joint_without_branches", "joint handling has branches", "/content/steps")
    refusals.when(
        len(branches) > MOST_BRANCHES, "too_many_branches", f"at most {MOST_BRANCHES} branches", "/content/steps"
    )
    refusals.when(
        promise_is_longer(joint.get("promised") or limits.get("promised"), statutory),
        "promise_longer_than_statutory",
        "the promised joint limit is longer than the statutory one",
        "/content/joint/promised",
    )
    for id_, steps in branches.items():
        refusals.when(
            promise_is_longer(_whole(step.get("limit") for _, step in steps), statutory),
            "branch_longer_than_joint",
            f"the branch {id_} is given longer than the law gives the whole",
            f"/content/steps/{steps[0][0]}/limit",
        )


def _whole(limits: Iterable[Limit | None]) -> Limit | None:
    """Return the sum of a branch's limits; None without any, or in two units, which is said elsewhere."""
    known = [limit for limit in limits if limit]
    units = {limit["unit"] for limit in known}
    return {"value": sum(limit["value"] for limit in known), "unit": units.pop()} if len(units) == 1 else None
