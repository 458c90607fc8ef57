"""What a disclosure owes in every state it can come to: random lives, and of each state what must be owed and what must not."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain.disclosures import NOUN
from chalicelib.domain.duties import Duty, duty_rules
from chalicelib.domain.records import Ref, State
from tests.disclosure_model import FIRST_DAY, LONGEST, Lives, step
from tests.small_disclosure import Model
from tests.world import World


def owed(state: State) -> tuple[Duty, ...]:
    assert NOUN.duties is not None
    found = NOUN.duties("own", state)
    assert NOUN.duties("own", state) == found
    assert len({(duty.rule, duty.of) for duty in found}) == len(found)
    assert {duty.rule for duty in found} <= duty_rules("cn").keys()
    return found


def of_rule(duties: tuple[Duty, ...], rule: str) -> list[str]:
    return [duty.of for duty in duties if duty.rule == rule]


def hold(state: State) -> tuple[str, ...]:
    """Hold what must be true of what a state owes, and return the rules."""
    found, stage, pending = owed(state), state["stage"], state.get("pending")
    if stage == "withdrawn":
        assert found == ()
        return ()
    open_rounds = [str(held["round"]) for held in state.get("rounds", ()) if "response" not in held]
    assert of_rule(found, "respond_to_comments") == open_rounds
    assert bool(of_rule(found, "approve_after_break_glass")) == (pending == "awaiting_approval")
    waits = of_rule(found, "disclose_in_time")
    if stage in ("in_consultation", "superseded") or (stage == "published" and pending in (None, "awaiting_approval")):
        assert waits == []
    elif stage == "not_shown":
        openness = state["submission"]["content"]["openness"]["class"]
        restricted = state.get("approval", {}).get("secrecy_review") == "restricted"
        assert waits == ([""] if openness == "proactive" and not restricted else [])
    return tuple(duty.rule for duty in found)


@pytest.mark.parametrize("block", range(2))
def test_every_state_of_random_lives_owes_what_it_must_and_nothing_else(block: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(block * 150, block * 150 + 150):
        lives, model, today = Lives(seed), Model(), FIRST_DAY
        state: State | None = None
        for number in range(1, LONGEST + 1):
            today += timedelta(days=lives.chance.choice((0, 1, 1, 3, 9)))
            act, who = lives.next(model, today)
            before = state
            state, refused = step(state, act, who, today, number)
            if not refused:
                model.take(act, who, f"sha-{number}")
            if state is not None and state is not before:
                seen.update(hold(state))
    assert {"disclose_in_time", "respond_to_comments", "approve_after_break_glass"} <= seen.keys()


def test_a_text_of_a_category_that_is_filed_owes_its_filing_within_the_days_of_the_category() -> None:
    world = World().init()
    source = {"name": "gov.cn", "url": "https://www.gov.cn/"}
    world.disclose("taken-over", category="normative_documents", source=source, issued_on="2020-01-06")
    opened = world.wired.duties.open(Ref("disclosure", "taken-over"))
    assert opened is not None
    state = opened.head.state
    assert owed(state) == ()
    own = {**state, "content": {name: said for name, said in state["content"].items() if name != "source"}}
    (duty,) = owed(own)
    assert (duty.rule, duty.due_on) == ("file_upward", "2026-12-08")
    filed = {"receiver": "guangan", "receiver_kind": "superior", "of_version": 1}
    assert owed({**own, "filings": [filed]}) == ()


def test_a_correction_is_due_from_the_day_it_was_handed_in_unless_it_says_on_which_day_it_was_formed() -> None:
    world = World().init()
    world.disclose("d", formed_on="2026-01-05")
    content = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "改"}}
    for number, day, due_on in ((4, "2026-01-05", "2026-12-21"), (5, "2026-11-02", "2026-11-30")):
        world.act("disclosures", "d", number, {"act": "submit", "content": {**content, "formed_on": day}})
        opened = world.wired.duties.open(Ref("disclosure", "d"))
        assert opened is not None
        assert [(duty.of, duty.due_on) for duty in owed(opened.head.state)] == [("change-1", due_on)]
