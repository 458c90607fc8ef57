"""Public lists and items: bytes found by key, spliced, sent. The conventions of every list stand here once.

One filter with one value is one index partition; everything else is asked of the read model (`searched`). A list is never
silently filtered by less than was asked: what neither serves is refused by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised, to_key
from chalicelib.domain.placed import narrowed
from chalicelib.errors import MalformedError, NotFoundError, Problem
from chalicelib.routes.cursors import UNBOUND, binding, seal, unseal
from chalicelib.routes.endpoint import Answer, Request
from chalicelib.routes.searched import BESIDE, Filters, find_searched
from chalicelib.store import keys
from chalicelib.store.table import Index
from chalicelib.store.views import AsOf, Listing

PAGE_CACHE = "public, max-age=10, s-maxage=10"
ITEM_CACHE = "public, max-age=10, s-maxage=10"
PERMANENT_CACHE = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class PublicList:
    """One collection's list: its kind, and the index that serves each filter."""

    collection: str
    kind: str
    indexes: Mapping[str, Index]
    """Filter -> index over the instant of publication; `""` is the whole list."""
    changed: Mapping[str, Index] = field(default_factory=dict)
    """Filter -> index over the instant of the last change."""
    whole: Index | None = None
    """The list with those that were withdrawn."""
    placed: Mapping[str, str] = field(default_factory=dict)
    """Filter -> name of the placed list that serves it: of these a record may have many values."""


@dataclass(frozen=True, slots=True)
class NarrowedList:
    """A placed list, the soonest first, that one filter narrows, or none; more than that is asked of the read model."""

    name: str
    collection: str
    kind: str
    asked: str
    """The parameter by which a request says to be given this list: `missing`."""
    filters: tuple[str, ...]
    stages: tuple[str, ...] = ()
    """The stages in which a record stands in it."""
    by: str = "holds_until"
    """The instant of the read model that is the list's own."""
    bound: str | None = None
    """How the present instant bounds it there, if it does: `holds_at`."""


OF_THE_MODEL = "~"
"""Begins a place in a narrowed list of the read model, where a filing stands by a day and not by the instant it ends."""
_NO_FILTERS = (*UNBOUND, *BESIDE, "published_from", "published_to", "updated_since", "include")


def answer_list(request: Request, listed: PublicList) -> Answer:
    """Answer one page of a collection.

    Raises:
        MalformedError: a cursor that is not this list's, or a range that ends before it begins.
    """
    return render_page(request, *find_page(request, listed))


def find_page(request: Request, listed: PublicList) -> tuple[Listing, AsOf]:
    """Return one page of a collection, and up to where it is surely whole: of one index partition, else of the read model.

    Raises:
        MalformedError: a cursor that is not this list's, or a range that ends before it begins.
    """
    parameters, filters, after = request.parameters, filters_given(request), after_place(request)
    if "ids" in filters:
        return _find_named(request, listed)
    changed = parameters.get("updated_since") is not None
    first, last = _range(parameters)
    served = None if any(parameters[name] for name in BESIDE) else _served(listed, filters, parameters)
    if served is None:
        return find_searched(parameters, listed.collection, filters, after)
    index, partition = served
    wired = wiring.current()
    as_of = wired.views.as_of(listed.collection, wired.now())  # before the page: the page may only know more
    page = wired.views.page(
        index,
        partition,
        listed.kind,
        limit=parameters["limit"],
        after=after,
        forward=changed,
        first=first,
        last=last,
    )
    return page, as_of


def _find_named(request: Request, listed: PublicList) -> tuple[Listing, AsOf]:
    """Return the records that are named, and in `not_found` the ids under which there is none."""
    given = [name for name, value in request.parameters.items() if value is not None]
    beside = [name for name in given if name not in ("ids", "limit")]
    if beside:
        message = "ids is asked for alone: these records and no others"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter=beside[0]))
    ids, wired = request.parameters["ids"], wiring.current()
    as_of = wired.views.as_of(listed.collection, wired.now())
    found = dict(zip(ids, wired.views.summaries(listed.kind, ids), strict=True))
    shown = [summary for summary in found.values() if summary is not None]
    missing = [record_id for record_id, summary in found.items() if summary is None]
    return Listing(shown, None, {"not_found": missing}), as_of


def filters_given(request: Request) -> dict[str, tuple[str, ...]]:
    """Return the filters of a request, each with the values of which one will do."""
    given = {name: value for name, value in request.parameters.items() if value is not None}
    return {
        name: value if isinstance(value, tuple) else (value,)
        for name, value in given.items()
        if name not in _NO_FILTERS
    }


def find_narrowed(request: Request, listed: NarrowedList, limit: int, after: str | None) -> tuple[Listing, AsOf]:
    """Return a page of a placed list by all filters that are given, and up to where it is surely whole.

    Raises:
        MalformedError: a stage beside that of the list, or a page that was begun in one order goes on in another.
    """
    parameters, filters = request.parameters, filters_given(request)
    filters.pop(listed.asked, None)
    beside = any(parameters.get(name) for name in (*BESIDE, "updated_since"))
    one = not beside and len(filters) <= 1 and all(n in listed.filters and len(v) == 1 for n, v in filters.items())
    if one and not (after or "").startswith(OF_THE_MODEL):
        return _narrowed_page(listed, filters, limit, after)
    if after is not None and not after.startswith(OF_THE_MODEL):
        raise MalformedError(
            Problem("cursor_invalid", "what is told beside a list is asked from its first page on", parameter="cursor")
        )
    if "stage" in filters:
        message = f"{listed.asked} is of the stages {', '.join(listed.stages)} and is not taken together with stage"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter="stage"))
    now = {listed.bound: to_key(wiring.current().now())} if listed.bound else {}
    page, as_of = find_searched(
        parameters,
        listed.collection,
        {**filters, "stage": listed.stages},
        after and after.removeprefix(OF_THE_MODEL),
        **now,
        by=listed.by,
        oldest_first=True,
        limit=limit,
    )
    return page._replace(last=page.last and OF_THE_MODEL + page.last), as_of


