"""The harvest over real HTTP between two gateways on this machine, and the routes that show what was harvested."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import orjson
import pytest

from chalicelib import wiring
from chalicelib.domain.harvest import Origin
from chalicelib.jobs import harvest
from chalicelib.routes.application import create_app
from chalicelib.settings import Settings
from chalicelib.store.origins import HttpOrigins
from chalicelib.usecases.harvest import UnreachableError
from local.gateway import Gateway
from tests.http.test_answers_as_described import hold
from tests.two_worlds import NAME, Pair, in_place
from tests.world import World


@pytest.fixture
def pair() -> Pair:
    """Return a province that holds a copy of its city."""
    pair = Pair()
    for number in range(5):
        pair.city.service(f"s{number}")
    pair.city.disclose("d1")
    pair.city.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "有误"}})
    pair.follow()
    return pair


def test_two_gateways_on_this_machine_follow_each_other_over_http() -> None:
    with Gateway(create_app) as city_gateway, Gateway(create_app) as province_gateway:
        address = city_gateway.url.removeprefix("http://")
        city = World(settings=Settings(public_authority=address, index_settle_seconds=0))
        city.init()
        for number in range(120):
            city.service(f"s{number}")
        city.log()
        settings = Settings(
            public_authority=province_gateway.url.removeprefix("http://"), harvest_origins=city_gateway.url
        )
        province = World(settings=settings)
        wiring.use(city.wired)  # whoever answers over HTTP is the one in place; the job has its own
        (done,) = harvest.run(province.wired)
        assert (done.copied, done.trouble) == (122, None)
        source = HttpOrigins()
        here = Origin(settings.public_authority, "", "http")
        theirs = source.get(Origin(address, "", "http"), "/v1/services/s119")
        wiring.use(province.wired)
        name = address.replace(":", "_")
        assert source.get(here, f"/v1/harvested/{name}/services/s119") == theirs
        (origin,) = orjson.loads(source.get(here, "/v1/harvested"))["items"]
        assert (origin["state"], origin["register_index"]) == ("following", 121)
    province.pass_time(minutes=5)
    (down,) = harvest.run(province.wired)
    assert down.trouble is not None
    assert (down.trouble.state, down.trouble.code) == ("unreachable", "no_answer")


def test_a_list_has_pages_newest_first_and_says_how_far_it_goes(pair: Pair) -> None:
    page = orjson.loads(pair.copy("services?limit=2").body)
    assert [item["id"] for item in page["items"]] == ["s4", "s3"]
    assert page["as_of"]["register_index"] == pair.origin()["register_index"]
    second = orjson.loads(pair.copy(f"services?limit=2&cursor={page['next']}").body)
    assert [item["id"] for item in second["items"]] == ["s2", "s1"]
    assert pair.copy(f"agencies?limit=2&cursor={page['next']}").status == 400


def test_what_is_withdrawn_stands_in_the_list_as_a_tombstone(pair: Pair) -> None:
    (item,) = orjson.loads(pair.copy("disclosures").body)["items"]
    assert (item["tombstone"], item["origin"], item["stage"]) == (True, "127.0.0.1:8000", "withdrawn")


def test_an_empty_collection_is_an_empty_list_and_an_unknown_origin_is_not_found(pair: Pair) -> None:
    assert orjson.loads(pair.copy("rules").body)["items"] == []
    assert in_place(pair.province, "/v1/harvested/elsewhere.example/services").status == 404
    assert pair.copy("services/none").status == 404
    assert pair.copy("services/s1/versions/2").status == 404
    assert pair.copy("services/s1/versions/0").status == 404


def test_what_is_answered_is_what_the_document_describes(pair: Pair) -> None:
    one = "/v1/harvested/{origin}/{collection}/{record_id}"
    hold(in_place(pair.province, "/v1/harvested"), "/v1/harvested")
    hold(pair.copy("services?limit=2"), "/v1/harvested/{origin}/{collection}")
    hold(pair.copy("disclosures"), "/v1/harvested/{origin}/{collection}")
    hold(pair.copy("disclosures/d1"), one)
    hold(pair.copy("services/s1/versions/1"), one + "/versions/{number}")
    hold(pair.copy("services/none"), one)
    pair.wire.down = UnreachableError("no_answer", "out of reach")
    pair.harvest()
    pair.province.pass_time(minutes=1)
    hold(in_place(pair.province, "/v1/harvested"), "/v1/harvested")


def test_a_copy_has_an_etag_and_the_very_bytes(pair: Pair) -> None:
    answer = pair.copy("services/s1")
    tag = dict(answer.headers)["ETag"]
    wiring.use(pair.province.wired)
    again = pair.province.get(f"/v1/harvested/{NAME}/services/s1", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert answer.body == in_place(pair.city, "/v1/services/s1").body


# What an origin may do to whoever asks


@contextmanager
def serving(speak: Callable[[socket.socket], None]) -> Iterator[Origin]:
    """Answer every connection in a way of one's own, in a thread, and yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    try:
                        speak(connection)
                    except OSError:
                        return

        threading.Thread(target=run, daemon=True).start()
        try:
            yield Origin(f"127.0.0.1:{server.getsockname()[1]}", "", "http")
        finally:
            server.shutdown(socket.SHUT_RDWR)


def answering(head: bytes, body: bytes = b"") -> Callable[[socket.socket], None]:
    """Return one who says one thing and hangs up."""
    return lambda connection: connection.sendall(head + b"\r\n\r\n" + body)


@pytest.mark.parametrize(
    ("speak", "code"),
    [
        (answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0"), "status_302"),
        (answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 0"), "status_503"),
        (answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0"), "status_404"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100", b"{"), "no_answer"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3000", b"x" * 3000), "too_large"),
        (answering(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1", b"x"), "coded"),
        (answering(b"nonsense"), "no_answer"),
        (answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", b"-5\r\nab"), "no_answer"),
        (answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked", b"-ffffffffffffffffffff\r\nab"), "no_answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_is_not_what_was_asked_for_ends_there(speak: Callable[[socket.socket], None], code: str) -> None:
    with serving(speak) as origin, pytest.raises(UnreachableError) as caught:
        HttpOrigins(answer_limit_bytes=2_000).get(origin, "/v1/changes")
    assert caught.value.code == code


def test_an_answer_that_drips_is_not_waited_for_for_ever() -> None:
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not ended.wait(0.01):
            connection.sendall(b"x" * 70_000)

    with serving(drip) as origin, pytest.raises(UnreachableError) as caught:
        HttpOrigins(answer_seconds=0.1).get(origin, "/v1/changes")
    ended.set()
    assert caught.value.code in ("too_slow", "no_answer")


def test_what_an_origin_says_about_when_to_come_again_is_read() -> None:
    later = answering(b"HTTP/1.1 429 Later\r\nRetry-After: 90\r\nContent-Length: 0")
    with serving(later) as origin, pytest.raises(UnreachableError) as caught:
        HttpOrigins().get(origin, "/v1/changes")
    assert (caught.value.retry_after_seconds, caught.value.smaller) == (90, False)
