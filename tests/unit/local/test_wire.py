"""Bytes as hostile or broken clients send them: each gets one answer and an end, and none a second reading."""

import contextlib
import itertools
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.events import Limits
from local.wire import WireError, parse_head
from tests.unit.local.sockets import IMPATIENT, Bench, parse, problem_of, running

HOST = b"Host: h\r\n"
CLOSE = b"Connection: close\r\n"


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with running(limits=Limits(body_bytes=1_000)) as found:
        yield found


def put(headers: bytes, body: bytes = b"") -> bytes:
    return b"PUT /echo HTTP/1.1\r\n" + HOST + CLOSE + headers + b"\r\n" + body


REFUSED = [
    pytest.param(b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400, id="a TLS greeting"),
    pytest.param(b"GET /echo\r\n\r\n", 400, id="HTTP/0.9"),
    pytest.param(b"GET  /echo HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="two spaces"),
    pytest.param(b"GET /ec ho HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a space in the target"),
    pytest.param(b"GET /\xe5 HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a target that is no ASCII"),
    pytest.param(b"G(T /echo HTTP/1.1\r\n" + HOST + b"\r\n", 400, id="a method that is no token"),
    pytest.param(b"GET /echo HTTP/1.1\n" + HOST + b"\r\n", 400, id="a bare line feed"),
    pytest.param(b"GET /echo HTTP/1.1\r\nHost: h\n\n", 400, id="bare line feeds only"),
    pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, id="HTTP/2 without being asked"),
    pytest.param(b"GET /echo HTTP/1.1\r\n\r\n", 400, id="no Host"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400, id="two Hosts"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + b" folded: x\r\n\r\n", 400, id="a folded line"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + b"X : y\r\n\r\n", 400, id="a space before the colon"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + b"no colon\r\n\r\n", 400, id="a line without a colon"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n", 400, id="a NUL in a header"),
    pytest.param(b"GET /echo HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n", 400, id="a bare carriage return"),
    pytest.param(put(b"Content-Length: 1\r\nContent-Length: 1\r\n", b"x"), 400, id="Content-Length twice"),
    pytest.param(put(b"Content-Length: 1, 1\r\n", b"x"), 400, id="Content-Length as a list"),
    pytest.param(put(b"Content-Length: -1\r\n"), 400, id="a negative length"),
    pytest.param(put(b"Content-Length: +1\r\n", b"x"), 400, id="a length with a sign"),
    pytest.param(put(b"Content-Length: 0x1\r\n", b"x"), 400, id="a hexadecimal length"),
    pytest.param(put(b"Content-Length:\r\n"), 400, id="an empty length"),
    pytest.param(put(b"Content-Length: 1_0\r\n"), 400, id="a length with an underscore"),
    pytest.param(put(b"Content-Length: 1001\r\n"), 413, id="a length beyond the limit"),
    pytest.param(put(b"Content-Length: 999999999999999999\r\n"), 413, id="a length beyond everything"),
    pytest.param(put(b"Content-Length: 1001\r\nExpect: 100-continue\r\n"), 413, id="asking first to send too much"),
    pytest.param(put(b"Expect: more\r\n"), 417, id="an unknown expectation"),
    pytest.param(
        put(b"Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", b"0\r\n\r\n"), 400, id="chunked with a length"
    ),
    pytest.param(
        put(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400, id="chunked twice"
    ),
    pytest.param(put(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"), 501, id="another transfer coding"),
    pytest.param(put(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n"), 501, id="nearly chunked"),
    pytest.param(b"PUT /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="chunked in HTTP/1.0"),
]
BAD_CHUNKS = [
    pytest.param(b"x\r\n", 400, id="a size that is none"),
    pytest.param(b"-1\r\n", 400, id="a negative size"),
    pytest.param(b" 1\r\na\r\n0\r\n\r\n", 400, id="a size after a space"),
    pytest.param(b"0x1\r\na\r\n0\r\n\r\n", 400, id="a size with a prefix"),
    pytest.param(b"\r\n", 400, id="no size"),
    pytest.param(b"111111111\r\n", 400, id="a size of nine digits"),
    pytest.param(b"ffffffff\r\n", 413, id="a size beyond the limit"),
    pytest.param(b"1f4\r\n" + b"x" * 500 + b"\r\n1f5\r\n", 413, id="sizes that add up beyond the limit"),
    pytest.param(b"1\r\nab\r\n0\r\n\r\n", 400, id="more than the size says"),
    pytest.param(b"1\r\na\n0\r\n\r\n", 400, id="a chunk ended by a line feed"),
    pytest.param(b"1;" + b"e" * 300 + b"\r\na\r\n0\r\n\r\n", 400, id="an extension without end"),
    pytest.param(b"0\r\nno colon\r\n\r\n", 400, id="a trailer that is none"),
    pytest.param(b"0\r\n" + b"A: b\r\n" * 1_000 + b"\r\n", 400, id="trailers without end"),
]


@pytest.mark.parametrize(("sent", "status"), REFUSED)
def test_what_could_be_read_in_two_ways_is_refused_and_ends_the_connection(
    bench: Bench, sent: bytes, status: int
) -> None:
    follow_up = b"GET /items/smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
    received = bench.send(sent + follow_up)
    assert problem_of(received)["status"] == status
    assert b"smuggled" not in received


@pytest.mark.parametrize(("body", "status"), BAD_CHUNKS)
def test_a_badly_chunked_body_is_refused_and_ends_the_connection(bench: Bench, body: bytes, status: int) -> None:
    received = bench.send(put(b"Transfer-Encoding: chunked\r\n", body + b"GET /items/smuggled HTTP/1.1\r\n\r\n"))
    assert problem_of(received)["status"] == status
    assert b"smuggled" not in received


def test_a_chunked_body_may_have_extensions_and_trailers_and_end_at_the_limit(bench: Bench) -> None:
    body = b"1F4;a=b\r\n" + b"x" * 500 + b"\r\n1f4 ;c\r\n" + b"y" * 500 + b"\r\n000\r\nDigest: d\r\n\r\n"
    status, _, _ = parse(bench.send(put(b"transfer-encoding: CHUNKED\r\n", body)))
    assert status == 200


def test_a_refusal_reaches_a_client_that_is_still_sending(bench: Bench) -> None:
    received = bench.send(put(b"Content-Length: 3000000\r\n", b"x" * 3_000_000))
    assert problem_of(received)["status"] == 413


def test_a_client_that_asks_first_is_told_to_go_on(bench: Bench) -> None:
    with socket.create_connection(("127.0.0.1", bench.gateway.port), timeout=10) as stream:
        stream.sendall(put(b"Content-Length: 2\r\nExpect: 100-Continue\r\n"))
        assert stream.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        stream.sendall(b"ok")
        assert stream.recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("method", ["TRACE", "BREW", "get"])
def test_an_unknown_method_is_not_allowed(bench: Bench, method: str) -> None:
    status, headers, _ = parse(bench.send(f"{method} /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()))
    assert (status, headers["allow"]) == (405, "GET, HEAD, PUT, POST, OPTIONS")


def test_connect_is_not_allowed(bench: Bench) -> None:
    status, headers, _ = parse(bench.send(b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nConnection: close\r\n\r\n"))
    assert (status, headers["allow"]) == (405, "")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        pytest.param(b"http://other.example/items/a?x=1", 200, id="the absolute form counts by its path"),
        pytest.param(b"HTTPS://other.example/items/a", 200, id="in any case"),
        pytest.param(b"http://other.example", 200, id="without a path it is the root"),
        pytest.param(b"http://[/items/a", 200, id="whatever the host"),
        pytest.param(b"/items/a%2Fb", 404, id="an escaped slash"),
        pytest.param(b"/items/..%2F..%2Fetc", 404, id="an escaped way up"),
        pytest.param(b"/%", 404, id="a lonely percent sign"),
        pytest.param(b"*", 400, id="the asterisk form"),
        pytest.param(b"/items/a#b", 400, id="a fragment"),
        pytest.param(b"ftp://h/items/a", 400, id="another scheme"),
    ],
)
def test_a_target_counts_by_its_undecoded_path(bench: Bench, target: bytes, status: int) -> None:
    assert parse(bench.send(b"GET " + target + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"))[0] == status


def test_a_head_beyond_the_limit_of_the_gateway_is_refused(bench: Bench) -> None:
    received = bench.send(b"GET /echo HTTP/1.1\r\n" + HOST + CLOSE + b"X: " + b"x" * 11_000 + b"\r\n\r\n")
    assert problem_of(received)["status"] == 431


def test_a_head_without_end_is_refused_before_it_is_kept(bench: Bench) -> None:
    received = bench.send(b"GET /echo HTTP/1.1\r\n" + b"X: y\r\n" * 20_000)
    assert problem_of(received)["status"] == 431


def test_an_empty_line_before_a_request_is_skipped(bench: Bench) -> None:
    assert parse(bench.send(b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"))[0] == 200


def test_requests_sent_at_once_are_answered_in_order(bench: Bench) -> None:
    first = b"GET /items/one HTTP/1.1\r\n" + HOST + b"\r\n"
    received = bench.send(first + b"GET /items/two HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
    assert received.index(b"\r\n\r\none") < received.index(b"\r\n\r\ntwo")


def test_http_1_0_is_answered_once(bench: Bench) -> None:
    received = bench.send(b"GET /items/old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert parse(received)[2] == b"old"
    assert b"Connection: close" in received


def test_a_client_that_says_nothing_and_leaves_is_no_request(bench: Bench) -> None:
    before = len(bench.access)
    assert bench.send(b"", then_close=True) == b""
    assert len(bench.access) == before


def test_a_head_that_does_not_end_is_given_up() -> None:
    with running(timeouts=IMPATIENT) as bench:
        assert problem_of(bench.send(b"GET /echo HTTP/1.1\r\nHost:"))["status"] == 408


@pytest.mark.parametrize(
    "sent", [put(b"Content-Length: 10\r\n", b"half"), put(b"Transfer-Encoding: chunked\r\n", b"5\r\nha")]
)
def test_a_body_that_does_not_end_is_given_up(sent: bytes) -> None:
    with running(timeouts=IMPATIENT) as bench:
        assert problem_of(bench.send(sent))["status"] == 408


def test_a_client_that_sends_a_byte_now_and_then_has_no_more_time_than_others() -> None:
    with running(timeouts=IMPATIENT) as bench:
        with socket.create_connection(("127.0.0.1", bench.gateway.port), timeout=10) as stream:
            stream.settimeout(0.02)
            received = b""
            for byte in itertools.chain(b"GET /", itertools.repeat(ord("x"), 10_000)):
                try:
                    stream.sendall(bytes([byte]))
                    received = stream.recv(1_000)
                except TimeoutError:
                    continue
                break
        assert received.startswith(b"HTTP/1.1 408 ")


def test_a_body_cut_off_is_refused(bench: Bench) -> None:
    assert problem_of(bench.send(put(b"Content-Length: 10\r\n", b"half"), then_close=True))["status"] == 400


LINE = st.sampled_from([b"GET /a HTTP/1.1", b"Host: h", b"Content-Length: 1", b"Transfer-Encoding: chunked", b"X:y"])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(LINE | st.binary(max_size=20), max_size=6))
def test_a_head_is_read_in_one_way_or_refused(lines: list[bytes]) -> None:
    """Whatever passes names one Host and one framing, and holds no line that was dropped."""
    with contextlib.suppress(WireError):
        head = parse_head(b"\r\n".join([b"GET /a HTTP/1.1", *lines]))
        names = [name.lower() for name, _ in head.headers]
        assert names.count("host") == 1
        assert names.count("content-length") + names.count("transfer-encoding") <= 1
        assert (head.length is None) == ("transfer-encoding" in names)
        assert len(names) == len(b"\r\n".join(lines).split(b"\r\n"))


def test_any_bytes_end_with_an_answer_or_in_silence(bench: Bench) -> None:
    @settings(max_examples=60, derandomize=True, deadline=None)
    @given(st.binary(max_size=120).filter(lambda data: bool(data.strip(b"\r\n"))))
    def check(data: bytes) -> None:
        received = bench.send(data, then_close=True)
        assert received.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))

    check()
    assert bench.defects == []