def _narrowed_page(listed: NarrowedList, filters: Filters, limit: int, after: str | None) -> tuple[Listing, AsOf]:
    wired = wiring.current()
    as_of = wired.views.as_of(listed.collection, wired.now())  # before the page: the page may only know more
    page = wired.views.page(
        keys.PLACED,
        keys.list_pk(listed.name, "".join(narrowed(name, *values) for name, values in filters.items())),
        listed.kind,
        limit=limit,
        after=after,
        forward=True,
        # Where a page goes on, the place it goes on from is the bound: it may have passed since.
        first=to_key(wired.now()) if listed.bound and after is None else None,
    )
    return page, as_of


def answer_placed(request: Request, kind: str, partition: str, *, of: tuple[str, str], collection: str) -> Answer:
    """Answer a page of what stands in a placed list for a record, newest first.

    Raises:
        NotFoundError: there is no such record. MalformedError: a cursor that is not this list's.
    """
    wired, after = wiring.current(), after_place(request)
    as_of = wired.views.as_of(collection, wired.now())  # before the page: the page may only know more
    limit = request.parameters["limit"]
    page = wired.views.page(keys.PLACED, partition, kind, limit=limit, after=after, forward=False)
    if not page.summaries and after is None and wired.views.record(*of) is None:
        raise NotFoundError("no such record")
    return render_page(request, page, as_of)


def _served(listed: PublicList, filters: Filters, parameters: Mapping[str, Any]) -> tuple[Index, str] | None:
    """Return the index that serves what is asked, and its partition; None if none does."""
    changed, whole = parameters.get("updated_since") is not None, parameters.get("include") is not None
    if changed and (parameters.get("published_from") or parameters.get("published_to")):
        return None
    if whole and not changed:
        return (listed.whole, keys.list_pk(listed.collection)) if listed.whole is not None and not filters else None
    indexes = listed.changed if changed else listed.indexes
    name, values = next(iter(filters.items())) if filters else ("", ("",))
    if len(filters) > 1 or len(values) > 1:
        return None
    if name in indexes:
        return indexes[name], keys.list_pk(listed.collection, values[0])
    if name in listed.placed and not changed:
        return keys.PLACED, keys.list_pk(listed.placed[name], values[0])
    return None


def _range(parameters: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if parameters.get("updated_since") is not None:
        return to_key(parameters["updated_since"]), keys.END
    start, end = parameters.get("published_from"), parameters.get("published_to")
    low = to_key(start) if start else None
    high = to_key(end) + keys.END if end else None
    if low is not None and high is not None and low > high:
        raise MalformedError(Problem("bad_parameter", "ends before it begins", parameter="published_to"))
    return low, high


def after_place(request: Request) -> str | None:
    """Return the place that the request's cursor names, or None without one. Raises: MalformedError."""
    cursor = request.parameters.get("cursor")
    if cursor is None:
        return None
    keys = wiring.current().keyring.derived_all("cursor").values()
    return unseal(cursor, binding(request.path, request.parameters), keys)


def render_page(request: Request, page: Listing, as_of: AsOf) -> Answer:
    """Return a page with its `next`, its `Link` and its `as_of`."""
    cursor, headers = onward(request, page.last)
    tail = {"next": cursor, "as_of": as_of_told(as_of), **page.told}
    body = b'{"items":[' + b",".join(page.summaries) + b"]," + orjson.dumps(tail)[1:]
    return Answer(body, headers=headers)


def as_of_told(as_of: AsOf) -> dict[str, Any]:
    """Return up to which index an answer surely holds every act, as it is told."""
    known_at = localised(as_of.at, wiring.current().settings.time_zone) if as_of.at else None
    return {"register_index": as_of.register_index, "at": known_at}


def onward(request: Request, last: str | None) -> tuple[str | None, dict[str, str]]:
    """Return the cursor for the place to go on from, and the `Link` that says the same; nothing at the end."""
    if last is None:
        return None, {}
    cursor = seal(last, binding(request.path, request.parameters), wiring.current().keyring.derived("cursor"))
    return cursor, {"Link": f'<{addressed(request, cursor)}>; rel="next"'}


def addressed(request: Request, cursor: str | None = None, *, path: str | None = None, bound: bool = False) -> str:
    """Return the address of a request, at a cursor or the beginning; `bound`: with its filters only, not how it is paged."""
    left_out = UNBOUND if bound else {"cursor"}
    given = {n: _spelled(v) for n, v in request.parameters.items() if v is not None and n not in left_out}
    query = urlencode({**given, **({"cursor": cursor} if cursor is not None else {})})
    return f"{wiring.current().settings.base_path}{path or request.path}" + (f"?{query}" if query else "")


def _spelled(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def answer_record(body: bytes | None) -> Answer:
    """Answer one record.

    Raises:
        NotFoundError: there is none.
    """
    if body is None:
        raise NotFoundError("no such record")
    return Answer(body)
