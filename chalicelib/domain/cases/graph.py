"""The line of a service (办理流程) as a graph: its steps one after the other, and in a group its branches side by side.

Source: Administrative Licensing Law art. 26 (joint handling, 并联办理); the domain text, "Service and commitment".
Neighbours of one `group` are one part of the line; within it the steps of one `branch` follow one another, so the limit of
a branch is the sum of theirs. What is published is held to this shape by `service_line`; here every list of steps has one.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from chalicelib.domain.cases.records import Step, Words
from chalicelib.domain.clock.records import Limit


class Planned(NamedTuple):
    """A branch as the service has it."""

    id: str
    agency: str | None
    limit: Limit | None
    place: int
    """Of its group in the line."""


class Part(NamedTuple):
    """A part of the line: one step of the case itself, or a group of branches."""

    place: int
    steps: tuple[Step, ...]
    branches: tuple[Planned, ...] = ()


def line_of(steps: Sequence[Step]) -> tuple[Part, ...]:
    """Return the parts of a line in their order."""
    parts: list[Part] = []
    for _, neighbours in groupby(enumerate(steps), key=lambda placed: placed[1].group or placed[0]):
        together = [step for _, step in neighbours]
        place = len(parts)
        branches = tuple(_branch(name, together, place) for name in _each(step.branch for step in together))
        parts.append(Part(place, tuple(together), branches))
    return tuple(parts)


def planned(line: Iterable[Part]) -> dict[str, Planned]:
    """Return the branches of a line by their ids, in its order."""
    found: dict[str, Planned] = {}
    for part in line:
        for branch in part.branches:
            found.setdefault(branch.id, branch)
    return found


def stages_of(line: Iterable[Part]) -> tuple[tuple[str, Words | None], ...]:
    """Return the stages of a line in their order, with the service's own names; of one in a row, and of a group, each once."""
    found: list[tuple[str, list[Step]]] = []
    for part in line:
        for stage in _each(step.stage for step in part.steps):
            own = [step for step in part.steps if step.stage == stage]
            if found and found[-1][0] == stage:
                found[-1][1].extend(own)
            else:
                found.append((stage, own))
    return tuple((stage, steps[0].name if len(steps) == 1 else None) for stage, steps in found)


def positions(line: Iterable[Part]) -> dict[int, tuple[int, int]]:
    """Return for the place of every part where its stages stand among those of the line, the first and the last, from 1."""
    found: dict[int, tuple[int, int]] = {}
    last, count = "", 0
    for part in line:
        stages = _each(step.stage for step in part.steps)
        first = count if stages[0] == last else count + 1
        count, last = first + len(stages) - 1, stages[-1]
        found[part.place] = first, count
    return found


def total(limits: Iterable[Limit | None]) -> Limit | None:
    """Return the sum of limits; None without any, or where they are in units that cannot be added."""
    known = [limit for limit in limits if limit is not None]
    if len({limit.unit for limit in known}) != 1:
        return None
    return Limit(sum(limit.value for limit in known), known[0].unit)


def _branch(name: str, steps: Iterable[Step], place: int) -> Planned:
    own = [step for step in steps if step.branch == name]
    agency = next((step.agency for step in own if step.agency), None)
    return Planned(name, agency, total(step.limit for step in own), place)


def _each(names: Iterable[str | None]) -> tuple[str, ...]:
    """Every name once, in the order of their first appearance."""
    return tuple(dict.fromkeys(name for name in names if name))
