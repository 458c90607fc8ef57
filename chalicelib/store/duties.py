"""What is remembered of the duties of a record: an item of its own beside it, so that the clock never touches the head."""

from collections.abc import Iterable

from chalicelib.domain.card_marks import read_marks, write_marks
from chalicelib.domain.catalogue import KEPT
from chalicelib.domain.records import Holding, Ref
from chalicelib.store import keys
from chalicelib.store.cards import card_writes
from chalicelib.store.catalogue import Catalogue
from chalicelib.store.records import Records
from chalicelib.store.table import Check, Delete, Item, Put, Table, Update, Write
from chalicelib.usecases.ports import DutiesAfter, OpenedDuties


class Duties:
    """Implements `usecases.ports.DutyStore`."""

    def __init__(self, table: Table, records: Records) -> None:
        self._table = table
        self._records = records
        self._catalogue = Catalogue(table)

    def open(self, ref: Ref) -> OpenedDuties | None:
        head, item = self._table.get_many([keys.head(*ref), keys.duties(*ref)])
        if head is None or item is None:
            return None
        marks = item.get("marks", b"[]")
        assert isinstance(marks, bytes)
        turn = str(item["clock_sk"]).split("#", 1)[0] if "clock_sk" in item else None
        return OpenedDuties(
            head=self._records.read_head(ref, head),
            version=int(item.get("version", 0)),
            opened_at=str(item.get("opened_at") or turn or ""),
            marks=tuple(read_marks(marks)),
            kept=str(item.get("kept", "")),
            turns_at=turn,
        )

    def holdings(self, agency: str) -> list[Holding]:
        return self._catalogue.everything(agency)

    def look_at(self, agencies: Iterable[str], at: str) -> None:
        for agency in agencies:
            self._table.commit(Update(keys.duties("agency", agency), set={**keys.clock_mark("agency", agency, at)}))

    def commit(self, before: OpenedDuties, after: DutiesAfter) -> None:
        ref = before.head.ref
        changed: Item = {
            "version": before.version + 1,
            "marks": write_marks(after.cards.marks),
            "kept": after.kept,
            "opened_at": before.opened_at,  # of a record that is older than this item: when it was first looked at
        }
        if after.sums is not None:
            changed["sums"] = after.sums
        if after.turn is not None:
            changed |= keys.clock_mark(*ref, after.turn)
        gone = () if after.turn else ("clock_pk", "clock_sk")
        unmarked = {"clock_sk": keys.clock_mark(*ref, before.turns_at)["clock_sk"] if before.turns_at else None}
        self._table.commit(
            Update(keys.duties(*ref), changed, remove=gone, when={"version": before.version or None, **unmarked}),
            Check(keys.head(*ref), when={"act": before.head.act}),
            *card_writes(after.cards, self._records),
            *_kept(before, after.kept),
        )


def _kept(before: OpenedDuties, ground: str) -> list[Write]:
    """Return what counts a record among those that are kept from the public, or no longer does."""
    if ground == before.kept:
        return []
    ref = before.head.ref
    place = keys.holding(before.head.state["agency"], KEPT, *ref)
    return [Put({"pk": place.pk, "sk": place.sk, "ground": ground})] if ground else [Delete(place)]
