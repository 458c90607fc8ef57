"""Ratings over HTTP: what can be rated and when, what a low grade opens, who sees which part of it."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.cases.ratings import GRADES, LOW
from chalicelib.domain.codes import code_list
from chalicelib.jobs import publish_statistics
from tests.case_world import ACCEPTED, DECIDED, CaseWorld

FIRST = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"
SECOND = "0198f3c2-7d6a-7c3e-8b1a-2f4e6d8c0a12"
THIRD = "9d2f8c1b-33a4-4e55-8f66-1a2b3c4d5e6f"
MATTER = {"of": "matter", "grade": "satisfied"}
LOW_MATTER = {"of": "matter", "grade": "dissatisfied"}
VISIT = {"event": "visited", "occurred_at": "2026-11-20T09:00:00+08:00"}
AT_THE_COUNTER = {"of": "contact", "contact_at": "2026-11-20T01:00:00Z", "grade": "basically_satisfied"}
ANSWER = {"event": "decided", "occurred_at": "2026-11-24T10:00:00+08:00", "outcome": "done"}
SECRET = "金丝雀乙"


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def decided(world: CaseWorld, case_no: str = "c1") -> str:
    """Decide a case with a visit, and return its token."""
    token = world.opened(case_no)[1]
    for number, event in enumerate((VISIT, ACCEPTED, DECIDED)):
        world.event(case_no, f"e{number}", event)
    return token


def follow_up_of(world: CaseWorld) -> str:
    """Return the number of the newest follow-up that is open."""
    items = world.get_signed("/v1/intake/agencies/bureau/enquiries", "bureau-clerk").json()["items"]
    return str([item["case_no"] for item in items if item["kind"] == "rating_follow_up"][-1])


def code_of(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status, answer.json()["errors"][0]["code"]


# What can be rated


def test_a_matter_is_rated_once_it_is_over_and_only_once(world: CaseWorld) -> None:
    token = world.opened("c1")[1]
    assert code_of(world.rate("c1", token, FIRST, MATTER)) == (422, "matter_not_over")
    assert "rate" not in world.status("c1", token).json()["can"]
    world.event("c1", "e1", ACCEPTED)
    world.event("c1", "e2", DECIDED)
    assert "rate" in world.status("c1", token).json()["can"]
    assert world.rate("c1", token, FIRST, MATTER).status == 201
    assert "rate" not in world.status("c1", token).json()["can"]
    assert code_of(world.rate("c1", token, SECOND, MATTER)) == (422, "rated_already")
    assert world.ratings("c1", token)["ratable"] == []


def test_a_matter_that_was_not_accepted_can_be_rated_and_one_that_was_none_cannot(world: CaseWorld) -> None:
    refused = {
        "event": "refused_acceptance",
        "occurred_at": "2026-11-23T09:00:00+08:00",
        "reason": {"zh": "不属本机关"},
    }
    closed = {"event": "closed", "occurred_at": "2026-11-23T09:00:00+08:00"}
    for case_no, event, status in (
        ("refused", refused, 201),
        ("withdrawn", {**closed, "as": "applicant_withdrew"}, 201),
        ("error", {**closed, "as": "entered_in_error"}, 422),
        ("void", {**closed, "as": "void"}, 422),
    ):
        token = world.opened(case_no)[1]
        world.event(case_no, "e1", event)
        assert world.rate(case_no, token, FIRST, MATTER).status == status, case_no


def test_each_contact_in_person_is_rated_once_by_its_instant_and_before_the_matter_is_over(world: CaseWorld) -> None:
    token = world.opened("c1")[1]
    assert code_of(world.rate("c1", token, FIRST, AT_THE_COUNTER)) == (422, "no_such_contact")
    world.event("c1", "e1", VISIT)
    world.event("c1", "e2", {"event": "received", "occurred_at": "2026-11-21T09:00:00+08:00", "channel": "window"})
    world.event("c1", "e3", {**VISIT, "occurred_at": "2026-11-19T09:00:00+08:00"})
    world.event("c1", "e4", {"event": "received", "occurred_at": "2026-11-22T09:00:00+08:00", "channel": "post"})
    assert world.ratings("c1", token)["ratable"] == [
        {"of": "contact", "contact_at": f"2026-11-{day}T09:00:00+08:00"} for day in (19, 20, 21)
    ]
    assert world.rate("c1", token, FIRST, AT_THE_COUNTER).status == 201
    assert code_of(world.rate("c1", token, SECOND, {**AT_THE_COUNTER, "grade": "satisfied"})) == (422, "rated_already")
    assert world.rate("c1", token, SECOND, {**AT_THE_COUNTER, "contact_at": "2026-11-21T09:00:00+08:00"}).status == 201
    left = world.ratings("c1", token)
    assert left["ratable"] == [{"of": "contact", "contact_at": "2026-11-19T09:00:00+08:00"}]
    assert [item["grade"] for item in left["items"]] == ["basically_satisfied"] * 2


def test_handing_in_at_a_window_is_a_contact_where_only_the_registration_says_so(world: CaseWorld) -> None:
    came = {"received_at": "2026-11-20T09:00:00+08:00", "access": "code"}
    for case_no, channel in (("window", "window"), ("post", "post")):
        code = world.register(case_no, channel=channel, **came).json()["query_code"]
        token = world.exchange(case_no, code).json()["token"]
        assert bool(world.ratings(case_no, token)["ratable"]) == (channel == "window")


def test_a_visit_that_was_an_error_cannot_be_rated(world: CaseWorld) -> None:
    token = world.opened("c1")[1]
    world.event("c1", "e1", VISIT)
    world.event("c1", "e2", {"event": "corrected_event", "occurred_at": "2026-11-21T09:00:00+08:00", "corrects": "e1"})
    assert code_of(world.rate("c1", token, FIRST, AT_THE_COUNTER)) == (422, "no_such_contact")


def test_an_enquiry_can_be_rated_like_any_case(world: CaseWorld) -> None:
    code = world.enquire(FIRST).json()["query_code"]
    token = world.exchange(FIRST, code).json()["token"]
    world.event(FIRST, "e1", ANSWER)
    assert world.rate(FIRST, token, SECOND, MATTER).status == 201


# Its place


def test_the_same_bytes_are_the_same_receipt_and_other_bytes_are_409(world: CaseWorld) -> None:
    token = decided(world)
    first = world.rate("c1", token, FIRST, LOW_MATTER)
    world.pass_time(days=3)
    again = world.rate("c1", token, FIRST, LOW_MATTER)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert world.rate("c1", token, FIRST, orjson.dumps(LOW_MATTER) + b" ").status == 409
    assert world.rate("c1", token, FIRST, AT_THE_COUNTER).status == 409
    assert world.rate("c1", token, FIRST.upper(), AT_THE_COUNTER).status == 404


def test_only_the_holder_of_the_token_rates_and_reads_ratings(world: CaseWorld) -> None:
    token = decided(world)
    other = world.opened("c2")[1]
    for wrong in (other, "", "v1.1.0." + "x" * 43):
        assert world.rate("c1", wrong, FIRST, MATTER).status == 401
        assert world.get("/v1/cases/c1/ratings", authorization=f"Bearer {wrong}").status == 401
    assert world.rate("none", token, FIRST, MATTER).status == 401
    world.event("c1", "e9", {"event": "issued", "occurred_at": "2026-11-23T09:30:00+08:00"})
    world.pass_time(days=91)
    assert world.rate("c1", token, FIRST, MATTER).status == 401


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/of", "/grade"}),
        ({"of": "everything", "grade": 5, "stars": 1}, {"/of", "/grade", "/stars"}),
        ({**MATTER, "contact_at": VISIT["occurred_at"]}, {""}),
        ({"of": "contact", "grade": "satisfied"}, {""}),
        ({**AT_THE_COUNTER, "contact_at": "yesterday", "text": " "}, {"/contact_at", "/text"}),
        ({**MATTER, "text": "x" * 2_001}, {"/text"}),
    ],
)
def test_everything_that_is_wrong_with_a_rating_is_said_at_once(
    world: CaseWorld, body: dict[str, Any], pointers: set[str]
) -> None:
    token = decided(world)
    before = world.memory.snapshot()
    answer = world.rate("c1", token, FIRST, body)
    assert answer.status == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers
    assert world.memory.snapshot() == before


@pytest.mark.parametrize(
    "body",
    [
        b"x" * 1_000_000,
        b"[" * 32_000,
        b"",
        orjson.dumps({**MATTER, "text": "\u202ex"}),
        orjson.dumps({**MATTER, "text": {"a": [1]}}),
        b'{"of":"matter","of":"contact"}',
        b'{"of":"contact","grade":"satisfied","contact_at":"9999-12-31T23:59:59-23:59"}',
        b'{"of":"contact","grade":"satisfied","contact_at":"0001-01-01T00:00:00+14:00"}',
    ],
    ids=range(8),
)
def test_hostile_ratings_are_refused_without_a_defect(world: CaseWorld, body: bytes) -> None:
    token = decided(world)
    assert world.rate("c1", token, FIRST, body).status in (400, 413)


# The grades, and what a low one opens


def test_the_grades_are_a_code_list_in_both_languages() -> None:
    assert tuple(entry["code"] for entry in code_list("grade").codes) == GRADES


@pytest.mark.parametrize("grade", GRADES)
def test_the_two_lowest_grades_open_a_follow_up_of_fifteen_working_days_at_the_agency(
    world: CaseWorld, grade: str
) -> None:
    token = decided(world)
    receipt = world.rate("c1", token, FIRST, {"of": "matter", "grade": grade}).json()
    assert receipt["followed_up"] == (grade in LOW)
    (rating,) = world.ratings("c1", token)["items"]
    if grade not in LOW:
        assert "follow_up" not in rating
        return
    assert (rating["follow_up"]["agency"], rating["follow_up"]["due"]) == ("bureau", "2026-12-14")
    number = follow_up_of(world)
    shown = world.get_signed(f"/v1/intake/cases/{number}", "bureau-clerk").json()
    about = {"kind": "rating_follow_up", "agency": "bureau", "about": {"case_no": "c1"}, "rating": FIRST}
    assert shown["enquiry"] == about
    assert shown["status"]["service"]["id"] == "rating_follow_up.bureau"
    assert world.get_signed("/v1/intake/cases/c1", "bureau-clerk").json()["ratings"][0]["follow_up"] == number


def test_after_the_follow_up_one_new_rating_is_taken_and_the_first_stays(world: CaseWorld) -> None:
    token = decided(world)
    world.rate("c1", token, FIRST, LOW_MATTER)
    again = {"of": "matter", "grade": "very_dissatisfied"}
    assert code_of(world.rate("c1", token, SECOND, again)) == (422, "follow_up_not_done")
    number = follow_up_of(world)
    world.event(number, "e1", {**ANSWER, "reasons": [{"zh": "已致歉并改进。"}]})
    assert "rate" in world.status("c1", token).json()["can"]
    held = world.ratings("c1", token)
    assert {"of": "matter"} in held["ratable"]
    assert held["items"][0]["follow_up"]["result"]["reasons"] == [{"zh": "已致歉并改进。"}]
    assert world.rate("c1", token, SECOND, again).json()["followed_up"]
    second = follow_up_of(world)
    assert second != number
    world.event(second, "e1", ANSWER)
    assert code_of(world.rate("c1", token, THIRD, MATTER)) == (422, "rated_already")
    assert [item["grade"] for item in world.ratings("c1", token)["items"]] == ["dissatisfied", "very_dissatisfied"]


def test_a_follow_up_is_not_rated_itself(world: CaseWorld) -> None:
    token = decided(world)
    world.rate("c1", token, FIRST, LOW_MATTER)
    number = follow_up_of(world)
    code = world.code(number, 1).json()["query_code"]
    world.event(number, "e1", ANSWER)
    own = world.exchange(number, code).json()["token"]
    assert world.ratings(number, own)["ratable"] == []
    assert world.rate(number, own, SECOND, MATTER).status == 422


def test_where_the_agency_has_ended_the_one_above_looks_into_it(world: CaseWorld) -> None:
    token = decided(world)
    world.act("agencies", "bureau", 2, {"act": "dissolve", "reason": {"zh": "改革"}})
    world.rate("c1", token, FIRST, LOW_MATTER)
    assert world.ratings("c1", token)["items"][0]["follow_up"]["agency"] == "guangan"


def test_follow_ups_count_in_the_statistics_of_the_agency(world: CaseWorld) -> None:
    token = decided(world)
    world.rate("c1", token, FIRST, LOW_MATTER)
    world.event(follow_up_of(world), "e1", ANSWER)
    world.pass_time(days=40)
    publish_statistics.run(world.wired, nightly=True)
    (figure,) = world.json("/v1/statistics/on_time_rate", "service=rating_follow_up.bureau&period=2026")["items"]
    assert (figure["value"], figure["n"]) == (1.0, 1)


# Who sees what


def test_the_text_of_a_rating_is_for_the_agency_and_those_above_it_only(
    world: CaseWorld, caplog: pytest.LogCaptureFixture
) -> None:
    token = decided(world)
    body = {**LOW_MATTER, "text": SECRET}
    answers = [
        world.rate("c1", token, FIRST, body),
        world.rate("c1", token, FIRST, body),
        world.rate("c1", token, FIRST, {**body, "grade": "satisfied"}),
        world.rate("c1", token, SECOND, {**body, "grade": SECRET, "of": SECRET}),
        world.rate("c1", token, SECOND, body),
        world.status("c1", token),
        world.get("/v1/cases/c1/ratings", authorization=f"Bearer {token}"),
        world.get("/v1/changes", "include=body&limit=1000"),
        world.get_signed("/v1/intake/agencies/bureau/enquiries", "bureau-clerk"),
        world.get_signed(f"/v1/intake/cases/{follow_up_of(world)}", "bureau-clerk"),
    ]
    publish_statistics.run(world.wired, nightly=True)
    told = b"".join(answer.body for answer in answers) + caplog.text.encode()
    assert SECRET.encode() not in told
    held = [key.sk for key, item in world.memory.items.items() if SECRET.encode() in b"".join(_all_bytes(item))]
    assert held == [f"RATING#{FIRST}"]
    for key, status in (("bureau-clerk", 200), ("root-clerk", 200), ("other-clerk", 404)):
        shown = world.get_signed("/v1/intake/cases/c1", key)
        assert shown.status == status
        if status == 200:
            assert shown.json()["ratings"][0]["text"] == SECRET


def _all_bytes(item: dict[str, Any]) -> list[bytes]:
    return [value if isinstance(value, bytes) else str(value).encode() for value in item.values()]


def test_many_statuses_at_once_say_what_can_be_rated_too(world: CaseWorld) -> None:
    token = decided(world)
    pair = {"case_no": "c1", "token": token}
    (entry,) = world.many({"cases": [pair]}).json()["cases"]
    assert "rate" in entry["case"]["can"]
    world.rate("c1", token, FIRST, MATTER)
    world.rate("c1", token, SECOND, AT_THE_COUNTER)
    (entry,) = world.many({"cases": [{**pair, "etag": entry["etag"]}]}).json()["cases"]
    assert "rate" not in entry["case"]["can"]
