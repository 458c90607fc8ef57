"""A deployment whose cases are watched, and a deliverer that sends to a list instead of the Internet."""

from collections.abc import Callable
from typing import Any

import orjson

from chalicelib.domain.notices import CHALLENGE
from chalicelib.usecases.outbox import Delivery, Outbox, note_delivered, note_failed, take_due
from chalicelib.usecases.receivers import Registry, confirm_receiver
from local.messages import Response
from tests.case_world import JSON_BODY
from tests.unit.cases.invariants import InOrderWorld

URL = "https://hooks.app.example/in"
Send = Callable[[Delivery], tuple[str, Any]]


def takes_all(delivery: Delivery) -> tuple[str, Any]:
    """Answer as a receiver that takes everything and its challenge too."""
    return "http_200", orjson.loads(delivery.payload)["data"].get("challenge")


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

    @property
    def registry(self) -> Registry:
        """What dealing with receivers needs, now."""
        return Registry(self.wired.receivers, self.wired.keyring.of("receiver-secret"), self.now)

    @property
    def outbox(self) -> Outbox:
        """What working off the outbox needs, now."""
        return Outbox(self.wired.outbox, self.registry, self.wired.random_bytes)

    def deliver(self, send: Send = takes_all, limit: int = 100) -> list[dict[str, Any]]:
        """Send what is due as a deliverer does, and return the payloads with their ids."""
        sent = []
        for delivery in take_due(self.outbox, limit):
            sent.append({"webhook_id": delivery.webhook_id, **orjson.loads(delivery.payload)})
            outcome, answered = send(delivery)
            if outcome == "http_200" and delivery.notice.kind == CHALLENGE:
                confirmed = confirm_receiver(delivery.notice.receiver, str(answered), self.registry)
                outcome = outcome if confirmed else "challenge_wrong"
            if outcome == "http_200":
                note_delivered(delivery, outcome, self.outbox)
            else:
                note_failed(delivery, outcome, self.outbox)
        return sent

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
