"""What saying nothing brings about: acceptance, abandonment, a grant; found by the clock at its turn and said by the fold."""

from datetime import timedelta

import pytest

from chalicelib.domain.cases.fold import Folded
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from tests.unit.cases.builders import (
    APPROVED,
    BY_TEN,
    FIVE_DAYS,
    HEARING,
    REFUSED,
    TWENTY_DAYS,
    at,
    event,
    fact,
    findings,
    folded,
    happened,
    status,
    terms,
    turns,
)

LICENCE = terms(service_kind="licence")
ON_TENTH = at("2026-03-10T00:00:00+08:00")  # the turn of five working days from Monday 2 March
PAPERS = {"materials": [{"zh": "图纸"}], "due_on": "2026-03-20"}
REQUEST = terms(
    service_kind="request",
    clock_starts="received",
    supplement="restart",
    limits={"statutory": TWENTY_DAYS, "supplement_request": {"value": 7, "unit": "working_day"}},
    extension={**BY_TEN, "limit": TWENTY_DAYS},
    special_procedures=[{"kind": "consulting", "legal_basis": {"document": "政府信息公开条例"}}],
)
"""A request for disclosure: Regulations on Open Government Information (2019) art. 30 and 33."""


def codes(result: Folded) -> list[str]:
    return [entry["code"] for entry in status(result)["timeline"]]


def explained(result: Folded) -> list[str]:
    return [step["code"] for step in status(result)["deadline"]["explain"]]


# Acceptance


def test_silence_of_five_working_days_is_acceptance_as_of_the_receipt() -> None:
    received = happened(("received", "2026-03-02"))
    before = folded(received, LICENCE, ON_TENTH - timedelta(milliseconds=1))
    after = folded(received, LICENCE, ON_TENTH)
    assert (status(before)["status"]["code"], fact(before)["accepted_on"]) == ("received", None)
    assert (status(after)["status"]["code"], fact(after)["accepted_on"]) == ("accepted", "2026-03-02")
    assert status(after)["status"]["since"] == "2026-03-10T00:00:00+08:00"
    assert status(after)["accepted_at"] == "2026-03-02T10:00:00+08:00"
    assert status(after)["deadline"]["due_on"] == "2026-03-09"
    assert codes(after) == ["received", "accepted_deemed"]
    assert "agency" not in status(after)["timeline"][1]
    assert "deemed_accepted" in explained(after)
    assert fact(after)["deemed_accepted"] is True


def test_the_turn_of_acceptance_is_known_beforehand_and_stays_with_a_yellow_card() -> None:
    received = happened(("received", "2026-03-02"))
    waiting = [("acceptance_limit", "yellow", "2026-03-09T16:00:00.000Z", "2026-03-09", None)]
    assert turns(folded(received, LICENCE, at("2026-03-03"))) == waiting
    assert turns(folded(received, LICENCE, ON_TENTH))[0] == waiting[0]
    answered = happened(("received", "2026-03-02"), ("accepted", "2026-03-09T23:59:59+08:00"))
    assert not [turn for turn in turns(folded(answered, LICENCE, ON_TENTH)) if turn[0] == "acceptance_limit"]


def test_an_application_that_waits_for_acceptance_says_until_when_and_why() -> None:
    from chalicelib.domain.cases.clocks import run_clock
    from chalicelib.domain.cases.walk import walk
    from tests.unit.cases.builders import registration

    now = at("2026-03-03")
    history = walk(registration(), happened(("received", "2026-03-02")), LICENCE, now)
    timer = run_clock(history, registration(), LICENCE).acceptance
    assert timer is not None
    assert str(timer.due and timer.due.due_on) == "2026-03-09"
    steps = [step["code"] for step in timer.explain()]
    assert steps[:3] == ["bound_to_version", "acceptance_from_receipt", "first_day_not_counted"]
    assert steps[-1] == "calendar"


