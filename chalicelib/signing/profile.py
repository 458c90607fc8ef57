"""The signing profile of Glasshall: one signature, one label, one covered set per tag (RFC 9421, RFC 9530).

Order of use on the server: `read_claim` (form only), then the key of `claim.key_id` is looked up, then `verify`. What
holds afterwards: method, authority, path, body and Content-Type are, byte for byte, those the holder of the key signed,
at most 300 s from `now`. Whether the key may do this is not asked here.

Signing and verifying read no clock and no randomness: `now` is a parameter.
"""

import datetime

from .algorithms import ALGORITHMS, check_public_key
from .errors import Check, SignatureError, unknown_key
from .fields import (
    check_content_digest,
    check_header_value,
    check_identifiers,
    check_request_line,
    signature_bytes,
    single_header,
)
from .keys import PrivateKey
from .messages import (
    CONTENT_DIGEST,
    CONTENT_TYPE,
    INTAKE,
    READ,
    SIGNATURE,
    SIGNATURE_INPUT,
    WINDOW_SECONDS,
    Algorithm,
    Claim,
    Key,
    SignedRequest,
    TagRule,
    rule_for,
)

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_HEADER_NAMES = {
    CONTENT_DIGEST: "Content-Digest",
    CONTENT_TYPE: "Content-Type",
    SIGNATURE_INPUT: "Signature-Input",
    SIGNATURE: "Signature",
}


def read_claim(request: SignedRequest) -> Claim:
    """Return what the one signature of a request says of itself; nothing of it is proven yet.

    Raises:
        SignatureError: the request, its headers or the signature's parameters are not of the profile.
    """
    from .structured import parse_signature_input

    check_request_line(request.method, request.authority, request.path)
    claim = parse_signature_input(request)
    signature_bytes(request)
    return claim


def verify(request: SignedRequest, claim: Claim, key: Key, now: datetime.datetime) -> None:
    """Return when the signature holds at this instant for these bytes under this key.

    Raises:
        SignatureError: it does not, by the check named.
    """
    if read_claim(request) != claim:
        raise SignatureError(Check.SIGNATURE_INPUT, "The claim was not read from this request.")
    algorithm = _algorithm_of(key, claim)
    check_times(claim, now)
    rule = rule_for(claim.tag, request.method)
    _check_body(request, rule)
    _check_signature(request, claim, key, algorithm, rule)


def check_times(claim: Claim, now: datetime.datetime) -> None:
    """Refuse a claim outside the window: 300 s to either side of `created`, both ends in, and up to `expires`, end in.

    Raises:
        SignatureError: `created` or `expires`.
    """
    # Whole microseconds, not datetimes: a `created` of 15 digits lies beyond the last datetime.
    instant = (now - _EPOCH) // _MICROSECOND
    if abs(instant - claim.created * 1_000_000) > WINDOW_SECONDS * 1_000_000:
        raise SignatureError(Check.CREATED, "created is more than 300 seconds from the time of this server.")
    if claim.expires is None:
        return
    if claim.expires <= claim.created:
        raise SignatureError(Check.EXPIRES, "expires is not after created.")
    if instant > claim.expires * 1_000_000:
        raise SignatureError(Check.EXPIRES, "The signature has expired.")


def sign(
    method: str,
    authority: str,
    path: str,
    body: bytes,
    content_type: str,
    key: PrivateKey,
    now: datetime.datetime,
    tag: str = INTAKE,
    nonce: str | None = None,
) -> dict[str, str]:
    """Return the four headers of a signed write: Content-Type, Content-Digest, Signature-Input, Signature.

    Raises:
        SignatureError: an argument is not of the profile.
    """
    check_request_line(method, authority, path)
    check_header_value(content_type)
    if not rule_for(tag, method).covers_body:
        raise SignatureError(Check.TAG, "A write is not signed with the tag of a read: its body would not be covered.")
    return _signed(SignedRequest(method, authority, path, ((CONTENT_TYPE, content_type),), body), key, now, tag, nonce)


def sign_read(
    method: str, authority: str, path: str, key: PrivateKey, now: datetime.datetime, nonce: str | None = None
) -> dict[str, str]:
    """Return the two headers of a signed read: Signature-Input and Signature.

    Raises:
        SignatureError: an argument is not of the profile.
    """
    check_request_line(method, authority, path)
    return _signed(SignedRequest(method, authority, path, (), b""), key, now, READ, nonce)


def _algorithm_of(key: Key, claim: Claim) -> Algorithm:
    algorithm = ALGORITHMS.get(key.alg)
    if algorithm is None or key.key_id != claim.key_id:
        raise unknown_key()
    try:
        check_public_key(key.alg, key.material)
    except SignatureError as exc:
        raise unknown_key() from exc
    return algorithm


def _check_body(request: SignedRequest, rule: TagRule) -> None:
    if rule.covers_body:
        check_content_digest(request)
        return
    # Content headers of a read are not covered and so mean nothing; without a body they can do nothing either.
    if request.body:
        raise SignatureError(Check.BODY, "A signed read has no body: it would not be covered.")


def _check_signature(request: SignedRequest, claim: Claim, key: Key, algorithm: Algorithm, rule: TagRule) -> None:
    from .library import Message, verify_message

    refusal = "The signature does not fit the request and its key."
    if len(signature_bytes(request)) != algorithm.signature_bytes:
        raise SignatureError(Check.SIGNATURE, refusal)
    names = [name for name in rule.components if not name.startswith("@")]
    headers = {name: single_header(request, name) for name in (*names, SIGNATURE_INPUT, SIGNATURE)}
    message = Message(request.method, _url(request), headers)
    try:
        result = verify_message(message, claim.tag, key.key_id, key.material, algorithm.implementation())
    except Exception as exc:
        raise SignatureError(Check.SIGNATURE, refusal) from exc
    covered = dict(result.covered_components)
    covered.pop('"@signature-params"', None)
    if covered != _expected_components(request, headers, names):
        raise SignatureError(Check.SIGNATURE, refusal)


def _expected_components(request: SignedRequest, headers: dict[str, str], names: list[str]) -> dict[str, str]:
    derived = {"@method": request.method, "@authority": request.authority, "@path": request.path}
    return {f'"{name}"': value for name, value in (derived | {name: headers[name] for name in names}).items()}


def _url(request: SignedRequest) -> str:
    # The scheme is not signed; https is what the library needs to read the authority as one.
    return f"https://{request.authority}{request.path}"


def _signed(
    request: SignedRequest, key: PrivateKey, now: datetime.datetime, tag: str, nonce: str | None
) -> dict[str, str]:
    from .library import HTTPMessageSignaturesException, Message, sign_message

    check_identifiers(key.key_id, nonce)
    rule = rule_for(tag, request.method)
    message = Message(request.method, _url(request), dict(request.headers))
    try:
        sign_message(
            message,
            rule.components,
            request.body if rule.covers_body else None,
            key_id=key.key_id,
            secret=key.secret,
            algorithm=key.algorithm().implementation(),
            created=_EPOCH + (now - _EPOCH),  # refuses a `now` without an offset, which the library would guess
            tag=tag,
            nonce=nonce,
        )
    except HTTPMessageSignaturesException as exc:
        raise SignatureError(Check.REQUEST, "This request cannot be signed.") from exc
    return {_HEADER_NAMES[name.lower()]: value for name, value in message.headers.items()}
