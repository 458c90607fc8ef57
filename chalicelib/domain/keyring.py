"""The deployment's secret as a ring of keys that can be changed without anything going dead that still should hold.

The secret's text is one plain secret (a ring of one key, whose id is `1`), or JSON, newest first:

    {"keys": [{"id": "2", "secret": "...", "from": "2026-12-01T00:00:00+08:00"}, {"id": "1", "secret": "..."}]}

Nothing is made with a ring's secrets themselves: every purpose (`cursor`, `case-token`, `query-code-pepper` ...) has a key
derived for it. What holds:

- Things are made with one key, the newest whose `from` has come; they are checked under every key of the ring, those still
  to come among them. So all processes know a key before the first of them makes anything with it.
- What must never change with a rotation (`stable`) is derived from the oldest key. `"checks": false` keeps a key for that
  alone: nothing else made with it holds any longer.
- An entry with `receipt_public_key` and no secret is a key that is gone, of which only this half is still published.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from chalicelib.domain import strict_json
from chalicelib.errors import MalformedError
from chalicelib.signing.edwards import is_prime_order_point

PLAIN_ID = "1"
"""The id of a secret that is no ring; give the same secret this id when it becomes part of one."""
ID_LENGTH = 8
ID = re.compile(rf"[A-Za-z0-9-]{{1,{ID_LENGTH}}}")
SECRET_FLOOR = 32
MEMBERS = {"id", "secret", "from", "checks"}
RETIRED_MEMBERS = {"id", "receipt_public_key"}


class KeyringError(ValueError):
    """The secret's text is no ring; `code` says which rule it breaks, and nothing of what stands in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PurposeKeys(NamedTuple):
    """The keys of one purpose: by id, newest first, and the one that things are made with."""

    current_id: str
    by_id: Mapping[str, bytes]

    @property
    def current(self) -> bytes:
        """The key that things are made with."""
        return self.by_id[self.current_id]

    def outdates(self, key_id: str) -> bool:
        """Return whether things are made with a newer key than this one, or this one is gone."""
        order = list(self.by_id)
        return key_id not in order or order.index(self.current_id) < order.index(key_id)


@dataclass(frozen=True, slots=True)
class RingKey:
    """A key of the ring."""

    key_id: str
    secret: bytes = field(repr=False)
    makes_from: datetime | None = None
    checks: bool = True


class RetiredKey(NamedTuple):
    """A key that is gone: its id, and the public half under which its receipts still verify."""

    key_id: str
    receipt_public_key: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """The ring as it stands at one moment."""

    current_id: str
    keys: tuple[RingKey, ...]
    """Newest first."""
    retired: tuple[RetiredKey, ...] = ()

    def of(self, purpose: str) -> PurposeKeys:
        """Return the keys of a purpose."""
        return PurposeKeys(self.current_id, self.derived_all(purpose))

    def derived(self, purpose: str) -> bytes:
        """Return the 32 bytes with which things of a purpose are made now."""
        return self.of(purpose).current

    def derived_all(self, purpose: str) -> dict[str, bytes]:
        """Return the key of a purpose from every key that things are checked under, by id, newest first."""
        return {key.key_id: _derive(key, purpose) for key in self.keys if key.checks}

    def stable(self, purpose: str) -> bytes:
        """Return 32 bytes that no rotation changes, as long as the oldest key stays in the ring."""
        return _derive(self.keys[-1], purpose)


def _derive(key: RingKey, purpose: str) -> bytes:
    return hmac.digest(key.secret, purpose.encode(), "sha256")


def parse(text: bytes, now: datetime) -> Keyring:
    """Return the ring that a secret's text holds, as it stands now.

    Raises:
        KeyringError: it is none.
    """
    if not _is_ring(text):
        if not text:
            raise KeyringError("secret_empty")
        return Keyring(PLAIN_ID, (RingKey(PLAIN_ID, text),))
    entries = _entries(text)
    keys = tuple(_key(entry) for entry in entries if "receipt_public_key" not in entry)
    retired = tuple(_retired(entry) for entry in entries if "receipt_public_key" in entry)
    ids = [key.key_id for key in keys] + [key.key_id for key in retired]
    _demand(len(ids) == len(set(ids)), "secret_id_repeated")
    making = [key for key in keys if key.checks and (key.makes_from is None or key.makes_from <= now)]
    _demand(bool(making), "secret_without_current_key")
    return Keyring(making[0].key_id, keys, retired)


def rotated(text: bytes, secret: str, makes_from: datetime, now: datetime) -> bytes:
    """Return the text of the ring with one more key, the newest, that makes things from an instant on.

    Raises:
        KeyringError: the text is no ring, or a secret is too short to stand in one.
    """
    parse(text, now)
    entries = _entries(text) if _is_ring(text) else [{"id": PLAIN_ID, "secret": text.decode()}]
    ids = {entry["id"] for entry in entries}
    new_id = next(str(number) for number in count(len(ids) + 1) if str(number) not in ids)
    new = {"id": new_id, "secret": secret, "from": makes_from.isoformat(timespec="seconds")}
    ring = json.dumps({"keys": [new, *entries]}, indent=1).encode()
    parse(ring, now)
    return ring


def _is_ring(text: bytes) -> bool:
    return text.lstrip().startswith(b"{")


def _demand(holds: bool, code: str) -> None:
    if not holds:
        raise KeyringError(code)


def _entries(text: bytes) -> list[dict[str, Any]]:
    try:
        ring = strict_json.load_object(text)
    except MalformedError:
        raise KeyringError("secret_not_json") from None  # the cause quotes the text
    entries = ring.get("keys")
    if set(ring) != {"keys"} or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KeyringError("secret_not_a_ring")
    return entries


def _key(entry: dict[str, Any]) -> RingKey:
    _demand(set(entry) <= MEMBERS and {"id", "secret"} <= set(entry), "secret_members")
    secret, checks = entry["secret"], entry.get("checks", True)
    _demand(isinstance(secret, str) and len(secret) >= SECRET_FLOOR, "secret_too_short")
    _demand(isinstance(checks, bool), "secret_checks")
    return RingKey(_id(entry), secret.encode(), _instant(entry.get("from")), checks)


def _retired(entry: dict[str, Any]) -> RetiredKey:
    _demand(set(entry) == RETIRED_MEMBERS, "secret_members")
    try:
        public = base64.b64decode(entry["receipt_public_key"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise KeyringError("secret_public_key") from None
    _demand(is_prime_order_point(public), "secret_public_key")
    return RetiredKey(_id(entry), public)


def _id(entry: dict[str, Any]) -> str:
    key_id = entry["id"]
    _demand(isinstance(key_id, str) and ID.fullmatch(key_id) is not None, "secret_id")
    return str(key_id)


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise KeyringError("secret_from") from None
    _demand(instant.tzinfo is not None, "secret_from")
    return instant