@pytest.mark.parametrize(
    ("answer", "members"),
    [
        ("accepted", {}),
        ("refused_acceptance", {"reason": {"zh": "不属于本机关职权"}}),
        ("supplement_requested", PAPERS),
    ],
)
def test_an_answer_after_silence_is_a_finding_and_the_acceptance_stands(
    answer: str, members: dict[str, object]
) -> None:
    late = folded(happened(("received", "2026-03-02"), (answer, "2026-03-10T00:00:00+08:00", members)), LICENCE)
    assert findings(late) == ["answer_after_silence"]
    assert fact(late)["accepted_on"] == "2026-03-02"
    assert status(late)["deadline"]["due_on"] == "2026-03-09"
    assert turns(late)[0][4] == "2026-03-09T16:00:00.000Z"


def test_an_agency_that_says_itself_that_silence_was_acceptance_contradicts_nothing() -> None:
    said = folded(
        happened(("received", "2026-03-02"), ("accepted", "2026-03-11", {"deemed": True, "notice_no": "受1号"})),
        LICENCE,
    )
    assert findings(said) == []
    assert fact(said)["accepted_on"] == "2026-03-02"


def test_an_answer_that_arrives_late_but_was_given_in_time_undoes_what_silence_had_brought() -> None:
    received = happened(("received", "2026-03-02"))
    assert fact(folded(received, LICENCE))["deemed_accepted"] is True
    told_later = [*received, event("e2", "accepted", "2026-03-05")]
    assert fact(folded(told_later, LICENCE))["accepted_on"] == "2026-03-05"
    assert fact(folded(told_later, LICENCE))["deemed_accepted"] is False


def test_papers_asked_for_in_time_stop_nothing_and_their_receipt_begins_a_new_acceptance_limit() -> None:
    asked = [("received", "2026-03-02"), ("supplement_requested", "2026-03-09", PAPERS)]
    waiting = folded(happened(*asked), LICENCE, at("2026-06-01"))
    assert (status(waiting)["status"]["code"], turns(waiting)) == ("supplement_requested", [])
    came = [*asked, ("supplement_received", "2026-03-16")]
    turn = at("2026-03-24T00:00:00+08:00")
    assert status(folded(happened(*came), LICENCE, turn - timedelta(milliseconds=1)))["clock"] == "not_started"
    silent = folded(happened(*came), LICENCE, turn)
    assert fact(silent)["accepted_on"] == "2026-03-16"
    assert status(silent)["deadline"]["due_on"] == "2026-03-23"
    assert findings(silent) == []


def test_a_request_that_comes_after_a_limit_of_its_own_does_not_keep_silence_from_being_acceptance() -> None:
    limits = {"promised": FIVE_DAYS, "supplement_request": {"value": 2, "unit": "working_day"}}
    service = terms(service_kind="licence", limits=limits)
    asked = happened(("received", "2026-03-02"), ("supplement_requested", "2026-03-05", PAPERS))
    late = folded(asked, service, ON_TENTH)
    assert fact(late)["accepted_on"] == "2026-03-02"
    assert findings(late) == ["supplement_asked_too_late"]


def test_asking_twice_is_a_finding_for_it_is_to_be_asked_once_and_in_full() -> None:
    again = happened(
        ("received", "2026-03-02"),
        ("supplement_requested", "2026-03-03", PAPERS),
        ("supplement_received", "2026-03-04"),
        ("supplement_requested", "2026-03-05", PAPERS),
    )
    assert findings(folded(again, LICENCE)) == ["supplement_asked_again"]


@pytest.mark.parametrize(
    "service",
    [terms(service_kind="request"), terms(service_kind="licence", handling="immediate"), terms()],
    ids=["a request", "handled on the spot", "terms kept before kinds were"],
)
def test_a_service_without_an_acceptance_limit_accepts_nothing_by_silence(service: ServiceTerms) -> None:
    found = folded(happened(("received", "2026-03-02")), service, at("2026-09-01"))
    assert fact(found)["accepted_on"] is None
    assert turns(found) == []


def test_a_refused_application_that_is_reopened_waits_for_acceptance_from_the_reopening() -> None:
    events = happened(
        ("received", "2026-03-02"),
        ("refused_acceptance", "2026-03-04", {"reason": {"zh": "误判"}}),
        ("reopened", "2026-03-16"),
    )
    turn = at("2026-03-24T00:00:00+08:00")
    assert fact(folded(events, LICENCE, turn - timedelta(milliseconds=1)))["accepted_on"] is None
    assert fact(folded(events, LICENCE, turn))["accepted_on"] == "2026-03-16"


