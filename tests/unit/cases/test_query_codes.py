"""Query codes: every slip is found, every way to type one is understood, and their chance is whole."""

from collections import Counter
from hashlib import sha256
from itertools import combinations
from random import Random

import pytest

from chalicelib.domain.query_codes import ALPHABET, LENGTH, make_code, normalise, slow_hash


def codes(count: int, seed: str = "codes") -> list[str]:
    """Return codes by seed."""
    chance = Random(seed)
    return [make_code(chance.randbytes) for _ in range(count)]


def test_a_code_is_eleven_characters_in_groups() -> None:
    for code in codes(200):
        assert [len(group) for group in code.split("-")] == [4, 4, 3]
        assert set(code) <= {*ALPHABET, "-"}
        assert normalise(code) == code


def test_all_fifty_bits_reach_the_code() -> None:
    base = bytes(7)
    plain = make_code(lambda _: base)
    for bit in range(50):
        assert make_code(lambda _, bit=bit: (1 << bit).to_bytes(7, "big")) != plain  # type: ignore[misc]
    assert len({code.replace("-", "")[:-1] for code in codes(5_000)}) == 5_000


def test_no_character_is_likelier_than_another_at_any_place() -> None:
    found = [code.replace("-", "") for code in codes(8_000, "even")]
    for place in range(LENGTH):
        counts = Counter(code[place] for code in found)
        assert len(counts) == 32
        assert max(counts.values()) < 2 * min(counts.values())


def test_every_single_wrong_character_is_found() -> None:
    for code in codes(60, "slips"):
        plain = code.replace("-", "")
        for place in range(LENGTH):
            for character in ALPHABET:
                if character != plain[place]:
                    assert normalise(plain[:place] + character + plain[place + 1 :]) is None


def test_every_exchange_of_two_different_characters_is_found() -> None:
    for code in codes(200, "exchanges"):
        plain = list(code.replace("-", ""))
        for left, right in combinations(range(LENGTH), 2):
            if plain[left] != plain[right]:
                swapped = plain.copy()
                swapped[left], swapped[right] = plain[right], plain[left]
                assert normalise("".join(swapped)) is None


def test_a_missing_or_doubled_character_is_found() -> None:
    for code in codes(100, "length"):
        plain = code.replace("-", "")
        assert all(normalise(plain[:place] + plain[place + 1 :]) is None for place in range(LENGTH))
        assert all(normalise(plain[:place] + plain[place] + plain[place:]) is None for place in range(LENGTH))


def _full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else "\u3000" for character in text)


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "－"),
        lambda code: code.replace("-", "—"),
        lambda code: code.replace("-", "\u2011"),
        lambda code: " ".join(code),
        lambda code: f"  {code}\n",
        _full_width,
        lambda code: code.replace("0", "O"),
        lambda code: code.replace("0", "o"),
        lambda code: code.replace("1", "I"),
        lambda code: code.replace("1", "l"),
        lambda code: _full_width(code.lower().replace("1", "l").replace("0", "o")),
    ],
)
def test_how_a_code_is_typed_does_not_matter(typed: object) -> None:
    assert callable(typed)
    for code in codes(100, "typed"):
        assert normalise(typed(code)) == code


@pytest.mark.parametrize(
    "text", ["", "-", "CJ3M-C7KD-DYU", "CJ3M_C7KD_DYE", "C" * 65, "1" * 65, "🂡" * 11, "Ⅷ" * 11, "\x00" * 11]
)
def test_what_is_no_code_is_none(text: str) -> None:
    assert normalise(text) is None


def test_one_in_thirty_two_of_random_texts_passes_the_check_and_no_more() -> None:
    chance = Random("texts")
    passed = sum(normalise("".join(chance.choice(ALPHABET) for _ in range(LENGTH))) is not None for _ in range(32_000))
    assert 850 < passed < 1_150


def test_the_slow_hash_depends_on_code_case_pepper_and_salt() -> None:
    salt, pepper = b"s" * 16, b"p" * 32
    first = slow_hash("A", "c1", pepper, salt)
    others = (
        slow_hash("B", "c1", pepper, salt),
        slow_hash("A", "c2", pepper, salt),
        slow_hash("A", "c1", b"q" * 32, salt),
        slow_hash("A", "c1", pepper, b"t" * 16),
    )
    assert first == slow_hash("A", "c1", pepper, salt)
    assert len({first, *others}) == 5
    assert first != sha256(b"A").digest()
