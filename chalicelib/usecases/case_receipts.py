"""The signed receipt of a case: made when it is asked for, never stored, and good without us.

    open      the case, to the holder of its token
    look up   the terms of its service, and the public version that it is bound to (domain/cases/receipts.py says why)
    sign      the bytes of what the receipt says, as a compact JWS (signing/jws.py)

The readable part of the answer is the very bytes that were signed.
"""

from dataclasses import dataclass
from typing import Protocol

import orjson

from chalicelib.domain.cases.receipts import receipt_of
from chalicelib.domain.public_view import Site
from chalicelib.errors import NotFoundError
from chalicelib.signing.jws import RECEIPT, sign_statement
from chalicelib.usecases.case_access import Access, status_of
from chalicelib.usecases.cases import Terms


class VersionStore(Protocol):
    """Where public versions are read."""

    def version(self, kind: str, record_id: str, number: int) -> bytes | None:
        """Return the body of one version, or None while it is not public."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """What a receipt is made with."""

    terms: Terms
    versions: VersionStore
    site: Site
    secret: bytes
    """The private key that signs: 32 bytes."""


def issue_receipt(case_no: str, token: str | None, access: Access, issuing: Issuing) -> bytes:
    """Return the receipt of a case, readable and signed, to the holder of its token.

    Raises:
        UnauthenticatedError: the token does not hold. NotFoundError: the application has not come in.
    """
    head = status_of(case_no, token, access)
    view = orjson.loads(head.view)
    service, number = view["service"]["id"], view["service"]["version"]
    terms = issuing.terms.of([service])[service]
    version = issuing.versions.version("service", service, number)
    claims = receipt_of(view, head.updated_at, terms, version, issuing.site)
    if claims is None:
        raise NotFoundError("there is no receipt before the application has come in")
    payload = orjson.dumps(claims)
    signed = sign_statement(payload, RECEIPT, issuing.secret)
    return b'{"receipt":' + payload + b',"jws":"' + signed.encode() + b'"}'
