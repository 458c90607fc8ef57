"""Receivers of webhooks: registered by an app, theirs by the secret they share; and what was sent to them."""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import from_key, localised, to_key
from chalicelib.errors import NotFoundError
from chalicelib.routes.access import Access
from chalicelib.routes.bodies import read_texts
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.holders import PRIVATE_CACHE, bearer_of
from chalicelib.routes.listing import after_place, onward
from chalicelib.routes.params import CURSOR, LIMIT, path_number

if TYPE_CHECKING:
    from chalicelib.domain.notices import Notice
    from chalicelib.domain.receivers import Receiver
    from chalicelib.usecases.receivers import Registry

routes = Routes(__name__, "watching")

PATH = "/v1/receivers/{receiver_id}"
_DELIVERY_ID = re.compile(r"([0-9]{13})\.([0-9a-f]{32}-[0-9]{1,16})")


@routes.write(
    "PUT",
    PATH,
    access=Access.OPEN,
    summary="A receiver of webhooks",
    request_model="ReceiverRegistration",
    response_model="ReceiverReceipt",
    statuses=(200, 201, 409, 413, 422, 429),
)
def put_receiver(request: Request, receiver_id: str) -> Answer:
    """Register a receiver; the answer brings its secret, again too until it has answered its challenge."""
    from chalicelib.domain.receivers import URL_LIMIT
    from chalicelib.usecases.receivers import limit_registrations, register_receiver

    (url,) = read_texts(request.body, "url", longest=URL_LIMIT)
    wired, registry = wiring.current(), _registry()
    limit_registrations(wired.case_codes, request.source_ip, wired.settings.receivers_per_hour_network, registry.now)
    found = register_receiver(receiver_id, url, sha256(request.body).hexdigest(), registry)
    shown = {"secret": found.secret} if found.secret is not None else {}
    return Answer(orjson.dumps({**_receipt(found.receiver), **shown}), 201 if found.new else 200)


@routes.write(
    "DELETE",
    PATH,
    access=Access.RECEIVER,
    summary="The end of a receiver",
    media_types=(),
    statuses=(204,),
)
def delete_receiver(request: Request, receiver_id: str) -> Answer:
    """End a receiver: nothing is sent to it any more, and its id is never used again."""
    from chalicelib.usecases.receivers import end_receiver, open_receiver

    registry = _registry()
    open_receiver(receiver_id, bearer_of(request), registry)
    end_receiver(receiver_id, registry)
    return Answer(status=204)


@routes.write(
    "PUT",
    f"{PATH}/secrets/{{number}}",
    access=Access.RECEIVER,
    summary="The next secret of a receiver",
    media_types=(),
    response_model="ReceiverSecret",
    statuses=(200, 201, 409),
)
def put_receiver_secret(request: Request, receiver_id: str, number: str) -> Answer:
    """Make the next secret of a receiver; the one before it holds for a day beside it."""
    from chalicelib.domain.receivers import earlier_until
    from chalicelib.usecases.receivers import rotate_secret

    made = rotate_secret(receiver_id, path_number(number, "a secret"), bearer_of(request), _registry())
    told: dict[str, Any] = {"id": receiver_id, "number": made.receiver.secret_number, "secret": made.secret}
    if made.receiver.rotated_at:
        told["earlier_until"] = _local(to_key(earlier_until(made.receiver)))
    return Answer(orjson.dumps(told), 201 if made.new else 200)


@routes.get(
    f"{PATH}/deliveries",
    access=Access.RECEIVER,
    summary="What was and is to be sent to a receiver",
    cache=PRIVATE_CACHE,
    parameters=(LIMIT, CURSOR),
    response_model="DeliveryList",
)
def list_receiver_deliveries(request: Request, receiver_id: str) -> Answer:
    """List the notifications of the last 30 days with every try, newest first."""
    from chalicelib.usecases.outbox import deliveries_of
    from chalicelib.usecases.receivers import open_receiver

    registry = _registry()
    receiver = open_receiver(receiver_id, bearer_of(request), registry)
    limit, place = request.parameters["limit"], after_place(request)
    page = deliveries_of(receiver_id, limit, place, wiring.current().outbox, registry.now)
    cursor, headers = onward(request, page.last)
    items = [_delivery(notice, due_at) for notice, due_at in page.notices]
    told = {"items": items, "next": cursor, "receiver": {**_receipt(receiver), **_own(receiver, registry)}}
    return Answer(orjson.dumps(told), headers=headers)


