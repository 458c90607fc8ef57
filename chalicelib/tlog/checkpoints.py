"""What a log signs: checkpoints (c2sp.org/tlog-checkpoint), and the list of the keys it signs with.

A checkpoint is the log's origin, the size of its tree and the root; no further lines. The list of keys is a note of our own,
signed by each of them: `origin`, the word `keys`, and a line a key. Whoever goes by one key so learns the others from it, and
a rotation hands trust on. Neither can be taken for the other: a size is a number.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import NamedTuple

from .errors import NoteError
from .merkle import HASH_BYTES
from .notes import NoteKey, NoteSigner, open_note, parse_vkey, signature_line, split_note, write_note

_KEYS = "keys"
_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", re.ASCII)


class Checkpoint(NamedTuple):
    """The tree of a log at one moment."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the text of its note."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that the text of a note is.

    Raises:
        NoteError: it is none, or says more than this profile knows.
    """
    found = _TEXT.fullmatch(text)
    if not found:
        raise NoteError("A checkpoint is an origin, a size and a root, each on a line of its own.")
    try:
        root = base64.b64decode(found[3], validate=True)
    except binascii.Error as error:
        raise NoteError("The root of a checkpoint is the base64 of 32 bytes.") from error
    checkpoint = Checkpoint(found[1], int(found[2]), root)
    if len(root) != HASH_BYTES or checkpoint.text != text:
        raise NoteError("The root of a checkpoint is the base64 of 32 bytes.")
    return checkpoint


def signed_checkpoint(checkpoint: Checkpoint, signers: Sequence[NoteSigner]) -> bytes:
    """Return the note of a checkpoint, signed with each of these keys."""
    return _signed(checkpoint.text, signers)


def signed_keys(origin: str, signers: Sequence[NoteSigner]) -> bytes:
    """Return the list of the keys of a log, signed with each of them."""
    vkeys = "".join(f"{signer.key().vkey}\n" for signer in signers)
    return _signed(f"{origin}\n{_KEYS}\n{vkeys}", signers)


def read_keys(raw: bytes) -> list[NoteKey]:
    """Return the keys of a list that each of them has signed: whether they are those of the log it names is not said by that.

    Raises:
        NoteError: it is none.
    """
    origin, *rest = split_note(raw)[0].removesuffix("\n").split("\n")
    keys = [parse_vkey(vkey) for vkey in rest[1:]]
    if rest[:1] != [_KEYS] or not keys or any(key.name != origin for key in keys):
        raise NoteError("This is not the list of the keys of a log.")
    if {signed.key for signed in open_note(raw, keys).signed} != set(keys):
        raise NoteError("A key of the list has not signed it.")
    return keys


def vouched_keys(raw: bytes, known: Sequence[NoteKey]) -> list[NoteKey]:
    """Return the keys of a list that a known key has signed as well.

    Raises:
        NoteError: it is none, or no known key stands for it.
    """
    open_note(raw, known)
    return read_keys(raw)


def _signed(text: str, signers: Sequence[NoteSigner]) -> bytes:
    return write_note(text, [signature_line(text, signer) for signer in signers])
