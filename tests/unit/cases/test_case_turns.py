"""The turns of a case: every limit that passes unkept, to the instant; what is wrong by itself; what a reopening leaves."""

import pytest

from chalicelib.domain.cases.clocks import CaseClock, run_clock
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from chalicelib.domain.cases.walk import walk
from tests.unit.cases.builders import (
    APPROVED,
    BY_TEN,
    FIVE_DAYS,
    HEARING,
    NOW,
    REFUSED,
    TWENTY_DAYS,
    at,
    event,
    fact,
    findings,
    folded,
    happened,
    registration,
    status,
    terms,
    turns,
)

ACCEPTED = ("accepted", "2026-03-02")
GRANTED = ("decided", "2026-03-05", {"outcome": "granted"})
LATER = at("2026-09-01")


def clock_of(events: list[CaseEvent], service: ServiceTerms) -> CaseClock:
    return run_clock(walk(registration(), events, service, NOW), registration(), service)


def days(events: list[CaseEvent], service: ServiceTerms, rule: str) -> list[tuple[str, str | None]]:
    """What was due when, and until when it stayed undone."""
    return [(turn[3], turn[4]) for turn in turns(folded(events, service, LATER)) if turn[0] == rule]


# Promise and law


def test_a_promise_passes_at_the_midnight_that_ends_its_day_with_a_yellow_card_and_the_law_with_a_red_one() -> None:
    found = turns(folded(happened(ACCEPTED)))
    assert found == [
        ("promised_limit", "yellow", "2026-03-09T16:00:00.000Z", "2026-03-09", None),
        ("statutory_limit", "red", "2026-03-30T16:00:00.000Z", "2026-03-30", None),
    ]


def test_a_limit_in_hours_passes_a_millisecond_after_its_instant() -> None:
    service = terms(limits={"promised": {"value": 4, "unit": "hour"}})
    decided = ("decided", "2026-03-02T14:00:00.001+08:00", {"outcome": "done"})
    (turn,) = turns(folded(happened(("accepted", "2026-03-02T10:00:00+08:00"), decided), service))
    assert turn[2:] == ("2026-03-02T06:00:00.001Z", "2026-03-02T06:00:00.000Z", "2026-03-02T06:00:00.001Z")
    kept = ("decided", "2026-03-02T14:00:00+08:00", {"outcome": "done"})
    assert turns(folded(happened(("accepted", "2026-03-02T10:00:00+08:00"), kept), service)) == []


def test_a_stopped_clock_has_no_turn_until_it_runs_again() -> None:
    service = terms(special_procedures=[HEARING])
    stopped = [ACCEPTED, ("special_started", "2026-03-04", {"kind": "hearing"})]
    assert turns(folded(happened(*stopped), service, LATER)) == []
    ended = happened(*stopped, ("special_ended", "2026-03-11", {"kind": "hearing"}))
    assert days(ended, service, "promised_limit") == [("2026-03-16", None)]


def test_a_promise_that_covers_the_issue_is_passed_when_the_result_is_not_handed_out() -> None:
    service = terms(promise_covers="issue")
    assert days(happened(ACCEPTED, GRANTED), service, "promised_limit") == [("2026-03-09", None)]
    late = happened(ACCEPTED, GRANTED, ("issued", "2026-03-10"))
    assert days(late, service, "promised_limit") == [("2026-03-09", "2026-03-10T02:00:00.000Z")]
    assert days(happened(ACCEPTED, ("decided", "2026-03-09", REFUSED)), service, "promised_limit") == []


# Issue


def test_a_licence_is_to_be_handed_out_ten_working_days_after_its_grant() -> None:
    service = terms(service_kind="licence")
    clock = clock_of(happened(ACCEPTED, GRANTED), service)
    assert clock.issue is not None
    assert str(clock.issue.due and clock.issue.due.due_on) == "2026-03-19"
    codes = [step["code"] for step in clock.issue.explain()]
    assert codes[:3] == ["bound_to_version", "issue_from_grant", "first_day_not_counted"]
    assert codes[-1] == "calendar"
    assert days(happened(ACCEPTED, GRANTED), service, "issue_limit") == [("2026-03-19", None)]
    assert days(happened(ACCEPTED, GRANTED, ("issued", "2026-03-19")), service, "issue_limit") == []
    late = happened(ACCEPTED, GRANTED, ("issued", "2026-03-20"))
    assert days(late, service, "issue_limit") == [("2026-03-19", "2026-03-20T02:00:00.000Z")]
    assert days(happened(ACCEPTED, ("decided", "2026-03-05", REFUSED)), service, "issue_limit") == []


