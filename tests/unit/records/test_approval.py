"""Approval by a person or a group, its refusal, breaking the glass, and what is released: over signed requests."""

import logging
from typing import Any

import orjson
import pytest

from tests.world import World, public_key_base64

CONTENT = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}
REVIEW = {"reviewer": "保密办", "result": "cleared"}
MEETING = {"held_on": "2026-11-20", "minutes_no": "〔2026〕18号", "present": 7}
GLASS = {"act": "break_glass", "reason": {"zh": "洪水预警"}, "legal_basis": {"document": "突发事件应对法"}}
PHONE = {"zh": "值班电话 13912345678，备用 13812345678"}


@pytest.fixture
def world() -> World:
    """Return a deployment with an approver more, a group, and a clerk of the bureau that approves too."""
    world = World().init()
    world.key("sun-approver", "guangan", "Sun", ["approver"])
    world.key("duty-officer", "bureau", "Chen", ["clerk", "approver"])
    group = {"act": "register", "agency": "guangan", "group": "局党组会", "roles": ["approver"]}
    world.act("keys", "group", 1, {**group, "public_key": public_key_base64("group")}, "root-keys")
    system = {"act": "register", "agency": "guangan", "system": "oa", "roles": ["clerk", "approver"]}
    world.act("keys", "robot", 1, {**system, "public_key": public_key_base64("robot")}, "root-keys")
    return world


def submit(world: World, number: int = 1, record_id: str = "d", key: str = "bureau-clerk", **content: Any) -> str:
    """Hand a text in; return its SHA-256."""
    act = {"act": "submit", "content": {**CONTENT, **content}}
    return str(world.act("disclosures", record_id, number, act, key)["sha256"])


def send(world: World, number: int, act: dict[str, Any], key: str = "root-clerk") -> list[str]:
    """Send an act; return the codes it is refused with, none where it is taken."""
    answer = world.put(f"/v1/intake/disclosures/d/acts/{number}", act, key)
    return [error["code"] for error in orjson.loads(answer.body).get("errors", ())]


def approval(digest: str, **more: Any) -> dict[str, Any]:
    """Return an approval of bytes."""
    return {"act": "approve", "approves_sha256": digest, "secrecy_review": REVIEW, **more}


def test_the_name_of_a_group_is_read_in_public_and_holds_no_number_of_a_person(world: World) -> None:
    named = {"act": "register", "agency": "guangan", "group": "小组 13812345678", "roles": ["approver"]}
    body = {**named, "public_key": public_key_base64("other-group")}
    answer = world.put("/v1/intake/keys/other-group/acts/1", body, "root-keys")
    assert [(error["code"], error["pointer"]) for error in answer.json()["errors"]] == [("personal_data", "/group")]


def test_an_act_that_can_be_no_first_one_is_refused_for_that(world: World) -> None:
    answer = world.put("/v1/intake/disclosures/not-there/acts/1", {"act": "publish"}, "root-clerk")
    assert (answer.status, [error["code"] for error in answer.json()["errors"]]) == (422, ["nothing_handed_in"])


def test_a_group_approves_in_a_meeting_that_is_on_record_and_is_named(world: World) -> None:
    digest = submit(world)
    assert send(world, 2, approval(digest), "group") == ["meeting_missing"]
    late = {**MEETING, "held_on": "2026-12-24"}
    assert send(world, 2, approval(digest, meeting=late), "group") == ["meeting_in_the_future"]
    assert send(world, 2, approval(digest, meeting=MEETING), "root-approver") == ["meeting_of_no_group"]
    assert send(world, 2, approval(digest, meeting=MEETING), "group") == []
    assert send(world, 3, {"act": "publish"}) == []
    world.log()
    shown = world.json("/v1/disclosures/d")["approval"]
    assert (shown["by"], shown["group"], shown["meeting"]) == ("group", "局党组会", MEETING)


def test_an_act_on_what_is_not_there_says_that_the_first_is_next(world: World) -> None:
    answer = world.put("/v1/intake/disclosures/none/acts/2", {"act": "publish"}, "root-clerk")
    assert (answer.status, orjson.loads(answer.body)["next_act"]) == (409, 1)


def test_a_system_hands_in_and_never_approves(world: World) -> None:
    digest = submit(world)
    assert send(world, 2, approval(digest), "robot") == ["system_approves"]


@pytest.mark.parametrize("spelled", [" Chen", "CHEN", "Ｃｈｅｎ", "Ch\u200ben", "Chen\u00a0", "C. hen"])
def test_one_person_is_not_another_for_being_spelled_another_way(world: World, spelled: str) -> None:
    world.key("again", "guangan", spelled, ["approver"])
    assert send(world, 2, approval(submit(world)), "again") == ["same_person"]


