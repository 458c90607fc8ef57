"""One operation of the OpenAPI document for each declared endpoint: nothing is said here that a route does not declare."""

import re
from typing import Any

from chalicelib.routes import problems
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import BY_BEARER, JSON, Endpoint
from chalicelib.routes.openapi.examples import examples_of
from chalicelib.routes.openapi.schemas import Schema, reference
from chalicelib.routes.params import ID_SCHEMA, Parameter
from chalicelib.routes.problems import TYPES

NUMBER_SCHEMA = {"type": "string", "pattern": "^[1-9][0-9]{0,5}$"}
UUID_SCHEMA = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
}
SHA256_SCHEMA = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PLACES: dict[str, tuple[Schema, str]] = {
    "record_id": (ID_SCHEMA, "The record's id, chosen by its sender."),
    "number": (NUMBER_SCHEMA, "Number of the act, version, query code or secret: 1, 2, 3 ... without gaps."),
    "case_no": (ID_SCHEMA, "The case's number."),
    "sha256": (SHA256_SCHEMA, "SHA-256 of the file's bytes, in small hexadecimal letters."),
    "event_id": (ID_SCHEMA, "The event's id, chosen by its sender."),
    "receiver_id": (ID_SCHEMA, "The receiver's id, chosen by whoever registers it; choose one that cannot be guessed."),
    "subscription_id": (ID_SCHEMA, "The subscription's id, chosen by its sender; one of the case's own."),
    "name": (ID_SCHEMA, "The file's name."),
    "kind": (ID_SCHEMA, "A kind (`GET /v1/fields`)."),
    "year": ({"type": "string", "pattern": "^[0-9]{4}$"}, "A year, `YYYY`."),
    "series": (ID_SCHEMA, "A series (`GET /v1/statistics`)."),
    "code": ({"type": "string", "enum": sorted(TYPES)}, "The last segment of a problem's `type`."),
    "list": (ID_SCHEMA, "The name of a code list."),
    "delivery_id": (ID_SCHEMA, "The `id` of a delivery."),
    "uuid": (UUID_SCHEMA, "A UUID of version 4 or 7 in small letters, made by the sender."),
}
_SECURITY: dict[Access, list[dict[str, list[str]]]] = {
    Access.PUBLIC: [],
    Access.OPEN: [],
    Access.CODE: [],
    Access.CASE: [{"CaseToken": []}],
    Access.RECEIVER: [{"ReceiverSecret": []}],
    Access.KEY: [{"ApiKey": []}],
    Access.SIGNED: [{"Signature": []}],
}
_OPTIONAL_TOKEN: list[dict[str, list[str]]] = [{}, {"CaseToken": []}]
"""Where the body may be left out, a token stands in its place."""
_SUCCESS = {200: "Done.", 201: "Taken in for the first time.", 204: "Done; nothing to say.", 302: "Elsewhere."}


def operation(endpoint: Endpoint, renamed: dict[str, str]) -> dict[str, Any]:
    """Return the operation of an endpoint; `renamed` says under which name a model that is taken stands."""
    found: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": _description(endpoint),
        "tags": [endpoint.tag],
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint),
        "security": _OPTIONAL_TOKEN if endpoint.body_optional else _SECURITY[endpoint.access],
    }
    if endpoint.request_model is not None:
        found["requestBody"] = _request_body(endpoint, renamed)
    return {name: value for name, value in found.items() if value or name == "security"}


def head_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return the HEAD operation that goes with a GET: the same headers, no body."""
    responses = {}
    for status, response in found["responses"].items():
        responses[status] = (
            response if "$ref" in response else {key: value for key, value in response.items() if key != "content"}
        )
    return {**found, "operationId": f"head_{found['operationId']}", "responses": responses}


SUFFIXES: dict[str, tuple[str, str, Schema]] = {
    ".csv": ("csv", "text/csv", {"type": "string"}),
    ".ics": ("ics", "text/calendar; charset=utf-8", {"type": "string"}),
    ".jsonld": (
        "jsonld",
        "application/ld+json",
        {"type": "object", "description": "JSON-LD; its context stands inside."},
    ),
    ".jsonstat": ("jsonstat", JSON, {"type": "object", "description": "A JSON-stat 2.0 dataset."}),
}
"""What a suffix asks for: its name in an operation's id, its media type and its schema."""
_SCHEMAS = {media_type: schema for _, media_type, schema in SUFFIXES.values()}


def suffixed(found: dict[str, Any], suffix: str) -> dict[str, Any]:
    """Return the operation of an address that ends in a suffix: the same in another form."""
    name, media_type, schema = SUFFIXES[suffix]
    summary = f"{found['summary']}, as `{suffix}`"
    responses = dict(found["responses"])
    if "200" in responses:  # a redirect has no body of any form
        responses["200"] = {**responses["200"], "content": {media_type: {"schema": schema}}}
    return {**found, "operationId": f"{found['operationId']}_{name}", "summary": summary, "responses": responses}


