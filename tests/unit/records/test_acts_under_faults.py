"""I1, I2: an act's route killed at any storage call leaves all or nothing, and the same request again completes it."""

from hashlib import sha256
from typing import Any

import orjson
import pytest

from local.messages import Response
from tests.evaluation_world import FEEDBACK, ROUND
from tests.faults import attempt, every_fault
from tests.rule_world import publish_rule
from tests.world import World, public_key_base64

SERVICE = {"agency": "bureau", "title": {"zh": "备案"}, "service_kind": "other_power"}
LONG = {"zh": "全文" * 90_000}
DISCLOSURE = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": LONG}
FINDING = {"id": "f1", "criterion": "truthfulness", "severity": "minor", "text": {"zh": "有误"}}
SCORE = {"criterion": "truthfulness", "grade": "pass", "grounds": {"zh": "抽查"}}
ANSWERED = {"finding": "f1", "outcome": "disputed", "reason": {"zh": "属实"}}
ANSWER = {"act": "answer", "agency": "bureau", "answers": [ANSWERED]}
HANDED_IN = {"act": "submit", "content": {**DISCLOSURE, "body": {"zh": "全文"}}}
DIGEST = sha256(orjson.dumps(HANDED_IN)).hexdigest()
APPROVAL = {
    "act": "approve",
    "approves_sha256": DIGEST,
    "secrecy_review": {"reviewer": "保密办", "result": "cleared"},
}
OPENING = {"act": "open_consultation", "last_day": "2026-12-24"}
GLASS = {"act": "break_glass", "reason": {"zh": "急"}, "legal_basis": {"document": "突发事件应对法"}}
WRITES: dict[str, tuple[str, dict[str, Any], str]] = {
    "an approval": ("disclosures/handed/acts/2", APPROVAL, "root-approver"),
    "a text given back": (
        "disclosures/handed/acts/2",
        {"act": "return", "returns_sha256": DIGEST, "reason": {"zh": "缺件"}},
        "root-approver",
    ),
    "a broken glass": ("disclosures/handed/acts/2", GLASS, "root-approver"),
    "a consultation": ("disclosures/approved/acts/3", OPENING, "root-clerk"),
    "an adjusted draft": ("disclosures/heard/acts/4", {**HANDED_IN, "act": "revise"}, "root-clerk"),
    "a text that another takes the place of": (
        "disclosures/old/acts/4",
        {"act": "supersede", "by": "new", "reason": {"zh": "新"}},
        "root-clerk",
    ),
    "the first act": ("services/s1/acts/1", {"act": "publish", "content": SERVICE}, "bureau-clerk"),
    "a later act": ("services/s0/acts/2", {"act": "withdraw", "reason": {"zh": "止"}}, "bureau-clerk"),
    "an agency": (
        "agencies/office/acts/1",
        {"act": "register", "content": {"name": {"zh": "所"}, "level": "township", "parent": "bureau"}},
        "root-clerk",
    ),
    "a text beyond an item": ("disclosures/d1/acts/1", {"act": "submit", "content": DISCLOSURE}, "bureau-clerk"),
    "an agency's answer to a round": ("evaluations/e0/acts/3", ANSWER, "bureau-clerk"),
    "a feedback report": (
        "feedback/f1/acts/1",
        {"act": "announce", "content": {**FEEDBACK, "about": [{"kind": "evaluation", "id": "e0"}]}},
        "bureau-clerk",
    ),
    "a rule superseded by another": (
        "rules/former/acts/2",
        {"act": "supersede", "replaced_by": "latter"},
        "bureau-clerk",
    ),
    "a key": (
        "keys/k9/acts/1",
        {
            "act": "register",
            "agency": "bureau",
            "person": "Sun",
            "roles": ["clerk"],
            "public_key": public_key_base64("k9"),
        },
        "root-keys",
    ),
}


def prepare() -> World:
    """Return a deployment with one service, a round that waits for the bureau's answer, and texts at every stage."""
    world = World().init()
    world.service("s0")
    for name in ("former", "latter"):
        publish_rule(world, name)
    world.key("root-evaluator", "guangan", "Jin", ["evaluator"])
    content = {**ROUND, "agency": "guangan", "agencies": ["bureau"], "criteria": ["truthfulness"]}
    world.act("evaluations", "e0", 1, {"act": "announce", "content": content}, "root-evaluator")
    judged = {"agency": "bureau", "scores": [SCORE], "findings": [FINDING]}
    world.act("evaluations", "e0", 2, {"act": "publish_findings", "agencies": [judged]}, "root-evaluator")
    for record_id in ("handed", "approved", "heard"):
        world.act("disclosures", record_id, 1, HANDED_IN, "bureau-clerk")
    for record_id in ("approved", "heard"):
        world.act("disclosures", record_id, 2, APPROVAL, "root-approver")
    world.act("disclosures", "heard", 3, OPENING)
    for record_id in ("old", "new"):
        world.disclose(record_id)
    return world


