"""What the API answers of links between records, as models; see `responses.py`."""

from chalicelib.domain.models.common import Id, Text
from chalicelib.domain.models.responses import Page, RecordStart


class LinkedRecord(RecordStart):
    """A record that names another one, in the list of that one, and how it stands to it."""

    stage: str
    title: Text | None = None
    rels: list[Id]


class LinkedRecordList(Page):
    """Records that name another one."""

    items: list[LinkedRecord]
