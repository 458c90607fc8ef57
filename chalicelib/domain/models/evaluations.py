"""The acts on an evaluation round (评议)."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from chalicelib.domain.models.common import DateText, Envelope, Id, Model, Sha256, Text

Criterion = Literal["truthfulness", "comprehensiveness", "effectiveness", "timeliness"]
Grade = Literal["excellent", "good", "pass", "fail"]
Severity = Literal["minor", "major", "serious"]
AnswerOutcome = Literal["accepted", "disputed"]
SampledKind = Literal["disclosure", "service", "rule"]
AboutKind = Literal["disclosure", "service", "rule", "centre"]
Seed = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
AGENCIES_MOST, FINDINGS_MOST, DRAWN_MOST = 50, 100, 200


class Period(Model):
    """The days that are evaluated or reported on, both included."""

    first: Annotated[DateText, Field(alias="from")]
    last: Annotated[DateText, Field(alias="to")]

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last < self.first:
            raise ValueError("a period ends on or after the day it begins")
        return self


class PanelSeat(Model):
    """Who sits on the panel: a post or a group (人大代表、政协委员、群众代表), never the name of a person."""

    post: Text
    seats: Annotated[int, Field(ge=1, le=1000)] = 1
    from_outside: bool = False


class AnswerLimit(Model):
    """Within which the agencies answer."""

    value: Annotated[int, Field(ge=1, le=180)]
    unit: Literal["working_day", "day"]


class Sample(Model):
    """How many records of each agency are looked at, and what makes the draw checkable (domain/draws.py)."""

    kind: SampledKind
    size: Annotated[int, Field(ge=1, le=50)]
    register_index: Annotated[int, Field(ge=0, le=10**12)]
    seed_sha256: Sha256


class RoundContent(Model):
    """What a round announces."""

    agency: Id
    title: Text
    period: Period
    panel: Annotated[list[PanelSeat], Field(min_length=1, max_length=50)]
    agencies: Annotated[list[Id], Field(min_length=1, max_length=AGENCIES_MOST)]
    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=4)]
    method: Text
    sample: Sample | None = None
    answer_within: AnswerLimit = AnswerLimit(value=15, unit="working_day")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for named in (self.agencies, self.criteria):
            if len(set(named)) != len(named):
                raise ValueError("an agency or a criterion stands twice")
        if self.sample and self.sample.size * len(self.agencies) > DRAWN_MOST:
            raise ValueError(f"a sample has at most {DRAWN_MOST} records over all agencies")
        return self


class Score(Model):
    """How an agency does by one criterion, and on what grounds."""

    criterion: Criterion
    grade: Grade
    score: Annotated[int, Field(ge=0, le=100)] | None = None
    grounds: Text


class About(Model):
    """The public record that something is about."""

    kind: AboutKind
    id: Id


class EvaluationFinding(Model):
    """Something found wanting."""

    id: Id
    criterion: Criterion
    severity: Severity
    text: Text
    about: About | None = None


class AgencyFindings(Model):
    """What a round finds of one agency; one without findings owes no answer."""

    agency: Id
    scores: Annotated[list[Score], Field(min_length=1, max_length=4)]
    findings: Annotated[list[EvaluationFinding], Field(max_length=FINDINGS_MOST)] = []

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for named in ([score.criterion for score in self.scores], [finding.id for finding in self.findings]):
            if len(set(named)) != len(named):
                raise ValueError("a criterion or a finding stands twice")
        return self


class Drawn(Model):
    """The sample, with the seed that it was drawn by."""

    seed: Seed
    ids: Annotated[list[Id], Field(max_length=DRAWN_MOST)]


Judged = Annotated[list[AgencyFindings], Field(min_length=1, max_length=AGENCIES_MOST)]


class AnnounceEvaluation(Envelope):
    """A round is announced: who evaluates whom, over which period, by which criteria and which sample."""

    act: Literal["announce"]
    content: RoundContent
    synthetic: bool = False


class PublishFindings(Envelope):
    """Grades and findings of some or all of the agencies; the first time with the sample, if one was announced."""

    act: Literal["publish_findings"]
    agencies: Judged
    drawn: Drawn | None = None


class FindingAnswer(Model):
    """What the agency says of one finding: accepted with measures, or disputed with a reason."""

    finding: Id
    outcome: AnswerOutcome
    reason: Text | None = None
    measures: Text | None = None
    done_by: DateText | None = None

    @model_validator(mode="after")
    def _said(self) -> Self:
        if self.outcome == "accepted" and self.measures is None:
            raise ValueError("what is accepted is answered with measures")
        if self.outcome == "disputed" and self.reason is None:
            raise ValueError("what is disputed is answered with a reason")
        return self


class AnswerEvaluation(Envelope):
    """An agency answers every finding of it, by its own key."""

    act: Literal["answer"]
    agency: Id
    answers: Annotated[list[FindingAnswer], Field(min_length=1, max_length=FINDINGS_MOST)]


class AcceptAnswer(Envelope):
    """The organiser is content with an agency's answer."""

    act: Literal["accept_answer"]
    agency: Id


class ReturnAnswer(Envelope):
    """The organiser sends an answer back (退回); the agency owes a new one."""

    act: Literal["return_answer"]
    agency: Id
    reason: Text


class CorrectEvaluation(Envelope):
    """What was announced, or what was found of some agencies, was wrong. New findings are to be answered anew."""

    act: Literal["correct"]
    reason: Text
    content: RoundContent | None = None
    agencies: Judged | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.content is None and self.agencies is None:
            raise ValueError("content or agencies is wanted")
        return self


class CloseEvaluation(Envelope):
    """The round ends; with a reason where something in it is still open."""

    act: Literal["close"]
    reason: Text | None = None


class WithdrawEvaluation(Envelope):
    """The round is taken back; its versions stay readable."""

    act: Literal["withdraw"]
    reason: Text


EvaluationAct = Annotated[
    AnnounceEvaluation
    | PublishFindings
    | AnswerEvaluation
    | AcceptAnswer
    | ReturnAnswer
    | CorrectEvaluation
    | CloseEvaluation
    | WithdrawEvaluation,
    Field(discriminator="act"),
]
ADAPTER: TypeAdapter[EvaluationAct] = TypeAdapter(EvaluationAct)
