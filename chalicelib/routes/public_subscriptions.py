"""Subscriptions to public topics: for whoever has an API key of the operator's. What they are told of is public."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib import wiring
from chalicelib.domain.instants import localised
from chalicelib.errors import MalformedError, Problem
from chalicelib.routes.access import Access
from chalicelib.routes.bodies import read_object, shape_problems
from chalicelib.routes.endpoint import ID, Answer, Request, Routes
from chalicelib.routes.holders import PRIVATE_CACHE, bearer_of

if TYPE_CHECKING:
    from chalicelib.domain.api_keys import ApiKey
    from chalicelib.domain.public_subscriptions import PublicSubscription
    from chalicelib.usecases.public_subscriptions import Desk, Wanted

routes = Routes(__name__, "watching")

PATH = "/v1/subscriptions/{subscription_id}"
_FURTHEST = 10**15


@routes.write(
    "PUT",
    PATH,
    access=Access.KEY,
    summary="A subscription to public topics",
    request_model="PublicSubscriptionWanted",
    response_model="PublicSubscriptionReceipt",
    statuses=(200, 201, 409, 413, 422),
)
def put_public_subscription(request: Request, subscription_id: str) -> Answer:
    """Let a receiver be told of entries of the register: of their topics, of one agency or jurisdiction if one is named."""
    from chalicelib.usecases.public_subscriptions import subscribe

    key = _holder(request)
    subscribed = subscribe(_wanted(request.body, subscription_id), key, _desk())
    return Answer(orjson.dumps(_receipt(subscribed.subscription)), 201 if subscribed.new else 200)


@routes.get(
    PATH,
    access=Access.KEY,
    summary="A subscription to public topics, and how far it has come",
    cache=PRIVATE_CACHE,
    response_model="PublicSubscriptionSeen",
)
def get_public_subscription(request: Request, subscription_id: str) -> Answer:
    """Return a subscription and the last register index that was turned into notifications for it."""
    from chalicelib.usecases.public_subscriptions import find_own

    found = find_own(subscription_id, _holder(request), _desk())
    return Answer(orjson.dumps({**_receipt(found), "reached": found.cursor}))


@routes.write(
    "DELETE",
    PATH,
    access=Access.KEY,
    summary="The end of a subscription to public topics",
    media_types=(),
    statuses=(204,),
)
def delete_public_subscription(request: Request, subscription_id: str) -> Answer:
    """End a subscription: what still waits for it is not sent any more."""
    from chalicelib.usecases.public_subscriptions import end_own

    end_own(subscription_id, _holder(request), _desk())
    return Answer(status=204)


def _holder(request: Request) -> "ApiKey":
    from chalicelib.usecases.api_keys import holder_of

    return holder_of(bearer_of(request), wiring.current().api_keys)


def _desk() -> "Desk":
    from chalicelib.usecases.public_subscriptions import Desk

    wired = wiring.current()
    return Desk(wired.public_subscriptions, wired.receivers, wired.random_bytes, wired.now())


def _wanted(raw: bytes, subscription_id: str) -> "Wanted":
    """Read what is asked for.

    Raises:
        TooLargeError, MalformedError: names every place that is wrong.
    """
    from chalicelib.usecases.public_subscriptions import Wanted

    members = read_object(raw)
    texts = {name: value for name, value in members.items() if name not in ("topics", "after")}
    problems = shape_problems(texts, {"receiver": True, "agency": False, "jurisdiction": False}, "")
    problems += [*_topic_problems(members), *_after_problems(members)]
    problems += [
        Problem("not_an_id", "an id is wanted", pointer=f"/{name}")
        for name in ("agency", "jurisdiction")
        if isinstance(members.get(name), str) and not ID.fullmatch(members[name])
    ]
    if problems:
        raise MalformedError(*problems)
    return Wanted(
        subscription_id,
        members["receiver"],
        tuple(members["topics"]),
        members.get("agency", ""),
        members.get("jurisdiction", ""),
        members.get("after"),
        sha256(raw).hexdigest(),
    )


def _topic_problems(members: dict[str, Any]) -> list[Problem]:
    from chalicelib.domain.topics import TOPICS_LIMIT

    if "topics" not in members:
        return [Problem("missing", "this is wanted", pointer="/topics")]
    topics = members["topics"]
    shaped = isinstance(topics, list) and all(isinstance(topic, str) for topic in topics)
    if not shaped or not 1 <= len(topics) <= TOPICS_LIMIT or len(set(topics)) != len(topics):
        return [Problem("not_topics", f"1 to {TOPICS_LIMIT} texts, each once", pointer="/topics")]
    return []


def _after_problems(members: dict[str, Any]) -> list[Problem]:
    after = members.get("after", 0)
    if type(after) is int and -1 <= after <= _FURTHEST:
        return []
    return [Problem("not_an_index", "a register index, or -1 for all from the first on", pointer="/after")]


def _receipt(subscription: "PublicSubscription") -> dict[str, Any]:
    settings = wiring.current().settings
    filters = {"agency": subscription.agency, "jurisdiction": subscription.jurisdiction}
    return {
        "id": subscription.subscription_id,
        "receiver": subscription.receiver,
        "topics": subscription.topics,
        **{name: value for name, value in filters.items() if value},
        "begins_after": subscription.begins_after,
        "sha256": subscription.sha256,
        "received_at": localised(subscription.received_at, settings.time_zone),
        "links": {"self": settings.base_path + PATH.format(subscription_id=subscription.subscription_id)},
    }
