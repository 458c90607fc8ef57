"""A gateway over a tiny app on a real socket, and bytes sent to it as they are."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from typing import Any

from chalice.app import Chalice

from local.events import Limits
from local.gateway import Gateway
from local.wire import Timeouts
from tests.unit.local.tiny_app import Tiny

IMPATIENT = Timeouts(head_seconds=0.1, body_seconds=0.1)


@dataclass
class Bench:
    """A running gateway and what it wrote down."""

    gateway: Gateway
    tiny: Tiny
    access: list[Any] = field(default_factory=list)
    defects: list[Any] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.gateway.port, timeout=10)

    def send(self, data: bytes, *, then_close: bool = False) -> bytes:
        """Send bytes, read until the gateway closes."""
        with socket.create_connection(("127.0.0.1", self.gateway.port), timeout=10) as stream:
            stream.sendall(data)
            if then_close:
                stream.shutdown(socket.SHUT_WR)
            received = b""
            while got := stream.recv(65_536):
                received += got
            return received


@contextmanager
def running(
    *,
    limits: Limits | None = None,
    timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
    workers: int = 2,
    app_factory: Callable[[], Chalice] | None = None,
) -> Iterator[Bench]:
    tiny = Tiny()
    access: list[Any] = []
    defects: list[Any] = []
    writes: list[str] = []
    gateway = Gateway(
        app_factory or tiny.create,
        workers=workers,
        limits=limits or Limits(),
        timeouts=timeouts,
        access_log=access.append,
        defect_log=defects.append,
        after_write=writes.append,
    )
    with gateway:
        try:
            yield Bench(gateway, tiny, access, defects, writes)
        finally:
            tiny.let_go.set()


class _Stream(BytesIO):
    def makefile(self, mode: str) -> BytesIO:
        del mode
        return self


def parse(received: bytes, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the one response that was received."""
    response = HTTPResponse(_Stream(received), method=method)  # type: ignore[arg-type]
    response.begin()
    body = response.read()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, body


def problem_of(received: bytes) -> Any:
    status, headers, body = parse(received)
    document = json.loads(body)
    assert headers["content-type"] == "application/problem+json"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["connection"] == "close"
    assert document["status"] == status
    return document