def test_a_promise_that_covers_the_issue_is_its_deadline_where_it_is_less_and_is_missed_once() -> None:
    service = terms(service_kind="licence", promise_covers="issue")
    clock = clock_of(happened(ACCEPTED, GRANTED), service)
    assert clock.issue is not None
    assert (clock.issue.rule, str(clock.issue.due and clock.issue.due.due_on)) == ("promised_limit", "2026-03-09")
    assert clock.issue.explain()[1]["code"] == "promise_covers_issue"
    found = turns(folded(happened(ACCEPTED, GRANTED), service, LATER))
    assert [turn[0] for turn in found] == ["promised_limit"]


# First review, stages, procedures


def test_a_first_review_runs_from_acceptance_to_the_reporting_up_with_the_stops_out() -> None:
    limits = {"statutory": {"value": 60, "unit": "working_day"}, "first_review": TWENTY_DAYS}
    service = terms(limits=limits, special_procedures=[HEARING])
    assert days(happened(ACCEPTED), service, "first_review_limit") == [("2026-03-30", None)]
    up = happened(ACCEPTED, ("reported_up", "2026-03-31"))
    assert days(up, service, "first_review_limit") == [("2026-03-30", "2026-03-31T02:00:00.000Z")]
    heard = happened(
        ACCEPTED,
        ("special_started", "2026-03-04", {"kind": "hearing"}),
        ("special_ended", "2026-03-06", {"kind": "hearing"}),
        ("reported_up", "2026-04-01"),
    )
    assert days(heard, service, "first_review_limit") == []


def test_a_licence_that_went_up_has_the_first_review_of_the_law_where_the_service_says_nothing() -> None:
    limits = {"statutory": {"value": 60, "unit": "working_day"}}
    late = happened(ACCEPTED, ("reported_up", "2026-03-31"))
    licence = terms(limits=limits, service_kind="licence")
    assert days(late, licence, "first_review_limit") == [("2026-03-30", "2026-03-31T02:00:00.000Z")]
    assert days(happened(ACCEPTED, ("reported_up", "2026-03-30")), licence, "first_review_limit") == []
    assert days(happened(ACCEPTED), licence, "first_review_limit") == []
    assert days(late, terms(limits=limits, service_kind="request"), "first_review_limit") == []
    assert days(late, terms(limits=limits, service_kind="licence", handling="immediate"), "first_review_limit") == []


LINE = [
    {"stage": "review", "agency": "bureau", "limit": {"value": 2, "unit": "working_day"}},
    {"stage": "review", "agency": "other", "limit": {"value": 4, "unit": "working_day"}},
    {"stage": "decide", "limit": {"value": 1, "unit": "working_day"}},
]


def test_a_stage_runs_from_its_entering_to_its_leaving_or_to_the_next_one() -> None:
    service = terms(steps=LINE, special_procedures=[HEARING])
    entered = ("stage_entered", "2026-03-03", {"stage": "review"})
    assert days(happened(ACCEPTED, entered), service, "stage_limit") == [("2026-03-05", None)]
    assert (
        days(happened(ACCEPTED, entered, ("stage_left", "2026-03-05", {"stage": "review"})), service, "stage_limit")
        == []
    )
    decided = ("decided", "2026-03-09", {"outcome": "granted"})
    went_on = happened(ACCEPTED, entered, ("stage_entered", "2026-03-06", {"stage": "decide"}), decided)
    assert days(went_on, service, "stage_limit") == [("2026-03-05", "2026-03-06T02:00:00.000Z")]
    elsewhere = {"stage": "review", "place": {"agency": "other"}}
    assert days(happened(ACCEPTED, ("stage_entered", "2026-03-03", elsewhere)), service, "stage_limit") == [
        ("2026-03-09", None)
    ]
    heard = happened(ACCEPTED, entered, ("special_started", "2026-03-04", {"kind": "hearing"}))
    assert days(heard, service, "stage_limit") == []


