"""The clock and what records owe: a duty left undone raises a card, and one that is done lifts it."""

import pytest

from tests.unit.supervision.owing import OwingWorld

HIDDEN = '{"category":"plans"}'
NAMED = '{"of":"change-1","subject":{"id":"d1","kind":"disclosure"}}'


@pytest.fixture
def world() -> OwingWorld:
    return OwingWorld().begin()


def test_what_is_not_disclosed_in_time_is_carded_with_the_midnight_and_named_by_its_category_alone(
    world: OwingWorld,
) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-11-23T10:15:00+08:00").clock()
    assert world.duty_mark("disclosure", "d1") == "2026-12-18T16:00:00.000Z"
    world.at("2026-12-18T23:59:59+08:00").clock()
    assert world.owed() == []
    done = world.at("2026-12-19T00:00:00+08:00").clock()
    assert done.raised == 1
    assert world.owed() == [("disclose_in_time", "2026-12-18", "raised", HIDDEN)]
    assert world.at("2026-12-19T00:15:00+08:00").clock().subjects == 0
    public = [item for key, item in world.memory.items.items() if key.pk.startswith("card#") and key.sk != "SUBJECT"]
    assert not any(b"d1" in value for item in public for value in item.values() if isinstance(value, bytes))


def test_a_duty_that_is_done_lifts_its_card_with_the_next_run(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    assert world.show("d1").status == 201
    assert world.clock().lifted == 1
    (state,) = world.cards().values()
    assert (state["stage"], state["lifted"]["reason"]) == ("lifted", "done")
    assert world.duty_mark("disclosure", "d1") is None


def test_a_duty_that_the_end_of_the_record_takes_away_is_owed_no_longer(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    withdrawal = {"act": "withdraw", "reason": {"zh": "误报"}}
    assert world.put("/v1/intake/disclosures/d1/acts/2", withdrawal, "bureau-clerk").status == 201
    world.clock()
    (state,) = world.cards().values()
    assert state["lifted"]["reason"] == "no_longer_owed"


def test_to_take_it_down_when_its_days_are_over_is_to_do_the_duty(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20", public_until="2026-11-25")
    world.show("d1")
    world.at("2026-11-26T00:00:00+08:00").clock()
    assert [(rule, stage) for rule, _, stage, _ in world.owed()] == [("retention_over", "raised")]
    withdrawal = {"act": "withdraw", "reason": {"zh": "期满"}}
    assert world.put("/v1/intake/disclosures/d1/acts/4", withdrawal, "bureau-clerk").status == 201
    world.clock()
    (state,) = world.cards().values()
    assert state["lifted"]["reason"] == "done"


def test_a_change_of_what_is_shown_is_owed_too_and_names_the_record(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.show("d1")
    world.submit("d1", 4, formed_on="2026-11-23")
    world.at("2026-12-22T00:00:00+08:00").clock()
    assert world.owed() == [("disclose_in_time", "2026-12-21", "raised", NAMED)]
    assert world.show("d1", 5, "correct", reason={"zh": "勘误"}).status == 201
    assert world.clock().lifted == 1


def test_handing_it_in_again_gains_no_time(world: OwingWorld) -> None:
    world.submit("d1")
    world.at("2026-12-01T10:00:00+08:00").submit("d1", 2)
    world.clock()
    assert world.duty_mark("disclosure", "d1") == "2026-12-21T16:00:00.000Z"


def test_what_was_late_when_it_came_in_waits_a_day_for_its_card(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2020-01-06")
    world.at("2026-11-24T10:00:00+08:00").clock()
    assert world.owed() == []
    world.at("2026-11-24T10:01:00+08:00").clock()
    assert world.owed() == [("disclose_in_time", "2020-02-10", "raised", HIDDEN)]


def test_what_is_not_open_or_was_held_back_by_the_review_is_not_owed(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20", openness={"class": "on_request"})
    world.submit("d2", formed_on="2026-11-20", openness={"class": "not_open", "ground": {"zh": "国家秘密"}})
    world.at("2026-12-31T00:00:00+08:00").clock()
    assert world.owed() == []


def test_a_year_without_calendar_data_is_reported_and_looked_at_again_the_next_day(world: OwingWorld) -> None:
    world.at("2026-12-20T10:00:00+08:00").submit("d1")
    done = world.at("2026-12-20T10:15:00+08:00").clock()
    assert (done.undated, done.failed) == (1, 0)
    assert world.duty_mark("disclosure", "d1") == "2026-12-21T02:15:00.000Z"


def test_a_clock_that_goes_back_takes_nothing_back(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    world.at("2026-11-24T10:00:00+08:00").submit("d1", 2, formed_on="2026-11-20", summary={"zh": "补充"})
    world.clock()
    assert [stage for _, _, stage, _ in world.owed()] == ["raised"]


def test_a_card_of_a_duty_is_answered_turns_red_and_is_closed_like_any_other(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    card = world.card()
    assert world.cards()[card]["turns_at"] == "2026-12-25T16:00:00.000Z"
    world.at("2026-12-26T00:00:00+08:00").clock()
    assert world.cards()[card]["colour"] == "red"
    assert world.say(3, {"act": "answer", "reason": {"zh": "正在审查。"}}).status == 201
    assert world.say(4, {"act": "close", "reason": {"zh": "已督促。"}}, "root-supervisor").status == 201
    world.submit("d1", 2)
    world.show("d1", 3)
    world.clock()
    assert world.cards()[card]["stage"] == "lifted"


def test_what_a_card_is_about_is_told_to_its_agency_although_it_shows_nothing(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    told = world.get_signed(f"/v1/intake/supervision/{world.card()}", "bureau-clerk")
    assert b'"subject":{"kind":"disclosure","id":"d1"}' in told.body
    assert b"/v1/intake/disclosures/d1/acts/1" in told.body


def test_lists_tell_cards_of_duties_from_those_of_cases(world: OwingWorld) -> None:
    world.submit("d1", formed_on="2026-11-20")
    world.at("2026-12-19T00:00:00+08:00").clock()
    world.log()
    (shown,) = world.json("/v1/supervision", "about=duty")["items"]
    assert (shown["rule"], shown["category"], "service" in shown) == ("disclose_in_time", "plans", False)
    assert world.json("/v1/supervision", "about=case")["items"] == []
    assert world.json(f"/v1/supervision/{shown['id']}")["due_on"] == "2026-12-18"
