"""A listening TCP socket with a bounded number of connections, each served on a thread of its own.

The standard library's ThreadingTCPServer, which unlike http.server looks up no name of its host at the start. An idle
connection does not hold up a stop: its reading side is shut, so its thread sees the end of the stream.
"""

import contextlib
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

MOST_CONNECTIONS = 256

Serve = Callable[[socket.socket, str], None]
Report = Callable[[BaseException], None]


class Listener:
    """The socket; bound when this is made, served between `start` and `stop`."""

    def __init__(self, address: tuple[str, int], serve: Serve, report: Report, most: int = MOST_CONNECTIONS) -> None:
        self._server = _Server(address, serve, report, most)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="listener", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Take connections."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Take no more, let what is under way end within `seconds`, and close."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up(seconds)
        self._server.server_close()


class _Handler(socketserver.BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        stream: socket.socket = self.request
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server.serve(stream, self.client_address[0])


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], serve: Serve, report: Report, most: int) -> None:
        self.serve = serve
        self._report = report
        self._places = threading.BoundedSemaphore(most)
        self._open: dict[socket.socket, threading.Thread] = {}
        self._changing = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._places.acquire(blocking=False):
            super().shutdown_request(request)
            return
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._changing:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changing:
            served = self._open.pop(request, None)
        if served is not None:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what failed; that a client went away or took too long is no failure of ours."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self._report(error)

    def hang_up(self, seconds: float) -> None:
        with self._changing:
            still_open = dict(self._open)
        for stream in still_open:
            with contextlib.suppress(OSError):  # closed in the meantime, which is what is wanted
                stream.shutdown(socket.SHUT_RD)
        until = time.monotonic() + seconds
        for thread in still_open.values():
            thread.join(max(0.0, until - time.monotonic()))
