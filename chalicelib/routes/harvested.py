"""Public reads of what was harvested: the records of other deployments, exactly as their origins served them.

Nothing here is an act of this deployment: a copy stands in no list, count or register of ours. `origin`, `url` and
`register_index` in a body are the origin's.
"""

from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.listing import ITEM_CACHE, PAGE_CACHE, after_place, render_page
from chalicelib.routes.params import CURSOR, LIMIT, path_number
from chalicelib.store.views import AsOf

if TYPE_CHECKING:
    from chalicelib.domain.harvest import Following, Origin, Trouble

routes = Routes(__name__, "exchange")


@routes.get(
    "/v1/harvested",
    access=Access.PUBLIC,
    summary="Which other deployments are followed, and how far",
    cache=PAGE_CACHE,
    response_model="OriginList",
)
def list_origins(request: Request) -> Answer:
    """List the origins: those followed, and those that once were."""
    from chalicelib.domain.harvest import parse_origins

    wired = wiring.current()
    known = {following.origin: following for following in wired.harvest.all()}
    followed = {origin.name: origin for origin in parse_origins(wired.settings.harvest_origins)}
    names = sorted({*known, *followed})
    return Answer(orjson.dumps({"items": [_origin(name, known.get(name), followed.get(name)) for name in names]}))


def _origin(name: str, known: "Following | None", origin: "Origin | None") -> dict[str, Any]:
    from chalicelib.domain.harvest import Following

    address = origin.address if origin is not None else known.address if known is not None else ""
    if known is None:
        known = Following(name, address, since="")
    return {
        "origin": name,
        "address": address,
        "state": _state(known, origin),
        "register_index": known.next - 1 if known.next else None,
        "lacking": known.lacking,
        "since": _written(known.since or None),
        "last_success_at": _written(known.success_at),
        "caught_up_at": _written(known.caught_up_at),
        "last_failure": _failure(known.last_trouble),
    }


def _state(known: "Following", origin: "Origin | None") -> str:
    if origin is None:
        return "not_followed"
    if known.trouble is not None:
        return known.trouble.state
    return "following" if known.success_at else "not_begun"


def _failure(trouble: "Trouble | None") -> dict[str, Any] | None:
    if trouble is None:
        return None
    at, since = _written(trouble.at), _written(trouble.since)
    told = {"state": trouble.state, "code": trouble.code, "detail": trouble.detail, "at": at, "since": since}
    return told if trouble.index is None else {**told, "register_index": trouble.index}


def _written(instant: str | None) -> str | None:
    return localised(instant, wiring.current().settings.time_zone) if instant else None


@routes.get(
    "/v1/harvested/{origin}/{collection}",
    access=Access.PUBLIC,
    summary="Copies of a collection of another deployment, those changed last first",
    cache=PAGE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="HarvestedList",
)
def list_harvested(request: Request, origin: str, collection: str) -> Answer:
    """List copies; those withdrawn at their origin stand among them as tombstones."""
    wired = wiring.current()
    after = after_place(request)
    known = _known(origin)  # before the page: the page may only know more
    as_of = AsOf(known.next - 1 if known.next else None, known.success_at)
    return render_page(request, wired.harvest.page(origin, collection, request.parameters["limit"], after), as_of)


def _known(origin: str) -> "Following":
    known = wiring.current().harvest.find(origin)
    if known is None:
        raise NotFoundError("no such deployment is followed")
    return known


@routes.get(
    "/v1/harvested/{origin}/{collection}/{record_id}",
    access=Access.PUBLIC,
    summary="One record of another deployment, byte for byte as it served it",
    cache=ITEM_CACHE,
    response_model="HarvestedRecord",
)
def get_harvested(request: Request, origin: str, collection: str, record_id: str) -> Answer:
    """Return a copy."""
    return _copy(wiring.current().harvest.record(origin, collection, record_id))


@routes.get(
    "/v1/harvested/{origin}/{collection}/{record_id}/versions/{number}",
    access=Access.PUBLIC,
    summary="One version of a record of another deployment, byte for byte; gone where its origin shows it no more",
    cache=ITEM_CACHE,
    response_model="HarvestedRecord",
)
def get_harvested_version(request: Request, origin: str, collection: str, record_id: str, number: str) -> Answer:
    """Return the copy of one version."""
    wanted = path_number(number, "a version")
    return _copy(wiring.current().harvest.version(origin, collection, record_id, wanted))


def _copy(body: bytes | None) -> Answer:
    if body is None:
        raise NotFoundError("no such record")
    return Answer(body)
