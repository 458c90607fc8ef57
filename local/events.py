"""True API Gateway REST (v1) proxy events, and everything that stands between a request and the program in the cloud.

The gateway serves sockets through this module; tests use `call`, which needs none. What is held here:

- Limits of REST APIs: 10,240 bytes of request line and header values, 10 MiB of body, and Lambda's 6 MiB for the event
  and for the answer (a body in base64 counts a third more). https://docs.aws.amazon.com/apigateway, "Quotas".
- The program gets what survives JSON, and its answer must survive JSON: Lambda hands over nothing else.
- `headers` holds the last value of a repeated header, `multiValueHeaders` all; the query arrives decoded, split at `&`
  and at `;`. `|`, `{` and `}` unescaped in a query are refused ("Important notes").
- A body counts as binary by its Content-Type and `app.api.binary_types`; an answer in base64 is decoded only if the
  first media type of Accept is such a type, or `*/*` is. Otherwise the base64 goes out as it is, as in the cloud.
- WWW-Authenticate is passed on, which API Gateway does not do (it renames it): the local gateway stands for API Gateway
  together with the CDN in front of it.
"""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from chalice.app import Chalice

from local import incoming, outgoing, problems, routing
from local.incoming import Deployment, Event
from local.journal import where
from local.messages import Headers, Request, Response, values

__all__ = [
    "AWS_LIMITS",
    "Context",
    "Deployment",
    "Headers",
    "Invocation",
    "Limits",
    "Request",
    "Response",
    "call",
    "invoke",
    "prepare",
]

_MIB = 1024 * 1024
_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*")
_QUERY = re.compile(r"[!\"$-z~]*")


@dataclass(frozen=True, slots=True)
class Limits:
    """What API Gateway and Lambda refuse; smaller ones make a test short."""

    head_bytes: int = 10_240
    body_bytes: int = 10 * _MIB
    event_bytes: int = 6 * _MIB
    answer_bytes: int = 6 * _MIB
    integration_seconds: float = 29.0


AWS_LIMITS = Limits()


LOCAL = Deployment()


@dataclass(frozen=True, slots=True)
class Invocation:
    """A request that found its resource: the event as JSON, and what reading the answer needs."""

    event: bytes
    request: Request
    route: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Context:
    """The part of Lambda's context object that programs use."""

    aws_request_id: str
    deadline: float = field(default_factory=lambda: time.monotonic() + AWS_LIMITS.integration_seconds)
    function_name: str = "glasshall-local"
    function_version: str = "$LATEST"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:glasshall-local"
    memory_limit_in_mb: str = "512"
    log_group_name: str = "/aws/lambda/glasshall-local"
    log_stream_name: str = "local"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long this call may still take."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def prepare(
    app: Chalice, request: Request, *, deployment: Deployment, limits: Limits, request_id: str, now: datetime
) -> Invocation | Response:
    """Return the event for the program, or what API Gateway answers in its stead."""
    match = _match(app, request, deployment)
    refusal = _refuse(request, limits) or _unserved(request, match)
    if refusal is not None or match is None:
        return refusal or problems.not_found(request.path)
    resource = incoming.Resource(match.template, match.parameters, app.api.binary_types)
    try:
        event = incoming.build(request, resource, deployment, request_id, now)
    except incoming.UnreadableQueryError as error:
        return problems.problem(400, "malformed", str(error), request.path).answering(match.template)
    payload = orjson.dumps(event)
    if len(payload) > limits.event_bytes:
        detail = f"a request may take {limits.event_bytes} bytes with its headers, a binary body in base64"
        return problems.problem(413, "too-large", detail, request.path).answering(match.template)
    return Invocation(payload, request, match.template, request_id)


def _match(app: Chalice, request: Request, deployment: Deployment) -> routing.Match | None:
    if not request.path.startswith(f"{deployment.base_path}/"):
        return None
    return routing.find(app.routes, request.path.removeprefix(deployment.base_path))


