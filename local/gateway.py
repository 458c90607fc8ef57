"""The front door of the machine room: a threaded HTTP server on loopback that stands for API Gateway (REST, v1).

Each connection has a thread that reads and writes; the program runs on a bounded pool of workers (see `workers`). Every
request ends in one access log line of named fields: no path, no query, no header value, no address of a client.
"""

import ipaddress
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from chalice.app import Chalice

from local import problems
from local.events import AWS_LIMITS, Context, Deployment, Invocation, Limits, Request, Response, invoke, prepare
from local.journal import Sink, nowhere, where
from local.listener import Listener
from local.outgoing import WITHOUT_BODY
from local.wire import Connection, Head, Timeouts, WireError
from local.workers import Workers

_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH", "TRACE", "CONNECT")
_WRITES = ("PUT", "POST", "DELETE", "PATCH")
_ABSOLUTE = re.compile(r"https?://[^/?]*", re.IGNORECASE)
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What the access log says of one request."""

    request_id: str
    began: float
    method: str
    bytes_in: int


class Gateway:
    """The running gateway; a context manager. `port=0` takes any free port.

    `app_factory` is called once per worker. `after_write` is called on the worker with the resource of every write that
    the program answered with 2xx, whether or not the client still waits for the answer.
    """

    def __init__(
        self,
        app_factory: Callable[[], Chalice],
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        workers: int = 4,
        deployment: Deployment | None = None,
        limits: Limits = AWS_LIMITS,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        access_log: Sink = nowhere,
        defect_log: Sink = nowhere,
        after_write: Callable[[str], None] | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError("the local gateway listens on loopback only")
        self._workers = Workers(app_factory, workers)
        self._listener = Listener((host, port), self._serve, self._report_error)
        self.port = self._listener.port
        self.deployment = deployment or Deployment(authority=f"{host}:{self.port}")
        self.limits = limits
        self.timeouts = timeouts
        self._access_log = access_log
        self._defect_log = defect_log
        self._after_write = after_write
        self._host = host

    @property
    def url(self) -> str:
        """Address of the root, without a slash at its end."""
        return f"http://{self._host}:{self.port}{self.deployment.base_path}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve, on threads of its own."""
        self._workers.start()
        self._listener.start()

    def stop(self) -> None:
        """Take no more, let answers under way go out, and close."""
        self._listener.stop(_STOP_SECONDS)
        self._workers.stop(_STOP_SECONDS)

    def _serve(self, stream: socket.socket, source_ip: str) -> None:
        connection = Connection(stream, self.timeouts)
        while self._serve_one(connection, source_ip):
            pass

    def _report_error(self, error: BaseException) -> None:
        self._report(f"{type(error).__name__} at {where(error)}", None, None)

    def _report(self, defect: str, request_id: str | None, route: str | None) -> None:
        self._defect_log({"at": _now_text(), "request_id": request_id, "route": route, "defect": defect})

    def _serve_one(self, connection: Connection, source_ip: str) -> bool:
        request_id = str(uuid4())
        began, head, body = time.monotonic(), None, b""
        try:
            head = connection.read_head()
            if head is None:
                return False
            began = time.monotonic()
            body = connection.read_body(head, self.limits.body_bytes)
            response = self._answer(_request(head, body, source_ip), request_id)
            keep_alive = head.keep_alive
        except WireError as error:
            response = problems.problem(error.status, error.code, error.detail, f"urn:uuid:{request_id}")
            keep_alive = False
        method = head.method if head is not None else ""
        self._send(connection, _Exchange(request_id, began, method, len(body)), response, keep_alive=keep_alive)
        if not keep_alive:
            connection.linger()
        return keep_alive

    def _answer(self, request: Request, request_id: str) -> Response:
        prepared = prepare(
            self._workers.apps[0],
            request,
            deployment=self.deployment,
            limits=self.limits,
            request_id=request_id,
            now=datetime.now(UTC),
        )
        if isinstance(prepared, Response):
            return prepared
        seconds = self.limits.integration_seconds
        context = Context(request_id, time.monotonic() + seconds)
        try:
            return self._workers.run(lambda app: self._invoke(app, prepared, context), seconds)
        except TimeoutError:
            return problems.too_slow(request.path, seconds).answering(prepared.route)

    def _invoke(self, app: Chalice, invocation: Invocation, context: Context) -> Response:
        response = invoke(app, invocation, context, self.limits)
        wrote = invocation.request.method in _WRITES and 200 <= response.status < 300
        if wrote and self._after_write is not None:
            self._after_write(invocation.route)
        return response

    def _send(self, connection: Connection, exchange: _Exchange, response: Response, *, keep_alive: bool) -> None:
        body = b"" if exchange.method == "HEAD" else response.body
        headers = _framed(response, exchange, keep_alive=keep_alive)
        if response.defect is not None:
            self._report(response.defect, exchange.request_id, response.route)
        sent = False
        try:
            connection.send(response.status, headers, body)
            sent = True
        finally:
            self._access_log(_line(exchange, response, len(body), sent=sent))


def _request(head: Head, body: bytes, source_ip: str) -> Request:
    """Split the target; its absolute form (RFC 9112, 3.2.2) counts by its path."""
    target = head.target
    if (absolute := _ABSOLUTE.match(target)) is not None:
        rest = target[absolute.end() :]
        target = rest if rest.startswith("/") else f"/{rest}"
    path, _, query = target.partition("?")
    return Request(head.method, path, query, head.headers, body, source_ip)


def _framed(response: Response, exchange: _Exchange, *, keep_alive: bool) -> list[tuple[str, str]]:
    headers = [*response.headers, ("Date", format_datetime(datetime.now(UTC), usegmt=True))]
    headers.append(("x-amzn-RequestId", exchange.request_id))
    if response.status not in WITHOUT_BODY and not (exchange.method == "HEAD" and not response.body):
        headers.append(("Content-Length", str(len(response.body))))
    if not keep_alive:
        headers.append(("Connection", "close"))
    return headers


def _line(exchange: _Exchange, response: Response, bytes_out: int, *, sent: bool) -> dict[str, Any]:
    return {
        "at": _now_text(),
        "request_id": exchange.request_id,
        "method": exchange.method if exchange.method in _METHODS else "other",
        "route": response.route,
        "status": response.status,
        "problem": response.code,
        "bytes_in": exchange.bytes_in,
        "bytes_out": bytes_out,
        "milliseconds": round((time.monotonic() - exchange.began) * 1000, 1),
        "sent": sent,
    }


def _now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
