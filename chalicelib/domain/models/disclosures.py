"""The acts on a disclosure (政务公开事项)."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import (
    DateText,
    Envelope,
    Id,
    LegalBasis,
    LongText,
    Model,
    Sha256,
    Source,
    Text,
    Url,
    Words,
)
from chalicelib.domain.models.hearings import HearingNotice, HearingProceedings
from chalicelib.domain.models.links import RecordLink


class Openness(Model):
    """Whether it is disclosed at all (公开属性): on the agency's own motion, on request, or not, and on what ground."""

    openness_class: Annotated[Literal["proactive", "on_request", "not_open"], Field(alias="class")] = "proactive"
    ground: Id | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _grounded(self) -> Self:
        if (self.openness_class == "not_open") != (self.ground is not None):
            raise ValueError("what is not open names its ground, and nothing else does")
        return self


class SecrecyReview(Model):
    """The review that must precede disclosure (保密审查, Regulations on Open Government Information art. 17)."""

    reviewer: Words
    result: Literal["cleared", "restricted"]
    note: Words | None = None


class Schedule(Model):
    """Of regular and phased work: which series it belongs to, and by when the next of the series is disclosed."""

    series: Id
    next_due_on: DateText | None = None
    phase: Text | None = None
    last: bool = False


class Attachment(Model):
    """A file that belongs to the text; its bytes are named by their SHA-256."""

    name: Id
    sha256: Sha256
    title: Text | None = None