@routes.write(
    "PUT",
    f"{PATH}/deliveries/{{delivery_id}}/retries/{{number}}",
    access=Access.RECEIVER,
    summary="A dead notification sent once more",
    media_types=(),
    response_model="Delivery",
    statuses=(200, 201, 409, 422),
)
def put_receiver_retry(request: Request, receiver_id: str, delivery_id: str, number: str) -> Answer:
    """Have a notification that is dead sent once more, for the first, second ... time."""
    from chalicelib.usecases.outbox import ask_again
    from chalicelib.usecases.receivers import open_receiver

    registry, outbox = _registry(), wiring.current().outbox
    open_receiver(receiver_id, bearer_of(request), registry)
    wanted = path_number(number, "a retry")
    notice = outbox.find(receiver_id, *_place_of(delivery_id))
    asked = ask_again(notice, wanted, outbox, registry.now)
    due_at = to_key(registry.now) if asked.new else None
    return Answer(orjson.dumps(_delivery(asked.notice, due_at)), 201 if asked.new else 200)


def _registry() -> "Registry":
    from chalicelib.usecases.receivers import Registry

    wired = wiring.current()
    keys = wired.keyring.of("receiver-secret")
    return Registry(wired.receivers, keys, wired.now(), wired.settings.loopback_ports)


def _local(instant: str) -> str:
    return localised(instant, wiring.current().settings.time_zone)


def _receipt(receiver: "Receiver") -> dict[str, Any]:
    place = wiring.current().settings.base_path + PATH.format(receiver_id=receiver.receiver_id)
    return {
        "id": receiver.receiver_id,
        "sha256": receiver.sha256,
        "received_at": _local(receiver.received_at),
        "state": receiver.state,
        "links": {"self": place, "deliveries": f"{place}/deliveries"},
    }


def _own(receiver: "Receiver", registry: "Registry") -> dict[str, Any]:
    """What is shown of a receiver to whoever knows its secret alone."""
    address = {"url": receiver.url} if receiver.url else {}
    outdated = {"secret_outdated": True} if registry.keys.outdates(receiver.secret_key_id) else {}
    return {**address, "secret_number": receiver.secret_number, **outdated}


def delivery_id_of(notice: "Notice") -> str:
    """Return how a delivery is named in an address: when it was written, in milliseconds, and its webhook id."""
    return f"{round(from_key(notice.occurred_at).timestamp() * 1_000)}.{notice.webhook_id}"


def _place_of(delivery_id: str) -> tuple[str, str]:
    """Return when a delivery was written, and its webhook id.

    Raises:
        NotFoundError: it is the name of none.
    """
    shaped = _DELIVERY_ID.fullmatch(delivery_id)
    if shaped is None:
        raise NotFoundError("no such delivery")
    return to_key(datetime.fromtimestamp(int(shaped[1]) / 1_000, UTC)), shaped[2]


def _delivery(notice: "Notice", due_at: str | None) -> dict[str, Any]:
    place, delivery_id = PATH.format(receiver_id=notice.receiver), delivery_id_of(notice)
    told: dict[str, Any] = {
        "id": delivery_id,
        "webhook_id": notice.webhook_id,
        "type": notice.kind,
        "occurred_at": _local(notice.occurred_at),
        "state": notice.state,
        "attempts": [{"at": _local(attempt.at), "outcome": attempt.outcome} for attempt in notice.attempts],
    }
    if notice.handle:
        told |= {"handle": notice.handle, "version": notice.version}
    if notice.subscription:
        told |= {"subscription": notice.subscription, "register_index": notice.index}
    if notice.state == "dead" and notice.kind != "receiver.challenge":
        again = f"{place}/deliveries/{delivery_id}/retries/{notice.asked_again + 1}"
        told["links"] = {"retry": wiring.current().settings.base_path + again}
    if due_at is not None:
        told["next_at"] = _local(due_at)
    return told
