"""The one place where HTTP is spoken: routes are declared here, requests read, answers written, errors rendered.

A route is declared with `routes.get(...)` or `routes.write(...)`. What is declared (access, parameters, models, cache)
is kept in `ENDPOINTS`, from which the OpenAPI document is generated and the closed-set tests check that nothing is
undeclared. The view takes a `Request` and returns an `Answer`; it never builds a Chalice response.
"""

import base64
import binascii
import gzip
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, cast

from chalice.app import Blueprint, CORSConfig
from chalice.app import Response as ChaliceResponse

from chalicelib import errors
from chalicelib.routes import problems
from chalicelib.routes.access import Access
from chalicelib.routes.framework import BytesResponse, current_event
from chalicelib.routes.params import Parameter, read_parameters

log = logging.getLogger("glasshall.routes")

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
RESERVED_SUFFIXES = (".json", ".jsonld", ".jsonstat", ".csv", ".ics", ".atom", ".html")
GZIP_FLOOR_BYTES = 1_400
JSON = "application/json"
PUBLIC_CORS = CORSConfig(
    allow_origin="*",
    allow_headers=["Accept", "Authorization", "Content-Type", "If-None-Match", "Proof-Of-Work"],
    expose_headers=["ETag", "Link", "Retry-After"],
    max_age=86_400,
)
UNTOLD = (Access.CASE, Access.CODE, Access.OPEN, Access.RECEIVER)
"""Access policies under which an error does not name the address: a case's number may stand in it."""
BY_BEARER = (Access.CASE, Access.RECEIVER, Access.KEY)
"""Access policies under which something is shown as Bearer."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Request:
    """One request, copied once from the event: nothing is shared with another that runs at the same time."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    parameters: Mapping[str, Any]
    body: bytes
    source_ip: str
    suffix: str = ""
    """The form asked for by the end of the address, one of those its route declares: `.csv`."""

    def header(self, name: str) -> str | None:
        """Return a header's only value, or None.

        Raises:
            MalformedError: the header stands twice.
        """
        found = [value for key, value in self.headers if key.lower() == name]
        if len(found) > 1:
            raise errors.MalformedError(errors.Problem("repeated_header", f"the header {name} stands twice"))
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers: bytes, never an object to serialise here."""

    body: bytes = b""
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a route declares of itself."""

    method: str
    path: str
    access: Access
    summary: str
    tag: str
    cache: str
    parameters: tuple[Parameter, ...]
    media_types: tuple[str, ...]
    request_model: str | None
    response_model: str | None
    statuses: tuple[int, ...]
    view: View
    body_optional: bool = False
    """Whether a write with a request model may come without a body."""
    suffixes: tuple[str, ...] = ()
    """Ends of the address that ask for another form of the same answer."""
    takes_work: bool = False
    """Whether a proof of work may stand in a header: the body's bytes are what they are."""
    polled: bool = False
    """Whether the answer says in `Retry-After` when it is worth asking again, changed or not."""
    other_models: tuple[str, ...] = ()
    """What is answered in the place of the response model: what a parameter asks for, what is left of a record."""

    @property
    def name(self) -> str:
        """`get_service`: the operation's stable id."""
        return self.view.__name__


ENDPOINTS: list[Endpoint] = []


