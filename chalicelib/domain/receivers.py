"""Receivers (Standard Webhooks 1.0.0): where an app takes notifications, the secret it shares with us, and its challenge.

    pending   registered; its challenge is not answered yet: nothing else is sent to it
    active    it answered the challenge
    ended     it was deleted, or said 410; its id is never used again, and its address is forgotten

What holds:

- A secret is made from a key that is not in the table, the receiver's id and the secret's number; it is stored nowhere.
- After a rotation the earlier secret holds for a day beside the new one, and every notification is signed with both.
- An address is judged here by its text alone; what it resolves to is for the sender to judge, each time anew.
"""

import hmac
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.instants import from_key
from chalicelib.domain.keyring import PurposeKeys
from chalicelib.errors import Problem

PENDING, ACTIVE, ENDED = "pending", "active", "ended"
OVERLAP = timedelta(hours=24)
SECRET_PREFIX = "whsec_"  # noqa: S105 - what Standard Webhooks puts before every secret
FIRST_SECRET = 1
URL_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiver as it is stored."""

    receiver_id: str
    url: str
    state: str
    sha256: str
    """Of the bytes that registered it."""
    received_at: str
    challenge: int
    """Number of the newest challenge."""
    challenged_at: str
    secret_number: int
    secret_key_id: str
    earlier_key_id: str = ""
    rotated_at: str = ""


def registered(receiver_id: str, url: str, sha256: str, at: str, keys: PurposeKeys) -> Receiver:
    """Return a receiver as it is when it is new."""
    return Receiver(receiver_id, url, PENDING, sha256, at, 1, at, FIRST_SECRET, keys.current_id)


# Secrets


def newest_secret(receiver: Receiver, keys: PurposeKeys) -> str | None:
    """Return the secret, or None where the key it was made from is gone."""
    return _secret(receiver.receiver_id, receiver.secret_number, receiver.secret_key_id, keys)


def secrets_in_force(receiver: Receiver, keys: PurposeKeys, now: datetime) -> list[str]:
    """Return the secrets that hold, newest first."""
    found = [newest_secret(receiver, keys)]
    if receiver.rotated_at and now < earlier_until(receiver):
        found.append(_secret(receiver.receiver_id, receiver.secret_number - 1, receiver.earlier_key_id, keys))
    return [secret for secret in found if secret is not None]


def earlier_until(receiver: Receiver) -> datetime:
    """Return until when the secret before the newest holds."""
    return from_key(receiver.rotated_at) + OVERLAP


def knows_secret(shown: str, receiver: Receiver, keys: PurposeKeys, now: datetime) -> bool:
    """Return whether what was shown is a secret that holds."""
    return shown.isascii() and any(hmac.compare_digest(shown, held) for held in secrets_in_force(receiver, keys, now))


def challenge_of(receiver: Receiver, keys: PurposeKeys) -> str | None:
    """Return what the receiver must answer, or None where the key it is made from is gone."""
    key = keys.by_id.get(receiver.secret_key_id)
    return None if key is None else hmac.digest(key, f"challenge\n{receiver.receiver_id}".encode(), "sha256").hex()


def answers_challenge(answered: str, receiver: Receiver, keys: PurposeKeys) -> bool:
    """Return whether what a receiver answered is what it was asked for."""
    wanted = challenge_of(receiver, keys)
    return wanted is not None and answered.isascii() and hmac.compare_digest(answered, wanted)


def _secret(receiver_id: str, number: int, key_id: str, keys: PurposeKeys) -> str | None:
    key = keys.by_id.get(key_id)
    if key is None:
        return None
    made = hmac.digest(key, f"secret\n{receiver_id}\n{number}".encode(), "sha256")
    return SECRET_PREFIX + b64encode(made).decode()


# Addresses

_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(#.*)?")
_TEXT = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_AUTHORITY = re.compile(r"(?:([^@]*)@)?(\[[^\]]*\]|[^:@\[\]]*)(?::([0-9]*))?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_NAME_LIMIT = 253
_NOT_PUBLIC = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion")
"""Last labels under which nothing public is found by the public resolvers (RFC 6761, RFC 6762, RFC 7686, RFC 9476 and use)."""


class Target(NamedTuple):
    """Where an address leads: over TLS, or plainly to this machine itself."""

    host: str
    port: int
    path: str
    secure: bool


HTTPS_PORT = 443
LOOPBACK = "127.0.0.1"


def url_problems(url: str, loopback_ports: frozenset[int] = frozenset()) -> list[Problem]:
    """Return everything that is wrong with the address of a receiver: https to a public name, port 443, nothing else.

    On a laptop `http://127.0.0.1` may be one too, at ports that its settings name.
    """
    parts = _PARTS.fullmatch(url) if len(url) <= URL_LIMIT and _TEXT.fullmatch(url) else None
    authority = _AUTHORITY.fullmatch(parts[2]) if parts else None
    if parts is None or authority is None:
        return [_problem("url_malformed", f"an https address of at most {URL_LIMIT:,} ASCII characters is wanted")]
    userinfo, host, port = authority.groups()
    itself = _is_itself(parts[1].lower(), host, port, loopback_ports)
    found = [
        (parts[1].lower() != "https" and not itself, "url_not_https", "only https is taken"),
        (userinfo is not None, "url_userinfo", "no user or password may stand in it"),
        (port not in (None, str(HTTPS_PORT)) and not itself, "url_port", "only port 443 is taken"),
        (parts[4] is not None, "url_fragment", "a fragment is never sent: leave it out"),
    ]
    problems = [_problem(code, message) for wrong, code, message in found if wrong]
    return problems if itself else [*problems, *_host_problems(host.lower())]


def target_of(url: str, loopback_ports: frozenset[int] = frozenset()) -> Target | None:
    """Return where an address leads, or None if it is not one to send to (any more: settings may have changed)."""
    if url_problems(url, loopback_ports):
        return None
    parts = _PARTS.fullmatch(url)
    authority = _AUTHORITY.fullmatch(parts[2]) if parts else None
    assert parts is not None
    assert authority is not None
    _, host, port = authority.groups()
    path = parts[3] if parts[3].startswith("/") else f"/{parts[3]}"
    return Target(host.lower(), int(port or HTTPS_PORT), path, parts[1].lower() == "https")


def _is_itself(scheme: str, host: str, port: str | None, loopback_ports: frozenset[int]) -> bool:
    return scheme == "http" and host == LOOPBACK and port in {str(number) for number in loopback_ports}


def _host_problems(host: str) -> list[Problem]:
    last = host.rpartition(".")[2]
    if host.startswith("[") or last[:1].isdigit():
        return [_problem("url_host_is_address", "a name is wanted, not an IP address in any spelling")]
    if last in _NOT_PUBLIC:
        return [_problem("url_host_not_public", "this name is not one of the public Internet")]
    if len(host) > _NAME_LIMIT or not _NAME.fullmatch(host):
        return [_problem("url_host_malformed", "a full host name is wanted, non-ASCII names as xn--")]
    return []


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, pointer="/url")
