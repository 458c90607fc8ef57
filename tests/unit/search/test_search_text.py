"""How texts and queries are compared, what the index is given, and what is shown of a hit."""

import pytest

from chalicelib.domain.search_text import (
    _FOLDED,
    FOLDED_LIMIT,
    indexed,
    match,
    normalised,
    snippet,
    texts_of,
    words_of,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("ＣＯＶＩＤ－19　通知", "covid-19通知", id="full-width letters and blanks are plain ones"),
        pytest.param("行政\n许可 法", "行政许可法", id="a word broken over lines or by blanks is whole"),
        pytest.param("Public   Notice\tNo. 5", "public notice no. 5", id="between words one blank stands"),
        pytest.param(" 第 5 号 ", "第5号", id="no blank beside a Chinese character, nor at the ends"),
        pytest.param("a\u200bb\u00adc\x00d", "abcd", id="what shows nothing falls away"),
        pytest.param("École", "e\u0301cole", id="an accent is a character of its own"),
        pytest.param("E\u0301cole", "e\u0301cole", id="however it was typed"),
        pytest.param("STRASSE Straße", "strasse strasse", id="case is folded, not lowered"),
        pytest.param("㎡①ﬁ", "m21fi", id="compatibility forms are taken apart"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_a_text_has_one_form_in_which_it_is_compared(text: str, form: str) -> None:
    assert normalised(text) == form
    assert normalised(form) == form


def test_who_asks_for_every_character_there_is_fills_no_memory() -> None:
    for first in range(0x20000, 0x20000 + 2 * FOLDED_LIMIT, 100):
        words_of("".join(map(chr, range(first, first + 100))))
    assert len(_FOLDED) <= FOLDED_LIMIT
    assert normalised("ＣＯＶＩＤ") == "covid"


def test_the_words_of_a_query_are_between_its_blanks_and_each_is_asked_for_once() -> None:
    assert words_of(" 行政许可　ABC abc\n5号 ") == ("行政许可", "abc", "5号")
    assert words_of(" \u200b \n") == ()


def test_texts_are_found_wherever_they_stand_and_of_plain_words_those_that_are_named() -> None:
    body = {
        "id": "d1",
        "title": {"zh": "通知", "en": "Notice"},
        "doc_no": "川府发〔2024〕5号",
        "topics": ["水", "电"],
        "agency": "bureau",
        "materials": [{"name": {"zh": "身份证"}, "form": "copy"}],
        "questions": [{"zh": "几时?"}],
        "limits": {"promised": {"value": 5, "unit": "day"}},
    }
    assert list(texts_of(body)) == ["通知", "Notice", "川府发〔2024〕5号", "水", "电", "身份证", "几时?"]


def test_the_index_has_each_pair_of_neighbours_and_none_across_a_blank_or_two_texts() -> None:
    assert indexed(["ab c", "d,e"]) == ("ab x  x d， ，e", "a b c d ， e")


def test_a_query_can_hold_nothing_that_means_something_to_the_index() -> None:
    assert match(words_of('" x" OR NEAR( 5*')) == (
        'singles : "＂" AND pairs : "x＂" AND pairs : "or" AND pairs : "ne ea ar r（" AND pairs : "5＊"'
    )


def test_a_snippet_shows_the_text_as_it_was_written_with_the_hits_apart() -> None:
    text = "甲" * 100 + "行政\n许可" + "乙" * 100
    parts = snippet(["另文", text], words_of("行政许可"))
    assert parts == [
        {"text": "…" + "甲" * 30},
        {"text": "行政\n许可", "hit": True},
        {"text": "乙" * 45 + "…"},
    ]


def test_hits_that_touch_or_overlap_are_one() -> None:
    assert snippet(["abcdef"], ("abc", "bcd")) == [{"text": "abcd", "hit": True}, {"text": "ef"}]


def test_a_hit_is_found_behind_what_was_left_out_or_taken_apart() -> None:
    assert snippet([" ① ㎡ É 法\u200b 律"], ("法律",)) == [
        {"text": " ① ㎡ É "},
        {"text": "法\u200b 律", "hit": True},
    ]


def test_a_word_whose_characters_stand_far_apart_is_shown_where_it_begins() -> None:
    assert snippet(["行" + " " * 600 + "政"], ("行政",)) == [
        {"text": "行", "hit": True},
        {"text": " " * 79 + "…"},
    ]


def test_a_record_that_has_none_of_the_words_in_any_one_text_has_no_snippet() -> None:
    assert snippet(["甲", "乙"], ("丙",)) is None
