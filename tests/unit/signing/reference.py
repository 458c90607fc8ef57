"""A second signer and verifier of the signing profile, written from RFC 9421 and docs/signing.md alone.

It imports nothing of chalicelib and no structured-field library, so that it can disagree with them: a small reader of
the only structured fields the profile allows, and cryptography or hmac for the signature.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

READ_COMPONENTS = ['"@method"', '"@authority"', '"@path"']
WRITE_COMPONENTS = [*READ_COMPONENTS, '"content-digest"', '"content-type"']
COMPONENTS = {
    ("glasshall-intake", "PUT"): WRITE_COMPONENTS,
    ("glasshall-intake", "POST"): WRITE_COMPONENTS,
    ("glasshall-dry-run", "PUT"): WRITE_COMPONENTS,
    ("glasshall-dry-run", "POST"): WRITE_COMPONENTS,
    ("glasshall-read", "GET"): READ_COMPONENTS,
    ("glasshall-read", "HEAD"): READ_COMPONENTS,
}


class Received(Protocol):
    """What a verifier is given of a request."""

    @property
    def method(self) -> str: ...
    @property
    def authority(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def body(self) -> bytes: ...


class RefusedError(Exception):
    """The reference verifier says no."""


@dataclass
class Reader:
    """A cursor over one header value; every step takes exactly what it names, or refuses."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, expected: str) -> None:
        if not self.text.startswith(expected, self.at):
            raise RefusedError(f"expected {expected!r}")
        self.at += len(expected)

    def name(self) -> str:
        start = self.at
        while self.peek() and self.peek() in "abcdefghijklmnopqrstuvwxyz0123456789_-.*":
            self.at += 1
        if start == self.at:
            raise RefusedError("a name is missing")
        return self.text[start : self.at]

    def integer(self) -> int:
        start = self.at
        while self.peek() and self.peek() in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits or len(digits) > 15 or (digits[0] == "0" and digits != "0"):
            raise RefusedError("not an integer in its one spelling")
        return int(digits)

    def string(self) -> str:
        self.take('"')
        out = []
        while self.peek() != '"':
            if self.peek() == "\\":
                self.at += 1
                if self.peek() not in ('"', "\\"):
                    raise RefusedError("an escape of nothing to escape")
            if not " " <= (self.peek() or "\0") <= "~":
                raise RefusedError("a string that does not end, or not ASCII")
            out.append(self.peek())
            self.at += 1
        self.take('"')
        return "".join(out)

    def end(self) -> None:
        if self.at != len(self.text):
            raise RefusedError("more than one member")


def read_signature_input(text: str) -> tuple[list[str], dict[str, int | str], str]:
    """Return components, parameters and the exact text of `@signature-params`."""
    reader = Reader(text)
    reader.take("glasshall=")
    start = reader.at
    reader.take("(")
    components: list[str] = []
    while reader.peek() != ")":
        if components:
            reader.take(" ")
        components.append(f'"{reader.string()}"')
    reader.take(")")
    parameters: dict[str, int | str] = {}
    while reader.peek() == ";":
        reader.take(";")
        name = reader.name()
        if name in parameters:
            raise RefusedError("a parameter given twice")
        reader.take("=")
        parameters[name] = reader.string() if reader.peek() == '"' else reader.integer()
    reader.end()
    return components, parameters, text[start:]


def read_bytes(text: str, prefix: str) -> bytes:
    """Return the bytes of the single member `prefix=:...:`, in the one base64 spelling."""
    inner = text[len(prefix) + 2 : -1]
    try:
        decoded = binascii.a2b_base64(inner.encode("ascii"), strict_mode=True)
    except (ValueError, UnicodeEncodeError) as exc:
        raise RefusedError("not base64") from exc
    if not decoded or byte_sequence(prefix, decoded) != text:
        raise RefusedError("not the one spelling")
    return decoded


def byte_sequence(name: str, content: bytes) -> str:
    return f"{name}=:{base64.b64encode(content).decode()}:"


def content_digest(body: bytes) -> str:
    return byte_sequence("sha-256", hashlib.sha256(body).digest())


