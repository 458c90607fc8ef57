"""Taking in one act on a record: the same steps for every noun (design idea 1 and 2).

    place     what stands there: the head, and an act at this number
    authority the record's agency is the key's own or below it: before anything of the record is told
    replay    the same bytes are answered with the same receipt, other bytes with 409: before number, role and state
    number    1, 2, 3 without gaps; `after_sha256` names the head. Who may act, but not see what stands at a number
              (an agency that answers a round, whose number the organiser took), learns here which is the next
    decide    the noun decides; fold gives the state after
    follow    what the act brings on other records (a hearing, a filing) is decided and folded by their nouns
    commit    acts, heads and marks for the register in one transaction

If the transaction fails on a condition, or its answer is lost, the steps run again: whoever stored these very bytes gets
the receipt, everybody else the conflict.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson

from chalicelib.domain.attachments import KIND as ATTACHMENT
from chalicelib.domain.instants import to_key
from chalicelib.domain.nouns import BY_COLLECTION, BY_KIND
from chalicelib.domain.records import Act, ActMeta, Actor, Following, Noun, Others, Ref, State, status
from chalicelib.errors import (
    ConditionFailedError,
    ForbiddenError,
    HeadMovedError,
    NotFoundError,
    NotNextError,
    PlaceTakenError,
    Problem,
    RefusedError,
    UnavailableError,
)
from chalicelib.usecases.authenticate import Principal, authorise, is_within
from chalicelib.usecases.folding import state_of
from chalicelib.usecases.ports import COMMIT_TRIES, Head, RecordStore, StoredAct, TakenAct

log = logging.getLogger("glasshall.acts")

RECORD_LIMIT_BYTES = 2_500_000
"""Most that a record is let grow to by its acts: an answer of Lambda has at most 6 MB, and a difference tells two versions."""
ENDING = frozenset({"withdraw", "cancel", "close", "repeal", "dissolve", "revoke"})
"""Acts that are taken however large a record is."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender gets for an act; `new` says that this request stored it."""

    act: StoredAct
    collection: str
    new: bool


def put_act(
    collection: str, record_id: str, number: int, raw: bytes, principal: Principal, records: RecordStore, now: datetime
) -> Receipt:
    """Take in one act, or answer for it if it is there already.

    Raises:
        MalformedError: the body cannot be read.
        ForbiddenError: another agency's record, or a role the key does not have.
        ConflictError: other bytes stand there, the number is not the next, or the head has moved.
        RefusedError: the noun refuses the act.
        UnavailableError: others were faster time and again.
    """
    noun = BY_COLLECTION[collection]
    for _ in range(COMMIT_TRIES):
        prepared = _prepare(noun, record_id, number, raw, principal, records, now)
        if isinstance(prepared, Receipt):
            return prepared
        if principal.dry_run:
            return Receipt(prepared[0].act, collection, new=False)
        _sound_alarm(noun, prepared[0].act)
        try:
            records.commit(*prepared)
        except ConditionFailedError:
            continue  # somebody else, or this very act with its answer lost: look again
        return Receipt(prepared[0].act, collection, new=True)
    raise UnavailableError("others write this record at the same time")


def _sound_alarm(noun: Noun, stored: StoredAct) -> None:
    """Say that an act is about to be stored that somebody is to hear of: rather twice than not at all."""
    if noun.alarms and (name := orjson.loads(stored.raw).get("act")) in noun.alarms:
        log.warning(
            "alarm %s %s %s", noun.kind, name, stored.sha256
        )  # an id may name a person; this hash finds the act


def find_receipt(collection: str, record_id: str, number: int, principal: Principal, records: RecordStore) -> Receipt:
    """Return the receipt of an act, to its record's agency and those above it.

    Raises:
        NotFoundError: there is no such act, or it is not the caller's to see.
    """
    noun = BY_COLLECTION[collection]
    head, stored = records.place(Ref(noun.kind, record_id), number)
    if head is None or stored is None:
        raise NotFoundError("no such act")
    if not _may_see(stored, principal, records):
        raise NotFoundError("no such act")
    return Receipt(stored, collection, new=False)


def _prepare(
    noun: Noun, record_id: str, number: int, raw: bytes, principal: Principal, records: RecordStore, now: datetime
) -> Receipt | list[TakenAct]:
    """Return the receipt of what stands there, or the act as it is taken in and after it what it brings with it."""
    ref = Ref(noun.kind, record_id)
    head, stored = records.place(ref, number)
    digest = sha256(raw).hexdigest()
    if stored is not None and (receipt := _replay(noun, stored, digest, principal, records)):
        return receipt
    act = noun.rules.parse(raw)
    before = state_of(head, records)
    agency = noun.rules.agency(record_id, before, act)
    heads = records.heads(_wanted(noun, before, act, agency))
    others = _others(heads)
    if agency.record_id:  # without one it cannot be a first act: nothing is there to be told of, and the noun says why
        _authorise(noun, before, act, agency, others, principal)
    _check_number(head, number, act)
    at = to_key(now)
    noun.rules.decide(record_id, before, act, principal.actor, others, at)
    meta = ActMeta(number, digest, at, principal.actor.person, at)
    state = _fold(noun, record_id, before, act, meta, others)
    stored_act = _stored(noun, ref, raw, act, meta, principal.actor, state, agency.record_id)
    taken = TakenAct(stored_act, state, _upon(noun, act, heads), tuple(ref for ref in heads if ref.kind == ATTACHMENT))
    following = noun.follows(record_id, act, state, meta) if noun.follows else ()
    return [taken, *_followed(following, principal.actor, records, at)]


