"""What agencies wrote of a case, as items: the registration, each event, each issue of a code, with their receipts."""

from chalicelib.domain.cases.decide import StoredWrite
from chalicelib.domain.cases.intake import EVENT, REGISTER
from chalicelib.store import keys
from chalicelib.store.table import Item, Key

EVENT_PREFIX, CODE_PREFIX = "EVENT#", "CODE#"


def write_item(write: StoredWrite) -> Item:
    """Return the item of what was written."""
    place = _place(write)
    return {
        "pk": place.pk,
        "sk": place.sk,
        "raw": write.body,
        "via": write.via,
        "sha256": write.sha256,
        "key_id": write.key_id,
        "agency": write.agency,
        "received_at": write.received_at,
        "receipt_state": write.state,
    }


def _place(write: StoredWrite) -> Key:
    if write.kind == REGISTER:
        return keys.registration(write.case_no)
    if write.kind == EVENT:
        return keys.event(write.case_no, str(write.event_id))
    return keys.code_issue(write.case_no, int(str(write.event_id)))


def read_write(item: Item, kind: str) -> StoredWrite:
    """Return what an item holds."""
    raw = item["raw"]
    assert isinstance(raw, bytes)
    return StoredWrite(
        kind=kind,
        case_no=str(item["pk"]).removeprefix(keys.case_pk("")),
        event_id=_event_id(str(item["sk"]), kind),
        body=raw,
        via=str(item["via"]),
        sha256=str(item["sha256"]),
        key_id=str(item["key_id"]),
        agency=str(item["agency"]),
        received_at=str(item["received_at"]),
        state=str(item["receipt_state"]),
    )


def _event_id(sk: str, kind: str) -> str | None:
    """The id of an event; of a code's issue its number."""
    if kind == EVENT:
        return sk.removeprefix(EVENT_PREFIX)
    return None if kind == REGISTER else str(int(sk.removeprefix(CODE_PREFIX)))
