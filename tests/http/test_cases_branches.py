"""Who may write of a joint case: each agency its own branch and no more, whatever it sends and in whatever form."""

from itertools import product
from typing import Any

import pytest

from tests.case_world import happened, outcomes, registered
from tests.joint_world import RESTAURANT, JointWorld

AT = "2026-11-24T10:00:00+08:00"
ACCEPTED = {"event": "accepted", "occurred_at": "2026-11-23T10:00:00+08:00"}
ROLES = ("market-clerk", "root-clerk", "health-clerk", "fire-clerk", "brigade-clerk", "station-clerk", "bureau-clerk")
OVER_THE_CASE = ("market-clerk", "root-clerk")


def of_branch(branch: str, name: str = "decided", **members: Any) -> dict[str, Any]:
    """Return an event of a branch."""
    outcome = {"outcome": "granted"} if name == "decided" else {}
    return {"event": name, "occurred_at": AT, "branch": branch, **outcome, **members}


@pytest.fixture(scope="module")
def prepared() -> tuple[JointWorld, object]:
    """Return a deployment with a case; the fire brigade lies below a fire service that has keys as well."""
    world = JointWorld()
    world.begin()
    for agency, parent in (("brigade", "guangan"), ("station", "brigade"), ("kitchen", "guangan")):
        content = {"name": {"zh": agency}, "level": "department", "parent": parent}
        world.act("agencies", agency, 1, {"act": "register", "content": content})
        world.key(f"{agency}-clerk", agency, agency, ["clerk"])
    world.key("health-approver", "health", "Wu", ["approver"])
    world.key("bureau-reader", "bureau", "Xu", ["approver"])
    steps = [{**step, "agency": "station"} if step.get("branch") == "fire" else step for step in RESTAURANT["steps"]]
    open_ = {"stage": "review", "group": "g1", "branch": "open"}
    steps = [*steps[:5], open_, *steps[5:]]
    world.act("services", "joint", 1, {"act": "publish", "content": {**RESTAURANT, "steps": steps}}, "market-clerk")
    assert world.register("c1", key="market-clerk", service="joint").status == 201
    assert world.event("c1", "e1", ACCEPTED, "market-clerk").status == 201
    return world, world.save()


@pytest.fixture
def world(prepared: tuple[JointWorld, object]) -> JointWorld:
    """Return the deployment as it was prepared."""
    world, saved = prepared
    world.put_back(saved)
    return world


WRITES: dict[str, dict[str, Any]] = {
    "of the case": {"event": "visited", "occurred_at": AT},
    "its decision": {"event": "decided", "occurred_at": AT, "outcome": "granted"},
    "health's": of_branch("health"),
    "health's opening": of_branch("health", "branch_opened"),
    "health's opening for itself": of_branch("health", "branch_opened", agency="health"),
    "health's opening for another": of_branch("health", "branch_opened", agency="bureau"),
    "health's correction": {"event": "corrected_event", "occurred_at": AT, "corrects": "e1", "branch": "health"},
    "fire's": of_branch("fire"),
    "of a branch without an agency": of_branch("open"),
    "of an unknown branch": of_branch("nobody"),
    "a correction of the case": {"event": "corrected_event", "occurred_at": AT, "corrects": "e1"},
}
ALLOWED = {
    "health-clerk": {"health's", "health's opening", "health's opening for itself", "health's correction"},
    "station-clerk": {"fire's"},
    "brigade-clerk": {"fire's"},
}
MATRIX = list(product(ROLES, WRITES))


@pytest.mark.parametrize(("key", "what"), MATRIX, ids=lambda value: value)
def test_each_agency_writes_its_own_branch_and_no_more(world: JointWorld, key: str, what: str) -> None:
    allowed = key in OVER_THE_CASE or what in ALLOWED.get(key, ())
    before = world.memory.snapshot()
    assert world.event("c1", "x1", WRITES[what], key).status == (201 if allowed else 403)
    if not allowed:
        assert world.memory.snapshot() == before
    batch = world.batch([happened("c1", "x2", WRITES[what])], key)
    assert outcomes(batch) == [("stored", [])] if allowed else outcomes(batch) == [("refused", ["forbidden"])]


