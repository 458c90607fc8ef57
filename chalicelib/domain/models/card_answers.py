"""What the API answers of yellow and red cards (红黄牌), as models; see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.cards import Colour, LiftReason, Outcome
from chalicelib.domain.models.common import DateText, Id, InstantText, Text
from chalicelib.domain.models.responses import Answer, Findable, Path, RecordHead, RecordStart, SearchedPage


class CardAnswer(Answer):
    """What the agency says of a card."""

    reason: Text
    measures: Text | None = None
    in_time: bool | None = None
    at: InstantText


class CardOutcome(Answer):
    """What followed from a red card (过错责任追究)."""

    outcome: Outcome
    reason: Text
    at: InstantText


class CardClosing(Answer):
    """Why a card was closed."""

    reason: Text
    at: InstantText


class CardLifting(Answer):
    """Why a card was taken back."""

    reason: LiftReason
    at: InstantText


class CardSubject(Answer):
    """The public record whose duty was left undone."""

    kind: Id
    id: Id


class CardStart(RecordStart):
    """What a card says, whole or in a list."""

    kind: Literal["card"]
    stage: Literal["raised", "answered", "closed", "lifted"]
    colour: Colour
    rule: Id
    due_on: DateText
    service: Id | None = None
    step: Id | None = None
    branch: Id | None = None
    procedure: Id | None = None
    subject: CardSubject | None = None
    category: Id | None = None
    of: Id | None = None
    answer_by: DateText | None = None


class Card(CardStart, RecordHead):
    """A yellow or red card (红黄牌): a limit that was not kept or a duty left undone, and what followed."""

    kind: Literal["card"]
    reddened: Literal["unanswered"] | None = None
    answer: CardAnswer | None = None
    outcome: CardOutcome | None = None
    closed: CardClosing | None = None
    lifted: CardLifting | None = None


class CardSummary(CardStart, Findable):
    """A card in a list."""


class IntakeCardLinks(Answer):
    """Where the card's record, what it is about, and its next act are found."""

    record: Path
    case: Path | None = None
    subject: Path | None = None
    next: Path


class IntakeCard(Answer):
    """A card with what it is about, as the agency sees it that has the card."""

    id: Id
    case_no: str | None = None
    subject: CardSubject | None = None
    stage: Literal["raised", "answered", "closed", "lifted"]
    colour: Colour
    rule: Id
    next_act: Annotated[int, Field(ge=1)]
    links: IntakeCardLinks


class CardList(SearchedPage):
    """Cards."""

    items: list[CardSummary]


class CaseCard(Answer):
    """A card of a case: which turn raised it, and whether it stands."""

    id: Id
    rule: Id
    of: str | None = None
    due: str
    state: Literal["raised", "lifted"]
    url: Path
