"""Feeds of every public list, as Atom and as JSON Feed: `/feeds/disclosures.atom?category=plans`, `/feeds/rules.json`.

A feed is the list in another form: its parameters are those that the list declares, its page is the page that the list
answers, so a filter means the same in both and neither can be had without the other. It costs what the list costs.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.routes import (
    agencies,
    centres,
    comments,
    consultations,
    disclosures,
    evaluations,
    feedback,
    filings,
    hearings,
    periods,
    rules,
    services,
    supervision,
)
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import ENDPOINTS, JSON, Answer, Endpoint, Request, Routes, View
from chalicelib.routes.listing import PAGE_CACHE, addressed

routes = Routes(__name__, "feeds")

ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
_NOUNS = (
    *(agencies, services, disclosures, consultations, comments, rules),
    *(centres, hearings, filings, supervision, evaluations, feedback, periods),
)
FEEDS = {noun.routes.tag: f"/v1/{noun.routes.tag}" for noun in _NOUNS}
"""Every collection that has feeds, and its list."""
_NOT_TOLD = ("count", "facets")
"""What a list is asked of all it holds: a feed has no place to tell it."""


def _atom(listed: Endpoint, collection: str) -> View:
    def view(request: Request) -> Answer:
        from chalicelib.domain import atom, feeds

        page, answer = _page(listed, request)
        root, found = _root(), feeds.entries(page["items"], _origin(), wiring.current().settings.base_path)
        first, next_page = _pages(request, page)
        links = [
            atom.Link("self", _origin() + addressed(request, request.parameters["cursor"]), ATOM),
            atom.Link("first", first, ATOM),
            *([atom.Link("next", next_page, ATOM)] if next_page else []),
            atom.Link("alternate", f"{root}/#/{collection}", "text/html"),
            atom.Link("alternate", _origin() + addressed(request, path=listed.path), JSON),
            atom.Link("alternate", _origin() + addressed(request, path=f"/feeds/{collection}.json"), JSON_FEED),
        ]
        feed = atom.Feed(
            id=_origin() + addressed(request, bound=True),
            title=" ".join(feeds.COLLECTIONS[collection]),
            subtitle=_narrowed(request),
            updated=feeds.newest(found, page["as_of"]["at"]),
            author=wiring.current().settings.public_authority,
            home=f"{root}/",
            links=tuple(links),
        )
        return Answer(atom.document(feed, found), media_type=ATOM, headers=answer.headers)

    return view


def _json(listed: Endpoint, collection: str) -> View:
    def view(request: Request) -> Answer:
        from chalicelib.domain import feeds, json_feed

        page, answer = _page(listed, request)
        root, found = _root(), feeds.entries(page["items"], _origin(), wiring.current().settings.base_path)
        feed = json_feed.Feed(
            title=" ".join(feeds.COLLECTIONS[collection]),
            description=_narrowed(request),
            feed_url=_origin() + addressed(request, request.parameters["cursor"]),
            home_page_url=f"{root}/#/{collection}",
            next_url=_pages(request, page)[1],
            author=wiring.current().settings.public_authority,
            about=f"{root}/docs",
            as_of=page["as_of"],
        )
        return Answer(orjson.dumps(json_feed.document(feed, found)), media_type=JSON_FEED, headers=answer.headers)

    return view


def _page(listed: Endpoint, request: Request) -> tuple[dict[str, Any], Answer]:
    answer = listed.view(replace(request, parameters={**dict.fromkeys(_NOT_TOLD), **request.parameters}))
    page: dict[str, Any] = orjson.loads(answer.body)
    return page, answer


def _origin() -> str:
    return wiring.current().settings.public_origin


def _root() -> str:
    return wiring.current().settings.public_url


def _pages(request: Request, page: dict[str, Any]) -> tuple[str, str | None]:
    """Return the first page and the next one (RFC 5005, 3)."""
    further = page["next"]
    return _origin() + addressed(request), _origin() + addressed(request, further) if further else None


def _narrowed(request: Request) -> str:
    """Return what the feed is narrowed by, as it was asked for."""
    return addressed(request, bound=True).partition("?")[2]


def _declare(collection: str, listed: Endpoint) -> None:
    forms: tuple[tuple[str, str, Callable[[Endpoint, str], View], str | None], ...] = (
        ("atom", ATOM, _atom, None),
        ("json", JSON_FEED, _json, "JsonFeed"),
    )
    for suffix, media_type, make, model in forms:
        view = make(listed, collection)
        spoken = "an Atom feed" if suffix == "atom" else "a JSON Feed"
        view.__name__ = f"list_{collection}_{suffix}"
        view.__doc__ = f"Return a page of `{listed.path}` as {spoken}; what the list takes, this takes."
        routes.get(
            f"/feeds/{collection}.{suffix}",
            access=Access.PUBLIC,
            summary=f"{listed.summary}: {spoken}",
            cache=PAGE_CACHE,
            parameters=tuple(each for each in listed.parameters if each.name not in _NOT_TOLD),
            response_model=model,
            media_types=(media_type,),
        )(view)


_LISTS = {endpoint.path: endpoint for endpoint in ENDPOINTS if endpoint.method == "GET"}
for _collection, _path in FEEDS.items():
    _declare(_collection, _LISTS[_path])
