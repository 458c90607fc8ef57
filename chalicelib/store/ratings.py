"""Ratings in the table: one item for what was sent, its text in no other, and a note of each with the case.

The note raises the version of the case, so that a fold, a rating or the statistics job that read it before begins anew.
"""

from chalicelib.store import keys
from chalicelib.store.cases import Cases
from chalicelib.store.table import ABSENT, Item, Put, Table, Update, Write, query_all
from chalicelib.usecases.cases import CaseHead
from chalicelib.usecases.ratings import FollowUpCase, StoredRating


class Ratings:
    """Implements `usecases.ratings.RatingStore`."""

    def __init__(self, table: Table, cases: Cases) -> None:
        self._table = table
        self._cases = cases

    def rating(self, case_no: str, uuid: str) -> StoredRating | None:
        item = self._table.get(keys.rating(case_no, uuid))
        return None if item is None else _stored(item)

    def ratings(self, case_no: str) -> list[StoredRating]:
        first = keys.rating(case_no, "")
        found = query_all(self._table, first.pk, first=first.sk, last=first.sk + keys.END)
        return sorted((_stored(item) for item in found), key=lambda rating: (rating.at, rating.uuid))

    def rate(self, before: CaseHead, rating: StoredRating, noted: bytes, follow_up: FollowUpCase | None) -> None:
        place = keys.rating(before.case_no, rating.uuid)
        item: Item = {"pk": place.pk, "sk": place.sk, "raw": rating.raw, "received_at": rating.at}
        if rating.follow_up is not None:
            item["follow_up"] = rating.follow_up
        changed: Item = {"ratings": noted, "version": before.version + 1}
        writes: list[Write] = [
            Put(item, when=ABSENT),
            Update(keys.case(before.case_no), changed, when={"version": before.version}),
        ]
        if follow_up is not None:
            writes += self._cases.writes(follow_up.number, None, follow_up.change, rating.at)
        self._table.commit(*writes)


def _stored(item: Item) -> StoredRating:
    raw = item["raw"]
    assert isinstance(raw, bytes)
    uuid = str(item["sk"]).removeprefix(keys.rating("", "").sk)
    return StoredRating(uuid, raw, str(item["received_at"]), str(item["follow_up"]) if "follow_up" in item else None)
