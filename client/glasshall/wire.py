"""HTTP as the client speaks it: one pool of kept-alive connections, bounded patience, every answer whole or an error.

Every write names its own place, so the same bytes may be sent again at any time: after a lost connection, a timeout, 429,
502, 503 or 504 the request is repeated, each time with a fresh signature (its window is 300 s) over the same bytes.
Redirects are never followed, and no proxy is taken from the environment.
"""

import json
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import urllib3

from glasshall.errors import ConnectionFailedError, ProblemError, UnexpectedAnswerError, UsageError

REPEATED = frozenset({429, 502, 503, 504})
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Pacing:
    """How patient the client is."""

    tries: int = 6
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0

    def wait_seconds(self, attempt: int) -> float:
        """Return how long to wait after this attempt, counted from 1, where the server does not say."""
        doubled: float = self.first_wait_seconds * 2 ** (attempt - 1)
        return min(self.longest_wait_seconds, doubled)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the server, read whole."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def document(self) -> Any:
        """Return the JSON value of the body.

        Raises:
            UnexpectedAnswerError: it is none.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise UnexpectedAnswerError(f"the answer (status {self.status}) is not JSON") from error


class Wire:
    """The connections to one deployment. May be used by several threads at once."""

    def __init__(
        self,
        url: str,
        *,
        authority: str | None,
        pacing: Pacing,
        connections: int,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        notice: Callable[[str], None],
    ) -> None:
        self._origin, self.base_path, own_authority = split_url(url)
        self.authority = authority or own_authority
        self.pacing = pacing
        self.sleep = sleep
        self.now = now
        self.notice = notice
        timeout = urllib3.Timeout(connect=self.pacing.connect_seconds, read=self.pacing.read_seconds)
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, timeout=timeout, retries=False)

    def send(
        self,
        method: str,
        target: str,
        headers: Callable[[], Mapping[str, str]],
        body: bytes | None = None,
        repeated: Container[int] = REPEATED,
    ) -> Answer:
        """Return the answer to one request; `headers` is called for every try, so that each is signed anew.

        `target` is a path below the base path, with its query if it has one; `repeated` says after which statuses the same
        request goes out again.

        Raises:
            ProblemError: an answer of status 400 or above, once patience has ended where it is worth repeating.
            ConnectionFailedError: no answer came.
        """
        for attempt in range(1, self.pacing.tries):
            try:
                answer = self._once(method, target, dict(headers()), body)
            except urllib3.exceptions.HTTPError as error:
                self._pause(self.pacing.wait_seconds(attempt), _cause(error))
                continue
            wait = self._wait_after(answer, attempt) if answer.status in repeated else None
            if wait is None:
                return _checked(answer)
            self._pause(wait, f"it answered {answer.status}")
        try:
            return _checked(self._once(method, target, dict(headers()), body))
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionFailedError(f"{self._origin} does not answer: {_cause(error)}") from error

    def _pause(self, seconds: float, why: str) -> None:
        self.notice(f"{self._origin}: {why}; the same request goes out again in {seconds:.1f} s")
        self.sleep(seconds)

    def _once(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> Answer:
        response = self._pool.request(
            method,
            f"{self._origin}{self.base_path}{target}",
            body=body,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": "glasshall-client",
                **headers,
            },
            redirect=False,
        )
        return Answer(response.status, response.headers, response.data)

    def _wait_after(self, answer: Answer, attempt: int) -> float | None:
        """Return how long to wait before the same request again, or None where that is too long to be worth it."""
        asked = retry_after(answer.headers.get("Retry-After"), self.now())
        if asked is None:
            return self.pacing.wait_seconds(attempt)
        return asked if asked <= self.pacing.longest_wait_seconds else None


def split_url(url: str) -> tuple[str, str, str]:
    """Return origin, base path and the authority that is signed (lower case, without a default port; RFC 9421 2.2.3).

    Raises:
        UsageError: it is not an http or https address of a deployment.
    """
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise UsageError(f"{url!r} is not the address of a deployment, like https://open.example.gov")
    try:
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} has no valid port") from error
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{authority}", parts.path.rstrip("/"), authority


def _checked(answer: Answer) -> Answer:
    if answer.status < 400:
        return answer
    media_type = answer.headers.get("Content-Type", "").split(";")[0].strip()
    document = answer.document() if media_type.endswith("json") else {}
    raise ProblemError(answer.status, document if isinstance(document, dict) else {})


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110, 10.2.3: seconds or a date), or None."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter of a year, an hour or an offset that no machine counts
        return None
    return max(0.0, (until - now).total_seconds()) if until.tzinfo else None


def _cause(error: urllib3.exceptions.HTTPError) -> str:
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "no connection"
    return "it took too long" if isinstance(error, urllib3.exceptions.TimeoutError) else "the connection was lost"
