"""Attachments in the table: a record noun, and beside it an item that finds it by hash and carries its mark.

The item is written in the transaction of the record's acts, so it says of the record what is true; the mark stands in the
index `work`, which only says what to look at.
"""

from collections.abc import Iterator, Sequence

from chalicelib.domain.attachments import WAITING
from chalicelib.domain.records import Ref
from chalicelib.errors import ConditionFailedError
from chalicelib.store import keys
from chalicelib.store.records import Records
from chalicelib.store.table import Item, Put, Table, Update, Value, query_all
from chalicelib.usecases.attachments import Mark
from chalicelib.usecases.ports import Head, StoredAct, TakenAct


class Attachments:
    """Implements `usecases.attachments.AttachmentStore`."""

    shards = keys.ATTACHMENT_SHARDS

    def __init__(self, table: Table, records: Records) -> None:
        self._table = table
        self._records = records

    def place(self, ref: Ref, number: int) -> tuple[Head | None, StoredAct | None]:
        return self._records.place(ref, number)

    def heads(self, refs: Sequence[Ref]) -> dict[Ref, Head]:
        return self._records.heads(refs)

    def acts(self, ref: Ref) -> list[StoredAct]:
        return self._records.acts(ref)

    def commit(self, *taken: TakenAct) -> None:
        self._table.commit(*self._records.all_writes(*taken), *map(self._beside, taken))

    def agencies(self, sha256: str) -> list[str]:
        return [str(item["sk"]) for item in query_all(self._table, keys.attachment(sha256, "").pk)]

    def due(self, shard: int, until: str) -> Iterator[tuple[str, str]]:
        pk = keys.attachment_marks()[shard]
        for item in query_all(self._table, pk, index=keys.WORK, last=f"{until}#{keys.END}"):
            yield str(item["pk"]).partition("#")[2], str(item["sk"])

    def mark(self, sha256: str, agency: str) -> Mark | None:
        item = self._table.get(keys.attachment(sha256, agency))
        return Mark(sha256, agency, int(item["tries"]), str(item["form_at"])) if item else None

    def put_mark(self, mark: Mark, due_at: str | None, tries_before: int) -> bool:
        place = keys.attachment(mark.sha256, mark.agency)
        known: Item = {"tries": mark.tries, "form_at": mark.form_at}
        when: dict[str, Value | None] = {"stage": WAITING, "tries": tries_before}
        if due_at is None:
            write = Update(place, set=known, remove=("work_pk", "work_sk"), when=when)
        else:
            write = Update(place, set={**known, **keys.attachment_mark(mark.sha256, mark.agency, due_at)}, when=when)
        try:
            self._table.commit(write)
        except ConditionFailedError:
            return False
        return True

    def _beside(self, taken: TakenAct) -> Put:
        """The item beside the head after an act: with a mark while the file is to be looked at, without one after."""
        act, state = taken.act, taken.state
        sha256 = act.ref.record_id.partition(".")[0]
        place = keys.attachment(sha256, state["agency"])
        waits = state["stage"] == WAITING
        mark = keys.attachment_mark(sha256, state["agency"], act.received_at) if waits else {}
        known: Item = {"stage": state["stage"], "tries": 0, "form_at": act.received_at}
        return Put({"pk": place.pk, "sk": place.sk, **known, **mark})