class Routes:
    """The routes of one noun."""

    def __init__(self, name: str, tag: str) -> None:
        self.name = name
        self.tag = tag
        self._endpoints: list[Endpoint] = []

    def blueprint(self) -> Blueprint:
        """Return a blueprint of these routes: a new one each time, for the framework uses one up at registration."""
        blueprint = Blueprint(self.name)
        for endpoint in self._endpoints:
            serve = _serving(endpoint)
            serve.__name__ = endpoint.name
            blueprint.route(
                endpoint.path,
                methods=["GET", "HEAD"] if endpoint.method == "GET" else [endpoint.method],
                name=endpoint.name,
                cors=_cors(endpoint),
                content_types=["*/*"],  # the media type is checked by us, so that the error is a problem document
            )(serve)
        return blueprint

    def get(
        self,
        path: str,
        *,
        access: Access,
        summary: str,
        cache: str,
        parameters: tuple[Parameter, ...] = (),
        response_model: str | None = None,
        media_types: tuple[str, ...] = (JSON,),
        statuses: tuple[int, ...] = (),
        suffixes: tuple[str, ...] = (),
        polled: bool = False,
        other_models: tuple[str, ...] = (),
    ) -> Callable[[View], View]:
        """Declare a read; HEAD works where GET does. A suffix may follow the last segment, if that is an id."""

        def declare(view: View) -> View:
            endpoint = Endpoint(
                "GET",
                path,
                access,
                summary,
                self.tag,
                cache,
                parameters,
                media_types,
                None,
                response_model,
                statuses,
                view,
                suffixes=suffixes,
                polled=polled,
                other_models=other_models,
            )
            self._declare(endpoint)
            return view

        return declare

    def write(
        self,
        method: str,
        path: str,
        *,
        access: Access,
        summary: str,
        media_types: tuple[str, ...] = (JSON,),
        request_model: str | None = None,
        response_model: str | None = None,
        statuses: tuple[int, ...] = (),
        body_optional: bool = False,
        takes_work: bool = False,
    ) -> Callable[[View], View]:
        """Declare a write (PUT, POST, DELETE)."""

        def declare(view: View) -> View:
            endpoint = Endpoint(
                method,
                path,
                access,
                summary,
                self.tag,
                "no-store",
                (),
                media_types,
                request_model,
                response_model,
                statuses,
                view,
                body_optional,
                takes_work=takes_work,
            )
            self._declare(endpoint)
            return view

        return declare

    def _declare(self, endpoint: Endpoint) -> None:
        self._endpoints.append(endpoint)
        ENDPOINTS.append(endpoint)


def _cors(endpoint: Endpoint) -> CORSConfig | bool:
    return PUBLIC_CORS if endpoint.access is not Access.SIGNED else False


def _serving(endpoint: Endpoint) -> Callable[..., ChaliceResponse]:
    def serve(**path: str) -> ChaliceResponse:
        event = current_event()
        # What holders of cases are told says nothing of the case: a wrong code and an unknown case answer the same bytes.
        instance = endpoint.path if endpoint.access in UNTOLD else event["path"]
        try:
            request = read_request(event, endpoint)
            path, request = take_suffix(path, request, endpoint.suffixes)
            check_ids(path)
            answer = endpoint.view(request, **path)
            return _respond(request, endpoint, answer)
        except Exception as error:  # noqa: BLE001 - the last line of defence: logged and answered without the data
            return _respond_error(event, *_rendered(error, instance))

    return serve


def _rendered(error: Exception, instance: str) -> tuple[int, dict[str, str], bytes]:
    if isinstance(error, errors.GlasshallError) and problems.is_told(error):
        return problems.render_error(error, instance)
    log.error("defect %s at %s", type(error).__name__, _where(error))
    return problems.render_unexpected(instance)


