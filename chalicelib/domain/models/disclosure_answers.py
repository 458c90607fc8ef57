"""What the API answers of disclosures (政务公开事项), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from chalicelib.domain.models.common import DateText, Id, InstantText, LegalBasis, Limit, LongText, Sha256, Text
from chalicelib.domain.models.disclosures import AnsweredGroup, Attachment, DisclosureContent, Meeting
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.filings import ReceiverKind
from chalicelib.domain.models.hearings import HearingKind
from chalicelib.domain.models.responses import Answer, Findable, RecordHead, RecordStart, SearchedPage

ShownStage = Literal["in_consultation", "adopted", "published", "superseded", "withdrawn"]


class Released(Answer):
    """How many numbers of a kind that name a person, or other findings, the approver looked at and let be shown."""

    kind: Id
    count: int


class Approval(Answer):
    """That another person, or a named group, approved exactly these bytes, and what the secrecy review found."""

    by: Literal["person", "group"]
    group: str | None = None
    at: InstantText
    openness: Literal["proactive"]
    secrecy_review: Literal["cleared"]
    meeting: Meeting | None = None
    released: list[Released] = []


class BrokenGlass(Answer):
    """That the text was shown in an emergency before another person approved it, and whether that is still owed."""

    reason: Text
    legal_basis: LegalBasis
    at: InstantText
    of_version: int
    approval_owed: bool | None = None
    released: list[Released] = []


class Correction(Answer):
    """That a text took the place of an earlier one, and why."""

    version: int
    reason: Text
    at: InstantText


class ConsultationExtension(Answer):
    """Until when opinions were to be heard before it was extended, and why it was."""

    last_day: DateText
    closes_at: InstantText
    reason: Text
    at: InstantText


class CommentsResponse(Answer):
    """What was heard, what was taken over, and why not the rest (意见采纳情况)."""

    summary: LongText
    groups: list[AnsweredGroup] = []
    at: InstantText


class ConsultationTime(Answer):
    """When opinions are heard: from one instant to another; the last day is inside."""

    round: int
    opens_at: InstantText
    closes_at: InstantText
    last_day: DateText


class ConsultationNow(ConsultationTime):
    """When opinions on a draft are heard, as a list says it."""

    response_due_on: DateText | None = None


class ConsultationRound(ConsultationNow):
    """A round of consultation (征求意见) on a draft."""

    of_version: int
    announced_at: InstantText | None = None
    at_least: Limit | None = None
    response_within: Limit | None = None
    how: Text | None = None
    questions: list[Text] = []
    shorter_reason: Text | None = None
    extensions: list[ConsultationExtension] = []
    response: CommentsResponse | None = None


class HearingOfDisclosure(Answer):
    """A hearing (听证) on the draft; the hearing is a record of its own."""

    hearing: Id
    hearing_kind: HearingKind
    announced_at: InstantText
    changed_at: InstantText | None = None
    held_at: InstantText | None = None
    cancelled_at: InstantText | None = None


class RecordedStep(Answer):
    """A step that is on record: who took it, when, with what result."""

    step: Id
    held_on: DateText
    by: Text
    result: Literal["passed", "passed_with_changes", "not_passed"]
    summary: Text | None = None
    at: InstantText


class DecisionSteps(Answer):
    """Which steps the category demands before publication, which are on record, and which are missing."""

    exempt: Literal["published_before"] | None = None
    demanded: list[Id] = []
    missing: list[Id] = []
    recorded: list[RecordedStep] = []


class Adoption(Answer):
    """That the final text was decided, by whom and when."""

    decided_on: DateText
    by: Text
    note: Text | None = None
    at: InstantText


class DisclosureFiling(Answer):
    """That a version was sent to a receiver (备案); the filing is a record of its own, where the receiver answers."""

    receiver: Id
    receiver_kind: ReceiverKind
    filing: Id
    of_version: int
    at: InstantText


class Successor(Answer):
    """Which text took the place of this one, and why."""

    by: Id
    reason: Text
    at: InstantText


class ShownAttachment(Attachment):
    """A file that belongs to the text, as it was announced and checked."""

    model_config = ConfigDict(extra="ignore")
    size_bytes: Annotated[int, Field(ge=1)]
    media_type: str
    file_name: str


class ShownDisclosure(DisclosureContent, RecordHead):
    """A disclosure (政务公开事项) as it is shown: the text, how it came about, and what was said and decided of it."""

    model_config = ConfigDict(extra="ignore")
    attachments: list[ShownAttachment] = []  # type: ignore[assignment]
    kind: Literal["disclosure"]
    stage: Literal["in_consultation", "adopted", "published", "superseded"]
    approval: Approval | None = None
    broken_glass: BrokenGlass | None = None
    consultations: list[ConsultationRound] = []
    hearings: list[HearingOfDisclosure] = []
    decision_steps: DecisionSteps | None = None
    adoption: Adoption | None = None
    filings: list[DisclosureFiling] = []
    corrections: list[Correction] = []
    superseded: Successor | None = None


class WithdrawnDisclosure(RecordHead):
    """What remains of a disclosure that was withdrawn."""

    kind: Literal["disclosure"]
    stage: Literal["withdrawn"]
    reason: Text
    content_sha256: Sha256
    category: Id
    doc_no: str | None = None
    title: Text | None = None
    consultations: list[ConsultationTime] = []


Disclosure = Annotated[ShownDisclosure | WithdrawnDisclosure, Field(discriminator="stage")]


class DisclosureSummary(RecordStart, Findable):
    """A disclosure in a list."""

    kind: Literal["disclosure"]
    stage: ShownStage
    title: Text | None = None
    category: Id
    cadence: Literal["regular", "phased", "ad_hoc"] | None = None
    approval_owed: bool | None = None
    doc_no: str | None = None
    consultation: ConsultationNow | None = None
    answer_due_on: DateText | None = None


class DisclosureList(SearchedPage):
    """Disclosures."""

    items: list[DisclosureSummary | ErasedSummary]
