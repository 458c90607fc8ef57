"""`GET /v1/deadlines/preview`: the public what-if calculator, on the very clock that counts a case."""

from datetime import UTC, date, datetime
from typing import Any

from chalicelib import wiring
from chalicelib.domain.instants import is_date
from chalicelib.errors import MalformedError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.params import (
    DATE_SCHEMA,
    ID_SCHEMA,
    Parameter,
    one_of,
    read_date,
    read_id,
    read_instant,
    whole_number,
)

routes = Routes(__name__, "deadlines")

CACHE = "public, max-age=60"
FIRST_YEAR, END_YEAR = 1970, 2200
STOPS = (
    "hearing",
    "tender",
    "auction",
    "inspection",
    "testing",
    "quarantine",
    "appraisal",
    "expert_review",
    "consulting",
)
"""The kinds of procedure that a service may let stop its clock; a test holds them to those of the events."""
MOMENT_SCHEMA = {"anyOf": [{"type": "string", "format": "date-time"}, DATE_SCHEMA]}


def read_moment(text: str) -> datetime | str:
    """Read a date, returned as it stands, or an instant with its offset.

    Raises:
        ValueError: it is neither, or lies outside the years that events may have.
    """
    moment = read_date(text) if is_date(text) else read_instant(text)
    first = date.fromisoformat(moment) if isinstance(moment, str) else moment.astimezone(UTC)
    if not FIRST_YEAR <= first.year < END_YEAR:
        raise ValueError(f"a year from {FIRST_YEAR} to {END_YEAR - 1}")
    return moment


def read_instant_of_this_age(text: str) -> datetime:
    """Read the instant to ask at.

    Raises:
        ValueError: it is none, or a date alone, or lies outside the years that events may have.
    """
    moment = read_moment(text)
    if isinstance(moment, str):
        raise ValueError("an instant with its time and offset, such as 2026-12-10T09:00:00+08:00; a date is not enough")
    return moment


def _moment(name: str, description: str) -> Parameter:
    return Parameter(name, read_moment, MOMENT_SCHEMA, f"{description} A date stands for its first instant there.")


PARAMETERS = (
    Parameter(
        "service", read_id, ID_SCHEMA, "The service, published or built in (`question.<agency>`).", required=True
    ),
    _moment("received_at", "When the application comes in; this or `accepted_at` is needed."),
    _moment("accepted_at", "When it is accepted."),
    _moment("supplement_requested_at", "When missing papers are asked for."),
    Parameter("supplement_due_on", read_date, DATE_SCHEMA, "The day by which they are asked for."),
    _moment("supplement_received_at", "When they come."),
    Parameter("stop_kind", one_of(*STOPS), {"type": "string", "enum": list(STOPS)}, "Which procedure begins."),
    _moment("stop_from", "When it begins."),
    _moment("stop_until", "When it ends."),
    _moment("extended_on", "When the limit is extended, as far as the service allows."),
    _moment("decided_at", "When it is granted."),
    _moment("issued_at", "When the result is handed out."),
    Parameter(
        "version",
        whole_number(1, 10**6),
        {"type": "integer", "minimum": 1},
        "By this version of the commitment; without it by the one that would bind the case.",
    ),
    Parameter("as_of", read_date, DATE_SCHEMA, "By the version that was in effect on this day."),
    Parameter(
        "now",
        read_instant_of_this_age,
        {"type": "string", "format": "date-time"},
        "The instant to ask at; without it the present.",
    ),
)
NEEDS = (
    ("supplement_due_on", "supplement_requested_at"),
    ("supplement_received_at", "supplement_requested_at"),
    ("stop_kind", "stop_from"),
    ("stop_from", "stop_kind"),
    ("stop_until", "stop_from"),
    ("issued_at", "decided_at"),
)
"""What makes no sense alone -> what it needs beside it."""


@routes.get(
    "/v1/deadlines/preview",
    access=Access.PUBLIC,
    summary="What if: a deadline with its explanation",
    cache=CACHE,
    parameters=PARAMETERS,
    response_model="DeadlinePreview",
    statuses=(404,),
)
def preview_deadline(request: Request) -> Answer:
    """Count the deadlines of what is supposed to happen to a case of a service, by the functions that count those of cases."""
    from chalicelib.usecases.deadlines import preview_deadline as preview

    _check(request.parameters)
    wired = wiring.current()
    zone = wired.settings.time_zone
    return Answer(preview(request.parameters, wired.records, wired.views.record, wired.now(), zone))


def _check(asked: Any) -> None:
    """Hold the parameters to each other.

    Raises:
        MalformedError: names every one that needs another.
    """
    problems = [
        Problem("parameter_needs_another", f"needs {needed}", parameter=name)
        for name, needed in NEEDS
        if asked[name] is not None and asked[needed] is None
    ]
    if asked["received_at"] is None and asked["accepted_at"] is None:
        message = "received_at or accepted_at says when it begins"
        problems += [Problem("parameter_missing", message, parameter=name) for name in ("received_at", "accepted_at")]
    if asked["version"] is not None and asked["as_of"] is not None:
        problems.append(Problem("parameters_exclude", "version or as_of, not both", parameter="as_of"))
    if problems:
        raise MalformedError(*problems)