def _unserved(request: Request, match: routing.Match | None) -> Response | None:
    if match is None:
        return problems.not_found(request.path)
    if request.method in match.entries:
        return None
    if request.method == "OPTIONS" and match.cors is not None:
        return routing.preflight(match, match.cors)
    return problems.not_allowed(request.path, match.methods).answering(match.template)


def _refuse(request: Request, limits: Limits) -> Response | None:
    if request.method == "CONNECT":
        return problems.not_allowed("/", ())
    target = f"{request.path}?{request.query}" if request.query else request.path
    head = len(f"{request.method} {target} HTTP/1.1") + sum(len(value) for _, value in request.headers)
    if head > limits.head_bytes:
        detail = f"request line and header values may take {limits.head_bytes} bytes together"
        return problems.problem(431, "too-large", detail, "/")
    if len(request.body) > limits.body_bytes:
        return problems.problem(413, "too-large", f"a body may take {limits.body_bytes} bytes", request.path)
    if not _PATH.fullmatch(request.path) or not _QUERY.fullmatch(request.query):
        return problems.problem(400, "malformed", "the address holds what must be escaped", "/")
    return None


def invoke(app: Chalice, invocation: Invocation, context: Context, limits: Limits = AWS_LIMITS) -> Response:
    """Run the program on an event and return what the client gets; whatever the program does, there is an answer."""
    path = invocation.request.path
    try:
        returned = app(orjson.loads(invocation.event), context)
    except Exception as error:  # noqa: BLE001 - Lambda's own boundary: a failed function is a 502
        return problems.broken(path, f"{type(error).__name__} at {where(error)}").answering(invocation.route)
    try:
        payload = orjson.dumps(returned)
        if len(payload) > limits.answer_bytes:
            return problems.broken(path, f"an answer of {len(payload)} bytes").answering(invocation.route)
        accept = values(invocation.request.headers, "accept")
        response = outgoing.read(orjson.loads(payload), accept[0] if accept else None, app.api.binary_types)
    except (TypeError, ValueError) as error:
        return problems.broken(path, f"malformed answer: {error}").answering(invocation.route)
    return response.answering(invocation.route)


def call(
    app: Chalice,
    method: str,
    path: str,
    query_string: str = "",
    headers: Headers | dict[str, str] | Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    source_ip: str = "127.0.0.1",
    *,
    deployment: Deployment = LOCAL,
    limits: Limits = AWS_LIMITS,
    request_id: str | None = None,
    now: datetime | None = None,
) -> Response:
    """Answer one request in this thread, without a socket, as the gateway would answer it."""
    pairs = tuple(headers.items()) if isinstance(headers, dict) else tuple(headers)
    request = Request(method, path, query_string, pairs, body, source_ip)
    prepared = prepare(
        app,
        request,
        deployment=deployment,
        limits=limits,
        request_id=request_id or str(uuid4()),
        now=now or datetime.now(UTC),
    )
    if isinstance(prepared, Response):
        return prepared
    deadline = time.monotonic() + limits.integration_seconds
    return invoke(app, prepared, Context(prepared.request_id, deadline), limits)


def build_event(
    app: Chalice,
    method: str,
    path: str,
    query_string: str = "",
    headers: Headers = (),
    body: bytes = b"",
    source_ip: str = "127.0.0.1",
    *,
    deployment: Deployment = LOCAL,
) -> Event:
    """Return the event alone, for a look at it or for calling the app some other way.

    Raises:
        ValueError: the gateway would answer this request itself.
    """
    prepared = prepare(
        app,
        Request(method, path, query_string, headers, body, source_ip),
        deployment=deployment,
        limits=AWS_LIMITS,
        request_id=str(uuid4()),
        now=datetime.now(UTC),
    )
    if isinstance(prepared, Response):
        raise ValueError(f"the gateway answers this itself, with {prepared.status}")
    event: dict[str, Any] = orjson.loads(prepared.event)
    return event
