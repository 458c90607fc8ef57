"""What the API answers of filings (备案), as models; see `responses.py`."""

from typing import Literal

from pydantic import ConfigDict

from chalicelib.domain.models.common import DateText, Id, InstantText, Sha256
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.filings import FilingAnswer, ReceiverKind
from chalicelib.domain.models.responses import Answer, Findable, RecordHead, RecordStart, SearchedPage

FilingStage = Literal["filed", "received", "registered", "returned", "change_ordered", "replaced", "ended"]


class GivenAnswer(FilingAnswer):
    """An answer as it was given, and when."""

    model_config = ConfigDict(extra="ignore")
    at: InstantText


class FilingReplacement(Answer):
    """Which filing took the place of this one, and why."""

    by: Id
    because: Literal["corrected", "returned"]
    at: InstantText


class FilingEnd(Answer):
    """Why nothing more is owed of a filing: its text is no longer in force."""

    because: Literal["withdrawn", "superseded"]
    at: InstantText


class FilingStart(RecordStart):
    """What a filing says, whole or in a list."""

    kind: Literal["filing"]
    stage: FilingStage
    disclosure: Id
    of_version: int
    receiver: Id
    receiver_kind: ReceiverKind
    filed_at: InstantText
    answer_by: DateText | None = None


class Filing(FilingStart, RecordHead):
    """A filing (备案): which version of a text was sent to whom, by when an answer is owed, and what was answered."""

    kind: Literal["filing"]
    content_sha256: Sha256
    answers: list[GivenAnswer] = []
    replaced: FilingReplacement | None = None
    ended: FilingEnd | None = None


class FilingSummary(FilingStart, Findable):
    """A filing in a list."""


class FilingList(SearchedPage):
    """Filings."""

    items: list[FilingSummary | ErasedSummary]
