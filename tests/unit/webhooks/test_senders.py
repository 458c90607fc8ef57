"""Sending to addresses that strangers named: what is connected to, how long it may take, how much is read (W1, W2)."""

import gzip
import socket
import time
from collections.abc import Callable

import pytest

from chalicelib.store.senders import HttpsSender, resolve_name
from chalicelib.usecases.deliver_webhooks import HOST_WAITS, Answered
from tests.hook_server import NAME, PUBLIC, URL, Net, Serve, answering, outgoing, receiver, sender, trust

SHORT = 0.6
"""Seconds that a sender has in tests of slow receivers; in life ten."""


def ask(serve: Serve, *, seconds: float = 10.0, wants_answer: bool = True) -> Answered:
    """Send a request to a receiver that serves so, over TLS."""
    with receiver(serve, tls=trust().server) as port:
        return sender(Net(port), seconds=seconds).send(outgoing(wants_answer=wants_answer))


def test_a_request_goes_to_the_judged_address_under_the_name_and_brings_the_answer() -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"challenge":1}')

    with receiver(serve, tls=trust().server) as port:
        net = Net(port)
        answered = sender(net).send(outgoing())
    assert answered == Answered("http_200", b'{"challenge":1}', "")
    assert net.connected == [(PUBLIC, 443)]
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /in?tenant=3 HTTP/1.1"
    assert f"Host: {NAME}" in lines
    assert "Accept-Encoding: identity" in lines
    assert "webhook-signature: v1,x" in lines
    assert body == b'{"type":"x"}'


def test_a_certificate_of_another_name_or_of_nobody_that_is_trusted_is_refused_and_nothing_is_sent() -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        seen.append(request)

    with receiver(serve, tls=trust().server) as port:
        net = Net(port)
        assert sender(net).send(outgoing("https://other.example/in")).outcome == "certificate_refused"
        strict = HttpsSender(resolve=lambda host, left: [PUBLIC], connect=net.connect)
        assert strict.send(outgoing()).outcome == "certificate_refused"
    assert [request for request in seen if request] == []


def test_one_address_that_is_not_public_among_many_and_none_is_connected_to() -> None:
    net = Net()
    for bad in ("10.0.0.1", "::1", "169.254.169.254", "fe80::1%eth0", "::ffff:93.184.215.14", "not an address"):
        assert sender(net, PUBLIC, bad).send(outgoing()).outcome == "address_not_public"
    assert net.connected == []


def test_a_name_is_resolved_once_so_what_it_resolves_to_later_does_not_matter() -> None:
    asked: list[str] = []

    def resolve(host: str, seconds: float) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    with receiver(answering("HTTP/1.1 200 OK\n\n"), tls=trust().server) as port:
        net = Net(port)
        rebound = HttpsSender(resolve=resolve, connect=net.connect, context=trust().client)
        assert rebound.send(outgoing()).outcome == "http_200"
        assert rebound.send(outgoing()).outcome == "address_not_public"
    assert asked == [NAME, NAME]
    assert net.connected == [(PUBLIC, 443)]


def test_where_the_first_address_takes_no_connection_the_second_is_tried_and_no_third() -> None:
    net = Net(1)  # nobody listens there
    assert sender(net, PUBLIC, "93.184.215.15", "93.184.215.16").send(outgoing()).outcome == "connect_failed"
    assert [address for address, _ in net.connected] == [PUBLIC, "93.184.215.15"]


def test_a_name_that_is_not_there_or_whose_servers_do_not_answer_is_said_to_be_so() -> None:
    def unknown(host: str, seconds: float) -> list[str]:
        raise socket.gaierror(8, "not known")

    def silent(host: str, seconds: float) -> list[str]:
        raise TimeoutError

    assert HttpsSender(resolve=unknown).send(outgoing()).outcome == "name_unknown"
    assert HttpsSender(resolve=silent).send(outgoing()).outcome == "name_timeout"
    assert HttpsSender(resolve=lambda host, seconds: []).send(outgoing()).outcome == "name_unknown"


def test_the_systems_resolver_is_asked_and_left_behind_when_time_is_up() -> None:
    assert "127.0.0.1" in resolve_name("localhost", 5.0)

    def silent(*asked: object, **more: object) -> list[object]:
        time.sleep(SHORT)
        return []

    with pytest.raises(TimeoutError):
        resolve_name("localhost", 0.05, silent)
    with pytest.raises(UnicodeError):
        resolve_name("x" * 64 + ".example", 5.0)


def test_an_address_that_would_no_longer_be_registered_is_not_sent_to() -> None:
    net = Net()
    for url in (
        "http://hooks.app.example/",
        "https://127.0.0.1/",
        "https://u@hooks.app.example/",
        "file:///etc/passwd",
    ):
        assert sender(net).send(outgoing(url)).outcome == "url_refused"
    assert net.connected == []


