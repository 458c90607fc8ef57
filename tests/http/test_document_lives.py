"""docs/price-decision.md and docs/construction-project.md are what the program does now."""

from tests import construction_story, price_story


def test_the_page_says_what_happens_in_the_life_of_a_price_decision() -> None:
    assert price_story.PAGE_FILE.read_text("utf-8") == price_story.tell(), "run `python -m tests.price_story`"


def test_the_page_says_what_happens_in_the_life_of_a_construction_project() -> None:
    told = construction_story.tell()
    assert construction_story.PAGE_FILE.read_text("utf-8") == told, "run `python -m tests.construction_story`"
