"""Chalice, with what this program needs of it that it does not do: a request of each thread's own, and answers in bytes."""

import base64
import threading
from typing import Any, cast

from chalice.app import Chalice
from chalice.app import Request as ChaliceRequest
from chalice.app import Response as ChaliceResponse

BYTES = "application/octet-stream"
"""The one media type here whose bytes are no text."""


class GlasshallApp(Chalice):
    """Chalice, with a current request of each thread's own: the framework keeps one for all."""

    _threads = threading.local()

    @property
    def current_request(self) -> ChaliceRequest | None:
        """The request this thread is answering."""
        return getattr(self._threads, "request", None)

    @current_request.setter
    def current_request(self, request: ChaliceRequest | None) -> None:
        self._threads.request = request

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event. A request without Accept is one that takes anything (RFC 9110, 12.5.1)."""
        headers = event.get("headers")
        if headers is not None and not any(name.lower() == "accept" for name in headers):
            headers["Accept"] = "*/*"
        return super().__call__(event, context)


class BytesResponse(ChaliceResponse):
    """Sends text as text, and what is coded (gzip) or no text as base64 with the flag set, whatever the framework guesses."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        """Return the event's answer."""
        body = cast(bytes, self.body)
        coded = "Content-Encoding" in self.headers or self.headers.get("Content-Type") == BYTES
        return {
            "headers": self.headers,
            "multiValueHeaders": {},
            "statusCode": self.status_code,
            "isBase64Encoded": coded,
            "body": base64.b64encode(body).decode("ascii") if coded else body.decode("utf-8"),
        }


def current_event() -> dict[str, Any]:
    """Return the event that this thread is answering, as API Gateway sent it."""
    event: dict[str, Any] = GlasshallApp._threads.request.to_original_event()
    return event