def kinds_of_items(world: World, record: str) -> list[str]:
    """Return the sort keys of a record's items."""
    return sorted(key.sk for key in world.memory.items if key.pk.endswith("#" + record))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_killed_at_any_storage_call_is_whole_or_absent_and_the_retry_completes_it(name: str) -> None:
    path, body, key = WRITES[name]
    raw = orjson.dumps(body)
    record, number = path.split("/")[1], int(path.split("/")[-1])

    def send(world: World) -> Response:
        return world.put(f"/v1/intake/{path}", raw, key)

    clean = prepare()
    wanted = orjson.loads(send(clean).body)
    points = 0
    for world, arm, fault in every_fault(prepare, send):
        before = kinds_of_items(world, record)
        attempt(send, world)
        now = kinds_of_items(world, record)
        act = f"ACT#{number:06d}"
        assert (act in now) == ("HEAD" in now and now != before), (fault, before, now)
        arm.disarm()
        answer = send(world)
        assert answer.status in (200, 201), (fault, answer.body)
        receipt = orjson.loads(answer.body)
        again = send(world)
        assert again.status == 200
        assert again.body == answer.body
        for same in ("id", "act", "sha256", "state"):
            assert receipt[same] == wanted[same]
        assert kinds_of_items(world, record) == kinds_of_items(clean, record)
        points += 1
    assert points >= 8


def test_a_lost_answer_is_answered_with_the_receipt_never_with_a_conflict() -> None:
    path, body, key = WRITES["the first act"]
    raw = orjson.dumps(body)

    def send(world: World) -> Response:
        return world.put(f"/v1/intake/{path}", raw, key)

    lost = 0
    for world, _, fault in every_fault(prepare, send):
        if fault.kind == "answer_lost":
            assert send(world).status in (200, 201, 503), fault
            lost += 1
    assert lost >= 3


def test_other_bytes_at_a_taken_place_are_a_conflict_and_change_nothing() -> None:
    world = prepare()
    before = world.memory.snapshot()
    answer = world.put(
        "/v1/intake/services/s0/acts/1",
        {"act": "publish", "content": {**SERVICE, "title": {"zh": "别的"}}},
        "bureau-clerk",
    )
    assert answer.status == 409
    assert orjson.loads(answer.body)["type"] == "/problems/place-taken"
    assert world.memory.snapshot() == before


def test_an_act_number_with_a_gap_is_a_conflict_that_names_the_next() -> None:
    world = prepare()
    answer = world.put("/v1/intake/services/s0/acts/3", {"act": "withdraw", "reason": {"zh": "止"}}, "bureau-clerk")
    assert answer.status == 409
    assert orjson.loads(answer.body)["next_act"] == 2


def test_a_head_that_moved_is_a_conflict() -> None:
    world = prepare()
    act = {"act": "withdraw", "reason": {"zh": "止"}, "after_sha256": "0" * 64}
    answer = world.put("/v1/intake/services/s0/acts/2", act, "bureau-clerk")
    assert orjson.loads(answer.body)["type"] == "/problems/head-moved"


@pytest.mark.parametrize("name", WRITES)
def test_a_dry_run_answers_the_receipt_it_would_give_and_writes_nothing(name: str) -> None:
    path, body, key = WRITES[name]
    world = prepare()
    before = world.memory.snapshot()
    dry = world.put(f"/v1/intake/{path}", body, key, dry_run=True)
    assert dry.status == 200
    assert world.memory.snapshot() == before
    wet = world.put(f"/v1/intake/{path}", body, key)
    promised, given = orjson.loads(dry.body), orjson.loads(wet.body)
    assert {**promised, "received_at": ""} == {**given, "received_at": ""}


def test_a_replacement_killed_at_any_storage_call_names_each_rule_in_the_other_or_neither() -> None:
    path, body, key = WRITES["a rule superseded by another"]

    def send(world: World) -> Response:
        return world.put(f"/v1/intake/{path}", orjson.dumps(body), key)

    def named(world: World) -> tuple[bool, bool]:
        return "ACT#000002" in kinds_of_items(world, "former"), "ACT#000002" in kinds_of_items(world, "latter")

    for world, arm, fault in every_fault(prepare, send):
        attempt(send, world)
        assert named(world) in ((False, False), (True, True)), fault
        arm.disarm()
        assert send(world).status in (200, 201)
        assert named(world) == (True, True)