def test_silence_that_falls_into_a_year_without_a_calendar_is_not_guessed_and_looked_at_when_that_year_begins() -> None:
    received = happened(("received", "2026-12-28"))
    found = folded(received, LICENCE, at("2027-02-01"))
    assert fact(found)["accepted_on"] is None
    assert findings(found) == ["calendar_year_missing"]
    assert turns(found) == [("calendar_year", "", "2026-12-31T16:00:00.000Z", "2027-01-01", None)]
    answered = happened(("received", "2026-12-28"), ("accepted", "2026-12-30"))
    limits = {"promised": {"value": 1, "unit": "working_day"}}
    assert findings(folded(answered, terms(service_kind="benefit", limits=limits))) == []
    late = happened(("received", "2026-12-28"), ("accepted", "2027-01-20"))
    assert "calendar_year_missing" in findings(folded(late, terms(service_kind="benefit", limits={})))


# Disclosure requests


def test_papers_asked_for_within_seven_working_days_begin_the_whole_limit_anew_when_they_come() -> None:
    events = happened(
        ("received", "2026-03-02"),
        ("supplement_requested", "2026-03-11", PAPERS),
        ("supplement_received", "2026-03-18"),
    )
    found = status(folded(events, REQUEST))
    assert found["deadline"]["due_on"] == "2026-04-16"  # Qingming on 6 April
    assert "started_anew" in [step["code"] for step in found["deadline"]["explain"]]


def test_papers_asked_for_later_or_again_begin_nothing_anew() -> None:
    late = happened(
        ("received", "2026-03-02"),
        ("supplement_requested", "2026-03-12", PAPERS),
        ("supplement_received", "2026-03-18"),
    )
    assert status(folded(late, REQUEST))["deadline"]["due_on"] == "2026-03-30"
    assert findings(folded(late, REQUEST)) == ["supplement_asked_too_late"]
    again = happened(
        ("received", "2026-03-02"),
        ("supplement_requested", "2026-03-03", PAPERS),
        ("supplement_received", "2026-03-04"),
        ("supplement_requested", "2026-03-05", PAPERS),
        ("supplement_received", "2026-03-09"),
    )
    assert status(folded(again, REQUEST))["deadline"]["due_on"] == "2026-04-01"
    assert findings(folded(again, REQUEST)) == ["supplement_asked_again"]


def test_a_request_whose_papers_do_not_come_by_the_day_set_is_abandoned_by_the_clock() -> None:
    asked = happened(("received", "2026-03-02"), ("supplement_requested", "2026-03-05", PAPERS))
    turn = at("2026-03-21T00:00:00+08:00")
    before, after = folded(asked, REQUEST, turn - timedelta(milliseconds=1)), folded(asked, REQUEST, turn)
    assert turns(before) == [("supplement_due", "", "2026-03-20T16:00:00.000Z", "2026-03-20", None)]
    assert status(before)["clock"] == "stopped"
    assert status(after)["status"]["code"] == "closed_abandoned"
    assert codes(after) == ["received", "supplement_requested", "closed_abandoned_deemed"]
    assert (fact(after)["row"], fact(after)["decided_on"]) == ("administrative", "2026-03-21")
    assert after.ended_at == turn
    assert "deemed_abandoned" in explained(after)


def test_papers_that_come_after_abandonment_are_a_finding_and_a_reopening_makes_them_count() -> None:
    steps = [
        ("received", "2026-03-02"),
        ("supplement_requested", "2026-03-05", PAPERS),
        ("supplement_received", "2026-03-23"),
    ]
    late = folded(happened(*steps), REQUEST, at("2026-03-24"))
    assert findings(late) == ["supplement_too_late"]
    assert status(late)["status"]["code"] == "closed_abandoned"
    again = folded(happened(*steps, ("reopened", "2026-03-24")), REQUEST, at("2026-03-25"))
    assert status(again)["status"]["code"] == "reopened"
    assert status(again)["deadline"]["due_on"] == "2026-04-21"
    open_still = folded(happened(*steps[:2], ("reopened", "2026-03-24")), REQUEST, at("2026-06-01"))
    assert status(open_still)["clock"] == "stopped"


