"""The deliverer: many receivers side by side, none that is dead or slow holds up the others, and what each outcome leads to."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks import Webhook

from chalicelib.domain.notices import KEPT, retry_after_seconds
from chalicelib.errors import UnavailableError, UnfinishedError
from chalicelib.jobs import deliver_webhooks as job
from chalicelib.jobs.deliver_webhooks import post_of
from chalicelib.settings import Settings
from chalicelib.store.outbox import notice_item
from chalicelib.store.senders import HttpsSender
from chalicelib.store.table import Put
from chalicelib.usecases.deliver_webhooks import (
    HOST_WAITS,
    ROUND_NOTICES,
    TURN_NOTICES,
    Delivered,
    deliver_webhooks,
)
from tests.case_world import ACCEPTED
from tests.hook_server import PUBLIC, Net, answering, outgoing, receiver, sender, trust
from tests.watch_world import ListSender, Sent, WatchWorld, one_by_one, takes_all
from tests.world import AUTHORITY

MANY = 12


@pytest.fixture(scope="module")
def begun() -> tuple[WatchWorld, Any]:
    """Return a deployment with twelve receivers, `app0` to `app11`, of which six watch each of two cases, and its beginning."""
    world = WatchWorld()
    world.begin()
    for number in range(MANY):
        world.receiver(f"app{number}", url=f"https://hooks{number}.example/in", source_ip=f"198.51.{number}.1")
    world.deliver()
    for case_no in ("c1", "c2"):
        _, token = world.opened(case_no)
        for number in range(6):
            name = f"app{number if case_no == 'c1' else number + 6}"
            world.subscribe(case_no, token, name, receiver=name, handle=f"{case_no} {name}")
    return world, world.save()


@pytest.fixture
def world(begun: tuple[WatchWorld, Any]) -> WatchWorld:
    """Return the deployment at its beginning."""
    world, saved = begun
    world.sender = None
    world.put_back(saved)
    return world


def changed(world: WatchWorld, times: int) -> None:
    """Let both cases change so many times."""
    for number in range(times):
        for case_no in ("c1", "c2"):
            world.event(case_no, f"v{number}", {**ACCEPTED, "event": "visited"})


def attempts(world: WatchWorld, receiver_id: str) -> list[str]:
    """Return the outcomes of everything that was tried at a receiver, but for its challenge."""
    items = [item for key, item in world.memory.items.items() if key.pk.startswith(f"outbox#{receiver_id}#")]
    told = [orjson.loads(bytes(item["attempts"])) for item in items if item["case_no"]]  # type: ignore[arg-type]
    return [outcome for tries in told for _, outcome in tries]


def test_a_run_goes_on_until_nothing_is_due_and_says_what_it_did(world: WatchWorld) -> None:
    changed(world, 5)
    world.sender = ListSender(takes_all)
    world.restart()
    assert job.run(world.wired) == Delivered(delivered=5 * MANY, failed=0, postponed=0)
    assert world.waiting() == []
    assert job.run(world.wired) == Delivered(0, 0, 0)


@pytest.mark.parametrize(("outcome", "tries"), [("timeout", 1), ("http_429", 1), ("http_500", 3), ("http_301", 3)])
def test_a_receiver_that_fails_is_soon_left_alone_for_the_rest_of_the_run_and_the_others_get_everything(
    world: WatchWorld, outcome: str, tries: int
) -> None:
    changed(world, 5)
    sent = world.deliver(lambda sent: (outcome, None) if sent.data["receiver"] == "app3" else takes_all(sent))
    counted = Counter(each["data"]["receiver"] for each in sent)
    assert counted.pop("app3") == tries
    assert set(counted.values()) == {5}
    assert attempts(world, "app3") == [outcome] * tries
    assert len(world.waiting()) == 5


def test_a_success_between_failures_keeps_a_receiver_in_the_run(world: WatchWorld) -> None:
    changed(world, 6)
    turn = iter(range(100))
    world.deliver(
        lambda sent: ("http_500", None) if sent.data["receiver"] == "app3" and next(turn) % 2 else takes_all(sent)
    )
    assert len(attempts(world, "app3")) == 6


def test_of_what_waits_for_a_dead_receiver_a_run_sends_one(world: WatchWorld) -> None:
    changed(world, 5)
    for _ in range(3):
        sent = world.deliver(lambda sent: ("timeout", None) if sent.data["receiver"] == "app3" else takes_all(sent))
        assert [each["data"]["receiver"] for each in sent].count("app3") == 1
        world.pass_time(seconds=3)


def test_a_turn_ends_when_its_time_is_up_and_what_it_left_has_its_turn_again_in_the_same_run(world: WatchWorld) -> None:
    changed(world, 20)

    def slow(sent: Sent) -> tuple[str, Any]:
        world.pass_time(seconds=1)
        return takes_all(sent)

    order = ListSender(slow)
    post = replace(post_of(world.wired), sender=order, side_by_side=one_by_one)
    deliver_webhooks(post, world.now + timedelta(seconds=MANY * 5 + 15))
    served = [sent.data["receiver"] for sent in order.sent]
    turns = [set(served[begin : begin + 5]) for begin in range(0, len(served), 5)]
    assert len(turns) == MANY + 3
    assert [len(turn) for turn in turns] == [1] * len(turns)
    assert set[str]().union(*turns[:MANY]) == {f"app{number}" for number in range(MANY)}


def test_more_notices_of_one_dead_receiver_than_a_run_looks_at_in_one_round_hold_up_no_other(world: WatchWorld) -> None:
    changed(world, 1)
    world.deliver(lambda sent: ("http_500", None) if sent.data["receiver"] == "app3" else takes_all(sent))
    page = world.wired.outbox.page("app3", world.now - KEPT, 1, None)
    first = page.notices[0][0]
    for number in range(ROUND_NOTICES + 1):
        again = replace(first, webhook_id=f"{first.serial}-{1_000 + number}", attempts=())
        world.memory.commit(Put(notice_item(again)))
    world.pass_time(seconds=3)
    changed(world, 2 + TURN_NOTICES)
    sent = world.deliver(lambda sent: ("timeout", None) if sent.data["receiver"] == "app3" else takes_all(sent))
    counted = Counter(each["data"]["receiver"] for each in sent)
    assert counted.pop("app3") == 1
    assert set(counted.values()) == {1 + TURN_NOTICES}


def test_a_turn_that_ends_in_a_defect_ends_no_other_and_the_run_says_so(world: WatchWorld) -> None:
    changed(world, 1)

    def defective(sent: Sent) -> tuple[str, Any]:
        if sent.data["receiver"] == "app3":
            raise ValueError("nobody thought of this")
        return takes_all(sent)

    sender = ListSender(defective)
    post = replace(post_of(world.wired), sender=sender, side_by_side=one_by_one)
    with pytest.raises(UnfinishedError, match="1 turns ended early"):
        deliver_webhooks(post, world.now + timedelta(seconds=45))
    assert len({sent.data["receiver"] for sent in sender.sent} - {"app3"}) > 1


def test_where_storage_fails_for_one_receiver_the_others_are_served_and_the_run_says_so(world: WatchWorld) -> None:
    changed(world, 1)

    def broken(moment: str, call: str, detail: object) -> None:
        if call == "commit" and moment == "before" and "#app3#" in str(detail):
            raise UnavailableError

    world.memory.hook = broken
    with pytest.raises(UnfinishedError):
        world.deliver()
    world.memory.hook = lambda moment, call, detail: None
    assert len(world.waiting()) == 1
    world.pass_time(minutes=2)
    world.deliver()
    assert world.waiting() == []


def test_retry_after_is_honoured_in_both_spellings(world: WatchWorld) -> None:
    now = world.now
    assert retry_after_seconds("120", now) == 120
    assert retry_after_seconds("999999999999999", now) == 86_400
    assert retry_after_seconds("Mon, 23 Nov 2026 09:00:00 GMT", now) in range(3_600, 86_400)
    assert retry_after_seconds("Mon, 23 Nov 2020 09:00:00 GMT", now) == 0
    for text in ("", "-1", "soon", "1.5", "²", "Mon, 99 Nov 2026 09:00:00 GMT"):
        assert retry_after_seconds(text, now) == 0
    beyond = "9" * 20
    for text in (
        f"Mon, 23 Nov {beyond} 09:00:00 GMT",
        f"Mon, 23 Nov 2026 09:00:00 +{beyond}",
        f"23 Nov 2026 {beyond}:00",
    ):
        assert retry_after_seconds(text, now) == 0


def test_410_ends_the_receiver(world: WatchWorld) -> None:
    changed(world, 2)
    world.deliver(lambda sent: ("http_410", None) if sent.data["receiver"] == "app3" else takes_all(sent))
    assert world.receiver("app3", url="https://hooks3.example/in").json()["state"] == "ended"
    assert world.waiting() == []


def test_a_host_gets_one_challenge_a_minute_however_many_receivers_are_registered_there() -> None:
    """W5: an attacker registers a hundred receivers under a hundred names of one host."""
    world = WatchWorld()
    world.begin()
    for number in range(100):
        answer = world.receiver(f"r{number}", url=f"https://victim.example/{number}", source_ip=f"198.51.{number}.1")
        assert answer.status == 201
    with receiver(answering("HTTP/1.1 404 None\n\n")) as port:
        net = Net(port)
        world.sender = HttpsSender(resolve=lambda host, left: [PUBLIC], connect=net.connect, context=trust().client)
        world.restart()
        post = replace(post_of(world.wired), side_by_side=one_by_one)
        for minute in range(5):
            deliver_webhooks(post, world.now + timedelta(seconds=45))
            assert len(net.connected) <= minute + 1
            world.pass_time(minutes=1)
    assert net.connected == [(PUBLIC, 443)] * 5
    assert len(world.waiting()) == 95


def test_a_challenge_that_had_to_wait_is_no_failed_one(world: WatchWorld) -> None:
    world.receiver("late")
    world.deliver(lambda sent: (HOST_WAITS, None))
    world.pass_time(minutes=1)
    assert [each["type"] for each in world.deliver()] == ["receiver.challenge"]
    assert world.receiver("late").json()["state"] == "active"


def test_the_real_sender_delivers_and_the_reference_library_verifies_it() -> None:
    """A challenge and a notification over TLS, side by side on threads, checked by a reader that is not ours."""
    arrived: list[bytes] = []

    def serve(connection: Any, request: bytes) -> None:
        arrived.append(request)
        body = request.partition(b"\r\n\r\n")[2]
        told = orjson.dumps({"challenge": orjson.loads(body)["data"].get("challenge")})
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(told) + told)

    world = WatchWorld()
    world.begin()
    with receiver(serve, tls=trust().server) as port:
        world.sender = sender(Net(port))
        world.restart()
        secret = world.receiver().json()["secret"]
        assert job.run(world.wired).delivered == 1
        _, token = world.opened("c1")
        world.subscribe("c1", token)
        world.event("c1", "e1", ACCEPTED)
        assert job.run(world.wired).delivered == 1
    for raw in arrived:
        head, _, body = raw.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        tried_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signed = Webhook(secret).sign(headers["webhook-id"], tried_at, body.decode())
        assert signed in headers["webhook-signature"].split(" ")
        assert [each.split(",")[0] for each in headers["webhook-signature"].split(" ")] == ["v1", "v1a"]
    assert world.receiver().json()["state"] == "active"


def test_on_a_laptop_a_receiver_of_this_machine_can_be_registered_and_is_sent_to() -> None:
    world = WatchWorld(
        settings=Settings(public_authority=AUTHORITY, index_settle_seconds=0, webhook_loopback_ports="9 8002")
    )
    world.begin()
    assert world.receiver("own", url="http://127.0.0.1:8002/in").status == 201
    for url in ("http://127.0.0.1:8003/in", "http://127.0.0.1/", "https://127.0.0.1:8002/", "http://localhost:8002/"):
        assert world.receiver("other", url=url).status == 422
    elsewhere = WatchWorld()
    elsewhere.begin()
    assert elsewhere.receiver("own", url="http://127.0.0.1:8002/in").status == 422
    assert HttpsSender(frozenset({8002})).send(outgoing("http://127.0.0.1:8003/")).outcome == "url_refused"
