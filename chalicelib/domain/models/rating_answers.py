"""What is answered about ratings, as models: they describe, no route builds one."""

from chalicelib.domain.models.case_answers import CaseResult, CaseState, WhenText
from chalicelib.domain.models.common import Id, InstantText, Sha256
from chalicelib.domain.models.ratings import Grade, Target
from chalicelib.domain.models.responses import Answer, Path


class RatingTarget(Answer):
    """What can be rated: the matter, or a contact in person."""

    of: Target
    contact_at: InstantText | None = None


class GivenRating(RatingTarget):
    """A rating that was given."""

    uuid: str
    grade: Grade
    at: InstantText


class RatingLinks(Answer):
    """Where the ratings of the case are found."""

    ratings: Path


class RatingReceipt(GivenRating):
    """That a rating was taken in; `followed_up` says that it opened a case for the agency to look into it."""

    case_no: Id
    sha256: Sha256
    followed_up: bool
    links: RatingLinks


class FollowUp(Answer):
    """How far a low rating was looked into."""

    agency: Id
    status: CaseState
    due: WhenText | None = None
    result: CaseResult | None = None


class HeldRating(GivenRating):
    """A rating as the holder of the case sees it."""

    follow_up: FollowUp | None = None


class CaseRatings(Answer):
    """The ratings of a case, and what can be rated now."""

    items: list[HeldRating]
    ratable: list[RatingTarget]
