"""The leaf of an entry: what the register's tree binds, made again from an item of `/v1/changes`.

A leaf holds everything that is public of an entry, with one salted hash in the place of the hashes of texts. So where an
order has erased text, hashes and salt, the leaf stands as it was: the item then gives that hash itself, as `commitment`.

Every member of an item has one spelling here: or an item could be changed and still make the leaf it was made for.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from glasshall.errors import RegisterError
from glasshall.feed import Change
from glasshall.shared import merkle

_BEFORE, _AFTER = ("index", "kind", "id", "act", "name", "version"), ("agency", "jurisdiction", "url", "tombstone")
_SALT, _SHA256 = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|(?:\+\d\d|-(?!00:00)\d\d):\d\d)", re.ASCII)


def leaf_hashes(changes: Iterable[Change]) -> Iterator[bytes]:
    """Yield the hashes with which changes stand in the tree.

    Raises:
        RegisterError: one lacks what a leaf is made of.
    """
    return (merkle.leaf_hash(leaf_of(change.document)) for change in changes)


def leaf_of(entry: Mapping[str, Any]) -> bytes:
    """Return the leaf of an entry as `/v1/changes` gives it.

    Raises:
        RegisterError: it lacks what a leaf is made of.
    """
    try:
        members = {
            **{name: entry[name] for name in _BEFORE},
            "at": _in_utc(entry["at"]),
            **{name: entry[name] for name in _AFTER},
            "commitment": _kept(entry) if entry.get("erased_by") is not None else commitment_of(entry),
        }
        return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
    except (KeyError, TypeError, ValueError) as error:
        raise RegisterError(f"entry {entry['index']} lacks what its leaf is made of", entry["index"]) from error


def commitment_of(entry: Mapping[str, Any]) -> str:
    """Return what a leaf binds of an entry's texts: SHA-256 of its salt, of the act's hash and of that of what was shown.

    Raises:
        KeyError, TypeError, ValueError: it does not have them.
    """
    shown = entry["sha256"]
    parts = [_hexadecimal(entry["salt"], _SALT), _hexadecimal(entry["act_sha256"], _SHA256)]
    return sha256(b"".join([*parts, *([] if shown is None else [_hexadecimal(shown, _SHA256)])])).hexdigest()


def _kept(entry: Mapping[str, Any]) -> str:
    """Return the commitment of an erased entry; a hash that stood beside it would be bound by nothing."""
    if any(entry[name] is not None for name in ("sha256", "act_sha256", "salt")):
        raise ValueError("not erased")
    return _hexadecimal(entry["commitment"], _SHA256).hex()


def _hexadecimal(text: str, shape: re.Pattern[str]) -> bytes:
    # What is hashed has no separators: a salt of another length would let one hash stand for two entries.
    if not shape.fullmatch(text):
        raise ValueError("not hexadecimal of its length")
    return bytes.fromhex(text)


def _in_utc(at: str) -> str:
    if not _AT.fullmatch(at):
        raise ValueError("not an instant with an offset")
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
