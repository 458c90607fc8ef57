"""`deliver_webhooks`: on the table's stream and each minute. See `usecases/deliver_webhooks.py`."""

from datetime import timedelta

from chalicelib.domain.webhook_signatures import WEBHOOK_SIGNING
from chalicelib.usecases.deliver_webhooks import Delivered, Post, deliver_webhooks
from chalicelib.usecases.outbox import Outbox
from chalicelib.usecases.receivers import Registry
from chalicelib.usecases.turn_entries import Turning, turn_entries
from chalicelib.wiring import Wiring

RUN = timedelta(seconds=45)
"""What is begun then is ended within fifteen seconds; the function may take twice as long as both."""


def run(wired: Wiring) -> Delivered:
    """Deliver until nothing is due, or for three quarters of a minute; the next run goes on."""
    return deliver_webhooks(post_of(wired), wired.now() + RUN)


def post_of(wired: Wiring) -> Post:
    """Return what delivering needs."""
    ring = wired.keyring

    def outbox() -> Outbox:
        registry = Registry(wired.receivers, ring.of("receiver-secret"), wired.now())
        return Outbox(wired.outbox, registry, wired.api_keys, wired.random_bytes)

    turning = Turning(wired.public_subscriptions, wired.api_keys, wired.receivers, wired.now)
    signing_keys = tuple(ring.derived_all(WEBHOOK_SIGNING).values())
    return Post(
        outbox, wired.sender, signing_keys, wired.case_codes, wired.send_side_by_side, lambda: turn_entries(turning)
    )