def signature_base(values: Sequence[tuple[str, str]], signature_params: str) -> bytes:
    """RFC 9421 section 2.5."""
    lines = [f"{identifier}: {value}" for identifier, value in values]
    return "\n".join([*lines, f'"@signature-params": {signature_params}']).encode()


def sign_base(alg: str, secret: bytes, base: bytes) -> bytes:
    if alg == "ed25519":
        return Ed25519PrivateKey.from_private_bytes(secret).sign(base)
    return hmac.digest(secret, base, "sha256")


def verifies(request: Received, keyring: Mapping[str, tuple[str, bytes]], now_seconds: int) -> bool:
    """Say whether the signature of a request holds now under the keyring of (algorithm, verification material)."""
    try:
        _verify(request, keyring, now_seconds)
    except (RefusedError, InvalidSignature):
        return False
    return True


def _verify(request: Received, keyring: Mapping[str, tuple[str, bytes]], now_seconds: int) -> None:
    _check_shape(request)
    components, parameters, signature_params = read_signature_input(_only(request, "signature-input"))
    key_id, tag, created = _identified(parameters)
    if components != COMPONENTS.get((tag, request.method)) or key_id not in keyring:
        raise RefusedError("other components or an unknown key")
    _check_times(created, parameters.get("expires"), now_seconds)
    values = [('"@method"', request.method), ('"@authority"', request.authority), ('"@path"', request.path)]
    values += [(name, _only(request, name.strip('"'))) for name in components[3:]]
    _check_digest(request, covered=len(components) == 5)
    signature = read_bytes(_only(request, "signature"), "glasshall")
    _check_signature(*keyring[key_id], signature, signature_base(values, signature_params))


def _check_shape(request: Received) -> None:
    if request.method not in {"GET", "HEAD", "PUT", "POST"}:
        raise RefusedError("method")
    host, _, port = request.authority.partition(":")
    if not re.fullmatch(r"[a-z0-9._-]+", host) or (":" in request.authority and not _is_port(port)):
        raise RefusedError("authority")
    if not request.path.startswith("/") or set(request.path) - _PATH_CHARACTERS:
        raise RefusedError("path")


_PATH_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/")


def _is_port(port: str) -> bool:
    return port.isascii() and port.isdigit() and len(port) <= 5 and port[0] != "0" and port not in {"80", "443"}


def _only(request: Received, name: str) -> str:
    values = [value for field, value in request.headers if field.lower() == name]
    if len(values) != 1 or not 0 < len(values[0]) <= 2048:
        raise RefusedError("a header absent, repeated, empty or long")
    value = values[0]
    if value.strip(" ") != value or any(not " " <= character <= "~" for character in value):
        raise RefusedError("a header with blanks around it or not ASCII")
    return value


def _identified(parameters: Mapping[str, int | str]) -> tuple[str, str, int]:
    key_id, tag, created = (parameters.get(name) for name in ("keyid", "tag", "created"))
    if not (isinstance(key_id, str) and isinstance(tag, str) and isinstance(created, int)):
        raise RefusedError("a parameter absent or of another type")
    if parameters.keys() - {"keyid", "tag", "created", "nonce", "expires"}:
        raise RefusedError("a parameter too many")
    nonce = parameters.get("nonce", "-")
    if not isinstance(nonce, str) or not 1 <= len(nonce) <= 128:
        raise RefusedError("nonce")
    return key_id, tag, created


def _check_times(created: int, expires: int | str | None, now_seconds: int) -> None:
    if not created - 300 <= now_seconds <= created + 300:
        raise RefusedError("created")
    if expires is not None and not (isinstance(expires, int) and created < expires >= now_seconds):
        raise RefusedError("expires")


def _check_digest(request: Received, *, covered: bool) -> None:
    if covered and _only(request, "content-digest") != content_digest(request.body):
        raise RefusedError("digest")
    if not covered and request.body:
        raise RefusedError("an uncovered body")


def _check_signature(alg: str, material: bytes, signature: bytes, base: bytes) -> None:
    if alg == "ed25519":
        Ed25519PublicKey.from_public_bytes(material).verify(signature, base)
    elif not hmac.compare_digest(signature, hmac.digest(material, base, "sha256")):
        raise RefusedError("hmac")
