"""What the API answers, as models: they describe answers in OpenAPI and in `GET /v1/fields`, and check them in tests.

No route builds one: public bytes are rendered once and sent as they are (design idea 5). A member that may be absent has a
default here and is never null; a member that is null when there is nothing to say has none.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.models.agencies import AgencyContent
from chalicelib.domain.models.common import DateText, Id, InstantText, Limit, Sha256, Text
from chalicelib.domain.models.completeness_answers import Completeness
from chalicelib.domain.models.services import ServiceContent, ServiceKind


class Answer(BaseModel):
    """Base of what is answered: open, for later versions may say more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


NULLABLE = "x-nullable"
"""Marks a member that may be absent and may be null as well."""

Path = Annotated[str, Field(json_schema_extra={"format": "uri-reference"})]
Count = Annotated[int, Field(ge=0)]
Level = Literal["province", "city", "county", "township", "department"]


class RecordStart(Answer):
    """What every public record and summary begins with."""

    kind: str
    id: Id
    version: Annotated[int, Field(ge=1)]
    act: Annotated[int, Field(ge=1)]
    register_index: Count
    sha256: Sha256
    url: Path
    agency: Id
    jurisdiction: Id
    issued_on: DateText | None = None
    published_at: InstantText
    effective_on: DateText | None = None
    record_changed_at: InstantText
    synthetic: bool | None = None


class RecordHead(RecordStart):
    """What every public record begins with; `url` is permanent and names the version."""

    origin: str
    renderer: int


class VersionName(Answer):
    """Which version of a record is compared, and where it stands."""

    version: int
    act: int
    register_index: int
    sha256: Sha256
    url: Path
    record_changed_at: InstantText


class ChangedLines(Answer):
    """Lines of a text that went, and those that came in their place; lines are counted from 0."""

    before_line: int
    after_line: int
    removed: list[str]
    added: list[str]


class VersionChange(Answer):
    """One change: where (JSON Pointer), how, and what stood there before and stands there now; of a long text its lines."""

    pointer: str
    op: Literal["added", "removed", "changed"]
    before: Any = None
    after: Any = None
    lines: list[ChangedLines] = []


class VersionDifference(Answer):
    """What changed from one version of a record to another; applied in order they give the later one."""

    kind: Id
    id: Id
    before: Annotated[VersionName, Field(alias="from")]
    after: Annotated[VersionName, Field(alias="to")]
    changes: list[VersionChange]


