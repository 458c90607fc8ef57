"""Proof of work: what lets a holder in when the tries of the network are used up, and makes every guess cost its own work.

A challenge is `v1.<expiry>.<bits>.<mac>`: HMAC-SHA-256 over expiry and bits, not stored, the same for every case and network,
so that it says nothing of either and a phone may change its network in between. It is answered by a nonce of letters and
digits such that

    SHA-256(challenge LF case_no LF query_code as sent LF nonce)

begins with that many zero bits. Case and code are in it, so work done for one guess is good for no other.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

LIFE = timedelta(minutes=5)
_SHAPE = re.compile(r"v1\.([1-9][0-9]{0,11})\.(0|[1-9][0-9]{0,2})\.([A-Za-z0-9_-]{43})")
_NONCE = re.compile(r"[A-Za-z0-9]{1,40}")
_HASH_BITS = 256


class Challenge(NamedTuple):
    """The work that is asked for."""

    text: str
    bits: int


class Proof(NamedTuple):
    """What is sent in answer to a challenge."""

    challenge: str
    nonce: str


def challenge(key: bytes, bits: int, now: datetime) -> Challenge:
    """Return the work to be done within the next minutes."""
    expiry = int((now + LIFE).timestamp())
    return Challenge(f"v1.{expiry}.{bits}.{_mac(key, expiry, bits)}", bits)


def expiry_of(proof: Proof, keys: Iterable[bytes], case_no: str, typed: str, now: datetime) -> int | None:
    """Return when a proof ends, in Unix seconds, or None if it proves nothing: not ours, over, or the work is not done."""
    shaped = _SHAPE.fullmatch(proof.challenge)
    if shaped is None or _NONCE.fullmatch(proof.nonce) is None:
        return None
    expiry, bits = int(shaped[1]), int(shaped[2])
    ours = any(hmac.compare_digest(_mac(key, expiry, bits), shaped[3]) for key in keys)
    if not ours or now.timestamp() >= expiry:
        return None
    done = int.from_bytes(worked(proof, case_no, typed)) >> (_HASH_BITS - bits) == 0
    return expiry if done else None


def worked(proof: Proof, case_no: str, typed: str) -> bytes:
    """Return the hash that must begin with zero bits."""
    return sha256("\n".join((proof.challenge, case_no, typed, proof.nonce)).encode()).digest()


def _mac(key: bytes, expiry: int, bits: int) -> str:
    digest = hmac.digest(key, f"{expiry}\n{bits}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
