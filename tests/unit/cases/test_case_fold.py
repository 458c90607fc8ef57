"""What the events of a case come to, story by story."""

import pytest

from tests.unit.cases.builders import (
    APPROVED,
    BY_TEN,
    FIVE_DAYS,
    HEARING,
    REFUSED,
    TWENTY_DAYS,
    at,
    commitment,
    event,
    fact,
    findings,
    folded,
    happened,
    status,
    terms,
)

# Acceptance, decision, end


def test_a_case_that_is_only_registered_is_registered_and_its_clock_has_not_started() -> None:
    found = status(folded([]))
    assert found["status"]["code"] == "registered"
    assert found["clock"] == "not_started"
    assert [entry["code"] for entry in found["timeline"]] == ["registered"]
    assert "due_on" not in found["deadline"]


def test_a_registration_that_says_when_the_application_came_in_is_received() -> None:
    found = status(folded([], received_at="2026-02-28T15:00:00+08:00"))
    assert found["status"] == found["status"] | {"code": "received", "since": "2026-02-28T15:00:00+08:00"}
    assert fact(folded([], received_at="2026-02-28T17:00:00Z"))["received_on"] == "2026-03-01"


def test_an_accepted_case_is_due_after_its_promised_working_days() -> None:
    result = folded(happened(("accepted", "2026-03-02")))
    found = status(result, at("2026-03-05"))
    assert found["deadline"]["due_on"] == "2026-03-09"
    assert found["deadline"]["statutory_due_on"] == "2026-03-30"
    assert found["deadline"]["lamp"] == "green"
    assert found["remaining"] == {"value": 2, "unit": "working_day", "as_of": "2026-03-05"}
    assert found["next_step"]["who"] == "agency"
    assert found["next_step"]["by"] == "2026-03-09"


@pytest.mark.parametrize(
    ("day", "lamp", "left"),
    [
        ("2026-03-05", "green", 2),
        ("2026-03-06", "yellow", 1),
        ("2026-03-08", "yellow", 1),
        ("2026-03-09", "yellow", 0),
        ("2026-03-10", "red", -1),
    ],
)
def test_the_lamp_is_yellow_from_one_working_day_before_and_red_past_the_due_date(
    day: str, lamp: str, left: int
) -> None:
    found = status(folded(happened(("accepted", "2026-03-02"))), at(day))
    assert (found["deadline"]["lamp"], found["remaining"]["value"]) == (lamp, left)


def test_the_day_turns_in_the_zone_of_the_jurisdiction() -> None:
    result = folded(happened(("accepted", "2026-03-01T16:30:00Z")))
    assert fact(result)["accepted_on"] == "2026-03-02"
    assert status(result, at("2026-03-09T15:59:59Z"))["deadline"]["lamp"] == "yellow"
    assert status(result, at("2026-03-09T16:00:00Z"))["deadline"]["lamp"] == "red"


def test_a_decision_in_time_keeps_deadline_promise_and_law() -> None:
    result = folded(
        happened(("accepted", "2026-03-02"), ("decided", "2026-03-09T23:30:00+08:00", {"outcome": "granted"}))
    )
    found = fact(result)
    assert (found["on_time"], found["promise_kept"], found["law_kept"]) == (True, True, True)
    assert (found["agency_days"], found["gross_days"], found["gross_seconds"]) == (5, 5, 7 * 86400 + 48_600)
    assert found["decided_on"] == "2026-03-09"
    shown = status(result)
    assert shown["clock"] == "done"
    assert shown["deadline"]["lamp"] == "green"
    assert "remaining" not in shown


def test_a_decision_a_day_late_breaks_the_promise_and_keeps_the_law() -> None:
    result = folded(happened(("accepted", "2026-03-02"), ("decided", "2026-03-10", {"outcome": "refused"})))
    found = fact(result)
    assert (found["on_time"], found["promise_kept"], found["law_kept"]) == (False, False, True)
    assert status(result)["deadline"]["lamp"] == "red"


def test_where_nothing_is_promised_the_statutory_limit_counts_and_no_promise_is_judged() -> None:
    service = terms(limits={"statutory": TWENTY_DAYS})
    found = fact(
        folded(happened(("accepted", "2026-03-02"), ("decided", "2026-03-30", {"outcome": "granted"})), service)
    )
    assert (found["due_on"], found["on_time"], found["promise_kept"], found["law_kept"]) == (
        "2026-03-30",
        True,
        None,
        True,
    )


