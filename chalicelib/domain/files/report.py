"""What an inspection notes, and how much work it may do.

Invariants: a problem refuses the file; a finding does not, but an approver must release it by its place and kind. Every note
is made once. Work is counted in bytes unpacked, in elements and in characters, never in time, so that the same bytes always
get the same answer; what would take more is refused, never looked at in part without saying so.
"""

from typing import NamedTuple

UNPACKED_LIMIT_BYTES = 64_000_000
"""Most bytes that all parts of one file may unpack to."""
ELEMENT_LIMIT = 700_000
"""Most XML elements that are read of one file: some 300,000 cells. A larger table is better published as CSV."""
FINDING_LIMIT = 100
"""More findings than anybody would release one by one."""


class Note(NamedTuple):
    """A problem or finding: a code of the lists `file_problem` and `file_finding`, and where in the file."""

    kind: str
    place: str


class Inspection(NamedTuple):
    """What was seen in a file."""

    problems: tuple[Note, ...]
    findings: tuple[Note, ...]


class TooMuchError(Exception):
    """Looking on would take more than is allowed."""


class Report:
    """Collects the notes of one file and counts the work done for it."""

    def __init__(self) -> None:
        self._problems: dict[Note, None] = {}
        self._findings: dict[Note, None] = {}
        self._bytes_left = UNPACKED_LIMIT_BYTES
        self._elements_left = ELEMENT_LIMIT

    def problem(self, kind: str, place: str = "") -> None:
        """Note what refuses the file."""
        self._problems[Note(kind, place)] = None

    def finding(self, kind: str, place: str = "") -> None:
        """Note what an approver must release."""
        self._findings[Note(kind, place)] = None

    def unpacked(self, count: int) -> None:
        """Count bytes unpacked.

        Raises:
            TooMuchError: together they are too many.
        """
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise TooMuchError

    def elements(self, count: int) -> None:
        """Count XML elements.

        Raises:
            TooMuchError: together they are too many.
        """
        self._elements_left -= count
        if self._elements_left < 0:
            raise TooMuchError

    def inspection(self) -> Inspection:
        """Return what was noted, in a stable order."""
        problems, findings = sorted(self._problems), sorted(self._findings)
        if len(findings) > FINDING_LIMIT:
            problems, findings = [*problems, Note("too_many_findings", "")], findings[:FINDING_LIMIT]
        return Inspection(tuple(problems[:FINDING_LIMIT]), tuple(findings))
