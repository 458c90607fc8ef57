"""What is searched in a record, and the one form in which texts and queries are compared.

Normalised, character by character: compatibility forms taken apart (NFKD: full-width letters become plain ones, an accent a
character of its own), case folded; characters that show nothing (category C) fall away; white space is one blank between two
words and nothing beside a Chinese or Japanese character, so that a word broken over two lines is found. Nothing else is done:
no stemming, no dictionary, no synonyms.

Invariants: a query is words with white space between them, and a record is found if each of its words stands somewhere in
one of its texts, whole or as a part of a longer word, across no two texts. The index gives exactly what a search through the
normalised texts for each word gives (`tests/search_against_brute_force.py`).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any
from unicodedata import category, normalize

from chalicelib.domain.texts import LANGUAGES

WORDS = frozenset(
    {"doc_no", "doc_no_as_sent", "item_code", "topics", "document", "article", "text", "number", "minutes_no", "window"}
)
"""Members whose plain words are searched; of all others only texts for people, objects of `zh` and `en`."""
SNIPPET_CHARACTERS, BEFORE_HIT = 80, 30
_REACH = 400
"""How much of a text is looked at for hits, from the first on: a long word with blanks in it, and what is shown after it."""
_CJK = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NEEDLESS_BLANKS = re.compile(f"^ +| +$| +(?=[{_CJK}])|(?<=[{_CJK}]) +|(?<= ) +")
_APART = " x "
"""Between words and between texts in the indexed form: one character is no pair, and no query can hold a blank."""
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
"""Punctuation of ASCII would separate tokens; in its full-width form, which nothing normalised has, it is part of them."""

FOLDED_LIMIT = 50_000
"""How many characters are remembered: all that texts are written in, and not the million that anybody can ask for."""


class _Folding(dict[str, str]):
    """Character -> its normalised form, worked out once for each while there are not too many."""

    def __missing__(self, character: str) -> str:
        folded = normalize("NFKD", normalize("NFKD", character).casefold())
        shown = (" " if each.isspace() else "" if category(each)[0] == "C" else each for each in folded)
        if len(self) >= FOLDED_LIMIT:
            self.clear()
        self[character] = found = "".join(shown)
        return found


_FOLDED = _Folding()


def normalised(text: str) -> str:
    """Return a text in the form in which it is compared."""
    folded = "".join(map(_FOLDED.__getitem__, text))
    return _NEEDLESS_BLANKS.sub("", folded)


def words_of(query: str) -> tuple[str, ...]:
    """Return the words of a query, normalised, each once; none for a query that says nothing."""
    return tuple(dict.fromkeys(word for part in query.split() for word in normalised(part).split(" ") if word))


def texts_of(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield every text of a record that is searched, in the record's order."""
    for name, value in body.items():
        if isinstance(value, str):
            if name in WORDS:
                yield value
        elif isinstance(value, dict) and value and value.keys() <= LANGUAGES:
            yield from value.values()
        elif isinstance(value, dict):
            yield from texts_of(value)
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str) and name in WORDS)
            for each in value:
                if isinstance(each, dict):
                    yield from texts_of({name: each})


# The index


def indexed(texts: Iterable[str]) -> tuple[str, str]:
    """Return what the index is given of normalised texts: their pairs of neighbours, in order, and their characters."""
    runs = [run.translate(_FULL_WIDTH) for text in texts for run in text.split(" ")]
    pairs = _APART.join(" ".join(map("".join, pairwise(run))) for run in runs)
    return pairs, " ".join(dict.fromkeys("".join(runs)))


def match(words: Sequence[str]) -> str:
    """Return the full-text query that finds exactly the records with every one of these normalised words."""
    return " AND ".join(_matched(word.translate(_FULL_WIDTH)) for word in words)


def _matched(word: str) -> str:
    """A word stands in a text if its pairs follow each other there; one of a single character if that is there."""
    if len(word) == 1:
        return f'singles : "{word}"'
    return f'pairs : "{indexed([word])[0]}"'


# Snippets


def snippet(texts: Iterable[str], words: Sequence[str]) -> list[dict[str, Any]] | None:
    """Return about eighty characters of the first text that has one of the words, as it was written, in parts.

    Each part is `{"text": ...}`, and a hit `{"text": ..., "hit": true}`: joined they are what stands there, so that nobody has
    to trust markup or to count characters.
    """
    for text in texts:
        place = _place(text, words)
        if place is not None:
            return _parts(text, _hits(text, place, words))
    return None


def _place(text: str, words: Sequence[str]) -> int | None:
    """Return where one of the words stands: first as it was typed, for that is found soonest, else in any form."""
    lowered = text.lower()
    if len(lowered) == len(text) and (typed := _first(lowered, words)) is not None:
        return typed
    found = _first(normalised(text), words)
    return None if found is None else _origins(text)(found)


def _first(text: str, words: Sequence[str]) -> int | None:
    return min((place for word in words if (place := text.find(word)) >= 0), default=None)


def _hits(text: str, place: int, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where words stand in a text from a place on, as far as a snippet can reach: `[first, end)`, in order."""
    reach = text[place : place + _REACH]
    folded, origin = normalised(reach), _origins(reach)
    found = sorted(hit.span() for word in words for hit in re.finditer(re.escape(word), folded))
    merged: list[tuple[int, int]] = []
    for first, end in found:
        start, stop = place + origin(first), place + origin(end - 1) + 1
        if merged and start < merged[-1][1]:
            start, stop = merged[-1][0], max(stop, merged.pop()[1])
        merged.append((start, stop))
    return merged or [(place, place + 1)]  # its other characters stand further off, blanks between them


def _origins(text: str) -> Callable[[int], int]:
    """Return the function that leads from a place in the normalised text to the character it was made from."""
    pieces = list(map(_FOLDED.__getitem__, text))
    begins = list(accumulate(map(len, pieces), initial=0))
    gaps = [place.span() for place in _NEEDLESS_BLANKS.finditer("".join(pieces))]
    left_out = list(accumulate((end - first for first, end in gaps), initial=0))
    shifts = [first - before for (first, _), before in zip(gaps, left_out, strict=False)]

    def origin(place: int) -> int:
        return bisect_right(begins, place + left_out[bisect_right(shifts, place)]) - 1

    return origin


def _parts(text: str, hits: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the part of a text around its first hit, cut at the hits."""
    start = max(0, min(hits[0][0] - BEFORE_HIT, len(text) - SNIPPET_CHARACTERS))
    end = max(start + SNIPPET_CHARACTERS, hits[0][1])
    parts: list[dict[str, Any]] = []
    place = start
    for first, stop in [hit for hit in hits if hit[1] <= end]:
        parts += [{"text": text[place:first]}, {"text": text[first:stop], "hit": True}]
        place = stop
    parts.append({"text": text[place:end] + ("…" if end < len(text) else "")})
    parts[0]["text"] = ("…" if start else "") + parts[0]["text"]
    return [part for part in parts if part["text"]]
