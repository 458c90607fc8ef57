"""What is answered about cases, as models: they describe, no route builds one. Unknown parts are absent."""

from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.domain.models.cases import HandedTo, Place
from chalicelib.domain.models.common import Complaint, DateText, Id, InstantText, Limit, Sha256, Text
from chalicelib.domain.models.responses import NULLABLE, Answer, Count, ReceiptLinks, RegisterPlace

Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,63}$")]
WhenText = DateText | InstantText
Clock = Literal["not_started", "running", "stopped", "done"]
Lamp = Literal["green", "yellow", "red"]
Handling = Literal["immediate", "promised", "on_pledge"]
MaybeId = Annotated[Id | None, Field(json_schema_extra={NULLABLE: True})]


class CaseReceipt(Answer):
    """The receipt of a write on a case; never in the public register."""

    id: Id
    act: str
    sha256: Sha256
    received_at: InstantText
    state: Code
    place: Annotated[RegisterPlace, Field(alias="register")]
    links: ReceiptLinks
    query_code: str | None = None


class Sentence(Answer):
    """A sentence in both languages."""

    zh: str
    en: str


class CaseService(Answer):
    """The service and the version of its commitment that the case is bound to."""

    id: Id
    version: Count
    title: Text


class CaseState(Answer):
    """Where the case is."""

    code: Code
    sentence: Sentence
    short: Sentence
    since: InstantText


class CaseStop(Answer):
    """Why the clock stands still."""

    why: Code
    since: InstantText
    expected_until: WhenText | None = None
    legal_basis: str | None = None
    sentence: Sentence


class CaseBranchState(Answer):
    """Where a branch is."""

    code: Code
    sentence: Sentence
    short: Sentence
    since: InstantText | None = None


class CaseRemaining(Answer):
    """What is left until the deadline; negative when it has passed."""

    value: int
    unit: Literal["working_day", "day", "hour"]
    as_of: WhenText


class CaseStage(Answer):
    """One stage of the service's line, by the name that the service gives it."""

    code: Code
    name: Sentence


class CaseProgress(Answer):
    """How far along the service's own line the case is."""

    step: Count
    of: Count
    stages: list[CaseStage]


class CaseNextStep(Answer):
    """Who does what next."""

    who: Literal["applicant", "agency", "superior_agency", "nobody"]
    code: Code
    what: Sentence
    by: WhenText | None = None
    agency: Id | None = None
    post: Text | None = None
    agencies: list[Id] | None = None


class CaseTodo(Answer):
    """Something the applicant has to do."""

    code: Code
    text: Sentence
    by: DateText | None = None
    where: Text | None = None
    url: str | None = None
    materials: list[Text] | None = None
    amounts: list["CaseAmount"] | None = None
    branch: Id | None = None
    agency: Id | None = None


class CaseContact(HandedTo):
    """The post that answers for the case (首问责任)."""


class CaseStep(Answer):
    """One step of the count, with its sentence."""

    code: Code
    since: WhenText | None = None
    until: WhenText | None = None
    value: int | None = None
    unit: str | None = None
    what: str | None = None
    basis: str | None = None
    sentence: Sentence


class CaseTimer(Answer):
    """A limit beside the decision's that is waited for now: for saying whether it is accepted, for handing out the result."""

    due_on: DateText | None = None
    due_at: InstantText | None = None
    limit: Limit
    remaining: CaseRemaining | None = None
    lamp: Lamp | None = None
    explain: list[CaseStep]


class CaseDeadline(Answer):
    """When the case is due, by which limit, and how it was counted."""

    due_on: DateText | None = None
    due_at: InstantText | None = None
    projected_due_on: DateText | None = None
    projected_due_at: InstantText | None = None
    statutory_due_on: DateText | None = None
    statutory_due_at: InstantText | None = None
    agency_due_at: InstantText | None = None
    limit: Limit | None = None
    lamp: Lamp | None = None
    acceptance: CaseTimer | None = None
    issue: CaseTimer | None = None
    explain: list[CaseStep]


class CaseEstimate(Answer):
    """How long cases of the service took in the last period that ended: measured, never promised."""

    median: float
    p80: float
    n: Count
    unit: Literal["working_day"]
    period: str
    measured: Code
    sentence: Sentence


