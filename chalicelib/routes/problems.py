"""Every error as RFC 9457 `application/problem+json`: the one place where errors get HTTP numbers.

`type` is a stable URI reference with a page behind it (`GET /problems/{code}`); `errors` carries every problem at once.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from chalicelib import errors

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem: its code (the last segment of `type`), status, title and what to do."""

    code: str
    status: int
    title: str
    remedy: str


TYPES = {
    kind.code: kind
    for kind in (
        ProblemType("malformed", 400, "The request cannot be read", "Mend every place that `errors` names."),
        ProblemType(
            "filter-combination-unavailable",
            400,
            "No index serves these filters together",
            "Use one of the combinations that `detail` names.",
        ),
        ProblemType(
            "cursor-invalid", 400, "The cursor is not one of ours", "Take `cursor` only from `next`, unchanged."
        ),
        ProblemType("unauthenticated", 401, "Who is asking is not established", "See which check failed in `detail`."),
        ProblemType("forbidden", 403, "Not allowed to this caller", "Use a key of the agency, with the role it takes."),
        ProblemType("not-found", 404, "There is nothing here", "Check the address; ids are case-sensitive."),
        ProblemType("method-not-allowed", 405, "That method is not taken here", "Use one of those in `Allow`."),
        ProblemType(
            "place-taken", 409, "Other bytes stand at this place", "Choose a new number or id; nothing changed."
        ),
        ProblemType(
            "not-next", 409, "Act numbers have no gaps", "Send the act under the number that `next_act` gives."
        ),
        ProblemType("head-moved", 409, "The record has moved on", "Read its head again and decide anew."),
        ProblemType(
            "erased", 410, "It was erased by order", "The record itself tells on what ground and by whose order."
        ),
        ProblemType("too-large", 413, "The request is too large", "Send less at once; `detail` gives the limit."),
        ProblemType("unsupported-media-type", 415, "That media type is not taken here", "See the API reference."),
        ProblemType("refused", 422, "The domain refuses this", "Every reason stands in `errors`, with a code."),
        ProblemType(
            "too-many-tries",
            429,
            "Too many tries",
            "Wait as long as `Retry-After` says, or do the work of `proof_of_work` if it is there.",
        ),
        ProblemType("internal", 500, "Something failed on our side", "Nothing is half written; try again or tell us."),
        ProblemType("unavailable", 503, "Busy or out of reach for a moment", "Send the same request again."),
    )
}

_BY_ERROR: dict[type[errors.GlasshallError], str] = {
    errors.NotFoundError: "not-found",
    errors.ErasedError: "erased",
    errors.MalformedError: "malformed",
    errors.RefusedError: "refused",
    errors.PlaceTakenError: "place-taken",
    errors.NotNextError: "not-next",
    errors.HeadMovedError: "head-moved",
    errors.UnauthenticatedError: "unauthenticated",
    errors.ForbiddenError: "forbidden",
    errors.TooManyTriesError: "too-many-tries",
    errors.TooLargeError: "too-large",
    errors.UnsupportedMediaError: "unsupported-media-type",
    errors.UnavailableError: "unavailable",
}


def is_told(error: errors.GlasshallError) -> bool:
    """Return whether an error is one that a caller is told of, not one that should never have come this far."""
    return any(kind in _BY_ERROR for kind in type(error).__mro__)


def problem_code(error: errors.GlasshallError) -> str:
    """Return the code of the problem type for an error, found along its class's ancestry."""
    if isinstance(error, errors.MalformedError) and len(error.problems) == 1:
        code = error.problems[0].code.replace("_", "-")
        if code in TYPES:
            return code
    for kind in type(error).__mro__:
        if kind in _BY_ERROR:
            return _BY_ERROR[kind]
    return "internal"


def problem_body(code: str, instance: str, detail: str, **members: Any) -> bytes:
    """Return the bytes of a problem document."""
    kind = TYPES[code]
    document = {"type": f"/problems/{code}", "title": kind.title, "status": kind.status, "detail": detail}
    return orjson.dumps({**document, "instance": instance, **members})


def render_error(error: errors.GlasshallError, instance: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body for an error."""
    code = problem_code(error)
    members: dict[str, Any] = {}
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    detail = str(error) or TYPES[code].title
    if isinstance(error, errors.InvalidError):
        members["errors"] = [_problem(problem) for problem in error.problems]
        detail = error.problems[0].message if len(error.problems) == 1 else f"{len(error.problems)} problems"
    if isinstance(error, errors.NotNextError):
        members["next_act"] = error.next_act
    if isinstance(error, errors.ForbiddenError):
        members["errors"] = [{"code": error.code, "message": detail}]
    if isinstance(error, errors.UnauthenticatedError):
        members["errors"] = [{"code": error.check, "message": detail}]
        headers["WWW-Authenticate"] = error.scheme
    if isinstance(error, errors.TooManyTriesError) and error.proof_of_work is not None:
        members["proof_of_work"] = error.proof_of_work
    if isinstance(error, errors.TooManyTriesError | errors.UnavailableError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    return TYPES[code].status, headers, problem_body(code, instance, detail, **members)


def render_unexpected(instance: str) -> tuple[int, dict[str, str], bytes]:
    """Return the answer to a defect of ours: nothing of what happened inside."""
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return status, headers, problem_body("internal", instance, "the failure was logged and will be looked at")


def _problem(problem: errors.Problem) -> dict[str, str]:
    found = {"code": problem.code, "message": problem.message}
    if problem.parameter is not None:
        return {"parameter": problem.parameter, **found}
    return {"pointer": problem.pointer or "", **found}
