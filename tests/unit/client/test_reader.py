"""Public reads: lists to their end, records once, and the register from any index on, for as long as one likes."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from glasshall import CursorFile, ProblemError, UnexpectedAnswerError, UsageError

from tests.unit.client.conftest import Deployment
from tests.unit.client.intake_server import Reply, Seen, problem

ENTRY = {"kind": "service", "id": "a", "act": 1, "name": "publish", "version": 1, "at": "t", "agency": "g", "url": "u"}
BODY = b'{"kind":"service","id":"a","title":{"zh":"\xe5\xa4\x87", "en" : "x,\\"body\\":"},"n":1.0}'


def pages(*found: object) -> Callable[[Seen], Reply]:
    left = list(found)
    return lambda seen: Reply(document=left.pop(0))


def entry(index: int, **more: Any) -> dict[str, Any]:
    return {"index": index, **ENTRY, "sha256": "0" * 64, "act_sha256": "1" * 64, **more}


def feed(*items: dict[str, Any], as_of: int | None = None) -> dict[str, Any]:
    return {"items": list(items), "next": None, "as_of": {"register_index": as_of, "at": None}}


def queries(deployment: Deployment) -> list[str]:
    return [seen.target.partition("?")[2] for seen in deployment.intake.seen]


def test_a_list_is_followed_to_its_end(deployment: Deployment) -> None:
    deployment.intake.reads = pages(
        {"items": [{"id": "a", "kind": "service", "version": 2}, {"id": "b"}], "next": "x/+="},
        {"items": [{"id": "c"}], "next": None},
    )
    found = list(deployment.client(signed=False).list("services", agency="guangan", count=True, q="备案"))
    assert [item.id for item in found] == ["a", "b", "c"]
    assert (found[0].kind, found[0].version, found[0].document["id"]) == ("service", 2, "a")
    assert queries(deployment) == [
        "limit=100&agency=guangan&count=true&q=%E5%A4%87%E6%A1%88",
        "limit=100&agency=guangan&count=true&q=%E5%A4%87%E6%A1%88&cursor=x%2F%2B%3D",
    ]
    assert "Signature" not in deployment.intake.seen[0].headers


def test_a_page_tells_what_was_asked_for_beside_its_items(deployment: Deployment) -> None:
    deployment.intake.reads = pages({**feed(as_of=7), "count": {"value": 3, "relation": "exact"}})
    (page,) = deployment.client(signed=False).pages("services", count=True)
    assert (page.as_of, page.document["count"]["value"]) == (7, 3)


def test_a_list_that_runs_in_a_circle_is_an_error(deployment: Deployment) -> None:
    deployment.intake.reads = lambda seen: Reply(document={"items": [], "next": "same"})
    with pytest.raises(UnexpectedAnswerError, match="does not go on"):
        list(deployment.client(signed=False).list("services"))


@pytest.mark.parametrize("document", [{"id": "a"}, [], {"items": [1]}, {"items": [], "next": 1}])
def test_what_is_not_a_list_is_an_error(deployment: Deployment, document: object) -> None:
    deployment.intake.reads = pages(document)
    with pytest.raises(UnexpectedAnswerError):
        list(deployment.client(signed=False).list("services"))


def test_a_record_comes_with_its_bytes_and_once_more_only_if_it_changed(deployment: Deployment) -> None:
    def reads(seen: Seen) -> Reply:
        same = seen.headers.get("If-None-Match") == '"one"'
        return Reply(304, raw=b"") if same else Reply(headers={"ETag": '"one"'}, raw=BODY)

    deployment.intake.reads = reads
    client = deployment.client(signed=False)
    record = client.record("services", "a")
    assert (record.body, record.document["title"]["zh"]) == (BODY, "备")
    assert client.record("services", "a", known=record) is record
    assert client.record("services", "a", 3).body == BODY
    assert [seen.target for seen in deployment.intake.seen] == [
        "/v1/services/a",
        "/v1/services/a",
        "/v1/services/a/versions/3",
    ]


def test_changes_are_read_until_there_is_nothing_new(deployment: Deployment) -> None:
    deployment.intake.reads = pages(
        feed(entry(0), entry(1, version=None, tombstone=True), as_of=4), feed(entry(4, sha256=None), as_of=4), feed()
    )
    found = list(deployment.client(signed=False).changes(kind="service"))
    assert [(one.index, one.version, one.tombstone) for one in found] == [(0, 1, False), (1, None, True), (4, 1, False)]
    assert (found[0].act, found[0].name, found[0].sha256, found[2].sha256) == (1, "publish", "0" * 64, None)
    assert queries(deployment) == ["limit=1000&kind=service" + after for after in ("", "&after=1", "&after=4")]


def test_of_a_filtered_feed_nothing_is_given_that_may_have_a_hole_before_it(deployment: Deployment) -> None:
    deployment.intake.reads = pages(feed(entry(0), entry(7), as_of=5), feed(entry(7), as_of=6))
    assert [one.index for one in deployment.client(signed=False).changes(agency="g")] == [0]
    assert queries(deployment) == ["limit=1000&agency=g", "limit=1000&agency=g&after=0"]


def test_a_body_is_the_very_bytes_that_stand_in_the_page(deployment: Deployment) -> None:
    spelled = json.dumps(entry(0, url='a,"body":1')).encode()
    tail = b'], "next": null, "as_of": {"register_index": 1, "at": null}}'
    first, second = spelled[:-1] + b',"body":' + BODY + b',"ends_versions":true}', json.dumps(entry(1)).encode()
    deployment.intake.faults = [
        lambda seen: Reply(raw=b'{ "items": [' + first + b" , " + second[:-1] + b',"body":null}' + tail)
    ]
    deployment.intake.reads = lambda seen: Reply(document=feed())
    one, two = deployment.client(signed=False).changes(include_body=True)
    assert one.body is not None
    assert hashlib.sha256(one.body).digest() == hashlib.sha256(BODY).digest()
    assert (one.ends_versions, one.url, "body" in one.document) == (True, 'a,"body":1', False)
    assert (two.body, two.ends_versions) == (None, False)
    assert queries(deployment)[0] == "limit=100&include=body"


def test_changes_that_go_back_are_an_error(deployment: Deployment) -> None:
    deployment.intake.reads = pages(feed(entry(3)))
    with pytest.raises(UnexpectedAnswerError, match="went back from 3 to 3"):
        list(deployment.client(signed=False).changes(after=3))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"index": None}, "index"),
        ({"index": -1}, "index"),
        ({"index": True}, "index"),
        ({"kind": "../x"}, "kind"),
        ({"id": "a/b"}, "id"),
        ({"act": "publish"}, "act"),
        ({"version": 0}, "version"),
        ({"sha256": "A" * 64}, "sha256"),
        ({"act_sha256": 5}, "act_sha256"),
    ],
)
def test_an_entry_that_is_not_of_its_form_is_an_error(deployment: Deployment, wrong: Any, why: str) -> None:
    deployment.intake.reads = pages(feed({**entry(0), **wrong}))
    with pytest.raises(UnexpectedAnswerError, match=why):
        list(deployment.client(signed=False).changes())


def test_following_waits_for_as_long_as_it_is_told_and_asks_for_the_same_page_once(deployment: Deployment) -> None:
    def reads(seen: Seen) -> Reply:
        if "after=1" in seen.target:
            if seen.headers.get("If-None-Match") == '"idle"' and len(deployment.waits) < 3:
                return Reply(304, raw=b"", headers={"ETag": '"idle"', "Retry-After": "9"})
            if len(deployment.waits) < 3:
                return Reply(document=feed(), headers={"ETag": '"idle"', "Retry-After": "9"})
            return Reply(document=feed(entry(2)))
        return Reply(document=feed(entry(0), entry(1)) if "after" not in seen.target else feed())

    deployment.intake.reads = reads
    following = deployment.client(signed=False).follow()
    assert [next(following).index for _ in range(3)] == [0, 1, 2]
    assert deployment.waits == [9.0, 9.0, 9.0]
    assert [seen.headers.get("If-None-Match") for seen in deployment.intake.seen] == [None, None, *['"idle"'] * 3]


def test_following_ends_when_it_is_told_to(deployment: Deployment) -> None:
    stop = Event()
    deployment.intake.reads = lambda seen: Reply(document=feed(entry(0), entry(1)))
    for change in deployment.client(signed=False).follow(stop=stop):
        assert change.index == 0
        stop.set()
    assert list(deployment.client(signed=False).follow(stop=stop)) == []


def test_following_outlasts_a_server_that_is_out_of_reach_and_no_refusal(deployment: Deployment) -> None:
    down = [lambda seen: problem(503, "unavailable", "busy")] * 4
    deployment.intake.faults = [*down]
    deployment.intake.reads = pages(feed(entry(0)))
    assert next(deployment.client(signed=False).follow()).index == 0
    assert deployment.waits == [0.5, 1.0, 2.0, 60.0]
    deployment.intake.faults = [lambda seen: problem(400, "bad-request", "no")]
    with pytest.raises(ProblemError):
        next(deployment.client(signed=False).follow())


def test_a_file_says_how_far_one_is(deployment: Deployment, tmp_path: Path) -> None:
    deployment.intake.reads = lambda seen: Reply(
        document=feed() if "after=1" in seen.target else feed(entry(0), entry(1))
    )
    client, cursor = deployment.client(signed=False), CursorFile(tmp_path / "cursor")
    reading = client.changes(cursor)
    assert next(reading).index == 0
    del reading
    assert cursor.load(client.url) is None, "what was given is not what was dealt with"
    assert [change.index for change in client.changes(cursor)] == [0, 1]
    assert cursor.load(client.url) == 1
    assert list(client.changes(CursorFile(str(tmp_path / "cursor")))) == []
    stop = Event()
    deployment.intake.reads = lambda seen: Reply(document=feed(entry(2), entry(3)))
    for change in client.follow(cursor, stop=stop):
        assert change.index == 2
        stop.set()
    assert cursor.load(client.url) == 2


@pytest.mark.parametrize("held", ["", "[]", '{"after": 1}', '{"format": "glasshall-cursor-1", "after": "1"}'])
def test_a_file_of_something_else_says_nothing(tmp_path: Path, held: str) -> None:
    (tmp_path / "cursor").write_text(held)
    with pytest.raises(UsageError, match="cursor"):
        CursorFile(tmp_path / "cursor").load("http://a")


def test_how_far_another_deployment_was_followed_says_nothing(tmp_path: Path) -> None:
    cursor = CursorFile(tmp_path / "cursor")
    cursor.save("http://a", 5)
    with pytest.raises(UsageError, match="http://a was followed, not http://b"):
        cursor.load("http://b")
