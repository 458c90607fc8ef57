"""How other deployments are asked: plain GET over https, and nothing they answer is trusted to be small, quick or right.

Certificates are verified, redirects are not followed (an origin is the address that the operator named, and no other), an
answer is read in pieces up to a size and an instant, and not decoded: it is asked for uncoded, so no bomb can be sent.
"""

import time
from collections.abc import Mapping

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from chalicelib.domain.harvest import Origin
from chalicelib.usecases.harvest import UnreachableError

ANSWER_LIMIT_BYTES = 12_000_000
"""More than API Gateway lets pass."""
CONNECT_SECONDS, READ_SECONDS, ANSWER_SECONDS = 5.0, 15.0, 40.0
"""To connect; between two pieces; for the whole of an answer."""
_PIECE_BYTES = 65_536
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "glasshall-harvest"}


class HttpOrigins:
    """Implements `usecases.harvest.Source`."""

    def __init__(self, answer_limit_bytes: int = ANSWER_LIMIT_BYTES, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._limit_bytes = answer_limit_bytes
        self._seconds = answer_seconds
        self._pool = PoolManager(timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False)

    def get(self, origin: Origin, path: str) -> bytes:
        try:
            answer = self._pool.request(
                "GET", origin.address + path, headers=_HEADERS, redirect=False, preload_content=False
            )
            try:
                return self._read(answer)
            finally:
                answer.close()
        except (HTTPError, OSError, ValueError, OverflowError) as error:  # the last two of a chunk shorter than nothing
            raise UnreachableError("no_answer", f"{origin.authority} did not answer: {type(error).__name__}") from error

    def _read(self, answer: BaseHTTPResponse) -> bytes:
        if answer.status != 200:
            smaller = answer.status == 413 or answer.status >= 500
            waits = _seconds(answer.headers)
            raise UnreachableError(f"status_{answer.status}", f"the answer is {answer.status}", waits, smaller=smaller)
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise UnreachableError("coded", "the answer is coded, though it was asked for uncoded")
        until, read = time.monotonic() + self._seconds, bytearray()
        while piece := answer.read(_PIECE_BYTES, decode_content=False):
            read += piece
            if len(read) > self._limit_bytes:
                raise UnreachableError("too_large", f"the answer is over {self._limit_bytes:,} bytes", smaller=True)
            if time.monotonic() > until:
                raise UnreachableError("too_slow", f"the answer took over {self._seconds:.0f} seconds", smaller=True)
        return bytes(read)


def _seconds(headers: Mapping[str, str]) -> int | None:
    """Return what `Retry-After` says in seconds; a date there is not heeded, the next run comes soon enough."""
    text = headers.get("Retry-After", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
