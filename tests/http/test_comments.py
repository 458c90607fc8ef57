"""Comments on a draft: taken while the consultation is open, public once moderated, gone when withheld, answered by the draft."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import pytest
from glasshall.work import solve

from chalicelib.settings import Settings
from local.messages import Response
from tests.draft_world import COMMENT, CONTACT, DraftWorld, uuid
from tests.world import AUTHORITY

LAST_INSTANT = "2026-12-20T15:59:59.999Z"


@pytest.fixture
def world() -> DraftWorld:
    """Return a deployment with a draft in consultation."""
    return DraftWorld().begin().open()


def code(answer: Response) -> list[str]:
    """Return the codes of a refusal."""
    return [problem["code"] for problem in orjson.loads(answer.body).get("errors", [])]


def at(world: DraftWorld, instant: str) -> None:
    """Set the clock."""
    world.now = datetime.fromisoformat(instant)


def test_a_comment_is_taken_with_a_receipt_and_is_not_public_until_it_is_moderated(world: DraftWorld) -> None:
    answer = world.send(1, about={"question": 1}, contact=CONTACT)
    receipt = orjson.loads(answer.body)
    assert answer.status == 201, answer.body
    assert (receipt["id"], receipt["state"], receipt["round"]) == (uuid(1), "waiting", 1)
    assert receipt["register"] == {"index": None, "status": "not_public"}
    assert b"13812345678" not in answer.body
    world.log()
    assert world.get(f"/v1/comments/{uuid(1)}").status == 404
    assert world.listed() == []
    assert uuid(1) not in world.get("/v1/changes").body.decode()
    assert world.moderate(1).status == 201
    world.log()
    shown = world.json(f"/v1/comments/{uuid(1)}")
    assert (shown["stage"], shown["text"], shown["from"]) == ("shown", COMMENT["text"], "individual")
    assert shown["about"] == {"question": 1}
    assert shown["of_version"] == 1
    (listed,) = world.listed()
    assert listed["excerpt"] == COMMENT["text"]
    assert listed["url"] == f"/v1/comments/{uuid(1)}"
    changes = [(each["kind"], each["name"]) for each in world.json("/v1/changes", "limit=100")["items"]]
    assert changes[-2:] == [("comment", "submit"), ("comment", "moderate")]


def test_the_same_bytes_get_the_same_receipt_whenever_they_come_and_other_bytes_409(world: DraftWorld) -> None:
    first = world.send(1, contact=CONTACT)
    again = world.send(1, contact=CONTACT)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert world.send(1, contact={"name": "李四"}).status == 409
    assert world.send(1, text="别的").status == 409
    assert world.send_bytes(1, orjson.dumps({**COMMENT, "contact": CONTACT}) + b"\n").status == 409
    assert DraftWorld.open(world, "d2").send(1, "d2", contact=CONTACT).status == 409
    at(world, "2027-01-01T00:00:00Z")
    assert world.send(1, contact=CONTACT).body == first.body, "a lost answer is answered after it has closed as well"
    world.pass_time(days=200)  # the contact is deleted, and the hash of the bytes with it
    assert world.send(1, contact=CONTACT).body == first.body
    assert world.send(1, text="别的").status == 409


@pytest.mark.parametrize(
    ("instant", "status"),
    [
        (LAST_INSTANT, 201),
        ("2026-12-20T16:00:00Z", 422),
        ("2026-12-20T16:00:00.001Z", 422),
        ("2026-12-19T16:00:00Z", 201),
    ],
)
def test_a_comment_is_taken_up_to_the_last_instant_of_the_last_day_and_not_at_the_next(
    world: DraftWorld, instant: str, status: int
) -> None:
    at(world, instant)
    answer = world.send(1)
    assert answer.status == status
    if status == 422:
        assert code(answer) == ["consultation_closed"]


def test_an_extension_in_the_last_second_keeps_it_open(world: DraftWorld) -> None:
    at(world, "2026-12-20T15:59:58.500Z")
    extension = {"act": "extend_consultation", "last_day": "2026-12-22", "reason": {"zh": "应公众要求"}}
    world.act("disclosures", "d1", 4, extension, "bureau-clerk")  # the clock of the tests moves on by a second
    at(world, "2026-12-20T16:00:00Z")
    assert world.send(1).status == 201
    world.log()
    (held,) = world.json("/v1/disclosures/d1")["consultations"]
    assert held["closes_at"] == "2026-12-23T00:00:00+08:00"
    assert held["extensions"][0]["closes_at"] == "2026-12-21T00:00:00+08:00"


def test_before_a_later_start_and_where_nothing_is_shown_nothing_is_taken() -> None:
    world = DraftWorld().begin().open(last_day="2026-12-30", opens_on="2026-12-01")
    assert code(world.send(1)) == ["consultation_closed"]
    at(world, "2026-11-30T16:00:00Z")
    assert world.send(1).status == 201
    world.act("disclosures", "hidden", 1, {"act": "submit", "content": {"agency": "bureau", "title": {"zh": "密"}, "category": "plans", "body": {"zh": "密"}}})  # fmt: skip
    hidden, unknown = world.send(2, "hidden"), world.send(2, "none")
    assert (hidden.status, hidden.body) == (404, unknown.body)


@pytest.mark.parametrize(
    ("change", "status", "wanted"),
    [
        ({"text": "打我电话 138 1234 5678"}, 422, "personal_data"),
        ({"text": "身份证 11010519491231002X"}, 422, "personal_data"),
        ({"about": {"question": 2}}, 422, "question_unknown"),
        ({"about": {"pointer": "/body/fr"}}, 422, "part_unknown"),
        ({"about": {"pointer": "/body/zh", "question": 1}}, 400, "value_error"),
        ({"about": {}}, 400, "value_error"),
        ({"text": "x" * 5_001}, 400, "string_too_long"),
        ({"text": " "}, 400, "string_pattern_mismatch"),
        ({"from": "robot"}, 400, "literal_error"),
        ({"contact": {}}, 400, "value_error"),
        ({"email": "x@example.cn"}, 400, "extra_forbidden"),
        ({"text": "从右到左\u202e的意见"}, 400, None),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_code(
    world: DraftWorld, change: dict[str, Any], status: int, wanted: str | None
) -> None:
    answer = world.send(1, **change)
    assert answer.status == status, answer.body
    assert wanted is None or wanted in code(answer)
    assert b"1234" not in answer.body
    assert world.waiting() == []


@pytest.mark.parametrize(
    "text", ["مرحبا بكم في المدينة", "𠮷野家的停车场", "第一行\n第二行\t末", "👩‍👩‍👧 太贵", "x" * 5_000]
)
def test_texts_of_any_script_are_shown_as_they_were_sent(world: DraftWorld, text: str) -> None:
    assert world.send(1, text=text).status == 201
    world.moderate(1)
    world.log()
    assert world.json(f"/v1/comments/{uuid(1)}")["text"] == text


def test_a_comment_on_a_part_of_the_text_names_the_part(world: DraftWorld) -> None:
    assert world.send(1, about={"pointer": "/body/zh"}).status == 201


def test_moderation_is_the_agencys_in_its_role_and_nobody_elses(world: DraftWorld) -> None:
    world.send(1, contact=CONTACT)
    place = f"/v1/intake/comments/{uuid(1)}"
    assert world.moderate(1, key="other-moderator").status == 403
    assert world.moderate(1, key="bureau-clerk").status == 403
    assert world.get_signed(place, "other-moderator").status == 404
    assert world.get_signed("/v1/intake/disclosures/d1/comments", "other-moderator").status == 403
    assert world.get_signed("/v1/intake/disclosures/none/comments", "moderator").status == 403
    seen = orjson.loads(world.get_signed(place, "moderator").body)
    assert seen["contact"] == CONTACT
    assert (seen["text"], seen["stage"], seen["next_act"]) == (COMMENT["text"], "waiting", 2)
    assert world.moderate(1, key="root-moderator").status == 201


def test_nobody_writes_a_comment_for_the_public_through_the_intake(world: DraftWorld) -> None:
    forged = {"act": "submit", "disclosure": "d1", "agency": "bureau", "round": 1, "of_version": 1, "salt": "0" * 32}
    answer = world.put(f"/v1/intake/comments/{uuid(1)}/acts/1", {**forged, **COMMENT}, "moderator")
    assert code(answer) == ["role_missing"]
    assert world.moderate(7).status == 404, "there is no such comment"


def test_what_is_withheld_is_a_stub_with_its_reason_and_its_text_is_gone_from_every_answer(world: DraftWorld) -> None:
    secret = "某某是个大骗子"
    world.send(1, text=secret, about={"question": 1})
    world.moderate(1)
    world.log()
    assert secret in world.get(f"/v1/comments/{uuid(1)}/versions/1").body.decode()
    assert world.moderate(1, 3, "withheld").status == 400, "a reason is wanted"
    assert world.moderate(1, 3, "withheld", reason="law").status == 400, "the provision is wanted"
    assert world.moderate(1, 3, "withheld", reason="insult").status == 201
    assert code(world.moderate(1, 4, "withheld", reason="insult")) == ["nothing_changes"]
    world.log()
    stub = world.json(f"/v1/comments/{uuid(1)}")
    assert (stub["stage"], stub["reason"], stub["version"]) == ("withheld", "insult", 2)
    assert not stub.keys() & {"text", "from", "about", "excerpt"}
    (listed,) = world.listed()
    assert (listed["stage"], listed["reason"]) == ("withheld", "insult")
    base = f"/v1/comments/{uuid(1)}"
    assert world.get(f"{base}/versions/1").status == 404
    for address, query in (
        (base, ""),
        (f"{base}/versions", ""),
        (f"{base}/versions/2", ""),
        ("/v1/disclosures/d1/comments", ""),
        ("/v1/comments", ""),
        ("/v1/comments", "updated_since=2026-01-01"),
        ("/v1/changes", "limit=100&include=body"),
    ):
        answer = world.get(address, query)
        assert answer.status == 200, (address, answer.body)
        assert secret not in answer.body.decode(), address


def test_a_withheld_comment_may_be_reconsidered_and_is_then_shown_with_all_that_was_decided(world: DraftWorld) -> None:
    world.send(1)
    world.moderate(1, 2, "withheld", reason="off_topic")
    world.log()
    world.moderate(1, 3, "shown")
    world.log()
    shown = world.json(f"/v1/comments/{uuid(1)}")
    assert (shown["stage"], shown["text"], shown["version"]) == ("shown", COMMENT["text"], 2)
    assert [item["version"] for item in world.json(f"/v1/comments/{uuid(1)}/versions")["items"]] == [2, 1]
    assert "reason" not in shown
    (entry,) = [each for each in world.json("/v1/changes", "kind=comment&limit=100")["items"] if each["act"] == 2]
    assert entry["tombstone"]


def test_the_queue_is_oldest_first_loses_nothing_between_pages_and_empties(world: DraftWorld) -> None:
    world.wired.settings = Settings(public_authority=AUTHORITY, index_settle_seconds=0, comments_per_hour_network=10**6)
    names = [uuid(number) for number in range(1, 131)]
    for number in reversed(range(1, 131)):
        world.pass_time(seconds=0 if number % 3 else 1)  # several in one instant
        assert world.send(number).status == 201
    path, seen = "/v1/intake/disclosures/d1/comments", []
    for _ in range(3):
        page = orjson.loads(world.get_signed(path, "moderator").body)
        seen += page["items"]
        if page["next"] is None:
            break
        path = page["next"]
        world.moderate(int(page["items"][-1]["id"][-12:]))  # the place to go on from is moderated meanwhile
    assert sorted(item["id"] for item in seen) == names
    assert [item["submitted_at"] for item in seen] == sorted(item["submitted_at"] for item in seen)
    strange = f"/v1/intake/disclosures/d1/comments/after/{uuid(999)}"
    assert world.get_signed(strange, "moderator").status == 404
    for number in range(1, 131):
        world.moderate(number)
    assert world.waiting() == []
    world.log()
    listed: list[str] = []
    query = "limit=50&round=1"
    while True:
        page = world.json("/v1/disclosures/d1/comments", query)
        listed += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query = f"limit=50&round=1&cursor={page['next']}"
    assert sorted(listed) == names
    assert world.listed("round=2") == []


def test_a_network_that_sent_too_many_is_let_in_by_work_for_these_very_bytes(world: DraftWorld) -> None:
    world.wired.settings = Settings(
        public_authority=AUTHORITY, index_settle_seconds=0, comments_per_hour_network=1, proof_of_work_bits=4
    )
    raw = orjson.dumps(COMMENT)
    assert world.send_bytes(1, raw).status == 201
    refused = world.send_bytes(2, raw)
    assert refused.status == 429
    assert dict(refused.headers)["Retry-After"]
    assert world.send_bytes(3, raw, source_ip="203.0.113.9").status == 201
    asked = orjson.loads(refused.body)["proof_of_work"]
    nonce = solve(asked["challenge"], asked["bits"], uuid(2), sha256(raw).hexdigest())
    assert world.send_bytes(2, raw, Proof_Of_Work=f"{asked['challenge']} {nonce}").status == 201
    assert world.send_bytes(4, raw, Proof_Of_Work=f"{asked['challenge']} {nonce}").status == 429


def test_a_response_groups_comments_of_the_draft_and_steps_know_of_it(world: DraftWorld) -> None:
    world.send(1)
    world.send(2, text="支持")
    world.moderate(1)
    DraftWorld.open(world, "d2").send(3, "d2")
    world.moderate(3)
    at(world, "2026-12-21T02:00:00Z")
    group = {"topic": {"zh": "价格"}, "comments": [uuid(1)], "adopted": "partly", "answer": {"zh": "夜间减半。"}}

    def respond(*named: str) -> Response:
        groups = [{**group, "comments": list(named)}]
        act = {"act": "respond_to_comments", "round": 1, "summary": {"zh": "共收到两条意见。"}, "groups": groups}
        return world.put("/v1/intake/disclosures/d1/acts/4", act, "bureau-clerk")

    assert code(respond(uuid(1), uuid(2))) == ["comment_unknown"], "it waits for moderation"
    assert code(respond(uuid(3))) == ["comment_unknown"], "it is on another draft"
    assert respond(uuid(1)).status == 201
    world.log()
    (held,) = world.json("/v1/disclosures/d1")["consultations"]
    assert held["response"]["groups"][0]["comments"] == [uuid(1)]
    assert "groups" not in world.json(f"/v1/comments/{uuid(1)}")


def test_the_contact_is_shown_no_longer_than_it_is_kept_even_if_the_table_has_not_deleted_it(world: DraftWorld) -> None:
    world.send(1, contact=CONTACT)
    place = f"/v1/intake/comments/{uuid(1)}"
    world.pass_time(days=180, seconds=-1)
    assert orjson.loads(world.get_signed(place, "moderator").body)["contact"] == CONTACT
    world.pass_time(seconds=1)
    seen = orjson.loads(world.get_signed(place, "moderator").body)
    assert "contact" not in seen
    assert seen["text"] == COMMENT["text"]


@pytest.mark.parametrize("name", ["1", "018F0000-0000-7000-8000-000000000001", "018f0000-0000-1000-8000-000000000001"])
def test_the_name_of_a_comment_is_a_uuid_made_by_chance(world: DraftWorld, name: str) -> None:
    sent = [("Content-Type", "application/json")]
    path = f"/v1/disclosures/d1/comments/{name}"
    assert world.request("PUT", path, headers=sent, body=orjson.dumps(COMMENT)).status == 404
