"""How notifications are sent: POST to an address that a stranger named, and nothing of it is trusted (threats.md, W1 and W2).

    judge     the address's text once more, as when it was registered
    resolve   its name, once; every address that comes back must be public, or nothing is connected to
    connect   to one of those very addresses, port 443: what the name resolves to a moment later does not matter
    TLS       the certificate must be the name's
    write     one POST; no redirect is followed, no proxy of the environment is asked
    read      the status line and headers; the body only where it is wanted. Nothing is decompressed

All of it together takes ten seconds at most, and 64 KB are read, so no receiver can hold a worker or fill its memory. Where
settings allow it (a laptop), an address of this machine itself is sent to plainly.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from chalicelib.domain.public_addresses import is_public, neighbourhood
from chalicelib.domain.receivers import LOOPBACK, Target, target_of
from chalicelib.usecases.deliver_webhooks import HOST_WAITS, Answered, Outgoing

SEND_SECONDS = 10.0
"""For everything: name, connection, TLS, writing and reading."""
NAME_SECONDS, CONNECT_SECONDS = 4.0, 4.0
ANSWER_LIMIT_BYTES = 65_536
ADDRESSES_TRIED = 2

Resolve = Callable[[str, float], Sequence[str]]
"""Return every address of a name within so many seconds. Raises: TimeoutError, OSError."""
Connect = Callable[[str, int, float], socket.socket]
"""Return a connection to an address and port, made within so many seconds. Raises: TimeoutError, OSError."""


class _RefusedError(Exception):
    """It is not sent; the outcome says why."""


class _TooLargeError(Exception):
    """The answer is larger than what is read."""


class HttpsSender:
    """Implements `usecases.deliver_webhooks.Sender`."""

    def __init__(
        self,
        loopback_ports: frozenset[int] = frozenset(),
        *,
        resolve: Resolve | None = None,
        connect: Connect | None = None,
        context: ssl.SSLContext | None = None,
        seconds: float = SEND_SECONDS,
    ) -> None:
        self._loopback_ports = loopback_ports
        self._resolve = resolve or resolve_name
        self._connect = connect or connect_to
        self._context = context or ssl.create_default_context()
        self._seconds = seconds

    def send(self, outgoing: Outgoing, admit: Callable[[str], bool] | None = None) -> Answered:
        target = target_of(outgoing.url, self._loopback_ports)
        if target is None:
            return Answered("url_refused")
        deadline = _Deadline(self._seconds)
        try:
            with self._connected(target, deadline, admit) as connection:
                return _exchange(connection, target, outgoing, deadline)
        except _RefusedError as refused:
            return Answered(str(refused))
        except (OSError, http.client.HTTPException, _TooLargeError) as error:
            return Answered(_outcome(error))

    def _connected(self, target: Target, deadline: "_Deadline", admit: Callable[[str], bool] | None) -> socket.socket:
        if not target.secure:
            return self._connect(LOOPBACK, target.port, deadline.left())
        plain = self._reached(self._public_addresses(target.host, deadline), target.port, deadline, admit)
        try:
            plain.settimeout(deadline.left())
            return self._context.wrap_socket(plain, server_hostname=target.host)
        except BaseException:
            plain.close()
            raise

    def _public_addresses(self, host: str, deadline: "_Deadline") -> Sequence[str]:
        try:
            addresses = self._resolve(host, min(NAME_SECONDS, deadline.left()))
        except TimeoutError:
            raise _RefusedError("name_timeout") from None
        except (OSError, UnicodeError):
            raise _RefusedError("name_unknown") from None
        if not addresses:
            raise _RefusedError("name_unknown")
        if not all(is_public(address) for address in addresses):
            raise _RefusedError("address_not_public")
        return addresses

    def _reached(
        self, addresses: Sequence[str], port: int, deadline: "_Deadline", admit: Callable[[str], bool] | None
    ) -> socket.socket:
        """Connect to the first of some judged addresses that takes the connection."""
        failed: OSError = ConnectionError()
        for address in addresses[:ADDRESSES_TRIED]:
            if admit is not None and not admit(neighbourhood(address)):
                raise _RefusedError(HOST_WAITS)
            try:
                return self._connect(address, port, min(CONNECT_SECONDS, deadline.left()))
            except OSError as error:
                failed = error
        raise _RefusedError("connect_timeout" if isinstance(failed, TimeoutError) else "connect_failed") from failed


def resolve_name(host: str, seconds: float, ask: Callable[..., Sequence[Any]] = socket.getaddrinfo) -> list[str]:
    """Return every address of a name. The system's resolver cannot be told to stop: it is left behind when time is up.

    Raises:
        TimeoutError: it took too long. OSError: there is no such name.
    """
    found: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            infos = ask(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        except (OSError, UnicodeError) as error:
            found.put(error)
        else:
            found.put([str(info[4][0]) for info in infos])

    Thread(target=look_up, daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def connect_to(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an IP address.

    Raises:
        TimeoutError, OSError: as the names say.
    """
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def _exchange(connection: socket.socket, target: Target, outgoing: Outgoing, deadline: "_Deadline") -> Answered:
    connection.settimeout(deadline.left())
    connection.sendall(_request(target, outgoing))
    answer = http.client.HTTPResponse(_Readable(connection, deadline), method="POST")  # type: ignore[arg-type]
    try:
        answer.begin()
        wanted = outgoing.wants_answer and 200 <= answer.status < 300
        body = _body(answer) if wanted else b""
        return Answered(f"http_{answer.status}", body, answer.headers.get("Retry-After", ""))
    finally:
        answer.close()


def _body(answer: http.client.HTTPResponse) -> bytes:
    """Read a body, with a number: else what it says of its length is reserved."""
    try:
        return answer.read(ANSWER_LIMIT_BYTES)
    except (ValueError, OverflowError) as error:  # a chunk that is shorter than nothing, or far shorter
        raise http.client.HTTPException from error


def _request(target: Target, outgoing: Outgoing) -> bytes:
    own_port = "" if target.secure else f":{target.port}"
    headers = {
        "Host": target.host + own_port,
        "Connection": "close",
        "Accept-Encoding": "identity",
        "Content-Length": str(len(outgoing.payload)),
        **outgoing.headers,
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + outgoing.payload


def _outcome(error: Exception) -> str:
    for kind, outcome in _OUTCOMES.items():
        if isinstance(error, kind):
            return outcome
    raise AssertionError(error)


_OUTCOMES: dict[type[Exception], str] = {
    TimeoutError: "timeout",
    ssl.SSLCertVerificationError: "certificate_refused",
    ssl.SSLError: "tls_failed",
    OSError: "connection_lost",
    _TooLargeError: "answer_too_large",
    http.client.HTTPException: "answer_malformed",
}
"""The first that fits; of what fits several, the narrower stands first."""


class _Deadline:
    """The instant at which everything must be over."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left. Raises: TimeoutError: there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _Readable:
    """What `HTTPResponse` asks of a socket: a file to read from, here one that ends in time and size."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._bounded = _Bounded(connection, deadline)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._bounded)


class _Bounded(io.RawIOBase):
    """Reads a connection up to an instant and a size, whatever stands in the answer."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self._left_bytes = ANSWER_LIMIT_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._left_bytes <= 0:
            raise _TooLargeError
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(memoryview(buffer)[: self._left_bytes])
        self._left_bytes -= count
        return count
