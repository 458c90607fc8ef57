"""What the API answers of rules (规章制度), as models; see `responses.py`."""

from typing import Literal

from pydantic import ConfigDict

from chalicelib.domain.models.common import DateText, Id, InstantText, LongText, Text
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.responses import (
    Answer,
    AsOf,
    Count,
    Findable,
    Path,
    RecordHead,
    RecordStart,
    SearchedPage,
)
from chalicelib.domain.models.rules import ReviewOutcome, RuleContent, RuleKind

Stage = Literal["published", "superseded", "repealed", "withdrawn"]
Standing = Literal["upcoming", "in_force", "lapsed", "superseded", "repealed", "withdrawn"]


class ExecutionReport(Answer):
    """How a rule was carried out in a period."""

    period_from: DateText
    period_to: DateText
    done: LongText
    problems: LongText | None = None
    next_due_on: DateText | None = None
    at: InstantText


class RuleReview(Answer):
    """What a review of a rule came to."""

    outcome: ReviewOutcome
    reason: Text
    next_review_due_on: DateText
    at: InstantText


class RuleEnd(Answer):
    """That and why a rule no longer holds: superseded, repealed or withdrawn."""

    reason: Text | None = None
    by_document: str | None = None
    at: InstantText


class Rule(RuleContent, RecordHead):
    """A rule (规章制度) with its whole life."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["rule"]
    stage: Stage
    doc_no_as_sent: str | None = None
    in_force_from: InstantText
    in_force_until: InstantText | None = None
    report_due_on: DateText | None = None
    execution_reports: list[ExecutionReport] = []
    reviews: list[RuleReview] = []
    replaces: list[Id] = []
    replaced_by: Id | None = None
    ended_on: DateText | None = None
    ended: RuleEnd | None = None


class RuleSummary(RecordStart, Findable):
    """A rule in a list; in a list of rules with what holds now."""

    kind: Literal["rule"]
    stage: Stage
    standing: Standing | None = None
    title: Text
    rule_kind: RuleKind
    area: Id
    doc_no: str | None = None
    in_force_from: InstantText
    in_force_until: InstantText | None = None
    review_due_on: DateText | None = None
    report_due_on: DateText | None = None
    executed: Count
    replaced_by: Id | None = None


class RuleList(SearchedPage):
    """Rules."""

    items: list[RuleSummary | ErasedSummary]


class CoveredArea(Answer):
    """An area with a rule in force: the one that is in force longest of all is named."""

    area: Id
    title: Text
    rule: Id
    in_force_until: InstantText | None = None


class AreaGap(Answer):
    """An area without a rule in force."""

    area: Id
    title: Text


class RuleGaps(Answer):
    """In which areas an agency, or a jurisdiction, has a rule in force today, and in which it has none."""

    agency: Id | None = None
    jurisdiction: Id | None = None
    on: DateText
    gaps: list[AreaGap]
    covered: list[CoveredArea]
    as_of: AsOf


class ChainedRule(Answer):
    """A rule of a chain of replacements."""

    id: Id
    url: Path
    title: Text
    agency: Id
    stage: Stage
    standing: Standing
    in_force_from: InstantText
    in_force_until: InstantText | None = None


class RuleChain(Answer):
    """A rule with what it replaced and what replaced it, nearest first."""

    rule: ChainedRule
    replaces: list[ChainedRule]
    replaced_by: list[ChainedRule]
    whole: bool
