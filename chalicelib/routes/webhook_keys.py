"""`GET /v1/webhook-keys`: the public keys that notifications are verified with, as Standard Webhooks spells them.

Newest first, those still to come among them: all of them sign every notification (`domain/webhook_signatures.py`).
"""

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes

routes = Routes(__name__, "watching")

CACHE = "public, max-age=300"


@routes.get(
    "/v1/webhook-keys",
    access=Access.PUBLIC,
    summary="The keys that notifications are verified with",
    cache=CACHE,
    response_model="WebhookKeys",
)
def list_webhook_keys(request: Request) -> Answer:
    """Return the public half of every key that signs notifications (`v1a`), newest first."""
    from chalicelib.domain.webhook_signatures import WEBHOOK_SIGNING, public_text
    from chalicelib.signing.algorithms import ALGORITHMS, ED25519

    held = wiring.current().keyring.derived_all(WEBHOOK_SIGNING)
    keys = [
        {"id": key_id, "public_key": public_text(ALGORITHMS[ED25519].public_of(secret))}
        for key_id, secret in held.items()
    ]
    return Answer(orjson.dumps({"keys": keys}))
