"""File names: what goes out in a header is one header, whatever came in."""

import re
from random import Random
from urllib.parse import unquote

import pytest

from chalicelib.domain.files.names import NAME_LIMIT, content_disposition, extension, is_safe

HEADER = re.compile(
    r"attachment; filename=\"[A-Za-z0-9 ._()+-]*\"; filename\*=UTF-8''(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})*"
)
ODD = "\r\n\t\x00\x1b\x7f\x85\u200b\u202e\u2028\u2066\ufeff\"';\\/:*?<>|%=,é中文𠮷😀.. ~ab.pdf"


def names(count: int) -> list[str]:
    """Return odd names, the same each time."""
    chance = Random("names")
    pick = [*ODD, "..", "../", "\r\nX-Evil: 1", '"; filename="evil.exe', "filename*=UTF-8''evil.html", ".pdf", "x" * 40]
    return ["".join(chance.choices(pick, k=chance.randrange(1, 30))) for _ in range(count)]


def test_five_thousand_odd_names_leave_no_control_byte_and_one_reading_in_the_header() -> None:
    for name in names(5_000):
        header = content_disposition(name)
        assert HEADER.fullmatch(header), ascii(header)
        assert unquote(header.rsplit("''", 1)[1]) == name
        assert header.encode("ascii").isascii()


def test_of_five_thousand_odd_names_those_that_pass_hold_nothing_odd() -> None:
    passed = [name for name in names(5_000) if is_safe(name)]
    assert passed
    for name in passed:
        assert not set(name) & set('\r\n\t\x00\x1b\x7f\x85\u200b\u202e\u2028\u2066\ufeff"\\/:*?<>|%;')
        assert len(name) <= NAME_LIMIT
        assert extension(name)


@pytest.mark.parametrize(
    "name",
    ["a.pdf", "关于印发《方案》的通知（终稿） 2026.docx", "Plan d'été.pdf", "a.b.c.xlsx", "𠮷.csv", "x" * 146 + ".pdf"],
)
def test_names_that_people_give_are_taken(name: str) -> None:
    assert is_safe(name)


@pytest.mark.parametrize(
    ("name", "kept"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), (".pdf", ""), ("a", ""), ("a.", ""), ("a.pdf ", "pdf ")]
)
def test_an_extension_is_what_stands_after_the_last_dot(name: str, kept: str) -> None:
    assert extension(name) == kept