def test_a_licence_of_which_nothing_is_said_has_the_limit_and_the_extension_of_the_law() -> None:
    service = terms(service_kind="licence", limits={})
    assert fact(folded(happened(("accepted", "2026-03-02")), service))["due_on"] == "2026-03-30"
    extended = happened(("accepted", "2026-03-02"), ("extended", "2026-03-06", APPROVED))
    assert fact(folded(extended, service))["due_on"] == "2026-04-14"  # Qingming on 6 April
    own = terms(service_kind="licence", limits={"statutory": FIVE_DAYS})
    assert fact(folded(happened(("accepted", "2026-03-02")), own))["due_on"] == "2026-03-09"
    on_the_spot = terms(service_kind="licence", limits={}, handling="immediate")
    assert fact(folded(happened(("accepted", "2026-03-02")), on_the_spot))["due_on"] is None


def test_a_case_without_any_limit_has_no_deadline_and_is_never_on_time() -> None:
    found = fact(
        folded(happened(("accepted", "2026-03-02"), ("decided", "2026-03-03", {"outcome": "done"})), terms(limits={}))
    )
    assert (found["due_on"], found["on_time"], found["promise_kept"], found["law_kept"]) == (None, None, None, None)


def test_the_agencys_own_deadline_counts_to_the_second_where_the_service_states_no_limit() -> None:
    due = "2026-03-05T17:00:00+08:00"
    before, after = "2026-03-05T17:00:00+08:00", "2026-03-05T17:00:01+08:00"
    for decided, kept in ((before, True), (after, False)):
        events = happened(("accepted", "2026-03-02"), ("decided", decided, {"outcome": "done"}))
        result = folded(events, terms(limits={}), due_at=due)
        assert fact(result)["on_time"] is kept
        assert fact(result)["due_on"] == "2026-03-05"
        assert status(result)["deadline"]["due_at"] == due
        assert "agency_due_at" not in status(result)["deadline"]


def test_the_agencys_own_deadline_is_only_shown_where_the_service_states_a_limit_and_a_difference_is_found() -> None:
    same, other = "2026-03-09T17:00:00+08:00", "2026-03-10T17:00:00+08:00"
    assert findings(folded(happened(("accepted", "2026-03-02")), due_at=same)) == []
    result = folded(happened(("accepted", "2026-03-02")), due_at=other)
    assert findings(result) == ["due_at_differs"]
    assert status(result)["deadline"]["due_on"] == "2026-03-09"
    assert status(result)["deadline"]["agency_due_at"] == other


def test_a_clock_that_starts_on_receipt_runs_before_acceptance() -> None:
    result = folded(happened(("received", "2026-03-02")), terms(clock_starts="received"))
    assert status(result, at("2026-03-03"))["clock"] == "running"
    assert status(result)["deadline"]["due_on"] == "2026-03-09"


def test_a_limit_in_hours_is_due_at_an_instant_and_says_full_hours() -> None:
    service = terms(limits={"promised": {"value": 4, "unit": "hour"}})
    result = folded(happened(("accepted", "2026-03-02T10:00:00+08:00")), service)
    found = status(result, at("2026-03-02T11:30:00+08:00"))
    assert found["deadline"]["due_at"] == "2026-03-02T14:00:00+08:00"
    assert found["remaining"] == {"value": 2, "unit": "hour", "as_of": "2026-03-02T11:00:00+08:00"}
    assert status(result, at("2026-03-02T11:59:59+08:00")) == found


def test_a_promise_that_covers_the_issue_is_judged_when_the_result_is_handed_out() -> None:
    service = terms(promise_covers="issue")
    decided = [("accepted", "2026-03-02"), ("decided", "2026-03-06", {"outcome": "granted"})]
    assert fact(folded(happened(*decided), service))["promise_kept"] is None
    assert fact(folded(happened(*decided, ("issued", "2026-03-09")), service))["promise_kept"] is True
    assert fact(folded(happened(*decided, ("issued", "2026-03-10")), service))["promise_kept"] is False