@pytest.mark.parametrize("key", ["health-clerk", "station-clerk", "brigade-clerk", "kitchen-clerk"])
def test_nobody_but_the_cases_own_agency_registers_issues_codes_or_reads(world: JointWorld, key: str) -> None:
    world.event("c1", "o1", of_branch("open", "branch_opened", agency="kitchen"), "market-clerk")
    assert world.register("c2", key=key, service="joint").status == 403
    assert world.register("c1", key=key, service="joint").status == 403
    assert world.code("c1", 1, {}, key).status == 403
    assert world.get_signed("/v1/intake/cases/c1", key).status == 404
    assert world.get_signed("/v1/intake/cases/c1/events/e1", key).status == 404
    assert world.get_signed("/v1/intake/cases/c1/events/none", key).status == 404
    assert outcomes(world.batch([registered("c3", service="joint")], key)) == [("refused", ["forbidden"])]


def test_an_agency_that_only_an_opening_by_the_lead_names_writes_once_it_is_named(world: JointWorld) -> None:
    mine = of_branch("open")
    assert world.event("c1", "x1", mine, "kitchen-clerk").status == 403
    opening = of_branch("open", "branch_opened", agency="kitchen")
    assert world.event("c1", "o1", opening, "kitchen-clerk").status == 403, "nobody names itself"
    assert world.event("c1", "o1", opening, "market-clerk").status == 201
    assert world.event("c1", "x1", mine, "kitchen-clerk").status == 201
    assert world.event("c1", "x2", of_branch("health"), "kitchen-clerk").status == 403
    undone = {"event": "corrected_event", "occurred_at": AT, "corrects": "o1"}
    assert world.event("c1", "k1", undone, "market-clerk").status == 201
    assert world.event("c1", "x3", mine, "kitchen-clerk").status == 403, "named no longer"


def test_a_branch_appoints_nobody_and_undoes_nothing_of_the_lead(world: JointWorld) -> None:
    world.event("c1", "o1", of_branch("health", "branch_opened"), "market-clerk")
    named = of_branch("health", "branch_opened", agency="kitchen")
    swapped = {"event": "corrected_event", "occurred_at": AT, "corrects": "o1", "branch": "health"}
    assert world.event("c1", "x1", {**swapped, "replacement": named}, "health-clerk").status == 400
    moved = {**swapped, "replacement": of_branch("fire")}
    assert world.event("c1", "x1", moved, "health-clerk").status == 400
    assert world.event("c1", "x1", swapped, "health-clerk").status == 201
    assert world.event("c1", "x2", {**swapped, "corrects": "e1"}, "health-clerk").status == 201
    seen = world.get_signed("/v1/intake/cases/c1", "market-clerk").json()
    refused = [finding["event_id"] for finding in seen["findings"] if finding["code"] == "correction_of_other_branch"]
    assert refused == ["x1", "x2"]
    assert seen["status"]["status"]["code"] == "accepted"
    assert seen["status"]["branches"][0]["status"]["code"] == "opened"


def test_a_branch_agency_reads_the_receipts_of_what_it_sent_and_learns_the_state_of_its_branch(
    world: JointWorld,
) -> None:
    sent = world.event("c1", "x1", of_branch("health"), "health-clerk")
    assert sent.json()["state"] == "decided_granted"
    read = world.get_signed("/v1/intake/cases/c1/events/x1", "health-clerk")
    assert (read.status, read.body) == (200, sent.body)
    again = world.event("c1", "x1", of_branch("health"), "health-clerk")
    assert (again.status, again.body) == (200, sent.body)
    assert world.get_signed("/v1/intake/cases/c1/events/x1", "station-clerk").status == 404
    assert world.get_signed("/v1/intake/cases/c1/events/x1", "market-clerk").status == 200


def test_a_dry_run_of_a_branch_writes_nothing_and_a_key_without_the_role_writes_nothing(world: JointWorld) -> None:
    before = world.memory.snapshot()
    path = "/v1/intake/cases/c1/events/x1"
    assert world.put(path, of_branch("health"), "health-clerk", dry_run=True).status == 200
    assert world.put(path, of_branch("health"), "health-approver").status == 403
    assert world.memory.snapshot() == before


def test_what_an_agency_with_a_branch_cannot_send_right_is_told_why(world: JointWorld) -> None:
    assert world.event("c1", "x1", {"event": "decided", "branch": "health"}, "health-clerk").status == 400
    assert world.event("c1", "x1", {"event": "decided", "branch": "health"}, "bureau-clerk").status == 403