class DisclosureContent(Model):
    """What is disclosed."""

    agency: Id
    title: Text
    category: Id
    cadence: Literal["regular", "phased", "ad_hoc"] = "ad_hoc"
    doc_no: Words | None = None
    issuer: Text | None = None
    body: LongText | None = None
    summary: Text | None = None
    topics: Annotated[list[Words], Field(max_length=50)] = []
    openness: Openness = Openness.model_validate({})
    source_url: Url | None = None
    source: Source | None = None
    formed_on: DateText | None = None
    issued_on: DateText | None = None
    effective_on: DateText | None = None
    public_until: DateText | None = None
    schedule: Schedule | None = None
    links: Annotated[list[RecordLink], Field(max_length=30)] = []
    attachments: Annotated[list[Attachment], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.body is None and self.source_url is None:
            raise ValueError("a disclosure has a body or names where its text stands (source_url)")
        return self


class SubmitDisclosure(Envelope):
    """The text is handed in for approval."""

    act: Literal["submit"]
    content: DisclosureContent
    synthetic: bool = False


class Release(Model):
    """A finding of personal data that the approver has looked at and lets be shown, with the reason."""

    place: Words
    kind: Id
    nth: Annotated[int, Field(ge=1, le=10_000)] = 1
    reason: Words


class Meeting(Model):
    """The meeting in which a group approved (集体审议)."""

    held_on: DateText
    minutes_no: Words
    present: Annotated[int, Field(ge=2, le=1000)]


class ApproveDisclosure(Envelope):
    """Another person, or a named group in a meeting, approves exactly the submitted bytes (公开审批)."""

    act: Literal["approve"]
    approves_sha256: Sha256
    secrecy_review: SecrecyReview
    meeting: Meeting | None = None
    releases: Annotated[list[Release], Field(max_length=500)] = []


class ReturnDisclosure(Envelope):
    """The approver gives back exactly the submitted bytes (退回): they are not shown."""

    act: Literal["return"]
    returns_sha256: Sha256
    reason: Text


class BreakGlass(Envelope):
    """In an emergency the text is shown before another person has approved it (紧急公开); that is then owed."""

    act: Literal["break_glass"]
    reason: Text
    legal_basis: LegalBasis
    releases: Annotated[list[Release], Field(max_length=500)] = []


class OpenConsultation(Envelope):
    """The approved draft is shown and opinions are heard up to the end of the last day (征求意见)."""

    act: Literal["open_consultation"]
    last_day: DateText
    opens_on: DateText | None = None
    how: Text | None = None
    questions: Annotated[list[Text], Field(max_length=50)] = []
    shorter_reason: Text | None = None


class ExtendConsultation(Envelope):
    """Opinions are heard longer than was said; what was said before stays."""

    act: Literal["extend_consultation"]
    last_day: DateText
    reason: Text


class ReviseDisclosure(Envelope):
    """An adjusted draft (修改稿) is handed in; it needs an approval of its own."""

    act: Literal["revise"]
    content: DisclosureContent
    synthetic: bool = False


class AnsweredGroup(Model):
    """Comments that say the same, and what became of them."""

    topic: Text
    comments: Annotated[list[Id], Field(max_length=1000)] = []
    adopted: Literal["yes", "partly", "no"]
    answer: Text


class RespondToComments(Envelope):
    """What was heard in a round, what was taken over, and why not the rest (意见采纳情况)."""

    act: Literal["respond_to_comments"]
    round: Annotated[int, Field(ge=1, le=99)]
    summary: LongText
    groups: Annotated[list[AnsweredGroup], Field(max_length=200)] = []


class AnnounceHearing(Envelope, HearingNotice):
    """A hearing on the draft is announced ahead, or what was announced is changed, with a reason (听证公告)."""

    act: Literal["announce_hearing"]
    hearing: Id


class CancelHearing(Envelope):
    """A hearing that was announced will not take place."""

    act: Literal["cancel_hearing"]
    hearing: Id
    reason: Text


class RecordHearing(Envelope, HearingProceedings):
    """What was said at the hearing, what became of it, and the outcome (听证笔录); again, with a reason, to correct it."""

    act: Literal["record_hearing"]
    hearing: Id


class RecordStep(Envelope):
    """A step that the decision must take is on record: who took it, when, with what result."""

    act: Literal["record_step"]
    step: Literal[
        "public_participation",
        "expert_argument",
        "risk_assessment",
        "legality_review",
        "collective_decision",
        "cost_audit",
    ]
    held_on: DateText
    by: Text
    result: Literal["passed", "passed_with_changes", "not_passed"]
    summary: Text | None = None


class AdoptDisclosure(Envelope):
    """The final text is decided: the approved revision, else the draft as it was shown."""

    act: Literal["adopt"]
    decided_on: DateText
    by: Text
    note: Text | None = None


class SupersedeDisclosure(Envelope):
    """Another published text has taken its place."""

    act: Literal["supersede"]
    by: Id
    reason: Text


class FileUpward(Envelope):
    """The published text is sent to named receivers (备案): a filing for each, which the receiver answers."""

    act: Literal["file_upward"]
    receivers: Annotated[list[Id], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if len(set(self.receivers)) < len(self.receivers):
            raise ValueError("each receiver stands once")
        return self


class PublishDisclosure(Envelope):
    """What was approved is disclosed."""

    act: Literal["publish"]


class CorrectDisclosure(Envelope):
    """A later submission that was approved takes the place of what is shown, as a correction."""

    act: Literal["correct"]
    reason: Text


class WithdrawDisclosure(Envelope):
    """The text is taken back; number, reason, time and hash stay, the title only where it names no person."""

    act: Literal["withdraw"]
    reason: Text
    keep_title: bool = False


DisclosureAct = Annotated[
    SubmitDisclosure
    | ApproveDisclosure
    | ReturnDisclosure
    | BreakGlass
    | OpenConsultation
    | ExtendConsultation
    | ReviseDisclosure
    | RespondToComments
    | AnnounceHearing
    | CancelHearing
    | RecordHearing
    | RecordStep
    | AdoptDisclosure
    | PublishDisclosure
    | CorrectDisclosure
    | SupersedeDisclosure
    | WithdrawDisclosure
    | FileUpward,
    Field(discriminator="act"),
]
ADAPTER: TypeAdapter[DisclosureAct] = TypeAdapter(DisclosureAct)
