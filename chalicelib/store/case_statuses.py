"""The status of cases as holders read it: one item per case, and nothing else is imported for it."""

from collections.abc import Sequence

from chalicelib.store import keys
from chalicelib.store.table import Item, Table, Update
from chalicelib.usecases.case_access import StatusHead


class CaseStatuses:
    """Implements `usecases.case_access.StatusStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def status_heads(self, case_nos: Sequence[str]) -> list[StatusHead | None]:
        places = [keys.case(case_no) for case_no in case_nos]
        items = [self._table.get(places[0])] if len(places) == 1 else self._table.get_many(places)
        return [None if item is None else _status(item) for item in items]

    def raise_epoch(self, case_no: str, epoch: int) -> None:
        self._table.commit(Update(keys.case(case_no), {"token_epoch": epoch + 1}, when={"token_epoch": epoch}))


def _status(item: Item) -> StatusHead:
    body = item["body"]
    assert isinstance(body, bytes)
    return StatusHead(
        case_no=str(item["pk"]).removeprefix(keys.case_pk("")),
        view=body,
        updated_at=str(item["updated_at"]),
        token_epoch=int(item["token_epoch"]),
        ended_at=str(item["ended_at"]) if "ended_at" in item else None,
    )
