"""`GET /v1/receipt-keys`: the public keys that receipts are verified with, as a JWK Set (RFC 7517, RFC 8037).

Newest first: keys that are still to sign among them, then those whose secret is gone. A key's `kid` is its thumbprint, so a
set that was kept offline years ago names its keys as this one does.
"""

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes

routes = Routes(__name__, "cases")

CACHE = "public, max-age=300"
"""Shorter than a new key is known before it signs (ten minutes at least), so that no cache lacks the key of a receipt."""


@routes.get(
    "/v1/receipt-keys",
    access=Access.PUBLIC,
    summary="The keys that receipts are verified with",
    cache=CACHE,
    response_model="ReceiptKeys",
)
def list_receipt_keys(request: Request) -> Answer:
    """Return every public key that has signed receipts, newest first, as a JWK Set."""
    from chalicelib.domain.cases.receipts import RECEIPT_SIGNING
    from chalicelib.signing.algorithms import ALGORITHMS, ED25519
    from chalicelib.signing.jwk import key_set

    ring = wiring.current().keyring
    held = [ALGORITHMS[ED25519].public_of(secret) for secret in ring.derived_all(RECEIPT_SIGNING).values()]
    return Answer(orjson.dumps(key_set([*held, *(retired.receipt_public_key for retired in ring.retired)])))
