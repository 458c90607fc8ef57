"""Asking witnesses to cosign a checkpoint (c2sp.org/tlog-witness): what is sent to one, and what its answer means.

A witness signs only what continues the last tree it signed, so whoever sees enough of its cosignatures on a checkpoint knows
that others are not shown another register. It is told how large that last tree was and given the proof from there on; where
that size is not the one it remembers, it says its own, and is asked again from there.
"""

import base64
import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from .errors import NoteError
from .notes import NoteKey, open_note, split_note

SIZE_TYPE = "text/x.tlog.size"
MAX_ANSWER_BYTES = 64 * 1024
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_TRIES = 3


class WitnessAnswer(NamedTuple):
    """What came back over HTTP; status 0 where nothing did."""

    status: int
    media_type: str
    body: bytes


Send = Callable[[bytes], WitnessAnswer]
"""POST these bytes to `<prefix>/add-checkpoint` of one witness."""
Prove = Callable[[int], Sequence[bytes]]
"""The consistency proof from a size to that of the checkpoint."""


class Outcome(Enum):
    """What a witness said."""

    COSIGNED = "cosigned"
    UNKNOWN_LOG = "it does not know this register"
    UNTRUSTED_KEY = "it does not know the key of this register"
    AHEAD = "it has cosigned a larger register than this one"
    FORK = "it has cosigned another register of the same size, or one that this does not continue"
    BAD_ANSWER = "its answer is not one of the protocol, or not signed with its key"
    NO_ANSWER = "it did not answer"


class Asked(NamedTuple):
    """What came of asking a witness: its lines where it cosigned."""

    outcome: Outcome
    lines: tuple[str, ...] = ()


def add_checkpoint(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return the body that asks a witness to cosign a checkpoint, from the size that it cosigned last."""
    lines = [f"old {old}", *(base64.b64encode(found).decode() for found in proof), ""]
    return "\n".join(lines).encode() + b"\n" + checkpoint


def ask(witness: NoteKey, checkpoint: bytes, size: int, old: int, prove: Prove, send: Send) -> Asked:
    """Ask one witness to cosign a checkpoint of this size; `old` is the size that it is thought to have cosigned last."""
    for _ in range(_TRIES):
        answer = send(add_checkpoint(old, prove(old), checkpoint))
        if answer.status == 200:
            return _cosigned(witness, checkpoint, answer.body)
        told = _SIZE.fullmatch(answer.body)
        if answer.status != 409 or answer.media_type != SIZE_TYPE or told is None:
            return Asked(_refusal(answer.status))
        if int(told[1]) == old:
            return Asked(Outcome.FORK)
        if int(told[1]) > size:
            return Asked(Outcome.AHEAD)
        old = int(told[1])
    return Asked(Outcome.BAD_ANSWER)


def _refusal(status: int) -> Outcome:
    told = {
        0: Outcome.NO_ANSWER,
        403: Outcome.UNTRUSTED_KEY,
        404: Outcome.UNKNOWN_LOG,
        409: Outcome.FORK,
        422: Outcome.FORK,
    }
    return told.get(status, Outcome.NO_ANSWER if status >= 500 else Outcome.BAD_ANSWER)


def _cosigned(witness: NoteKey, checkpoint: bytes, body: bytes) -> Asked:
    """Return the lines of a witness's key, verified under the text of the checkpoint; lines of other keys are ignored."""
    text = split_note(checkpoint)[0]
    try:
        note = open_note(f"{text}\n".encode() + body, [witness])
    except NoteError:
        return Asked(Outcome.BAD_ANSWER)
    if note.text != text:
        return Asked(Outcome.BAD_ANSWER)
    return Asked(Outcome.COSIGNED, tuple(signed.line for signed in note.signed[:1]))
