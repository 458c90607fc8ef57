"""Having witnesses cosign the newest checkpoint (c2sp.org/tlog-witness), so that nobody can be shown a register of his own.

A witness signs only what continues the last tree it signed. Its signature is put beside the log's own and kept as the file
`witnessed`; a client that asks for enough of them refuses every head that has fewer.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.errors import NotFoundError
from chalicelib.tlog.checkpoints import Checkpoint, parse_checkpoint
from chalicelib.tlog.errors import NoteError
from chalicelib.tlog.growing import consistency_proof
from chalicelib.tlog.notes import NoteKey, open_note, split_note, write_note
from chalicelib.tlog.tiles import stored
from chalicelib.tlog.witnessing import Asked, Outcome, Send, ask
from chalicelib.usecases.log_tree import LogFiles, reader_of

CHECKPOINT, WITNESSED = "checkpoint", "witnessed"


class Witness(NamedTuple):
    """A witness: its key, and how it is spoken to."""

    key: NoteKey
    send: Send


class Witnessed(NamedTuple):
    """What came of asking: the size that was to be cosigned, what each witness said, how many now stand on what is kept."""

    size: int
    asked: tuple[Asked, ...]
    kept: int


def witness_register(files: LogFiles, witnesses: Sequence[Witness], need: int) -> Witnessed:
    """Ask each witness to cosign the newest checkpoint; keep it if as many as are needed have.

    Raises:
        NotFoundError: there is no checkpoint yet.
    """
    checkpoint = files.find(CHECKPOINT)
    if checkpoint is None:
        raise NotFoundError("there is no checkpoint yet: nothing has been logged")
    text, lines = split_note(checkpoint)
    now, before = parse_checkpoint(text), files.find(WITNESSED)
    asked = tuple(_ask(witness, checkpoint, now, before, files) for witness in witnesses)
    earlier = _standing(before, text, [witness.key for witness in witnesses])
    new = {witness.key: said.lines[0] for witness, said in zip(witnesses, asked, strict=True) if said.lines}
    cosigned = {**earlier, **new}
    if cosigned and len(cosigned) >= need:
        files.publish(write_note(text, [*lines, *cosigned.values()]), WITNESSED)
    return Witnessed(now.size, asked, len(cosigned))


def _ask(witness: Witness, checkpoint: bytes, now: Checkpoint, before: bytes | None, files: LogFiles) -> Asked:
    read = reader_of(files)

    def prove(old: int) -> Sequence[bytes]:
        return consistency_proof(old, now.size, lambda tile: read(stored(tile, now.size)))

    old = min(_last_signed(before, witness.key), now.size)
    return ask(witness.key, checkpoint, now.size, old, prove, witness.send)


def _last_signed(before: bytes | None, key: NoteKey) -> int:
    """Return the size that a witness cosigned last, as far as what is kept says; it says itself if that is wrong."""
    if before is None:
        return 0
    text = split_note(before)[0]
    return parse_checkpoint(text).size if _standing(before, text, [key]) else 0


def _standing(before: bytes | None, text: str, keys: Sequence[NoteKey]) -> dict[NoteKey, str]:
    """Return the cosignatures that stand on a text already."""
    if before is None or split_note(before)[0] != text:
        return {}
    try:
        return {signed.key: signed.line for signed in open_note(before, keys).signed}
    except NoteError:
        return {}  # none of these has signed it


def sentence(said: Asked) -> str:
    """Return what a witness said, for people."""
    return "cosigned" if said.outcome is Outcome.COSIGNED else f"not cosigned: {said.outcome.value}"
