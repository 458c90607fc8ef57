"""The front door of the machine room: a threaded HTTP server on loopback that stands for API Gateway (REST, v1).

Each connection has a thread that reads and writes; the program runs on a bounded pool of workers (see `workers`). Every
request ends in one access log line of named fields: no path, no query, no header value, no address of a client.
"""

import ipaddress
import socket
import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

from chalice.app import Chalice

from local import problems
from local.events import AWS_LIMITS, Context, Deployment, Invocation, Limits, Request, Response, invoke, prepare
from local.journal import Sink, nowhere, where
from local.outgoing import WITHOUT_BODY
from local.wire import Connection, Head, Timeouts, WireError
from local.workers import Workers

_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH", "TRACE", "CONNECT")
_WRITES = ("PUT", "POST", "DELETE", "PATCH")
_MOST_CONNECTIONS = 128
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
        self._server = _Server((host, port), self)
        self.port = int(self._server.server_address[1])
        self.deployment = deployment or Deployment(authority=f"{host}:{self.port}")
        self.limits = limits
        self.timeouts = timeouts
        self._access_log = access_log
        self._defect_log = defect_log
        self._after_write = after_write
        self._host = host
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="gateway", daemon=True)

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
        self._thread.start()

    def stop(self) -> None:
        """Take no more, let answers under way go out, and close."""
        self._server.shutdown()
        self._server.hang_up(_STOP_SECONDS)
        self._server.server_close()
        self._thread.join()
        self._workers.stop(_STOP_SECONDS)

    def serve(self, connection: Connection, source_ip: str) -> None:
        """Answer the requests of one connection until it ends."""
        while self._serve_one(connection, source_ip):
            pass

    def report(self, defect: str, request_id: str | None = None, route: str | None = None) -> None:
        """Write down a failure of ours."""
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
            self.report(response.defect, exchange.request_id, response.route)
        sent = False
        try:
            connection.send(response.status, headers, body)
            sent = True
        finally:
            self._access_log(_line(exchange, response, len(body), sent=sent))


def _request(head: Head, body: bytes, source_ip: str) -> Request:
    """Split the target; its absolute form (RFC 9112, 3.2.2) counts by its path."""
    target = head.target
    if target.lower().startswith(("http://", "https://")):
        parts = urlsplit(target)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
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


class _Handler(socketserver.BaseRequestHandler):
    """Glue between the standard library's server and the gateway."""

    server: "_Server"

    def handle(self) -> None:
        stream: socket.socket = self.request
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.gateway.serve(Connection(stream, self.server.gateway.timeouts), self.client_address[0])


class _Server(socketserver.ThreadingTCPServer):
    """The listening socket; unlike http.server's it looks up no name of its host at the start."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], gateway: Gateway) -> None:
        self.gateway = gateway
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._open: dict[socket.socket, threading.Thread] = {}
        self._opening = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection on a thread of its own, or turn it away when there are too many."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._opening:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and give its place back."""
        super().shutdown_request(request)
        with self._opening:
            served = self._open.pop(request, None)
        if served is not None:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Write down what failed; that a client went away is no failure of ours."""
        del request, client_address
        error = _current_error()
        if not isinstance(error, ConnectionError | TimeoutError):
            self.gateway.report(f"{type(error).__name__} at {where(error)}")

    def hang_up(self, seconds: float) -> None:
        """Close idle connections and wait a bounded time for those under way."""
        with self._opening:
            still_open = dict(self._open)
        for stream in still_open:
            _stop_reading(stream)
        until = time.monotonic() + seconds
        for thread in still_open.values():
            thread.join(max(0.0, until - time.monotonic()))
