"""What is sent to receivers, as OpenAPI's `webhooks`: Standard Webhooks 1.0.0 around small payloads."""

import re
from typing import Any

from chalicelib.routes.endpoint import JSON
from chalicelib.routes.openapi.schemas import reference

PUBLIC = "public topics"
WEBHOOKS = {"case.updated": "CaseUpdated", "receiver.challenge": "ReceiverChallenge", PUBLIC: "PublicAct"}
"""Type of a notification -> the model of its payload; all public topics (`/v1/codes/topic`) share one."""
_WORDS = {
    PUBLIC: (
        "The register has another entry, of a topic that was subscribed to: `type` is the topic, as `GET /v1/codes/topic` lists "
        "them. It says what `GET /v1/changes` says of the entry, nothing of what the act says: fetch `url`."
    ),
    "case.updated": "A case changed in what its holder sees. The handle stands for it; ask for its status to learn how.",
    "receiver.challenge": (
        'Sent once to a new receiver. Verify the signature, then answer 200 with `{"challenge": ...}` as it was sent; '
        "nothing else is sent before that."
    ),
}
_HEADERS = {
    "webhook-id": "The same at every try of the same notification.",
    "webhook-timestamp": "When this try was made, in Unix seconds.",
    "webhook-signature": (
        "Signatures over `{webhook-id}.{webhook-timestamp}.{body}`, with blanks between: `v1,` (HMAC-SHA256) for each secret "
        "that holds, `v1a,` (Ed25519) for each key of `/v1/webhook-keys`."
    ),
}


def webhooks() -> dict[str, Any]:
    """Return the operations that a receiver must serve."""
    return {name: {"post": _operation(name, model)} for name, model in WEBHOOKS.items()}


def _operation(name: str, model: str) -> dict[str, Any]:
    return {
        "operationId": "receive_" + re.sub("[^a-z]+", "_", name),
        "summary": name,
        "description": _WORDS[name],
        "tags": ["watching"],
        "parameters": [_header(header, words) for header, words in _HEADERS.items()],
        "requestBody": {"required": True, "content": {JSON: {"schema": reference(model)}}},
        "responses": {
            "2XX": {"description": "Taken."},
            "410": {"description": "Nothing more is wanted: the receiver is ended."},
        },
        "security": [],
    }


def _header(name: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
