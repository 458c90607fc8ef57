"""The acts on a filing (备案): that a text was sent to a receiver, what the receiver answers, that it was sent anew."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import DateText, Envelope, Id, Model, Sha256, Text, Words

ReceiverKind = Literal["superior", "same_level", "other"]
FilingAnswerKind = Literal["received", "registered", "returned", "change_ordered"]
_WANTED = {"registered": ("number",), "returned": ("reason",), "change_ordered": ("change", "by")}


class FilingAnswer(Model):
    """What a receiver answers to a filing."""

    answer: FilingAnswerKind
    number: Words | None = None
    reason: Text | None = None
    change: Text | None = None
    by: DateText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = _WANTED.get(self.answer, ())
        for name in wanted:
            if getattr(self, name) is None:
                raise ValueError(f"{self.answer} says its {name}")
        for name in ("number", "change", "by"):
            if name not in wanted and getattr(self, name) is not None:
                raise ValueError(f"{self.answer} has no {name}")
        return self


class AnswerFiling(Envelope, FilingAnswer):
    """The receiver answers: it has come in, is registered, is returned, or the text must be changed (备案审查)."""

    act: Literal["answer_filing"]


class FileText(Model):
    """A published text is sent to a receiver; follows from `file_upward`, nobody sends it."""

    act: Literal["file"]
    disclosure: Id
    of_version: Annotated[int, Field(ge=1)]
    content_sha256: Sha256
    agency: Id
    receiver: Id
    synthetic: bool = False


class ReplaceFiling(Model):
    """The text was sent to this receiver anew, under another id; follows from `file_upward`, nobody sends it."""

    act: Literal["replace"]
    disclosure: Id
    by: Id
    because: Literal["corrected", "returned"]


class EndFiling(Model):
    """The text is no longer in force, so nothing more is owed of this filing; follows from the act that ended it."""

    act: Literal["end"]
    disclosure: Id
    because: Literal["withdrawn", "superseded"]


FilingAct = Annotated[AnswerFiling | FileText | ReplaceFiling | EndFiling, Field(discriminator="act")]
ADAPTER: TypeAdapter[FilingAct] = TypeAdapter(FilingAct)
