"""Building the read model: the register's new entries are followed into a copy of the file, which then takes its place.

What is true if we stop after each write:

    file        it lies under a name of its own, which nobody reads; the next run removes it once the model is past it
    head        readers find the new file; older ones are still there, for those who have just read the head before
    older files one of them is left, none if something was erased

Two builders: one only moves the head, the other has worked for nothing. A record is read as its newest entry up to an index
left it, whose version is never changed, so the file is the fold up to that index whenever it is built. A run that is not done
in its time keeps what it has as a draft, and the next goes on from it.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.records import Ref
from chalicelib.domain.register import Entry, RegisterHead
from chalicelib.domain.search_head import Build, SearchHead, moved

ROUND_ENTRIES = 1_000
"""How many entries are held in memory and applied at once; the texts of their records are read a few at a time."""
ERASE = "erase"


class FollowedRegister(Protocol):
    """The register, as far as it is shown."""

    def head(self) -> RegisterHead:
        """Return the head, read consistently."""

    def entries(self, first: int, last: int) -> Iterable[Entry]:
        """Yield the public entries of a range of indexes."""


class Work(Protocol):
    """A copy of a build, which grows."""

    @property
    def size(self) -> int:
        """How many entries are in it."""

    def follow(self, entries: list[Entry], newest: list[Entry]) -> None:
        """Bring in entries, of which the newest of each record are given apart: all or nothing."""

    def scrub(self) -> None:
        """Leave no byte of what was deleted."""

    def keep(self) -> Build:
        """Write it as a build that nobody names yet."""


class SearchStore(Protocol):
    """Where builds lie."""

    schema: int

    def head(self) -> SearchHead:
        """Return which builds are served and being made, read consistently."""

    def work_on(self, build: Build | None) -> AbstractContextManager[Work]:
        """Give a copy of a build, or an empty one, for as long as it is worked on."""

    def move(self, old: SearchHead, new: SearchHead) -> bool:
        """Replace the head if it still is `old`; True if the head is `new` now."""

    def tidy(self, head: SearchHead) -> int:
        """Remove the files that no head will name; return how many."""


@dataclass(frozen=True, slots=True)
class Built:
    """What one run did."""

    entries: int
    """Entries of the register brought in."""
    size: int
    """How many entries are in what is served."""
    removed: int
    """Files removed."""


def build_search(
    register: FollowedRegister, search: SearchStore, now: Callable[[], datetime], until: datetime
) -> Built:
    """Follow the register as far as it goes, or as there is time."""
    head = search.head()
    if head.ahead_of(search.schema):
        return Built(0, 0, 0)  # a newer program has taken over; this one is about to be gone
    projected = register.head().projected
    begin = next(reversed(head.usable(search.schema)), None)
    entries = 0
    if projected > (begin.size if begin else 0) or head.draft is not None:
        with search.work_on(begin) as work:
            first = work.size
            erased = _follow(register, work, projected, now, until)
            if erased:
                work.scrub()
            entries = work.size - first
            after = moved(head, work.keep(), caught_up=work.size >= projected, erased=erased)
        head = after if search.move(head, after) else search.head()
    return Built(entries, head.served.size if head.served else 0, search.tidy(head))


def _follow(
    register: FollowedRegister, work: Work, projected: int, now: Callable[[], datetime], until: datetime
) -> bool:
    """Bring entries in, round by round; return whether something was erased by one of them."""
    erased = False
    while work.size < projected and now() < until:
        entries = list(register.entries(work.size, min(work.size + ROUND_ENTRIES, projected) - 1))
        newest = {Ref(entry.kind, entry.record_id): entry for entry in entries}
        work.follow(entries, list(newest.values()))
        erased = erased or any(entry.name == ERASE for entry in entries)
    return erased
