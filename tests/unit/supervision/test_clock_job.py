"""The clock job over the life of a case: what it raises, lifts and turns red, and what it leaves alone."""

import pytest

from chalicelib.domain.instants import to_key
from chalicelib.errors import UnfinishedError
from chalicelib.store import keys
from tests.case_world import ACCEPTED, LIMITS
from tests.unit.supervision.worlds import CAME_IN, DECIDED_IN_TIME, DECIDED_LATE, REASON, SupervisedWorld

PROMISED, LAW = ("promised_limit", "2026-11-27"), ("statutory_limit", "2026-12-18")


@pytest.fixture
def world() -> SupervisedWorld:
    return SupervisedWorld().begin()


def test_a_case_is_due_at_the_instant_after_its_first_limit_and_not_before(world: SupervisedWorld) -> None:
    assert world.mark() == "2026-11-27T16:00:00.000Z"
    world.at("2026-11-27T23:59:59+08:00").clock()
    assert world.told() == []
    world.at("2026-11-28T00:00:00+08:00").clock()
    assert world.told() == [(*PROMISED, "yellow", "raised")]
    assert world.mark() == "2026-12-18T16:00:00.000Z"


def test_a_case_that_is_decided_in_time_is_never_looked_at(world: SupervisedWorld) -> None:
    world.event("c", "e2", DECIDED_IN_TIME)
    assert world.mark() is None
    assert world.at("2027-03-01").clock().subjects == 0
    assert world.told() == []


def test_a_clock_that_comes_late_raises_all_that_passed_and_a_second_run_nothing(world: SupervisedWorld) -> None:
    done = world.at("2026-12-24").clock()
    assert (done.subjects, done.raised) == (1, 2)
    assert world.told() == [(*PROMISED, "yellow", "raised"), (*LAW, "red", "raised")]
    again = world.clock()
    assert (again.subjects, again.raised) == (0, 0)
    assert world.mark() is None


def test_a_late_decision_leaves_the_card_and_needs_no_further_look(world: SupervisedWorld) -> None:
    world.at("2026-12-01").clock()
    world.event("c", "e2", DECIDED_LATE)
    assert world.mark() is None
    assert world.told() == [(*PROMISED, "yellow", "raised")]


def test_an_event_that_shows_the_limit_was_kept_lifts_the_card_with_the_next_run(world: SupervisedWorld) -> None:
    world.at("2026-12-01").clock()
    world.event("c", "e2", DECIDED_IN_TIME)
    assert world.mark() == to_key(world.now)
    assert world.clock().lifted == 1
    assert world.told() == [(*PROMISED, "yellow", "lifted")]
    (state,) = world.cards().values()
    assert state["lifted"]["reason"] == "limit_kept"


def test_a_breach_that_is_found_late_raises_its_card_with_the_next_run(world: SupervisedWorld) -> None:
    world.event("c", "e2", DECIDED_IN_TIME)
    world.at("2026-12-05").event(
        "c", "e3", {"event": "corrected_event", "occurred_at": "2026-12-04T09:00:00+08:00", "corrects": "e2"}
    )
    assert world.clock().raised == 1
    assert world.told() == [(*PROMISED, "yellow", "raised")]


def test_a_breach_that_comes_back_raises_the_same_card_again(world: SupervisedWorld) -> None:
    world.at("2026-12-01").clock()
    card = world.card()
    world.event("c", "e2", DECIDED_IN_TIME)
    world.clock()
    void = {"event": "corrected_event", "occurred_at": "2026-12-01T13:00:00+08:00", "corrects": "e2"}
    world.event("c", "e3", void)
    world.clock()
    assert world.told() == [(*PROMISED, "yellow", "raised")]
    assert world.card() == card
    item = world.memory.items[keys.head("card", card)]
    assert item["act"] == 3


def test_a_limit_that_moves_lifts_the_card_of_the_old_day_and_raises_one_of_the_new(world: SupervisedWorld) -> None:
    world.at("2026-12-04").clock()
    void = {"event": "corrected_event", "occurred_at": "2026-12-04T13:00:00+08:00", "corrects": "e1"}
    world.event(
        "c",
        "e2",
        {**void, "replacement": {"event": "accepted", "occurred_at": "2026-11-23T10:00:00+08:00"}},
    )
    done = world.clock()
    assert (done.raised, done.lifted) == (1, 1)
    assert world.told() == [
        ("promised_limit", "2026-11-27", "yellow", "lifted"),
        ("promised_limit", "2026-11-30", "yellow", "raised"),
    ]


def test_a_clock_that_goes_back_changes_nothing(world: SupervisedWorld) -> None:
    world.at("2026-12-24").clock()
    world.log()
    before = world.memory.save()
    assert world.at("2026-11-25").clock().subjects == 0
    assert world.memory.save() == before
    world.event("c", "e2", {"event": "visited", "occurred_at": "2026-11-24T09:00:00+08:00"})
    world.clock()
    assert {stage for *_, stage in world.told()} == {"raised"}


