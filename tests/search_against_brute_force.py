"""Searches of the read model against a walk through every text: the same hits, for words of one to six characters of any kind.

    python -m tests.search_against_brute_force FOLDER

The folder holds the CSV files of provincial departments that `glasshall import hebei` reads. They are sent, signed, to a
deployment in memory; its job builds the model; words drawn from the texts by seed, and words that stand in none, are looked
up in it and in the texts, both in the one form in which texts are compared. Then the model is deleted and built again.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import NamedTuple

import orjson
from glasshall.importers import hebei

from chalicelib.domain.search import Found, Question
from chalicelib.domain.search_text import normalised, texts_of, words_of
from chalicelib.store import keys
from chalicelib.store.mirror import Mirror
from tests.hebei_through import Walked
from tests.world import World

QUERIES, LONGEST, SEED = 300, 6, 20_261_127
PAGE = 20
Texts = Mapping[str, Sequence[str]]
"""Id -> the texts of a record, normalised."""


class Drawn(NamedTuple):
    """A query, and how it was drawn."""

    text: str
    kind: str


def draw(texts: Texts, chance: Random, count: int) -> list[Drawn]:
    """Return queries: parts of texts, parts with Latin letters or digits, two words, and words that stand nowhere."""
    drawn: list[Drawn] = []
    pool = [text for each in texts.values() for text in each if text.strip()]
    while len(drawn) < count:
        kind = ("any", "any", "latin", "two words", "nowhere")[len(drawn) % 5]
        found = _DRAW[kind](pool, chance)
        if words_of(found):
            drawn.append(Drawn(found, kind))
    return drawn


def _part(pool: Sequence[str], chance: Random) -> str:
    text = chance.choice(pool)
    start = chance.randrange(len(text))
    return text[start : start + chance.randint(1, LONGEST)].strip()


def _latin(pool: Sequence[str], chance: Random) -> str:
    for _ in range(1_000):
        part = _part(pool, chance)
        if part and part.isascii() and part.isalnum():
            return part
    return _part(pool, chance)


def _two(pool: Sequence[str], chance: Random) -> str:
    return f"{_part(pool, chance)[:3]} {_part(pool, chance)[:2]}"


def _nowhere(pool: Sequence[str], chance: Random) -> str:
    """Neighbours in the wrong order: what has all the pairs of characters, and not the word."""
    part = _part(pool, chance)
    return "".join(chance.sample(part, len(part)))


_DRAW: Mapping[str, Callable[[Sequence[str], Random], str]] = {
    "any": _part,
    "latin": _latin,
    "two words": _two,
    "nowhere": _nowhere,
}


def brute_force(texts: Texts, query: str) -> set[str]:
    """Return the records that hold each word of a query in one of their texts."""
    words = words_of(query)
    return {record_id for record_id, each in texts.items() if all(any(word in text for text in each) for word in words)}


def texts_in(mirror: Mirror, collection: str) -> dict[str, list[str]]:
    """Return the normalised texts of every listed record."""
    bodies = [orjson.loads(row.body) for row in mirror.rows(collection) if row.listed]
    return {body["id"]: [normalised(text) for text in texts_of(body)] for body in bodies}


class Measured:
    """The answers to queries, and what pages cost."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.milliseconds: list[float] = []
        self.found: list[int] = []

    def ids(self, text: str) -> list[str]:
        """Return all that is found for a query, page by page, counted."""
        found: list[str] = []
        after: str | None = None
        while True:
            page = self._page(Question("disclosures", text=text, limit=PAGE, after=after, count=after is None))
            found += [orjson.loads(summary)["id"] for summary in page.summaries]
            assert all(snippet and b'"hit":true' in snippet for snippet in page.snippets)
            if page.count is not None:
                self.found.append(page.count)
            if page.last is None:
                assert self.found[-1] == len(found) == len(set(found))
                return found
            after = page.last

    def _page(self, question: Question) -> Found:
        began = time.perf_counter()
        page = self.world.wired.read_model.ask(question)
        self.milliseconds.append(1_000 * (time.perf_counter() - began))
        return page


def main(folder: Path) -> int:
    """Hold the searches against the walk, build the model again, and print what was found and what it cost."""
    world = Walked(hebei.plan(hebei.read(folder))).world
    began = time.perf_counter()
    world.index()
    built = time.perf_counter() - began
    mirror = _snapshot(world)
    with mirror:
        texts = texts_in(mirror, "disclosures")
        before = list(mirror.contents())
        _print_size(mirror, texts, built)
    drawn = draw(texts, Random(SEED), QUERIES)
    measured = Measured(world)
    answers = [measured.ids(query.text) for query in drawn]
    unequal = [
        query for query, found in zip(drawn, answers, strict=True) if set(found) != brute_force(texts, query.text)
    ]
    kinds = Counter(query.kind for query in drawn)
    print(f"{len(drawn)} queries {dict(kinds)}, seed {SEED}: {len(drawn) - len(unequal)} equal, unequal {unequal}")
    _print_cost(measured)
    world.memory.items.pop(keys.SEARCH_HEAD)
    world.restart()
    world.index()
    with _snapshot(world) as mirror:
        same = list(mirror.contents()) == before
    again = [Measured(world).ids(query.text) for query in drawn]
    print(
        f"deleted and built again: contents {'equal' if same else 'DIFFER'}, answers {'equal' if again == answers else 'DIFFER'}"
    )
    return 0 if same and again == answers and not unequal else 1


def _snapshot(world: World) -> Mirror:
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    return mirror


def _print_size(mirror: Mirror, texts: Texts, built: float) -> None:
    characters = sum(len(text) for each in texts.values() for text in each)
    (bodies,) = mirror.query("SELECT sum(length(body)) FROM record").fetchone()
    (index,) = mirror.query("SELECT sum(length(block)) FROM words_data").fetchone()
    (pages, size) = (mirror.query(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    print(
        f"{len(texts)} records, {characters:,} characters; file {pages * size:,} bytes: bodies {bodies:,}, "
        f"word index {index:,} ({index / characters:.1f} a character); built in {built:.1f} s"
    )


def _print_cost(measured: Measured) -> None:
    ninetieth = quantiles(measured.milliseconds, n=10)[8]
    print(
        f"{len(measured.milliseconds)} pages of at most {PAGE} with snippets, the first of each counted: "
        f"median {median(measured.milliseconds):.1f} ms, 90 % within {ninetieth:.1f} ms, "
        f"longest {max(measured.milliseconds):.1f} ms; records found: median {median(measured.found):.0f}, "
        f"most {max(measured.found)}, none for {measured.found.count(0)}"
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
