"""A deployment whose cases are watched, and a deliverer that sends to a list instead of the Internet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import orjson

from chalicelib.domain.notices import DEAD, KEPT, RETRY_SECONDS, SPREAD
from chalicelib.jobs.deliver_webhooks import post_of
from chalicelib.routes.receivers import delivery_id_of
from chalicelib.usecases.api_keys import issue_api_key
from chalicelib.usecases.deliver_webhooks import Answered, Outgoing, deliver_webhooks
from chalicelib.usecases.outbox import Delivery, Outbox, take
from chalicelib.usecases.receivers import Registry
from local.messages import Response
from tests.case_world import JSON_BODY
from tests.unit.cases.invariants import InOrderWorld

URL = "https://hooks.app.example/in"
Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that arrived at a receiver."""

    webhook_id: str
    type_: str
    timestamp: str
    data: dict[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """The payload, with the id."""
        return {"webhook_id": self.webhook_id, "type": self.type_, "timestamp": self.timestamp, "data": self.data}


Send = Callable[[Sent], tuple[str, Any]]
"""What a receiver answers: an outcome, and what it says to a challenge."""


def takes_all(sent: Sent) -> tuple[str, Any]:
    """Answer as a receiver that takes everything and its challenge too."""
    return "http_200", sent.data.get("challenge")


class ListSender:
    """Implements `usecases.deliver_webhooks.Sender`: hands over to a function and keeps what was sent."""

    def __init__(self, send: Send) -> None:
        self.send_to = send
        self.sent: list[Sent] = []

    def send(self, outgoing: Outgoing, admit: Callable[[str], bool] | None = None) -> Answered:
        told = orjson.loads(outgoing.payload)
        sent = Sent(outgoing.headers["webhook-id"], told["type"], told["timestamp"], told["data"])
        self.sent.append(sent)
        outcome, answered = self.send_to(sent)
        return Answered(outcome, orjson.dumps({"challenge": answered}))


def one_by_one(function: Callable[[Given], Result], items: Iterable[Given]) -> list[Result]:
    """Stand for what works side by side, always in the same order."""
    return [function(item) for item in items]


class WatchWorld(InOrderWorld):
    """Registers receivers, subscribes to cases, and delivers."""

    def receiver(
        self, receiver_id: str = "app", url: Any = URL, source_ip: str = "203.0.113.9", **more: Any
    ) -> Response:
        """Register a receiver."""
        body = orjson.dumps({"url": url, **more})
        return self.request("PUT", f"/v1/receivers/{receiver_id}", headers=JSON_BODY, body=body, source_ip=source_ip)

    def with_secret(self, method: str, path: str, secret: str, query: str = "") -> Response:
        """Send a request with a receiver's secret."""
        return self.request(method, path, query, headers=(("Authorization", f"Bearer {secret}"),))

    def subscribe(
        self, case_no: str, token: str, subscription_id: str = "s1", receiver: Any = "app", handle: Any = "h1"
    ) -> Response:
        """Subscribe to a case."""
        headers = (*JSON_BODY, ("Authorization", f"Bearer {token}"))
        body = orjson.dumps({"receiver": receiver, "handle": handle})
        return self.request("PUT", f"/v1/cases/{case_no}/subscriptions/{subscription_id}", headers=headers, body=body)

    def subscription(self, method: str, case_no: str, token: str, subscription_id: str = "s1") -> Response:
        """Read or end a subscription."""
        path = f"/v1/cases/{case_no}/subscriptions/{subscription_id}"
        return self.request(method, path, headers=(("Authorization", f"Bearer {token}"),))

    def api_key(self, key_id: str = "portal") -> str:
        """Issue an API key."""
        return issue_api_key(key_id, "the city's portal", self.wired.api_keys, self.wired.random_bytes, self.now)

    def subscribe_publicly(
        self, subscription_id: str, key: str, receiver: Any = "app", topics: Any = ("disclosure.*",), **more: Any
    ) -> Response:
        """Subscribe to public topics."""
        headers = (*JSON_BODY, ("Authorization", f"Bearer {key}"))
        body = orjson.dumps({"receiver": receiver, "topics": topics, **more})
        return self.request("PUT", f"/v1/subscriptions/{subscription_id}", headers=headers, body=body)

    def public_subscription(self, method: str, key: str, subscription_id: str = "s1") -> Response:
        """Read or end a subscription to public topics."""
        return self.with_secret(method, f"/v1/subscriptions/{subscription_id}", key)

    def dead(self) -> str:
        """Let what is due fail until it is dead; return the delivery id of the newest that is."""
        for seconds in (*RETRY_SECONDS, 0):
            self.deliver(lambda sent: ("http_500", None))
            self.pass_time(seconds=seconds * (1 + SPREAD) + 1)
        page = self.wired.outbox.page("app", self.now - KEPT, 100, None)
        return next(delivery_id_of(notice) for notice, _ in page.notices if notice.state == DEAD and notice.case_no)

    @property
    def registry(self) -> Registry:
        """What dealing with receivers needs, now."""
        return Registry(self.wired.receivers, self.wired.keyring.of("receiver-secret"), self.now)

    @property
    def outbox(self) -> Outbox:
        """What working off the outbox needs, now."""
        return Outbox(self.wired.outbox, self.registry, self.wired.api_keys, self.wired.random_bytes)

    def deliver(self, send: Send = takes_all) -> list[dict[str, Any]]:
        """Run the job and return the payloads that it sent, with their ids."""
        sender = ListSender(send)
        post = replace(post_of(self.wired), sender=sender, side_by_side=one_by_one)
        deliver_webhooks(post, self.now + timedelta(seconds=1))
        return [sent.told for sent in sender.sent]

    def take(self) -> list[Delivery]:
        """Take what is due, under leases, as the job does before it sends."""
        taken = [take(mark, self.outbox) for mark in self.wired.outbox.due(self.now)]
        return [delivery for delivery in taken if delivery is not None]

    def watched(self, case_no: str = "c1") -> tuple[str, str]:
        """Register, confirm and subscribe: return the receiver's secret and the case's token."""
        secret = self.receiver().json()["secret"]
        self.deliver()
        _, token = self.opened(case_no)
        assert self.subscribe(case_no, token).status == 201
        return str(secret), token

    def waiting(self) -> list[str]:
        """Return the ids of the notices that wait, due or not."""
        marked = [item for key, item in self.memory.items.items() if key.pk.startswith("outbox#") and "work_pk" in item]
        return sorted(str(item["sk"]).split("#")[1] for item in marked)