def test_a_group_does_nothing_but_approve(world: World) -> None:
    body = {"act": "register", "agency": "guangan", "group": "会", "roles": ["approver", "clerk"]}
    answer = world.put("/v1/intake/keys/g2/acts/1", {**body, "public_key": public_key_base64("g2")}, "root-keys")
    assert answer.status == 400
    answer = world.put("/v1/intake/disclosures/e/acts/1", {"act": "submit", "content": CONTENT}, "group")
    assert answer.status == 403


def test_a_person_who_approves_is_never_named(world: World) -> None:
    send(world, 2, approval(submit(world)), "root-approver")
    send(world, 3, {"act": "publish"})
    world.log()
    body = world.get("/v1/disclosures/d").body
    assert orjson.loads(body)["approval"].keys() == {"by", "at", "openness", "secrecy_review"}
    assert b"Zhao" not in body
    assert "保密办".encode() not in body


def test_what_is_given_back_is_not_shown_and_must_be_handed_in_anew(world: World) -> None:
    digest = submit(world)
    back = {"act": "return", "returns_sha256": digest, "reason": {"zh": "缺附件"}}
    assert send(world, 2, {**back, "returns_sha256": "0" * 64}, "root-approver") == ["returns_other_bytes"]
    assert send(world, 2, back, "root-approver") == []
    assert orjson.loads(world.get_signed("/v1/intake/disclosures/d/acts/2").body)["state"] == "returned"
    assert send(world, 3, approval(digest), "root-approver") == ["was_returned"]
    assert send(world, 3, {"act": "publish"}) == ["was_returned"]
    submit(world, 3)
    world.log()
    assert world.get("/v1/disclosures/d").status == 404


def test_an_approval_can_be_taken_back_until_the_text_is_shown(world: World) -> None:
    digest = submit(world)
    send(world, 2, approval(digest), "root-approver")
    assert send(world, 3, {"act": "return", "returns_sha256": digest, "reason": {"zh": "重核"}}, "sun-approver") == []
    assert send(world, 4, {"act": "publish"}) == ["was_returned"]


# Breaking the glass


