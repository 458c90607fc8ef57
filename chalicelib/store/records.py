"""Record nouns in the table: one act item per act, one head item per record, written in one transaction."""

from collections.abc import Sequence

import orjson

from chalicelib.domain.erasure import is_erased
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.records import FOLD, Ref, State, turns_at
from chalicelib.store import erasure_keys, keys
from chalicelib.store.objects import INLINE_LIMIT_BYTES, Objects, of_record, restore, spill
from chalicelib.store.table import ABSENT, Check, Item, Put, Table, Update, Write, query_all
from chalicelib.usecases.ports import Head, StoredAct, TakenAct

ROOM_BYTES = 3_600_000
"""For the bodies of one transaction, which has at most 4 MB."""


class Records:
    """Implements `usecases.ports.RecordStore`."""

    def __init__(self, table: Table, objects: Objects) -> None:
        self._table = table
        self._objects = objects

    def place(self, ref: Ref, number: int) -> tuple[Head | None, StoredAct | None]:
        head, act = self._table.get_many([keys.head(*ref), keys.act(*ref, number)])
        return self.read_head(ref, head) if head else None, self.read_act(ref, act) if act else None

    def heads(self, refs: Sequence[Ref]) -> dict[Ref, Head]:
        if not refs:
            return {}
        items = self._table.get_many([keys.head(*ref) for ref in refs])
        return {ref: self.read_head(ref, item) for ref, item in zip(refs, items, strict=True) if item}

    def acts(self, ref: Ref) -> list[StoredAct]:
        found = query_all(self._table, keys.record_pk(*ref), first="ACT#", last="ACT#" + keys.END)
        return [self.read_act(ref, item) for item in found]

    def commit(self, *taken: TakenAct) -> None:
        self._table.commit(*self.all_writes(*taken))

    def all_writes(self, *taken: TakenAct) -> tuple[Write, ...]:
        """Return what takes in acts that come together, held to the heads that they rest on."""
        rests = (Check(keys.head(*head.ref), when={"act": head.act}) for each in taken for head in each.upon)
        most = min(INLINE_LIMIT_BYTES, ROOM_BYTES // (2 * len(taken)))  # of each its act and its state
        writes = (write for each in taken for write in self.writes(each.act, each.state, most))
        return (*writes, *(_names(each.act, file) for each in taken for file in each.files), *rests)

    def writes(self, act: StoredAct, state: State, most: int = INLINE_LIMIT_BYTES) -> tuple[Write, ...]:
        """Return what takes an act in: the act, the head after it with its marks, and that its duties are to be looked at."""
        # Objects first: if we stop before the transaction, an object nobody names is left.
        under = of_record(*act.ref)
        raw = spill(self._objects, "raw", act.raw, most, under=under)
        folded = spill(self._objects, "state", orjson.dumps(state), most, under=under)
        mark = keys.log_mark(*act.ref, act.number, act.received_at) if act.public else {}
        place, head = keys.act(*act.ref, act.number), keys.head(*act.ref)
        item: Item = {
            "pk": place.pk,
            "sk": place.sk,
            **raw,
            "sha256": act.sha256,
            "key_id": act.key_id,
            "person": act.person,
            "agency": act.agency,
            "received_at": act.received_at,
            "receipt_state": act.state,
            "public": int(act.public),
            **mark,
        }
        before = ABSENT if act.number == 1 else {"act": act.number - 1}
        turn = turns_at(state)
        clock = keys.clock_mark(*act.ref, turn) if turn else {}
        queued = _queued(act.ref, state)
        new_head: Item = {
            "pk": head.pk,
            "sk": head.sk,
            "act": act.number,
            "sha256": act.sha256,
            "fold": FOLD,
            **folded,
            **clock,
            **queued,
        }
        owes = [_look_at_duties(act)] if BY_KIND[act.ref.kind].may_owe else ()
        erasing = [_is_to_be_erased(act)] if is_erased(state) else ()
        return Put(item, when=ABSENT), Put(new_head, when=before), *owes, *erasing

    def read_head(self, ref: Ref, item: Item) -> Head:
        """Return what a head item holds."""
        state = orjson.loads(restore(self._objects, "state", item))
        return Head(ref, int(item["act"]), str(item["sha256"]), state, int(item.get("fold", 1)))

    def read_act(self, ref: Ref, item: Item) -> StoredAct:
        """Return what an act item holds."""
        index, logged_at = item.get("register_index"), item.get("logged_at")
        return StoredAct(
            ref=ref,
            number=int(str(item["sk"]).removeprefix("ACT#")),
            raw=b"" if "erased" in item else restore(self._objects, "raw", item),
            sha256=str(item.get("sha256", "")),
            key_id=str(item["key_id"]),
            person=str(item["person"]),
            received_at=str(item["received_at"]),
            state=str(item["receipt_state"]),
            public=bool(item["public"]),
            agency=str(item["agency"]),
            register_index=None if index is None else int(index),
            logged_at=None if logged_at is None else str(logged_at),
        )


def _queued(ref: Ref, state: State) -> Item:
    """Return the attributes of the private list in which a record waits for somebody; none where it does not wait."""
    waits = BY_KIND[ref.kind].waits
    waiting = waits(ref.record_id, state) if waits else None
    if waiting is None:
        return {}
    return {
        "agency_pk": keys.list_pk(waiting.list_name, waiting.value),
        "published_sk": keys.list_sk(waiting.since, ref.record_id),
        "summary": orjson.dumps(waiting.summary),
    }


def _look_at_duties(act: StoredAct) -> Update:
    """Put the mark of a record's duties to the act; the item is not read, and nothing else of it is written."""
    mark = keys.clock_mark(*act.ref, act.received_at)
    opened = {"opened_at": act.received_at} if act.number == 1 else {}
    return Update(keys.duties(*act.ref), set={**mark, **opened})


def _names(act: StoredAct, file: Ref) -> Put:
    """Say that a record names an attachment: a file goes with the last record that names it, if that is erased."""
    place = erasure_keys.named_file(*act.ref, file.record_id)
    found_by = {"placed_pk": erasure_keys.naming(file.record_id), "placed_sk": place.pk}
    return Put({"pk": place.pk, "sk": place.sk, **found_by})


def _is_to_be_erased(act: StoredAct) -> Put:
    """Mark that nothing of a record before an act is to be left: in the transaction of the act itself, so never forgotten."""
    place = erasure_keys.erasure(*act.ref)
    mark = erasure_keys.erasure_mark(*act.ref, act.received_at)
    return Put({"pk": place.pk, "sk": place.sk, "act": act.number, "public": int(act.public), "passes": 0, **mark})
