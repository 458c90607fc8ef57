"""Comments in the table: records as any other, and beside each the one item that holds its contact."""

from datetime import datetime

from chalicelib.domain.comments import KIND, TO_MODERATE
from chalicelib.domain.records import Ref
from chalicelib.store import keys
from chalicelib.store.records import Records
from chalicelib.store.table import ABSENT, Item, Put, Table
from chalicelib.usecases.comments import Sent, StoredComment
from chalicelib.usecases.ports import TakenAct
from chalicelib.usecases.queues import QueuePage


class Comments:
    """Implements `usecases.comments.CommentStore`."""

    def __init__(self, table: Table, records: Records) -> None:
        self._table = table
        self._records = records

    def find(self, uuid: str, now: datetime) -> StoredComment | None:
        act, sent = self._table.get_many([keys.act(KIND, uuid, 1), keys.sent(KIND, uuid)])
        if act is None:
            return None
        kept = sent is not None and now.timestamp() < int(sent["expires_at_epoch"])
        return StoredComment(self._records.read_act(Ref(KIND, uuid), act), _sent(sent) if sent and kept else None)

    def commit(self, taken: TakenAct, sent: Sent) -> None:
        place = keys.sent(KIND, taken.act.ref.record_id)
        item: Item = {
            "pk": place.pk,
            "sk": place.sk,
            "sha256": sent.sha256,
            "expires_at_epoch": sent.expires_at_epoch,
        }
        if sent.contact is not None:
            item["contact"] = sent.contact
        self._table.commit(*self._records.writes(taken.act, taken.state), Put(item, when=ABSENT))

    def waiting(self, disclosure: str, after: str, limit: int) -> QueuePage:
        page = self._table.query(
            keys.list_pk(TO_MODERATE, disclosure),
            index=keys.AGENCY_PUBLISHED,
            first=f"{after} " if after else None,  # a space sorts before whatever an id may go on with
            limit=limit,
            consistent=False,
        )
        return QueuePage([item["summary"] for item in page.items], page.last is not None)  # type: ignore[misc]


def _sent(item: Item) -> Sent:
    contact = item.get("contact")
    return Sent(str(item["sha256"]), contact if isinstance(contact, bytes) else None, int(item["expires_at_epoch"]))
