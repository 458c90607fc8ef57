"""What is answered about enquiries, as models: they describe, no route builds one."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.case_answers import CaseReceipt
from chalicelib.domain.models.common import Id, InstantText, LegalBasis, Limit, Text
from chalicelib.domain.models.responses import Answer, Count, Path

AnyEnquiryKind = Literal["question", "complaint", "disclosure_request", "hearing_registration", "rating_follow_up"]


class SourcedLimit(Limit):
    """A limit with where it comes from, and whether somebody compared it with the text."""

    source: Text
    checked: bool


class EnquiryLimits(Answer):
    """The limits of a kind of enquiry."""

    promised: SourcedLimit | None = None
    acceptance: SourcedLimit | None = None
    statutory: SourcedLimit | None = None
    supplement_request: SourcedLimit | None = None


class EnquiryExtension(Answer):
    """By how much the limit may be extended, once."""

    limit: SourcedLimit
    legal_basis: LegalBasis


class EnquiryProcedure(Answer):
    """What stops the clock."""

    kind: Literal["consulting"]
    legal_basis: LegalBasis


class EnquiryCommitment(Answer):
    """What is promised about a kind of enquiry."""

    version: Count
    title: Text
    service_kind: Literal["request"]
    legal_basis: list[LegalBasis] | None = None
    clock_starts: Literal["accepted", "received"]
    supplement: Literal["restart"] | None = None
    limits: EnquiryLimits
    extension: EnquiryExtension | None = None
    special_procedures: list[EnquiryProcedure] | None = None


class DescribedEnquiry(Answer):
    """A kind of enquiry."""

    kind: AnyEnquiryKind
    title: Text
    service: str
    handled_by: Literal["agency", "supervisor"]
    sent_by: Literal["anybody", "the_program"]
    send: Text | None = None
    commitment: EnquiryCommitment


class EnquiryKinds(Answer):
    """The kinds of enquiry there are."""

    version: str
    kinds: list[DescribedEnquiry]


class EnquiryLinks(Answer):
    """Where the enquiry was sent, and where its status is found."""

    self: Path
    case: Path


class EnquiryReceipt(CaseReceipt):
    """That an enquiry was taken in, and who handles it."""

    service: Id
    agency: Id
    links: EnquiryLinks  # type: ignore[assignment]


class OpenEnquiry(Answer):
    """An enquiry that is not answered; what was written is shown with its case only."""

    case_no: Id
    kind: AnyEnquiryKind
    received_at: InstantText
    url: Path


class OpenEnquiries(Answer):
    """Enquiries that an agency has not answered, oldest first; `next` is the address of the page after."""

    items: Annotated[list[OpenEnquiry], Field(max_length=100)]
    next: Path | None
