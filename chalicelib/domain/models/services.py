"""The acts on a service (政务服务事项) and its commitment (服务承诺)."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from chalicelib.domain.models.common import (
    Complaint,
    DateText,
    Envelope,
    Id,
    LegalBasis,
    Limit,
    LongText,
    Model,
    Post,
    Source,
    Text,
    Url,
    Words,
)

ServiceKind = Literal[
    "licence",
    "confirmation",
    "benefit",
    "penalty",
    "coercion",
    "collection",
    "inspection",
    "award",
    "adjudication",
    "other_power",
    "public_service",
    "request",
]
SpecialProcedureKind = Literal[
    "hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review"
]


class Limits(Model):
    """The two limits of the decision, by law and as promised (the promise may not be longer), and those beside it."""

    statutory: Limit | None = None
    promised: Limit | None = None
    acceptance: Limit | None = None
    """To accept, refuse, or ask for what is missing (art. 32); the law's five working days where a kind falls under it."""
    supplement_request: Limit | None = None
    """To ask for what is missing, where the law sets a day of its own for it."""
    first_review: Limit | None = None
    """To review a case that must go up (art. 43)."""
    issue: Limit | None = None
    """To hand the result out after a grant (art. 44)."""


class Fee(Model):
    """A fee with its basis (收费依据)."""

    name: Text
    amount_fen: Annotated[int, Field(ge=0)] | None = None
    currency: Literal["CNY", "USD"] = "CNY"
    basis: LegalBasis
    reduction: Text | None = None
    reduction_basis: LegalBasis | None = None


class Material(Model):
    """A paper to hand in (申请材料)."""

    name: Text
    form: Literal["original", "copy", "original_and_copy", "electronic"] = "original"
    copies: Annotated[int, Field(ge=0, le=99)] | None = None
    may_follow: bool = False
    when: Text | None = None
    sample_url: Url | None = None


class Joint(Model):
    """Handling by several agencies at once (并联审批): who leads, and the limits of the whole."""

    lead: Id
    statutory: Limit | None = None
    promised: Limit | None = None
    extension: "Extension | None" = None
    """By how much the limit of the whole may be extended; the service's own `extension` is that of each branch."""


class Step(Model):
    """One step of the line from acceptance to issue (办理环节).

    Steps follow one another; neighbours of one `group` run side by side, those of one `branch` in it one after the other.
    """

    stage: Literal["accept", "review", "decide", "make_certificate", "issue", "other"]
    name: Text | None = None
    agency: Id | None = None
    limit: Limit | None = None
    group: Id | None = None
    branch: Id | None = None


class SpecialProcedure(Model):
    """What may stop the clock (特别程序, Administrative Licensing Law art. 45)."""

    kind: SpecialProcedureKind
    limit: Limit | None = None
    legal_basis: LegalBasis


class Extension(Model):
    """By how much the limit may be extended, once (延长)."""

    limit: Limit
    legal_basis: LegalBasis


class Result(Model):
    """What the applicant gets (办理结果)."""

    name: Text
    validity: Text | None = None
    sample_url: Url | None = None


class Window(Model):
    """A counter (窗口), in a service centre or on its own."""

    centre: Id | None = None
    window: Words


class Question(Model):
    """A question often asked, with its answer."""

    question: Text
    answer: LongText


class Link(Model):
    """A page about the service."""

    title: Text
    url: Url


class ServiceContent(Model):
    """A service with everything that is promised about it."""

    agency: Id
    title: Text
    item_code: Words | None = None
    service_kind: ServiceKind
    task_type_code: Words | None = None
    legal_basis: Annotated[list[LegalBasis], Field(max_length=100)] = []
    conditions: Annotated[list[LongText], Field(max_length=100)] = []
    quota: Text | None = None
    applicants: Annotated[list[Literal["natural_person", "legal_person", "other"]], Field(max_length=3)] = []
    handling: Literal["immediate", "promised", "on_pledge"] = "promised"
    channels: Annotated[list[Literal["window", "online", "post", "phone", "elsewhere"]], Field(max_length=5)] = []
    limits: Limits = Limits()
    clock_starts: Literal["accepted", "received"] = "accepted"
    supplement: Literal["before_acceptance", "restart", "pause"] = "before_acceptance"
    promise_covers: Literal["decision", "issue"] = "decision"
    overdue_means: Literal["nothing", "consent", "granted"] = "nothing"
    joint: Joint | None = None
    fees: Annotated[list[Fee], Field(max_length=100)] = []
    materials: Annotated[list[Material], Field(max_length=200)] = []
    steps: Annotated[list[Step], Field(max_length=100)] = []
    special_procedures: Annotated[list[SpecialProcedure], Field(max_length=20)] = []
    extension: Extension | None = None
    result: Result | None = None
    responsible: Post | None = None
    first_contact: Post | None = None
    complaint: Complaint | None = None
    windows: Annotated[list[Window], Field(max_length=100)] = []
    visits: Annotated[int, Field(ge=0, le=99)] | None = None
    life_events: Annotated[list[Id], Field(max_length=50)] = []
    questions: Annotated[list[Question], Field(max_length=200)] = []
    links: Annotated[list[Link], Field(max_length=50)] = []
    source: Source | None = None
    issued_on: DateText | None = None
    effective_on: DateText | None = None


class PublishService(Envelope):
    """The service is published for the first time."""

    act: Literal["publish"]
    content: ServiceContent
    synthetic: bool = False


class ReviseService(Envelope):
    """The service changes; the whole content is given anew and becomes the next version."""

    act: Literal["revise"]
    content: ServiceContent
    synthetic: bool = False


class WithdrawService(Envelope):
    """The service is offered no longer."""

    act: Literal["withdraw"]
    reason: Text


ServiceAct = Annotated[PublishService | ReviseService | WithdrawService, Field(discriminator="act")]
ADAPTER: TypeAdapter[ServiceAct] = TypeAdapter(ServiceAct)
