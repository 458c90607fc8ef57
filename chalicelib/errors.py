"""What can go wrong, as one tree without HTTP numbers. `routes/problems.py` maps every leaf to a status.

GlasshallError
├── NotFoundError            nothing at that place
├── ErasedError              what stood at that place was erased by order
├── InvalidError             carries every problem found, all at once
│   ├── MalformedError       it cannot be read: not the grammar, unknown field, unknown parameter
│   └── RefusedError         it was read and the domain refuses it
├── ConflictError            the place is taken, or not the next one
│   ├── PlaceTakenError      other bytes stand at this place
│   ├── NotNextError         act numbers have no gaps; carries the next one
│   └── HeadMovedError       `after_sha256` names an older head
├── UnauthenticatedError     the signature, token or code does not hold; carries which check failed
├── ForbiddenError           known, but not allowed; carries why as a code
├── TooManyTriesError        carries when to try again, and where there is one the work that lets in at once
├── TooLargeError            carries the limit
├── UnsupportedMediaError    carries what is taken
├── ConditionFailedError     a condition of a commit did not hold; a use case looks again and decides, no route sees it
└── UnavailableError         storage cannot answer now; nothing is half written, the same request may be sent again
    └── UnfinishedError      a job could not do all it had to; what is left waits for its next run
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, a sentence, and where (a JSON Pointer or a query parameter)."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None


class GlasshallError(Exception):
    """Root of all errors this program raises on purpose."""


class NotFoundError(GlasshallError):
    """There is nothing at that place."""


class ErasedError(GlasshallError):
    """What stood at that place was erased by order of a court or an authority."""


class InvalidError(GlasshallError):
    """Input that cannot be taken; `problems` names every reason."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.code}: {problem.message}" for problem in problems))
        self.problems = problems


class MalformedError(InvalidError):
    """The input does not follow the grammar of the contract."""


class RefusedError(InvalidError):
    """The input was understood and the domain refuses it."""


class ConflictError(GlasshallError):
    """The write does not fit what is already there."""


class PlaceTakenError(ConflictError):
    """Other bytes already stand at the place this write names."""


class NotNextError(ConflictError):
    """Act numbers run 1, 2, 3 without gaps."""

    def __init__(self, next_act: int) -> None:
        super().__init__(f"the next act is {next_act}")
        self.next_act = next_act


class HeadMovedError(ConflictError):
    """The record's head is not the one `after_sha256` names."""


class UnauthenticatedError(GlasshallError):
    """Who is asking could not be established; `check` names the check that failed, never the right value."""

    def __init__(self, check: str, detail: str, scheme: str = "Signature") -> None:
        super().__init__(detail)
        self.check = check
        self.scheme = scheme


class ForbiddenError(GlasshallError):
    """The caller is known and may not do this."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class TooManyTriesError(GlasshallError):
    """A limit on tries was reached."""

    def __init__(self, retry_after_seconds: int, proof_of_work: dict[str, str | int] | None = None) -> None:
        super().__init__(f"try again in {retry_after_seconds} seconds")
        self.retry_after_seconds = retry_after_seconds
        self.proof_of_work = proof_of_work


class TooLargeError(GlasshallError):
    """The input is larger than what is taken."""

    def __init__(self, limit: int, unit: str = "bytes") -> None:
        super().__init__(f"at most {limit:,} {unit} are taken")
        self.limit = limit


class UnsupportedMediaError(GlasshallError):
    """The media type or content coding is not taken here."""


class ConditionFailedError(GlasshallError):
    """A condition of a commit did not hold; nothing of it was written."""


class UnavailableError(GlasshallError):
    """Storage could not answer; the same request may be sent again without harm."""

    def __init__(self, detail: str = "storage is busy", retry_after_seconds: int = 2) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class UnfinishedError(UnavailableError):
    """A job did what it could; something of it failed and waits for the next run."""
