"""docs/evaluation-round.md is what the program does now: a round of evaluation, step by step."""

from tests.evaluation_story import PAGE_FILE, tell


def test_the_page_says_what_happens_in_a_round_of_evaluation() -> None:
    assert PAGE_FILE.read_text("utf-8") == tell(), "run `python -m tests.evaluation_story`"
