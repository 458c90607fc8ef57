"""J1: what two parsers could read differently is refused; what is left reads as the standard library reads it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.strict_json import FORBIDDEN, load
from chalicelib.errors import MalformedError

REFUSED = {
    "duplicate_key": b'{"a":1,"a":1}',
    "not_a_number": b"[NaN]",
    "number_too_large": b"[1e999]",
    "too_deep": b"[" * 33 + b"]" * 33,
    "integer_too_large": b"[9007199254740992]",
    "control_character": b'["\\u202e"]',
    "byte_order_mark": b"\xef\xbb\xbf[]",
    "not_utf8": b'["\xff"]',
    "not_json": b"[1,]",
}
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
CONTROLS = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)]


@pytest.mark.parametrize("code", REFUSED)
def test_each_way_to_be_ambiguous_has_a_code_of_its_own(code: str) -> None:
    with pytest.raises(MalformedError) as refused:
        load(REFUSED[code])
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize("point", [*BIDI, *CONTROLS, 0xD800, 0xDFFF], ids=hex)
def test_every_control_is_refused_in_values_and_in_keys_and_its_place_is_named(point: int) -> None:
    for value in ({"a": [f"x{chr(point)}"]}, {f"k{chr(point)}": 1}):
        with pytest.raises(MalformedError) as refused:
            load(json.dumps(value).encode())
        assert refused.value.problems[0].code == "control_character"
    with pytest.raises(MalformedError) as refused:
        load(json.dumps({"a": ["ok", chr(point)]}).encode())
    assert refused.value.problems[0].pointer == "/a/1"


def test_newline_and_tab_and_chinese_and_right_to_left_letters_are_text() -> None:
    text = "第一行\n\t第二行 שלום 👍"
    assert load(json.dumps([text]).encode()) == [text]


def test_brackets_inside_text_are_not_depth() -> None:
    assert load(b'["' + b"[{" * 500 + b'"]') == ["[{" * 500]


texts = st.text().filter(lambda text: not FORBIDDEN.search(text))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values)
@settings(derandomize=True, max_examples=300)
def test_what_is_taken_reads_as_the_standard_library_reads_it(value: Any) -> None:
    assert load(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
@settings(derandomize=True, max_examples=500)
def test_any_bytes_are_read_or_refused_never_a_defect(raw: bytes) -> None:
    with suppress(MalformedError):
        load(raw)