def test_a_refused_acceptance_ends_the_case_and_says_why() -> None:
    result = folded(happened(("refused_acceptance", "2026-03-03", {"reason": {"zh": "不属于本机关职权"}})))
    found = status(result)
    assert found["status"]["code"] == "not_accepted"
    assert found["result"] == {"outcome": "not_accepted", "reasons": [{"zh": "不属于本机关职权"}]}
    assert fact(result)["row"] == "administrative"
    assert result.ended_at == at("2026-03-03T10:00:00+08:00")


@pytest.mark.parametrize(("how", "row"), [("applicant_withdrew", "withdrawn"), ("void", "administrative")])
def test_a_case_closed_without_a_decision_has_a_row_of_its_own_and_the_day_of_its_end(how: str, row: str) -> None:
    result = folded(happened(("accepted", "2026-03-02"), ("closed", "2026-03-20", {"as": how})))
    found = fact(result)
    assert (found["row"], found["decided_on"], found["on_time"]) == (row, "2026-03-20", None)
    assert status(result)["status"]["code"] == f"closed_{how}"


def test_immediate_cases_have_a_row_of_their_own() -> None:
    result = folded(happened(("decided", "2026-03-02", {"outcome": "done"})), terms(handling="immediate"))
    assert fact(result)["row"] == "immediate"
    assert findings(result) == []


def test_a_reopened_case_is_open_again_and_its_last_decision_counts() -> None:
    events = happened(("accepted", "2026-03-02"), ("decided", "2026-03-05", REFUSED), ("reopened", "2026-03-12"))
    result = folded(events)
    assert fact(result)["decided_on"] is None
    assert status(result)["status"]["code"] == "reopened"
    assert result.ended_at is None
    again = folded([*events, event("e9", "decided", "2026-03-16", outcome="granted")])
    assert fact(again)["decided_on"] == "2026-03-16"
    assert findings(again) == []


def test_a_case_accepted_anew_after_reopening_is_counted_from_there() -> None:
    events = happened(
        ("accepted", "2026-03-02"),
        ("decided", "2026-03-05", {"outcome": "refused"}),
        ("reopened", "2026-03-12"),
        ("accepted", "2026-03-12T11:00:00+08:00"),
    )
    assert status(folded(events))["deadline"]["due_on"] == "2026-03-19"


def test_a_grant_is_over_for_the_applicant_only_once_it_is_handed_out() -> None:
    granted = [("accepted", "2026-03-02"), ("decided", "2026-03-05", {"outcome": "granted"})]
    assert folded(happened(*granted)).ended_at is None
    assert folded(happened(*granted, ("issued", "2026-03-06"))).ended_at == at("2026-03-06T10:00:00+08:00")


# Supplements


def test_a_supplement_before_acceptance_stops_nothing_and_tells_the_applicant_what_to_do() -> None:
    asked = {"materials": [{"zh": "营业执照"}], "due_on": "2026-03-10", "where": {"zh": "三号窗口"}}
    found = status(folded(happened(("received", "2026-03-02"), ("supplement_requested", "2026-03-04", asked))))
    assert found["clock"] == "not_started"
    assert found["next_step"]["who"] == "applicant"
    assert found["next_step"]["by"] == "2026-03-10"
    (todo,) = found["todo"]
    assert todo["materials"] == [{"zh": "营业执照"}]
    assert (todo["code"], todo["by"], todo["where"]) == ("hand_in_papers", "2026-03-10", {"zh": "三号窗口"})


def test_a_supplement_that_pauses_takes_its_days_out() -> None:
    steps = [("accepted", "2026-03-02"), ("supplement_requested", "2026-03-04", {"materials": [{"zh": "图纸"}]})]
    waiting = status(folded(happened(*steps), terms(supplement="pause")), at("2026-03-06"))
    assert waiting["clock"] == "stopped"
    assert waiting["stopped"]["why"] == "supplement"
    assert "due_on" not in waiting["deadline"]
    assert waiting["deadline"]["projected_due_on"] == "2026-03-11"
    came = folded(happened(*steps, ("supplement_received", "2026-03-06")), terms(supplement="pause"))
    assert status(came)["deadline"]["due_on"] == "2026-03-11"
    assert fact(came)["stopped"] is True


