"""The acts on a feedback report (反馈)."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import DateText, Envelope, Id, Model, Text, Url
from chalicelib.domain.models.evaluations import Period

FeedbackKind = Literal["disclosure", "evaluation", "rule", "enquiries"]
Channel = Literal["website", "notice_board", "centre", "press", "broadcast", "meeting", "hotline", "letter"]
Adopted = Literal["yes", "partly", "no"]
AskedKind = Literal["question", "complaint", "disclosure_request", "hearing_registration"]


class FeedbackAbout(Model):
    """What is reported on: opinions on a disclosure or a rule, a round of evaluation, or what was often asked."""

    kind: FeedbackKind
    id: Id | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.kind == "enquiries") == (self.id is not None):
            raise ValueError("a record is named by its id; enquiries have none")
        return self


class FeedbackChannel(Model):
    """Where the report is given out."""

    kind: Channel
    place: Text | None = None
    url: Url | None = None


class FeedbackContent(Model):
    """What is promised: about what, by when, through which channels."""

    agency: Id
    title: Text
    about: Annotated[list[FeedbackAbout], Field(min_length=1, max_length=20)]
    due_on: DateText
    channels: Annotated[list[FeedbackChannel], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({(each.kind, each.id) for each in self.about}) != len(self.about):
            raise ValueError("something is named twice in about")
        return self


class FeedbackItem(Model):
    """What was said, and what came of it."""

    said: Text
    adopted: Adopted
    done: Text | None = None
    done_by: DateText | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> Self:
        if self.adopted != "no" and self.done is None:
            raise ValueError("what is adopted says what is done about it")
        if self.adopted != "yes" and self.reason is None:
            raise ValueError("what is not adopted in full says why not")
        return self


class EnquiryCount(Model):
    """How many enquiries of a kind came in."""

    kind: AskedKind
    count: Annotated[int, Field(ge=0, le=10**9)]


class AgreedAnswer(Model):
    """What is often asked, and the answer that the agency stands by."""

    question: Text
    answer: Text


class FeedbackReport(Model):
    """What came of opinions, evaluations and frequent enquiries."""

    period: Period
    items: Annotated[list[FeedbackItem], Field(max_length=300)] = []
    enquiries: Annotated[list[EnquiryCount], Field(max_length=4)] = []
    agreed_answers: Annotated[list[AgreedAnswer], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.items or self.enquiries or self.agreed_answers):
            raise ValueError("items, enquiries or agreed_answers is wanted")
        if len({each.kind for each in self.enquiries}) != len(self.enquiries):
            raise ValueError("a kind of enquiry is counted twice")
        return self


class AnnounceFeedback(Envelope):
    """The agency promises to report back by a day."""

    act: Literal["announce"]
    content: FeedbackContent
    synthetic: bool = False


class ReportFeedback(Envelope):
    """The agency reports."""

    act: Literal["report"]
    report: FeedbackReport


class CorrectFeedback(Envelope):
    """What was announced, or what was reported, was wrong."""

    act: Literal["correct"]
    reason: Text
    content: FeedbackContent | None = None
    report: FeedbackReport | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.content is None and self.report is None:
            raise ValueError("content or report is wanted")
        return self


class WithdrawFeedback(Envelope):
    """The report is taken back; its versions stay readable."""

    act: Literal["withdraw"]
    reason: Text


FeedbackAct = Annotated[
    AnnounceFeedback | ReportFeedback | CorrectFeedback | WithdrawFeedback, Field(discriminator="act")
]
ADAPTER: TypeAdapter[FeedbackAct] = TypeAdapter(FeedbackAct)