def test_a_breach_over_before_the_case_was_registered_is_history(world: SupervisedWorld) -> None:
    world.at("2027-02-01")
    world.register("old", **CAME_IN)
    world.event("old", "e1", ACCEPTED)
    world.event("old", "e2", DECIDED_LATE)
    assert world.mark("old") is None
    world.event("c", "e2", DECIDED_LATE)
    world.at("2027-02-03").clock()
    assert len(world.told()) == 1  # that of c, which was registered before it was late


def test_a_breach_still_open_when_the_case_is_registered_waits_a_day_for_its_card(world: SupervisedWorld) -> None:
    world.event("c", "e2", DECIDED_IN_TIME)
    world.at("2026-12-04T10:00:00+08:00")
    world.register("loaded", **CAME_IN)
    world.event("loaded", "e1", ACCEPTED)
    assert world.mark("loaded") == "2026-12-05T02:00:01.000Z"
    assert world.clock().raised == 0
    world.at("2026-12-05T10:00:02+08:00")
    assert world.clock().raised == 1


def test_what_a_later_file_of_the_same_load_explains_raises_no_card(world: SupervisedWorld) -> None:
    world.event("c", "e2", DECIDED_IN_TIME)
    world.at("2026-12-04")
    world.register("loaded", **CAME_IN)
    world.event("loaded", "e1", ACCEPTED)
    world.clock()
    world.event("loaded", "e2", DECIDED_LATE)
    assert world.mark("loaded") is None
    world.at("2027-01-20").clock()
    assert world.told() == []


def test_a_card_raised_before_history_came_in_says_so_when_it_is_lifted(world: SupervisedWorld) -> None:
    world.event("c", "e2", DECIDED_IN_TIME)
    world.at("2026-12-04")
    world.register("loaded", **CAME_IN)
    world.event("loaded", "e1", ACCEPTED)
    world.at("2026-12-06").clock()
    world.event("loaded", "e2", DECIDED_LATE)
    world.clock()
    (state,) = world.cards().values()
    assert state["lifted"]["reason"] == "ended_before_registration"


def test_a_yellow_card_that_nobody_answers_in_five_working_days_turns_red(world: SupervisedWorld) -> None:
    world.at("2026-11-28").clock()  # a Saturday
    (state,) = world.cards().values()
    assert state["content"]["answer_by"] == "2026-12-04"
    assert world.at("2026-12-04T23:59:00+08:00").clock().reddened == 0
    assert world.at("2026-12-05T00:00:00+08:00").clock().reddened == 1
    assert world.told() == [(*PROMISED, "red", "raised")]
    assert world.clock().subjects == 0


def test_an_answer_keeps_a_yellow_card_yellow_and_says_whether_it_was_in_time(world: SupervisedWorld) -> None:
    world.at("2026-11-28").clock()
    world.at("2026-12-04T23:58:00+08:00")
    assert world.say(2, {"act": "answer", **REASON}).status == 201
    world.at("2026-12-12").clock()
    assert world.told() == [(*PROMISED, "yellow", "answered")]
    (state,) = world.cards().values()
    assert state["answer"]["in_time"] is True


def test_a_red_card_may_be_answered_late(world: SupervisedWorld) -> None:
    world.at("2026-11-28").clock()
    world.at("2026-12-10").clock()
    assert world.say(2, {"act": "answer", **REASON}).status == 409
    assert world.say(3, {"act": "answer", **REASON}).status == 201
    (state,) = world.cards().values()
    assert (state["colour"], state["answer"]["in_time"]) == ("red", False)


def test_one_case_that_cannot_be_worked_off_stops_no_other_and_fails_the_run(world: SupervisedWorld) -> None:
    for case_no in ("a", "b"):
        world.register(case_no, **CAME_IN)
        world.event(case_no, "e1", ACCEPTED)
    broken = world.memory.items[keys.registration("b")]
    world.memory.items[keys.registration("b")] = {**broken, "raw": b"{"}
    world.at("2026-11-28")
    with pytest.raises(UnfinishedError, match="1 of 3 stand still"):
        world.clock()
    assert len(world.told()) == 2
    world.memory.items[keys.registration("b")] = broken
    assert world.clock().raised == 1


def test_a_calendar_without_the_year_leaves_the_card_without_a_day_to_answer_by(world: SupervisedWorld) -> None:
    world.service("s1", 2, "revise", limits=LIMITS)
    world.at("2031-01-03").clock()
    assert {"answer_by" in state["content"] for state in world.cards().values()} == {False}
    assert world.at("2031-05-01").clock().reddened == 0
