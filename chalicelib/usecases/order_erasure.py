"""Carrying out an order to erase: the act on the record, by the operator, with an alarm, visible in the register.

The act takes the record out of what is shown at once; `erase_records` then deletes what was before it, everywhere.
"""

from datetime import datetime
from typing import NamedTuple

import orjson

from chalicelib.domain.erasure import ERASED, erasure
from chalicelib.domain.nouns import BY_COLLECTION
from chalicelib.domain.records import PROGRAM, Actor, Ref
from chalicelib.errors import NotFoundError, PlaceTakenError, Problem, RefusedError, UnavailableError
from chalicelib.usecases.authenticate import Principal
from chalicelib.usecases.folding import fold_record, state_of
from chalicelib.usecases.ports import RecordStore, StoredAct
from chalicelib.usecases.put_act import Receipt, put_act


class Order(NamedTuple):
    """An order: its ground (`/v1/codes/erasure_ground`), its number, who gave it, and of which day it is."""

    ground: str
    order: str
    authority: str
    on: str


def order_erasure(collection: str, record_id: str, order: Order, records: RecordStore, now: datetime) -> Receipt:
    """Erase a record by order; the same order again changes nothing.

    Raises:
        NotFoundError: there is no such record. RefusedError: it is of a kind that is not erased, or erased by another order.
        UnavailableError: the register has still to show its last act, or others were faster time and again.
    """
    noun = BY_COLLECTION.get(collection)
    ref = Ref(noun.kind if noun else "", record_id)
    head = records.heads([ref]).get(ref) if noun else None
    state = state_of(head, records)
    if noun is None or head is None or state is None:
        raise NotFoundError(f"there is no record {record_id} among {collection}")
    acts = records.acts(ref)
    if state["stage"] == ERASED:
        return _again(collection, order, acts[-1], state)
    if any(each.public and each.register_index is None for each in acts):
        raise UnavailableError("the register has still to show the last act on it: try again in a minute", 60)
    shown = fold_record(ref, acts, records, None)[-1][2].get("published_at")
    raw = orjson.dumps(erasure(state, shown, order._asdict()))
    operator = Actor("program:operator", state["agency"], "system:operator", frozenset({PROGRAM}))
    try:
        return put_act(collection, record_id, head.act + 1, raw, Principal(operator, dry_run=False), records, now)
    except PlaceTakenError as error:
        raise UnavailableError("somebody said something of it at the same time: try again") from error


def _again(collection: str, order: Order, act: StoredAct, state: dict[str, object]) -> Receipt:
    if state["erased"] != order._asdict():
        message = "it was erased by order before, and shows that order"
        raise RefusedError(Problem("erased", message, pointer=""))
    return Receipt(act, collection, new=False)
