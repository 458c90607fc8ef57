"""Public topics over HTTP: keys of the operator's, subscriptions in their places, what arrives, and the dead asked for again."""

from importlib import import_module
from typing import Any, get_args

import orjson
import pytest

from chalicelib.domain.erasure import ERASE, NEVER
from chalicelib.domain.models.common import Model
from chalicelib.domain.notices import RETRY_SECONDS, SPREAD
from chalicelib.domain.nouns import NOUNS
from chalicelib.domain.topics import known_topics, topic_of
from chalicelib.errors import NotFoundError, PlaceTakenError, RefusedError
from chalicelib.jobs import erase_records
from chalicelib.store import keys
from chalicelib.usecases.api_keys import issue_api_key, revoke_api_key
from chalicelib.usecases.order_erasure import Order, order_erasure
from tests.watch_world import WatchWorld

MODULES = {"agency": "agencies", "feedback": "feedback"}
"""Module of `domain/models` that has a kind's acts, where it is not the kind with an s."""


@pytest.fixture(scope="module")
def begun() -> tuple[WatchWorld, Any, str]:
    """Return a deployment with a confirmed receiver and an API key, and its beginning."""
    world = WatchWorld()
    world.begin()
    world.log()
    world.receiver()
    world.deliver()
    key = world.api_key()
    return world, world.save(), key


@pytest.fixture
def world(begun: tuple[WatchWorld, Any, str]) -> WatchWorld:
    """Return the deployment at its beginning."""
    begun[0].put_back(begun[1])
    return begun[0]


@pytest.fixture
def key(begun: tuple[WatchWorld, Any, str]) -> str:
    """Return the API key."""
    return begun[2]


def newest(world: WatchWorld) -> int:
    """Return the last register index."""
    return int(world.wired.public_subscriptions.newest_index())


# Topics


def test_every_act_of_every_public_noun_has_a_topic_and_every_topic_an_act() -> None:
    acts: set[tuple[str, str]] = set()
    for noun in (noun for noun in NOUNS if noun.public):
        module = import_module(f"chalicelib.domain.models.{MODULES.get(noun.kind, noun.kind + 's')}")
        models = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Model)]
        named: list[Any] = [model.model_fields["act"].annotation for model in models if "act" in model.model_fields]
        acts |= {(noun.kind, name) for literal in named for name in get_args(literal) if isinstance(name, str)}
        assert any(kind == noun.kind for kind, _ in acts), noun.kind
        acts |= {(noun.kind, ERASE)} if noun.kind not in NEVER else set()
    assert {topic_of(kind, name) for kind, name in acts} | {"statistics.published"} == {
        topic for topic in known_topics() if not topic.endswith(".*")
    }


def test_statistics_of_a_period_have_one_topic_for_publication_and_revision() -> None:
    assert topic_of("period", "publish") == topic_of("period", "revise") == "statistics.published"


def test_an_act_that_the_list_does_not_know_is_of_its_sort_all_the_same() -> None:
    assert topic_of("service", "merge") == "service.merge"


def test_the_closed_list_is_published_with_words(world: WatchWorld) -> None:
    codes = world.json("/v1/codes/topic")["codes"]
    assert {code["code"] for code in codes} == {topic for topic in known_topics() if not topic.endswith(".*")}
    assert all(code["zh"] and code["en"] and code["kind"] and code["acts"] for code in codes)


# API keys


def test_a_key_is_stored_as_a_hash_alone_and_its_id_is_never_used_again(world: WatchWorld, key: str) -> None:
    assert key.startswith("ghk_portal.")
    item = world.memory.items[keys.api_key("portal")]
    assert key.encode() not in repr(item).encode()
    assert key.split(".")[1] not in repr(item)
    with pytest.raises(PlaceTakenError):
        world.api_key()
    revoke_api_key("portal", world.wired.api_keys, world.now)
    revoke_api_key("portal", world.wired.api_keys, world.now)
    with pytest.raises(PlaceTakenError):
        world.api_key()
    with pytest.raises(NotFoundError):
        revoke_api_key("never", world.wired.api_keys, world.now)
    for key_id, holder in (("", "x"), ("a b", "x"), ("a.b", "x"), ("a" * 33, "x"), ("ok", ""), ("ok", "x" * 201)):
        with pytest.raises(RefusedError):
            issue_api_key(key_id, holder, world.wired.api_keys, world.wired.random_bytes, world.now)