class _Brought(NamedTuple):
    """An act that another brings with it, and what it meets."""

    noun: Noun
    ref: Ref
    number: int
    raw: bytes
    act: Act
    before: State | None
    agency: Ref


def _followed(following: Sequence[Following], actor: Actor, records: RecordStore, at: str) -> list[TakenAct]:
    """Return the acts that another brings with it, as they are taken in: however many they are, two reads serve them."""
    heads = records.heads([Ref(each.kind, each.record_id) for each in following])
    brought = [_brought(each, heads.get(Ref(each.kind, each.record_id)), records) for each in following]
    wanted = (_wanted(each.noun, each.before, each.act, each.agency) for each in brought)
    others = _others(records.heads(list(dict.fromkeys(ref for refs in wanted for ref in refs))))
    return [_follow(each, actor, others, at) for each in brought]


def _brought(following: Following, head: Head | None, records: RecordStore) -> _Brought:
    noun, before, raw = BY_KIND[following.kind], state_of(head, records), orjson.dumps(following.act)
    act = noun.rules.parse(raw)
    agency = noun.rules.agency(following.record_id, before, act)
    number = head.act + 1 if head else 1
    return _Brought(noun, Ref(noun.kind, following.record_id), number, raw, act, before, agency)


def _follow(brought: _Brought, actor: Actor, others: Others, at: str) -> TakenAct:
    """Take in an act that another brings: in the name of who acted, in the program's role."""
    noun, ref, number, raw, act, before, agency = brought
    noun.rules.decide(ref.record_id, before, act, actor, others, at)
    meta = ActMeta(number, sha256(raw).hexdigest(), at, actor.person, at)
    state = _fold(noun, ref.record_id, before, act, meta, others)
    return TakenAct(_stored(noun, ref, raw, act, meta, actor, state, agency.record_id), state)


def _fold(noun: Noun, record_id: str, before: State | None, act: Act, meta: ActMeta, others: Others) -> State:
    """Return the state after an act. A record that could not be given out whole any more is not let grow, only end."""
    state = noun.rules.fold(record_id, before, act, meta, others)
    if act["act"] not in ENDING and len(orjson.dumps(state)) > RECORD_LIMIT_BYTES:
        message = f"with this act the record would have more than {RECORD_LIMIT_BYTES:,} bytes"
        raise RefusedError(Problem("record_too_large", message, pointer=""))
    return state


def _replay(noun: Noun, stored: StoredAct, digest: str, principal: Principal, records: RecordStore) -> Receipt | None:
    """Return the receipt of what stands at a number, or None where other bytes do that are not the caller's to see."""
    same = not stored.erased and stored.sha256 == digest
    if not _may_see(stored, principal, records):
        if same:
            raise ForbiddenError("other_agency", "the key's agency is neither this agency nor above it")
        return None
    if not same:
        erased = f"what stood at act {stored.number} was erased by order"
        raise PlaceTakenError(erased if stored.erased else f"other bytes stand at act {stored.number}")
    return Receipt(stored, noun.collection, new=False)


def _may_see(stored: StoredAct, principal: Principal, records: RecordStore) -> bool:
    """Whether an act is the caller's own, or of its agency or one below."""
    return stored.key_id == principal.actor.key_id or is_within(stored.agency, principal.actor, records)


def _wanted(noun: Noun, before: State | None, act: Act, agency: Ref) -> list[Ref]:
    """Return the records that an act must see, each once."""
    return list(dict.fromkeys((agency, *noun.rules.needs(before, act))))


def _others(heads: dict[Ref, Head]) -> Others:
    return Others({ref: head.state for ref, head in heads.items()})


def _upon(noun: Noun, act: Act, heads: dict[Ref, Head]) -> tuple[Head, ...]:
    """Return the heads that must not have moved when the act is stored."""
    return tuple(heads[ref] for ref in noun.rests_on(act) if ref in heads) if noun.rests_on else ()


def _authorise(noun: Noun, before: State | None, act: Act, agency: Ref, others: Others, principal: Principal) -> None:
    found = others.states.get(agency)
    if found is None:
        if principal.actor.agency == agency.record_id:
            return  # a key of an agency that is not in the register: the operator's alone
        problem = Problem("agency_unknown", f"there is no agency {agency.record_id}", pointer="/content/agency")
        raise RefusedError(problem)
    over = others.states.get(noun.scoped_over(before, act)) if noun.scoped_over else None
    authorise(principal, found["path"], noun.rules.role(act), over["path"] if over else None)


def _check_number(head: Head | None, number: int, act: Act) -> None:
    following = head.act + 1 if head else 1
    if number != following:
        raise NotNextError(following)
    if "after_sha256" in act and act["after_sha256"] != (head.sha256 if head else None):
        raise HeadMovedError("after_sha256 is not the SHA-256 of the record's last act")


def _stored(
    noun: Noun, ref: Ref, raw: bytes, act: Act, meta: ActMeta, actor: Actor, state: State, agency: str
) -> StoredAct:
    return StoredAct(
        ref=ref,
        number=meta.number,
        raw=raw,
        sha256=meta.sha256,
        key_id=actor.key_id,
        person=actor.person,
        received_at=meta.at,
        state=status(state),
        public=noun.public and noun.rules.shows(act, state),
        agency=agency,
    )