def _description(endpoint: Endpoint) -> str:
    first = (endpoint.view.__doc__ or "").strip().split("\n\n")[0]
    cache = f"`Cache-Control: {endpoint.cache}`." if endpoint.method == "GET" else ""
    return " ".join(part for part in (re.sub(r"\s+", " ", first), cache) if part)


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    path = [_place(name) for name in re.findall(r"\{(\w+)\}", endpoint.path)]
    query = [_query(parameter) for parameter in endpoint.parameters]
    headers = []
    if endpoint.method == "GET" and endpoint.access is not Access.SIGNED:
        headers.append({"$ref": "#/components/parameters/IfNoneMatch"})
    if endpoint.takes_work:
        headers.append({"$ref": "#/components/parameters/ProofOfWork"})
    if endpoint.access is Access.SIGNED:
        names = ["SignatureInput"] if endpoint.method == "GET" else ["SignatureInput", "ContentDigest"]
        headers += [{"$ref": f"#/components/parameters/{name}"} for name in names]
    return [*path, *query, *headers]


def _place(name: str) -> dict[str, Any]:
    schema, description = PLACES.get(name, (ID_SCHEMA, f"The {name.replace('_', ' ')}."))
    return {"name": name, "in": "path", "required": True, "schema": dict(schema), "description": description}


def _query(parameter: Parameter) -> dict[str, Any]:
    schema = dict(parameter.schema)
    if parameter.default is not None:
        schema["default"] = parameter.default
    needed = {"required": True} if parameter.required else {}
    commas = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    said = {"schema": schema, "description": parameter.description}
    return {"name": parameter.name, "in": "query", **needed, **commas, **said}


def _request_body(endpoint: Endpoint, renamed: dict[str, str]) -> dict[str, Any]:
    assert endpoint.request_model is not None
    schema = reference(renamed[endpoint.request_model])
    content = {}
    for media_type in endpoint.media_types:
        examples = examples_of(endpoint.request_model)
        content[media_type] = {"schema": schema, **({"examples": examples} if examples else {})}
    return {"required": not endpoint.body_optional, "content": content}


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in _statuses(endpoint):
        if status >= 400:
            found[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
        elif status == 304:
            name = "NotModifiedYet" if endpoint.polled else "NotModified"
            found["304"] = {"$ref": f"#/components/responses/{name}"}
        else:
            found[str(status)] = _success(endpoint, status)
    return dict(sorted(found.items()))


def _statuses(endpoint: Endpoint) -> set[int]:
    """Return what can be answered: what the route declares, and what holds for every route of its sort."""
    statuses = {400, 405, 500, 503, *endpoint.statuses}
    if endpoint.method == "GET":
        statuses |= set() if 302 in statuses else {200, 304}
    elif not any(200 <= status < 300 for status in statuses):
        statuses.add(200)
    if endpoint.method != "GET":
        statuses.add(415)
    if "{" in endpoint.path:
        statuses.add(404)
    if endpoint.access in (Access.SIGNED, *BY_BEARER):
        statuses.add(401)
    return statuses


def _success(endpoint: Endpoint, status: int) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _SUCCESS.get(status, "Done.")}
    headers = _headers(endpoint, status)
    if headers:
        found["headers"] = {name: {"$ref": f"#/components/headers/{ref}"} for name, ref in headers.items()}
    if status in (204, 302):
        return found
    others = endpoint.media_types if endpoint.method == "GET" else ()
    if endpoint.response_model is not None:
        names = [endpoint.response_model, *endpoint.other_models]
        examples = {name: example for each in names for name, example in examples_of(each).items()}
        shapes = [reference(name) for name in names]
        schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        content = {"schema": schema, **({"examples": examples} if examples else {})}
        found["content"] = {JSON if not others or JSON in others else others[0]: content}
    for media_type in others:
        if media_type not in found.get("content", ()):
            schema = {} if media_type == JSON else {"schema": _SCHEMAS.get(media_type, {"type": "string"})}
            found.setdefault("content", {})[media_type] = schema
    return found


def _headers(endpoint: Endpoint, status: int) -> dict[str, str]:
    names = {"Cache-Control": "CacheControl"} | ({"Location": "Location"} if status == 302 else {})
    if endpoint.method == "GET" and status == 200:
        names["ETag"] = "ETag"
    if endpoint.polled:
        names["Retry-After"] = "RetryAfter"
    if any(parameter.name == "cursor" for parameter in endpoint.parameters):
        names["Link"] = "Link"
    return names


def problem_responses() -> dict[str, Any]:
    """Return one shared response for each status a problem can have, with an example of each type."""
    found = {}
    for status in sorted({kind.status for kind in TYPES.values()}):
        kinds = [kind for kind in TYPES.values() if kind.status == status]
        headers = {"WWW-Authenticate": {"$ref": "#/components/headers/WwwAuthenticate"}} if status == 401 else {}
        if status in (429, 503):
            headers = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
        found[f"Problem{status}"] = {
            "description": " ".join(f"`{kind.code}`: {kind.title}. {kind.remedy}" for kind in kinds),
            **({"headers": headers} if headers else {}),
            "content": {
                problems.MEDIA_TYPE: {
                    "schema": reference("Problem"),
                    "examples": {kind.code: {"value": _problem_example(kind)} for kind in kinds},
                }
            },
        }
    return found


def _problem_example(kind: problems.ProblemType) -> dict[str, Any]:
    base = {"type": f"/problems/{kind.code}", "title": kind.title, "status": kind.status}
    if kind.code == "too-many-tries":
        wanted = {"challenge": "v1.1795399507.16.CvaolIyoIN1WzZDM4b76Eom6nwbWhMyWoPfJlTfX4IE", "bits": 16}
        return {**base, "detail": kind.remedy, "instance": "/v1/cases/{case_no}/tokens", "proof_of_work": wanted}
    return {**base, "detail": kind.remedy, "instance": "/v1/services"}
