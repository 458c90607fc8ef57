"""What the API answers of evaluation rounds (评议), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.common import DateText, Id, InstantText, Sha256, Text
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.evaluations import (
    AboutKind,
    AnswerOutcome,
    Criterion,
    Grade,
    SampledKind,
    Severity,
)
from chalicelib.domain.models.responses import Answer, Count, Findable, RecordHead, RecordStart, SearchedPage

Standing = Literal["awaiting_findings", "no_findings", "unanswered", "answered", "accepted", "returned"]


class ShownPeriod(Answer):
    """The days that are evaluated or reported on, both included."""

    first: Annotated[DateText, Field(alias="from")]
    last: Annotated[DateText, Field(alias="to")]


class ShownSeat(Answer):
    """A post or group on the panel, never the name of a person."""

    post: Text
    seats: Count
    from_outside: bool


class ShownSample(Answer):
    """How the sample is drawn, so that anyone can draw it again."""

    kind: SampledKind
    size: Count
    register_index: Count
    seed_sha256: Sha256


class ShownAnswerLimit(Answer):
    """Within which the agencies answer."""

    value: Count
    unit: Literal["working_day", "day"]


class ShownDraw(Answer):
    """The sample, with the seed that it was drawn by."""

    seed: str
    ids: list[Id]


class ShownScore(Answer):
    """How an agency does by one criterion, and on what grounds."""

    criterion: Criterion
    grade: Grade
    score: int | None = None
    grounds: Text


class Measured(Answer):
    """A published series that measures the agency's timeliness: `/v1/statistics/{series}?agency=&period=`."""

    series: Id
    agency: Id
    period: str | None = None


class ShownAbout(Answer):
    """The public record that a finding is about."""

    kind: AboutKind
    id: Id


class ShownFinding(Answer):
    """Something found wanting."""

    id: Id
    criterion: Criterion
    severity: Severity
    text: Text
    about: ShownAbout | None = None


class ShownFindingAnswer(Answer):
    """What the agency says of one finding."""

    finding: Id
    outcome: AnswerOutcome
    reason: Text | None = None
    measures: Text | None = None
    done_by: DateText | None = None


class ShownEvaluationAnswer(Answer):
    """An agency's answer to its findings."""

    at: InstantText
    in_time: bool
    items: list[ShownFindingAnswer]


class ShownReturn(Answer):
    """Why the last answer was sent back."""

    reason: Text
    at: InstantText


class EvaluatedAgency(Answer):
    """One agency in a round: what was found of it, and what it says."""

    agency: Id
    standing: Standing
    found_at: InstantText | None = None
    answer_by: DateText | None = None
    scores: list[ShownScore] = []
    measured: list[Measured] = []
    findings: list[ShownFinding] = []
    answer: ShownEvaluationAnswer | None = None
    returned: ShownReturn | None = None


class OwedAnswer(Answer):
    """Who has not answered, and by when it is to answer."""

    agency: Id
    answer_by: DateText


class RoundCorrection(Answer):
    """That something took the place of what was said before, and why."""

    version: int
    reason: Text
    at: InstantText


class RoundEnd(Answer):
    """When a round ended; why, where something in it was still open or it was taken back."""

    at: InstantText
    reason: Text | None = None


class ShownRound(RecordHead):
    """An evaluation round (评议) as it stands."""

    kind: Literal["evaluation"]
    stage: Literal["announced", "findings_published", "closed"]
    title: Text
    period: ShownPeriod
    panel: list[ShownSeat]
    criteria: list[Criterion]
    method: Text
    sample: ShownSample | None = None
    answer_within: ShownAnswerLimit
    agencies: list[EvaluatedAgency]
    unanswered: list[OwedAnswer] = []
    drawn: ShownDraw | None = None
    corrections: list[RoundCorrection] = []
    closed: RoundEnd | None = None


class WithdrawnRound(RecordHead):
    """What the record of a withdrawn round says; its versions stay readable."""

    kind: Literal["evaluation"]
    stage: Literal["withdrawn"]
    title: Text
    period: ShownPeriod
    withdrawn: RoundEnd


Evaluation = Annotated[ShownRound | WithdrawnRound, Field(discriminator="stage")]


class EvaluationSummary(RecordStart, Findable):
    """A round in a list."""

    kind: Literal["evaluation"]
    stage: Literal["announced", "findings_published", "closed", "withdrawn"]
    title: Text
    period: ShownPeriod
    agencies: Count
    unanswered: Count


class EvaluationList(SearchedPage):
    """Rounds of evaluation."""

    items: list[EvaluationSummary | ErasedSummary]
