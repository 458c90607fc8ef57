"""What `GET /data.json` answers, as models (DCAT-US 1.1, in whose names its members are); see `responses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.feed_answers import Address
from chalicelib.domain.models.responses import Answer


class DataJsonPublisher(Answer):
    """Who publishes a dataset."""

    type_: Annotated[Literal["org:Organization"], Field(alias="@type")]
    name: str


class DataJsonContact(Answer):
    """Whom to ask about a dataset."""

    type_: Annotated[Literal["vcard:Contact"], Field(alias="@type")]
    fn: str
    has_email: Annotated[str | None, Field(alias="hasEmail")] = None


class DataJsonDistribution(Answer):
    """One way to have a dataset: a file (`downloadURL`), or an address to ask (`accessURL`)."""

    type_: Annotated[Literal["dcat:Distribution"], Field(alias="@type")]
    title: str
    access_url: Annotated[Address | None, Field(alias="accessURL")] = None
    download_url: Annotated[Address | None, Field(alias="downloadURL")] = None
    media_type: Annotated[str, Field(alias="mediaType")]
    format: str


class DataJsonDataset(Answer):
    """One dataset."""

    type_: Annotated[Literal["dcat:Dataset"], Field(alias="@type")]
    identifier: Address
    title: str
    description: str
    keyword: list[str]
    modified: str | None = None
    publisher: DataJsonPublisher
    contact_point: Annotated[DataJsonContact, Field(alias="contactPoint")]
    access_level: Annotated[Literal["public"], Field(alias="accessLevel")]
    license: Address | None = None
    spatial: str | None = None
    temporal: str | None = None
    accrual_periodicity: Annotated[Literal["R/PT1S", "R/P1M"], Field(alias="accrualPeriodicity")]
    language: list[Literal["zh", "en"]]
    landing_page: Annotated[Address, Field(alias="landingPage")]
    described_by: Annotated[Address, Field(alias="describedBy")]
    distribution: list[DataJsonDistribution] = []


class DataJson(Answer):
    """A catalogue of datasets as DCAT-US 1.1."""

    context: Annotated[Address, Field(alias="@context")]
    id_: Annotated[Address, Field(alias="@id")]
    type_: Annotated[Literal["dcat:Catalog"], Field(alias="@type")]
    conforms_to: Annotated[Address, Field(alias="conformsTo")]
    described_by: Annotated[Address, Field(alias="describedBy")]
    dataset: list[DataJsonDataset]
