"""What the public sends: a question, a complaint, a request for information, a registration for a hearing."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, StringConstraints, TypeAdapter, model_validator

from chalicelib.domain.models.common import Id, Model

EnquiryKind = Literal["question", "complaint", "disclosure_request", "hearing_registration"]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
PrivateText = Annotated[str, StringConstraints(min_length=1, max_length=8_000, pattern=r"\S")]
Contact = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")]


class About(Model):
    """What an enquiry is about, as far as it has an id: it tells the agency where to look. Only a hearing is looked up."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})
    service: Id | None = None
    disclosure: Id | None = None
    hearing: Id | None = None
    case_no: Id | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of service, disclosure, hearing, case_no is wanted")
        return self


class Enquiry(Model):
    """An enquiry (咨询、投诉、依申请公开、听证报名). All of it is private to the agency that handles it."""

    kind: EnquiryKind
    agency: Id
    about: About | None = None
    subject: Subject
    text: PrivateText
    contact: Contact | None = None
    locale: Literal["zh", "en"] | None = None

    @model_validator(mode="after")
    def _which_hearing(self) -> Self:
        if self.kind == "hearing_registration" and not (self.about and self.about.hearing):
            raise ValueError("about names the hearing")
        return self


ENQUIRY: TypeAdapter[Enquiry] = TypeAdapter(Enquiry)
