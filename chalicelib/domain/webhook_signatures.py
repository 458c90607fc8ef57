"""Signatures of what is sent to receivers (Standard Webhooks 1.0.0): over `{id}.{timestamp}.{body}`, both sorts side by side.

    v1    HMAC-SHA256 under a secret that receiver and deployment share (`whsec_...`): one for each secret that holds
    v1a   Ed25519 by the deployment: one for each key of its ring; the public halves (`whpk_...`) are published

A receiver that knows any one of them accepts: so secrets and keys change while the old still hold, and whoever trusts the
published keys needs no secret at all. Every key of the ring that things are checked under signs, those still to come among
them: whoever fetched the keys before or after a rotation finds one that he knows.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable

from chalicelib.domain.receivers import SECRET_PREFIX
from chalicelib.signing.jws import sign_bytes

WEBHOOK_SIGNING = "webhook"
"""Purpose of the ring's keys."""
PUBLIC_PREFIX = "whpk_"


def signatures(signed: bytes, secrets: Iterable[str], keys: Iterable[bytes]) -> str:
    """Return the value of `webhook-signature`; `secrets` are spelled `whsec_...`, `keys` are Ed25519 private keys."""
    shared = [f"v1,{_text(hmac.digest(_material(secret), signed, 'sha256'))}" for secret in secrets]
    own = [f"v1a,{_text(sign_bytes(signed, key))}" for key in keys]
    return " ".join([*shared, *own])


def signed_bytes(webhook_id: str, timestamp: int, payload: bytes) -> bytes:
    """Return what the signatures of one try are over."""
    return f"{webhook_id}.{timestamp}.".encode() + payload


def public_text(public: bytes) -> str:
    """Return an Ed25519 public key as it is published."""
    return PUBLIC_PREFIX + _text(public)


def _material(secret: str) -> bytes:
    return b64decode(secret.removeprefix(SECRET_PREFIX))


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
