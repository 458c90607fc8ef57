"""The act that erases a record, which the program writes for the operator, and what is answered of a record after it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from chalicelib.domain.models.common import DateText, Envelope, Id, InstantText
from chalicelib.domain.models.responses import Answer, Findable, RecordHead, RecordStart

Named = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]


class Erase(Envelope):
    """Everything of a record is erased but that it was."""

    act: Literal["erase"]
    agency: Id
    version: Annotated[int, Field(ge=0)]
    published_at: InstantText | None = None
    synthetic: bool | None = None
    ground: Id
    order: Named
    authority: Named
    on: DateText


ADAPTER = TypeAdapter(Erase)


class Erasure(Answer):
    """By whose order a record was erased, and on what ground (`/v1/codes/erasure_ground`)."""

    ground: Id
    order: str
    authority: str
    on: DateText


class ErasedRecord(RecordHead):
    """What is left of a record that was erased by order of a court or an authority (依令删除)."""

    stage: Literal["erased"]
    standing: Literal["erased"] | None = None
    erased: Erasure


class ErasedSummary(RecordStart, Findable):
    """A record that was erased by order, in a list that tells of what is gone."""

    stage: Literal["erased"]
    standing: Literal["erased"] | None = None
