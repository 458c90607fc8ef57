"""The gateway over real sockets: what a well-behaved client sees, and what is written down about it."""

import base64
import gzip
import json
import threading
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
from chalice.app import Blueprint, Chalice

from chalicelib.routes.framework import GlasshallApp
from local.events import Limits
from local.gateway import Gateway
from tests.unit.local.sockets import Bench, running


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with running() as found:
        yield found


def ask(bench: Bench, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = bench.connect()
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_a_read_is_answered_with_its_length_and_a_date(bench: Bench) -> None:
    response, body = ask(bench, "GET", "/items/a-1")
    assert (response.status, body, response.headers["ETag"]) == (200, b"a-1", '"1"')
    assert response.headers["Content-Length"] == "3"
    assert response.headers["Date"].endswith("GMT")
    assert response.headers["Server"] is None


def test_head_has_the_length_and_no_body(bench: Bench) -> None:
    response, body = ask(bench, "HEAD", "/echo")
    assert (response.status, body) == (200, b"")
    assert int(response.headers["Content-Length"]) > 0


def test_one_connection_serves_many_requests(bench: Bench) -> None:
    connection = bench.connect()
    for number in range(3):
        connection.request("GET", f"/items/{number}")
        assert connection.getresponse().read() == str(number).encode()
    connection.request("HEAD", "/echo")
    connection.getresponse().read()
    connection.request("GET", "/nothing")
    assert connection.getresponse().read().startswith(b'{"type":"/problems/not-found"')
    connection.request("GET", "/items/last", headers={"Connection": "close"})
    assert connection.getresponse().headers["Connection"] == "close"
    connection.close()


def test_a_body_arrives_as_it_was_sent(bench: Bench) -> None:
    sent = bytes(range(256)) * 1_000
    _, body = ask(bench, "PUT", "/echo", sent)
    assert base64.b64decode(json.loads(body)["body"]) == sent


def test_a_chunked_body_arrives_whole(bench: Bench) -> None:
    connection = bench.connect()
    connection.request("PUT", "/echo", iter([b"one ", b"two ", b"three"]), encode_chunked=True)
    assert json.loads(connection.getresponse().read())["body"] == "b25lIHR3byB0aHJlZQ=="
    connection.close()


def test_gzipped_bytes_pass_unchanged(bench: Bench) -> None:
    response, body = ask(bench, "GET", "/gzip")
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"plain text"


def test_a_request_without_accept_is_passed_on_without_one(bench: Bench) -> None:
    received = bench.send(b"GET /items/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert received.endswith(b"\r\n\r\na")


def test_the_program_learns_the_address_that_asked(bench: Bench) -> None:
    _, body = ask(bench, "GET", "/echo")
    assert json.loads(body)["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_a_write_is_told_to_the_ticker_and_a_failed_one_or_a_read_is_not() -> None:
    with running() as bench:
        ask(bench, "PUT", "/items/a", b"x")
        ask(bench, "GET", "/items/a")
        ask(bench, "POST", "/items/a", b"x")
        bench.tiny.answer = {"statusCode": 409}
        ask(bench, "PUT", "/raw", b"x")
        assert bench.writes == ["/items/{item_id}"]


def test_the_access_log_holds_named_fields_and_nothing_a_client_sent() -> None:
    with running() as bench:
        ask(bench, "GET", "/echo?q=CANARY", Authorization="Bearer CANARY", X_Canary="CANARY")
        ask(bench, "GET", "/items/CANARY")
        ask(bench, "GET", "/CANARY")
        ask(bench, "CANARY", "/echo")
        bench.send(b"CANARY\r\n\r\n")
    assert len(bench.access) == 5
    assert "CANARY" not in json.dumps(bench.access)
    fields = [
        "at",
        "request_id",
        "method",
        "route",
        "status",
        "problem",
        "bytes_in",
        "bytes_out",
        "milliseconds",
        "sent",
    ]
    assert {tuple(line) for line in bench.access} == {tuple(fields)}
    assert {(line["status"], line["route"], line["method"]) for line in bench.access} == {
        (200, "/echo", "GET"),
        (200, "/items/{item_id}", "GET"),
        (404, None, "GET"),
        (405, "/echo", "other"),
        (400, None, "other"),
    }


def test_a_defect_is_written_down_and_not_told() -> None:
    with running() as bench:
        bench.tiny.answer = {"statusCode": 200, "body": 17}
        response, body = ask(bench, "GET", "/raw")
    assert (response.status, json.loads(body)["type"]) == (502, "/problems/internal")
    (line,) = bench.defects
    assert line["route"] == "/raw"
    assert line["defect"].startswith("malformed answer")
    assert line["request_id"] == response.headers["x-amzn-RequestId"]


def test_a_program_that_takes_too_long_is_answered_for() -> None:
    with running(limits=Limits(integration_seconds=0.1)) as bench:
        response, body = ask(bench, "GET", "/wait/a")
        assert (response.status, response.headers["Retry-After"]) == (504, "1")
        assert json.loads(body)["type"] == "/problems/unavailable"
        bench.tiny.let_go.set()


def test_a_slow_request_does_not_hold_up_another() -> None:
    with running(workers=2) as bench:
        slow: list[bytes] = []
        waiting = threading.Thread(target=lambda: slow.append(ask(bench, "GET", "/wait/slow")[1]))
        waiting.start()
        assert bench.tiny.entered.acquire(timeout=5)
        assert ask(bench, "GET", "/items/quick")[1] == b"quick"
        bench.tiny.let_go.set()
        waiting.join(5)
    assert slow == [b"slow slow"]


def test_requests_at_the_same_time_see_each_their_own() -> None:
    with running(workers=4) as bench:
        answers: list[tuple[str, bytes]] = []

        def one(name: str) -> None:
            answers.append((name, ask(bench, "GET", f"/wait/{name}")[1]))

        threads = [threading.Thread(target=one, args=(f"n{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert bench.tiny.entered.acquire(timeout=5)
        bench.tiny.let_go.set()
        for thread in threads:
            thread.join(5)
    assert sorted(answers) == [(f"n{number}", f"n{number} n{number}".encode()) for number in range(4)]


def test_apps_that_share_a_blueprint_see_each_their_own_request() -> None:
    shared, together = Blueprint("shared"), threading.Barrier(4)

    @shared.route("/wait/{name}")
    def wait(name: str) -> str:
        together.wait(5)
        return f"{name} {shared.current_request.uri_params['name']}"  # type: ignore[index]

    def create() -> Chalice:
        app = GlasshallApp("shared", configure_logs=False, env={})
        app.register_blueprint(shared)
        return app

    with running(workers=4, app_factory=create) as bench:
        answers: list[bytes] = []
        threads = [
            threading.Thread(target=lambda name=f"n{number}": answers.append(ask(bench, "GET", f"/wait/{name}")[1]))
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(5)
    assert sorted(answers) == [f"n{number} n{number}".encode() for number in range(4)]


def test_stopping_does_not_wait_for_idle_connections() -> None:
    with running() as bench:
        connection = bench.connect()
        connection.request("GET", "/items/a")
        connection.getresponse().read()
        bench.gateway.stop()
        assert connection.sock is not None
        assert connection.sock.recv(1) == b""
        connection.close()


def test_the_gateway_listens_on_loopback_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        Gateway(lambda: Chalice("x", configure_logs=False, env={}), host="0.0.0.0")
