"""What a status says to people: whose turn it is, what to do, why the clock stands still and what is left on it."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.cases.splice import splice
from tests.unit.cases.builders import (
    AGENCY,
    BY_TEN,
    FIVE_DAYS,
    HEARING,
    NOW,
    at,
    folded,
    happened,
    status,
    terms,
)

ACCEPTED = ("accepted", "2026-03-02")
DRAWINGS = {"materials": [{"zh": "图纸"}]}
POST = {"post": {"zh": "投资股"}, "phone": "0826-2222222"}


# Whose turn it is


def test_the_next_step_names_the_post_that_answers_in_both_languages() -> None:
    step = status(folded(happened(ACCEPTED), terms(first_contact=POST)))["next_step"]
    assert step == {
        "who": "agency",
        "code": "go_on",
        "by": "2026-03-09",
        "agency": "bureau",
        "post": {"zh": "投资股"},
        "what": {"zh": "由投资股继续办理并作出决定。", "en": "投资股 handles the case and decides it."},
    }


def test_without_a_post_it_is_the_agency_and_after_a_hand_over_the_new_one() -> None:
    assert status(folded(happened(ACCEPTED)))["next_step"]["what"]["zh"] == "由办理机关继续办理并作出决定。"
    to = {"agency": "other", "post": {"zh": "审批科", "en": "Approvals"}}
    found = status(folded(happened(ACCEPTED, ("handed_over", "2026-03-03", {"to": to})), terms(first_contact=POST)))
    assert (found["next_step"]["agency"], found["next_step"]["post"]) == ("other", to["post"])
    assert found["next_step"]["what"]["en"] == "Approvals handles the case and decides it."
    assert found["first_contact"] == to


def test_a_post_whose_name_looks_like_a_place_to_fill_stays_what_it_is() -> None:
    service = terms(first_contact={"post": {"zh": "{whom}{0}"}})
    assert status(folded(happened(ACCEPTED), service))["next_step"]["what"]["zh"] == "由{whom}{0}继续办理并作出决定。"


def test_what_went_up_is_the_superior_agencys_turn() -> None:
    step = status(folded(happened(ACCEPTED, ("reported_up", "2026-03-03", {"to": "province"}))))["next_step"]
    assert (step["who"], step["code"], step["agency"]) == ("superior_agency", "decide_above", "province")
    assert step["what"]["zh"] == "由上级机关审查并作出决定。"


def test_while_third_parties_are_heard_the_next_step_says_so() -> None:
    consulting = {"kind": "consulting", "legal_basis": {"document": "信息公开条例", "article": "第三十二条"}}
    result = folded(happened(ACCEPTED, ("consulting_started", "2026-03-03")), terms(special_procedures=[consulting]))
    found = status(result, at("2026-03-04"))
    assert found["next_step"]["code"] == "hear_third_parties"
    assert found["stopped"]["legal_basis"] == "信息公开条例 第三十二条"
    assert found["stopped"]["sentence"]["zh"] == "正在征求第三方意见，征求意见期间依法不计入办理期限。"


def test_where_nobody_has_anything_left_to_do_nobody_is_named() -> None:
    found = status(folded(happened(ACCEPTED, ("decided", "2026-03-04", {"outcome": "done"}))))
    assert found["next_step"] == {
        "who": "nobody",
        "code": "nothing",
        "what": {"zh": "没有后续步骤。", "en": "Nothing is left to do."},
    }


# What the applicant has to do


def test_several_things_to_do_stand_side_by_side_the_nearest_day_first() -> None:
    missing = [
        {"material": {"zh": "照片"}, "due_on": "2026-03-20"},
        {"material": {"zh": "证明"}, "due_on": "2026-03-12"},
    ]
    found = status(
        folded(
            happened(
                ("accepted", "2026-03-02", {"missing": missing}),
                ("fee_due", "2026-03-03", {"name": {"zh": "工本费"}, "amount_fen": 1000}),
                ("fee_paid", "2026-03-03", {"amount_fen": 400}),
                ("fee_due", "2026-03-03", {"name": {"zh": "邮费"}, "amount_fen": 500, "currency": "USD"}),
                ("supplement_requested", "2026-03-04", {**DRAWINGS, "due_on": "2026-03-16"}),
            )
        )
    )
    assert [(entry["code"], entry.get("by")) for entry in found["todo"]] == [
        ("hand_in_later", "2026-03-12"),
        ("hand_in_papers", "2026-03-16"),
        ("hand_in_later", "2026-03-20"),
        ("pay_fee", None),
    ]
    amounts = [{"amount_fen": 600, "currency": "CNY"}, {"amount_fen": 500, "currency": "USD"}]
    assert found["todo"][3]["amounts"] == amounts
    assert found["fees"]["paid"] == [{"amount_fen": 400, "currency": "CNY"}, {"amount_fen": 0, "currency": "USD"}]


def test_a_pledge_that_does_not_hold_is_to_be_put_right_until_a_check_finds_that_it_does() -> None:
    checked = ("pledge_checked", "2026-03-04", {"kept": False})
    found = status(folded(happened(ACCEPTED, checked), terms(handling="on_pledge")))
    assert [entry["code"] for entry in found["todo"]] == ["correct_pledge"]
    assert (found["next_step"]["who"], found["next_step"]["code"]) == ("applicant", "correct_pledge")
    again = folded(happened(ACCEPTED, checked, ("pledge_checked", "2026-03-06", {"kept": True})))
    assert "todo" not in status(again)


def test_a_case_that_was_accepted_on_a_pledge_is_handled_so_and_others_as_the_service_says() -> None:
    pledged = ("accepted", "2026-03-02", {"on_pledge": True})
    for handling, accepted, shown in (
        ("promised", ACCEPTED, "promised"),
        ("promised", pledged, "on_pledge"),
        ("on_pledge", ACCEPTED, "on_pledge"),
    ):
        assert status(folded(happened(accepted), terms(handling=handling)))["handling"] == shown


def test_a_paper_that_was_to_follow_is_among_those_that_came_in() -> None:
    photo = {"zh": "照片"}
    accepted = ("accepted", "2026-03-02", {"missing": [{"material": photo}]})
    found = status(folded(happened(accepted, ("deferred_received", "2026-03-03", {"material": photo}))))
    assert "todo" not in found
    assert found["documents_received"] == [{"name": photo, "at": "2026-03-03T10:00:00+08:00"}]


# Why the clock stands still, and what is left on it


LEFT: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("working days", FIVE_DAYS, "2026-03-04", {"value": 4, "unit": "working_day"}),
    ("from the day of the start", FIVE_DAYS, "2026-03-02T17:00:00+08:00", {"value": 5, "unit": "working_day"}),
    ("days", {"value": 10, "unit": "day"}, "2026-03-04", {"value": 9, "unit": "day"}),
    ("a month, in days", {"value": 1, "unit": "month"}, "2026-03-12", {"value": 22, "unit": "day"}),
    ("hours", {"value": 48, "unit": "hour"}, "2026-03-03T12:30:00+08:00", {"value": 21, "unit": "hour"}),
]


@pytest.mark.parametrize(("limit", "since", "left"), [row[1:] for row in LEFT], ids=[row[0] for row in LEFT])
def test_a_stopped_clock_says_what_is_left_and_that_does_not_run_down(
    limit: dict[str, Any], since: str, left: dict[str, Any]
) -> None:
    service = terms(limits={"promised": limit}, special_procedures=[HEARING])
    result = folded(happened(ACCEPTED, ("special_started", since, {"kind": "hearing"})), service)
    for day in ("2026-03-13", "2026-03-27"):
        found = status(result, at(day))
        assert found["clock"] == "stopped"
        assert found["remaining"] == {**left, "as_of": day}


def test_what_is_left_is_what_remains_when_the_clock_goes_on() -> None:
    service = terms(special_procedures=[HEARING])
    steps = [ACCEPTED, ("special_started", "2026-03-04", {"kind": "hearing"})]
    stopped = status(folded(happened(*steps), service), at("2026-03-10"))["remaining"]["value"]
    ended = ("special_ended", "2026-03-17", {"kind": "hearing"})
    goes_on = status(folded(happened(*steps, ended), service), at("2026-03-16"))["remaining"]["value"]
    assert stopped == goes_on == 4


def test_a_clock_that_will_start_anew_has_its_whole_limit_left() -> None:
    result = folded(happened(ACCEPTED, ("supplement_requested", "2026-03-05", DRAWINGS)), terms(supplement="restart"))
    found = status(result, at("2026-03-10"))
    assert found["remaining"] == {**FIVE_DAYS, "as_of": "2026-03-10"}
    assert found["stopped"]["sentence"]["en"] == "Waiting for the papers you were asked for; this time is not counted."


def test_past_its_due_date_a_case_says_by_how_much_and_a_limit_in_months_says_days() -> None:
    service = terms(limits={"promised": {"value": 1, "unit": "month"}})
    result = folded(happened(ACCEPTED), service)
    assert status(result)["deadline"]["due_on"] == "2026-04-02"
    for day, left in (("2026-03-20", 13), ("2026-04-02", 0), ("2026-04-05", -3)):
        assert status(result, at(day))["remaining"] == {"value": left, "unit": "day", "as_of": day}


# Stages, places, reasons, papers


def test_stages_have_the_names_that_the_service_gives_them_else_those_of_the_list() -> None:
    steps = [{"stage": "accept"}, {"stage": "review", "name": {"zh": "现场核查", "en": "Site visit"}}]
    found = status(folded(happened(ACCEPTED), terms(steps=steps)))["progress"]
    assert found == {
        "step": 1,
        "of": 2,
        "stages": [
            {"code": "accept", "name": {"zh": "受理", "en": "Acceptance"}},
            {"code": "review", "name": {"zh": "现场核查", "en": "Site visit"}},
        ],
    }


def test_a_line_of_the_timeline_says_where_it_was_and_why() -> None:
    place = {"centre": "hall", "window": "三号窗口"}
    steps = [
        ("accepted", "2026-03-02", {"place": place, "notice_no": "受1号"}),
        ("extended", "2026-03-05", {"reason": {"zh": "案情复杂"}}),
    ]
    found = status(folded(happened(*steps), terms(extension=BY_TEN)))
    accepted, extended = found["timeline"]
    assert (accepted["place"], extended["reason"]) == (place, {"zh": "案情复杂"})
    assert found["notices"][0]["sentence"] == accepted["sentence"]


def test_a_result_says_reasons_remedies_number_and_until_when_it_is_valid() -> None:
    paper = {"name": {"zh": "许可证"}, "no": "许可〔2026〕7号", "valid_until": "2031-03-05"}
    remedies = [{"zh": "六十日内可以申请行政复议。", "en": "Reconsideration within 60 days."}]
    decided = {"outcome": "partly", "reasons": [{"zh": "部分条件不具备"}], "remedies": remedies}
    steps = [ACCEPTED, ("decided", "2026-03-05", decided), ("certificate_made", "2026-03-06", {"document": paper})]
    found = status(folded(happened(*steps)))["result"]
    assert found == {"outcome": "partly", "reasons": decided["reasons"], "remedies": remedies, "document": paper}


def test_where_to_complain_is_the_services_channel_else_its_agencys_else_that_of_the_nearest_above() -> None:
    from chalicelib.domain.cases.terms import read_terms

    def channel(own: str | None, agency: str | None, *above: str | None) -> object:
        line = [{"content": {"complaint": {"phone": phone}} if phone else {}} for phone in above]
        content = {"complaint": {"phone": agency}} if agency else {}
        commitment = {"version": 1, "title": {"zh": "事项"}, **({"complaint": {"phone": own}} if own else {})}
        state = {"agency": "bureau", "jurisdiction": "guangan", "commitments": [commitment]}
        service = read_terms("s1", state, {**AGENCY, "content": content}, line)
        return status(folded([], service)).get("complaint")

    assert channel("111", "222", "333") == {"phone": "111"}
    assert channel(None, "222", "333") == {"phone": "222"}
    assert channel(None, None, None, "444") == {"phone": "444"}
    assert channel(None, None) is None


# Bodies of an earlier renderer


def test_a_status_that_was_stored_by_the_first_renderer_is_served_as_well() -> None:
    body = orjson.loads(folded(happened(("accepted", "2026-03-02", {"notice_no": "受1号"}))).view)
    body["_"]["renderer"] = 1
    body["progress"] = {"step": 1, "of": 1, "stages": ["accept"]}
    body["notices"] = [{"kind": "decided", "no": "1", "at": "2026-03-02T01:00:00.000Z"}]
    found = orjson.loads(splice(orjson.dumps(body), "2026-03-02T01:00:00.000Z", NOW, "Asia/Shanghai"))
    assert found["progress"]["stages"] == [{"code": "accept", "name": {"zh": "受理", "en": "Acceptance"}}]
    assert "sentence" not in found["notices"][0]


# The limits beside the decision's


def test_while_acceptance_is_waited_for_its_own_deadline_is_told_with_what_is_left_and_a_lamp() -> None:
    result = folded(happened(("received", "2026-03-02")), terms(service_kind="licence"), now=at("2026-03-03"))
    for day, left, lamp in (("2026-03-04", 3, "green"), ("2026-03-07", 1, "yellow"), ("2026-03-09", 0, "yellow")):
        found = status(result, at(day))
        waiting = found["deadline"]["acceptance"]
        assert (found["clock"], found["next_step"]["code"]) == ("not_started", "decide_acceptance")
        assert found["next_step"]["by"] == waiting["due_on"] == "2026-03-09"
        assert waiting["remaining"] == {"value": left, "unit": "working_day", "as_of": day}
        assert waiting["lamp"] == lamp
        assert waiting["explain"][-1]["sentence"]["zh"].startswith("所用工作日历")
    accepted = status(folded(happened(("received", "2026-03-02"), ("accepted", "2026-03-03"))))
    assert "acceptance" not in accepted["deadline"]


def test_after_a_grant_the_deadline_for_handing_it_out_is_told_until_it_is() -> None:
    steps = [ACCEPTED, ("decided", "2026-03-05", {"outcome": "granted"})]
    service = terms(service_kind="licence")
    found = status(folded(happened(*steps), service), at("2026-03-06"))
    assert found["next_step"]["by"] == found["deadline"]["issue"]["due_on"] == "2026-03-19"
    assert found["deadline"]["issue"]["remaining"]["value"] == 9
    assert "remaining" not in found, "the decision's clock is done"
    issued = status(folded(happened(*steps, ("issued", "2026-03-09")), service))
    assert "issue" not in issued["deadline"]


def test_a_day_of_reading_without_a_calendar_leaves_the_lamp_and_says_what_is_missing() -> None:
    result = folded(happened(("received", "2026-12-21")), terms(service_kind="licence"), now=at("2026-12-22"))
    waiting = status(result, at("2027-01-05"))["deadline"]["acceptance"]
    assert waiting["lamp"] == "red"
    assert "remaining" not in waiting
    assert waiting["explain"][-1]["code"] == "calendar_year_missing"
