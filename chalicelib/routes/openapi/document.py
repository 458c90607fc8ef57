"""The OpenAPI 3.1 document, from the routes as they are declared and the models that validate."""

from functools import cache
from typing import Any

from chalicelib.routes.application import create_app
from chalicelib.routes.endpoint import ENDPOINTS, Endpoint
from chalicelib.routes.index import VERSION
from chalicelib.routes.openapi.operations import head_of, operation, problem_responses, suffixed
from chalicelib.routes.openapi.prose import INTRODUCTION, TAGS
from chalicelib.routes.openapi.schemas import Schema, components
from chalicelib.routes.openapi.webhooks import WEBHOOKS, webhooks

_HEADERS = {
    "ETag": ("Strong tag of the bytes sent; `-gzip` at its end when they are coded.", {"type": "string"}),
    "Link": ('The next page: `<...>; rel="next"`.', {"type": "string"}),
    "CacheControl": ("How long the answer may be kept, and by whom.", {"type": "string"}),
    "Location": ("Where it is: an address by the SHA-256 of the bytes, which does not expire.", {"type": "string"}),
    "RetryAfter": ("Seconds to wait.", {"type": "integer"}),
    "WwwAuthenticate": ("`Signature` or `Bearer`.", {"type": "string"}),
}
_PARAMETERS = {
    "IfNoneMatch": ("If-None-Match", "ETags known to the client; compared weakly. A match is 304.", False),
    "ProofOfWork": ("Proof-Of-Work", "Challenge and nonce, a space between: the work that a 429 asked for.", False),
    "SignatureInput": ("Signature-Input", "RFC 9421: the covered components and their parameters.", True),
    "ContentDigest": ("Content-Digest", "RFC 9530: `sha-256=:...:` over the bytes sent.", True),
}
_SECURITY_SCHEMES = {
    "CaseToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of one case, from `POST /v1/cases/{case_no}/tokens`.",
    },
    "ReceiverSecret": {
        "type": "http",
        "scheme": "bearer",
        "description": "A secret of the receiver, `whsec_...`, from `PUT /v1/receivers/{receiver_id}`.",
    },
    "ApiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `ghk_...`, that the operator of the deployment issued. Reading needs none.",
    },
    "Signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": (
            "RFC 9421 HTTP message signature, label `glasshall`, by a key of the agency. Covered for writes: `@method`, "
            '`@authority`, `@path`, `content-digest`, `content-type`, with `tag="glasshall-intake"`, or '
            '`tag="glasshall-dry-run"` for a dry run; for reads: `@method`, `@authority`, `@path`, with '
            '`tag="glasshall-read"`. See docs/signing.md.'
        ),
    },
}


def own_endpoints() -> list[Endpoint]:
    """Return the program's endpoints (a test's own are left out), by path and method."""
    create_app()
    own = [endpoint for endpoint in ENDPOINTS if endpoint.view.__module__.startswith("chalicelib.routes.")]
    return sorted(own, key=lambda endpoint: (endpoint.path, endpoint.method))


@cache
def _components() -> tuple[dict[str, Schema], dict[str, str]]:
    endpoints = own_endpoints()
    taken = [endpoint.request_model for endpoint in endpoints if endpoint.request_model is not None]
    named = (name for endpoint in endpoints for name in (endpoint.response_model, *endpoint.other_models))
    answered = [name for name in named if name is not None]
    return components(taken, [*answered, *WEBHOOKS.values(), "Problem"])


def document() -> dict[str, Any]:
    """Return the document."""
    schemas, renamed = _components()
    used = {endpoint.tag for endpoint in own_endpoints()}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Glasshall",
            "version": VERSION,
            "summary": "The API of a government that can be checked.",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name, "x-displayName": shown, "description": words}
            for name, (shown, words) in TAGS.items()
            if name in used
        ],
        "paths": _paths(renamed),
        "webhooks": webhooks(),
        "components": {
            "schemas": schemas,
            "responses": {**_not_modified(), **problem_responses()},
            "parameters": {
                key: {
                    "name": name,
                    "in": "header",
                    "required": needed,
                    "schema": {"type": "string"},
                    "description": words,
                }
                for key, (name, words, needed) in _PARAMETERS.items()
            },
            "headers": {name: {"description": words, "schema": schema} for name, (words, schema) in _HEADERS.items()},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _paths(renamed: dict[str, str]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in own_endpoints():
        found = operation(endpoint, renamed)
        paths.setdefault(endpoint.path, {}).update(_methods(endpoint, found))
        for suffix in endpoint.suffixes:
            paths[endpoint.path + suffix] = _methods(endpoint, suffixed(found, suffix))
    return paths


def _methods(endpoint: Endpoint, found: dict[str, Any]) -> dict[str, Any]:
    return {"get": found, "head": head_of(found)} if endpoint.method == "GET" else {endpoint.method.lower(): found}


def _not_modified() -> dict[str, Any]:
    told = "What the client has is still right"
    later = f"{told}; `Retry-After` says when to ask again."
    return {
        "NotModified": {"description": f"{told}.", "headers": _headers("ETag")},
        "NotModifiedYet": {"description": later, "headers": _headers("ETag", "Retry-After")},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name.replace('-', '')}"} for name in names}
