"""What the API answers of hearings (听证), as models; see `responses.py`."""

from typing import Literal

from pydantic import ConfigDict

from chalicelib.domain.models.common import Id, InstantText, Text
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.hearings import HearingKind, HearingNotice, HearingProceedings
from chalicelib.domain.models.responses import Answer, Findable, RecordHead, RecordStart, SearchedPage

HearingStage = Literal["announced", "held", "cancelled"]


class HearingChange(HearingNotice):
    """What was announced before it was changed, until when it held, and why it was changed."""

    model_config = ConfigDict(extra="ignore")
    changed_at: InstantText


class HearingReason(Answer):
    """Why a hearing was cancelled or its record corrected, and when."""

    reason: Text
    at: InstantText


class HeardOnRecord(HearingProceedings):
    """What is on record of a hearing, and since when."""

    model_config = ConfigDict(extra="ignore")
    at: InstantText


class Hearing(HearingNotice, RecordHead):
    """A hearing (听证): what was announced, what changed, what is on record."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["hearing"]
    stage: HearingStage
    disclosure: Id
    announced_at: InstantText
    changes: list[HearingChange] = []
    cancelled: HearingReason | None = None
    proceedings: HeardOnRecord | None = None
    corrections: list[HearingReason] = []


class HearingSummary(RecordStart, Findable):
    """A hearing in a list."""

    kind: Literal["hearing"]
    stage: HearingStage
    disclosure: Id
    hearing_kind: HearingKind
    title: Text
    place: Text
    held_at: InstantText
    ends_at: InstantText | None = None
    registration_closes_at: InstantText | None = None


class HearingList(SearchedPage):
    """Hearings."""

    items: list[HearingSummary | ErasedSummary]
