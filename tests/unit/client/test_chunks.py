"""Cutting a batch file into requests: nothing lost, nothing twice, bounds kept, lines of a case kept together."""

import json

from glasshall.chunks import Line, cut, read_lines
from glasshall.client import BATCH_BYTES, BATCH_LINES
from hypothesis import given, settings
from hypothesis import strategies as st


def lines(*cases: str) -> list[Line]:
    return [Line(number, b"{}", case) for number, case in enumerate(cases, 1)]


def sizes(found: list[Line]) -> list[int]:
    return [len(chunk.lines) for chunk in cut(found)]


def test_a_thousand_lines_are_one_request_and_one_more_makes_two() -> None:
    assert sizes(lines(*(str(number) for number in range(1_000)))) == [1_000]
    assert sizes(lines(*(str(number) for number in range(1_001)))) == [1_000, 1]


def test_the_lines_of_a_case_go_in_one_request() -> None:
    cases = [str(number // 3) for number in range(3_000)]
    assert sizes(lines(*cases)) == [999, 999, 999, 3]


def test_a_case_with_too_many_lines_for_one_request_is_spread_over_several() -> None:
    assert sizes(lines(*["one"] * 2_500)) == [1_000, 1_000, 500]


def test_lines_that_name_no_case_are_not_held_together() -> None:
    assert sizes(lines(*["a"] * 999, "", "", "")) == [1_000, 2]


def test_a_request_has_at_most_four_million_bytes() -> None:
    exact = [Line(number, b"x" * 1_999_999, str(number)) for number in range(4)]
    assert sizes(exact) == [2, 2]
    assert [len(chunk.body) for chunk in cut(exact)] == [BATCH_BYTES, BATCH_BYTES]
    assert sizes([Line(number, b"x" * 2_000_000, str(number)) for number in range(4)]) == [1, 1, 1, 1]


def test_the_file_is_read_line_by_line_and_blank_lines_do_not_count() -> None:
    found = list(read_lines([b'{"event":{"case_no":"a"}}\r\n', b"\n", b"  \n", b'{"register":{"case_no":"b"}}']))
    assert [(line.number, line.case_no, line.reasons) for line in found] == [(1, "a", ()), (4, "b", ())]


def test_a_line_that_cannot_be_sent_says_why() -> None:
    found = list(read_lines([b"{", b'\xff{"a":1}', b'"' + b"x" * BATCH_BYTES + b'"', b"[" * 100_000]))
    codes = [line.reasons[0].code for line in found]
    assert codes == ["not_json", "not_json", "line_too_large", "not_json"]
    assert list(cut(found)) == []


def test_what_is_json_but_no_line_of_a_batch_is_left_to_the_server() -> None:
    found = list(read_lines([b"[]", b"{}", b'{"event":[]}', b'{"event":{"case_no":7}}', b'{"a":1,"b":2}']))
    assert [(line.case_no, line.reasons) for line in found] == [("", ())] * 5


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 700)), max_size=40), st.integers(1, 20_000))
def test_every_line_is_in_exactly_one_chunk_in_its_order(runs: list[tuple[str, int]], width: int) -> None:
    content = json.dumps("x" * width).encode()
    sent = [Line(0, content, case) for case, count in runs for _ in range(count % 300)]
    sent = [Line(number, line.content, line.case_no) for number, line in enumerate(sent, 1)]
    chunks = list(cut(sent))
    assert [line for chunk in chunks for line in chunk.lines] == sent
    assert [chunk.number for chunk in chunks] == list(range(1, len(chunks) + 1))
    assert all(0 < len(chunk.lines) <= BATCH_LINES and len(chunk.body) <= BATCH_BYTES for chunk in chunks)
    assert list(cut(sent)) == chunks
