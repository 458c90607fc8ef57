"""Taking in comments of the public on a draft, and showing them to the agency that moderates them.

    read      the body, or every reason why it cannot be read; a person's number in the text is refused
    limit     comments are counted by source network and hour; work done for these very bytes widens the limit
    replay    the same bytes at the same UUID: the same receipt, before anything else is asked; uuid and bytes stand for the
              signature. Other bytes, or the same on another draft: the place is taken
    open      the consultation must be open at the instant of receiving, and the part it is about must be there
    commit    act, head and, apart from both, the hash of what was sent with the contact, in one transaction

Moderation is an act as any other (`put_act.py`). The contact is kept in one item that no other thing reads, and is deleted
after a set time: until the table has done so, the clock leaves it out. The hash of the bytes sent goes with it, for it would
give a short contact away to whoever has the table; from then on a replay is told by what the act says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

import orjson

from chalicelib.domain import comments
from chalicelib.domain.disclosures import KIND as DISCLOSURE
from chalicelib.domain.disclosures.consultation import is_open
from chalicelib.domain.erasure import is_erased
from chalicelib.domain.instants import to_key
from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import Act, ActMeta, Actor, Others, Ref, Refusals, State, status
from chalicelib.errors import (
    ConditionFailedError,
    ErasedError,
    ForbiddenError,
    NotFoundError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.authenticate import is_within
from chalicelib.usecases.enquiries import PUBLIC_KEY_ID, check_uuid
from chalicelib.usecases.ports import COMMIT_TRIES, Head, RecordStore, StoredAct, TakenAct
from chalicelib.usecases.queues import PAGE_LIMIT, QueuePage
from chalicelib.usecases.tries import Gate

SALT_BYTES = 16


class Sent(NamedTuple):
    """What is kept of a request beside the act: the hash of its bytes, the contact, and until when."""

    sha256: str
    contact: bytes | None
    expires_at_epoch: int


class StoredComment(NamedTuple):
    """A comment as it was submitted, and what is kept beside the act; None once that is deleted."""

    act: StoredAct
    sent: Sent | None


class CommentStore(Protocol):
    """Where comments live before they are public."""

    def find(self, uuid: str, now: datetime) -> StoredComment | None:
        """Return a comment as it was submitted, read consistently; what has expired by now is not there."""

    def commit(self, taken: TakenAct, sent: Sent) -> None:
        """Write a comment and what is kept beside it: all or nothing. Raises: ConditionFailedError: the place is taken."""

    def waiting(self, disclosure: str, after: str, limit: int) -> QueuePage:
        """Return comments that wait for moderation, oldest first, after a place in the list."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What taking in comments needs, for the length of one request."""

    comments: CommentStore
    records: RecordStore
    gate: Gate
    random_bytes: Callable[[int], bytes]
    kept: timedelta
    """How long the contact is kept."""
    now: datetime


class CommentReceipt(NamedTuple):
    """What the sender gets; `new` says that this request stored it."""

    act: StoredAct
    content: Act
    new: bool


def send_comment(disclosure: str, uuid: str, raw: bytes, desk: Desk) -> CommentReceipt:
    """Take in a comment on a draft, or answer for it if it is there already.

    Raises:
        NotFoundError: the name is no UUID, or there is no such disclosure. PlaceTakenError, MalformedError: as they say.
        RefusedError: a person's number in the text, the consultation is not open, no such part.
        TooManyTriesError: too many comments from there. UnavailableError: others were faster time and again.
    """
    check_uuid(uuid)
    sent = _read(raw)
    desk.gate.let_in(uuid, raw, desk.now)
    for _ in range(COMMIT_TRIES):
        stored = desk.comments.find(uuid, desk.now)
        if stored is not None:
            return _replay(stored, disclosure, raw, sent)
        taken, content = _submit(disclosure, uuid, sent, desk)
        try:
            desk.comments.commit(taken, _sent(raw, sent, desk))
        except ConditionFailedError:
            continue  # somebody else, or this very request with its answer lost: look again
        return CommentReceipt(taken.act, content, new=True)
    raise UnavailableError("this comment is being sent at the same time")


def _read(raw: bytes) -> dict[str, Any]:
    from chalicelib.domain.models import comments as models
    from chalicelib.domain.models import common

    sent = common.parse(models.DRAFT_COMMENT, raw, tagged=False)
    found = find_personal_data({"text": sent["text"]})
    if found:
        message = "this holds what looks like a person's number ({}): leave it out, the text is public"
        raise RefusedError(*(Problem("personal_data", message.format(kind), pointer=place) for place, kind in found))
    return sent


