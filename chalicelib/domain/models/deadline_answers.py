"""What the what-if calculator answers, as models: they describe, no route builds one. Unknown parts are absent."""

from typing import Literal

from chalicelib.domain.models.case_answers import (
    CaseDeadline,
    CaseMoment,
    CaseRemaining,
    CaseService,
    CaseState,
    CaseStep,
    CaseStop,
    Clock,
    Code,
    Handling,
    Sentence,
    WhenText,
)
from chalicelib.domain.models.common import InstantText, Limit
from chalicelib.domain.models.responses import Answer


class PreviewedLimit(Answer):
    """A limit beside the decision's: acceptance, issue, first review, what was told for a procedure."""

    rule: Code
    of: str | None = None
    limit: Limit
    due_on: WhenText | None = None
    due_at: InstantText | None = None
    explain: list[CaseStep]


class PreviewedTurn(Answer):
    """An instant at which time alone changes the case."""

    at: InstantText
    rule: Code
    colour: Literal["yellow", "red"] | None = None
    due: WhenText
    of: str | None = None
    until: InstantText | None = None


class PreviewedFinding(Answer):
    """What contradicts what in that which is supposed."""

    code: Code
    sentence: Sentence


class DeadlinePreview(Answer):
    """The deadlines of a case that is only supposed."""

    now: InstantText | None = None
    service: CaseService
    handling: Handling
    status: CaseState
    clock: Clock
    accepted_at: InstantText | None = None
    stopped: CaseStop | None = None
    remaining: CaseRemaining | None = None
    deadline: CaseDeadline | None = None
    timeline: list[CaseMoment]
    limits: list[PreviewedLimit]
    turns: list[PreviewedTurn]
    findings: list[PreviewedFinding]
