"""Branches of a joint licence: what is of a branch stays in it, and what the whole takes from all of them."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from chalicelib.domain.cases.records import CaseEvent
from tests.unit.cases.builders import at, event, fact, findings, folded, status
from tests.unit.cases.joint import TWENTY_PROMISED, by_id, days, decided, opened, restaurant, strand

ACCEPTED = event("e1", "accepted", "2026-03-02")
OPENED = [opened("o1", "health", "2026-03-03"), opened("o2", "fire", "2026-03-03"), opened("o3", "city", "2026-03-04")]
BEGUN = [ACCEPTED, *OPENED]


def shown(events: list[CaseEvent], day: str = "2026-03-05", **members: Any) -> dict[str, Any]:
    """Return the status on a day."""
    return status(folded(events, restaurant(**members), at(day)), at(day))


def turns(events: list[CaseEvent], day: str = "2026-03-05", **members: Any) -> list[tuple[str, str, str]]:
    """Return rule, branch and what passed of every turn."""
    found = orjson.loads(folded(events, restaurant(**members), at(day)).turns)
    return [(turn["rule"], turn["of"], turn["due"]) for turn in found]


def test_every_branch_has_a_clock_of_its_own_from_its_opening_by_the_sum_of_its_steps() -> None:
    branches = by_id(shown(BEGUN))
    assert list(branches) == ["health", "fire", "city"]
    assert [branches[id_]["deadline"]["limit"]["value"] for id_ in branches] == [10, 8, 6]
    assert [branches[id_]["deadline"]["due_on"] for id_ in branches] == ["2026-03-17", "2026-03-13", "2026-03-12"]
    assert {branch["clock"] for branch in branches.values()} == {"running"}


def test_a_branch_that_was_not_opened_shows_its_limit_and_no_deadline() -> None:
    branch = by_id(shown([ACCEPTED]))["fire"]
    assert branch["status"]["code"] == "not_opened"
    assert branch["clock"] == "not_started"
    assert branch["deadline"] == {"limit": days(8), "explain": []}
    assert branch["agency"] == "fire"


@pytest.mark.parametrize("name", ["decided", "refused_acceptance", "closed"])
def test_a_case_that_ends_before_its_branches_ends_them_however_it_ends(name: str) -> None:
    members = {"decided": {"outcome": "refused"}, "closed": {"as": "void"}}.get(
        name, {"reason": {"zh": "不属于本机关"}}
    )
    accepted = [] if name == "refused_acceptance" else [ACCEPTED]
    branches = by_id(shown([*accepted, *OPENED, event("e9", name, "2026-03-05", **members)], "2026-03-06"))
    assert {branch["status"]["code"] for branch in branches.values()} == {"ended"}


def test_the_joint_clock_runs_by_the_joint_limits_from_the_leads_acceptance() -> None:
    found = shown(BEGUN)["deadline"]
    assert (found["due_on"], found["statutory_due_on"]) == ("2026-03-30", "2026-05-08")
    assert "joint_clock" in [step["code"] for step in found["explain"]]


def test_a_licence_handled_jointly_has_the_laws_limit_and_extension_where_nothing_is_said() -> None:
    extended = event("x1", "extended", "2026-03-10")
    found = shown([*BEGUN, extended], joint={"lead": "bureau"}, extension=None)
    assert found["deadline"]["limit"] == days(45)
    assert [step["value"] for step in found["deadline"]["explain"] if step["code"] == "extension"] == [15]
    other = shown(BEGUN, joint={"lead": "bureau"}, service_kind="confirmation", limits={"statutory": days(30)})
    assert other["deadline"]["limit"] == days(30)


def test_an_event_of_a_branch_changes_that_branch_and_not_the_case() -> None:
    later = [
        event("b1", "stage_entered", "2026-03-05", stage="review", branch="fire"),
        event("b2", "extended", "2026-03-06", branch="fire"),
        event("b3", "decided", "2026-03-09", outcome="refused", branch="fire"),
    ]
    before, after = shown(BEGUN), shown([*BEGUN, *later], "2026-03-10")
    assert after["status"] == before["status"]
    assert after["deadline"] == before["deadline"]
    assert "result" not in after
    assert by_id(after)["health"]["deadline"] == by_id(before)["health"]["deadline"]
    fire = by_id(after)["fire"]
    assert (fire["status"]["code"], fire["clock"]) == ("decided_refused", "done")
    assert fire["deadline"]["due_on"] == "2026-03-19"
    assert [(line["code"], line["branch"]) for line in after["timeline"][-3:]] == [
        ("stage_entered_review", "fire"),
        ("extended", "fire"),
        ("decided_refused", "fire"),
    ]


def test_a_stop_of_one_branch_does_not_stop_the_joint_clock_until_every_open_branch_is_stopped() -> None:
    stop = event("s1", "special_started", "2026-03-05", branch="health", kind="inspection", told=days(5))
    one = shown([*BEGUN, stop], "2026-03-06")
    assert one["clock"] == "running"
    assert one["deadline"]["due_on"] == "2026-03-30"
    assert by_id(one)["health"]["stopped"]["expected_until"] == "2026-03-12"
    rest = [decided("d1", "fire", "2026-03-10"), decided("d2", "city", "2026-03-10")]
    alone = shown([*BEGUN, stop, *rest], "2026-03-11")
    assert alone["clock"] == "stopped"
    assert alone["stopped"]["why"] == "all_branches"
    assert alone["stopped"]["since"].startswith("2026-03-11T00:00:00")
    ended = event("s2", "special_ended", "2026-03-13", branch="health", kind="inspection")
    after = shown([*BEGUN, stop, *rest, ended], "2026-03-16")
    assert after["deadline"]["due_on"] == "2026-04-01"
    assert by_id(after)["health"]["deadline"]["due_on"] == "2026-03-25"


def test_what_stops_the_whole_case_stops_every_branch() -> None:
    hearing = [
        event("s1", "special_started", "2026-03-09", kind="hearing"),
        event("s2", "special_ended", "2026-03-11", kind="hearing"),
    ]
    found = shown([*BEGUN, *hearing], "2026-03-12")
    assert found["deadline"]["due_on"] == "2026-04-01"
    assert by_id(found)["health"]["deadline"]["due_on"] == "2026-03-19"
    stops = [step for step in found["deadline"]["explain"] if step["code"].startswith("stop")]
    assert [step["what"] for step in stops] == ["hearing"], "said once"
    meanwhile = shown([*BEGUN, hearing[0]], "2026-03-10")
    assert meanwhile["next_step"]["code"] == "finish_procedure"
    assert {branch["clock"] for branch in meanwhile["branches"]} == {"stopped"}
    assert any(branch["blocking"] for branch in meanwhile["branches"])


def test_the_branch_on_whose_end_the_projection_rests_blocks_and_ties_block_together() -> None:
    found = shown(BEGUN)
    assert [branch["id"] for branch in found["branches"] if branch["blocking"]] == ["health"]
    assert found["longest_path"] == {
        "ends_on": "2026-03-19",
        "steps": [
            {"branch": "health", "agency": "health", "until": "2026-03-17"},
            {"stage": "decide", "agency": "bureau", "until": "2026-03-19"},
        ],
        "late": False,
    }
    late = shown(BEGUN, "2026-04-20")
    assert [branch["id"] for branch in late["branches"] if branch["blocking"]] == ["health", "fire", "city"]
    assert late["longest_path"]["ends_on"] == "2026-04-22"
    assert late["longest_path"]["late"] is True


def test_groups_follow_one_another_and_the_path_goes_through_what_is_not_opened_yet() -> None:
    steps = [strand("health", 10), strand("fire", 5), strand("water", 7, group="g2"), strand("power", 3, group="g2")]
    found = shown([ACCEPTED, *OPENED[:2]], steps=steps)
    assert found["longest_path"]["ends_on"] == "2026-03-26"
    assert [step["branch"] for step in found["longest_path"]["steps"]] == ["health", "water"]
    assert [branch["id"] for branch in found["branches"] if branch["blocking"]] == ["health"]
    early = opened("o4", "water", "2026-03-05")
    assert findings(folded([*BEGUN[:3], early], restaurant(steps=steps))) == ["branch_opened_before_its_turn"]


def test_without_a_known_limit_nothing_is_projected_and_who_cannot_be_told_blocks() -> None:
    found = shown(BEGUN, steps=[strand("health", None), strand("fire", 5), strand("city", 5)])
    assert "longest_path" not in found
    assert [branch["id"] for branch in found["branches"] if branch["blocking"]] == ["health"]


def test_silence_is_consent_from_the_turn_on_where_the_service_says_so() -> None:
    turn = at("2026-03-13T00:00:00+08:00")
    service = restaurant(overdue_means="consent")
    before, after = (folded(BEGUN, service, turn + timedelta(milliseconds=step)) for step in (-1, 0))
    assert by_id(status(before, turn))["city"]["status"]["code"] == "opened"
    city = by_id(status(after, turn))["city"]
    assert (city["status"]["code"], city["clock"], city["deadline"]["lamp"]) == ("consented", "done", "red")
    assert city["status"]["since"] == "2026-03-13T00:00:00+08:00"
    assert status(after, turn)["timeline"][-1]["code"] == "branch_consented"
    assert folded(BEGUN, service, turn + timedelta(hours=20)) == after, "the same bytes up to the next turn"
    assert by_id(shown(BEGUN, "2026-03-16"))["city"]["status"]["code"] == "opened", "elsewhere it stays overdue"


def test_what_is_decided_after_silence_became_consent_is_found_and_changes_nothing() -> None:
    late = decided("d1", "city", "2026-03-16", "refused")
    found = folded([*BEGUN, late], restaurant(overdue_means="consent"), at("2026-03-17"))
    assert findings(found) == ["branch_decided_after_silence"]
    assert by_id(status(found, at("2026-03-17")))["city"]["status"]["code"] == "consented"
    in_time = decided("d1", "city", "2026-03-12", "refused")
    found = folded([*BEGUN, in_time], restaurant(overdue_means="consent"), at("2026-03-17"))
    assert by_id(status(found, at("2026-03-17")))["city"]["status"]["code"] == "decided_refused"


def test_the_limits_of_branches_and_of_the_whole_are_turns() -> None:
    assert turns(BEGUN) == [
        ("branch_limit", "city", "2026-03-12"),
        ("branch_limit", "fire", "2026-03-13"),
        ("branch_limit", "health", "2026-03-17"),
        ("promised_limit", "", "2026-03-30"),
        ("statutory_limit", "", "2026-05-08"),
    ]
    kept = [decided("d1", "city", "2026-03-12"), decided("d2", "fire", "2026-03-16")]
    assert turns([*BEGUN, *kept], "2026-03-16")[0] == ("branch_limit", "fire", "2026-03-13")


def test_the_fact_of_a_joint_case_rests_on_the_joint_clock_and_the_last_decision() -> None:
    branches = [
        decided("d1", "city", "2026-03-09"),
        decided("d2", "fire", "2026-03-10"),
        decided("d3", "health", "2026-04-07"),
    ]
    whole = event("e9", "decided", "2026-03-27", outcome="granted")
    found = folded([*BEGUN, *branches, whole], restaurant())
    assert findings(found) == ["decided_before_branches"]
    assert fact(found)["decided_on"] == "2026-04-07"
    assert (fact(found)["due_on"], fact(found)["on_time"]) == ("2026-03-30", False)
    assert fact(found)["law_kept"] is True
    last = event("e9", "decided", "2026-03-27", outcome="granted")
    kept = folded([*BEGUN, *branches[:2], decided("d3", "health", "2026-03-17"), last], restaurant())
    assert findings(kept) == []
    assert fact(kept)["on_time"] is True


def test_a_branch_ends_with_the_case() -> None:
    closed = event("e9", "closed", "2026-03-06", **{"as": "applicant_withdrew"})
    found = shown([*BEGUN, closed], "2026-03-09")
    assert {branch["status"]["code"] for branch in found["branches"]} == {"ended"}
    assert not any(branch["blocking"] for branch in found["branches"])
    assert "longest_path" not in found


def test_after_a_reopening_a_branch_may_be_opened_anew_and_starts_a_new_clock() -> None:
    ended = [decided("d1", "city", "2026-03-09", "refused"), event("e8", "decided", "2026-03-30", outcome="refused")]
    anew = [event("e9", "reopened", "2026-04-01"), opened("o9", "city", "2026-04-02")]
    found = folded([*BEGUN, *ended, *anew], restaurant(), at("2026-04-03"))
    assert "branch_opened_twice" not in findings(found)
    city = by_id(status(found, at("2026-04-03")))["city"]
    assert (city["status"]["code"], city["deadline"]["due_on"]) == ("opened", "2026-04-13")


def test_a_supplement_stops_a_branch_only_where_the_law_lets_it() -> None:
    asked = event("q1", "supplement_requested", "2026-03-05", branch="fire", materials=[{"zh": "图纸"}])
    came = event("q2", "supplement_received", "2026-03-09", branch="fire")
    assert "supplement_after_acceptance" in findings(folded([*BEGUN, asked, came], restaurant()))
    found = shown([*BEGUN, asked, came], "2026-03-10", supplement="pause")
    assert by_id(found)["fire"]["deadline"]["due_on"] == "2026-03-17"


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([decided("d1", "fire", "2026-03-05")], "branch_not_opened"),
        ([*OPENED, opened("o4", "fire", "2026-03-06")], "branch_opened_twice"),
        ([opened("o1", "water", "2026-03-03")], "branch_not_in_service"),
        ([opened("o1", "fire", "2026-03-03", agency="other")], "branch_agency_differs"),
        ([opened("o1", "fire", "2026-03-03", limit=days(9))], "branch_limit_differs"),
        ([opened("o1", "fire", "2026-02-27")], "branch_opened_before_acceptance"),
        ([*OPENED, decided("d1", "fire", "2026-03-05"), decided("d2", "fire", "2026-03-06")], "branch_decided_twice"),
        (
            [
                *OPENED,
                event("s1", "special_started", "2026-03-05", branch="fire", kind="hearing"),
                decided("d1", "fire", "2026-03-05T12:00:00+08:00"),
            ],
            "branch_decided_while_stopped",
        ),
        (
            [*OPENED, event("c1", "corrected_event", "2026-03-06", corrects="o1", branch="health")],
            "correction_of_other_branch",
        ),
        (
            [
                *OPENED,
                decided("d1", "fire", "2026-03-05"),
                event("c1", "corrected_event", "2026-03-06", corrects="d1", branch="health"),
            ],
            "correction_of_other_branch",
        ),
        (
            [*OPENED, event("c1", "corrected_event", "2026-03-06", corrects="e1", branch="health")],
            "correction_of_other_branch",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_contradiction_among_branches_is_a_finding(events: list[CaseEvent], code: str) -> None:
    assert findings(folded([ACCEPTED, *events], restaurant())) == [code]


def test_a_refusal_of_a_branch_can_be_corrected_by_the_branch() -> None:
    refused = decided("d1", "fire", "2026-03-05", "refused")
    right = {"event": "decided", "occurred_at": "2026-03-06T10:00:00+08:00", "outcome": "granted", "branch": "fire"}
    correction = event("c1", "corrected_event", "2026-03-06", corrects="d1", branch="fire", replacement=right)
    found = folded([*BEGUN, refused, correction], restaurant())
    assert findings(found) == []
    assert by_id(status(found, at("2026-03-09")))["fire"]["status"]["code"] == "decided_granted"


def test_the_limit_sent_with_the_opening_stands_where_the_service_states_none() -> None:
    steps = [strand("health", None), strand("fire", 5)]
    found = shown([ACCEPTED, opened("o1", "health", "2026-03-03", limit=days(3))], steps=steps)
    assert by_id(found)["health"]["deadline"]["due_on"] == "2026-03-06"


def test_a_service_that_is_not_joint_keeps_its_own_clock_whatever_is_said_of_branches() -> None:
    plain: dict[str, Any] = {"joint": None, "steps": [], "limits": {"promised": days(5)}}
    stop = event("s1", "special_started", "2026-03-04", branch="fire", kind="inspection")
    found = folded([ACCEPTED, OPENED[1], stop], restaurant(**plain))
    assert findings(found) == ["branch_not_in_service"]
    assert status(found)["deadline"]["due_on"] == "2026-03-09"


def test_the_next_step_names_the_agencies_that_block_and_what_a_branch_asks_for_is_the_applicants_to_do() -> None:
    step = shown(BEGUN)["next_step"]
    assert (step["code"], step["agencies"], step["by"]) == ("decide_branches", ["health"], "2026-03-17")
    papers = {"materials": [{"zh": "图纸"}], "due_on": "2026-03-20"}
    asked = event("q1", "supplement_requested", "2026-03-05", branch="fire", **papers)
    found = shown([*BEGUN, asked], supplement="pause")
    assert (found["next_step"]["who"], found["next_step"]["by"]) == ("applicant", "2026-03-20")
    (entry,) = found["todo"]
    assert (entry["code"], entry["branch"], entry["agency"]) == ("hand_in_papers", "fire", "fire")
    assert entry["materials"] == papers["materials"]
    done = [decided(f"d{number}", id_, "2026-03-09") for number, id_ in enumerate(("health", "fire", "city"))]
    after = shown([*BEGUN, asked, *done], "2026-03-10", supplement="pause")
    assert after["next_step"]["code"] == "go_on"
    assert "todo" not in after


def test_before_any_branch_is_opened_the_next_step_is_to_open_them_and_the_progress_goes_with_the_branches() -> None:
    before = shown([ACCEPTED])
    assert before["next_step"]["code"] == "open_branches"
    assert before["progress"]["step"] == 1
    assert shown(BEGUN)["progress"] == {**before["progress"], "step": 2}
    done = [decided(f"d{number}", id_, "2026-03-09") for number, id_ in enumerate(("health", "fire", "city"))]
    assert shown([*BEGUN, *done], "2026-03-10")["progress"]["step"] == 3


def test_where_silence_grants_the_whole_it_does_so_by_the_joint_limit() -> None:
    service = restaurant(overdue_means="granted", joint={**TWENTY_PROMISED, "statutory": days(20)})
    turn = at("2026-04-01T00:00:00+08:00")
    stopped = [
        event("s1", "special_started", "2026-03-05", branch="health", kind="inspection"),
        decided("d1", "fire", "2026-03-10"),
        decided("d2", "city", "2026-03-10"),
        event("s2", "special_ended", "2026-03-12", branch="health", kind="inspection"),
    ]
    before, after = (folded([*BEGUN, *stopped], service, turn + timedelta(milliseconds=step)) for step in (-1, 0))
    assert status(before, turn)["deadline"]["due_on"] == "2026-03-31", "one day was off, the 11th"
    assert status(before, turn)["clock"] == "running"
    found = status(after, turn)
    assert (found["status"]["code"], found["result"]["outcome"]) == ("decided_granted", "granted")
    assert by_id(found)["health"]["status"]["code"] == "ended"
    assert findings(after) == []