def _replay(stored: StoredComment, disclosure: str, raw: bytes, sent: dict[str, Any]) -> CommentReceipt:
    if stored.act.erased:
        raise PlaceTakenError("what stood at this place was erased by order")
    content = comments.NOUN.rules.parse(stored.act.raw)
    same = comments.same_meaning(content, disclosure, sent)
    if stored.sent is not None:
        same = same and stored.sent.sha256 == sha256(raw).hexdigest()
    if not same:
        raise PlaceTakenError("other bytes stand at this place")
    return CommentReceipt(stored.act, content, new=False)


def _submit(disclosure: str, uuid: str, sent: dict[str, Any], desk: Desk) -> tuple[TakenAct, Act]:
    draft, at = _open_draft(disclosure, desk), to_key(desk.now)
    refusals = Refusals()
    comments.check_part(refusals, sent.get("about"), draft)
    refusals.settle()
    act = comments.submission(disclosure, draft, sent, desk.random_bytes(SALT_BYTES).hex())
    raw = orjson.dumps(act)
    ref, agency = Ref(comments.KIND, uuid), Ref("agency", draft["agency"])
    others = Others({each: head.state for each, head in desk.records.heads([agency]).items()})
    meta = ActMeta(1, sha256(raw).hexdigest(), at, "", at)
    state = comments.NOUN.rules.fold(uuid, None, act, meta, others)
    stored = StoredAct(
        ref=ref,
        number=1,
        raw=raw,
        sha256=meta.sha256,
        key_id=PUBLIC_KEY_ID,
        person="",
        received_at=at,
        state=status(state),
        public=False,
        agency=draft["agency"],
    )
    return TakenAct(stored, state), act


def _open_draft(disclosure: str, desk: Desk) -> State:
    """Return a draft on which comments are taken now. One that was never shown is not told from one that is not there."""
    ref = Ref(DISCLOSURE, disclosure)
    head = desk.records.heads([ref]).get(ref)
    if head is None or head.state["version"] == 0:
        raise NotFoundError("no such disclosure")
    if not is_open(head.state, to_key(desk.now)):
        raise RefusedError(Problem("consultation_closed", "no consultation on this text is open now", pointer=""))
    return head.state


def _sent(raw: bytes, sent: dict[str, Any], desk: Desk) -> Sent:
    contact = orjson.dumps(sent["contact"]) if "contact" in sent else None
    return Sent(sha256(raw).hexdigest(), contact, int((desk.now + desk.kept).timestamp()))


class OpenedComment(NamedTuple):
    """A comment as its agency sees it."""

    head: Head
    contact: bytes | None


def open_comment(uuid: str, actor: Actor, records: RecordStore, store: CommentStore, now: datetime) -> OpenedComment:
    """Return a comment with its contact, to the agency of the draft and those above it.

    Raises:
        NotFoundError: there is none, or it is not the caller's to see. ErasedError: it was erased by order.
    """
    ref = Ref(comments.KIND, uuid)
    head = records.heads([ref]).get(ref)
    if head is None or not is_within(head.state["agency"], actor, records):
        raise NotFoundError("no such comment")
    if is_erased(head.state):
        raise ErasedError("this comment was erased by order")
    stored = store.find(uuid, now)
    return OpenedComment(head, stored.sent.contact if stored and stored.sent else None)


def list_waiting(
    disclosure: str, after: str | None, actor: Actor, records: RecordStore, store: CommentStore
) -> QueuePage:
    """Return comments on a draft that wait for moderation, oldest first, to its agency and those above it.

    Raises:
        ForbiddenError: the key's agency is neither. NotFoundError: `after` is no comment on it.
    """
    ref = Ref(DISCLOSURE, disclosure)
    wanted = [ref] if after is None else [ref, Ref(comments.KIND, after)]
    heads = records.heads(wanted)
    if ref not in heads or not is_within(heads[ref].state["agency"], actor, records):
        raise ForbiddenError("other_agency", "the key's agency is neither that of this draft nor above it")
    if after is None:
        return store.waiting(disclosure, "", PAGE_LIMIT)
    before = heads.get(wanted[1])
    if before is None or before.state.get("disclosure") != disclosure:
        raise NotFoundError("no such comment on this draft")
    return store.waiting(disclosure, f"{before.state['submitted_at']}#{after}", PAGE_LIMIT)
