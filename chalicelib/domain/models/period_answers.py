"""What the API answers of closed periods of statistics, as models; see `responses.py`."""

from typing import Literal

from chalicelib.domain.models.common import DateText, Sha256
from chalicelib.domain.models.periods import ClosedPeriod
from chalicelib.domain.models.responses import Answer, Count, Page, RecordHead, RecordStart


class SealedPeriodStart(RecordStart):
    """What a closed period says, whole or in a list."""

    kind: Literal["period"]
    stage: Literal["closed"]
    period: ClosedPeriod
    ends_on: DateText
    figures: Count
    figures_sha256: Sha256
    revision: Count


class SealedPeriod(SealedPeriodStart, RecordHead):
    """A closed period of statistics: one hash for every figure that is published of it, bound by the register."""

    kind: Literal["period"]


class SealedPeriodSummary(SealedPeriodStart):
    """A closed period in a list."""


class SealedPeriodList(Page):
    """Closed periods."""

    items: list[SealedPeriodSummary]


class SealedCell(Answer):
    """The settled figures of an agency, a service, a centre or the jurisdiction itself, in one hash."""

    cell: str
    figures: Count
    sha256: Sha256


class SealedCellList(Page):
    """What the hash of a period is made of, as it stands now."""

    items: list[SealedCell]
