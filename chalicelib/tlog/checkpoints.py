"""What a log signs (c2sp.org/tlog-checkpoint): its origin, the size of its tree and the root; no further lines."""

import base64
import binascii
import re
from typing import NamedTuple

from .errors import NoteError
from .merkle import HASH_BYTES

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