def test_a_supplement_that_restarts_begins_the_limit_anew_when_it_comes_in() -> None:
    service = terms(supplement="restart")
    steps = [("accepted", "2026-03-02"), ("supplement_requested", "2026-03-04", {"materials": [{"zh": "图纸"}]})]
    waiting = status(folded(happened(*steps), service), at("2026-03-06"))
    assert waiting["clock"] == "stopped"
    assert waiting["deadline"]["projected_due_on"] == "2026-03-13"
    codes = [step["code"] for step in waiting["deadline"]["explain"]]
    assert "due" not in codes
    assert codes.index("papers_assumed_to_come") < codes.index("no_due_while_stopped") < codes.index("projected_due")
    came = status(folded(happened(*steps, ("supplement_received", "2026-03-06")), service))
    assert came["deadline"]["due_on"] == "2026-03-13"
    assert "started_anew" in [step["code"] for step in came["deadline"]["explain"]]


def test_a_limit_that_will_start_anew_is_projected_from_the_day_told_for_the_papers_else_from_today() -> None:
    request = {"materials": [{"zh": "图纸"}]}
    for told, today, on, due in (
        ({"due_on": "2026-03-10"}, "2026-03-06", "2026-03-10", "2026-03-17"),
        ({"due_on": "2026-03-10"}, "2026-03-10", "2026-03-10", "2026-03-17"),
        ({}, "2026-03-06", "2026-03-06", "2026-03-13"),
        ({}, "2026-03-11", "2026-03-11", "2026-03-18"),
    ):
        steps = [("accepted", "2026-03-02"), ("supplement_requested", "2026-03-04", request | told)]
        now = at(today)
        deadline = status(folded(happened(*steps), terms(supplement="restart"), now), now)["deadline"]
        (supposed,) = (step for step in deadline["explain"] if step["code"] == "papers_assumed_to_come")
        assert (supposed["since"], deadline["projected_due_on"]) == (on, due)


def test_a_supplement_after_acceptance_is_a_finding_where_the_service_lets_it_stop_nothing() -> None:
    result = folded(
        happened(("accepted", "2026-03-02"), ("supplement_requested", "2026-03-04", {"materials": [{"zh": "图"}]}))
    )
    assert findings(result) == ["supplement_after_acceptance"]
    assert status(result)["deadline"]["due_on"] == "2026-03-09"


# Special procedures


def test_a_hearing_that_the_service_allows_stops_the_clock() -> None:
    service = terms(special_procedures=[HEARING])
    steps = [("accepted", "2026-03-02"), ("special_started", "2026-03-04", {"kind": "hearing"})]
    stopped = status(folded(happened(*steps), service), at("2026-03-05"))
    assert (stopped["stopped"]["why"], stopped["stopped"]["since"]) == ("hearing", "2026-03-04T10:00:00+08:00")
    ended = status(folded(happened(*steps, ("special_ended", "2026-03-11", {"kind": "hearing"})), service))
    assert ended["deadline"]["due_on"] == "2026-03-16"
    assert any(step.get("basis") == "行政许可法 第四十五条" for step in ended["deadline"]["explain"])


def test_a_procedure_that_the_service_does_not_name_stops_nothing_and_is_said() -> None:
    result = folded(happened(("accepted", "2026-03-02"), ("special_started", "2026-03-04", {"kind": "auction"})))
    found = status(result, at("2026-03-05"))
    assert findings(result) == ["stop_not_allowed"]
    assert (found["clock"], found["deadline"]["due_on"]) == ("running", "2026-03-09")
    (step,) = [step for step in found["deadline"]["explain"] if step["code"] == "stop_not_counted"]
    assert step["sentence"]["zh"] == "自2026-03-04起的拍卖不停止计时：该事项的承诺没有规定。"


def test_the_projection_follows_what_the_applicant_was_told_and_is_never_a_deadline() -> None:
    told = {"kind": "hearing", "told": {"value": 10, "unit": "day"}}
    result = folded(
        happened(("accepted", "2026-03-02"), ("special_started", "2026-03-04", told)),
        terms(special_procedures=[HEARING]),
    )
    found = status(result, at("2026-03-05"))
    assert found["stopped"]["expected_until"] == "2026-03-16"  # the 14th is a Saturday
    assert found["deadline"]["projected_due_on"] == "2026-03-19"
    assert "due_on" not in found["deadline"]
    assert "lamp" not in found["deadline"]
    later = status(result, at("2026-03-18"))
    assert later["deadline"]["projected_due_on"] == "2026-03-23"