def _where(error: BaseException) -> str:
    """Name files, lines and functions of a failure, but no values: a message may hold personal data."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-6:])


def read_request(event: Mapping[str, Any], endpoint: Endpoint) -> Request:
    """Return the request that a REST API event holds.

    Raises:
        MalformedError: an unknown or repeated parameter, or a body that is not what it is said to be.
        UnsupportedMediaError: the media type or coding is not taken here.
    """
    multi = event.get("multiValueHeaders") or {name: [value] for name, value in (event.get("headers") or {}).items()}
    headers = tuple((name, value) for name, values in multi.items() for value in values)
    body = _body(event)
    query = event.get("multiValueQueryStringParameters") or {}
    request = Request(
        event["httpMethod"],
        # From the route, not `event["path"]`: behind a custom domain that one may hold the base path as well.
        endpoint.path.format_map(event.get("pathParameters") or {}),
        headers,
        read_parameters(query, endpoint.parameters),
        body,
        event["requestContext"]["identity"]["sourceIp"],
    )
    if endpoint.method != "GET":
        _check_media(request, endpoint)
    return request


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body")
    if not body:
        return b""
    if not event.get("isBase64Encoded"):
        return cast(str, body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise errors.MalformedError(errors.Problem("body_not_base64", "the body did not arrive whole")) from error


def _check_media(request: Request, endpoint: Endpoint) -> None:
    if request.header("content-encoding") is not None:
        raise errors.UnsupportedMediaError("a content coding is not taken: send the bytes as they are")
    if not endpoint.media_types:
        if request.body:
            raise errors.MalformedError(errors.Problem("body_not_wanted", "this request has no body"))
        return
    sent = request.header("content-type")
    if sent is None and not request.body and (endpoint.request_model is None or endpoint.body_optional):
        return
    if (sent or "").split(";")[0].strip().lower() not in endpoint.media_types:
        raise errors.UnsupportedMediaError(f"send {' or '.join(endpoint.media_types)}")


def take_suffix(path: dict[str, str], request: Request, suffixes: tuple[str, ...]) -> tuple[dict[str, str], Request]:
    """Return the segments without the suffix of the last one, and the request with it."""
    name = next(reversed(path), "")
    for suffix in (suffix for suffix in suffixes if path[name].endswith(suffix)):
        return {**path, name: path[name].removesuffix(suffix)}, replace(request, suffix=suffix)
    return path, request


def check_ids(path: Mapping[str, str]) -> None:
    """Hold every path segment to the grammar of ids.

    Raises:
        NotFoundError: there can be nothing at such an address.
    """
    for value in path.values():
        if not ID.fullmatch(value) or value.endswith(RESERVED_SUFFIXES):
            raise errors.NotFoundError("no such address")


def _respond(request: Request, endpoint: Endpoint, answer: Answer) -> ChaliceResponse:
    headers = {"Content-Type": answer.media_type, "Cache-Control": endpoint.cache, **answer.headers}
    if endpoint.access in BY_BEARER:
        headers.setdefault("Vary", "Authorization")
    body, status = answer.body, answer.status
    if endpoint.method == "GET" and status == 200:
        etag = sha256(body).hexdigest()[:32]
        coded = len(body) >= GZIP_FLOOR_BYTES and _takes_gzip(request.header("accept-encoding"))
        headers["ETag"] = f'"{etag}-gzip"' if coded else f'"{etag}"'
        headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
        if _matches(request.header("if-none-match"), etag):
            body, status = b"", 304
            del headers["Content-Type"]
        elif coded:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
    if request.method == "HEAD":
        body = b""
        headers.pop("Content-Encoding", None)
    return _build(status, headers, body)


def _respond_error(event: Mapping[str, Any], status: int, headers: dict[str, str], body: bytes) -> ChaliceResponse:
    return _build(status, headers, b"" if event["httpMethod"] == "HEAD" else body)


def _build(status: int, headers: dict[str, str], body: bytes) -> ChaliceResponse:
    for name, value in headers.items():
        if _CONTROL.search(value):
            raise ValueError(f"control character in the header {name}")
    return BytesResponse(body=body, headers=dict(headers), status_code=status)


def _takes_gzip(accepted: str | None) -> bool:
    for part in (accepted or "").split(","):
        coding, _, weight = part.strip().lower().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _matches(if_none_match: str | None, etag: str) -> bool:
    """Compare weakly (RFC 9110, 8.8.3.2): a CDN may have weakened the tag or coded the body."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    tags = (tag.strip().removeprefix("W/").strip('"').removesuffix("-gzip") for tag in if_none_match.split(","))
    return etag in tags
