"""A number that names a person is refused where whoever reads the case would see it; every place is named, never the number."""

from typing import Any

import pytest

from tests.case_world import CaseWorld, happened, outcomes, registered

MOBILE, IDENTITY, CARD = "13812345678", "11010519491231002X", "4111111111111111"


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment with case c1."""
    world = CaseWorld().begin()
    world.register("c1")
    return world


def asked(**members: Any) -> dict[str, Any]:
    """Return an event that asks for papers."""
    body = {"event": "supplement_requested", "occurred_at": "2026-11-20T10:00:00+08:00"}
    return {**body, "materials": [{"zh": "营业执照"}], **members}


def test_an_event_with_a_persons_numbers_is_refused_and_names_every_place(world: CaseWorld) -> None:
    body = asked(
        materials=[{"zh": f"{IDENTITY}的户口簿"}, {"zh": "图纸"}], where={"zh": "三号窗口", "en": f"Ring {MOBILE}"}
    )
    before = world.memory.save()
    answer = world.event("c1", "e1", body)
    assert answer.status == 422
    found = [(error["code"], error["pointer"]) for error in answer.json()["errors"]]
    assert found == [("personal_data", "/materials/0/zh"), ("personal_data", "/where/en")]
    assert MOBILE.encode() not in answer.body
    assert IDENTITY.encode() not in answer.body
    assert world.memory.save() == before
    assert world.event("c1", "e1", asked()).status == 201


def test_a_replacement_is_looked_at_as_the_event_is(world: CaseWorld) -> None:
    correction = {"event": "corrected_event", "occurred_at": "2026-11-20T10:00:00+08:00", "corrects": "e1"}
    answer = world.event("c1", "e2", {**correction, "replacement": asked(where={"zh": f"卡号{CARD}"})})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/replacement/where/zh"]


def test_in_a_batch_only_the_line_is_refused(world: CaseWorld) -> None:
    lines = [registered("c2"), happened("c2", "e1", asked(where={"zh": MOBILE})), happened("c2", "e2", asked())]
    answer = world.batch(lines)
    assert outcomes(answer) == [("stored", []), ("refused", ["personal_data"]), ("stored", [])]
    assert answer.json()["results"][1]["errors"][0]["pointer"] == "/event/where/zh"


def test_the_phone_of_a_post_and_the_numbers_of_offices_pass(world: CaseWorld) -> None:
    handed_over = {"event": "handed_over", "occurred_at": "2026-11-20T10:00:00+08:00"}
    assert world.event("c1", "e1", {**handed_over, "to": {"post": {"zh": "投资股"}, "phone": MOBILE}}).status == 201
    assert world.event("c1", "e2", asked(notice_no=IDENTITY, where={"zh": f"凭{IDENTITY}号通知书"})).status == 201
    world.register(IDENTITY)
    assert world.event(IDENTITY, "e1", asked(where={"zh": f"凭办件编号{IDENTITY}"})).status == 201


def test_what_was_stored_before_is_answered_as_it_was(world: CaseWorld) -> None:
    holders = [MOBILE]
    assert world.register("c3", holders=holders).status == 201, "holders are sealed and never shown"
    assert world.register("c3", holders=holders).status == 200
