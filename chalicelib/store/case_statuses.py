"""The status of cases as holders read it, and who watches them: one item per case, and nothing else is imported for it."""

from collections.abc import Sequence

from chalicelib.store import keys
from chalicelib.store.table import Condition, Item, Table, Update
from chalicelib.usecases.case_access import StatusHead


class CaseStatuses:
    """Implements `usecases.case_access.StatusStore` and `usecases.subscriptions.SubscriptionStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def status_heads(self, case_nos: Sequence[str]) -> list[StatusHead | None]:
        places = [keys.case(case_no) for case_no in case_nos]
        items = [self._table.get(places[0])] if len(places) == 1 else self._table.get_many(places)
        return [None if item is None else _status(item) for item in items]

    def raise_epoch(self, case_no: str, epoch: int) -> None:
        ended = Update(keys.case(case_no), {"token_epoch": epoch + 1}, ("subscriptions",), when={"token_epoch": epoch})
        self._table.commit(ended)

    def replace_subscriptions(self, before: StatusHead, after: bytes) -> None:
        place = keys.case(before.case_no)
        when: Condition = {"token_epoch": before.token_epoch, "subscriptions": before.subscriptions or None}
        kept: Item = {"subscriptions": after} if after else {}
        self._table.commit(Update(place, kept, () if after else ("subscriptions",), when=when))


def _status(item: Item) -> StatusHead:
    body, subscriptions, ratings = item["body"], item.get("subscriptions", b""), item.get("ratings", b"")
    assert isinstance(body, bytes)
    assert isinstance(subscriptions, bytes)
    assert isinstance(ratings, bytes)
    return StatusHead(
        case_no=str(item["pk"]).removeprefix(keys.case_pk("")),
        service=str(item["service"]),
        view=body,
        updated_at=str(item["updated_at"]),
        token_epoch=int(item["token_epoch"]),
        ended_at=str(item["ended_at"]) if "ended_at" in item else None,
        subscriptions=subscriptions,
        ratings=ratings,
    )
