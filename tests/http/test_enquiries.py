"""Enquiries over HTTP: what anybody may send, who handles it, who sees what was written, and how often one may send."""

from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import orjson
import pytest
from glasshall.work import solve

from chalicelib.domain.enquiries import FOLLOW_UP, kinds
from chalicelib.jobs import advance_clocks, publish_statistics
from chalicelib.settings import Settings
from tests.case_world import JSON_BODY, QUESTION, CaseWorld, happened
from tests.hearing_world import HearingWorld
from tests.world import AUTHORITY

FIRST = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"
SECOND = "0198f3c2-7d6a-7c3e-8b1a-2f4e6d8c0a12"
SECRET = "金丝雀甲"
SENT = ("question", "complaint", "disclosure_request", "hearing_registration")


def enquiry(kind: str = "question", **members: Any) -> dict[str, Any]:
    """Return an enquiry of a kind."""
    about = {"about": {"hearing": "water-1"}} if kind == "hearing_registration" else {}
    return {**QUESTION, "kind": kind, **about, **members}


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment with a root, two bureaus below it, an office below one of them, and a hearing."""
    world = HearingWorld().begin()
    world.announce()
    office = {"name": {"zh": "街道办"}, "level": "township", "parent": "bureau"}
    world.act("agencies", "office", 1, {"act": "register", "content": office})
    world.key("office-clerk", "office", "Wu", ["clerk"])
    return world


# What it becomes


@pytest.mark.parametrize("kind", SENT)
def test_an_enquiry_is_a_case_with_its_own_clock_and_its_code_opens_the_status(world: CaseWorld, kind: str) -> None:
    answer = world.enquire(FIRST, enquiry(kind))
    assert answer.status == 201
    receipt = answer.json()
    handler = "guangan" if kind == "complaint" else "bureau"
    assert (receipt["id"], receipt["agency"], receipt["service"]) == (FIRST, handler, f"{kind}.{handler}")
    token = world.exchange(FIRST, receipt["query_code"]).json()["token"]
    status = world.status(FIRST, token).json()
    assert status["service"] == {
        "id": f"{kind}.{handler}",
        "version": 1,
        "title": kinds()[kind]["commitments"][0]["title"],
    }
    assert status["status"]["code"] == "received"
    assert ("due_on" in status["deadline"]) == (kind != "complaint")
    receipt = world.get(f"/v1/cases/{FIRST}/receipt", authorization=f"Bearer {token}").json()["receipt"]
    assert receipt["commitment"]["url"] == "/v1/enquiries"
    assert receipt["commitment"]["service"] == f"{kind}.{handler}"


def test_the_agency_answers_by_ordinary_events_and_the_answer_stands_in_the_status(world: CaseWorld) -> None:
    code = world.enquire(FIRST).json()["query_code"]
    reasons = [{"zh": "需要营业执照和项目说明。"}]
    decided = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "done", "reasons": reasons}
    assert world.event(FIRST, "e1", decided).status == 201
    token = world.exchange(FIRST, code).json()["token"]
    status = world.status(FIRST, token).json()
    assert status["result"] == {"outcome": "done", "reasons": reasons}
    assert status["clock"] == "done"


def test_a_question_has_five_working_days_and_a_request_for_information_twenty_that_start_anew(
    world: CaseWorld,
) -> None:
    due = {}
    for number, kind in ((FIRST, "question"), (SECOND, "disclosure_request")):
        code = world.enquire(number, enquiry(kind)).json()["query_code"]
        due[kind] = world.status(number, world.exchange(number, code).json()["token"]).json()["deadline"]["due_on"]
    assert due == {"question": "2026-11-30", "disclosure_request": "2026-12-21"}
    asked = {"event": "supplement_requested", "occurred_at": "2026-11-25T10:00:00+08:00", "materials": [{"zh": "说明"}]}
    world.event(SECOND, "e1", {**asked, "due_on": "2026-12-10"})
    world.event(SECOND, "e2", {"event": "supplement_received", "occurred_at": "2026-12-01T10:00:00+08:00"})
    status = world.get_signed(f"/v1/intake/cases/{SECOND}", "bureau-clerk").json()["status"]
    assert status["deadline"]["due_on"] == "2026-12-29"


def test_the_next_step_is_the_answer_where_nobody_has_to_say_first_whether_it_is_taken(world: CaseWorld) -> None:
    steps = {}
    for kind in SENT:
        number = str(uuid4())
        world.enquire(number, enquiry(kind))
        step = world.get_signed(f"/v1/intake/cases/{number}").json()["status"]["next_step"]
        steps[kind] = (step["code"], step["by"])
    assert steps == {
        "question": ("go_on", "2026-11-30"),
        "complaint": ("decide_acceptance", "2026-12-08"),
        "disclosure_request": ("go_on", "2026-12-21"),
        "hearing_registration": ("go_on", "2026-11-30"),
    }


def test_consulting_third_parties_is_not_counted_in_a_request_for_information(world: CaseWorld) -> None:
    world.enquire(FIRST, enquiry("disclosure_request"))
    world.event(FIRST, "e1", {"event": "consulting_started", "occurred_at": "2026-11-24T10:00:00+08:00"})
    world.event(FIRST, "e2", {"event": "consulting_ended", "occurred_at": "2026-11-26T10:00:00+08:00"})
    found = world.get_signed(f"/v1/intake/cases/{FIRST}", "bureau-clerk").json()
    assert found["findings"] == []
    assert found["status"]["deadline"]["due_on"] == "2026-12-23"


def test_time_alone_takes_a_complaint_that_nobody_answered_and_closes_a_request_whose_papers_never_came(
    world: CaseWorld,
) -> None:
    world.enquire(FIRST, enquiry("complaint"))
    world.enquire(SECOND, enquiry("disclosure_request"))
    asked = {"event": "supplement_requested", "occurred_at": "2026-11-25T10:00:00+08:00", "materials": [{"zh": "说明"}]}
    world.event(SECOND, "e1", {**asked, "due_on": "2026-12-10"})
    world.pass_time(days=20)
    advance_clocks.run(world.wired)
    complaint = world.get_signed(f"/v1/intake/cases/{FIRST}").json()
    assert complaint["status"]["status"]["code"] == "accepted"
    assert [(card["rule"], card["due"]) for card in complaint["cards"]] == [("acceptance_limit", "2026-12-08")]
    request = world.get_signed(f"/v1/intake/cases/{SECOND}", "bureau-clerk").json()
    assert request["status"]["status"]["code"] == "closed_abandoned"
    assert world.get_signed("/v1/intake/agencies/bureau/enquiries", "bureau-clerk").json()["items"] == []


def test_enquiries_count_in_the_same_statistics_as_a_service_and_with_their_agency(world: CaseWorld) -> None:
    for number in (FIRST, SECOND):
        world.enquire(number)
    decided = {"event": "decided", "outcome": "done"}
    world.event(FIRST, "e1", {**decided, "occurred_at": "2026-11-24T10:00:00+08:00"})
    world.event(SECOND, "e1", {**decided, "occurred_at": "2026-12-24T10:00:00+08:00"})
    world.pass_time(days=40)
    publish_statistics.run(world.wired, nightly=True)
    for cell in ("service=question.bureau", "agency=bureau", "jurisdiction=guangan"):
        (figure,) = world.json("/v1/statistics/on_time_rate", f"{cell}&period=2026")["items"]
        assert (figure["value"], figure["n"]) == (0.5, 2), cell


def test_a_built_in_service_of_one_jurisdiction_is_never_counted_in_another(world: CaseWorld) -> None:
    from chalicelib.usecases.operator_init import FirstKey, init_jurisdiction
    from tests.world import ROOT, public_key_base64

    there = {**ROOT, "jurisdiction": {"time_zone": "America/New_York", "calendar": "us-boston", "language": "en"}}
    first = FirstKey("other-root", public_key_base64("other-root"), "Ann", ("keys", "clerk"))
    init_jurisdiction("boston", there, first, world.wired.records, world.now)
    world.enquire(FIRST)
    world.enquire(SECOND, enquiry(agency="boston"))
    publish_statistics.run(world.wired, nightly=True)
    counts = {
        cell: world.json("/v1/statistics/backlog", f"{cell}&period=all")["items"][0]["open"]
        for cell in (
            "service=question.bureau",
            "service=question.boston",
            "jurisdiction=guangan",
            "jurisdiction=boston",
        )
    }
    assert set(counts.values()) == {1}


def test_the_agency_may_register_what_came_by_post_under_the_same_service(world: CaseWorld) -> None:
    body = {
        "service": "question.bureau",
        "access": "none",
        "received_at": "2026-11-20T10:00:00+08:00",
        "channel": "post",
    }
    assert world.put("/v1/intake/cases/letter-1", body, "bureau-clerk").status == 201
    assert world.put("/v1/intake/cases/letter-2", body, "other-clerk").status == 403
    listed = world.get_signed("/v1/intake/agencies/bureau/enquiries", "bureau-clerk").json()["items"]
    assert [item["case_no"] for item in listed] == ["letter-1"]
    missing = {**body, "service": "question.none"}
    assert (
        world.put("/v1/intake/cases/letter-3", missing, "bureau-clerk").json()["errors"][0]["code"] == "service_unknown"
    )


@pytest.mark.parametrize("kind", kinds())
def test_no_agency_can_publish_under_the_id_of_a_built_in_service(world: CaseWorld, kind: str) -> None:
    content = {"agency": "bureau", "title": {"zh": "冒名"}, "service_kind": "request"}
    body = {"act": "publish", "content": content}
    answer = world.put(f"/v1/intake/services/{kind}.bureau/acts/1", body, "bureau-clerk")
    assert (answer.status, answer.json()["errors"][0]["code"]) == (422, "id_reserved")
    assert world.put(f"/v1/intake/services/{kind}/acts/1", body, "bureau-clerk").status == 201


def test_anybody_can_read_what_is_promised_with_the_source_of_every_number(world: CaseWorld) -> None:
    found = world.json("/v1/enquiries")
    assert [kind["kind"] for kind in found["kinds"]] == [*SENT, FOLLOW_UP]
    for kind in found["kinds"]:
        limits = [*kind["commitment"]["limits"].values(), *([kind["commitment"].get("extension", {}).get("limit")])]
        for limit in filter(None, limits):
            assert limit["source"]["zh"]
            assert isinstance(limit["checked"], bool)


# Who handles it, who sees it


def test_a_complaint_goes_to_the_agency_above_and_is_nothing_to_the_one_complained_of(world: CaseWorld) -> None:
    assert world.enquire(FIRST, enquiry("complaint", agency="office", text=SECRET)).json()["agency"] == "bureau"
    path = f"/v1/intake/cases/{FIRST}"
    event = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "done"}
    for key in ("office-clerk", "other-clerk"):
        assert world.get_signed(path, key).status == 404
        assert world.event(FIRST, "e1", event, key).status == 403
        assert world.code(FIRST, 1, key=key).status == 403
        assert world.get_signed("/v1/intake/agencies/bureau/enquiries", key).status == 403
        assert world.get_signed("/v1/intake/agencies/office/enquiries", "office-clerk").json()["items"] == []
        again = {"service": "complaint.bureau", "access": "code", "channel": "online"}
        assert world.put(path, again, key).status == 403
        lines = [{"event": {"case_no": FIRST, "event_id": "e1", **event}}]
        assert world.batch(lines, key).status == 422
    for key in ("bureau-clerk", "root-clerk"):
        assert world.get_signed(path, key).json()["enquiry"]["text"] == SECRET


def test_a_complaint_passes_over_an_agency_above_that_has_ended(world: CaseWorld) -> None:
    world.act("agencies", "bureau", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    assert world.enquire(FIRST, enquiry("complaint", agency="office")).json()["agency"] == "guangan"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (enquiry("complaint", agency="guangan"), "no_supervisor"),
        (enquiry(agency="none"), "agency_unknown"),
        (enquiry(agency="gone"), "agency_dissolved"),
        (enquiry("hearing_registration", agency="a" * 64), "agency_takes_none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_enquiry_that_no_agency_can_handle_is_refused_and_says_the_way_out(
    world: CaseWorld, body: dict[str, Any], code: str
) -> None:
    for name in ("gone", "a" * 64):
        content = {"name": {"zh": "旧局"}, "level": "department", "parent": "guangan"}
        world.act("agencies", name, 1, {"act": "register", "content": content})
    world.act("agencies", "gone", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    answer = world.enquire(FIRST, body)
    assert answer.status == 422
    (error,) = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == (code, "/agency")
    assert FIRST not in answer.body.decode()


def test_what_was_written_is_shown_by_the_signed_read_of_its_case_and_nowhere_else(
    world: CaseWorld, caplog: pytest.LogCaptureFixture
) -> None:
    body = enquiry(subject=SECRET + "一", text=SECRET + "二", contact=SECRET + "三", about={"case_no": "canary-4"})
    first = world.enquire(FIRST, body)
    token = world.exchange(FIRST, first.json()["query_code"]).json()["token"]
    world.event(FIRST, "e1", {"event": "accepted", "occurred_at": "2026-11-24T10:00:00+08:00"})
    world.log()
    publish_statistics.run(world.wired, nightly=True)
    answers = [
        first,
        world.enquire(FIRST, body),
        world.enquire(FIRST, {**body, "text": SECRET + "五"}),
        world.enquire(SECOND, {**body, "agency": "none"}),
        world.enquire(SECOND, {**body, "text": SECRET, "locale": SECRET, "about": {"nothing": SECRET}}),
        world.status(FIRST, token),
        world.get("/v1/changes", "include=body&limit=1000"),
        world.get("/v1/status"),
        world.get("/v1/statistics/backlog", "service=question.bureau"),
        world.get_signed("/v1/intake/agencies/bureau/enquiries", "bureau-clerk"),
        world.get_signed(f"/v1/intake/cases/{FIRST}/events/e1", "bureau-clerk"),
    ]
    told = b"".join(answer.body for answer in answers) + caplog.text.encode()
    assert SECRET.encode() not in told
    assert b"canary-4" not in told
    held = [key for key, item in world.memory.items.items() if SECRET.encode() in repr_bytes(item)]
    assert [key.sk for key in held] == ["ENQUIRY"]
    shown = world.get_signed(f"/v1/intake/cases/{FIRST}", "bureau-clerk").json()
    assert shown["enquiry"] == body


def repr_bytes(item: dict[str, Any]) -> bytes:
    """Return everything an item holds as bytes."""
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in item.values())


# The agency's list


def test_an_agency_lists_what_it_has_not_answered_oldest_first_page_by_page(world: CaseWorld) -> None:
    generous = Settings(public_authority=AUTHORITY, index_settle_seconds=0, enquiries_per_hour_network=10**6)
    world.settings = generous
    world.restart()
    sent = []
    for number in range(205):
        sent.append(str(UUID(int=number, version=4)))
        world.pass_time(seconds=1 if number % 3 else 0)
        assert world.enquire(sent[-1]).status == 201
    answered = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "done"}
    refused = {
        "event": "refused_acceptance",
        "occurred_at": "2026-11-24T10:00:00+08:00",
        "reason": {"zh": "不属本机关"},
    }
    for number, body in ((3, answered), (99, answered), (100, refused)):
        world.event(sent[number], "e1", body)
    path, found, pages = "/v1/intake/agencies/bureau/enquiries", [], 0
    while path:
        page = world.get_signed(path, "bureau-clerk").json()
        found += [item["case_no"] for item in page["items"]]
        path, pages = page["next"], pages + 1
    assert pages == 3
    assert len(found) == 202
    assert set(found) == {each for number, each in enumerate(sent) if number not in (3, 99, 100)}
    world.event(sent[99], "e2", {"event": "reopened", "occurred_at": "2026-11-25T10:00:00+08:00"})
    page = world.get_signed(f"/v1/intake/agencies/bureau/enquiries/after/{sent[98]}", "bureau-clerk").json()
    assert page["items"][0]["case_no"] == sent[99]
    after_answered = world.get_signed(f"/v1/intake/agencies/bureau/enquiries/after/{sent[100]}", "bureau-clerk").json()
    assert after_answered["items"][0]["case_no"] == sent[101]


def test_the_list_is_shown_to_the_agency_and_those_above_and_pages_only_along_its_own(world: CaseWorld) -> None:
    world.enquire(FIRST)
    world.enquire(SECOND, enquiry(agency="other"))
    world.register("s1-case")
    path = "/v1/intake/agencies/bureau/enquiries"
    assert [world.get_signed(path, key).status for key in ("bureau-clerk", "root-clerk")] == [200, 200]
    assert world.get_signed(path, "other-clerk").status == 403
    assert world.get_signed("/v1/intake/agencies/none/enquiries", "root-clerk").status == 403
    for other in (SECOND, "s1-case", "none"):
        assert world.get_signed(f"{path}/after/{other}", "bureau-clerk").status == 404
    assert world.get(path).status == 401


def test_no_public_list_reaches_the_partition_of_open_enquiries(world: CaseWorld) -> None:
    from chalicelib.domain.nouns import NOUNS
    from chalicelib.store import keys

    assert keys.OPEN_ENQUIRIES not in {noun.collection for noun in NOUNS} | {"changes"}
    world.enquire(FIRST)
    world.log()
    for collection in ("agencies", "services", "disclosures", "changes"):
        for query in ("", "agency=bureau"):
            assert FIRST.encode() not in world.get(f"/v1/{collection}", query).body


# Its place


def test_the_same_bytes_again_bring_the_same_receipt_with_a_fresh_code_and_the_old_one_dies(world: CaseWorld) -> None:
    first = world.enquire(FIRST).json()
    world.pass_time(hours=23, minutes=59)
    again = world.enquire(FIRST)
    assert again.status == 200
    second = again.json()
    codes = first.pop("query_code"), second.pop("query_code")
    assert first == second
    assert world.exchange(FIRST, codes[0]).status == 404
    assert world.exchange(FIRST, codes[1]).status == 201
    after_exchange = world.enquire(FIRST)
    assert (after_exchange.status, after_exchange.json()) == (200, first)


def test_a_day_later_the_receipt_comes_without_a_code_and_the_code_given_still_opens_the_case(world: CaseWorld) -> None:
    first = world.enquire(FIRST).json()
    world.pass_time(hours=24)
    assert "query_code" not in world.enquire(FIRST).json()
    assert world.exchange(FIRST, first["query_code"]).status == 201


def test_other_bytes_are_409_and_so_is_the_number_of_a_case_of_an_agency(world: CaseWorld) -> None:
    world.enquire(FIRST)
    world.register(SECOND)
    spaced = orjson.dumps(QUESTION) + b" "
    answers = [world.enquire(FIRST, spaced), world.enquire(FIRST, enquiry(text="别的")), world.enquire(SECOND)]
    assert [answer.status for answer in answers] == [409] * 3
    assert len({answer.body for answer in answers}) == 1
    assert world.put(f"/v1/intake/cases/{FIRST}", {"service": "s1", "access": "none"}, "bureau-clerk").status == 409
    assert world.put(f"/v1/intake/cases/{FIRST}", {"service": "s1", "access": "none"}, "other-clerk").status == 403


@pytest.mark.parametrize(
    "number",
    [
        FIRST.upper(),
        FIRST.replace("-", ""),
        f"{FIRST}0",
        "00000000-0000-0000-0000-000000000000",
        "4a529c9e-ea09-11f1-bb89-02fc00000001",
        str(uuid5(NAMESPACE_URL, "x")),
        "3f0c6f0e-6f2b-4a86-0a3e-0d5a4f2c9b11",
        "case-1",
    ],
)
def test_only_a_canonical_uuid_made_by_chance_is_a_place(world: CaseWorld, number: str) -> None:
    before = world.memory.snapshot()
    assert world.enquire(number).status == 404
    assert world.memory.snapshot() == before


# What cannot be read, and too much of it


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/kind", "/agency", "/subject", "/text"}),
        ({"kind": "rating_follow_up", "agency": "-", "subject": "", "text": " \n", "x": 1}, {"/kind", "/agency", "/subject", "/text", "/x"}),
        (enquiry(about={}), {"/about"}),
        (enquiry(about={"service": 7, "people": "x"}), {"/about/service", "/about/people"}),
        (enquiry(text=["x"], locale="fr", contact=""), {"/text", "/locale", "/contact"}),
        (enquiry(text="x" * 8_001, subject="x" * 201, contact="x" * 501), {"/text", "/subject", "/contact"}),
        ({**QUESTION, "kind": "hearing_registration"}, {""}),
        (enquiry("hearing_registration", about={"service": "s1"}), {""}),
        (enquiry("hearing_registration", about={"disclosure": "d"}), {""}),
        (enquiry(text=None), {"/text"}),
    ],
)  # fmt: skip
def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_looked_up(
    world: CaseWorld, body: dict[str, Any], pointers: set[str]
) -> None:
    before = world.memory.snapshot()
    answer = world.enquire(FIRST, body)
    assert answer.status == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers
    assert world.memory.snapshot() == before


HOSTILE = [
    b"x" * 1_000_000,
    b" " * 32_769,
    orjson.dumps(enquiry(text="\u202etxt")),
    orjson.dumps(enquiry(subject="a\u0000b")),
    orjson.dumps(enquiry(contact="\u2066x")),
    b'{"kind":"question","kind":"complaint"}',
    b"[" * 32_000,
    orjson.dumps({**QUESTION, "about": {"a": {"b": {}}}}),
    orjson.dumps(QUESTION)[:-1],
    orjson.dumps(QUESTION).decode().encode("utf-16"),
    b'{"kind":' + b"9" * 4_000 + b"}",
    orjson.dumps(["question"]),
    b"",
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_refused_without_a_defect_and_write_nothing(world: CaseWorld, body: bytes) -> None:
    before = world.memory.snapshot()
    answer = world.enquire(FIRST, body)
    assert answer.status in (400, 413, 415)
    assert answer.json()["status"] == answer.status
    assert world.memory.snapshot() == before


def test_the_longest_enquiry_fits(world: CaseWorld) -> None:
    body = enquiry(subject="题" * 200, text="文" * 8_000, contact="联" * 500)
    assert world.enquire(FIRST, body).status == 201
    assert world.get_signed(f"/v1/intake/cases/{FIRST}", "bureau-clerk").json()["enquiry"] == body


def test_enquiries_are_limited_by_source_network_and_hour_and_a_malformed_one_costs_nothing(world: CaseWorld) -> None:
    limit = world.settings.enquiries_per_hour_network
    for _ in range(limit):
        world.enquire(FIRST, b"{}")
    for _ in range(limit):
        assert world.enquire(str(uuid4()), source_ip="198.51.100.7").status == 201
    refused = world.enquire(str(uuid4()), source_ip="198.51.100.250")
    assert refused.status == 429
    assert 0 < int(dict(refused.headers)["Retry-After"]) <= 3_600
    assert world.enquire(str(uuid4()), source_ip="198.51.101.7").status == 201
    world.pass_time(hours=1)
    assert world.enquire(str(uuid4()), source_ip="198.51.100.7").status == 201


def test_work_done_for_these_very_bytes_widens_the_limit_and_does_not_lift_it() -> None:
    settings = Settings(
        public_authority=AUTHORITY, index_settle_seconds=0, enquiries_per_hour_network=1, proof_of_work_bits=8
    )
    world = CaseWorld(settings=settings).begin()
    raw = orjson.dumps(QUESTION)
    assert world.enquire(FIRST).status == 201
    asked = world.enquire(SECOND).json()["proof_of_work"]

    def sent(number: str, body: bytes, worked_for: bytes) -> int:
        nonce = solve(asked["challenge"], asked["bits"], SECOND, sha256(worked_for).hexdigest())
        headers = (*JSON_BODY, ("Proof-Of-Work", f"{asked['challenge']} {nonce}"))
        return world.request(
            "PUT", f"/v1/enquiries/{number}", headers=headers, body=body, source_ip="203.0.113.9"
        ).status

    assert sent(SECOND, raw + b" ", raw) == 429
    assert sent(str(uuid4()), raw, raw) == 429
    assert [sent(SECOND, raw, raw) for _ in range(12)] == [201, *[200] * 9, 429, 429]
    for proof in ("", "x", "x y z", "v1.1.8.x 1", f"{asked['challenge']} "):
        headers = (*JSON_BODY, ("Proof-Of-Work", proof))
        assert (
            world.request("PUT", f"/v1/enquiries/{SECOND}", headers=headers, body=raw, source_ip="203.0.113.9").status
            == 429
        )


@pytest.mark.parametrize("kind", SENT)
def test_an_enquiry_came_in_when_it_was_sent_and_no_event_of_the_agency_moves_that(world: CaseWorld, kind: str) -> None:
    world.enquire(FIRST, enquiry(kind))
    key = "root-clerk" if kind == "complaint" else "bureau-clerk"

    def limits() -> list[Any]:
        deadline = world.get_signed(f"/v1/intake/cases/{FIRST}", key).json()["status"]["deadline"]
        return [deadline.get("due_on"), deadline.get("acceptance", {}).get("due_on")]

    before = limits()
    assert any(before)
    later = {"event": "received", "occurred_at": "2026-12-02T10:00:00+08:00"}
    assert world.event(FIRST, "e1", later, key).status == 201
    assert limits() == before
    found = world.get_signed(f"/v1/intake/cases/{FIRST}", key).json()
    assert [finding["code"] for finding in found["findings"]] == ["received_twice"]
    replaced = {"event": "corrected_event", "occurred_at": "2026-12-03T10:00:00+08:00", "corrects": "e1"}
    assert world.event(FIRST, "e2", {**replaced, "replacement": later}, key).status == 201
    assert limits() == before


@pytest.mark.parametrize("kind", SENT)
def test_an_enquiry_has_no_branches_so_that_nobody_gives_the_agency_complained_of_one_to_write(
    world: CaseWorld, kind: str
) -> None:
    handler = "guangan" if kind == "complaint" else "bureau"
    key = "root-clerk" if kind == "complaint" else "bureau-clerk"
    receipt = world.enquire(FIRST, enquiry(kind)).json()
    assert receipt["agency"] == handler
    at = {"occurred_at": "2026-11-24T10:00:00+08:00"}
    opened = {"event": "branch_opened", **at, "branch": "b1", "agency": "bureau"}
    decided = {"event": "decided", **at, "outcome": "done", "branch": "b1"}
    corrected = {"event": "corrected_event", **at, "corrects": "e1"}
    world.event(FIRST, "e1", {"event": "visited", **at}, key)
    before = world.memory.snapshot()
    for body, pointer in (
        (opened, "/branch"),
        (decided, "/branch"),
        ({**corrected, "branch": "b1"}, "/branch"),
        ({**corrected, "replacement": opened}, "/replacement/branch"),
    ):
        answer = world.event(FIRST, "e2", body, key)
        assert answer.status == 422
        assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [("no_branches", pointer)]
        batch = world.batch([happened(FIRST, "e2", body)], key)
        (line,) = batch.json()["results"]
        assert [(e["code"], e["pointer"]) for e in line["errors"]] == [("no_branches", f"/event{pointer}")]
    assert world.memory.snapshot() == before
    assert world.event(FIRST, "e3", {**decided, "branch": None}, key).status == 201


def test_the_terms_of_the_other_services_are_looked_up_as_before(world: CaseWorld) -> None:
    assert world.register("plain", access="none").status == 201
    status = world.get_signed("/v1/intake/cases/plain", "bureau-clerk").json()
    assert status["status"]["service"]["id"] == "s1"
    assert "enquiry" not in status
