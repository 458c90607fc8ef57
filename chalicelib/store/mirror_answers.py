"""Questions put to the mirror as SQL: one page, and where it is asked for the count and the facets of all it is a page of.

Every value is bound, none is spelled into a statement. Newest first by the instant of publication, as every list: what is
found is not ranked, for a rank would change with every record that comes in, and no page could be gone on from.
"""

from typing import Any, NamedTuple

import orjson

from chalicelib.domain.search import Found, Question
from chalicelib.domain.search_text import match, snippet, texts_of, words_of
from chalicelib.store.mirror import Mirror

_END = "\U0010ffff"


class _Where(NamedTuple):
    """A condition and the values bound in it."""

    condition: str
    values: tuple[Any, ...]


def answer(mirror: Mirror, question: Question) -> Found:
    """Return what a mirror holds for a question."""
    words = words_of(question.text or "")
    asked = _all(_conditions(question, words))
    page = _page(mirror, question, asked)
    more = len(page) > question.limit
    page = page[: question.limit]
    return Found(
        summaries=[summary for summary, _, _ in page],
        last=page[-1][1] if more else None,
        snippets=[_snippet(body, words) for _, _, body in page],
        count=_count(mirror, asked) if question.count else None,
        facets={name: _facet(mirror, asked, name) for name in question.facets},
        register_index=mirror.reached(question.collection),
        at=mirror.at,
    )


def _page(mirror: Mirror, question: Question, asked: _Where) -> list[tuple[bytes, str, bytes]]:
    """Return one record more than wanted: whether it comes says whether there is more."""
    key = f"{question.by} || '#' || id" if question.by else "changed" if question.changed else "published"
    order, beyond = ("ASC", ">") if question.oldest_first else ("DESC", "<")
    if question.after is not None:
        asked = _all([asked, _Where(f"{key} {beyond} ?", (question.after,))])
    statement = f"SELECT summary, {key}, body FROM record WHERE {asked.condition} ORDER BY {key} {order} LIMIT ?"
    return mirror.query(statement, (*asked.values, question.limit + 1)).fetchall()


def _count(mirror: Mirror, asked: _Where) -> int:
    return int(mirror.query(f"SELECT count(*) FROM record WHERE {asked.condition}", asked.values).fetchone()[0])


def _facet(mirror: Mirror, asked: _Where, name: str) -> list[tuple[str, int]]:
    found = f"SELECT row FROM record WHERE {asked.condition}"
    statement = (
        f"SELECT value, count(*) FROM found_by WHERE name = ? AND row IN ({found}) GROUP BY value ORDER BY 2 DESC, 1"
    )
    return mirror.query(statement, (name, *asked.values)).fetchall()


def _snippet(body: bytes, words: tuple[str, ...]) -> bytes | None:
    found = snippet(texts_of(orjson.loads(body)), words) if words else None
    return orjson.dumps(found) if found else None


# Conditions


def _conditions(question: Question, words: tuple[str, ...]) -> list[_Where]:
    found = [_Where("collection = ?", (question.collection,))]
    if not question.whole:
        found.append(_Where("listed = 1", ()))
    if words:
        found.append(_Where("row IN (SELECT rowid FROM words WHERE words MATCH ?)", (match(words),)))
    found += [_filtered(name, values, question) for name, values in sorted(question.filters.items())]
    bounds = (
        ("published >= ?", question.published_from),
        ("published <= ?", question.published_to and question.published_to + _END),
        ("changed >= ?", question.updated_since),
        ("holds_until > ?", question.holds_at),
        ("holds_from <= ?", question.holds_at),
        ("holds_until <= ?", question.ended_by),
        ("holds_from > ?", question.begins_after),
    )
    return found + [_Where(condition, (value,)) for condition, value in bounds if value is not None]


def _filtered(name: str, values: tuple[str, ...], question: Question) -> _Where:
    """One of the values; an agency with all below it is every agency on whose path it stands."""
    marks = ", ".join("?" * len(values))
    having = f"SELECT row FROM found_by WHERE name = ? AND value IN ({marks})"
    if name == "agency" and question.subtree:
        below = f"SELECT id FROM record WHERE collection = 'agencies' AND row IN ({having})"
        return _Where(
            f"row IN (SELECT row FROM found_by WHERE name = 'agency' AND value IN ({below}))", ("path", *values)
        )
    return _Where(f"row IN ({having})", (name, *values))


def _all(conditions: list[_Where]) -> _Where:
    return _Where(
        " AND ".join(each.condition for each in conditions),
        tuple(value for each in conditions for value in each.values),
    )
