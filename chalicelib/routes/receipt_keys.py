"""`GET /v1/receipt-keys`: the public keys that receipts are verified with, as a JWK Set (RFC 7517, RFC 8037).

Newest first: the key that signs, those before it, and those whose secret is gone. A key's `kid` is its thumbprint, so a set
that was kept offline years ago names its keys as this one does.
"""

import orjson

from chalicelib import wiring
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import Answer, Request, Routes

routes = Routes(__name__, "cases")

CACHE = "public, max-age=3600, stale-while-revalidate=86400"


@routes.get(
    "/v1/receipt-keys",
    access=Access.PUBLIC,
    summary="The keys that receipts are verified with",
    cache=CACHE,
    response_model="ReceiptKeys",
)
def list_receipt_keys(request: Request) -> Answer:
    """Return every public key that has signed receipts, newest first, as a JWK Set."""
    from chalicelib.signing.algorithms import ALGORITHMS, ED25519
    from chalicelib.signing.jwk import key_set

    secret = wiring.current().derived_key("receipt-signing")
    return Answer(orjson.dumps(key_set([ALGORITHMS[ED25519].public_of(secret)])))
