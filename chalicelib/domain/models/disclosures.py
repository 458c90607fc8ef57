"""The acts on a disclosure (政务公开事项)."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from chalicelib.domain.models.common import (
    DateText,
    Envelope,
    Id,
    LongText,
    Model,
    Sha256,
    Source,
    Text,
    Url,
    Words,
)


class Openness(Model):
    """Whether it is disclosed at all (公开属性): on the agency's own motion, on request, or not, and on what ground."""

    openness_class: Annotated[Literal["proactive", "on_request", "not_open"], Field(alias="class")] = "proactive"
    ground: Text | None = None

    @model_validator(mode="after")
    def _grounded(self) -> Self:
        if self.openness_class == "not_open" and self.ground is None:
            raise ValueError("what is not open names its ground")
        return self


class SecrecyReview(Model):
    """The review that must precede disclosure (保密审查, Regulations on Open Government Information art. 17)."""

    reviewer: Words
    result: Literal["cleared", "restricted"]
    note: Words | None = None


class DisclosureContent(Model):
    """What is disclosed."""

    agency: Id
    title: Text
    category: Id
    cadence: Literal["regular", "phased", "ad_hoc"] = "ad_hoc"
    doc_no: Words | None = None
    issuer: Text | None = None
    body: LongText | None = None
    summary: Text | None = None
    topics: Annotated[list[Words], Field(max_length=50)] = []
    openness: Openness = Openness.model_validate({})
    source_url: Url | None = None
    source: Source | None = None
    formed_on: DateText | None = None
    issued_on: DateText | None = None
    effective_on: DateText | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.body is None and self.source_url is None:
            raise ValueError("a disclosure has a body or names where its text stands (source_url)")
        return self


class SubmitDisclosure(Envelope):
    """The text is handed in for approval."""

    act: Literal["submit"]
    content: DisclosureContent
    synthetic: bool = False


class ApproveDisclosure(Envelope):
    """Another person approves exactly the submitted bytes (公开审批)."""

    act: Literal["approve"]
    approves_sha256: Sha256
    secrecy_review: SecrecyReview


class PublishDisclosure(Envelope):
    """What was approved is disclosed."""

    act: Literal["publish"]


class CorrectDisclosure(Envelope):
    """A later submission that was approved takes the place of what is shown, as a correction."""

    act: Literal["correct"]
    reason: Text


class WithdrawDisclosure(Envelope):
    """The text is taken back; number, reason, time and hash stay, the title only where it names no person."""

    act: Literal["withdraw"]
    reason: Text
    keep_title: bool = False


DisclosureAct = Annotated[
    SubmitDisclosure | ApproveDisclosure | PublishDisclosure | CorrectDisclosure | WithdrawDisclosure,
    Field(discriminator="act"),
]
ADAPTER: TypeAdapter[DisclosureAct] = TypeAdapter(DisclosureAct)
