"""`GET /v1/changes`: every act in register order, from which anyone can stay in step with one number."""

from typing import Any

import orjson

from chalicelib import wiring
from chalicelib.errors import MalformedError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import PAGE_CACHE, after_place, render_page
from chalicelib.routes.params import AGENCY, CURSOR, JURISDICTION, Parameter, one_of, whole_number
from chalicelib.routes.versions import VERSIONED
from chalicelib.store import keys
from chalicelib.store.views import Listing, Shown

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
)
POLL_SECONDS = 30
BODY_LIMIT = 100
BODIES_LIMIT_BYTES = 3_000_000
"""Lambda answers at most 6 MB, and bytes that are not text grow by a third on their way."""
AFTER = Parameter(
    "after", whole_number(0, 10**15), {"type": "integer", "minimum": 0}, "Only entries with a greater index."
)
LIMIT = Parameter("limit", whole_number(1, 1_000), {"type": "integer", "minimum": 1, "maximum": 1_000}, "Entries.", 100)
KIND = Parameter("kind", one_of(*KINDS), {"type": "string", "enum": list(KINDS)}, "Only records of this kind.")
INCLUDE = Parameter(
    "include",
    one_of("body"),
    {"type": "string", "enum": ["body"]},
    f"With what the record showed after each act, as its address gives it now; at most {BODY_LIMIT} entries at once.",
)
_INDEXES = {
    "kind": keys.CATEGORY_PUBLISHED,
    "agency": keys.AGENCY_PUBLISHED,
    "jurisdiction": keys.JURISDICTION_PUBLISHED,
}


@routes.get(
    "/v1/changes",
    access=Access.PUBLIC,
    summary="Every act in the order of the register",
    cache=PAGE_CACHE,
    parameters=(AFTER, LIMIT, CURSOR, KIND, AGENCY, JURISDICTION, INCLUDE),
    response_model="ChangeList",
)
def list_changes(request: Request) -> Answer:
    """List register entries after an index."""
    parameters = request.parameters
    filters = {name: parameters[name] for name in _INDEXES if parameters[name] is not None}
    if len(filters) > 1:
        message = "no index serves this combination; these work: kind, agency or jurisdiction, one at a time"
        raise MalformedError(Problem("filter_combination_unavailable", message, parameter=list(filters)[1]))
    place = after_place(request)
    after = int(place) if place is not None else parameters["after"] if parameters["after"] is not None else -1
    wired = wiring.current()
    as_of = wired.views.as_of("changes", wired.now())
    index, pk = None, keys.ENTRIES_PK
    for name, value in filters.items():
        index, pk = _INDEXES[name], keys.list_pk("changes", value)
    limit = min(parameters["limit"], BODY_LIMIT) if parameters["include"] else parameters["limit"]
    page = wired.views.changes(index, pk, limit=limit, after=after)
    if parameters["include"]:
        page = _with_bodies(page)
    answer = render_page(request, page, as_of)
    if page.summaries:
        return answer
    return Answer(answer.body, headers={**answer.headers, "Retry-After": str(POLL_SECONDS)})


def _with_bodies(page: Listing) -> Listing:
    """Put beside each entry what the record showed after it; the page ends early rather than be too large to be sent."""
    parsed: list[dict[str, Any]] = [orjson.loads(entry) for entry in page.summaries]
    asked = [_shown(entry) for entry in parsed if entry["sha256"]]
    bodies = iter(wiring.current().views.shown(asked) if asked else ())
    found: list[bytes] = []
    sent = 0
    for raw, entry in zip(page.summaries, parsed, strict=True):
        body = (next(bodies) if entry["sha256"] else None) or b"null"
        sent += len(body)
        if found and sent > BODIES_LIMIT_BYTES:
            return Listing(found, keys.entry(parsed[len(found) - 1]["index"]).sk)
        ends = b',"ends_versions":true' if entry["tombstone"] and not VERSIONED[entry["kind"]].keeps else b""
        found.append(raw[:-1] + b',"body":' + body + ends + b"}")
    return Listing(found, page.last)


def _shown(entry: dict[str, Any]) -> Shown:
    from chalicelib.domain.public_view import place

    placed = place(entry["index"], entry["sha256"])
    return Shown(entry["kind"], entry["id"], entry["version"], VERSIONED[entry["kind"]].keeps, placed)
