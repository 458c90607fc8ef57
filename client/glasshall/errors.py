"""What can go wrong in the client, as one tree.

    ClientError
    ├── UsageError              asked for something that cannot be sent (a bad id, a file that is none)
    ├── ConnectionFailedError   no answer, after every try; what was sent may or may not have arrived
    ├── UnexpectedAnswerError   an answer that is not of the contract
    ├── RegisterError           what the register says does not hold, or not with what it shows; `index` says where
    │   └── ForkError           it is not the register that was followed before: entries are gone or say something else
    └── ProblemError            the server's `application/problem+json`, with every reason it gave

Sending the same bytes again is always harmless, so after ConnectionFailedError the caller simply sends again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glasshall.texts import printable


class ClientError(Exception):
    """Root of all errors of the client."""


class UsageError(ClientError):
    """What was asked for cannot be sent."""


class ConnectionFailedError(ClientError):
    """The server could not be reached, or did not answer, in any of the tries."""


class UnexpectedAnswerError(ClientError):
    """The answer is not what the contract says."""


class RegisterError(ClientError):
    """What the register says does not hold. Nothing of it was kept."""

    def __init__(self, message: str, index: int) -> None:
        self.index = index
        super().__init__(message)


class ForkError(RegisterError):
    """The register is not the one that was followed before. Keep what you have, and ask whoever runs it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a problem: a stable code, a sentence, and where (a JSON Pointer or the name of a parameter)."""

    code: str
    message: str
    place: str = ""

    def __str__(self) -> str:
        place = f"{printable(self.place)}: " if self.place else ""
        return f"{place}{printable(self.message)} [{printable(self.code)}]"

    def as_dict(self) -> dict[str, str]:
        """Return the reason as JSON values."""
        return {"code": self.code, "message": self.message, "pointer": self.place}


class ProblemError(ClientError):
    """The server said no, and why."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.document = document
        self.title = str(document.get("title") or f"HTTP status {status}")
        self.detail = str(document.get("detail") or "")
        self.code = str(document.get("type") or "").rsplit("/", 1)[-1] or f"http-{status}"
        self.reasons = reasons_of(document.get("errors"))
        super().__init__(self.title)

    def __str__(self) -> str:
        detail = f": {printable(self.detail)}" if self.detail and self.detail != self.title else ""
        lines = [f"{self.status} {printable(self.title)}{detail}", *(f"  {reason}" for reason in self.reasons)]
        return "\n".join(lines)

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of every reason; that of the problem itself where it names none."""
        return tuple(reason.code for reason in self.reasons) or (self.code,)

    @property
    def message(self) -> str:
        """Every reason in one line."""
        return "; ".join(str(reason) for reason in self.reasons) or printable(self.detail or self.title)


def reasons_of(listed: Any) -> tuple[Reason, ...]:
    """Return the reasons of an `errors` member, as far as it is one."""
    found = listed if isinstance(listed, list) else []
    return tuple(
        Reason(
            str(entry.get("code", "unknown")),
            str(entry.get("message", "")),
            str(entry.get("pointer") or entry.get("parameter") or ""),
        )
        for entry in found
        if isinstance(entry, dict)
    )
