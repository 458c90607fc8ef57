"""Watching a case: subscriptions, for the holder of its token."""

from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.routes.access import Access
from chalicelib.routes.bodies import read_texts
from chalicelib.routes.endpoint import Answer, Request, Routes
from chalicelib.routes.holders import PRIVATE_CACHE, bearer_of, case_access

if TYPE_CHECKING:
    from chalicelib.domain.notices import Subscription
    from chalicelib.usecases.subscriptions import Watch

routes = Routes(__name__, "watching")

PATH = "/v1/cases/{case_no}/subscriptions/{subscription_id}"


@routes.write(
    "PUT",
    PATH,
    access=Access.CASE,
    summary="A subscription to the changes of a case",
    request_model="SubscriptionWanted",
    response_model="SubscriptionReceipt",
    statuses=(200, 201, 409, 413, 422),
)
def put_subscription(request: Request, case_no: str, subscription_id: str) -> Answer:
    """Let a receiver be told when the case changes; the handle stands for the case in every notification."""
    from chalicelib.usecases.subscriptions import Wanted, put_subscription

    receiver, handle = read_texts(request.body, "receiver", "handle")
    wanted = Wanted(subscription_id, receiver, handle, sha256(request.body).hexdigest())
    subscribed = put_subscription(case_no, wanted, bearer_of(request), _watch())
    return _receipt(case_no, subscribed.subscription, 201 if subscribed.new else 200)


@routes.get(
    PATH,
    access=Access.CASE,
    summary="A subscription's receipt",
    cache=PRIVATE_CACHE,
    response_model="SubscriptionReceipt",
)
def get_subscription(request: Request, case_no: str, subscription_id: str) -> Answer:
    """Return the receipt of a subscription."""
    from chalicelib.usecases.subscriptions import find_subscription

    return _receipt(case_no, find_subscription(case_no, subscription_id, bearer_of(request), _watch()), 200)


@routes.write(
    "DELETE",
    PATH,
    access=Access.CASE,
    summary="The end of a subscription",
    media_types=(),
    statuses=(204,),
)
def delete_subscription(request: Request, case_no: str, subscription_id: str) -> Answer:
    """End a subscription: what still waits for it is not sent any more."""
    from chalicelib.usecases.subscriptions import end_subscription

    end_subscription(case_no, subscription_id, bearer_of(request), _watch())
    return Answer(status=204)


def _watch() -> "Watch":
    from chalicelib.usecases.subscriptions import Watch

    wired = wiring.current()
    return Watch(case_access(), wired.case_statuses, wired.receivers, wired.random_bytes)


def _receipt(case_no: str, subscription: "Subscription", status: int) -> Answer:
    settings = wiring.current().settings
    place = PATH.format(case_no=case_no, subscription_id=subscription.subscription_id)
    receipt = {
        "id": subscription.subscription_id,
        "receiver": subscription.receiver,
        "handle": subscription.handle,
        "sha256": subscription.sha256,
        "received_at": localised(subscription.received_at, settings.time_zone),
        "links": {"self": f"{settings.base_path}{place}"},
    }
    return Answer(orjson.dumps(receipt), status)
