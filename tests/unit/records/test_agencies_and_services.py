"""Agencies and services: what is refused and why, who may act for whom, and the commitment as it stood."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.completeness import completeness, limits_of_the_whole
from chalicelib.domain.service_line import promise_is_longer
from tests.world import World, public_key_base64


@pytest.fixture
def world() -> World:
    """Return a deployment."""
    return World().init()


def codes(answer: Any) -> list[str]:
    """Return the codes of a refusal."""
    return [error["code"] for error in orjson.loads(answer.body)["errors"]]


def test_a_key_acts_for_its_agency_and_those_below_it_and_for_no_other(world: World) -> None:
    world.act("agencies", "other", 1, {"act": "register", "content": _below("guangan")})
    world.key("other-clerk", "other", "Qian", ["clerk"])
    service = {"act": "publish", "content": _service("bureau")}
    assert world.put("/v1/intake/services/s/acts/1", service, "other-clerk").status == 403
    assert world.put("/v1/intake/services/s/acts/1", service, "root-clerk").status == 201
    assert world.put("/v1/intake/services/s/acts/1", service, "other-clerk").status == 403
    assert world.get_signed("/v1/intake/services/s/acts/1", "other-clerk").status == 404


def test_a_key_without_the_role_is_refused(world: World) -> None:
    answer = world.put(
        "/v1/intake/services/s/acts/1", {"act": "publish", "content": _service("bureau")}, "root-approver"
    )
    assert answer.status == 403
    assert codes(answer) == ["role_missing"]


def test_a_clerk_cannot_make_keys(world: World) -> None:
    body = {"act": "revoke", "reason": "lost"}
    assert world.put("/v1/intake/keys/root-approver/acts/2", body, "root-clerk").status == 403


def test_a_scope_is_given_by_who_stands_above_it(world: World) -> None:
    for agency, parent in (("other", "guangan"), ("child", "bureau")):
        world.act("agencies", agency, 1, {"act": "register", "content": _below(parent)})
    world.key("bureau-keys", "bureau", "Kong", ["keys"])

    def asked(agency: str, scope: list[str], key: str) -> Any:
        body = {"act": "register", "agency": agency, "person": "Lu", "roles": ["supervisor"], "scope": scope}
        return world.put("/v1/intake/keys/new/acts/1", {**body, "public_key": public_key_base64("new")}, key)

    for agency, scope in (("bureau", "other"), ("bureau", "guangan"), ("child", "bureau"), ("bureau", "bureau")):
        answer = asked(agency, ["child", scope], "bureau-keys")
        assert (answer.status, codes(answer)) == (422, ["scope_not_below"]), (agency, scope)
        assert answer.json()["errors"][0]["pointer"] == "/scope/1"
    assert codes(asked("bureau", ["nowhere"], "bureau-keys")) == ["agency_unknown"]
    assert asked("child", ["bureau", "guangan"], "root-keys").status == 201
    world.act("keys", "new", 2, {"act": "revoke", "reason": "done"}, "root-keys")


def test_a_revoked_key_reads_like_an_unknown_one(world: World) -> None:
    world.act("keys", "bureau-clerk", 2, {"act": "revoke", "reason": "lost"}, "root-keys")
    body = {"act": "publish", "content": _service("bureau")}
    revoked = world.put("/v1/intake/services/s/acts/1", body, "bureau-clerk")
    unknown = world.put("/v1/intake/services/s/acts/1", body, "no-such-key")
    assert revoked.status == unknown.status == 401
    assert revoked.body == unknown.body


def test_a_rotated_key_takes_both_halves_until_the_overlap_ends(world: World) -> None:
    from tests.world import public_key_base64

    rotate = {
        "act": "rotate",
        "public_key": public_key_base64("new half"[:3]),
        "overlap_until": "2026-11-23T11:00:00+08:00",
    }
    world.act("keys", "bureau-clerk", 2, rotate, "root-keys")
    assert (
        world.put(
            "/v1/intake/services/s/acts/1", {"act": "publish", "content": _service("bureau")}, "bureau-clerk"
        ).status
        == 201
    )
    world.pass_time(hours=2)
    assert (
        world.put(
            "/v1/intake/services/t/acts/1", {"act": "publish", "content": _service("bureau")}, "bureau-clerk"
        ).status
        == 401
    )


def test_everything_wrong_with_a_service_is_said_at_once(world: World) -> None:
    limits = {"promised": {"value": 9, "unit": "day"}, "statutory": {"value": 5, "unit": "day"}}
    content = {**_service("bureau"), "title": {"en": "Filing"}, "limits": limits}
    answer = world.put("/v1/intake/services/s/acts/1", {"act": "publish", "content": content}, "bureau-clerk")
    assert set(codes(answer)) == {"own_language_missing", "promise_longer_than_statutory"}


def test_a_service_of_an_unknown_agency_is_refused(world: World) -> None:
    answer = world.put("/v1/intake/services/s/acts/1", {"act": "publish", "content": _service("nobody")})
    assert codes(answer) == ["agency_unknown"]


def test_the_commitment_is_read_as_it_stood_on_a_day(world: World) -> None:
    world.service("s", effective_on="2026-01-01", limits=_promised(10))
    world.service("s", 2, "revise", effective_on="2026-06-01", limits=_promised(5))
    world.log()
    for day, value in (("2026-01-01", 10), ("2026-05-31", 10), ("2026-06-01", 5), ("2026-12-31", 5)):
        assert world.json("/v1/services/s", f"as_of={day}")["limits"]["promised"]["value"] == value
    assert world.get("/v1/services/s", "as_of=2025-12-31").status == 404


def test_a_withdrawn_service_leaves_the_lists_keeps_its_versions_and_its_past(world: World) -> None:
    world.service("s", effective_on="2026-01-01", limits=_promised(10))
    world.act("services", "s", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.log()
    assert world.json("/v1/services")["items"] == []
    assert world.json("/v1/services/s")["stage"] == "withdrawn"
    assert world.json("/v1/services/s/versions/1")["stage"] == "published"
    assert world.json("/v1/services/s", "as_of=2026-11-22")["stage"] == "published"
    assert world.json("/v1/services/s", "as_of=2026-11-23")["stage"] == "withdrawn"
    assert world.json("/v1/changes")["items"][-1]["tombstone"] is True


def test_an_agency_keeps_its_parent_and_jurisdiction_for_ever(world: World) -> None:
    moved = {"act": "amend", "content": {**_below("bureau"), "name": {"zh": "局"}}}
    assert "parent_fixed" in codes(world.put("/v1/intake/agencies/bureau/acts/2", moved))


def test_nobody_but_the_operator_opens_a_jurisdiction(world: World) -> None:
    content = {"name": {"zh": "甲"}, "level": "city", "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn"}}
    answer = world.put("/v1/intake/agencies/new/acts/1", {"act": "register", "content": content})
    assert codes(answer) == ["agency_unknown"]


def test_an_agency_that_has_ended_offers_nothing_new(world: World) -> None:
    world.act("agencies", "bureau", 2, {"act": "dissolve", "reason": {"zh": "撤销"}})
    answer = world.put("/v1/intake/services/s/acts/1", {"act": "publish", "content": _service("bureau")})
    assert codes(answer) == ["agency_dissolved"]


units = st.sampled_from(["hour", "day", "working_day", "month"])
limits = st.builds(lambda value, unit: {"value": value, "unit": unit}, st.integers(0, 400), units)


@given(limits, limits)
@settings(derandomize=True)
def test_two_limits_are_never_each_longer_than_the_other(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not (promise_is_longer(one, other) and promise_is_longer(other, one))


@given(limits)
@settings(derandomize=True)
def test_no_limit_is_longer_than_itself(limit: dict[str, Any]) -> None:
    assert not promise_is_longer(limit, limit)


def test_completeness_names_the_facets_that_are_missing() -> None:
    full: dict[str, Any] = {
        name: [{}] for name in ("conditions", "legal_basis", "steps", "materials", "result", "responsible", "complaint")
    } | {"limits": _promised(5)}
    found = completeness(full)
    assert (found["facets"], found["filled"], found["missing"], found["missing_members"]) == (6, 6, [], [])
    assert completeness({**full, "steps": []})["missing"] == ["procedure"]
    without = {**full, "limits": {}}
    assert completeness(without)["missing"] == ["time_limit"]
    assert completeness({**without, "joint": {"lead": "bureau"}})["missing"] == ["time_limit"]
    assert completeness({**without, "joint": {"lead": "bureau", **_promised(5)}})["missing"] == []


def test_the_limits_of_a_joint_service_in_lists_are_those_of_the_whole() -> None:
    own = {"limits": {**_promised(5), "acceptance": {"value": 3, "unit": "working_day"}}}
    assert limits_of_the_whole({}) == {}
    assert limits_of_the_whole({**own, "joint": {"lead": "bureau"}}) == own["limits"]
    assert limits_of_the_whole({**own, "joint": {"lead": "bureau", **_promised(9)}}) == {
        **own["limits"],
        **_promised(9),
    }


def _service(agency: str) -> dict[str, Any]:
    return {"agency": agency, "title": {"zh": "备案"}, "service_kind": "other_power"}


def _below(parent: str) -> dict[str, Any]:
    return {"name": {"zh": "局"}, "level": "department", "parent": parent}


def _promised(days: int) -> dict[str, Any]:
    return {"promised": {"value": days, "unit": "working_day"}}