class CaseMoment(Answer):
    """A line of the timeline."""

    at: InstantText
    code: Code
    sentence: Sentence
    agency: Id | None = None
    place: Place | None = None
    reason: Text | None = None
    branch: Id | None = None


class CaseBranch(Answer):
    """What one of several agencies does on the case, side by side with others (并联审批)."""

    id: Id
    agency: Id | None = None
    status: CaseBranchState
    clock: Clock
    stopped: CaseStop | None = None
    deadline: CaseDeadline | None = None
    blocking: bool


class CasePathStep(Answer):
    """A branch or a step of the case on the longest path."""

    branch: Id | None = None
    stage: Code | None = None
    agency: Id | None = None
    until: DateText


class CasePath(Answer):
    """When the whole will be decided if every limit is used up: a projection."""

    ends_on: DateText
    steps: list[CasePathStep]
    late: bool | None = None


class CaseDocument(Answer):
    """A paper that came in."""

    name: Text
    at: InstantText
    sha256: Sha256 | None = None


class CaseNotice(Answer):
    """A notice that was given."""

    kind: Code
    no: str
    at: InstantText
    sentence: Sentence | None = None


class CaseAmount(Answer):
    """An amount of money in the smallest unit."""

    amount_fen: Count
    currency: Literal["CNY", "USD"]


class CaseFees(Answer):
    """What is due and what is paid."""

    due: list[CaseAmount]
    paid: list[CaseAmount]


class CasePaper(Answer):
    """A document by name, number and hash, and how long it is valid."""

    name: Text
    no: str | None = None
    valid_until: DateText | None = None
    sha256: Sha256 | None = None


class CaseResult(Answer):
    """What was decided."""

    outcome: Literal["granted", "partly", "refused", "done", "not_accepted"]
    reasons: list[Text] | None = None
    document: CasePaper | None = None
    pickup: Text | None = None
    remedies: list[Text] | None = None


class CaseStatus(Answer):
    """A case as its holder sees it (办件进度). Nothing of the applicant is in it."""

    case_no: Id
    service: CaseService
    agency: Id
    handling: Handling
    synthetic: bool | None = None
    status: CaseState
    clock: Clock
    stopped: CaseStop | None = None
    remaining: CaseRemaining | None = None
    progress: CaseProgress | None = None
    next_step: CaseNextStep
    todo: list[CaseTodo] | None = None
    first_contact: CaseContact | None = None
    complaint: Complaint | None = None
    accepted_at: InstantText | None = None
    deadline: CaseDeadline | None = None
    estimate: CaseEstimate | None = None
    branches: list[CaseBranch] | None = None
    longest_path: CasePath | None = None
    timeline: list[CaseMoment]
    timeline_left_out: Count | None = None
    documents_received: list[CaseDocument] | None = None
    notices: list[CaseNotice] | None = None
    fees: CaseFees | None = None
    result: CaseResult | None = None
    can: list[Literal["rate", "receipt", "subscribe"]] | None = None
    updated_at: InstantText


class CaseFinding(Answer):
    """A contradiction among the events of a case."""

    code: Code
    event_id: Id | None = None
    sentence: Sentence


class CaseToken(Answer):
    """A Bearer token of one case."""

    token: str
    expires_at: InstantText


class CaseStatusEntry(Answer):
    """One case of many: its status, or that it is unchanged, or a problem."""

    case_no: str
    etag: str | None = None
    poll_after_seconds: Count | None = None
    unchanged: bool | None = None
    case: CaseStatus | None = None
    problem: dict[str, Any] | None = None


class CaseStatuses(Answer):
    """Many cases, in the order in which they were asked for."""

    cases: list[CaseStatusEntry]


class LineError(Answer):
    """One thing that is wrong with a line."""

    code: str
    message: str
    pointer: str


class LineResult(Answer):
    """What became of a line."""

    line: Annotated[int, Field(ge=1)]
    case_no: MaybeId = None
    event_id: MaybeId = None
    outcome: Literal["stored", "already", "refused"]
    errors: list[LineError]


class BatchResults(Answer):
    """What became of every line, in line order."""

    results: list[LineResult]
