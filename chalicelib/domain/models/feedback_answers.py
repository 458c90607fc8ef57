"""What the API answers of feedback reports (反馈), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.common import DateText, Id, InstantText, Text, Url
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.evaluation_answers import RoundCorrection, ShownPeriod
from chalicelib.domain.models.feedback import Adopted, AskedKind, Channel, FeedbackKind
from chalicelib.domain.models.responses import Answer, Count, Findable, RecordHead, RecordStart, SearchedPage


class ShownFeedbackAbout(Answer):
    """What is reported on."""

    kind: FeedbackKind
    id: Id | None = None


class ShownFeedbackChannel(Answer):
    """Where the report is given out."""

    kind: Channel
    place: Text | None = None
    url: Url | None = None


class ShownFeedbackItem(Answer):
    """What was said, and what came of it."""

    said: Text
    adopted: Adopted
    done: Text | None = None
    done_by: DateText | None = None
    reason: Text | None = None


class ShownEnquiryCount(Answer):
    """How many enquiries of a kind came in."""

    kind: AskedKind
    count: Count


class ShownAgreedAnswer(Answer):
    """What is often asked, and the answer that the agency stands by."""

    question: Text
    answer: Text


class ShownReport(Answer):
    """What came of opinions, evaluations and frequent enquiries."""

    period: ShownPeriod
    items: list[ShownFeedbackItem] = []
    enquiries: list[ShownEnquiryCount] = []
    agreed_answers: list[ShownAgreedAnswer] = []


class ShownFeedback(RecordHead):
    """A feedback report (反馈), promised or given."""

    kind: Literal["feedback"]
    stage: Literal["announced", "reported"]
    title: Text
    about: Annotated[list[ShownFeedbackAbout], Field(min_length=1)]
    due_on: DateText
    channels: list[ShownFeedbackChannel]
    reported_at: InstantText | None = None
    in_time: bool | None = None
    report: ShownReport | None = None
    corrections: list[RoundCorrection] = []


class WithdrawnFeedback(RecordHead):
    """What the record of a withdrawn report says; its versions stay readable."""

    kind: Literal["feedback"]
    stage: Literal["withdrawn"]
    title: Text
    due_on: DateText
    reason: Text


Feedback = Annotated[ShownFeedback | WithdrawnFeedback, Field(discriminator="stage")]


class FeedbackSummary(RecordStart, Findable):
    """A report in a list."""

    kind: Literal["feedback"]
    stage: Literal["announced", "reported", "withdrawn"]
    title: Text
    due_on: DateText
    reported_at: InstantText | None = None
    in_time: bool | None = None


class FeedbackList(SearchedPage):
    """Feedback reports."""

    items: list[FeedbackSummary | ErasedSummary]
