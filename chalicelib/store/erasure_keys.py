"""Keys of what an erasure needs; all others stand in `keys`."""

from chalicelib.store import keys
from chalicelib.store.table import Key


def erasure(kind: str, record_id: str) -> Key:
    """`disclosure#d1 | ERASURE`: that the record was erased by order, until nothing of it is left."""
    return Key(keys.record_pk(kind, record_id), "ERASURE")


ERASURES = "ERASE"
"""The partition of records of which something may still be left; orders are rare."""


def erasure_mark(kind: str, record_id: str, due_at: str) -> dict[str, str]:
    """`work_pk ERASE, work_sk 2026-…#disclosure#d1`: a record of which nothing is to be left."""
    return {"work_pk": ERASURES, "work_sk": f"{due_at}#{kind}#{record_id}"}


def named_file(kind: str, record_id: str, attachment_id: str) -> Key:
    """`disclosure#d1 | FILE#2c26b46b….bureau`: that a record names an attachment, or did."""
    return Key(keys.record_pk(kind, record_id), f"FILE#{attachment_id}")


def naming(attachment_id: str) -> str:
    """`naming#2c26b46b….bureau`: the partition of the records that name an attachment, or did; private."""
    return f"naming#{attachment_id}"
