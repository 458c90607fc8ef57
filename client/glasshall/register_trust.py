"""Whose register it is: the keys somebody goes by, and the last checkpoint seen, in a small file that is replaced whole.

Keys are given, or taken on first use and remembered. From then on the register must be the one they have signed, each
checkpoint must begin with the last one seen, and a new key counts only if a known one has signed the list it stands in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glasshall.cursors import replace_file
from glasshall.errors import UnexpectedAnswerError, UsageError
from glasshall.heads import KEYS, Head, NoteKey
from glasshall.logs import ReadFile
from glasshall.shared import ED25519, SignatureError, TlogError, check_public_key, checkpoints, notes

_FORMAT = "glasshall-register-1"


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a register."""

    keys: tuple[NoteKey, ...]
    checkpoint: checkpoints.Checkpoint
    """The last one seen."""


def read_vkey(text: str) -> NoteKey:
    """Return the key of a vkey line, if it is one that can be trusted at all.

    Raises:
        UsageError: it is none.
    """
    try:
        key = notes.parse_vkey(text)
        check_public_key(ED25519, key.public)
    except (TlogError, SignatureError) as error:
        raise UsageError(f"{text!r} is not the key of a register or a witness: {error}") from error
    return key


def load(file: Path) -> Known | None:
    """Return what is remembered; None where nothing is yet.

    Raises:
        UsageError: the file is none of ours.
    """
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise UsageError(f"{file} does not hold what is known of a register")
    try:
        keys = tuple(read_vkey(text) for text in found["keys"])
        return Known(keys, checkpoints.parse_checkpoint(notes.open_note(found["checkpoint"].encode(), keys).text))
    except (KeyError, TypeError, AttributeError, TlogError) as error:
        raise UsageError(f"{file} was changed: {error}") from error


def save(file: Path, keys: tuple[NoteKey, ...], head: Head) -> None:
    """Remember these keys and this checkpoint."""
    members = {"format": _FORMAT, "keys": [key.vkey for key in keys], "checkpoint": head.note.decode()}
    replace_file(file, json.dumps(members, ensure_ascii=False, indent=1) + "\n")


def listed_keys(raw: bytes, known: Sequence[NoteKey] = ()) -> tuple[NoteKey, ...]:
    """Return the keys of the list of a log: those that a known key vouches for; where none is known, on the list's own word.

    Raises:
        UnexpectedAnswerError: it is none, nobody who is known has signed it, or a key of it cannot be trusted at all.
    """
    try:
        keys = checkpoints.vouched_keys(raw, known) if known else checkpoints.read_keys(raw)
        for key in keys:
            check_public_key(ED25519, key.public)
    except (TlogError, SignatureError) as error:
        raise UnexpectedAnswerError(f"the list of the log's keys does not hold: {error}") from error
    return tuple(keys)


def keys_of(read: ReadFile, known: Known | None) -> tuple[tuple[NoteKey, ...], str]:
    """Return the keys to go by, and in a sentence how they came to be trusted.

    Raises:
        UsageError: there are none. UnexpectedAnswerError: none that is vouched for.
    """
    raw = read(KEYS)
    if known is None:
        if raw is None:
            raise UsageError("no keys to go by: give --key, as the register's operator publishes it")
        return listed_keys(raw), "The keys are the register's own word, taken on first use."
    keys = known.keys if raw is None else listed_keys(raw, known.keys)
    new = len(set(keys) - set(known.keys))
    return keys, "The keys are those that are remembered" + (f", and {new} that they vouch for." if new else ".")
