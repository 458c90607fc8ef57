"""What a card says of a turn, whose it is, and that every rule that can raise one has its words."""

import ast
from datetime import timedelta
from pathlib import Path
from random import Random

import orjson
import pytest

from chalicelib.domain import cases
from chalicelib.domain.card_marks import Opening, Turn, difference, next_turn
from chalicelib.domain.cases.cards import card_content, responsible
from chalicelib.domain.codes import sentences
from tests.unit.cases.builders import NOW, REGISTERED_AT, at, folded, terms
from tests.unit.cases.histories import random_history

STEPS = [
    {"stage": "review", "agency": "fire", "limit": {"value": 2, "unit": "working_day"}},
    {"stage": "decide"},
    {"stage": "review", "agency": "water", "group": "g", "branch": "water"},
]
OPENING = Opening(REGISTERED_AT, timedelta(days=1))


def turn(rule: str, of: str = "", due: str = "2026-03-20", colour: str = "yellow") -> Turn:
    return Turn(at("2026-03-21T00:00:00+08:00"), rule, colour, due, of)


@pytest.mark.parametrize(
    ("rule", "of", "about"),
    [
        ("promised_limit", "", {}),
        ("stage_limit", "review", {"step": "review"}),
        ("stage_limit", "water/review", {"branch": "water", "step": "review"}),
        ("told_limit", "hearing", {"procedure": "hearing"}),
        ("branch_limit", "water", {"branch": "water"}),
        ("fee_outside_list", "event-17", {}),
    ],
)
def test_a_card_says_what_it_is_about_by_its_public_code_and_never_the_id_of_an_event(
    rule: str, of: str, about: dict[str, str]
) -> None:
    said = card_content(turn(rule, of), terms(steps=STEPS), "bureau", NOW)
    assert {name: said[name] for name in ("step", "branch", "procedure") if name in said} == about


def test_an_instant_that_passed_is_told_as_its_local_day() -> None:
    said = card_content(turn("promised_limit", due="2026-03-19T17:00:00.000Z"), terms(), "bureau", NOW)
    assert said["due_on"] == "2026-03-20"


@pytest.mark.parametrize(
    ("rule", "of", "agency"),
    [
        ("promised_limit", "", "bureau"),
        ("stage_limit", "review", "fire"),
        ("stage_limit", "decide", "bureau"),
        ("branch_limit", "water", "water"),
        ("stage_limit", "water/review", "water"),
        ("told_limit", "hearing", "bureau"),
    ],
)
def test_a_card_goes_to_the_agency_that_the_service_names_for_the_step_or_branch(
    rule: str, of: str, agency: str
) -> None:
    assert responsible(turn(rule, of), terms(steps=STEPS)) == agency


def rules_in_source() -> set[str]:
    """Return every word of the case domain that ends as the rules of limits do."""
    words: set[str] = set()
    for path in Path(cases.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith("_limit"):
                words.add(node.value)
    return words


def test_every_rule_that_raises_a_card_has_its_words() -> None:
    chance, seen = Random("rules"), set()
    for _ in range(300):
        result = folded(random_history(chance, 7), now=at("2026-12-31"))
        seen |= {entry["rule"] for entry in orjson.loads(result.turns) if entry["colour"]}
    known = set(sentences("card_rule"))
    assert seen <= known
    assert rules_in_source() <= known
    assert len(seen) >= 3


def test_what_the_difference_leaves_is_nothing_and_the_next_look_lies_ahead() -> None:
    passed = [
        turn("promised_limit"),
        turn("statutory_limit", due="2026-04-20", colour="red")._replace(at=at("2026-04-21")),
    ]
    now = at("2026-03-22")
    assert [found.rule for found in difference(passed, (), OPENING, now).raising] == ["promised_limit"]
    assert next_turn(passed, (), OPENING, now) == now
    assert next_turn((), (), OPENING, now) is None


def test_more_cards_than_one_transaction_holds_are_due_at_once_again() -> None:
    many = [turn("stage_limit", f"s{number:02d}") for number in range(40)]
    found = difference(many, (), OPENING, NOW + timedelta(days=9))
    assert len(found.raising) == 25
    assert next_turn(many, (), OPENING, NOW + timedelta(days=9)) == NOW + timedelta(days=9)
