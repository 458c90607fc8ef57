"""The acts on an agency (行政机关)."""

from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, model_validator

from chalicelib.domain.models.common import Complaint, DateText, Envelope, Id, Model, Source, Text, Words


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not a time zone of the IANA database")
    return name


class Jurisdiction(Model):
    """What holds for all agencies under a root: its zone, calendar and language."""

    time_zone: Annotated[str, AfterValidator(_zone)]
    calendar: Id
    language: Literal["zh", "en"] = "zh"


class Contact(Model):
    """One way to reach an agency."""

    kind: Literal["address", "phone", "email", "url"]
    value: Words


class AgencyContent(Model):
    """What an agency is."""

    name: Text
    level: Literal["province", "city", "county", "township", "department"]
    parent: Id | None = None
    jurisdiction: Jurisdiction | None = None
    duties: Annotated[list[Text], Field(max_length=100)] = []
    contacts: Annotated[list[Contact], Field(max_length=50)] = []
    complaint: Complaint | None = None
    codes: Annotated[
        dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")], Words], Field(max_length=20)
    ] = {}
    source: Source | None = None
    issued_on: DateText | None = None
    effective_on: DateText | None = None

    @model_validator(mode="after")
    def _rooted(self) -> Self:
        if (self.parent is None) == (self.jurisdiction is None):
            raise ValueError("an agency has a parent, or is the root of a jurisdiction and says which")
        return self


class RegisterAgency(Envelope):
    """The agency enters the register."""

    act: Literal["register"]
    content: AgencyContent
    synthetic: bool = False


class AmendAgency(Envelope):
    """What is known of the agency changes; the whole content is given anew."""

    act: Literal["amend"]
    content: AgencyContent
    synthetic: bool = False


class DissolveAgency(Envelope):
    """The agency ends (撤销)."""

    act: Literal["dissolve"]
    reason: Text


AgencyAct = Annotated[RegisterAgency | AmendAgency | DissolveAgency, Field(discriminator="act")]
ADAPTER: TypeAdapter[AgencyAct] = TypeAdapter(AgencyAct)
