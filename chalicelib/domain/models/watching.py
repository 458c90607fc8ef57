"""What apps send and are told when they watch cases: these models describe; the requests are read by hand."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.models.common import Id, InstantText, Model, Sha256
from chalicelib.domain.models.responses import Answer, Count, Path

ReceiverState = Literal["pending", "active", "ended"]
WebhookId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}-[0-9]+$")]
Secret = Annotated[str, StringConstraints(pattern=r"^whsec_[A-Za-z0-9+/]+={0,2}$")]
Handle = Annotated[str, Field(min_length=1, max_length=200)]
ReceiverUrl = Annotated[str, Field(min_length=1, max_length=2_000, json_schema_extra={"format": "uri"})]


class ReceiverRegistration(Model):
    """Where an app takes notifications: https to a public name, port 443."""

    url: ReceiverUrl


class SubscriptionWanted(Model):
    """Who is to be told of a case's changes, and under which handle."""

    receiver: Annotated[str, Field(min_length=1, max_length=200)]
    handle: Handle


class ReceiverLinks(Answer):
    """Where a receiver and its deliveries are found."""

    self: Path
    deliveries: Path


class ReceiverStart(Answer):
    """What is told of a receiver to anyone who sends its registration."""

    id: Id
    sha256: Sha256
    received_at: InstantText
    state: ReceiverState
    links: ReceiverLinks


class ReceiverReceipt(ReceiverStart):
    """That a receiver is registered; the secret only until it has answered its challenge."""

    secret: Secret | None = None


class ReceiverSecret(Answer):
    """The newest secret of a receiver."""

    id: Id
    number: Annotated[int, Field(ge=1)]
    secret: Secret
    earlier_until: InstantText | None = None


class ReceiverSeen(ReceiverStart):
    """A receiver, as whoever knows its secret sees it."""

    url: ReceiverUrl | None = None
    secret_number: Annotated[int, Field(ge=1)]
    secret_outdated: bool | None = None


class DeliveryAttempt(Answer):
    """One try to deliver."""

    at: InstantText
    outcome: str


class Delivery(Answer):
    """One notification and what came of it."""

    webhook_id: WebhookId
    type_: Annotated[Literal["case.updated", "receiver.challenge"], Field(alias="type")]
    occurred_at: InstantText
    state: Literal["waiting", "delivered", "dead", "dropped", "expired"]
    handle: Handle | None = None
    version: Count | None = None
    next_at: InstantText | None = None
    attempts: list[DeliveryAttempt]


class DeliveryList(Answer):
    """Notifications of a receiver, newest first."""

    items: list[Delivery]
    next: str | None
    receiver: ReceiverSeen


class SubscriptionLinks(Answer):
    """Where a subscription is found."""

    self: Path


class SubscriptionReceipt(Answer):
    """That a receiver is told of a case's changes."""

    id: Id
    receiver: Id
    handle: Handle
    sha256: Sha256
    received_at: InstantText
    links: SubscriptionLinks


class WebhookKey(Answer):
    """A public key that signs notifications."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,8}$")]
    public_key: Annotated[str, StringConstraints(pattern=r"^whpk_[A-Za-z0-9+/]{43}=$")]


class WebhookKeys(Answer):
    """Every public key that signs notifications, newest first."""

    keys: list[WebhookKey]


class ChallengeData(Answer):
    """What a receiver is asked."""

    receiver: Id
    challenge: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReceiverChallenge(Answer):
    """The challenge that a receiver answers with `{"challenge": ...}` once it has held the signature to be right."""

    type_: Annotated[Literal["receiver.challenge"], Field(alias="type")]
    timestamp: InstantText
    data: ChallengeData


class CaseUpdatedData(Answer):
    """Which case changed, by the handle that the app chose."""

    receiver: Id
    handle: Handle
    version: Count


class CaseUpdated(Answer):
    """That a case changed in what its holder sees. Ask for its status to learn how."""

    type_: Annotated[Literal["case.updated"], Field(alias="type")]
    timestamp: InstantText
    data: CaseUpdatedData
