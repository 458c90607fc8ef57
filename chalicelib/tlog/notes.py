"""Signed notes (c2sp.org/signed-note): a text, an empty line, and one line for each signature.

Two types of keys are known: Ed25519 over the text (0x01), with which a log signs, and the timestamped cosignature of a
witness (0x04, c2sp.org/tlog-cosignature). A key is named by its name and its id together; the id is no proof of anything.
Everything has one spelling here: base64 with its padding and no spare bits, one line feed at the end of each line.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .errors import NoteError

ED25519 = 0x01
COSIGNATURE = 0x04
"""Cosignature/v1: Ed25519 over the text with the time before it."""
KEY_BYTES = 32
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 100

_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNATURE_BYTES = {ED25519: 64, COSIGNATURE: 64 + _TIME_BYTES}
_NAME = re.compile(r"[^+\s]+")
_VKEY = re.compile(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_LINE = re.compile(r"— ([^+\s]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class NoteKey:
    """A key that notes are verified with."""

    name: str
    type: int
    public: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteError("The name of a key is not empty and holds no blank and no plus sign.")
        if self.type not in _SIGNATURE_BYTES or len(self.public) != KEY_BYTES:
            raise NoteError("The key of a note is an Ed25519 key of 32 bytes, of a log or of a witness.")

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that stand before its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """Return the line in which the key is handed on."""
        return f"{self.name}+{self.key_id.hex()}+{_encode(bytes([self.type]) + self.public)}"


class NoteSigner(NamedTuple):
    """A key that notes are signed with: its name, and the 32 bytes of the private key."""

    name: str
    secret: bytes

    def key(self, key_type: int = ED25519) -> NoteKey:
        """Return the key that its signatures are verified with."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return NoteKey(
            self.name, key_type, Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()
        )


class Signed(NamedTuple):
    """A signature that holds: whose, and when it was made where the signature says it."""

    key: NoteKey
    time: int | None
    line: str


class Note(NamedTuple):
    """A note that was opened: its text, the signatures that hold, and the lines of keys nobody knows."""

    text: str
    signed: tuple[Signed, ...]
    unknown: tuple[str, ...]


def parse_vkey(text: str) -> NoteKey:
    """Return the key of a vkey line.

    Raises:
        NoteError: it is none.
    """
    found = _VKEY.fullmatch(text)
    if not found:
        raise NoteError("A key of a note is written as name+id+key.")
    material = _decode(found[3])
    key = NoteKey(found[1], material[0] if material else 0, material[1:])
    if key.key_id.hex() != found[2]:
        raise NoteError("The id of the key is not that of its name and material.")
    return key


def signature_line(text: str, signer: NoteSigner) -> str:
    """Return the line with which a log signs a text."""
    return _line(signer.key(ED25519), _sign(text.encode(), signer))


def cosignature_line(text: str, signer: NoteSigner, time: int) -> str:
    """Return the line with which a witness says that it saw this checkpoint, at a time in seconds since 1970."""
    signature = time.to_bytes(_TIME_BYTES, "big") + _sign(_timed(text, time), signer)
    return _line(signer.key(COSIGNATURE), signature)


def write_note(text: str, lines: Sequence[str]) -> bytes:
    """Return the note of a text and its signature lines.

    Raises:
        NoteError: a note cannot hold them.
    """
    raw = f"{text}\n{''.join(lines)}".encode()
    if split_note(raw) != (text, list(lines)):
        raise NoteError("This text cannot stand in a note.")
    return raw


def split_note(raw: bytes) -> tuple[str, list[str]]:
    """Return the text of a note and its signature lines; nothing of them is verified.

    Raises:
        NoteError: it is not a note.
    """
    if len(raw) > MAX_NOTE_BYTES:
        raise NoteError("A note has at most 64 KB.")
    try:
        note = raw.decode()
    except UnicodeDecodeError as error:
        raise NoteError("A note is UTF-8.") from error
    if any(letter < " " and letter != "\n" for letter in note):
        raise NoteError("A note holds no control characters.")
    text, blank, signatures = note.rpartition("\n\n")
    if not blank or not text or not signatures.endswith("\n"):
        raise NoteError("A note is a text, an empty line and lines of signatures.")
    lines = [line + "\n" for line in signatures[:-1].split("\n")]
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("A note has at most 100 signatures.")
    return text + "\n", lines


def open_note(raw: bytes, keys: Sequence[NoteKey]) -> Note:
    """Return a note that at least one of these keys has signed. Lines of other keys are ignored, and given back.

    Raises:
        NoteError: it is not a note, a line of a known key does not verify, or no known key has signed it.
    """
    text, lines = split_note(raw)
    known = {(key.name, key.key_id): key for key in keys}
    signed, unknown = [], []
    for line in lines:
        name, signature = _parse_line(line)
        key = known.get((name, signature[:_KEY_ID_BYTES]))
        if key is None:
            unknown.append(line)
        else:
            signed.append(_verified(text, key, signature[_KEY_ID_BYTES:], line))
    if not signed:
        raise NoteError("No known key has signed this note.")
    return Note(text, tuple(signed), tuple(unknown))


def _parse_line(line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line[:-1])
    if not found:
        raise NoteError("A signature line is a dash, the name of a key and a signature.")
    signature = _decode(found[2])
    if len(signature) <= _KEY_ID_BYTES:
        raise NoteError("A signature line is a dash, the name of a key and a signature.")
    return found[1], signature


def _verified(text: str, key: NoteKey, signature: bytes, line: str) -> Signed:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    refusal = f"The signature of {key.name} does not hold."
    if len(signature) != _SIGNATURE_BYTES[key.type]:
        raise NoteError(refusal)
    time, message = None, text.encode()
    if key.type == COSIGNATURE:
        time = int.from_bytes(signature[:_TIME_BYTES], "big")
        message, signature = _timed(text, time), signature[_TIME_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise NoteError(refusal) from error
    return Signed(key, time, line)


def _timed(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _sign(message: bytes, signer: NoteSigner) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(signer.secret).sign(message)


def _line(key: NoteKey, signature: bytes) -> str:
    return f"— {key.name} {_encode(key.key_id + signature)}\n"


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NoteError("This is not base64.") from error
    if _encode(raw) != text:  # spare bits that are not zero: a second spelling
        raise NoteError("This is not base64 in its one spelling.")
    return raw
