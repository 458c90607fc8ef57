"""A card is lifted with the truth: `done` where what was owed was done, not where its record merely came to an end."""

from datetime import datetime

import pytest

from chalicelib.domain.card_marks import CardMark
from chalicelib.domain.duty_cards import DONE, NO_LONGER_OWED, why_lifted
from chalicelib.jobs import advance_clocks
from tests.hearing_world import CANCELLATION, HearingWorld

ENDS = [
    ("disclose_in_time", "published", DONE),
    ("disclose_in_time", "withdrawn", NO_LONGER_OWED),
    ("file_upward", "superseded", NO_LONGER_OWED),
    ("file_upward", "replaced", DONE),
    ("file_upward", "ended", NO_LONGER_OWED),
    ("answer_filing", "returned", DONE),
    ("answer_filing", "replaced", NO_LONGER_OWED),
    ("answer_filing", "ended", NO_LONGER_OWED),
    ("follow_filing_order", "replaced", DONE),
    ("follow_filing_order", "ended", DONE),
    ("retention_over", "withdrawn", DONE),
    ("record_hearing", "held", DONE),
    ("record_hearing", "cancelled", NO_LONGER_OWED),
    ("rule_review", "superseded", DONE),
    ("rule_review", "repealed", DONE),
    ("rule_review", "withdrawn", NO_LONGER_OWED),
    ("rule_execution_report", "superseded", NO_LONGER_OWED),
    ("answer_evaluation", "closed", NO_LONGER_OWED),
]


@pytest.mark.parametrize(("rule", "stage", "reason"), ENDS)
def test_the_end_of_a_record_is_what_was_owed_only_where_its_rule_says_so(rule: str, stage: str, reason: str) -> None:
    mark = CardMark("c", rule, "", "2026-12-01")
    assert why_lifted(mark, (), {"calendar": "cn", "stage": stage}) == reason


def test_to_cancel_a_hearing_afterwards_does_not_put_it_on_record() -> None:
    world = HearingWorld().begin()
    world.announce(
        hearing_kind="other", held_at="2026-12-01T09:00:00+08:00", ends_at=None, participants=None, registration=None
    )
    world.now = datetime.fromisoformat("2026-12-23T00:00:00+08:00")
    advance_clocks.run(world.wired)
    assert world.send(CANCELLATION).status == 201
    advance_clocks.run(world.wired)
    world.log()
    (card,) = (
        each for each in world.json("/v1/supervision", "stage=lifted")["items"] if each["rule"] == "record_hearing"
    )
    assert world.json(f"/v1/supervision/{card['id']}")["lifted"]["reason"] == "no_longer_owed"