def test_a_broken_glass_is_seen_is_told_and_is_approved_afterwards_by_a_third_person(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    digest = submit(world, key="duty-officer")
    with caplog.at_level(logging.WARNING, "glasshall.acts"):
        assert send(world, 2, GLASS, "duty-officer") == []
    sent = orjson.loads(world.get_signed("/v1/intake/disclosures/d/acts/2").body)["sha256"]
    assert [record.getMessage() for record in caplog.records] == [f"alarm disclosure break_glass {sent}"]
    world.log()
    shown = world.json("/v1/disclosures/d")
    assert shown["broken_glass"]["approval_owed"] is True
    assert "approval" not in shown
    assert world.json("/v1/disclosures")["items"][0]["approval_owed"] is True
    assert [entry["name"] for entry in world.json("/v1/changes", "kind=disclosure")["items"]] == [
        "submit",
        "break_glass",
    ]
    assert send(world, 3, approval(digest), "duty-officer") == ["same_person"]
    restricted = {**approval(digest), "secrecy_review": {"reviewer": "x", "result": "restricted"}}
    assert send(world, 3, restricted, "root-approver") == ["secrecy_review_restricted"]
    assert send(world, 3, approval("0" * 64), "root-approver") == ["approves_other_bytes"]
    assert send(world, 3, {"act": "submit", "content": CONTENT}) == ["approval_owed"]
    assert send(world, 3, approval(digest), "root-approver") == []
    world.log()
    shown = world.json("/v1/disclosures/d")
    assert "approval_owed" not in shown["broken_glass"]
    assert (shown["version"], shown["broken_glass"]["of_version"], shown["approval"]["by"]) == (2, 1, "person")
    assert "approval_owed" not in world.json("/v1/disclosures")["items"][0]


def test_who_broke_the_glass_does_not_approve_it_either(world: World) -> None:
    digest = submit(world)
    send(world, 2, GLASS, "root-approver")
    assert send(world, 3, approval(digest), "root-approver") == ["broke_the_glass"]
    assert send(world, 3, approval(digest), "sun-approver") == []


def test_breaking_the_glass_is_for_approvers_and_for_what_is_open(world: World) -> None:
    submit(world)
    assert world.put("/v1/intake/disclosures/d/acts/2", GLASS, "bureau-clerk").status == 403
    submit(world, 2, openness={"class": "on_request"})
    assert send(world, 3, GLASS, "root-approver") == ["not_open"]


def test_a_dry_run_sounds_no_alarm(world: World, caplog: pytest.LogCaptureFixture) -> None:
    submit(world)
    with caplog.at_level(logging.WARNING, "glasshall.acts"):
        assert world.put("/v1/intake/disclosures/d/acts/2", GLASS, "root-approver", dry_run=True).status == 200
    assert caplog.records == []


# Personal data


def test_each_finding_is_released_by_name_and_nothing_else_is(world: World) -> None:
    digest = submit(world, body=PHONE)
    answer = world.put("/v1/intake/disclosures/d/acts/2", approval(digest), "root-approver")
    errors = orjson.loads(answer.body)["errors"]
    assert [(error["code"], error["pointer"]) for error in errors] == [("personal_data", "/content/body/zh")] * 2
    assert b"13912345678" not in answer.body
    first = {"place": "/content/body/zh", "kind": "mobile_number", "reason": "值班电话"}
    assert send(world, 2, approval(digest, releases=[first]), "root-approver") == ["personal_data"]
    strange = {**first, "nth": 3}
    wrong = approval(digest, releases=[first, {**first, "nth": 2}, strange])
    assert send(world, 2, wrong, "root-approver") == ["release_of_nothing"]
    twice = approval(digest, releases=[first, first])
    assert send(world, 2, twice, "root-approver") == ["release_of_nothing", "personal_data"]
    assert send(world, 2, approval(digest, releases=[first, {**first, "nth": 2}]), "root-approver") == []
    send(world, 3, {"act": "publish"})
    world.log()
    assert world.json("/v1/disclosures/d")["approval"]["released"] == [{"kind": "mobile_number", "count": 2}]


def test_a_broken_glass_releases_too_and_the_approval_afterwards_releases_again(world: World) -> None:
    digest = submit(world, body=PHONE)
    assert send(world, 2, GLASS, "root-approver") == ["personal_data"] * 2
    named = [{"place": "/content/body/zh", "kind": "mobile_number", "nth": nth, "reason": "值班"} for nth in (1, 2)]
    assert send(world, 2, {**GLASS, "releases": named}, "root-approver") == []
    assert send(world, 3, approval(digest), "sun-approver") == ["personal_data"] * 2
    assert send(world, 3, approval(digest, releases=named), "sun-approver") == []


def test_the_records_own_number_is_no_finding_and_what_is_not_shown_is_not_looked_at(world: World) -> None:
    numbered = submit(world, doc_no="京罚字11010519491231002X号", body={"zh": "见11010519491231002X"})
    assert send(world, 2, approval(numbered), "root-approver") == []
    hidden = {"class": "not_open", "ground": "personal_privacy"}
    digest = submit(world, 3, body=PHONE, openness=hidden)
    assert send(world, 4, approval(digest), "root-approver") == []


def test_a_document_number_that_is_a_number_and_nothing_else_hides_no_persons_number(world: World) -> None:
    digest = submit(world, doc_no="13912345678", body=PHONE)
    assert send(world, 2, approval(digest), "root-approver") == ["personal_data"] * 3


def test_the_minutes_of_a_meeting_are_shown_and_hold_no_persons_number(world: World) -> None:
    minutes = {**MEETING, "minutes_no": "13912345678"}
    assert send(world, 2, approval(submit(world), meeting=minutes), "group") == ["personal_data"]


def test_a_text_with_more_findings_than_can_be_named_says_how_many_more(world: World) -> None:
    digest = submit(world, body={"zh": "，".join(["13912345678"] * 510)})
    answer = world.put("/v1/intake/disclosures/d/acts/2", approval(digest), "root-approver")
    errors = orjson.loads(answer.body)["errors"]
    assert len(errors) == 501
    assert errors[-1]["message"] == "and 10 more"


@pytest.mark.parametrize("act", [{"act": "withdraw", "reason": PHONE}, {**GLASS, "reason": PHONE}])
def test_numbers_in_what_is_shown_as_it_is_sent_cannot_be_released(world: World, act: dict[str, Any]) -> None:
    submit(world)
    assert send(world, 2, act, "root-approver" if act["act"] == "break_glass" else "root-clerk") == ["personal_data"]


# What is not open


def test_what_is_not_open_is_approved_and_named_nowhere(world: World) -> None:
    digest = submit(world, openness={"class": "not_open", "ground": "trade_secret", "note": {"zh": "合同"}})
    assert send(world, 2, approval(digest), "root-approver") == []
    assert send(world, 3, {"act": "publish"}) == ["not_open"]
    world.log()
    assert world.json("/v1/changes", "kind=disclosure")["items"] == []
    assert world.get("/v1/disclosures/d").status == 404


@pytest.mark.parametrize(
    ("openness", "status"),
    [
        ({"class": "not_open"}, 400),
        ({"class": "proactive", "ground": "trade_secret"}, 400),
        ({"class": "not_open", "ground": "because"}, 422),
    ],
)
def test_a_ground_is_a_code_and_only_of_what_is_not_open(world: World, openness: dict[str, Any], status: int) -> None:
    act = {"act": "submit", "content": {**CONTENT, "openness": openness}}
    assert world.put("/v1/intake/disclosures/x/acts/1", act).status == status
