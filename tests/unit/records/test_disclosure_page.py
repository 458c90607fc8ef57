"""docs/disclosures.md says what the program does: its tables are those of the domain, and no cell is left out."""

from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures.rules import PARTS
from chalicelib.domain.disclosures.table import ALLOWED, refusal
from tests.disclosure_page import PAGE, rendered


def test_the_tables_of_the_page_are_those_of_the_domain() -> None:
    page = PAGE.read_text("utf-8")
    assert rendered(page) == page, "run `python -m tests.disclosure_page`"


def test_every_cell_is_either_allowed_or_has_a_code_with_words() -> None:
    used = set()
    for row, allowed in ALLOWED.items():
        assert set(allowed) <= PARTS.keys()
        for act in PARTS:
            code = refusal(row, act)
            assert (code is None) == (act in allowed)
            used |= {code} if code else set()
    assert used == sentences("disclosure_refusal").keys()
