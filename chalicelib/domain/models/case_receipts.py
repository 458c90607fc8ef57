"""The signed receipt of a case and the keys to verify it with, as models: they describe, no route builds one."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.models.case_answers import Clock, Code, Handling, WhenText
from chalicelib.domain.models.common import DateText, Id, InstantText, Limit, Sha256, Text
from chalicelib.domain.models.responses import Answer, Count, Path

Kid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
CompactJws = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$")]


class ReceiptState(Answer):
    """Where the case was when the receipt was issued."""

    code: Code
    since: InstantText


class ReceiptStop(Answer):
    """Why the clock stood still."""

    why: Code
    since: WhenText
    expected_until: WhenText | None = None
    legal_basis: str | None = None


class ReceiptDeadline(Answer):
    """When the case is due, as its status says."""

    due_on: DateText | None = None
    due_at: InstantText | None = None
    statutory_due_on: DateText | None = None
    statutory_due_at: InstantText | None = None
    agency_due_at: InstantText | None = None
    limit: Limit | None = None
    calendar: str | None = None


class ReceiptBeside(Answer):
    """When something beside the decision is due."""

    due_on: DateText | None = None
    due_at: InstantText | None = None
    limit: Limit


class ReceiptExtension(Answer):
    """By how much the limit may be extended, once."""

    limit: Limit
    legal_basis: str | None = None


class ReceiptProcedure(Answer):
    """A special procedure that may stop the clock."""

    kind: Code
    legal_basis: str


class ReceiptCommitment(Answer):
    """The version of the commitment that the case is bound to."""

    service: Id
    version: Count
    title: Text
    url: Path
    sha256: Sha256 | None = None
    handling: Handling
    clock_starts: Literal["accepted", "received"]
    promised: Limit | None = None
    statutory: Limit | None = None
    acceptance: Limit | None = None
    issue: Limit | None = None
    overdue_means: Literal["consent", "granted"] | None = None
    legal_basis: list[str] | None = None
    extension: ReceiptExtension | None = None
    special_procedures: list[ReceiptProcedure] | None = None


class ReceiptOfCase(Answer):
    """What the receipt says (受理回执). Nothing of the applicant is in it."""

    kind: Literal["case_receipt"]
    origin: str
    case_no: Id
    jurisdiction: Id
    agency: Id
    synthetic: bool | None = None
    received_at: InstantText | None = None
    accepted_at: InstantText | None = None
    accepted_by_silence: bool | None = None
    status: ReceiptState
    clock: Clock
    stopped: ReceiptStop | None = None
    acceptance: ReceiptBeside | None = None
    deadline: ReceiptDeadline | None = None
    issue: ReceiptBeside | None = None
    commitment: ReceiptCommitment
    issued_at: InstantText


class SignedReceipt(Answer):
    """A receipt, readable and signed: `receipt` is what `jws` holds."""

    receipt: ReceiptOfCase
    jws: CompactJws


class ReceiptKey(Answer):
    """A public key as a JSON Web Key (RFC 7517, RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Kid
    kid: Kid
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class ReceiptKeys(Answer):
    """A JWK Set: every public key that has signed receipts, newest first."""

    keys: list[ReceiptKey]
