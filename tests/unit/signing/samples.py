"""Keys, an instant and requests the signing tests share; everything is fixed, nothing is drawn."""

import datetime
from collections.abc import Mapping, Sequence

from chalicelib.signing.errors import SignatureError, unknown_key
from chalicelib.signing.keys import PrivateKey
from chalicelib.signing.messages import DRY_RUN, INTAKE, READ, Key, SignedRequest
from chalicelib.signing.profile import read_claim, verify
from tests.unit.signing import reference

NOW_SECONDS = 1_795_395_600
NOW = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))

CLERK = PrivateKey("clerk-1", "ed25519", bytes(range(32)))
APPROVER = PrivateKey("approver-1", "ed25519", bytes(range(1, 33)))
MACHINE = PrivateKey("machine-1", "hmac-sha256", bytes(range(64)))
SPARE = PrivateKey("machine-2", "hmac-sha256", bytes(range(64, 128)))
KEYRING: dict[str, Key] = {key.key_id: key.public() for key in (CLERK, APPROVER, MACHINE, SPARE)}

AUTHORITY = "api.example.gov.cn"
PATH = "/v1/intake/disclosures/notice-2026-17/acts/1"
JSON = "application/json"
BODY = '{"act": "submit", "title": {"zh": "公告", "en": "Notice"}}'.encode()


def at(seconds: float) -> datetime.datetime:
    """The instant this many seconds after 1970, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)


def parameters(**changes: object) -> dict[str, object]:
    """The signature parameters of an ordinary write; None takes one away."""
    ordinary: dict[str, object] = {"created": NOW_SECONDS, "keyid": CLERK.key_id, "tag": INTAKE}
    return {name: value for name, value in (ordinary | changes).items() if value is not None}


def serialise(params: Mapping[str, object]) -> str:
    """Signature parameters as text: strings quoted, all else as it is, so that anything can be tried."""
    quoted = {name: f'"{value}"' if type(value) is str else str(value) for name, value in params.items()}
    return "".join(f";{name}={value}" for name, value in quoted.items())


def signed(
    key: PrivateKey = CLERK,
    *,
    method: str = "PUT",
    authority: str = AUTHORITY,
    path: str = PATH,
    body: bytes = BODY,
    digest: str | None = None,
    content_type: str = JSON,
    components: Sequence[str] = tuple(reference.WRITE_COMPONENTS),
    params: str | None = None,
    values: Mapping[str, str] | None = None,
) -> SignedRequest:
    """A request whose signature is right by the reference signer for whatever it says it covers.

    A refusal of it is therefore a refusal of what was changed, not of a signature that no longer fits.
    """
    params = serialise(parameters(keyid=key.key_id)) if params is None else params
    digest = reference.content_digest(body) if digest is None else digest
    known = {
        '"@method"': method,
        '"@authority"': authority,
        '"@path"': path,
        '"content-digest"': digest,
        '"content-type"': content_type,
    } | dict(values or {})
    signature_params = f"({' '.join(components)}){params}"
    base = reference.signature_base([(name, known.get(name, "value")) for name in components], signature_params)
    headers = (
        ("Content-Type", content_type),
        ("Content-Digest", digest),
        ("Signature-Input", f"glasshall={signature_params}"),
        ("Signature", reference.byte_sequence("glasshall", reference.sign_base(key.alg, key.secret, base))),
    )
    return SignedRequest(method, authority, path, headers, body)


def signed_read(key: PrivateKey = CLERK, *, method: str = "GET", params: str | None = None) -> SignedRequest:
    """A signed read: no body, no content headers."""
    params = serialise(parameters(keyid=key.key_id, tag=READ)) if params is None else params
    request = signed(key, method=method, body=b"", components=reference.READ_COMPONENTS, params=params)
    return with_headers(request, *(line for line in request.headers if line[0].startswith("Signature")))


def signed_dry_run(key: PrivateKey = CLERK) -> SignedRequest:
    return signed(key, params=serialise(parameters(keyid=key.key_id, tag=DRY_RUN)))


def with_headers(request: SignedRequest, *headers: tuple[str, str]) -> SignedRequest:
    return SignedRequest(request.method, request.authority, request.path, headers, request.body)


def replace_header(request: SignedRequest, name: str, value: str | None) -> SignedRequest:
    """The request with one header's value changed, or the header gone."""
    lines = [(field, value if field == name else old) for field, old in request.headers]
    return with_headers(request, *((field, text) for field, text in lines if text is not None))


def accept(request: SignedRequest, now: datetime.datetime = NOW) -> None:
    """Do what a signed route does: read the claim, find the key, verify."""
    claim = read_claim(request)
    key = KEYRING.get(claim.key_id)
    if key is None:
        raise unknown_key()
    verify(request, claim, key, now)


def refusal(request: SignedRequest, now: datetime.datetime = NOW) -> str:
    """The check by which a request is refused; "accepted" when it is not. Any other exception fails the test."""
    try:
        accept(request, now)
    except SignatureError as error:
        return error.check
    return "accepted"
