"""HTTP/1.1 on one connection (RFC 9110, RFC 9112), strictly: what could be read in two ways is refused, not guessed.

The standard library's request handler stops at the first malformed header line and drops what follows, takes folded
lines and knows no chunked bodies; a gateway that signs and limits must not. Invariants:

- Every wait ends: a whole head, a whole body and the next request each have a deadline, not only each read.
- Memory is bounded by the limits: a head of 32 KiB, a body of what the caller allows.
- A request that is refused here ends its connection, because where the next one begins is no longer certain.
"""

import contextlib
import re
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from local.messages import Headers, values

CRLF = b"\r\n"
_HEAD_BYTES = 32_768
_LINE_BYTES = 256
_TRAILER_BYTES = 4_096
_LINGER_BYTES = 4 * 1024 * 1024
_READ_BYTES = 65_536
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e]+) HTTP/([0-9])\.([0-9])")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")
_LENGTH = re.compile(r"[0-9]{1,18}")
_BARE_LF = re.compile(rb"(?<!\r)\n")


class WireError(Exception):
    """A request that is refused before anything looked at what it asks for."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a connection waits for its client."""

    idle_seconds: float = 75.0
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    send_seconds: float = 60.0
    linger_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and headers, checked; `length` is None for a chunked body."""

    method: str
    target: str
    headers: Headers
    length: int | None
    keep_alive: bool
    expects_continue: bool


class Connection:
    """One client's connection."""

    def __init__(self, stream: socket.socket, timeouts: Timeouts) -> None:
        self._stream = stream
        self._timeouts = timeouts
        self._buffer = bytearray()

    def read_head(self) -> Head | None:
        """Return the next request's head, or None when the client has no more.

        Raises:
            WireError: it is not one that can be served.
        """
        if not self._buffer and not self._fill(time.monotonic() + self._timeouts.idle_seconds, quietly=True):
            return None
        until = time.monotonic() + self._timeouts.head_seconds
        while (end := self._find_head_end()) < 0:
            _refuse_bare_line_feeds(self._buffer)
            if len(self._buffer) > _HEAD_BYTES:
                raise WireError(431, "too-large", f"a request's head may take {_HEAD_BYTES} bytes")
            if not self._fill(until, quietly=not self._buffer):
                return None
        block = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        _refuse_bare_line_feeds(block)
        return parse_head(block)

    def read_body(self, head: Head, limit: int) -> bytes:
        """Return the body that belongs to a head.

        Raises:
            WireError: it is larger than `limit`, badly framed or late.
        """
        if head.length is not None and head.length > limit:
            raise _too_large(limit)
        if head.expects_continue and head.length != 0:
            self._stream.settimeout(self._timeouts.send_seconds)
            self._stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        until = time.monotonic() + self._timeouts.body_seconds
        return self._read_chunks(until, limit) if head.length is None else self._take(head.length, until)

    def send(self, status: int, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        """Send a response; `headers` carry their own framing."""
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
        self._stream.settimeout(self._timeouts.send_seconds)
        self._stream.sendall("\r\n".join(lines).encode("latin-1") + body)

    def linger(self) -> None:
        """Say that nothing more comes, and read on for a moment: closing with unread bytes would reset the answer away.

        Whatever ends it, the client going away or the time being up, the connection is done with.
        """
        until = time.monotonic() + self._timeouts.linger_seconds
        left = _LINGER_BYTES
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_WR)
            while left > 0 and (remaining := until - time.monotonic()) > 0:
                self._stream.settimeout(remaining)
                got = len(self._stream.recv(_READ_BYTES))
                if got == 0:
                    return
                left -= got

    def _find_head_end(self) -> int:
        while self._buffer.startswith(CRLF):  # RFC 9112, 2.2: an empty line before the request line
            del self._buffer[:2]
        return self._buffer.find(CRLF * 2)

    def _fill(self, until: float, *, quietly: bool = False) -> bool:
        """Read what is there; False when the client ended the connection, which only `quietly` allows."""
        remaining = until - time.monotonic()
        try:
            self._stream.settimeout(max(remaining, 0.001))
            data = self._stream.recv(_READ_BYTES)
        except TimeoutError as error:
            if quietly:
                return False
            raise WireError(408, "malformed", "the request did not arrive in time") from error
        if not data and not quietly:
            raise WireError(400, "malformed", "the request ended before it was whole")
        self._buffer += data
        return bool(data)

    def _take(self, count: int, until: float) -> bytes:
        while len(self._buffer) < count:
            self._fill(until)
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def _take_line(self, until: float, limit: int) -> bytes:
        while (end := self._buffer.find(CRLF)) < 0:
            if len(self._buffer) > limit:
                raise WireError(400, "malformed", "a line of the chunked body is too long")
            self._fill(until)
        if end > limit:
            raise WireError(400, "malformed", "a line of the chunked body is too long")
        return self._take(end + 2, until)[:-2]

    def _read_chunks(self, until: float, limit: int) -> bytes:
        body = bytearray()
        while True:
            matched = _CHUNK_SIZE.fullmatch(self._take_line(until, _LINE_BYTES))
            if matched is None:
                raise WireError(400, "malformed", "a chunk's size cannot be read")
            size = int(matched[1], 16)
            if len(body) + size > limit:
                raise _too_large(limit)
            if size == 0:
                self._skip_trailers(until)
                return bytes(body)
            body += self._take(size, until)
            if self._take(2, until) != CRLF:
                raise WireError(400, "malformed", "a chunk does not end where its size says")

    def _skip_trailers(self, until: float) -> None:
        left = _TRAILER_BYTES
        while line := self._take_line(until, left):
            left -= len(line) + 2
            if left <= 0 or not _HEADER.fullmatch(line):
                raise WireError(400, "malformed", "the trailers of a chunked body cannot be read")


