"""The job that looks at files: what arrived is read once, and these very bytes are held, looked at and given out.

    look      an attachment that waits; what arrived for it, read whole
    hold      size and SHA-256 of the bytes read are those announced; other bytes are not this file, which goes on waiting
    begin     a try is counted, so that a file which ends the process is not looked at for ever
    inspect   domain/files: the same bytes always get the same answer
    publish   the bytes in hand are written where they are given out: nothing that arrives later can change them
    commit    the check is an act of the program on the attachment

What is true if we stop after each: after `begin`, the mark comes due again later; after `publish`, bytes lie at an address
that nothing names yet, and the next run writes the same ones; after `commit`, all is done. Two at once do the same thing
twice: the second finds its act there, word for word.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256 as hash_of
from itertools import islice

import orjson

from chalicelib.domain.attachments import CHECK_FAILED, CHECKED, CHECKER, COLLECTION, REFUSED, WAITING, attachment
from chalicelib.domain.files.inspection import INSPECTOR, inspect
from chalicelib.domain.files.report import Inspection, Note
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Actor
from chalicelib.errors import ConflictError, RefusedError
from chalicelib.usecases.attachments import FORM_SECONDS, AttachmentStore, Described, Files, Mark, described
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import Head
from chalicelib.usecases.put_act import put_act

log = logging.getLogger("glasshall.jobs")

PER_SHARD = 200
MOST_TRIES = 5
_BETWEEN_TRIES = timedelta(minutes=5)
_LATE = timedelta(seconds=FORM_SECONDS + 3_600)
"""After its last form so old, nothing more arrives for a file."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What looking needs, for the length of one run."""

    store: AttachmentStore
    files: Files
    now: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """What one run did."""

    checked: int = 0
    refused: int = 0
    waiting: int = 0
    """Nothing, or other bytes, had arrived."""
    failed: int = 0

    def __add__(self, other: "Checked") -> "Checked":
        return Checked(
            self.checked + other.checked,
            self.refused + other.refused,
            self.waiting + other.waiting,
            self.failed + other.failed,
        )


Run = Callable[[Callable[[tuple[str, str]], Checked], Iterable[tuple[str, str]]], Iterable[Checked]]


def check_attachments(checks: Checks, run: Run = map) -> Checked:
    """Look at what has come due, a bounded part of it."""
    done = Checked()
    for shard in range(checks.store.shards):
        due = list(islice(checks.store.due(shard, to_key(checks.now)), PER_SHARD))
        for outcome in run(lambda place: _attempt(*place, checks), due):
            done += outcome
    return done


def _attempt(sha256: str, agency: str, checks: Checks) -> Checked:
    """Look at one file; whatever is wrong with it stops no other."""
    try:
        return check_attachment(sha256, agency, checks)
    except Exception as error:  # noqa: BLE001 - counted, and the run fails for it once the others are done
        log.error("an attachment stands still: %s", type(error.__cause__ or error).__name__)
        return Checked(failed=1)


def check_attachment(sha256: str, agency: str, checks: Checks) -> Checked:
    """Look at one file, if it waits and its bytes are there.

    Raises:
        UnavailableError: storage could not answer; the next run goes on.
    """
    ref = attachment(sha256, agency)
    head = checks.store.heads([ref]).get(ref)
    mark = checks.store.mark(sha256, agency)
    if head is None or mark is None or head.state["stage"] != WAITING:
        return Checked()
    file = described(sha256, head.state)
    data = checks.files.arrived(file)
    if data is None or len(data) != file.size_bytes or hash_of(data).hexdigest() != sha256:
        if checks.now - from_key(mark.form_at) > _LATE:
            checks.store.put_mark(mark, None, mark.tries)
        return Checked(waiting=1)
    return _check(file, data, head, mark, checks)


def _check(file: Described, data: bytes, head: Head, mark: Mark, checks: Checks) -> Checked:
    later = to_key(checks.now + _BETWEEN_TRIES * (mark.tries + 1))
    if not checks.store.put_mark(mark._replace(tries=mark.tries + 1), later, mark.tries):
        return Checked()  # another run looks at it
    given_up = mark.tries >= MOST_TRIES
    seen = _GIVEN_UP if given_up else inspect(data, file.media_type, file.file_name)
    if not seen.problems:
        checks.files.publish(file, data)
    return _record(file, seen, head, checks)


_GIVEN_UP = Inspection((Note(CHECK_FAILED, ""),), ())


def _record(file: Described, seen: Inspection, head: Head, checks: Checks) -> Checked:
    act = {
        "act": "check",
        "outcome": REFUSED if seen.problems else CHECKED,
        "inspector": INSPECTOR,
        "problems": [note._asdict() for note in seen.problems],
        "findings": [note._asdict() for note in seen.findings],
    }
    actor = Actor("program:files", file.agency, "system:files", frozenset({CHECKER}))
    program = Principal(actor, dry_run=False)
    ref = attachment(file.sha256, file.agency)
    try:
        put_act(COLLECTION, ref.record_id, head.act + 1, orjson.dumps(act), program, checks.store, checks.now)
    except (ConflictError, RefusedError):
        return Checked()  # another run was faster
    return Checked(refused=1) if seen.problems else Checked(checked=1)
