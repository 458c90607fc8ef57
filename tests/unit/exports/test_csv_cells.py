"""Cells of CSV: none a formula, and every text is found again as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.csv_cells import csv_line, original, safe
from tests.formulas import first_reader, is_formula, second_reader

NEAR = st.text(st.sampled_from("=+-@|%＝＋－＠'\",;\t\r\n\u3000\u200b\ufeff a中1"), max_size=12)
TEXTS = NEAR | st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20)


@pytest.mark.parametrize("text", ["=1", "\t1", "\r1", "\n1", " =1", "\ufeff=1", "＝1", "＠A", "-", "'=1", "''-", "+86 21", "|A", "%1"])  # fmt: skip
def test_what_could_be_a_formula_gets_one_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "备案", "a=b", "3 - 2", "'quoted'", "it's", "川府发〔2026〕1号"])
def test_every_other_text_is_left_as_it_is(text: str) -> None:
    assert safe(text) == text == original(text)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(TEXTS)
def test_no_cell_is_a_formula_and_its_text_is_found_again(text: str) -> None:
    assert not is_formula(safe(text))
    assert original(safe(text)) == text


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_a_row_is_read_back_by_both_readers(texts: list[str]) -> None:
    line = csv_line(texts)
    assert first_reader(line) == second_reader(line) == [[safe(text) for text in texts]]


def test_numbers_truths_and_what_is_not_said_are_no_texts() -> None:
    assert csv_line([-5, 0.25, True, False, None, "", "a,b"]) == '-5,0.25,true,false,,,"a,b"\r\n'