def test_no_stage_runs_while_papers_are_waited_for() -> None:
    service = terms(steps=[{"stage": "accept", "limit": {"value": 1, "unit": "working_day"}}])
    asked = [
        ("received", "2026-03-02"),
        ("stage_entered", "2026-03-02T11:00:00+08:00", {"stage": "accept"}),
        ("supplement_requested", "2026-03-03", {"materials": [{"zh": "图"}]}),
    ]
    assert days(happened(*asked), service, "stage_limit") == []
    came = happened(*asked, ("supplement_received", "2026-03-10"), ("accepted", "2026-03-10T15:00:00+08:00"))
    assert days(came, service, "stage_limit") == [("2026-03-10", None)]


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({"value": 10, "unit": "day"}, "2026-03-16"),
        ({"value": 3, "unit": "working_day"}, "2026-03-09"),
        ({"value": 1, "unit": "month"}, "2026-04-07"),
        ({"value": 24, "unit": "hour"}, "2026-03-05T02:00:00.000Z"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["unit"],
)
def test_a_procedure_that_lasts_longer_than_the_applicant_was_told_is_a_yellow_card(
    told: dict[str, object], due: str
) -> None:
    service = terms(special_procedures=[HEARING])
    started = ("special_started", "2026-03-04", {"kind": "hearing", "told": told, "notice_no": "听1号"})
    open_still = happened(ACCEPTED, started)
    assert days(open_still, service, "told_limit") == [(due, None)]
    assert status(folded(open_still, service))["notices"][0]["no"] == "听1号"
    in_time = happened(ACCEPTED, started, ("special_ended", "2026-03-05T10:00:00+08:00", {"kind": "hearing"}))
    assert days(in_time, service, "told_limit") == []


# What is wrong by itself


def test_a_refusal_without_reasons_or_remedies_is_a_finding_and_a_yellow_card_at_its_instant() -> None:
    bare = folded(happened(ACCEPTED, ("decided", "2026-03-05", {"outcome": "refused"})))
    assert findings(bare) == ["decided_without_reasons", "refused_without_remedies"]
    instant = "2026-03-05T02:00:00.000Z"
    assert turns(bare) == [
        ("decided_without_reasons", "yellow", instant, instant, instant),
        ("refused_without_remedies", "yellow", instant, instant, instant),
    ]
    partly = folded(happened(ACCEPTED, ("decided", "2026-03-05", {"outcome": "partly", "reasons": [{"zh": "超出"}]})))
    assert turns(partly) == []
    assert turns(folded(happened(ACCEPTED, ("decided", "2026-03-05", REFUSED)))) == []


def test_a_correction_that_gives_the_reasons_takes_the_card_away() -> None:
    bare = happened(ACCEPTED, ("decided", "2026-03-05", {"outcome": "refused"}))
    given = {"event": "decided", "occurred_at": "2026-03-05T10:00:00+08:00", **REFUSED}
    assert turns(folded([*bare, event("e9", "corrected_event", "2026-03-06", corrects="e2", replacement=given)])) == []


def test_a_fee_outside_the_list_is_a_finding_and_a_yellow_card() -> None:
    listed = [{"name": {"zh": "工本费", "en": "Cost of the card"}, "basis": {"document": "x"}}]
    asked = ("fee_due", "2026-03-03", {"name": {"zh": "工本费"}, "amount_fen": 1000})
    other = ("fee_due", "2026-03-04", {"name": {"zh": "加急费"}, "amount_fen": 5000})
    found = folded(happened(ACCEPTED, asked, other, GRANTED), terms(fees=listed))
    assert findings(found) == ["fee_outside_list"]
    assert [turn[:3] for turn in turns(found)] == [("fee_outside_list", "yellow", "2026-03-04T02:00:00.000Z")]
    assert findings(folded(happened(ACCEPTED, asked, GRANTED), terms(fees=[]))) == ["fee_outside_list"]
    assert findings(folded(happened(ACCEPTED, asked, GRANTED), terms())) == []


def test_a_paper_that_may_follow_and_does_not_come_by_its_day_is_found_at_its_turn_without_a_card() -> None:
    missing = {"missing": [{"material": {"zh": "照片"}, "due_on": "2026-03-10"}, {"material": {"zh": "图纸"}}]}
    accepted = ("accepted", "2026-03-02", missing)
    service = terms(limits={})
    turn = at("2026-03-11T00:00:00+08:00")
    assert findings(folded(happened(accepted), service, at("2026-03-10T23:59:59+08:00"))) == []
    overdue = folded(happened(accepted), service, turn)
    assert findings(overdue) == ["deferred_too_late"]
    assert turns(overdue) == [("deferred_paper", "", "2026-03-10T16:00:00.000Z", "2026-03-10", None)]
    in_time = happened(accepted, ("deferred_received", "2026-03-10", {"material": {"zh": "照片"}}))
    assert findings(folded(in_time, service, LATER)) == []
    late = happened(accepted, ("deferred_received", "2026-03-12", {"material": {"zh": "照片"}}))
    assert findings(folded(late, service, LATER)) == ["deferred_too_late"]
    assert turns(folded(late, service, LATER))[0][4] == "2026-03-12T02:00:00.000Z"


