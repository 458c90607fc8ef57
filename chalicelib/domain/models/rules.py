"""The acts on a rule (规章制度): a normative document that binds the public, or an internal rule of an agency."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import DateText, Envelope, Id, LongText, Model, Source, Text, Url, Words
from chalicelib.domain.models.links import RecordLink

FIRST_YEAR, LAST_YEAR = 1900, 2999


def _of_our_time(text: str) -> str:
    if not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError(f"a date of the years {FIRST_YEAR} to {LAST_YEAR}")
    return text


Day = Annotated[DateText, AfterValidator(_of_our_time)]
RuleKind = Literal["normative_document", "internal_rule"]
ReviewOutcome = Literal["keep", "revise", "repeal"]


class ReportEvery(Model):
    """How often it is reported how the rule is carried out, and when for the first time."""

    months: Annotated[int, Field(ge=1, le=120)]
    first_due_on: Day


class RuleContent(Model):
    """A rule: its text or where it stands, and the days that matter."""

    agency: Id
    title: Text
    rule_kind: RuleKind
    area: Id
    doc_no: Annotated[Words, Field(max_length=100)] | None = None
    body: LongText | None = None
    source_url: Url | None = None
    in_force_on: Day | None = None
    valid_until: Day | None = None
    review_due_on: Day | None = None
    execution_report: ReportEvery | None = None
    links: Annotated[list[RecordLink], Field(max_length=20)] = []
    source: Source | None = None
    issued_on: DateText | None = None
    effective_on: Day | None = None

    @model_validator(mode="after")
    def _found(self) -> Self:
        disclosed = any(link.kind == "disclosure" for link in self.links)
        if self.body is None and self.source_url is None and not disclosed:
            raise ValueError("a rule has a body, a source_url, or a link to the disclosure that holds its text")
        if self.valid_until is not None and self.in_force_on is not None and self.valid_until < self.in_force_on:
            raise ValueError("valid_until lies before in_force_on")
        return self


class PublishRule(Envelope):
    """The rule enters the register of rules."""

    act: Literal["publish"]
    content: RuleContent
    synthetic: bool = False


class ReviseRule(Envelope):
    """The rule changes, or is prolonged; the whole content is given anew and becomes the next version."""

    act: Literal["revise"]
    content: RuleContent
    synthetic: bool = False


class ReportExecution(Envelope):
    """How the rule was carried out in a period (执行情况)."""

    act: Literal["report_execution"]
    period_from: Day
    period_to: Day
    done: LongText
    problems: LongText | None = None
    next_due_on: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.period_to < self.period_from:
            raise ValueError("the period ends before it begins")
        return self


class ReviewRule(Envelope):
    """The rule was reviewed (清理): it stays, is to be revised or is to be repealed, and is looked at again by a day."""

    act: Literal["review"]
    outcome: ReviewOutcome
    reason: Text
    next_review_due_on: Day


class SupersedeRule(Envelope):
    """Another rule takes its place."""

    act: Literal["supersede"]
    replaced_by: Id
    superseded_on: Day | None = None
    reason: Text | None = None


class RepealRule(Envelope):
    """The rule is repealed (废止), on a day that may lie ahead: until then it holds."""

    act: Literal["repeal"]
    repealed_on: Day
    reason: Text
    by_document: Words | None = None


class WithdrawRule(Envelope):
    """The entry should not have been made: it leaves the lists for good. What no longer holds is repealed instead."""

    act: Literal["withdraw"]
    reason: Text


class TakePlaceOf(Envelope):
    """The rule takes the place of another; brought by the other's `supersede`."""

    act: Literal["take_place_of"]
    replaces: Id


RuleAct = Annotated[
    PublishRule | ReviseRule | ReportExecution | ReviewRule | SupersedeRule | RepealRule | WithdrawRule,
    Field(discriminator="act"),
]
"""What people may send."""
_AnyAct = Annotated[
    PublishRule | ReviseRule | ReportExecution | ReviewRule | SupersedeRule | RepealRule | WithdrawRule | TakePlaceOf,
    Field(discriminator="act"),
]
ADAPTER: TypeAdapter[_AnyAct] = TypeAdapter(_AnyAct)