def parse_head(block: bytes) -> Head:
    """Return the head that stands in a block of lines.

    Raises:
        WireError: it is not one that can be served.
    """
    lines = block.split(CRLF)
    matched = _REQUEST_LINE.fullmatch(lines[0])
    if matched is None:
        raise WireError(400, "malformed", "the request line cannot be read")
    if matched[3] != b"1":
        raise WireError(505, "malformed", "this is HTTP/1.1")
    modern = matched[4] != b"0"
    headers = tuple(_header(line) for line in lines[1:])
    if modern and len(values(headers, "host")) != 1:
        raise WireError(400, "malformed", "a request names exactly one Host")
    return Head(
        matched[1].decode("ascii"),
        matched[2].decode("ascii"),
        headers,
        _length(headers, modern=modern),
        _keeps_alive(headers, modern=modern),
        _expects_continue(headers) and modern,
    )


def _header(line: bytes) -> tuple[str, str]:
    matched = _HEADER.fullmatch(line)
    if matched is None:
        raise WireError(400, "malformed", "a header line cannot be read")
    return matched[1].decode("ascii"), matched[2].strip(b" \t").decode("latin-1")


def _length(headers: Headers, *, modern: bool) -> int | None:
    """Tell how the body is framed; whatever could be read in two ways is refused (RFC 9112, 6.3)."""
    lengths, codings = values(headers, "content-length"), values(headers, "transfer-encoding")
    if codings:
        if lengths or not modern or len(codings) != 1:
            raise WireError(400, "malformed", "the body is framed in more than one way")
        if codings[0].lower() != "chunked":
            raise WireError(501, "malformed", "of the transfer codings only chunked is taken")
        return None
    if not lengths:
        return 0
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        raise WireError(400, "malformed", "Content-Length is not one whole number")
    return int(lengths[0])


def _keeps_alive(headers: Headers, *, modern: bool) -> bool:
    options = {option.strip().lower() for value in values(headers, "connection") for option in value.split(",")}
    return modern and "close" not in options


def _expects_continue(headers: Headers) -> bool:
    expected = values(headers, "expect")
    if any(value.lower() != "100-continue" for value in expected):
        raise WireError(417, "malformed", "of the expectations only 100-continue is met")
    return bool(expected)


def _refuse_bare_line_feeds(block: bytes | bytearray) -> None:
    if _BARE_LF.search(block):
        raise WireError(400, "malformed", "lines end in carriage return and line feed")


def _too_large(limit: int) -> WireError:
    return WireError(413, "too-large", f"a body may take {limit} bytes")
