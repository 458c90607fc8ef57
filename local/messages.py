"""A request and a response as the machine room passes them on: exact header order and repeats, bodies as bytes."""

from dataclasses import dataclass, replace
from typing import Any, Self

import orjson

Headers = tuple[tuple[str, str], ...]


def values(headers: Headers, name: str) -> tuple[str, ...]:
    """Return every value of a header, in order; names compare without case."""
    return tuple(value for key, value in headers if key.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a client sent it: path and query undecoded."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Response:
    """One response as a client gets it.

    `route` is the resource that answered, `code` the problem's code when the gateway itself answered, and `defect`
    says where the program failed; the latter two never reach a client otherwise.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    route: str | None = None
    code: str | None = None
    defect: str | None = None

    def header(self, name: str) -> str | None:
        """Return the only value of a header, or None.

        Raises:
            ValueError: the header stands more than once.
        """
        found = values(self.headers, name)
        if len(found) > 1:
            raise ValueError(f"{name} stands {len(found)} times")
        return found[0] if found else None

    def json(self) -> Any:
        """Return the body read as JSON."""
        return orjson.loads(self.body)

    def answering(self, route: str) -> Self:
        """Return the same response, naming the resource that gave it."""
        return replace(self, route=route)