def test_a_decision_during_an_open_procedure_is_a_finding_and_the_stop_ends_with_it() -> None:
    steps = [("accepted", "2026-03-02"), ("special_started", "2026-03-04", {"kind": "hearing"})]
    result = folded(
        happened(*steps, ("decided", "2026-03-30", {"outcome": "granted"})), terms(special_procedures=[HEARING])
    )
    assert findings(result) == ["decided_while_stopped"]
    assert fact(result)["on_time"] is True
    assert fact(result)["agency_days"] == 2


# Extensions


def test_an_extension_moves_deadline_and_law_but_not_the_promise() -> None:
    steps = [("accepted", "2026-03-02"), ("extended", "2026-03-06", {"reason": {"zh": "案情复杂"}})]
    result = folded(happened(*steps, ("decided", "2026-03-20", {"outcome": "granted"})), terms(extension=BY_TEN))
    found = fact(result)
    assert (found["due_on"], found["on_time"], found["promise_kept"], found["extended"]) == (
        "2026-03-23",
        True,
        False,
        True,
    )
    assert status(result)["deadline"]["statutory_due_on"] == "2026-04-14"  # Qingming on 6 April


def test_only_one_extension_is_counted_and_no_longer_than_the_service_allows() -> None:
    longer = {**APPROVED, "by": {"value": 30, "unit": "working_day"}}
    result = folded(
        happened(("accepted", "2026-03-02"), ("extended", "2026-03-05", longer), ("extended", "2026-03-06")),
        terms(extension=BY_TEN),
    )
    assert findings(result) == ["extended_twice", "extension_too_long"]
    assert fact(result)["due_on"] == "2026-03-23"


def test_an_extension_that_the_service_does_not_allow_moves_nothing() -> None:
    result = folded(happened(("accepted", "2026-03-02"), ("extended", "2026-03-06", {**APPROVED, "by": FIVE_DAYS})))
    assert findings(result) == ["extension_not_allowed"]
    assert fact(result)["due_on"] == "2026-03-09"


def test_an_extension_after_a_limit_had_run_out_does_not_revive_it() -> None:
    result = folded(happened(("accepted", "2026-03-02"), ("extended", "2026-03-12", APPROVED)), terms(extension=BY_TEN))
    assert fact(result)["due_on"] == "2026-03-09"
    assert status(result)["deadline"]["statutory_due_on"] == "2026-04-14"
    assert findings(result) == []
    late = folded(happened(("accepted", "2026-03-02"), ("extended", "2026-04-20", APPROVED)), terms(extension=BY_TEN))
    assert findings(late) == ["extended_too_late"]


# The commitment that binds


def test_a_case_is_bound_to_the_last_version_in_effect_on_the_local_day_of_acceptance() -> None:
    service = terms(
        commitment(1),
        commitment(2, effective_on="2026-03-02", limits={"promised": {"value": 3, "unit": "working_day"}}),
        commitment(3, effective_on="2026-03-03", limits={"promised": {"value": 1, "unit": "working_day"}}),
    )
    for accepted, version in (("2026-03-01T15:59:59Z", 1), ("2026-03-01T16:00:00Z", 2), ("2026-03-02T16:00:00Z", 3)):
        assert status(folded(happened(("accepted", accepted)), service))["service"]["version"] == version


def test_a_case_accepted_before_any_version_was_in_effect_is_bound_to_the_first_and_says_so() -> None:
    service = terms(commitment(1, effective_on="2026-06-01"), commitment(2, effective_on="2026-07-01"))
    found = status(folded(happened(("accepted", "2026-03-02")), service))
    assert found["service"]["version"] == 1
    assert found["deadline"]["explain"][0]["code"] == "bound_to_first_version"


def test_a_later_version_that_says_no_date_holds_from_the_day_it_was_published() -> None:
    service = terms(commitment(1), commitment(2, received_at="2026-03-04T17:00:00.000Z"))
    assert status(folded(happened(("accepted", "2026-03-04")), service))["service"]["version"] == 1
    assert status(folded(happened(("accepted", "2026-03-05")), service))["service"]["version"] == 2


# What is not known


