"""What holders ask, and a line of a batch: these models describe; the requests are read by hand or line by line."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from chalicelib.domain.models.cases import Registration
from chalicelib.domain.models.common import Id, InstantText, Model

BearerToken = Annotated[str, Field(min_length=1, max_length=200)]


class ProofOfWork(Model):
    """The work that a challenge of a 429 asked for: SHA-256 over challenge, case number, code as sent and nonce, joined by
    line feeds, begins with that many zero bits.
    """

    challenge: Annotated[str, Field(min_length=1, max_length=200)]
    nonce: Annotated[str, Field(min_length=1, max_length=200)]


class CodeExchange(Model):
    """A query code (查询码) to be exchanged for a token."""

    query_code: Annotated[str, Field(min_length=1, max_length=200)]
    proof_of_work: ProofOfWork | None = None


class StatusWanted(Model):
    """One case with its token, and the tag of the answer that the client has."""

    case_no: Annotated[str, Field(min_length=1, max_length=200)]
    token: BearerToken
    etag: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class CaseStatusQuery(Model):
    """Many cases at once."""

    cases: Annotated[list[StatusWanted], Field(min_length=1, max_length=50)]


class PlacedRegistration(Registration):
    """A registration with the number of its case."""

    case_no: Id


class PlacedEvent(Model):
    """An event with its place; its other members are those of the event of that name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Any]

    case_no: Id
    event_id: Id
    event: str
    occurred_at: InstantText


class RegisterLine(Model):
    """A line that registers a case."""

    register_: Annotated[PlacedRegistration, Field(alias="register")]


class EventLine(Model):
    """A line that is an event of a case."""

    event: PlacedEvent


CaseLine = RegisterLine | EventLine
