"""Branch and joint clocks against a naive day walker over random joint cases; every explanation added up by a stranger.

CASES and SEED may be raised and changed for a longer run; 0 differences are allowed.
"""

import json
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from chalicelib.domain.cases.records import CaseEvent
from chalicelib.domain.codes import sentences
from tests.unit.cases.builders import at, folded, status, terms
from tests.unit.cases.naive_joint import VECTORS, events_of, find, random_joint, service_of, vectors
from tests.unit.clock.readd import readd

SEED = 20261126
CASES = 600
STORED: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))


def shown(service: Mapping[str, Any], events: list[dict[str, Any]], today: str) -> dict[str, Any]:
    """Return the status at noon of a day."""
    sent = [
        CaseEvent(each["event_id"], "bureau", {k: v for k, v in each.items() if k != "event_id"}) for each in events
    ]
    return status(folded(sent, terms(**service), at(today)), at(today))


def found(view: dict[str, Any]) -> dict[str, Any]:
    """Return of a status what the walk finds."""
    branches = view["branches"]
    consented = [branch for branch in branches if branch["status"]["code"] == "consented"]
    return {
        "due_on": view["deadline"].get("due_on"),
        "statutory_due_on": view["deadline"].get("statutory_due_on"),
        "branches": {branch["id"]: branch.get("deadline", {}).get("due_on") for branch in branches},
        "consented": {branch["id"]: branch["status"]["since"][:10] for branch in consented},
        "ends_on": view.get("longest_path", {}).get("ends_on"),
        "blocking": [branch["id"] for branch in branches if branch["blocking"]],
    }


def test_joint_cases_differ_from_a_naive_day_walker_in_nothing() -> None:
    chance = Random(SEED)
    outcomes = []
    for _ in range(CASES):
        joint = random_joint(chance)
        view = shown(service_of(joint), events_of(joint), joint.today.isoformat())
        outcomes.append((joint, found(view), find(joint)))
        hold_explanations(view)
    assert [outcome for outcome in outcomes if outcome[1] != outcome[2]] == []
    assert any(mine["consented"] for _, mine, _ in outcomes)
    assert any(mine["due_on"] is None for _, mine, _ in outcomes), "stopped"
    assert any(len(mine["blocking"]) > 1 for _, mine, _ in outcomes)


def hold_explanations(view: dict[str, Any]) -> None:
    """Add up the deadline of the whole and of every branch."""
    own = sentences("explanation")
    for deadline in (view["deadline"], *(branch.get("deadline", {}) for branch in view["branches"])):
        steps = [step for step in deadline.get("explain", ()) if step["code"] not in own]
        due = deadline.get("due_on") or deadline.get("projected_due_on")
        if steps and due:
            assert readd(steps).isoformat() == due


@pytest.mark.parametrize("vector", STORED, ids=lambda vector: vector["id"])
def test_every_joint_vector_holds(vector: dict[str, Any]) -> None:
    view = shown(vector["service"], vector["events"], vector["today"])
    assert found(view) == vector["expected"]
    hold_explanations(view)


def test_the_vectors_are_what_the_walk_makes() -> None:
    assert vectors() == STORED
