"""Lists that no index partition serves: words, filters together, several values of one, how many there are, how they divide.

They are asked of the read model, which holds what every list holds and follows the register: `as_of` says how far. A place in a
list is the same text in both, so a cursor goes on wherever a page of the list is read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib import wiring
from chalicelib.domain.instants import to_key
from chalicelib.errors import MalformedError, Problem
from chalicelib.routes.params import COUNT, SUBTREE, Parameter, Q, facets_of
from chalicelib.store.views import AsOf, Listing

if TYPE_CHECKING:
    from chalicelib.domain.search import Found

BESIDE = ("q", "subtree", "count", "facets")
"""What is asked beside filters, and only the read model answers."""
Filters = Mapping[str, tuple[str, ...]]


def searched_by(*filters: str) -> tuple[Parameter, ...]:
    """Declare what every list of records is asked beside its filters."""
    return Q, SUBTREE, COUNT, facets_of(*filters)


def find_searched(
    parameters: Mapping[str, Any], collection: str, filters: Filters, after: str | None, **more: Any
) -> tuple[Listing, AsOf]:
    """Return one page of a collection by all that is asked of it, and up to where it is surely whole.

    Raises:
        MalformedError: the words say nothing, or `subtree` has nothing to stand for.
        UnavailableError: the read model does not stand yet.
    """
    from chalicelib.domain.search import Question

    _check(parameters, filters)
    since = parameters.get("updated_since")
    asked: dict[str, Any] = {
        "text": parameters.get("q"),
        "filters": filters,
        "subtree": parameters.get("subtree") is not None,
        "published_from": _key(parameters.get("published_from")),
        "published_to": _key(parameters.get("published_to")),
        "updated_since": _key(since),
        "include_withdrawn": parameters.get("include") is not None,
        "limit": parameters.get("limit"),
        "after": after,
        "changed": since is not None,
        "oldest_first": since is not None,
        "facets": parameters.get("facets") or (),
        "count": parameters.get("count") is not None,
    }
    found = wiring.current().read_model.ask(Question(collection, **(asked | more)))
    shown = map(_with_snippet, found.summaries, found.snippets) if parameters.get("q") else found.summaries
    return Listing([*shown], found.last, _told(found)), AsOf(found.register_index, found.at)


def _check(parameters: Mapping[str, Any], filters: Filters) -> None:
    from chalicelib.domain.search_text import words_of

    if parameters.get("q") is not None and not words_of(parameters["q"]):
        raise MalformedError(Problem("bad_parameter", "shows nothing: there is no word in it", parameter="q"))
    if parameters.get("subtree") is not None and not filters.keys() & {"agency", "jurisdiction"}:
        message = "subtree says which agencies an agency or a jurisdiction stands for: name one"
        raise MalformedError(Problem("bad_parameter", message, parameter="subtree"))


def _told(found: "Found") -> dict[str, Any]:
    """Return what was asked of the whole list, as it is told."""
    count = {"value": found.count, "relation": "exact"} if found.count is not None else None
    facets = {
        name: [{"value": value, "count": count} for value, count in values] for name, values in found.facets.items()
    }
    return {name: value for name, value in (("count", count), ("facets", facets)) if value}


def _key(instant: datetime | None) -> str | None:
    return to_key(instant) if instant is not None else None


def _with_snippet(summary: bytes, snippet: bytes | None) -> bytes:
    return summary if snippet is None else summary[:-1] + b',"snippet":' + snippet + b"}"
