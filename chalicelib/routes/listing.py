"""Public lists and items: bytes found by key, spliced, sent. The conventions of every list stand here once.

What a list can be filtered by is its table of indexes: one filter, one index partition. Any other combination waits for
the search read model and is refused by name until then; a list is never silently filtered by less than was asked.
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
    """A placed list, the soonest first, that one filter narrows, or none."""

    name: str
    kind: str
    asked: str
    """What a request says to be given this list: `missing=true`."""
    filters: tuple[str, ...]
    apart: tuple[str, ...] = ()
    """Parameters that do not go with it."""
    from_now: bool = False
    """Whether what lies before the present instant is left out."""


_RANGE = ("published_from", "published_to", "updated_since")


def answer_list(request: Request, listed: PublicList) -> Answer:
    """Answer one page of a collection.

    Raises:
        MalformedError: a filter combination that no index serves, or a cursor that is not this list's.
    """
    return render_page(request, *find_page(request, listed))


def find_page(request: Request, listed: PublicList) -> tuple[Listing, AsOf]:
    """Return one page of a collection, and up to where it is surely whole.

    Raises:
        MalformedError: a filter combination that no index serves, or a cursor that is not this list's.
    """
    given = {n: v for n, v in request.parameters.items() if v is not None and n not in UNBOUND and n not in _RANGE}
    since = request.parameters.get("updated_since")
    index, partition = _choose(listed, given, changed=since is not None)
    wired = wiring.current()
    as_of = wired.views.as_of(listed.collection, wired.now())  # before the page: the page may only know more
    first, last = _range(request.parameters, since)
    page = wired.views.page(
        index,
        partition,
        listed.kind,
        limit=request.parameters["limit"],
        after=after_place(request),
        forward=since is not None,
        first=first,
        last=last,
    )
    return page, as_of


def find_narrowed(request: Request, listed: NarrowedList, limit: int, after: str | None) -> Listing:
    """Return a page of a placed list, narrowed by the one filter that is given.

    Raises:
        MalformedError: another filter is given beside it, or a parameter that does not go with this list.
    """
    wired, value = wiring.current(), narrowing(request, listed)
    return wired.views.page(
        keys.PLACED,
        keys.list_pk(listed.name, value),
        listed.kind,
        limit=limit,
        after=after,
        forward=True,
        # Where a page goes on, the place it goes on from is the bound: it may have passed since.
        first=to_key(wired.now()) if listed.from_now and after is None else None,
    )


def narrowing(request: Request, listed: NarrowedList) -> str:
    """Return the value under which the one filter that is given finds records in a placed list.

    Raises:
        MalformedError: another filter is given beside it, or a parameter that does not go with this list.
    """
    given = [name for name in listed.filters if request.parameters[name] is not None]
    beside = [name for name in listed.apart if request.parameters.get(name) is not None] + given[1:]
    if beside:
        message = (
            f"no index serves this combination; {listed.asked} goes with one of {', '.join(listed.filters)}, or none"
        )
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter=beside[0]))
    return "".join(narrowed(name, request.parameters[name]) for name in given)


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


def _choose(listed: PublicList, given: dict[str, Any], *, changed: bool) -> tuple[Index, str]:
    """Return the index that serves the filters, and its partition."""
    indexes = listed.changed if changed else listed.indexes
    if given.get("include") == "withdrawn" and not changed and listed.whole is not None and len(given) == 1:
        return listed.whole, keys.list_pk(listed.collection)
    filters = {name: value for name, value in given.items() if not (changed and name == "include")}
    if not filters and "" in indexes:
        return indexes[""], keys.list_pk(listed.collection)
    if len(filters) == 1:
        ((name, value),) = filters.items()
        if name in indexes:
            return indexes[name], keys.list_pk(listed.collection, str(value))
        if name in listed.placed and not changed:
            return keys.PLACED, keys.list_pk(listed.placed[name], str(value))
    raise _unavailable(listed)


def _unavailable(listed: PublicList) -> MalformedError:
    alone = [name for name in (*listed.indexes, *listed.placed) if name]
    offers = [f"one of {', '.join(alone)}, each with published_from and published_to"] if alone else []
    if listed.changed:
        offers.append(" or ".join(f"updated_since{' with ' + name if name else ''}" for name in listed.changed))
    if listed.whole is not None:
        offers.append("include=withdrawn")
    message = f"no index serves this combination; these work: no filter; {'; '.join(offers)}"
    return MalformedError(Problem("filter_combination_unavailable", message, parameter="q"))


def _range(parameters: Mapping[str, Any], since: datetime | None) -> tuple[str | None, str | None]:
    if since is not None:
        if parameters.get("published_from") or parameters.get("published_to"):
            message = "updated_since is not taken together with published_from or published_to"
            raise MalformedError(Problem("filter_combination_unavailable", message, parameter="updated_since"))
        return to_key(since), keys.END
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
    tail = {"next": cursor, "as_of": as_of_told(as_of)}
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
    return value.isoformat() if isinstance(value, datetime) else str(value)


def answer_record(body: bytes | None) -> Answer:
    """Answer one record.

    Raises:
        NotFoundError: there is none.
    """
    if body is None:
        raise NotFoundError("no such record")
    return Answer(body)
