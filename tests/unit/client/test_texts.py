"""What came from elsewhere is shown without harm: no terminal steered, no spreadsheet formula (threats J7: 5,000 payloads)."""

import csv
import io
import random
from collections.abc import Iterator

import pytest
from glasshall.errors import ProblemError
from glasshall.importers.loading import Report, RowOutcome
from glasshall.importers.plan import Row
from glasshall.importers.reports import as_csv
from glasshall.texts import formula_safe, printable
from hypothesis import given, settings
from hypothesis import strategies as st

STARTERS = "=+-@\t\r\n|%＝＋－＠"
INVISIBLE = " \u3000\u00a0\t\n\x0b\ufeff\u200b\u2060\ufffd"


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A",
        "\ufeff=1",
        "\u200b=1",
    ],
)
def test_no_cell_begins_a_formula(payload: str) -> None:
    assert formula_safe(payload).startswith("'")


@pytest.mark.parametrize("text", ["", "7教育厅.csv:12", "511A-0138", "guangan", "'=1", "a=b", "3 - 2"])
def test_what_begins_no_formula_is_left_as_it_is(text: str) -> None:
    assert formula_safe(text) == text


def payloads(count: int) -> Iterator[str]:
    """Return texts that begin, or nearly begin, with what a spreadsheet could take for a formula; the same in every run."""
    chance = random.Random(7)
    blanks, alphabet = " \u3000\u00a0\t\x0b\ufeff\u200b", STARTERS + "aA1(),;'\"!\\中 \n\r\x00\x1b\u202e"
    for _ in range(count):
        head = "".join(chance.choices(blanks, k=chance.randrange(3))) + chance.choice(["", *STARTERS])
        yield head + "".join(chance.choices(alphabet, k=chance.randrange(20)))


def test_five_thousand_payloads_read_back_from_a_report_are_no_formula_in_any_cell() -> None:
    sent = list(payloads(5_000))
    outcomes = tuple(RowOutcome(Row(text, text, notes=(text,)), "refused", (text,), text) for text in sent)
    rows = list(csv.reader(io.StringIO(as_csv(Report(outcomes)), newline="")))
    assert len(rows) == 5_001
    for cells in rows[1:]:
        assert len(cells) == 6
        for cell in cells:
            assert not cell.lstrip(INVISIBLE).startswith(tuple(STARTERS))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_a_text_is_only_ever_prefixed_and_its_controls_replaced(text: str) -> None:
    shown = formula_safe(text)
    assert shown.removeprefix("'") in (printable(text), printable(text).removeprefix("'"))
    assert not shown.lstrip(INVISIBLE).startswith(tuple(STARTERS))


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x9b", "\x00", "\r", "\u202e", "\u2066", "\u2028", "\ud800"])
def test_nothing_steers_the_terminal(sign: str) -> None:
    assert printable(f"a{sign}b") == "a\ufffdb"


def test_line_breaks_tabs_and_chinese_stay() -> None:
    assert printable("一、目的\n\t二、范围") == "一、目的\n\t二、范围"


def test_a_problem_is_shown_without_what_could_steer_the_terminal() -> None:
    reasons = [{"code": "x\x1b[2J", "message": "no\u202e", "parameter": "a\x9b"}, "nonsense"]
    shown = str(ProblemError(422, {"title": "\x1b]0;owned\x07", "detail": "d", "errors": reasons}))
    assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown)
    assert shown.count("\n") == 1
