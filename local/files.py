"""The host of files on a laptop: what CloudFront is in the cloud, with the same headers, over the emulator's S3.

It listens on a port of its own, which to a browser is another origin than the API's. It gives out what lies under
`attachments/` and `exports/` and nothing else, only as a download, and runs nothing.
"""

import re
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Self

from botocore.exceptions import ClientError

from local.listener import Listener
from local.wire import Connection, Timeouts, WireError

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""What `FilesHeaders` in infra/data.yaml says (but HSTS, which loopback has no use for)."""
_KEY = re.compile(
    r"/(attachments/[0-9a-f]{64}/[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
    r"|exports/(?:manifest\.json|[0-9]{12}-[0-9]+/[0-9a-f]{64}/[a-z-]+(?:\.[a-z]+){1,2}))"
)
_STOP_SECONDS = 5.0


class File(NamedTuple):
    """An object that is given out."""

    body: bytes
    media_type: str
    disposition: str
    cache: str
    encoding: str | None = None


Find = Callable[[str], File | None]


def in_bucket(client: Any, bucket: str) -> Find:
    """Return what finds an object of a bucket."""

    def find(key: str) -> File | None:
        try:
            found = client.get_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NoSuchKey":
                return None
            raise
        return File(
            found["Body"].read(),
            found.get("ContentType") or "application/octet-stream",
            found.get("ContentDisposition") or "attachment",
            found.get("CacheControl") or "no-store",
            found.get("ContentEncoding"),
        )

    return find


class FilesHost:
    """The running host; a context manager. `port=0` takes any free port."""

    def __init__(self, find: Find, *, port: int = 0, host: str = "127.0.0.1", timeouts: Timeouts | None = None) -> None:
        self._find = find
        self._timeouts = timeouts or Timeouts()
        self._listener = Listener((host, port), self._serve, lambda error: None)
        self.url = f"http://{host}:{self._listener.port}"

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.stop(_STOP_SECONDS)

    def _serve(self, stream: socket.socket, source_ip: str) -> None:
        connection = Connection(stream, self._timeouts)
        try:
            head = connection.read_head()
        except WireError as error:
            _send(connection, error.status, {}, b"")
            return
        if head is not None:
            status, headers, body = self.answer(head.method, head.target)
            _send(connection, status, headers, b"" if head.method == "HEAD" else body)

    def answer(self, method: str, target: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a request; a query changes nothing, as in the cloud."""
        if method not in ("GET", "HEAD"):
            return 405, {"Allow": "GET, HEAD"}, b""
        key = _KEY.fullmatch(target.partition("?")[0])
        file = self._find(key[1]) if key else None
        if file is None:
            return 404, {}, b""
        named = {"Content-Type": file.media_type, "Content-Disposition": file.disposition, "Cache-Control": file.cache}
        coded = {"Content-Encoding": file.encoding} if file.encoding else {}
        return 200, {**named, **coded, "Content-Length": str(len(file.body))}, file.body


def _send(connection: Connection, status: int, headers: dict[str, str], body: bytes) -> None:
    framed = {"Content-Length": str(len(body)), **headers, **HEADERS, "Connection": "close"}
    connection.send(status, framed.items(), body)
    connection.linger()
