"""Heads of the register: a checkpoint counts only if keys that somebody goes by have signed it, and enough witnesses if asked.

A witness signs a checkpoint only if it continues the last one it signed. So with enough of their signatures no two people can
be shown two registers, each of which holds by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from glasshall.errors import UnexpectedAnswerError
from glasshall.shared import TlogError, checkpoints, notes

NoteKey = notes.NoteKey
CHECKPOINT, WITNESSED, KEYS = "checkpoint", "witnessed", "keys"
"""Files below the log's address: the newest head, the newest with the signatures of witnesses, and the list of its keys."""


class HeadRefusedError(UnexpectedAnswerError):
    """The checkpoint is not one that the known keys stand for, so nothing below it can be checked."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the checkpoint does not hold: {why}")


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys somebody goes by: of the log, and of the witnesses of which so many must have cosigned."""

    log: tuple[NoteKey, ...]
    witnesses: tuple[NoteKey, ...] = ()
    need: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint that holds: what it says, its note, who has signed it, and how many lines are of nobody known."""

    checkpoint: checkpoints.Checkpoint
    note: bytes = field(repr=False)
    signers: tuple[str, ...]
    cosigned_at: tuple[int, ...] = ()
    """When each of the witnesses that count saw it, in seconds since 1970."""
    unknown: int = 0

    @property
    def size(self) -> int:
        """Return how many entries it stands for."""
        return self.checkpoint.size


def open_head(raw: bytes | None, trust: Trust) -> Head:
    """Return the checkpoint of a note, if the keys somebody goes by stand for it.

    Raises:
        HeadRefusedError: says why not.
    """
    if raw is None:
        raise HeadRefusedError("there is none")
    try:
        note = notes.open_note(raw, [*trust.log, *trust.witnesses])
        checkpoint = checkpoints.parse_checkpoint(note.text)
    except TlogError as error:
        raise HeadRefusedError(str(error)) from error
    signers = {signed.key for signed in note.signed if signed.key in trust.log}
    if not signers:
        raise HeadRefusedError("no known key of the log has signed it")
    if note.unknown and signers != set(trust.log):
        # All known keys sign while a rotation adds one. A line of nobody known in the place of a known key's is a changed line.
        raise HeadRefusedError("a known key of the log has not signed it, and somebody else has")
    if any(key.name != checkpoint.origin for key in signers):
        raise HeadRefusedError(f"it is of {checkpoint.origin}, and signed in another's name")
    cosigned = _cosigned(note, trust)
    if len(cosigned) < trust.need:
        raise HeadRefusedError(f"{len(cosigned)} of the witnesses have cosigned it; {trust.need} are needed")
    names = tuple(sorted({signed.key.vkey for signed in note.signed}))
    return Head(checkpoint, raw, names, tuple(cosigned.values()), len(note.unknown))


def signed_by_others(raw: bytes, known: Sequence[NoteKey]) -> bool:
    """Return whether a checkpoint that known keys have signed has signatures of others as well."""
    try:
        return bool(notes.open_note(raw, known).unknown)
    except TlogError as error:
        raise HeadRefusedError(str(error)) from error


def _cosigned(note: notes.Note, trust: Trust) -> dict[bytes, int]:
    """Return when each witness saw the checkpoint: by key, for a key under two names is one witness."""
    times: dict[bytes, int] = {}
    for signed in note.signed:
        if signed.key in trust.witnesses and signed.time is not None:
            times[signed.key.public] = max(signed.time, times.get(signed.key.public, 0))
    return times
