"""Watching a case over HTTP: receivers, their secrets, subscriptions, and what is told of deliveries."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.notices import SUBSCRIPTIONS_LIMIT
from chalicelib.jobs import advance_clocks
from chalicelib.settings import Settings
from local.messages import Response
from tests.case_world import ACCEPTED, DECIDED, JSON_BODY
from tests.watch_world import URL, WatchWorld
from tests.world import AUTHORITY


@pytest.fixture(scope="module")
def begun() -> tuple[WatchWorld, Any]:
    """Return a deployment and its beginning."""
    world = WatchWorld()
    world.begin()
    return world, world.save()


@pytest.fixture
def world(begun: tuple[WatchWorld, Any]) -> WatchWorld:
    """Return the deployment at its beginning."""
    world, saved = begun
    world.put_back(saved)
    return world


def codes(answer: Response) -> list[str]:
    """Return the codes of a problem."""
    return [error["code"] for error in answer.json()["errors"]]


# Receivers


def test_a_new_receiver_is_pending_and_gets_its_secret_again_until_its_challenge_is_answered(world: WatchWorld) -> None:
    first = world.receiver()
    assert (first.status, first.json()["state"]) == (201, "pending")
    again = world.receiver()
    assert (again.status, again.body) == (200, first.body)
    challenges = world.deliver()
    assert [sent["type"] for sent in challenges] == ["receiver.challenge"]
    confirmed = world.receiver()
    assert (confirmed.status, confirmed.json()["state"]) == (200, "active")
    assert "secret" not in confirmed.json()
    assert {k: v for k, v in first.json().items() if k not in ("secret", "state")}.items() <= confirmed.json().items()


def test_other_bytes_at_a_receiver_are_409_whatever_its_state(world: WatchWorld) -> None:
    secret = world.receiver().json()["secret"]
    for _ in range(2):
        assert world.receiver(url="https://evil.example/").status == 409
        assert world.request("PUT", "/v1/receivers/app", headers=JSON_BODY, body=b'{"url": "%s"}' % URL.encode()).status == 409  # fmt: skip
        world.deliver()
    assert world.with_secret("DELETE", "/v1/receivers/app", secret).status == 204
    assert world.receiver(url="https://evil.example/").status == 409


def test_an_address_that_is_not_to_be_sent_to_is_422_and_leaves_nothing(world: WatchWorld) -> None:
    refused = world.receiver(url="http://10.0.0.1:9001/")
    assert (refused.status, set(codes(refused))) == (422, {"url_not_https", "url_port", "url_host_is_address"})
    assert world.waiting() == []
    assert world.receiver().status == 201


@pytest.mark.parametrize("body", [{}, {"url": 1}, {"url": ""}, {"url": URL, "secret": "x"}, {"url": "x" * 2_001}])
def test_a_registration_that_is_not_one_is_400(world: WatchWorld, body: Any) -> None:
    answer = world.request("PUT", "/v1/receivers/app", headers=JSON_BODY, body=orjson.dumps(body))
    assert answer.status == 400


def test_registrations_are_counted_by_network_whatever_their_id() -> None:
    world = WatchWorld(settings=Settings(public_authority=AUTHORITY, receivers_per_hour_network=3))
    world.begin()
    assert [world.receiver(f"a{number}").status for number in range(4)] == [201, 201, 201, 429]
    refused = world.receiver("a0")
    assert (refused.status, refused.header("retry-after")) == (429, str(3_600 - world.now.minute * 60 - world.now.second))  # fmt: skip
    assert world.receiver("b", source_ip="198.51.100.4").status == 201
    world.pass_time(hours=1)
    assert world.receiver("a9").status == 201


def test_a_wrong_secret_and_an_unknown_receiver_are_the_same_401(world: WatchWorld) -> None:
    secret = world.receiver().json()["secret"]
    other = world.receiver("other").json()["secret"]
    calls = [("GET", "{}/deliveries"), ("DELETE", "{}"), ("PUT", "{}/secrets/2")]
    for method, path in calls:
        answers = {
            world.with_secret(method, path.format(f"/v1/receivers/{receiver_id}"), shown).body
            for receiver_id in ("app", "none")
            for shown in ("", "x", other, secret[:-2] + "A=", "\u00e9")
        }
        assert len(answers) == 1
        answer = world.with_secret(method, path.format("/v1/receivers/app"), other)
        assert (answer.status, answer.header("www-authenticate")) == (401, "Bearer")
    assert world.receiver().json()["state"] == "pending"


def test_a_secret_is_rotated_by_number_and_a_lost_answer_is_asked_for_again(world: WatchWorld) -> None:
    first = world.receiver().json()["secret"]
    world.deliver()
    made = world.with_secret("PUT", "/v1/receivers/app/secrets/2", first)
    assert (made.status, made.json()["number"]) == (201, 2)
    second = made.json()["secret"]
    assert second != first
    for shown in (first, second):
        again = world.with_secret("PUT", "/v1/receivers/app/secrets/2", shown)
        assert (again.status, again.json()) == (200, made.json())
    for number in (1, 4):
        refused = world.with_secret("PUT", f"/v1/receivers/app/secrets/{number}", second)
        assert (refused.status, refused.json()["next_act"]) == (409, 3)
    world.pass_time(hours=24)
    assert world.with_secret("GET", "/v1/receivers/app/deliveries", first).status == 401
    assert world.with_secret("GET", "/v1/receivers/app/deliveries", second).status == 200


def test_an_ended_receiver_is_told_nothing_keeps_its_id_and_forgets_its_address(world: WatchWorld) -> None:
    secret, token = world.watched()
    world.event("c1", "e1", ACCEPTED)
    for _ in range(2):
        assert world.with_secret("DELETE", "/v1/receivers/app", secret).status == 204
    assert world.deliver() == []
    assert world.waiting() == []
    ended = world.receiver()
    assert (ended.status, ended.json()["state"]) == (200, "ended")
    assert "secret" not in ended.json()
    assert URL not in str(world.memory.snapshot())
    assert world.with_secret("PUT", "/v1/receivers/app/secrets/2", secret).status == 401
    assert codes(world.subscribe("c1", token, "s2")) == ["receiver_unknown"]


# Subscriptions


def test_a_subscription_has_a_receipt_and_the_same_bytes_have_the_same(world: WatchWorld) -> None:
    world.receiver()
    _, token = world.opened("c1")
    made = world.subscribe("c1", token, handle="市民-42")
    assert made.status == 201
    again, read = world.subscribe("c1", token, handle="市民-42"), world.subscription("GET", "c1", token)
    assert (again.status, again.body) == (200, made.body)
    assert (read.status, read.body) == (200, made.body)
    assert made.json()["handle"] == "市民-42"
    assert world.subscribe("c1", token, handle="another").status == 409
    assert world.subscribe("c1", token, "s2", handle="another").status == 201


def test_a_subscription_needs_the_token_of_its_own_case(world: WatchWorld) -> None:
    world.receiver()
    _, token = world.opened("c1")
    _, other = world.opened("c2")
    bodies = {world.subscribe(case_no, shown).body for case_no, shown in (("c1", other), ("c1", "x"), ("none", token))}
    assert len(bodies) == 1
    for method in ("GET", "DELETE"):
        assert world.subscription(method, "c1", other).status == 401
    assert b"subscriptions" not in str(world.memory.snapshot()).encode()


@pytest.mark.parametrize(("receiver", "handle"), [("none", "h"), ("a/b", "h"), ("app#x", "h")])
def test_a_receiver_that_is_not_there_is_422(world: WatchWorld, receiver: str, handle: str) -> None:
    world.receiver()
    _, token = world.opened("c1")
    refused = world.subscribe("c1", token, receiver=receiver, handle=handle)
    assert (refused.status, codes(refused)) == (422, ["receiver_unknown"])


@pytest.mark.parametrize(("receiver", "handle"), [("app", ""), ("app", "h" * 201), ("app", 1), ("", "h"), (None, "h"), ("app", "\u202e")])  # fmt: skip
def test_a_subscription_that_is_not_one_is_400(world: WatchWorld, receiver: Any, handle: Any) -> None:
    world.receiver()
    _, token = world.opened("c1")
    assert world.subscribe("c1", token, receiver=receiver, handle=handle).status == 400


def test_a_case_has_at_most_ten_subscriptions_and_an_ended_one_makes_room(world: WatchWorld) -> None:
    world.receiver()
    _, token = world.opened("c1")
    made = [world.subscribe("c1", token, f"s{number}").status for number in range(SUBSCRIPTIONS_LIMIT + 1)]
    assert made == [201] * SUBSCRIPTIONS_LIMIT + [422]
    assert world.subscribe("c1", token, "s0").status == 200
    assert world.subscription("DELETE", "c1", token, "s0").status == 204
    assert world.subscription("DELETE", "c1", token, "s0").status == 204
    assert world.subscription("GET", "c1", token, "s0").status == 404
    assert world.subscribe("c1", token, "new").status == 201


def test_a_batch_of_as_many_lines_as_go_into_one_transaction_tells_all_ten(world: WatchWorld) -> None:
    world.receiver()
    world.deliver()
    _, token = world.opened("c1")
    for number in range(SUBSCRIPTIONS_LIMIT):
        world.subscribe("c1", token, f"s{number}", handle=f"h{number}")
    visits = [{"event": {"case_no": "c1", "event_id": f"v{n}", **ACCEPTED, "event": "visited"}} for n in range(160)]
    assert world.batch(visits).status == 200
    assert len(world.deliver()) == 2 * SUBSCRIPTIONS_LIMIT


# What is told, and of what


def test_a_change_that_is_seen_is_told_once_without_number_status_or_person(world: WatchWorld) -> None:
    world.watched()
    world.event("c1", "e1", ACCEPTED)
    world.event("c1", "e1", ACCEPTED)
    (told,) = world.deliver()
    assert told["type"] == "case.updated"
    assert told["data"] == {"receiver": "app", "handle": "h1", "version": 2}
    assert "c1" not in orjson.dumps({k: v for k, v in told.items() if k != "webhook_id"}).decode()
    assert world.deliver() == []


def test_the_instant_told_is_that_of_the_status(world: WatchWorld) -> None:
    from datetime import datetime

    _, token = world.watched()
    world.event("c1", "e1", ACCEPTED)
    (told,) = world.deliver()
    shown = world.status("c1", token).json()["updated_at"]
    assert datetime.fromisoformat(told["timestamp"]) == datetime.fromisoformat(shown)


def test_a_dry_run_tells_nobody(world: WatchWorld) -> None:
    world.watched()
    world.put("/v1/intake/cases/c1/events/e1", ACCEPTED, "bureau-clerk", dry_run=True)
    assert world.waiting() == []


def test_whoever_lost_the_right_to_the_case_is_told_no_more_not_even_of_what_waits(world: WatchWorld) -> None:
    for case_no, end in (("c1", "tokens"), ("c2", "code"), ("c3", "subscription")):
        world.receiver()
        world.deliver()
        _, token = world.opened(case_no)
        world.subscribe(case_no, token)
        world.event(case_no, "e1", ACCEPTED)
        assert len(world.waiting()) == 1
        if end == "tokens":
            assert world.end_tokens(case_no, token).status == 204
        elif end == "code":
            assert world.code(case_no, 1).status == 201
        else:
            assert world.subscription("DELETE", case_no, token).status == 204
        world.event(case_no, "e2", DECIDED)
        assert len(world.waiting()) == 1
        assert world.deliver() == []
        assert world.waiting() == []


def test_renewing_a_token_ends_no_subscription(world: WatchWorld) -> None:
    _, token = world.watched()
    assert world.renew("c1", token).status == 201
    world.event("c1", "e1", ACCEPTED)
    assert len(world.deliver()) == 1


def test_subscriptions_speak_for_ninety_days_after_the_case_is_over_and_again_when_it_is_reopened(
    world: WatchWorld,
) -> None:
    world.watched()
    closed = {"event": "closed", "occurred_at": "2026-11-23T09:00:00+08:00", "as": "void"}
    world.event("c1", "e1", closed)
    assert len(world.deliver()) == 1
    world.pass_time(days=91)
    visited = {"event": "visited", "occurred_at": "2026-11-23T09:30:00+08:00"}
    world.event("c1", "e2", visited)
    assert world.waiting() == []
    world.event("c1", "e3", {"event": "reopened", "occurred_at": "2027-02-20T09:00:00+08:00"})
    assert len(world.deliver()) == 1


# Deliveries


def test_deliveries_show_every_try_to_whoever_knows_the_secret_and_never_the_case(world: WatchWorld) -> None:
    secret, _ = world.watched()
    world.event("c1", "e1", ACCEPTED)
    world.deliver(lambda delivery: ("http_503", None))
    world.pass_time(seconds=10)
    world.deliver()
    answer = world.with_secret("GET", "/v1/receivers/app/deliveries", secret)
    found = answer.json()
    assert answer.header("cache-control") == "private, no-cache"
    assert [item["type"] for item in found["items"]] == ["case.updated", "receiver.challenge"]
    told = found["items"][0]
    assert (told["state"], told["handle"], told["version"]) == ("delivered", "h1", 2)
    assert [attempt["outcome"] for attempt in told["attempts"]] == ["http_503", "http_200"]
    assert "next_at" not in told
    assert found["receiver"]["url"] == URL
    assert "c1" not in str([item.keys() - {"webhook_id"} for item in found["items"]])
    assert "case_no" not in answer.body.decode()


def test_deliveries_come_page_by_page_and_none_is_left_out_or_twice(world: WatchWorld) -> None:
    secret, _ = world.watched()
    for number in range(23):
        world.event("c1", f"e{number}", {**ACCEPTED, "event": "visited"})
    whole = world.with_secret("GET", "/v1/receivers/app/deliveries", secret, "limit=100").json()
    assert (len(whole["items"]), whole["next"]) == (24, None)
    walked, query = [], "limit=5"
    while query:
        page = world.with_secret("GET", "/v1/receivers/app/deliveries", secret, query)
        walked += page.json()["items"]
        cursor = page.json()["next"]
        assert (cursor is None) == (page.header("link") is None)
        query = f"limit=5&cursor={cursor}" if cursor else ""
    assert walked == whole["items"]
    instants = [item["occurred_at"] for item in walked]
    assert instants == sorted(instants, reverse=True)
    assert world.with_secret("GET", "/v1/receivers/app/deliveries", secret, "cursor=x").status == 400


def test_deliveries_of_more_than_thirty_days_ago_are_not_shown_even_if_storage_still_has_them(
    world: WatchWorld,
) -> None:
    secret, _ = world.watched()
    world.pass_time(days=30, seconds=5)
    assert world.with_secret("GET", "/v1/receivers/app/deliveries", secret).json()["items"] == []


def test_what_time_alone_does_to_a_case_is_told_as_well(world: WatchWorld) -> None:
    _, token = world.watched()
    world.event("c1", "e1", {**ACCEPTED, "event": "received"})
    assert len(world.deliver()) == 1
    seen = [world.status("c1", token).json()["status"]["code"]]
    while seen[-1] != "accepted":  # for nobody said anything
        world.pass_time(days=1)
        advance_clocks.run(world.wired)
        told = world.deliver()
        seen.append(world.status("c1", token).json()["status"]["code"])
        assert len(told) == (seen[-1] != seen[-2])
    assert len(seen) < 14
