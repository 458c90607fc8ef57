"""The acts on a yellow or red card (红黄牌)."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from chalicelib.domain.models.common import DateText, Envelope, Id, InstantText, Model, Text

Colour = Literal["yellow", "red"]
Outcome = Literal["no_fault", "corrected", "criticised", "admonished", "disciplined", "referred"]
LiftReason = Literal["limit_kept", "ended_before_registration", "done", "no_longer_owed"]


class Subject(Model):
    """The public record whose duty was left undone."""

    kind: Id
    id: Id


class CardContent(Model):
    """What a card says: which rule, whose breach, which day passed. Nothing of it leads to the case."""

    agency: Id
    service: Id | None = None
    rule: Id
    colour: Colour
    due_on: DateText
    step: Id | None = None
    branch: Id | None = None
    procedure: Id | None = None
    subject: Subject | None = None
    category: Id | None = None
    of: Id | None = None
    answer_by: DateText | None = None
    answer_until: InstantText | None = None


class RaiseCard(Envelope):
    """The clock raises a card."""

    act: Literal["raise"]
    content: CardContent
    synthetic: bool = False


class ReddenCard(Envelope):
    """The clock turns a yellow card red that was not answered in time."""

    act: Literal["redden"]
    reason: Literal["unanswered"]


class LiftCard(Envelope):
    """The clock takes a card back: what came in later shows that it should not stand."""

    act: Literal["lift"]
    reason: LiftReason


class AnswerCard(Envelope):
    """The agency says why the limit was not kept, and what it does about it."""

    act: Literal["answer"]
    reason: Text
    measures: Text | None = None


class RecordOutcome(Envelope):
    """Who supervises the agency puts on record what followed from a red card (过错责任追究). Posts, never names of staff."""

    act: Literal["record_outcome"]
    outcome: Outcome
    reason: Text


class CloseCard(Envelope):
    """Who supervises the agency closes the card, with a reason."""

    act: Literal["close"]
    reason: Text


CardAct = Annotated[AnswerCard | RecordOutcome | CloseCard, Field(discriminator="act")]
"""What people may send."""
_AnyAct = Annotated[
    RaiseCard | ReddenCard | LiftCard | AnswerCard | RecordOutcome | CloseCard, Field(discriminator="act")
]
ADAPTER: TypeAdapter[_AnyAct] = TypeAdapter(_AnyAct)