def test_a_calendar_year_without_data_is_said_and_nothing_is_guessed() -> None:
    result = folded(happened(("accepted", "2026-12-28")))
    found = status(result, at("2026-12-29"))
    assert "due_on" not in found["deadline"]
    assert "remaining" not in found
    assert found["deadline"]["explain"][-1]["code"] == "calendar_year_missing"
    assert "2027" in found["deadline"]["explain"][-1]["sentence"]["zh"]
    assert findings(result) == ["calendar_year_missing"]
    assert fact(result)["due_on"] is None


def test_what_is_left_is_not_guessed_when_the_day_of_reading_lies_in_a_year_without_data() -> None:
    found = status(folded(happened(("accepted", "2026-12-14"))), at("2027-01-05"))
    assert found["deadline"]["due_on"] == "2026-12-21"
    assert found["deadline"]["lamp"] == "red"
    assert "remaining" not in found


def test_an_unknown_calendar_is_said_and_the_case_is_kept() -> None:
    agency = {"path": ["x"], "time_zone": "Asia/Shanghai", "calendar": "nowhere", "content": {}}
    result = folded(
        happened(("accepted", "2026-03-02"), ("decided", "2026-03-04", {"outcome": "done"})), terms(agency=agency)
    )
    assert findings(result) == ["calendar_unknown"]
    assert (fact(result)["due_on"], fact(result)["agency_days"], fact(result)["gross_seconds"]) == (None, None, 172_800)


# The rest of a status


def test_the_status_names_papers_fees_notices_and_the_post_that_answers() -> None:
    service = terms(
        first_contact={"post": {"zh": "首席事务代表"}},
        complaint={"phone": "12345"},
        steps=[{"stage": "accept"}, {"stage": "review"}],
    )
    found = status(
        folded(
            happened(
                ("received", "2026-03-02", {"documents": [{"name": {"zh": "申请表"}}]}),
                (
                    "accepted",
                    "2026-03-02T11:00:00+08:00",
                    {"notice_no": "受1号", "missing": [{"material": {"zh": "照片"}, "due_on": "2026-03-20"}]},
                ),
                ("stage_entered", "2026-03-03", {"stage": "review"}),
                ("fee_due", "2026-03-03", {"name": {"zh": "工本费"}, "amount_fen": 1000}),
                ("handed_over", "2026-03-04", {"to": {"post": {"zh": "审批科"}, "phone": "0826-1234567"}}),
            ),
            service,
        )
    )
    assert found["status"]["code"] == "stage_review"
    assert (found["progress"]["step"], found["progress"]["of"]) == (2, 2)
    assert found["documents_received"] == [{"name": {"zh": "申请表"}, "at": "2026-03-02T10:00:00+08:00"}]
    (notice,) = found["notices"]
    assert (notice["kind"], notice["no"], notice["at"]) == ("accepted", "受1号", "2026-03-02T11:00:00+08:00")
    assert found["fees"]["due"] == [{"amount_fen": 1000, "currency": "CNY"}]
    assert found["first_contact"] == {"post": {"zh": "审批科"}, "phone": "0826-1234567"}
    assert found["complaint"] == {"phone": "12345"}
    assert [todo["code"] for todo in found["todo"]] == ["hand_in_later", "pay_fee"]


def test_a_grant_goes_on_to_certificate_and_issue() -> None:
    granted = [("accepted", "2026-03-02"), ("decided", "2026-03-05", {"outcome": "granted"})]
    assert status(folded(happened(*granted)))["next_step"]["who"] == "agency"
    made = [*granted, ("certificate_made", "2026-03-06", {"pickup": {"zh": "一楼取件柜"}})]
    found = status(folded(happened(*made)))
    assert found["next_step"]["who"] == "applicant"
    assert [todo["code"] for todo in found["todo"]] == ["collect"]
    assert found["result"] == {"outcome": "granted", "pickup": {"zh": "一楼取件柜"}}
    issued = status(folded(happened(*made, ("issued", "2026-03-09"))))
    assert (issued["status"]["code"], issued["next_step"]["who"]) == ("issued", "nobody")
    assert "todo" not in issued


def test_a_long_timeline_keeps_the_newest_and_says_how_many_are_left_out() -> None:
    visits = [("visited", f"2026-03-02T10:{number // 60:02}:{number % 60:02}+08:00") for number in range(130)]
    found = status(folded(happened(*visits)))
    assert len(found["timeline"]) == 100
    assert found["timeline_left_out"] == 30
    assert found["timeline"][-1]["at"] == "2026-03-02T10:02:09+08:00"