def test_who_is_not_admitted_is_not_connected_to() -> None:
    net, asked = Net(), []

    def admit(host: str) -> bool:
        asked.append(host)
        return False

    assert sender(net, "2a00:1450:4001:80b::200e").send(outgoing(), admit).outcome == HOST_WAITS
    assert asked == ["2a00:1450:4001:80b::/64"]
    assert net.connected == []


def drip(connection: socket.socket, request: bytes) -> None:
    """Answer a byte at a time, for ever."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def drip_body(connection: socket.socket, request: bytes) -> None:
    """Answer at once, and with a body that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    drip(connection, request)


def silence(connection: socket.socket, request: bytes) -> None:
    """Take the request and say nothing."""
    time.sleep(SHORT * 2)


def endless_interim(connection: socket.socket, request: bytes) -> None:
    """Say that one may go on, and on."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def endless_headers(connection: socket.socket, request: bytes) -> None:
    """Answer with headers without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"a" * 1_000 + b"\r\n")


def endless_body(connection: socket.socket, request: bytes) -> None:
    """Answer with a body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000000\r\n\r\n")
    while True:
        connection.sendall(b"a" * 65_536)


def endless_chunks(connection: socket.socket, request: bytes) -> None:
    """Answer with chunks without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1000\r\n" + b"a" * 4_096 + b"\r\n")


@pytest.mark.parametrize("serve", [drip, drip_body, silence], ids=lambda serve: serve.__name__)
def test_a_receiver_that_takes_its_time_is_left_when_time_is_up(serve: Serve) -> None:
    began = time.monotonic()
    assert ask(serve, seconds=SHORT).outcome == "timeout"
    assert time.monotonic() - began < SHORT * 4


def test_a_receiver_that_never_ends_the_handshake_is_left_too() -> None:
    with receiver(lambda connection, request: time.sleep(SHORT * 2)) as port:
        assert sender(Net(port), seconds=SHORT).send(outgoing()).outcome == "timeout"


@pytest.mark.parametrize(
    ("serve", "outcome"),
    [
        (endless_interim, "answer_too_large"),
        (endless_headers, "answer_too_large"),
        (endless_body, "answer_too_large"),
        (endless_chunks, "answer_too_large"),
        (answering("HTTP/1.1 200 OK\n" + "X-A: b\n" * 101 + "\n"), "answer_malformed"),
        (answering("SSH-2.0-OpenSSH\n"), "answer_malformed"),
        (answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz\n"), "answer_malformed"),
        (answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n-5\n"), "answer_malformed"),
        (answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n-ffffffffffffffffffff\n"), "answer_malformed"),
        (answering(""), "connection_lost"),
        (answering("HTTP/1.1 301 Moved\nLocation: https://127.0.0.1/\n\n"), "http_301"),
        (answering("HTTP/1.1 307 Again\nLocation: https://hooks.app.example/\n\n"), "http_307"),
        (answering("HTTP/1.1 410 Gone\n\n"), "http_410"),
        (answering("HTTP/1.1 101 Switching\n\n"), "http_101"),
    ],
)
def test_whatever_is_answered_is_an_outcome(serve: Serve, outcome: str) -> None:
    assert ask(serve).outcome in {outcome, "answer_malformed" if serve is endless_headers else outcome}


def test_of_what_is_not_wanted_nothing_is_read_beyond_the_head() -> None:
    for serve in (drip_body, endless_body, endless_chunks):
        assert ask(serve, seconds=SHORT, wants_answer=False) == Answered("http_200")


def test_nothing_is_decompressed() -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    coded = answering(f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(bomb)}\n\n", bomb)
    assert ask(coded).body == bomb


def test_what_a_receiver_asks_for_when_it_is_busy_is_handed_on() -> None:
    assert ask(answering("HTTP/1.1 429 Slow\nRetry-After: 120\n\n")) == Answered("http_429", b"", "120")


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(answering("HTTP/1.1 204 None\n\n")).outcome == "http_204"


def own_machine(serve: Serve, check: Callable[[int], None]) -> None:
    """Hold something of a receiver on this machine, without TLS."""
    with receiver(serve) as port:
        check(port)


def test_this_machine_itself_is_sent_to_only_at_the_ports_that_settings_name() -> None:
    def check(port: int) -> None:
        url = f"http://127.0.0.1:{port}/in"
        assert HttpsSender(frozenset({port})).send(outgoing(url)).outcome == "http_200"
        assert HttpsSender(frozenset({port + 1})).send(outgoing(url)).outcome == "url_refused"
        assert HttpsSender().send(outgoing(url)).outcome == "url_refused"
        allowed = HttpsSender(frozenset({port}))
        for other in (
            f"http://localhost:{port}/",
            f"https://127.0.0.1:{port}/",
            f"http://127.1:{port}/",
            f"{URL}:{port}",
        ):
            assert allowed.send(outgoing(other)).outcome in {"url_refused", "name_unknown"}

    own_machine(answering("HTTP/1.1 200 OK\n\n"), check)
