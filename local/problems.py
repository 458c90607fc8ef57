"""What the gateway itself answers, as RFC 9457 problem documents with the codes and titles the program uses.

In the cloud the `GatewayResponses` of the overlay give the same documents. `Access-Control-Allow-Origin: *` stands on
all of them, because a browser could not read them otherwise.
"""

import orjson

from chalicelib.routes.problems import MEDIA_TYPE, TYPES
from local.messages import Headers, Response

ANY_ORIGIN = ("Access-Control-Allow-Origin", "*")


def problem(
    status: int, code: str, detail: str, instance: str, *, headers: Headers = (), defect: str | None = None
) -> Response:
    """Return a problem document; `code` is one of the program's own, so that its page exists."""
    members = {"type": f"/problems/{code}", "title": TYPES[code].title, "status": status}
    body = orjson.dumps({**members, "detail": detail, "instance": instance})
    own = (("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), ANY_ORIGIN)
    return Response(status, (*own, *headers), body, code=code, defect=defect)


def not_found(instance: str) -> Response:
    """Answer an address that is not declared."""
    return problem(404, "not-found", "there is no such address", instance)


def not_allowed(instance: str, allowed: tuple[str, ...]) -> Response:
    """Answer a method that the address does not take."""
    detail = f"this address takes {', '.join(allowed)}" if allowed else "no address takes this method"
    return problem(405, "method-not-allowed", detail, instance, headers=(("Allow", ", ".join(allowed)),))


def broken(instance: str, defect: str) -> Response:
    """Answer for a program that failed or gave no proper answer; `defect` is for the log."""
    return problem(502, "internal", "the failure was logged and will be looked at", instance, defect=defect)


def too_slow(instance: str, seconds: float) -> Response:
    """Answer for a program that took longer than API Gateway waits."""
    detail = f"no answer within {seconds:g} s; what was sent may or may not have been done: send it again"
    return problem(504, "unavailable", detail, instance, headers=(("Retry-After", "1"),), defect="timed out")
