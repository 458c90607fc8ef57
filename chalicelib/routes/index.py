"""`GET /v1` and `/v1/health`: where everything is, and that it answers."""

import orjson

from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes

routes = Routes(__name__, "index")


@routes.get("/v1/health", access=Access.PUBLIC, summary="That the program answers", cache="no-store")
def get_health(request: Request) -> Answer:
    """Answer without touching storage."""
    return Answer(orjson.dumps({"status": "ok"}))
