"""Folding a record from its acts: the same fold at intake, in the register, and for a state that earlier folds left behind."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.erasure import NOTHING_LEFT
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.records import FOLD, Act, ActMeta, Others, Ref, State
from chalicelib.usecases.ports import Head, RecordStore, StoredAct

Fold = list[tuple[StoredAct, Act, State]]
"""A record's acts, each with its body and the state it left behind."""
Folds = dict[Ref, Fold]


def fold_record(ref: Ref, acts: Sequence[StoredAct], records: RecordStore, at: str | None) -> Fold:
    """Fold a record's acts: a logged act at its own instant, a waiting one at `at`, or without one when it was received.

    A fold takes from other records only what never changes of them, so it is the same whenever it is done. Where acts were
    erased it begins with the one that erased them, the last.
    """
    rules = BY_KIND[ref.kind].rules
    state: State | None = None
    folded: Fold = []
    erased = any(stored.erased for stored in acts)
    for stored in acts:
        if erased and stored is not acts[-1]:
            folded.append((stored, {}, NOTHING_LEFT))
            continue
        act = rules.parse(stored.raw)
        needed = records.heads(rules.needs(state, act))
        others = Others({other: head.state for other, head in needed.items()})
        logged_at = stored.logged_at or at or stored.received_at
        meta = ActMeta(stored.number, stored.sha256, logged_at, stored.person, stored.received_at)
        state = rules.fold(ref.record_id, state, act, meta, others)
        folded.append((stored, act, state))
    return folded


def current(head: Head, records: RecordStore) -> Head:
    """Return a head as the folds of today make it: a state that earlier ones left behind is folded anew from the acts."""
    if head.fold == FOLD:
        return head
    folded = fold_record(head.ref, records.acts(head.ref)[: head.act], records, None)
    return replace(head, state=folded[-1][2], fold=FOLD)


def state_of(head: Head | None, records: RecordStore) -> State | None:
    """Return the state that a record's next act meets, or None before its first."""
    return current(head, records).state if head else None
