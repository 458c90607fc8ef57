"""Bearer tokens of a case: `v1.<expiry>.<epoch>.<mac>`, made from a key and never stored.

`expiry` is in Unix seconds, `epoch` the case's number that a revocation raises, `mac` HMAC-SHA-256 over case, expiry and
epoch in base64url. A token lives 180 days and never beyond 90 days after its case was over; both are held again whenever
it is shown, so that a case closed later ends the tokens given before.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

LIFE = timedelta(days=180)
AFTER_END = timedelta(days=90)
_SHAPE = re.compile(r"v1\.([1-9][0-9]{0,11})\.(0|[1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})")


class Claim(NamedTuple):
    """What a token whose MAC holds says of itself."""

    expires_at_epoch: int
    epoch: int


class Token(NamedTuple):
    """A token and when it ends."""

    text: str
    expires_at_epoch: int


def issue(key: bytes, case_no: str, epoch: int, now: datetime, ended_at: datetime | None) -> Token | None:
    """Return a token, or None where the case was over too long ago."""
    end = now + LIFE if ended_at is None else min(now + LIFE, ended_at + AFTER_END)
    if end <= now:
        return None
    expiry = int(end.timestamp())
    return Token(f"v1.{expiry}.{epoch}.{_mac(key, case_no, expiry, epoch)}", expiry)


def read(keys: Iterable[bytes], case_no: str, token: str, now: datetime) -> Claim | None:
    """Return what a token says if it is one of this case, made with one of these keys and not expired; else None."""
    shaped = _SHAPE.fullmatch(token)
    if shaped is None:
        return None
    expiry, epoch = int(shaped[1]), int(shaped[2])
    made = any(hmac.compare_digest(_mac(key, case_no, expiry, epoch), shaped[3]) for key in keys)
    if not made or now.timestamp() >= expiry:
        return None
    return Claim(expiry, epoch)


def holds(claim: Claim, epoch: int, ended_at: datetime | None, now: datetime) -> bool:
    """Return whether a token is good for the case as it stands: not revoked, and the case not over too long ago."""
    return claim.epoch == epoch and (ended_at is None or now < ended_at + AFTER_END)


def _mac(key: bytes, case_no: str, expiry: int, epoch: int) -> str:
    digest = hmac.digest(key, f"{case_no}\n{expiry}\n{epoch}".encode(), "sha256")
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