def test_an_unknown_a_wrong_and_a_revoked_key_are_the_same_401(world: WatchWorld, key: str) -> None:
    other = world.api_key("other")
    revoke_api_key("other", world.wired.api_keys, world.now)
    shown = ("", "x", key[:-1] + ("A" if key[-1] != "A" else "B"), other, key.replace("portal", "nobody"), key + "x")
    answers = {(a.status, a.body) for a in (world.subscribe_publicly("s1", each) for each in shown)}
    assert len(answers) == 1
    ((status, body),) = answers
    assert status == 401
    assert orjson.loads(body)["errors"][0]["code"] == "api_key"
    assert world.request("GET", "/v1/subscriptions/s1").header("www-authenticate") == "Bearer"


# Subscriptions


def test_the_same_bytes_are_the_same_receipt_and_other_bytes_or_another_key_409(world: WatchWorld, key: str) -> None:
    first = world.subscribe_publicly("s1", key)
    again = world.subscribe_publicly("s1", key)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert first.json()["begins_after"] == newest(world)
    assert world.subscribe_publicly("s1", key, topics=["rule.*"]).status == 409
    other = world.api_key("other")
    assert world.subscribe_publicly("s1", other).status == 409
    assert world.public_subscription("GET", other).status == 404
    assert world.public_subscription("DELETE", other).status == 204
    seen = world.public_subscription("GET", key)
    assert seen.json() == {**first.json(), "reached": newest(world)}
    assert seen.header("cache-control") == "private, no-cache"
    assert world.public_subscription("DELETE", key).status == 204
    assert world.public_subscription("DELETE", key).status == 204
    assert world.public_subscription("GET", key).status == 404
    assert world.subscribe_publicly("s1", key, topics=["rule.*"]).status == 201


@pytest.mark.parametrize(
    ("wanted", "code", "pointer"),
    [
        ({"topics": ["disclosure"]}, "topic_unknown", "/topics/0"),
        ({"topics": ["disclosure.*", "*"]}, "topic_unknown", "/topics/1"),
        ({"topics": ["key.registered"]}, "topic_unknown", "/topics/0"),
        ({"receiver": "nobody"}, "receiver_unknown", "/receiver"),
        ({"after": 10**9}, "after_not_reached", "/after"),
    ],
)
def test_what_cannot_be_wanted_is_422(
    world: WatchWorld, key: str, wanted: dict[str, Any], code: str, pointer: str
) -> None:
    answer = world.subscribe_publicly("s1", key, **wanted)
    assert answer.status == 422
    assert [(each["code"], each["pointer"]) for each in answer.json()["errors"]] == [(code, pointer)]


