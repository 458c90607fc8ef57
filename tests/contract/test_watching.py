"""A watched case on each engine: subscribed, changed, delivered, and ended with its tokens."""

from uuid import uuid4

import pytest

from tests.case_world import ACCEPTED, DECIDED
from tests.contract.conftest import Stores
from tests.watch_world import WatchWorld


@pytest.fixture
def world(stores: Stores) -> WatchWorld:
    """Return a deployment on an engine."""
    world = WatchWorld(stores[0])
    world.begin()
    return world


def test_a_watched_case_tells_of_each_change_once_until_its_tokens_end(world: WatchWorld) -> None:
    case_no, app = f"c{uuid4().hex}", f"app-{uuid4().hex}"
    secret = world.receiver(app).json()["secret"]
    assert world.receiver(app, url="https://other.example/").status == 409
    assert [sent["type"] for sent in world.deliver()] == ["receiver.challenge"]
    _, token = world.opened(case_no)
    assert [world.subscribe(case_no, token, receiver=app, handle="市民").status for _ in range(2)] == [201, 200]
    assert world.event(case_no, "e1", ACCEPTED).status == 201
    assert world.deliver(lambda delivery: ("http_500", None))[0]["data"]["handle"] == "市民"
    assert world.event(case_no, "e2", DECIDED).status == 201
    world.pass_time(seconds=10)
    assert sorted(sent["data"]["version"] for sent in world.deliver()) == [2, 3]
    assert world.deliver() == []
    pages, query = [], "limit=1"
    while query:
        page = world.with_secret("GET", f"/v1/receivers/{app}/deliveries", secret, query).json()
        pages += page["items"]
        query = f"limit=1&cursor={page['next']}" if page["next"] else ""
    assert [len(item["attempts"]) for item in pages] == [1, 2, 1]
    assert world.end_tokens(case_no, token).status == 204
    assert world.event(case_no, "e3", {**ACCEPTED, "event": "visited"}).status == 201
    assert world.deliver() == []
    assert world.with_secret("PUT", f"/v1/receivers/{app}/secrets/2", secret).status == 201
    assert world.with_secret("DELETE", f"/v1/receivers/{app}", secret).status == 204