class Agency(AgencyContent, RecordHead):
    """An agency (行政机关)."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["agency"]
    jurisdiction: Id  # type: ignore[assignment]
    stage: Literal["registered", "dissolved"]
    path: list[Id]
    time_zone: str
    calendar: Id
    language: Literal["zh", "en"]
    reason: Text | None = None


class SnippetPart(Answer):
    """A part of a text, as it was written; `hit` is there where it is what was looked for."""

    text: str
    hit: Literal[True] | None = None


class Findable(Answer):
    """What an item has in a list that was asked for with words."""

    snippet: list[SnippetPart] | None = None


class AgencySummary(RecordStart, Findable):
    """An agency in a list."""

    kind: Literal["agency"]
    stage: Literal["registered", "dissolved"]
    name: Text
    level: Level
    parent: Id | None = None


class Service(ServiceContent, RecordHead):
    """A service (政务服务事项) with what is promised about it."""

    model_config = ConfigDict(extra="ignore")
    kind: Literal["service"]
    stage: Literal["published", "withdrawn"]
    completeness: Completeness
    reason: Text | None = None


class LimitsShown(Answer):
    """The limits of a service in a list."""

    statutory: Limit | None = None
    promised: Limit | None = None


class ServiceSummary(RecordStart, Findable):
    """A service in a list."""

    kind: Literal["service"]
    stage: Literal["published", "withdrawn"]
    title: Text
    service_kind: ServiceKind
    handling: Literal["immediate", "promised", "on_pledge"]
    item_code: str | None = None
    limits: LimitsShown | None = None


class AsOf(Answer):
    """Up to which register index the answer surely holds every act of its collection, and since when."""

    register_index: Count | None
    at: InstantText | None


class Page(Answer):
    """A page of a list. Go on with `next` until it is null; nothing is ever cut without it."""

    next: str | None
    as_of: AsOf


class Counted(Answer):
    """How many records there are in all."""

    value: Count
    relation: Literal["exact", "at_least"]


class FacetValue(Answer):
    """A value of a filter, and how many of what is found have it."""

    value: str
    count: Count


class SearchedPage(Page):
    """A page of a list of records, with what was asked of the whole list."""

    count: Counted | None = None
    facets: dict[str, list[FacetValue]] | None = None
    not_found: list[Id] | None = None


class AgencyList(SearchedPage):
    """Agencies."""

    items: list[AgencySummary]


class ServiceList(SearchedPage):
    """Services."""

    items: list[ServiceSummary]


class Change(Answer):
    """One entry of the register: what was done to which record, and what the record showed after it."""

    index: Count
    kind: Literal[
        "agency",
        "service",
        "disclosure",
        "card",
        "rule",
        "evaluation",
        "feedback",
        "centre",
        "hearing",
        "comment",
        "filing",
        "period",
    ]
    id: Id
    act: Annotated[int, Field(ge=1)]
    name: str
    version: int | None
    at: InstantText
    agency: Id
    jurisdiction: Id
    sha256: Sha256 | None
    act_sha256: Sha256 | None
    salt: str | None
    url: Path
    tombstone: bool
    commitment: Sha256 | None = None
    erased_by: Count | None = None
    body: dict[str, Any] | None = Field(default=None, json_schema_extra={NULLABLE: True})
    ends_versions: bool | None = None


class ChangeList(Page):
    """Entries of the register, in its order."""

    items: list[Change]


class RegisterPlace(Answer):
    """Where an act stands in the register."""

    index: Count | None
    status: Literal["not_public", "pending", "logged"]
    within_seconds: int | None = None


class ReceiptLinks(Answer):
    """Where the receipt and, once it shows something, the record are found."""

    self: Path
    record: Path | None = None


class Receipt(Answer):
    """That an act was taken in: the same bytes at the same place get the same receipt again."""

    id: Id
    act: Annotated[int, Field(ge=1)]
    sha256: Sha256 | None
    received_at: InstantText
    state: str
    place: Annotated[RegisterPlace, Field(alias="register")]
    links: ReceiptLinks


class ProblemPlace(Answer):
    """One thing that is wrong, and where: a JSON Pointer into the body, or a query parameter."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None


class WorkWanted(Answer):
    """Work that lets the same request in at once."""

    challenge: str
    bits: Annotated[int, Field(ge=0, le=256)]


class Problem(Answer):
    """An error (RFC 9457). `type` is stable and has a page that explains it."""

    type: Path
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ProblemPlace] | None = None
    next_act: int | None = None
    results: list[dict[str, Any]] | None = None
    proof_of_work: WorkWanted | None = None


class Index(Answer):
    """Where everything is."""

    name: str
    version: str
    register_index: Count | None
    time_zone: str
    links: dict[str, Path]


class Health(Answer):
    """That the program answers."""

    status: Literal["ok"]


class AgencyStatus(Answer):
    """When an agency last did something in the register."""

    agency: Id
    name: Text
    jurisdiction: Id
    url: Path
    last_upload_at: InstantText | None
    last_register_index: Count | None
    open: Count | None
    overdue: Count | None
    cadence_due_on: DateText | None
    overdue_duties: Count


class StatusList(Page):
    """The agencies with their last public act."""

    items: list[AgencyStatus]


class FieldKind(Answer):
    """A kind whose fields are explained."""

    kind: str
    url: Path


class FieldKinds(Answer):
    """The kinds whose fields are explained."""

    items: list[FieldKind]


class ExplainedField(Answer):
    """One field: its place (`[]` stands for each item of a list), its type, and what it means."""

    name: str
    type: str
    always: bool
    values: list[str] | None = None
    zh: str
    en: str


class Fields(Answer):
    """What every field of a kind means."""

    kind: str
    description: str
    fields: list[ExplainedField]


class OpenApiDocument(Answer):
    """An OpenAPI 3.1 document."""

    model_config = ConfigDict(extra="allow")
    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
