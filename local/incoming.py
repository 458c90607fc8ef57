"""A request as the event of an API Gateway REST API (payload format 1.0), field for field."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import UUID, uuid5

from local.messages import Headers, Request, values

Event = dict[str, Any]

# What belongs to the connection or is worked off by the gateway never reaches the program.
_KEPT_BACK = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ACCOUNT = "000000000000"
_API = "local00000"
_NO_IDENTITY = dict.fromkeys(
    (
        "accessKey",
        "accountId",
        "apiKey",
        "apiKeyId",
        "caller",
        "clientCert",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "user",
        "userArn",
    )
)


class UnreadableQueryError(ValueError):
    """A query string that cannot be decoded."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """How the API is reached: which path a client sees, and which host.

    A custom domain maps `base_path` (empty or `/name`) onto the stage; the execute-api address shows the stage instead.
    """

    authority: str = "127.0.0.1:8000"
    stage: str = "local"
    base_path: str = ""
    shows_stage: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """The resource a request goes to."""

    template: str
    parameters: dict[str, str]
    binary_types: Sequence[str]


def build(request: Request, resource: Resource, deployment: Deployment, request_id: str, now: datetime) -> Event:
    """Return the event for a request.

    Raises:
        UnreadableQueryError: the query is not percent-encoded UTF-8.
    """
    query = _multi(parse_query(request.query))
    headers = _multi(_with_forwarding(request, deployment, request_id, now), without_case=True)
    body, coded = _body(request, resource.binary_types)
    return {
        "resource": resource.template,
        "path": request.path,
        "httpMethod": request.method,
        "headers": {name: found[-1] for name, found in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: found[-1] for name, found in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": resource.parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, resource.template, deployment, request_id, now),
        "body": body,
        "isBase64Encoded": coded,
    }


def parse_query(query: str) -> list[tuple[str, str]]:
    """Return the decoded pairs of a query string, in order; a name without `=` has an empty value.

    Raises:
        UnreadableQueryError: a `%` that escapes nothing, or bytes that are not UTF-8.
    """
    pairs = (part.partition("=") for part in re.split("[&;]", query) if part)
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def _decode(text: str) -> str:
    if _ESCAPE.search(text):
        raise UnreadableQueryError("the query holds a % that escapes nothing")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableQueryError("the query is not UTF-8") from error


def _multi(pairs: Sequence[tuple[str, str]], *, without_case: bool = False) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    for name, value in pairs:
        first = spelling.setdefault(name.lower() if without_case else name, name)
        found.setdefault(first, []).append(value)
    return found


def _with_forwarding(request: Request, deployment: Deployment, request_id: str, now: datetime) -> Headers:
    replaced = {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "host", "x-amzn-trace-id"}
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in _KEPT_BACK | replaced)
    hops = [*values(request.headers, "x-forwarded-for"), request.source_ip]
    trace = f"Root=1-{int(now.timestamp()):08x}-{uuid5(UUID(int=0), request_id).hex[:24]}"
    return (
        *kept,
        ("Host", deployment.authority),
        ("X-Amzn-Trace-Id", trace),
        ("X-Forwarded-For", ", ".join(hops)),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    )


def _body(request: Request, binary_types: Sequence[str]) -> tuple[str | None, bool]:
    if not request.body:
        return None, False
    sent = values(request.headers, "content-type")
    if is_binary(sent[0] if sent else "", binary_types):
        return base64.b64encode(request.body).decode("ascii"), True
    return request.body.decode("utf-8", "replace"), False  # a type that is not binary is text, whatever it holds


def is_binary(media_type: str, binary_types: Sequence[str]) -> bool:
    """Tell whether a media type is one of the binary ones; `image/*` and `*/*` are patterns."""
    essence = media_type.partition(";")[0].strip().lower()
    family = essence.partition("/")[0]
    return any(pattern.lower() in ("*/*", essence, f"{family}/*") for pattern in binary_types)


def _context(request: Request, template: str, deployment: Deployment, request_id: str, now: datetime) -> dict[str, Any]:
    agent = values(request.headers, "user-agent")
    host = deployment.authority.partition(":")[0]
    return {
        "accountId": _ACCOUNT,
        "apiId": _API,
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "extendedRequestId": request_id.replace("-", "")[:16],
        "httpMethod": request.method,
        "identity": {**_NO_IDENTITY, "sourceIp": request.source_ip, "userAgent": agent[0] if agent else None},
        "path": f"/{deployment.stage}{request.path}" if deployment.shows_stage else request.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S %z"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "resourceId": uuid5(UUID(int=0), template).hex[:6],
        "resourcePath": template,
        "stage": deployment.stage,
    }