def test_the_agency_may_close_what_silence_had_closed() -> None:
    steps = [("received", "2026-03-02"), ("supplement_requested", "2026-03-05", PAPERS)]
    closed = folded(happened(*steps, ("closed", "2026-03-25", {"as": "abandoned"})), REQUEST, at("2026-03-26"))
    assert findings(closed) == []
    assert fact(closed)["decided_on"] == "2026-03-21"


def test_consulting_third_parties_is_not_counted_and_twenty_days_may_be_added() -> None:
    events = happened(
        ("received", "2026-03-02"),
        ("consulting_started", "2026-03-05", {"told": {"value": 15, "unit": "working_day"}}),
        ("consulting_ended", "2026-03-19"),
        ("extended", "2026-03-20", APPROVED),
    )
    found = status(folded(events, REQUEST))
    assert found["deadline"]["due_on"] == "2026-05-14"  # Qingming on 6 April, 1 to 5 May off, 9 May worked
    assert findings(folded(events, REQUEST)) == []


# Silence that grants

GRANTED = terms(overdue_means="granted", special_procedures=[HEARING], extension=BY_TEN, service_kind="licence")


def test_silence_past_the_statutory_limit_grants_where_the_service_says_so() -> None:
    accepted = happened(("accepted", "2026-03-02"))
    turn = at("2026-03-31T00:00:00+08:00")
    assert fact(folded(accepted, GRANTED, turn - timedelta(milliseconds=1)))["decided_on"] is None
    found = folded(accepted, GRANTED, turn)
    assert status(found)["status"]["code"] == "decided_granted"
    assert fact(found) == fact(found) | {"decided_on": "2026-03-31", "on_time": False, "law_kept": False}
    assert fact(found)["deemed_granted"] is True
    assert codes(found) == ["accepted", "decided_granted_deemed"]
    assert "deemed_granted" in explained(found)
    red = next(turn for turn in turns(found) if turn[1] == "red")
    assert (red[2], red[4]) == ("2026-03-30T16:00:00.000Z", None)
    assert next(turn for turn in turns(found) if turn[0] == "issue_limit")[3] == "2026-04-15"  # Qingming on 6 April


def test_a_refusal_after_silence_had_granted_is_a_finding_and_the_grant_stands() -> None:
    late = happened(("accepted", "2026-03-02"), ("decided", "2026-03-31", REFUSED))
    found = folded(late, GRANTED, at("2026-04-02"))
    assert findings(found) == ["answer_after_silence"]
    assert status(found)["result"]["outcome"] == "granted"


def test_a_clock_that_stands_still_or_was_extended_does_not_grant() -> None:
    stopped = happened(("accepted", "2026-03-02"), ("special_started", "2026-03-04", {"kind": "hearing"}))
    assert fact(folded(stopped, GRANTED, at("2026-08-01")))["decided_on"] is None
    extended = happened(("accepted", "2026-03-02"), ("extended", "2026-03-06", APPROVED))
    assert fact(folded(extended, GRANTED, at("2026-04-14")))["decided_on"] is None
    assert fact(folded(extended, GRANTED, at("2026-04-15")))["decided_on"] == "2026-04-15"


def test_silence_accepts_and_then_grants_in_one_fold_made_late() -> None:
    found = folded(happened(("received", "2026-03-02")), GRANTED, at("2026-04-01"))
    assert codes(found) == ["received", "accepted_deemed", "decided_granted_deemed"]
    assert (fact(found)["accepted_on"], fact(found)["decided_on"]) == ("2026-03-02", "2026-03-31")


def test_an_event_of_the_future_does_not_bring_silence_forward_and_its_turn_is_known() -> None:
    typed_wrongly: list[CaseEvent] = happened(("received", "2026-03-02"), ("accepted", "2062-03-02"))
    before = folded(typed_wrongly, LICENCE, at("2026-03-03"))
    assert fact(before)["accepted_on"] == "2062-03-02"
    assert ("acceptance_limit", "2026-03-09T16:00:00.000Z") in [(turn[0], turn[2]) for turn in turns(before)]
    assert fact(folded(typed_wrongly, LICENCE, ON_TENTH))["accepted_on"] == "2026-03-02"
