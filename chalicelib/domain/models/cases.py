"""What an agency sends of a case (办件): its registration, its events, the issue of a query code, the lines of a batch.

Source: Administrative Licensing Law art. 32, 38, 42-45; the events of a case are a closed list. An event is checked by
itself only: whether it fits the other events of its case is found by the fold, never refused here.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import (
    DateText,
    Id,
    InstantText,
    LegalBasis,
    Limit,
    Model,
    Phone,
    Sha256,
    Text,
    Url,
    Words,
)

FIRST_YEAR, END_YEAR = 1970, 2200


def _of_this_age(text: str) -> str:
    instant = datetime.fromisoformat(text)
    if not FIRST_YEAR <= instant.year < END_YEAR or not FIRST_YEAR <= instant.astimezone(UTC).year < END_YEAR:
        raise ValueError(f"an instant from {FIRST_YEAR} to {END_YEAR - 1}")
    return text


def _day_of_this_age(text: str) -> str:
    if not FIRST_YEAR <= date.fromisoformat(text).year < END_YEAR:
        raise ValueError(f"a date from {FIRST_YEAR} to {END_YEAR - 1}")
    return text


Instant = Annotated[InstantText, AfterValidator(_of_this_age)]
Day = Annotated[DateText, AfterValidator(_day_of_this_age)]
Channel = Literal["window", "online", "post", "phone", "elsewhere"]
Stage = Literal["accept", "review", "decide", "make_certificate", "issue", "other"]
Outcome = Literal["granted", "partly", "refused", "done"]
ClosedAs = Literal[
    "reported_up", "supplement_never_came", "void", "entered_in_error", "applicant_withdrew", "abandoned"
]
SpecialKind = Literal[
    "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"
]
NoticeNo = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
Fen = Annotated[int, Field(ge=0, le=10**12)]
Texts = Annotated[list[Text], Field(min_length=1, max_length=20)]


class Registration(Model):
    """A case is taken in: for which service, and whether a query code opens its status."""

    service: Id
    access: Literal["code", "none"]
    due_at: Instant | None = None
    received_at: Instant | None = None
    channel: Channel | None = None
    holders: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=20)] = []
    synthetic: bool = False


class CodeIssue(Model):
    """A query code is asked for."""

    holder: Literal["applicant", "agent"] = "applicant"


class Place(Model):
    """Where it happens: a window of a centre, or an agency."""

    centre: Id | None = None
    window: Words | None = None
    agency: Id | None = None


class Document(Model):
    """A paper that came in or went out, by its name and hash, never its content."""

    name: Text
    sha256: Sha256 | None = None


class ResultPaper(Document):
    """A decision or certificate: beside name and hash its number, and until when it is valid."""

    no: NoticeNo | None = None
    valid_until: Day | None = None


class MissingPaper(Model):
    """A minor paper that may follow (容缺)."""

    material: Text
    due_on: Day | None = None


class HandedTo(Model):
    """Who answers from now on: an agency, a post, never a person."""

    agency: Id | None = None
    post: Text | None = None
    phone: Phone | None = None


class Event(Model):
    """What every event says: when it happened, and its place among events of the same instant."""

    occurred_at: Instant
    sequence: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Noted(Event):
    """An event of which a notice may have been given."""

    notice_no: NoticeNo | None = None


class OfBranch(Noted):
    """An event of the case, or with `branch` of one of the agencies that handle it side by side (并联审批)."""

    branch: Id | None = None


class Received(Noted):
    """The application came in (收件)."""

    event: Literal["received"]
    channel: Channel | None = None
    place: Place | None = None
    documents: Annotated[list[Document], Field(max_length=50)] = []


class Accepted(Noted):
    """The application was accepted (受理); `deemed` where silence made it so."""

    event: Literal["accepted"]
    deemed: bool = False
    missing: Annotated[list[MissingPaper], Field(max_length=20)] = []
    on_pledge: bool = False
    place: Place | None = None


class RefusedAcceptance(Noted):
    """The application was not accepted (不予受理), with the reason."""

    event: Literal["refused_acceptance"]
    reason: Text


class SupplementRequested(OfBranch):
    """What is missing was asked for, once and in full (补正)."""

    event: Literal["supplement_requested"]
    materials: Texts
    due_on: Day | None = None
    where: Text | None = None
    url: Url | None = None


class SupplementReceived(OfBranch):
    """What was missing came in."""

    event: Literal["supplement_received"]
    documents: Annotated[list[Document], Field(max_length=50)] = []


class DeferredReceived(Noted):
    """A paper that might follow came in."""

    event: Literal["deferred_received"]
    material: Text | None = None


class PledgeChecked(Noted):
    """What the applicant pledged was checked (告知承诺核查)."""

    event: Literal["pledge_checked"]
    kept: bool


class StageEntered(OfBranch):
    """The case came to a stage (环节)."""

    event: Literal["stage_entered"]
    stage: Stage
    place: Place | None = None


class StageLeft(OfBranch):
    """The case left a stage."""

    event: Literal["stage_left"]
    stage: Stage


class HandedOver(OfBranch):
    """Another post or agency answers from now on (转办)."""

    event: Literal["handed_over"]
    to: HandedTo


class BranchOpened(Noted):
    """One of the agencies that handle the case side by side begins (并联审批), and with it the clock of its branch."""

    event: Literal["branch_opened"]
    branch: Id
    agency: Id | None = None
    limit: Limit | None = None


class SpecialStarted(OfBranch):
    """A special procedure began (特别程序, Administrative Licensing Law art. 45)."""

    event: Literal["special_started"]
    kind: SpecialKind
    legal_basis: LegalBasis | None = None
    told: Limit | None = None


class SpecialEnded(OfBranch):
    """A special procedure ended."""

    event: Literal["special_ended"]
    kind: SpecialKind


class ConsultingStarted(OfBranch):
    """Third parties were asked (征求第三方意见)."""

    event: Literal["consulting_started"]
    legal_basis: LegalBasis | None = None
    told: Limit | None = None


class ConsultingEnded(OfBranch):
    """Third parties answered, or their time was over."""

    event: Literal["consulting_ended"]


class Extended(OfBranch):
    """The limit was extended (延长, art. 42); without `by`, as far as the service allows."""

    event: Literal["extended"]
    by: Limit | None = None
    reason: Text | None = None
    approved_by: Text | None = None
    told_at: Instant | None = None


class ReportedUp(Noted):
    """The case went up to the superior agency."""

    event: Literal["reported_up"]
    to: Id | None = None


class Decided(OfBranch):
    """It was decided (办结): a licence granted, granted in part or refused, or a request dealt with."""

    event: Literal["decided"]
    outcome: Outcome
    reasons: Annotated[list[Text], Field(max_length=20)] = []
    remedies: Annotated[list[Text], Field(max_length=10)] = []
    document: ResultPaper | None = None


class CertificateMade(Noted):
    """The certificate is ready (制证)."""

    event: Literal["certificate_made"]
    document: ResultPaper | None = None
    pickup: Text | None = None


class Issued(Noted):
    """The result was handed out (发证)."""

    event: Literal["issued"]
    document: ResultPaper | None = None
    pickup: Text | None = None


class Visited(OfBranch):
    """Somebody came in person."""

    event: Literal["visited"]
    place: Place | None = None


class FeeDue(Noted):
    """A fee is to be paid."""

    event: Literal["fee_due"]
    name: Text
    amount_fen: Fen
    currency: Literal["CNY", "USD"] = "CNY"


class FeePaid(Noted):
    """A fee was paid."""

    event: Literal["fee_paid"]
    name: Text | None = None
    amount_fen: Fen
    currency: Literal["CNY", "USD"] = "CNY"


class Closed(Noted):
    """The case ended without a decision."""

    event: Literal["closed"]
    as_: Annotated[ClosedAs, Field(alias="as")]
    reason: Text | None = None


class Reopened(Noted):
    """The case goes on after its end."""

    event: Literal["reopened"]
    reason: Text | None = None


Happened = Annotated[
    Received
    | Accepted
    | RefusedAcceptance
    | SupplementRequested
    | SupplementReceived
    | DeferredReceived
    | PledgeChecked
    | StageEntered
    | StageLeft
    | HandedOver
    | BranchOpened
    | SpecialStarted
    | SpecialEnded
    | ConsultingStarted
    | ConsultingEnded
    | Extended
    | ReportedUp
    | Decided
    | CertificateMade
    | Issued
    | Visited
    | FeeDue
    | FeePaid
    | Closed
    | Reopened,
    Field(discriminator="event"),
]


class CorrectedEvent(Event):
    """An event sent earlier was wrong: `replacement` stands in its place; without one it is void."""

    event: Literal["corrected_event"]
    corrects: Id
    replacement: Happened | None = None
    reason: Text | None = None
    branch: Id | None = None

    @model_validator(mode="after")
    def stays_in_its_branch(self) -> "CorrectedEvent":
        """What corrects as a branch brings nothing into another one, nor into the case, and opens none."""
        if self.branch and self.replacement:
            if isinstance(self.replacement, BranchOpened):
                raise ValueError("a branch is opened by an event of its own")
            if getattr(self.replacement, "branch", None) != self.branch:
                raise ValueError("the replacement is of the branch that corrects")
        return self


CaseEvent = Annotated[Happened | CorrectedEvent, Field(discriminator="event")]


REGISTRATION: TypeAdapter[Registration] = TypeAdapter(Registration)
CODE_ISSUE: TypeAdapter[CodeIssue] = TypeAdapter(CodeIssue)
EVENT: TypeAdapter[CaseEvent] = TypeAdapter(CaseEvent)
