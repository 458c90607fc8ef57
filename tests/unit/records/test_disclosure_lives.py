"""The state machine whole: random lives against a small model, every order of three people, planted personal data."""

from collections import Counter

import pytest

from chalicelib.domain.personal_data import IDENTITY_NUMBER, KINDS
from tests.disclosure_model import NAMES, live
from tests.planted_personal_data import WAYS, alarms, planted, recall, said_beside, through_the_acts
from tests.two_persons import search_domain, search_store


def test_random_lives_are_what_a_small_model_says() -> None:
    seen: Counter[str] = Counter()
    assert [found for seed in range(700) for found in live(seed, seen)] == []
    assert {f"act {name}" for name in NAMES} <= seen.keys()


def test_no_sequence_of_two_approvers_and_an_editor_shows_what_nobody_else_approved() -> None:
    """K3: all 235,794,768 sequences of up to eight moves, over the states they lead to."""
    found = search_domain(8)
    assert found.sequences == sum(11**depth for depth in range(1, 9))
    assert found.shown > 1_000_000
    assert found.bypasses == 0


def test_no_schedule_of_decisions_and_commits_gets_past_the_store() -> None:
    found = search_store(6)
    assert found.sequences > 600
    assert found.bypasses == 0


def test_planted_numbers_are_found_and_near_misses_are_not() -> None:
    assert recall(15) == {kind: (15 * len(WAYS), 15 * len(WAYS)) for kind in KINDS}
    assert sum(alarms(100).values()) <= 2


def test_nothing_planted_is_published_unreleased_and_everything_is_with_its_release() -> None:
    assert through_the_acts(24) == (72, 0, 0)


@pytest.mark.parametrize("text", [next(planted(kind, "spaces", 1)) for kind in (IDENTITY_NUMBER,)])
def test_what_no_other_person_approves_holds_no_number_of_a_person(text: str) -> None:
    assert said_beside(text) == []
    assert set(said_beside("说明")) == {"break_glass", "withdraw"}
