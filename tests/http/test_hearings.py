"""Hearings over HTTP: announced ahead, changed, cancelled, held; registered for; read as lists, records and calendars."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from chalicelib.domain.codes import code_list
from chalicelib.domain.hearing_notice import notices
from chalicelib.domain.models import hearings as models
from chalicelib.jobs import advance_clocks, rebuild
from chalicelib.routes import hearings as routes
from chalicelib.routes.openapi.examples import examples
from tests.hearing_world import CANCELLATION, NOTICE, PROCEEDINGS, HearingWorld, open_draft, refused
from tests.http.test_answers_as_described import hold

REASON = {"reason": {"zh": "场地变更"}}


@pytest.fixture(scope="module")
def built() -> tuple[HearingWorld, object]:
    """Return a deployment with a draft under consultation, and what is stored."""
    world = HearingWorld().begin()
    return world, world.save()


@pytest.fixture
def world(built: tuple[HearingWorld, object]) -> HearingWorld:
    """Return the deployment as it was built."""
    world, saved = built
    world.put_back(saved)
    world.number = 4
    return world


def later(world: HearingWorld, moment: str) -> None:
    """Let it be that moment."""
    world.now = datetime.fromisoformat(moment)


# What it shows


def test_a_hearing_that_was_announced_is_a_record_of_its_own_and_stands_with_its_draft(world: HearingWorld) -> None:
    answer = world.announce()
    assert answer.status == 201
    world.log()
    hearing = world.json("/v1/hearings/water-1")
    assert (hearing["kind"], hearing["stage"], hearing["disclosure"]) == ("hearing", "announced", "d")
    assert hearing["registration"]["closes_at"] == "2026-12-10T18:00:00+08:00"
    assert hearing["announced_at"] == answer.json()["received_at"]
    (held,) = world.json("/v1/disclosures/d")["hearings"]
    assert (held["hearing"], held["announced_at"]) == ("water-1", hearing["announced_at"])
    changes = [(entry["kind"], entry["name"]) for entry in world.json("/v1/changes", "limit=100")["items"][-2:]]
    assert set(changes) == {("disclosure", "announce_hearing"), ("hearing", "announce")}
    receipt = world.get_signed("/v1/intake/hearings/water-1/acts/1", "bureau-clerk").json()
    assert receipt["register"]["status"] == "logged"
    assert world.get_signed("/v1/intake/hearings/water-1/acts/1", "other-clerk").status == 404


def test_an_instant_sent_in_another_zone_is_shown_in_that_of_the_deployment(world: HearingWorld) -> None:
    world.announce(held_at="2026-12-28T01:00:00Z", ends_at=None)
    world.log()
    assert world.json("/v1/hearings/water-1")["held_at"] == "2026-12-28T09:00:00+08:00"


def test_a_changed_notice_keeps_what_was_said_before_with_its_reason(world: HearingWorld) -> None:
    world.announce()
    changed = world.announce(held_at="2026-12-29T09:00:00+08:00", ends_at=None, **REASON)
    world.log()
    hearing = world.json("/v1/hearings/water-1")
    assert (hearing["version"], hearing["held_at"]) == (2, "2026-12-29T09:00:00+08:00")
    (before,) = hearing["changes"]
    assert (before["held_at"], before["reason"]) == (NOTICE["held_at"], REASON["reason"])
    assert before["changed_at"] == changed.json()["received_at"]
    assert world.json("/v1/hearings/water-1/versions/1")["held_at"] == NOTICE["held_at"]
    assert "changed_at" in world.json("/v1/disclosures/d")["hearings"][0]


def test_a_record_is_shown_with_who_attended_by_kind_and_what_became_of_each_opinion(world: HearingWorld) -> None:
    world.announce()
    later(world, "2026-12-29T10:00:00+08:00")
    assert world.send(PROCEEDINGS).status == 201
    world.log()
    hearing = world.json("/v1/hearings/water-1")
    assert hearing["stage"] == "held"
    assert hearing["proceedings"]["attended"] == PROCEEDINGS["attended"]
    assert [opinion["adopted"] for opinion in hearing["proceedings"]["opinions"]] == ["yes", "no"]
    draft = world.json("/v1/disclosures/d")
    assert draft["hearings"][0]["held_at"] == PROCEEDINGS["held_at"]
    assert "hearing" not in draft["decision_steps"]["missing"]
    hold(world.get("/v1/hearings/water-1"), "/v1/hearings/{record_id}")
    hold(world.get("/v1/disclosures/d"), "/v1/disclosures/{record_id}")


def test_a_record_is_corrected_with_a_reason_and_the_earlier_one_stays(world: HearingWorld) -> None:
    world.announce()
    later(world, "2026-12-29T10:00:00+08:00")
    world.send(PROCEEDINGS)
    again = {**PROCEEDINGS, "outcome": {"zh": "参加人一致同意方案。"}}
    assert refused(world.send(again)) == [("reason_missing", "/reason")]
    assert world.send({**again, "reason": {"zh": "笔误"}}).status == 201
    world.log()
    hearing = world.json("/v1/hearings/water-1")
    assert hearing["proceedings"]["outcome"] == again["outcome"]
    assert [each["reason"] for each in hearing["corrections"]] == [{"zh": "笔误"}]
    assert world.json("/v1/hearings/water-1/versions/2")["proceedings"]["outcome"] == PROCEEDINGS["outcome"]


# What is refused


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("price", "2026-12-22", "notice_too_short"),
        ("price", "2026-12-23", None),
        ("rule_making", "2026-12-22", "notice_too_short"),
        ("rule_making", "2026-12-23", None),
        ("licensing", "2026-12-01", "notice_too_short"),  # the sixth working day after a Monday
        ("licensing", "2026-12-02", None),
        ("major_decision", "2026-11-29", "notice_too_short"),
        ("major_decision", "2026-11-30", None),
        ("other", "2026-11-30", None),
    ],
)
def test_a_notice_is_ahead_by_the_days_of_its_kind(world: HearingWorld, kind: str, day: str, code: str | None) -> None:
    early = {"closes_at": "2026-11-24T18:00:00+08:00", "how": {"zh": "网上报名"}}
    answer = world.announce(hearing_kind=kind, held_at=f"{day}T09:00:00+08:00", ends_at=None, registration=early)
    assert answer.status == (201 if code is None else 422)
    if code is not None:
        assert refused(answer) == [(code, "/held_at")]


def test_days_are_counted_where_the_agency_is_and_not_in_utc(world: HearingWorld) -> None:
    """Half past seven in the morning in Shanghai is still the day before in UTC."""
    later(world, "2026-11-24T07:30:00+08:00")
    late = world.announce(held_at="2026-12-23T09:00:00+08:00", ends_at=None)
    assert refused(late) == [("notice_too_short", "/held_at")]
    assert world.announce(held_at="2026-12-24T07:00:00+08:00", ends_at=None).status == 201


def test_a_changed_price_notice_has_fifteen_days_unless_it_changes_who_may_take_part(world: HearingWorld) -> None:
    world.announce()
    later(world, "2026-12-08T10:00:00+08:00")
    moved = {"held_at": "2026-12-23T09:00:00+08:00", "ends_at": None, **REASON}
    fewer = world.announce(**moved, participants=NOTICE["participants"][:1])
    assert refused(fewer) == [("notice_too_short", "/held_at")]
    early = world.announce(**{**moved, "held_at": "2026-12-22T09:00:00+08:00"})
    assert refused(early) == [("notice_too_short", "/held_at")]
    assert world.announce(**moved).status == 201


def test_a_price_hearing_says_who_may_take_part_and_how_one_registers(world: HearingWorld) -> None:
    answer = world.announce(participants=None, registration=None)
    assert refused(answer) == [("participants_missing", "/participants"), ("registration_missing", "/registration")]


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"ends_at": "2026-12-28T08:00:00+08:00"}, "ends_before_it_begins", "/ends_at"),
        ({"title": {"en": "Hearing"}}, "own_language_missing", "/title"),
        ({"topics": [{"zh": "分档"}, {"en": "x"}]}, "own_language_missing", "/topics/1"),
        (
            {"registration": {**NOTICE["registration"], "how": {"en": "online"}}},
            "own_language_missing",
            "/registration/how",
        ),
        ({"place": {"zh": "联系13912345678"}}, "personal_data", "/place/zh"),
        ({"held_at": "9999-12-31T23:59:59-12:00"}, "too_far_ahead", "/held_at"),
        (
            {"registration": {**NOTICE["registration"], "closes_at": "2026-12-29T00:00:00+08:00"}},
            "registration_too_long",
            "/registration/closes_at",
        ),
        (
            {"registration": {**NOTICE["registration"], "closes_at": "2026-11-22T00:00:00+08:00"}},
            "registration_over",
            "/registration/closes_at",
        ),
    ],
)
def test_a_notice_that_cannot_be_kept_or_read_is_refused_where_it_is_wrong(
    world: HearingWorld, members: dict[str, Any], code: str, pointer: str
) -> None:
    before = world.memory.snapshot()
    assert refused(world.announce(**members)) == [(code, pointer)]
    assert world.memory.snapshot() == before


def test_a_hearing_is_put_on_record_after_it_was_held_and_not_as_of_before(world: HearingWorld) -> None:
    world.announce()
    assert ("hearing_not_held_yet", "/act") in refused(world.send(PROCEEDINGS))
    later(world, "2026-12-28T10:00:00+08:00")
    early = {**PROCEEDINGS, "held_at": "2026-12-27T09:00:00+08:00", "ended_at": "2026-12-27T10:00:00+08:00"}
    assert refused(world.send(early)) == [("held_before_announced", "/held_at")]
    assert refused(world.send(PROCEEDINGS)) == [("held_in_the_future", "/ended_at")]
    later(world, "2026-12-28T12:00:00+08:00")
    named = {**PROCEEDINGS, "record": {"zh": "发言人身份证 11010519491231002X"}}
    assert refused(world.send(named)) == [("personal_data", "/record/zh")]
    assert world.send(PROCEEDINGS).status == 201


def test_what_is_over_is_neither_changed_nor_held_and_the_id_belongs_to_one_draft(world: HearingWorld) -> None:
    world.announce()
    assert world.send(CANCELLATION).status == 201
    for act in ({**NOTICE, **REASON}, CANCELLATION, PROCEEDINGS):
        assert ("hearing_over", "/hearing") in refused(world.send(act))
    unknown = {**CANCELLATION, "hearing": "nothing"}
    assert refused(world.send(unknown)) == [("hearing_unknown", "/hearing")]
    open_draft(world, "other-draft")
    taken = world.put("/v1/intake/disclosures/other-draft/acts/4", NOTICE, "bureau-clerk")
    assert refused(taken) == [("hearing_taken", "/hearing")]
    assert world.announce(hearing="water-2").status == 201


def test_nobody_sends_an_act_of_a_hearing_itself(world: HearingWorld) -> None:
    world.announce()
    body = {"act": "cancel", "disclosure": "d", "reason": {"zh": "无"}}
    for key in ("bureau-clerk", "root-clerk", "root-keys"):
        assert world.put("/v1/intake/hearings/water-1/acts/2", body, key).status in (404, 405)


def test_a_decision_waits_for_a_hearing_that_was_announced_and_a_withdrawn_draft_ends_it(world: HearingWorld) -> None:
    world.announce()
    later(world, "2027-01-07T10:00:00+08:00")
    adopted = {"act": "adopt", "decided_on": "2027-01-07", "by": {"zh": "区政府常务会议"}}
    assert ("hearing_to_come", "/act") in refused(world.send(adopted))
    withdrawn = {"act": "withdraw", "reason": {"zh": "方案撤回"}}
    assert world.send(withdrawn).status == 201
    world.log()
    hearing = world.json("/v1/hearings/water-1")
    assert (hearing["stage"], hearing["cancelled"]["reason"]) == ("cancelled", {"zh": "方案撤回"})
    assert rebuild.run(world.wired).differing == ()


# Registration


def register(world: HearingWorld, **members: Any) -> Any:
    """Register for the hearing as anybody may."""
    body = {"kind": "hearing_registration", "agency": "bureau", "about": {"hearing": "water-1"}}
    return world.enquire(str(uuid4()), {**body, "subject": "报名", "text": "以消费者身份参加", **members})


def test_one_registers_until_the_instant_the_notice_says_and_the_registration_is_a_case(world: HearingWorld) -> None:
    assert refused(register(world)) == [("hearing_unknown", "/about/hearing")]
    world.announce()
    later(world, "2026-12-10T17:59:59+08:00")
    answer = register(world)
    assert (answer.status, answer.json()["service"]) == (201, "hearing_registration.bureau")
    assert refused(register(world, agency="other")) == [("hearing_of_other_agency", "/agency")]
    later(world, "2026-12-10T18:00:00+08:00")
    assert refused(register(world)) == [("registration_closed", "/about/hearing")]


def test_nobody_registers_for_what_takes_no_registrations_or_is_over(world: HearingWorld) -> None:
    world.announce(hearing_kind="other", participants=None, registration=None)
    assert refused(register(world)) == [("no_registration", "/about/hearing")]
    world.send(CANCELLATION)
    assert ("hearing_over", "/about/hearing") in refused(register(world))


def test_a_registration_that_was_taken_in_is_answered_after_it_closed(world: HearingWorld) -> None:
    world.announce()
    number = str(uuid4())
    body = {"kind": "hearing_registration", "agency": "bureau", "about": {"hearing": "water-1"}}
    body |= {"subject": "报名", "text": "参加"}
    assert world.enquire(number, body).status == 201
    later(world, "2026-12-11T18:00:00+08:00")
    assert world.enquire(number, body).status == 200


# Lists and calendars


def spread(world: HearingWorld) -> None:
    """Announce five hearings: three of the draft, one of it cancelled, and two of another agency."""
    open_draft(world, "e", category="plans")
    for name, day, kind in (("a", 28, "other"), ("b", 20, "other"), ("c", 24, "licensing"), ("x", 21, "other")):
        world.announce(hearing=name, hearing_kind=kind, held_at=f"2026-12-{day}T09:00:00+08:00", ends_at=None)
    world.send({**CANCELLATION, "hearing": "x"})
    world.log()


def ids(world: HearingWorld, query: str) -> list[str]:
    """Return the ids of a list."""
    return [item["id"] for item in world.json("/v1/hearings", query)["items"]]


def test_what_is_still_to_come_is_listed_soonest_first_and_what_was_held_or_cancelled_is_not(
    world: HearingWorld,
) -> None:
    spread(world)
    assert ids(world, "") == ["x", "c", "b", "a"]
    assert ids(world, "upcoming=true") == ["b", "c", "a"]
    assert ids(world, "upcoming=true&agency=bureau") == ["b", "c", "a"]
    assert ids(world, "upcoming=true&agency=other") == []
    assert ids(world, "upcoming=true&jurisdiction=guangan") == ["b", "c", "a"]
    assert ids(world, "upcoming=true&kind=licensing") == ["c"]
    assert ids(world, "kind=licensing") == ["c"]
    assert ids(world, "stage=cancelled") == ["x"]
    later(world, "2026-12-24T09:00:01+08:00")
    assert ids(world, "upcoming=true") == ["a"]


def test_a_page_of_what_is_to_come_goes_on_where_the_one_before_ended_even_if_that_has_passed(
    world: HearingWorld,
) -> None:
    spread(world)
    first = world.json("/v1/hearings", "upcoming=true&limit=1")
    assert [item["id"] for item in first["items"]] == ["b"]
    later(world, "2026-12-21T09:00:01+08:00")
    second = world.json("/v1/hearings", f"upcoming=true&limit=1&cursor={first['next']}")
    assert [item["id"] for item in second["items"]] == ["c"]


@pytest.mark.parametrize(
    "query",
    ["upcoming=false", "upcoming=true&stage=held&agency=bureau", "upcoming=true&stage=announced"],
)
def test_what_is_to_come_is_of_one_stage_and_is_not_asked_with_another(world: HearingWorld, query: str) -> None:
    assert world.get("/v1/hearings", query).status == 400


def test_what_is_still_to_come_is_found_by_filters_together_soonest_first_until_its_hour(world: HearingWorld) -> None:
    spread(world)
    world.index()
    assert ids(world, "upcoming=true&agency=bureau&kind=other") == ["b", "a"]
    assert ids(world, "upcoming=true&kind=licensing,other&jurisdiction=guangan") == ["b", "c", "a"]
    assert ids(world, "upcoming=true&disclosure=d") == ids(world, "upcoming=true&disclosure=d,e")
    assert ids(world, "upcoming=true&agency=guangan&subtree=true") == ["b", "c", "a"]
    assert ids(world, "upcoming=true&updated_since=2030-01-01") == []
    assert world.json("/v1/hearings", "upcoming=true&count=true")["count"]["value"] == 3
    first = world.json("/v1/hearings", "upcoming=true&kind=licensing,other&limit=1")
    later(world, "2026-12-20T09:00:00+08:00")
    assert ids(world, f"upcoming=true&kind=licensing,other&limit=1&cursor={first['next']}") == ["c"]
    assert ids(world, "upcoming=true&kind=licensing,other") == ["c", "a"]


def test_a_calendar_has_what_is_to_come_and_one_hearing_says_when_it_is_cancelled(world: HearingWorld) -> None:
    spread(world)
    world.announce()
    world.log()
    answer = world.get("/v1/hearings.ics")
    assert answer.header("content-type") == "text/calendar; charset=utf-8"
    text = answer.body.decode().replace("\r\n ", "")
    assert [line for line in text.split("\r\n") if line.startswith("UID:")] == [
        f"UID:hearing-{name}@127.0.0.1:8000" for name in ("b", "c", "a", "water-1")
    ]
    assert world.get("/v1/hearings.ics", "kind=licensing").body.count(b"BEGIN:VEVENT") == 1
    one = world.get("/v1/hearings/water-1.ics").body.decode().replace("\r\n ", "")
    assert "DTSTART:20261228T010000Z" in one
    assert "DTEND:20261228T040000Z" in one
    assert "SUMMARY:居民生活用水价格听证会" in one
    assert "URL:http://127.0.0.1:8000/v1/hearings/water-1\r\n" in one
    assert "STATUS:CANCELLED" in world.get("/v1/hearings/x.ics").body.decode()
    assert world.get("/v1/hearings/none.ics").status == 404


# Data


def test_every_kind_of_hearing_has_its_days_with_their_source() -> None:
    kinds = [entry["code"] for entry in code_list("hearing_kind").codes]
    law = notices("cn")
    assert list(law) == kinds
    assert kinds == list(routes.KINDS) == list(models.HearingKind.__args__)  # type: ignore[attr-defined]
    for notice in law.values():
        assert notice.notice.unit in ("day", "working_day")
        assert notice.source["zh"]
        assert notice.source["en"]
        assert isinstance(notice.checked, bool)
    participants = [entry["code"] for entry in code_list("participant").codes]
    assert participants == list(models.Participant.__args__)  # type: ignore[attr-defined]
    assert [entry["code"] for entry in code_list("hearing_stage").codes] == list(routes.STAGES)


def test_where_no_law_is_known_a_hearing_is_only_ahead() -> None:
    assert notices("us-boston") == {}


def test_the_examples_of_acts_on_hearings_are_taken_as_they_stand(world: HearingWorld) -> None:
    sent = {name: example["value"] for name, example in examples()["DisclosureAct"].items()}
    assert world.send(sent["announce_hearing"]).status == 201
    assert world.send(sent["cancel_hearing"], dry_run=True).status == 200
    later(world, "2026-12-29T10:00:00+08:00")
    assert world.send(sent["record_hearing"]).status == 201


def test_a_hearing_that_is_not_put_on_record_in_time_is_carded_and_the_card_lifted_once_it_is(
    world: HearingWorld,
) -> None:
    world.announce(
        hearing_kind="other", held_at="2026-12-01T09:00:00+08:00", ends_at=None, participants=None, registration=None
    )
    later(world, "2026-12-22T23:59:59+08:00")
    advance_clocks.run(world.wired)
    assert cards(world) == []
    later(world, "2026-12-23T00:00:00+08:00")
    advance_clocks.run(world.wired)
    assert cards(world) == [("2026-12-22", "raised")]
    held = {**PROCEEDINGS, "held_at": "2026-12-01T09:00:00+08:00", "ended_at": "2026-12-01T11:00:00+08:00"}
    assert world.send(held).status == 201
    advance_clocks.run(world.wired)
    assert cards(world) == [("2026-12-22", "lifted")]


def cards(world: HearingWorld) -> list[tuple[str, str]]:
    """Return the last day and the stage of every card about a record that is owed."""
    world.log()
    found = [world.json("/v1/supervision", f"stage={stage}")["items"] for stage in ("raised", "lifted")]
    return [(card["due_on"], card["stage"]) for items in found for card in items if card["rule"] == "record_hearing"]
