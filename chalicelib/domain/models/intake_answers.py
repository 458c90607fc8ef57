"""A case as its agency sees it, as models: they describe, no route builds one. What is private to the agency is here."""

from typing import Literal

from chalicelib.domain.models.card_answers import CaseCard
from chalicelib.domain.models.case_answers import CaseFinding, CaseReceipt, CaseStatus
from chalicelib.domain.models.common import Id, InstantText
from chalicelib.domain.models.enquiries import About
from chalicelib.domain.models.ratings import Grade, Target
from chalicelib.domain.models.responses import Answer, Count


class SentEnquiry(Answer):
    """What the public sent; of the follow-up of a low rating, which rating of which case it is about."""

    kind: Literal["question", "complaint", "disclosure_request", "hearing_registration", "rating_follow_up"]
    agency: Id
    about: About | None = None
    subject: str | None = None
    text: str | None = None
    contact: str | None = None
    locale: Literal["zh", "en"] | None = None
    rating: str | None = None


class IntakeRating(Answer):
    """A rating as the agency that handled the case sees it."""

    uuid: str
    of: Target
    contact_at: InstantText | None = None
    grade: Grade
    at: InstantText
    text: str | None = None
    follow_up: Id | None = None


class IntakeCase(CaseReceipt):
    """A case as its agency sees it."""

    status: CaseStatus
    findings: list[CaseFinding]
    findings_count: Count
    cards: list[CaseCard]
    next_code: Count
    enquiry: SentEnquiry | None = None
    ratings: list[IntakeRating] | None = None
