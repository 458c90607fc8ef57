"""What the documents show of a status is what the program gives."""

import json

from tests.unit.cases.status_examples import EXAMPLES, GUIDE, examples, guide

AGAIN = "run `python -m tests.unit.cases.status_examples`, then `make openapi`"


def test_the_statuses_in_the_examples_of_openapi_are_what_the_program_gives() -> None:
    assert json.loads(EXAMPLES.read_text("utf-8")) == examples(), AGAIN


def test_the_status_in_the_guide_is_what_the_program_gives() -> None:
    assert GUIDE.read_text("utf-8") == guide(), AGAIN
