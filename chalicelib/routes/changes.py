"""`GET /v1/changes`: every act in register order, from which anyone can stay in step with one number."""

from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, after_place, render_page
from chalicelib.routes.params import (
    AGENCY,
    CURSOR,
    JURISDICTION,
    Parameter,
    any_word_of,
    one_of,
    whole_number,
)
from chalicelib.routes.versions import VERSIONED
from chalicelib.store import keys
from chalicelib.store.views import AsOf, Listing, Shown

routes = Routes(__name__, "register")

KINDS = (
    "agency",
    "service",
    "disclosure",
    "card",
    "rule",
    "evaluation",
    "feedback",
    "centre",
    "hearing",
    "comment",
    "filing",
    "period",
)
POLL_SECONDS = 30
BODY_LIMIT = 100
BODIES_LIMIT_BYTES = 3_000_000
"""Lambda answers at most 6 MB, and bytes that are not text grow by a third on their way."""
AFTER = Parameter(
    "after", whole_number(0, 10**15), {"type": "integer", "minimum": 0}, "Only entries with a greater index."
)
LIMIT = Parameter("limit", whole_number(1, 1_000), {"type": "integer", "minimum": 1, "maximum": 1_000}, "Entries.", 100)
KIND = any_word_of("kind", KINDS, "Only records of this kind.")
INCLUDE = Parameter(
    "include",
    one_of("body"),
    {"type": "string", "enum": ["body"]},
    f"With the version that each act made, as its address gives it now; at most {BODY_LIMIT} entries at once.",
)
WALK = 1_000
"""How many entries are read at most for one page that no index serves."""
_INDEXES = {
    "agency": keys.AGENCY_PUBLISHED,
    "kind": keys.CATEGORY_PUBLISHED,
    "jurisdiction": keys.JURISDICTION_PUBLISHED,
}
"""Filter -> the index that serves it; first the one that has the least in a partition, as a rule."""


@routes.get(
    "/v1/changes",
    access=Access.PUBLIC,
    summary="Every act in the order of the register",
    cache=PAGE_CACHE,
    parameters=(AFTER, LIMIT, CURSOR, KIND, AGENCY, JURISDICTION, INCLUDE),
    response_model="ChangeList",
)
def list_changes(request: Request) -> Answer:
    """List register entries after an index; with filters a page may hold fewer than `limit`, or none, and have a `next`."""
    parameters = request.parameters
    filters = {name: parameters[name] for name in _INDEXES if parameters[name] is not None}
    place = after_place(request)
    after = int(place) if place is not None else parameters["after"] if parameters["after"] is not None else -1
    wired = wiring.current()
    as_of = wired.views.as_of("changes", wired.now())
    limit = min(parameters["limit"], BODY_LIMIT) if parameters["include"] else parameters["limit"]
    page = _filtered(filters, limit, after, as_of) if filters else wired.views.changes(limit, after)
    if parameters["include"]:
        page = _with_bodies(page)
    answer = render_page(request, page, as_of)
    if page.summaries or page.last is not None:
        return answer
    return Answer(answer.body, headers={**answer.headers, "Retry-After": str(POLL_SECONDS)})


def _filtered(filters: dict[str, tuple[str, ...]], limit: int, after: int, as_of: AsOf) -> Listing:
    """Walk the partitions of one filter side by side, as far as all of them were read, and keep what passes the others.

    Where the page ends the walk goes on, whether anything was found or not: so no entry is passed over, and none comes twice.
    """
    wired = wiring.current()
    name, *others = filters
    values = filters[name]
    reach = WALK // len(values) if others or len(values) > 1 else limit
    until = -1 if as_of.register_index is None else as_of.register_index

    def read(value: str) -> Listing:
        return wired.views.filtered_changes(_INDEXES[name], value, limit=reach, after=after, until=until)

    pages = [read(values[0])] if len(values) == 1 else wired.side_by_side(read, values)
    horizon = min((page.last for page in pages if page.last is not None), default=None)
    wanted = {other: filters[other] for other in others}
    passed = [
        (place, raw)
        for page in pages
        for raw in page.summaries
        if (place := _place_of(orjson.loads(raw), wanted)) is not None and (horizon is None or place <= horizon)
    ]
    kept = sorted(passed)[:limit]
    return Listing([raw for _, raw in kept], kept[-1][0] if len(passed) > limit else horizon)


def _place_of(entry: dict[str, Any], filters: dict[str, tuple[str, ...]]) -> str | None:
    """Return the place of an entry in the register, or None if it does not pass the filters."""
    passes = all(entry[name] in values for name, values in filters.items())
    return keys.entry(entry["index"]).sk if passes else None


def _with_bodies(page: Listing) -> Listing:
    """Put beside each entry the version that its act made; the page ends early rather than be too large to be sent."""
    parsed: list[dict[str, Any]] = [orjson.loads(entry) for entry in page.summaries]
    asked = [_shown(entry) for entry in parsed if entry["version"] is not None]
    bodies = iter(wiring.current().views.shown(asked) if asked else ())
    found: list[bytes] = []
    sent = 0
    for raw, entry in zip(page.summaries, parsed, strict=True):
        body = (next(bodies) if entry["version"] is not None else None) or b"null"
        sent += len(body)
        if found and sent > BODIES_LIMIT_BYTES:
            return Listing(found, keys.entry(parsed[len(found) - 1]["index"]).sk)
        ends = b',"ends_versions":true' if _ends_versions(entry) else b""
        found.append(raw[:-1] + b',"body":' + body + ends + b"}")
    return Listing(found, page.last)


def _ends_versions(entry: dict[str, Any]) -> bool:
    """Return whether the record shows only its last version from now on: it was withdrawn and keeps none, or was erased."""
    kept = VERSIONED[entry["kind"]].keeps and entry["name"] != "erase"
    return bool(entry["tombstone"]) and not kept


def _shown(entry: dict[str, Any]) -> Shown:
    from chalicelib.domain.public_view import place

    placed, noun = place(entry["index"], entry["sha256"]), VERSIONED[entry["kind"]]
    return Shown(entry["kind"], entry["id"], entry["version"], noun.keeps, noun.erasable, placed)
