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
from typing import NamedTuple, Protocol

from chalicelib.domain.erasure import ERASE
from chalicelib.domain.records import Ref
from chalicelib.domain.register import Entry, RegisterHead
from chalicelib.domain.search_head import Build, SearchHead, moved, superseded

ROUND_ENTRIES = 1_000
"""How many entries are held in memory and applied at once; the texts of their records are read a few at a time."""


class FollowedRegister(Protocol):
    """The register, as far as it is shown."""

    def head(self) -> RegisterHead:
        """Return the head, read consistently."""

    def entries(self, first: int, last: int) -> Iterable[Entry]:
        """Yield the public entries of a range of indexes."""


class Work(Protocol):
    """A copy of a build, which grows."""

    schema: int

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
        """Give a copy of a build, or an empty one if that is lost, for as long as it is worked on."""

    def move(self, old: SearchHead, new: SearchHead) -> bool:
        """Replace the head if it still is `old`; True if the head is `new` now."""

    def held(self) -> list[Build]:
        """Return the builds whose files are there."""

    def remove(self, build: Build) -> None:
        """Remove a file with every earlier state of it; harmless if it is gone."""


class Clock(NamedTuple):
    """What time it is, and until when entries are brought in."""

    now: Callable[[], datetime]
    until: datetime


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
    held = search.held()
    projected = register.head().projected  # read last, for it only grows: what is ahead of it is of another register
    usable = [build for build in head.usable(search.schema) if build in held and build.size <= projected]
    begin = usable[-1] if usable else None
    entries = 0
    if projected > (begin.size if begin else 0):
        with search.work_on(begin) as work:
            entries, after = _bring(register, work, head, begin, projected, Clock(now, until))
        head = after if search.move(head, after) else search.head()
    gone = superseded(head, held, search.schema)
    for build in gone:
        search.remove(build)
    return Built(entries, head.served.size if head.served else 0, len(gone))


def _bring(
    register: FollowedRegister, work: Work, head: SearchHead, begin: Build | None, projected: int, clock: Clock
) -> tuple[int, SearchHead]:
    """Bring a copy forward and keep it; return how many entries that were, and the head that names it."""
    first = work.size
    erased = _follow(register, work, projected, clock)
    if erased:
        work.scrub()
    # What was lost, or is ahead of a register that was put back, is served no longer.
    lost = bool(head.usable(work.schema)) and (begin is None or first != begin.size)
    known = SearchHead(scrubbed=head.scrubbed) if lost else head
    return work.size - first, moved(known, work.keep(), caught_up=work.size >= projected, erased=erased)


def _follow(register: FollowedRegister, work: Work, projected: int, clock: Clock) -> bool:
    """Bring entries in, round by round; return whether something was erased by one of them."""
    erased = False
    while work.size < projected and clock.now() < clock.until:
        entries = list(register.entries(work.size, min(work.size + ROUND_ENTRIES, projected) - 1))
        newest = {Ref(entry.kind, entry.record_id): entry for entry in entries}
        work.follow(entries, list(newest.values()))
        erased = erased or any(entry.name == ERASE for entry in entries)
    return erased