def test_a_pledge_that_was_not_kept_is_found_and_seen() -> None:
    checked = folded(
        happened(
            ("accepted", "2026-03-02", {"on_pledge": True}), GRANTED, ("pledge_checked", "2026-03-20", {"kept": False})
        ),
        terms(handling="on_pledge"),
    )
    assert findings(checked) == ["pledge_not_kept"]
    assert status(checked)["timeline"][-1]["code"] == "pledge_not_kept"


def test_an_extension_says_why_who_approved_it_and_when_the_applicant_was_told() -> None:
    bare = folded(happened(ACCEPTED, ("extended", "2026-03-06")), terms(extension=BY_TEN))
    assert findings(bare) == ["extension_not_told", "extension_without_approval", "extension_without_reason"]
    assert fact(bare)["due_on"] == "2026-03-23"


# Reopening


def test_what_was_late_before_a_reopening_stays_late_once_and_a_new_acceptance_starts_new_clocks() -> None:
    service = terms(limits={"promised": FIVE_DAYS}, extension=BY_TEN)
    before = [ACCEPTED, ("extended", "2026-03-03", APPROVED), ("decided", "2026-03-25", REFUSED)]
    late = [("2026-03-23", "2026-03-25T02:00:00.000Z")]
    assert days(happened(*before), service, "promised_limit") == late
    reopened = happened(*before, ("reopened", "2026-03-26"))
    assert days(reopened, service, "promised_limit") == late
    anew = happened(*before, ("reopened", "2026-03-26"), ("accepted", "2026-03-27"))
    assert fact(folded(anew, service, LATER))["due_on"] == "2026-04-03"
    assert days(anew, service, "promised_limit") == [*late, ("2026-04-03", None)]
    extended_again = [*anew, event("e9", "extended", "2026-03-30", **APPROVED)]
    assert findings(folded(extended_again, service, LATER)) == []
    assert fact(folded(extended_again, service, LATER))["due_on"] == "2026-04-20"


def test_a_limit_kept_before_the_reopening_is_passed_at_the_reopening_if_its_day_was_over() -> None:
    service = terms(limits={"promised": FIVE_DAYS})
    events = happened(ACCEPTED, ("decided", "2026-03-09", REFUSED), ("reopened", "2026-03-20T10:00:00+08:00"))
    (turn,) = turns(folded(events, service, LATER))
    assert turn == ("promised_limit", "yellow", "2026-03-20T02:00:00.000Z", "2026-03-09", None)


def test_a_case_that_has_not_ended_cannot_be_reopened_into_a_new_clock() -> None:
    gamed = happened(ACCEPTED, ("reopened", "2026-03-12"), ("accepted", "2026-03-12T11:00:00+08:00"))
    assert findings(folded(gamed)) == ["accepted_twice", "reopened_without_end"]
    assert fact(folded(gamed))["due_on"] == "2026-03-09"


# The calendar


def test_no_turn_is_made_up_for_a_year_without_a_calendar_and_the_case_is_looked_at_when_it_begins() -> None:
    found = turns(folded(happened(("accepted", "2026-12-28"))))
    assert found == [("calendar_year", "", "2026-12-31T16:00:00.000Z", "2027-01-01", None)]
    granted = [("accepted", "2026-12-14"), ("decided", "2026-12-21", {"outcome": "granted"})]
    service = terms(service_kind="licence", limits={"promised": FIVE_DAYS})
    found = turns(folded(happened(*granted), service))
    assert found == [("calendar_year", "", "2026-12-31T16:00:00.000Z", "2027-01-01", None)]
    clock = clock_of(happened(*granted), service)
    assert clock.issue is not None
    assert clock.issue.due is None
    assert clock.issue.explain()[-1] == {"code": "calendar_year_missing", "what": "cn 2027"}
