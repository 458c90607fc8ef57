"""`GET /v1/fields`: what every field of every kind of answer means, in Chinese and English.

Generated from the models at build time (`make openapi`), served as it lies in `pages/fields.json`.
"""

from functools import cache

import orjson

from chalicelib import wiring
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.site import SITE_CACHE, page_file

routes = Routes(__name__, "meta")


@cache
def fields() -> dict[str, bytes]:
    """Return the answer for each kind."""
    return {kind: orjson.dumps(explained) for kind, explained in orjson.loads(page_file("fields.json")).items()}


@routes.get(
    "/v1/fields",
    access=Access.PUBLIC,
    summary="The kinds whose fields are explained",
    cache=SITE_CACHE,
    response_model="FieldKinds",
)
def list_field_kinds(request: Request) -> Answer:
    """List the kinds."""
    base = wiring.current().settings.base_path
    return Answer(orjson.dumps({"items": [{"kind": kind, "url": f"{base}/v1/fields/{kind}"} for kind in fields()]}))


@routes.get(
    "/v1/fields/{kind}",
    access=Access.PUBLIC,
    summary="What every field of a kind means",
    cache=SITE_CACHE,
    response_model="Fields",
)
def get_fields(request: Request, kind: str) -> Answer:
    """Return the fields of one kind."""
    found = fields().get(kind)
    if found is None:
        raise NotFoundError(f"no such kind; there are: {', '.join(fields())}")
    return Answer(found)
