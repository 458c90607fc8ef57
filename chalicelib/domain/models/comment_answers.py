"""What the API answers of comments on drafts (意见), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.comments import CommentAbout, CommentContact, From, Moderation, Round
from chalicelib.domain.models.common import Id, InstantText, LegalBasis, Sha256
from chalicelib.domain.models.disclosure_answers import ConsultationNow, DisclosureSummary
from chalicelib.domain.models.erasure import ErasedSummary
from chalicelib.domain.models.responses import (
    Answer,
    Count,
    Findable,
    Path,
    RecordHead,
    RecordStart,
    RegisterPlace,
    SearchedPage,
)


class CommentStart(RecordStart):
    """What is shown of a comment, whole or in a list; of one that is withheld only that it is, and why."""

    kind: Literal["comment"]
    stage: Literal["shown", "withheld"]
    disclosure: Id
    round: Round
    of_version: Annotated[int, Field(ge=1)]
    from_: Annotated[From | None, Field(alias="from")] = None
    about: CommentAbout | None = None
    submitted_at: InstantText
    moderated_at: InstantText
    reason: Moderation | None = None
    legal_basis: LegalBasis | None = None


class Comment(CommentStart, RecordHead):
    """A comment on a draft (意见): what it says, or that it is withheld, and why."""

    kind: Literal["comment"]
    text: str | None = None


class CommentSummary(CommentStart, Findable):
    """A comment in a list."""

    excerpt: str | None = None


class CommentList(SearchedPage):
    """Comments."""

    items: list[CommentSummary | ErasedSummary]


class CommentLinks(Answer):
    """Where the comment was sent, where it will be shown, and what it is about."""

    self: Path
    comment: Path
    disclosure: Path


class CommentReceipt(Answer):
    """That a comment was taken in; it is shown once the agency has moderated it."""

    id: Id
    act: Literal[1]
    sha256: Sha256
    received_at: InstantText
    state: Literal["waiting"]
    place: Annotated[RegisterPlace, Field(alias="register")]
    disclosure: Id
    round: Round
    links: CommentLinks


class WaitingComment(Answer):
    """A comment that its agency has not moderated yet."""

    id: Id
    round: Round
    submitted_at: InstantText
    from_: Annotated[From, Field(alias="from")]
    about: CommentAbout | None = None
    excerpt: str
    characters: Count
    url: Path


class WaitingComments(Answer):
    """Comments on a draft that wait for moderation, oldest first; `next` is the address of the page after."""

    items: Annotated[list[WaitingComment], Field(max_length=100)]
    next: Path | None


class IntakeCommentLinks(Answer):
    """Where the next act goes, and where the comment is shown."""

    next: Path
    record: Path
    disclosure: Path


class IntakeComment(Answer):
    """A comment as its agency sees it, moderated or not, with the contact while that is kept."""

    id: Id
    disclosure: Id
    round: Round
    of_version: Annotated[int, Field(ge=1)]
    stage: Literal["waiting", "shown", "withheld"]
    from_: Annotated[From, Field(alias="from")]
    about: CommentAbout | None = None
    text: str
    contact: CommentContact | None = None
    submitted_at: InstantText
    moderated_at: InstantText | None = None
    reason: Moderation | None = None
    legal_basis: LegalBasis | None = None
    next_act: Annotated[int, Field(ge=2)]
    links: IntakeCommentLinks


class Consultation(ConsultationNow, DisclosureSummary):
    """A draft on which opinions are heard now, or soon: until exactly when, and where they go."""

    is_open: bool
    comments: Path
    calendar: Path


class ConsultationList(SearchedPage):
    """Drafts on which opinions are heard."""

    items: list[Consultation]