@pytest.mark.parametrize(
    "wanted",
    [
        {"topics": []},
        {"topics": "disclosure.*"},
        {"topics": [1]},
        {"topics": ["rule.*", "rule.*"]},
        {"topics": ["rule.*"] * 101},
        {"receiver": 1},
        {"agency": "a b"},
        {"agency": None},
        {"jurisdiction": 5},
        {"after": -2},
        {"after": True},
        {"after": "1"},
        {"after": 10**16},
        {"more": "x"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_400(world: WatchWorld, key: str, wanted: dict[str, Any]) -> None:
    assert world.subscribe_publicly("s1", key, **wanted).status == 400


def test_a_key_has_so_many_subscriptions_and_no_more(world: WatchWorld, key: str) -> None:
    statuses = [world.subscribe_publicly(f"s{number}", key).status for number in range(51)]
    assert statuses == [201] * 50 + [422]


# What arrives


def test_a_new_subscription_is_told_of_what_comes_and_of_nothing_before(world: WatchWorld, key: str) -> None:
    world.disclose("before")
    world.log()
    world.subscribe_publicly("s1", key)
    assert world.deliver() == []
    world.disclose("d1")
    world.service("s9")
    assert world.deliver() == []  # nothing is public before it is in the register
    world.log()
    sent = world.deliver()
    assert [each["type"] for each in sent] == [
        "disclosure.submitted",
        "disclosure.approved",
        "disclosure.published",
    ]
    told = sent[-1]["data"]
    change = world.json("/v1/changes", f"after={told['register_index'] - 1}&limit=1")["items"][0]
    names = ("kind", "id", "act", "name", "version", "agency", "jurisdiction", "url", "sha256", "tombstone")
    assert told == {
        "receiver": "app",
        "subscription": "s1",
        "register_index": change["index"],
        **{name: change[name] for name in names},
    }
    assert orjson.dumps(told).find("通知".encode()) == -1
    record = world.json(told["url"])
    assert (record["sha256"], record["register_index"]) == (told["sha256"], told["register_index"])
    assert world.deliver() == []


def test_after_says_where_to_begin_and_agency_and_jurisdiction_narrow(world: WatchWorld, key: str) -> None:
    world.subscribe_publicly(
        "all", key, topics=sorted({topic for topic in known_topics() if topic[-1] == "*"}), after=-1
    )
    world.subscribe_publicly("bureau", key, topics=["agency.*", "service.*"], agency="bureau", after=-1)
    world.subscribe_publicly("nowhere", key, topics=["agency.*"], jurisdiction="elsewhere", after=-1)
    sent = world.deliver()
    by = {name: [each["data"] for each in sent if each["data"]["subscription"] == name] for name in ("all", "bureau")}
    assert [each["register_index"] for each in by["all"]] == list(range(newest(world) + 1))
    assert {each["agency"] for each in by["bureau"]} == {"bureau"}
    assert {each["data"]["subscription"] for each in sent} == {"all", "bureau"}
    assert world.public_subscription("GET", key, "nowhere").json()["reached"] == newest(world)


def test_an_ended_subscription_or_a_revoked_key_ends_what_still_waits(world: WatchWorld, key: str) -> None:
    world.subscribe_publicly("s1", key)
    world.disclose("d1")
    world.log()
    world.deliver(lambda sent: ("http_500", None))
    world.public_subscription("DELETE", key)
    world.pass_time(minutes=1)
    assert world.deliver() == []
    assert world.waiting() == []
    world.subscribe_publicly("s2", key)
    world.disclose("d2")
    world.log()
    world.deliver(lambda sent: ("http_500", None))
    revoke_api_key("portal", world.wired.api_keys, world.now)
    world.pass_time(minutes=1)
    assert world.deliver() == []
    world.disclose("d3")
    world.log()
    assert world.deliver() == []
    assert world.waiting() == []


def dead_ones(world: WatchWorld, secret: str) -> list[dict[str, Any]]:
    """Return the deliveries that are dead."""
    page = world.with_secret("GET", "/v1/receivers/app/deliveries", secret).json()
    return [item for item in page["items"] if item["state"] == "dead"]


def test_a_dead_notification_is_seen_with_its_tries_and_sent_once_more_for_each_time_it_is_asked_for(
    world: WatchWorld, key: str
) -> None:
    world.receiver("own", url="https://own.example/")
    secret = world.receiver("own", url="https://own.example/").json()["secret"]
    world.deliver()
    world.subscribe_publicly("s1", key, receiver="own", topics=["service.published"])
    world.service("s9")
    world.log()
    for seconds in (*RETRY_SECONDS, 0):
        world.deliver(lambda sent: ("http_503", None))
        world.pass_time(seconds=seconds * (1 + SPREAD) + 1)
    page = world.with_secret("GET", "/v1/receivers/own/deliveries", secret).json()
    (dead,) = (item for item in page["items"] if item["state"] == "dead")
    assert (dead["type"], dead["subscription"], dead["register_index"]) == ("service.published", "s1", newest(world))
    assert len(dead["attempts"]) == len(RETRY_SECONDS) + 1
    retry = dead["links"]["retry"]
    assert world.deliver() == []
    world.pass_time(days=10)  # later than anything else would wait
    assert world.with_secret("PUT", retry.replace("retries/1", "retries/2"), secret).status == 409
    asked = world.with_secret("PUT", retry, secret)
    assert (asked.status, asked.json()["state"]) == (201, "waiting")
    assert world.with_secret("PUT", retry, secret).status == 200
    sent = world.deliver(lambda sent: ("http_503", None))
    assert [each["webhook_id"] for each in sent] == [dead["webhook_id"]]
    world.pass_time(days=1)
    assert world.deliver() == []
    again = retry.replace("retries/1", "retries/2")
    assert world.with_secret("PUT", again, secret).status == 201
    assert len(world.deliver()) == 1
    assert world.with_secret("PUT", retry.replace("retries/1", "retries/3"), secret).status == 422
    assert world.with_secret("PUT", retry, "whsec_x").status == 401
    for other in ("1795399200000.x", "1795399200000." + "0" * 32 + "-1", "9" * 13 + "." + "0" * 32 + "-1"):
        assert world.with_secret("PUT", f"/v1/receivers/own/deliveries/{other}/retries/1", secret).status == 404


def test_what_was_erased_by_order_is_not_told_by_what_still_waited(world: WatchWorld, key: str) -> None:
    world.subscribe_publicly("s1", key)
    world.disclose("d1")
    world.log()
    first = world.deliver(lambda sent: ("http_500", None))
    order_erasure("disclosures", "d1", Order("court", "1", "court", "2026-11-20"), world.wired.records, world.now)
    for _ in range(2):
        world.log()
        erase_records.run(world.wired)
        world.pass_time(hours=2)
    sent = world.deliver()
    again = [each["data"] for each in sent if each["type"] != "disclosure.erased"]
    assert {each["sha256"] for each in again} == {None}
    assert sorted(each["webhook_id"] for each in first) == sorted(
        each["webhook_id"] for each in sent if each["type"] != "disclosure.erased"
    )
    assert len(sent) == len(first) + 1
