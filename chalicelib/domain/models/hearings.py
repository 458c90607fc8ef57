"""Hearings (听证): what is announced of one, what is put on record of it, and the acts on its record.

People send these as acts of a disclosure (`announce_hearing`, `cancel_hearing`, `record_hearing`); the acts on the record
of the hearing itself follow from them and are sent by nobody.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import Id, InstantText, LongText, Model, Sha256, Text, Url

HearingKind = Literal["price", "rule_making", "licensing", "major_decision", "other"]
Participant = Literal[
    "consumer",
    "operator",
    "stakeholder",
    "expert",
    "deputy",
    "adviser",
    "organisation",
    "government",
    "citizen",
    "applicant",
]
Heads = Annotated[int, Field(ge=1, le=100_000)]


class Seats(Model):
    """How many of a kind take part, or took part; never who."""

    participant: Participant
    number: Heads


def _each_once(seats: Sequence[Seats]) -> None:
    if len({each.participant for each in seats}) < len(seats):
        raise ValueError("a kind of participant stands once, with its number")


class HearingRegistration(Model):
    """Until when one may register to take part, and how places are given (报名)."""

    closes_at: InstantText
    how: Text


class HearingNotice(Model):
    """What is announced of a hearing (听证公告)."""

    hearing_kind: HearingKind
    title: Text
    held_at: InstantText
    ends_at: InstantText | None = None
    place: Text
    topics: Annotated[list[Text], Field(max_length=50)] = []
    participants: Annotated[list[Seats], Field(max_length=10)] = []
    registration: HearingRegistration | None = None
    observers: Annotated[int, Field(ge=0, le=100_000)] | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _each_once(self.participants)
        return self


class HearingOpinion(Model):
    """Something that was said, by which kind of participant, and what became of it; never by whom."""

    said: LongText
    by: Participant
    adopted: Literal["yes", "partly", "no"]
    reason: Text | None = None

    @model_validator(mode="after")
    def _explained(self) -> Self:
        if self.adopted != "yes" and self.reason is None:
            raise ValueError("what is not taken over, or in part, has a reason")
        return self


class HearingDocument(Model):
    """A document of the hearing: where it stands, or the SHA-256 of its bytes, or both."""

    title: Text
    url: Url | None = None
    sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _findable(self) -> Self:
        if self.url is None and self.sha256 is None:
            raise ValueError("url or sha256 is wanted")
        return self


class HearingProceedings(Model):
    """What is put on record of a hearing (听证笔录)."""

    held_at: InstantText
    ended_at: InstantText | None = None
    attended: Annotated[list[Seats], Field(min_length=1, max_length=10)]
    opinions: Annotated[list[HearingOpinion], Field(max_length=500)] = []
    record: LongText
    outcome: Text
    documents: Annotated[list[HearingDocument], Field(max_length=50)] = []
    reason: Text | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _each_once(self.attended)
        return self


class OfDisclosure(Model):
    """What every act on a hearing names: the draft that is heard."""

    disclosure: Id


class Announce(HearingNotice, OfDisclosure):
    """A hearing is announced, or what was announced is changed."""

    act: Literal["announce"]
    agency: Id
    synthetic: bool = False


class Cancel(OfDisclosure):
    """A hearing will not take place."""

    act: Literal["cancel"]
    reason: Text


class Record(HearingProceedings, OfDisclosure):
    """A hearing was held, or its record is corrected."""

    act: Literal["record"]


HearingAct = Annotated[Announce | Cancel | Record, Field(discriminator="act")]
ADAPTER: TypeAdapter[HearingAct] = TypeAdapter(HearingAct)
