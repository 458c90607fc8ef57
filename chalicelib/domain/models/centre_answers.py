"""What the API answers of service centres, as models; see `responses.py`."""

from typing import Literal

from pydantic import ConfigDict

from chalicelib.domain.models.centres import CentreContent, Span
from chalicelib.domain.models.common import DateText, Id, InstantText, Phone, Text
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.responses import Answer, Count, Findable, Path, RecordHead, RecordStart, SearchedPage

Stage = Literal["open", "closed"]


class Centre(CentreContent, RecordHead):
    """A service centre (政务服务中心) with its windows (窗口)."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["centre"]
    stage: Stage
    time_zone: str
    calendar: str
    reason: Text | None = None


class CentreSummary(RecordStart, Findable):
    """A service centre in a list."""

    kind: Literal["centre"]
    stage: Stage
    name: Text
    address: Text
    phone: Phone | None = None
    windows: Count
    forwarding_windows: Count
    one_window_payment: bool


class CentreList(SearchedPage):
    """Service centres."""

    items: list[CentreSummary | ErasedSummary]


class DayHours(Answer):
    """The hours of one date, and why they are these."""

    on: DateText
    why: Literal["weekly", "exception", "holiday", "make_up_day", "closed", "calendar_unknown"]
    spans: list[Span] | None
    holiday: str | None = None
    note: Text | None = None


class CentreHours(Answer):
    """When a centre is open from a day on, and whether it is now."""

    centre: Id
    url: Path
    time_zone: str
    open_now: bool | None
    changes_at: InstantText | None
    days: list[DayHours]
