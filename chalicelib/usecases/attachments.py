"""Announcing files and asking for them: `domain/attachments.py` says what an attachment is.

    announce   the act of the agency, with a mark that the file is to be looked at
    upload     while it waits, every answer brings a form with which the very bytes announced can be sent, and no others
    ask        the state, to its agency and those above it

The form is made after the act is committed. If we stop in between, the place stands and waits; the same request again brings
the form.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256 as hash_of
from typing import NamedTuple, Protocol

from chalicelib.domain.attachments import COLLECTION, DESCRIBED, NOUN, REFUSED, WAITING, attachment
from chalicelib.domain.instants import to_key
from chalicelib.domain.records import State
from chalicelib.errors import NotFoundError, TooLargeError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.ports import Head, RecordStore
from chalicelib.usecases.put_act import Receipt, find_receipt, put_act

FORM_SECONDS = 900
"""How long a form may be used to begin sending."""


class Form(NamedTuple):
    """A presigned form: where it is sent, and its fields."""

    url: str
    fields: dict[str, str]


class Described(NamedTuple):
    """A file as it was announced."""

    sha256: str
    agency: str
    size_bytes: int
    media_type: str
    file_name: str


class Mark(NamedTuple):
    """A file that is to be looked at; `tries` counts inspections begun, `form_at` is when the last form was given."""

    sha256: str
    agency: str
    tries: int
    form_at: str


class AttachmentStore(RecordStore, Protocol):
    """Where attachments live: record nouns, each with an item beside it that finds it by hash and carries its mark."""

    shards: int

    def agencies(self, sha256: str) -> list[str]:
        """Return the agencies that announced these bytes, in order of id."""

    def due(self, shard: int, until: str) -> Iterator[tuple[str, str]]:
        """Yield (sha256, agency) of marks that have come due, earliest first; may be late, may name what is done."""

    def mark(self, sha256: str, agency: str) -> Mark | None:
        """Return what is known of the checks of an attachment."""

    def put_mark(self, mark: Mark, due_at: str | None, tries_before: int) -> bool:
        """Set the mark of a waiting attachment, or take it away (None); False if others were faster or it waits no more."""


class Files(Protocol):
    """The bytes: what arrives, and what is given out."""

    def form(self, file: Described, seconds: int) -> Form:
        """Return a form that takes exactly these bytes under this type, for so many seconds."""

    def arrived(self, file: Described) -> bytes | None:
        """Return what arrived for a file, at most one byte more than was announced; None while there is nothing."""

    def publish(self, file: Described, data: bytes) -> None:
        """Write bytes where they are given out; durable once it returns, and harmless to repeat."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What dealing with one request needs."""

    store: AttachmentStore
    files: Files
    limit_bytes: int
    now: datetime


class Announced(NamedTuple):
    """An attachment as it stands; the form only while it waits."""

    sha256: str
    receipt: Receipt
    state: State
    form: Form | None
    expires_at: str | None


def put_attachment(sha256: str, raw: bytes, principal: Principal, upload: Upload) -> Announced:
    """Announce a file, or answer for it if it was announced already.

    Raises:
        MalformedError: the body cannot be read. TooLargeError: a larger file than is taken.
        ForbiddenError: another agency's, or not in this role. PlaceTakenError: it is described differently there.
        RefusedError: the domain refuses it. UnavailableError: others were faster time and again.
    """
    act = NOUN.rules.parse(raw)
    if act.get("size_bytes", 0) > upload.limit_bytes:
        raise TooLargeError(upload.limit_bytes)
    ref = attachment(sha256, act.get("agency", ""))
    number = _number(upload.store.heads([ref]).get(ref), raw)
    receipt = put_act(COLLECTION, ref.record_id, number, raw, principal, upload.store, upload.now)
    head = upload.store.heads([ref]).get(ref)
    if principal.dry_run and (head is None or head.act < number):
        return Announced(sha256, receipt, {"stage": WAITING, **{name: act[name] for name in DESCRIBED}}, None, None)
    assert head is not None
    return _answer(sha256, receipt, head.state, upload, with_form=not principal.dry_run)


def _number(head: Head | None, raw: bytes) -> int:
    """Return the number under which these bytes stand, or would: after a refusal a file may be announced anew."""
    if head is None:
        return 1
    announced: dict[str, int] = head.state["announced"]
    following = head.act + 1 if head.state["stage"] == REFUSED else min(announced.values())
    return announced.get(hash_of(raw).hexdigest(), following)


def find_attachment(sha256: str, principal: Principal, upload: Upload) -> Announced:
    """Return the caller's own attachment with these bytes, or else one of an agency below it.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see.
    """
    refs = [attachment(sha256, agency) for agency in upload.store.agencies(sha256)]
    heads = upload.store.heads(refs)
    for ref in sorted(refs, key=lambda each: (heads[each].state["agency"] != principal.actor.agency, each)):
        state = heads[ref].state
        number = max(state["announced"].values())
        try:
            receipt = find_receipt(COLLECTION, ref.record_id, number, principal, upload.store)
        except NotFoundError:
            continue  # another agency's
        return _answer(sha256, receipt, state, upload, with_form=False)
    raise NotFoundError("no such attachment")


def _answer(sha256: str, receipt: Receipt, state: State, upload: Upload, *, with_form: bool) -> Announced:
    if state["stage"] != WAITING or not with_form:
        return Announced(sha256, receipt, state, None, None)
    # The mark goes before the form: whatever is sent with it will be looked at.
    mark = upload.store.mark(sha256, state["agency"])
    if mark is not None:
        at = to_key(upload.now)
        upload.store.put_mark(mark._replace(form_at=at), at, mark.tries)
    form = upload.files.form(described(sha256, state), FORM_SECONDS)
    return Announced(sha256, receipt, state, form, to_key(upload.now + timedelta(seconds=FORM_SECONDS)))


def described(sha256: str, state: State) -> Described:
    """Return a file as the state of its record describes it."""
    return Described(sha256, state["agency"], state["size_bytes"], state["media_type"], state["file_name"])
