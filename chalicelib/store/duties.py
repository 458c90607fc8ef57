"""What is remembered of the duties of a record: an item of its own beside it, so that the clock never touches the head."""

from chalicelib.domain.card_marks import read_marks, write_marks
from chalicelib.domain.records import Holding, Ref
from chalicelib.store import keys
from chalicelib.store.cards import card_writes
from chalicelib.store.records import Records
from chalicelib.store.table import Check, Item, Table, Update, query_all
from chalicelib.usecases.ports import CardChange, OpenedDuties

_KEYS = ("pk", "sk", "published_at")


class Duties:
    """Implements `usecases.ports.DutyStore`."""

    def __init__(self, table: Table, records: Records) -> None:
        self._table = table
        self._records = records

    def open(self, ref: Ref) -> OpenedDuties | None:
        head, item = self._table.get_many([keys.head(*ref), keys.duties(*ref)])
        if head is None or item is None:
            return None
        marks = item.get("marks", b"[]")
        assert isinstance(marks, bytes)
        return OpenedDuties(
            head=self._records.read_head(ref, head),
            version=int(item.get("version", 0)),
            opened_at=str(item["opened_at"]),
            marks=tuple(read_marks(marks)),
            turns_at=str(item["clock_sk"]).split("#", 1)[0] if "clock_sk" in item else None,
        )

    def holdings(self, agency: str) -> list[Holding]:
        return [_holding(item) for item in query_all(self._table, keys.catalogue_pk(agency))]

    def commit(self, before: OpenedDuties, cards: CardChange, turn: str | None) -> None:
        ref = before.head.ref
        changed: Item = {"version": before.version + 1, "marks": write_marks(cards.marks)}
        if turn is not None:
            changed |= keys.clock_mark(*ref, turn)
        gone = () if turn else ("clock_pk", "clock_sk")
        self._table.commit(
            Update(keys.duties(*ref), changed, remove=gone, when={"version": before.version or None}),
            Check(keys.head(*ref), when={"act": before.head.act}),
            *card_writes(cards, self._records),
        )


def _holding(item: Item) -> Holding:
    name, kind, record_id = str(item["sk"]).split("#", 2)
    members = {key: value for key, value in item.items() if key not in _KEYS and not isinstance(value, bytes)}
    return Holding(name, Ref(kind, record_id), str(item["published_at"]), members)
