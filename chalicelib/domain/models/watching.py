"""What apps send and are told when they watch cases: these models describe; the requests are read by hand."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.domain.models.common import Id, InstantText, Model, Sha256
from chalicelib.domain.models.responses import Answer, Count, Path

ReceiverState = Literal["pending", "active", "ended"]
WebhookId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}-[0-9]+$")]
DeliveryId = Annotated[str, StringConstraints(pattern=r"^[0-9]{13}\.[0-9a-f]{32}-[0-9]+$")]
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z_]+$")]
TopicWanted = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.([a-z_]+|\*)$")]
Topics = Annotated[list[TopicWanted], Field(min_length=1, max_length=100, json_schema_extra={"uniqueItems": True})]
Cursor = Annotated[int, Field(ge=-1)]
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


class DeliveryLinks(Answer):
    """How a dead notification is asked for again."""

    retry: Path


class Delivery(Answer):
    """One notification and what came of it."""

    id: DeliveryId
    webhook_id: WebhookId
    type_: Annotated[Topic, Field(alias="type")]
    occurred_at: InstantText
    state: Literal["waiting", "delivered", "dead", "dropped", "expired"]
    handle: Handle | None = None
    version: Count | None = None
    subscription: Id | None = None
    register_index: Count | None = None
    next_at: InstantText | None = None
    attempts: list[DeliveryAttempt]
    links: DeliveryLinks | None = None


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


class PublicSubscriptionWanted(Model):
    """Which receiver is to be told of which entries of the register."""

    receiver: Annotated[str, Field(min_length=1, max_length=200)]
    topics: Topics
    agency: Id | None = None
    jurisdiction: Id | None = None
    after: Cursor | None = None


class PublicSubscriptionReceipt(Answer):
    """That a receiver is told of entries of the register."""

    id: Id
    receiver: Id
    topics: list[TopicWanted]
    agency: Id | None = None
    jurisdiction: Id | None = None
    begins_after: Cursor
    sha256: Sha256
    received_at: InstantText
    links: SubscriptionLinks


class PublicSubscriptionSeen(PublicSubscriptionReceipt):
    """A subscription, and how far it has come."""

    reached: Cursor


class PublicActData(Answer):
    """What the register says of an act; what the act says is at `url`."""

    receiver: Id
    subscription: Id
    register_index: Count
    kind: str
    id: Id
    act: Annotated[int, Field(ge=1)]
    name: str
    version: Annotated[int, Field(ge=1)] | None
    agency: Id
    jurisdiction: Id
    url: Path | Literal[""]
    sha256: Sha256 | None
    tombstone: bool


class PublicAct(Answer):
    """That the register has another entry. Fetch what `url` names to learn what it says."""

    type_: Annotated[Topic, Field(alias="type")]
    timestamp: InstantText
    data: PublicActData


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
