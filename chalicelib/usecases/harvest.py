"""The harvest: this deployment follows another one's register and keeps a copy of its public records.

One run does for each origin, in this order:

    continuity  the last entry that is held is asked for again: it must be there and say what it said; else the origin's
                register is another one now (`forked`), and nothing is written
    copies      page after page from the next index on; each entry is checked (`domain/harvest.py`) and committed alone:
                entry, record, version, place in its list, and the next index, all or nothing
    recheck     a thousand of the entries that are held are compared with the origin's, further on with each run

What is true if we stop anywhere: everything below `next` is held, nothing above it. A copy is never overwritten by
anything but a later entry of the same record. What the origin does wrong ends its run, is written down where everybody
can read it, and is tried again at the next run; nothing of it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.harvest import (
    Copy,
    Following,
    Line,
    Origin,
    Trouble,
    UnfitError,
    checked,
    forked,
    orders_erasure,
    read_page,
    says_the_same,
)
from chalicelib.domain.instants import to_key

PAGE_ENTRIES = (100, 10, 1)
"""How many entries are asked for with their bodies; fewer where the origin fails at it, for bodies may be large."""
RECHECKED_ENTRIES = 1_000
LONGEST_WAIT = timedelta(hours=1)
"""The most that an origin's `Retry-After` is heeded."""
TOLERATED_SILENCE = timedelta(hours=6)
"""How long an origin may be out of reach before the job says that it failed."""


class UnreachableError(Exception):
    """The origin did not answer, or not with a page."""

    def __init__(
        self, code: str, detail: str, retry_after_seconds: int | None = None, *, smaller: bool = False
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.retry_after_seconds = retry_after_seconds
        self.smaller = smaller
        """Whether a smaller page may succeed."""


class Source(Protocol):
    """How an origin is asked."""

    def get(self, origin: Origin, path: str) -> bytes:
        """Return the body of a 200 answer. Raises: UnreachableError."""


class HarvestStore(Protocol):
    """Where copies live."""

    def find(self, origin: str) -> Following | None:
        """Return how far an origin is followed."""

    def note(self, following: Following) -> None:
        """Write down everything of it but how far it is: `next` and `lacking` move with copies only."""

    def entries(self, origin: str, first: int, last: int) -> list[bytes]:
        """Return the entries that are held from one index to another."""

    def keep(self, following: Following, copy: Copy) -> Following:
        """Write a copy and move `next`, all or nothing; harmless if it was written before."""


@dataclass(frozen=True, slots=True)
class Harvested:
    """What one run did for one origin."""

    origin: str
    copied: int
    next: int
    trouble: Trouble | None

    def needs_people(self, now: datetime) -> bool:
        """Return whether this will not mend itself: anything but an origin that was out of reach for a few hours."""
        trouble = self.trouble
        if trouble is None:
            return False
        return trouble.state != "unreachable" or trouble.since < to_key(now - TOLERATED_SILENCE)


def follow(
    origin: Origin, source: Source, store: HarvestStore, clock: Callable[[], datetime], until: datetime
) -> Harvested:
    """Follow an origin as far as it goes, or until an instant; the next run goes on from there."""
    now = to_key(clock())
    before = store.find(origin.name) or Following(origin.name, origin.address, since=now)
    if before.wait_until is not None and before.wait_until > now:
        return Harvested(origin.name, 0, before.next, before.trouble)
    run = _Run(origin, source, store, before)
    error: UnfitError | UnreachableError | None = None
    try:
        run.go(clock, until)
    except (UnfitError, UnreachableError) as caught:
        error = caught
    noted = _noted(run, origin, error, clock())
    store.note(noted)
    return Harvested(origin.name, noted.next - before.next, noted.next, noted.trouble)


def _noted(run: "_Run", origin: Origin, error: UnfitError | UnreachableError | None, now: datetime) -> Following:
    """Return what is written down of a run that ended."""
    at = to_key(now)
    known = replace(run.following, address=origin.address, wait_until=None)
    if error is None:
        caught_up_at = at if run.caught_up else known.caught_up_at
        return replace(known, success_at=at, caught_up_at=caught_up_at, trouble=None)
    trouble = _trouble(known, error, at)
    waits = error.retry_after_seconds if isinstance(error, UnreachableError) else None
    wait_until = to_key(now + min(timedelta(seconds=waits), LONGEST_WAIT)) if waits else None
    return replace(known, trouble=trouble, last_trouble=trouble, wait_until=wait_until)


def _trouble(before: Following, error: UnfitError | UnreachableError, at: str) -> Trouble:
    state, index = (error.state, error.index) if isinstance(error, UnfitError) else ("unreachable", None)
    old = before.trouble
    same = old is not None and (old.state, old.index) == (state, index)
    since = old.since if old is not None and same else at
    return Trouble(state, error.code, str(error), index, since, at)


@dataclass(slots=True)
class _Run:
    """One run for one origin: how far it is, and what page the origin can bear."""

    origin: Origin
    source: Source
    store: HarvestStore
    following: Following
    caught_up: bool = False
    sizes: tuple[int, ...] = PAGE_ENTRIES

    def go(self, clock: Callable[[], datetime], until: datetime) -> None:
        """Do all of it. Raises: UnfitError, UnreachableError."""
        last = self.following.next - 1
        if last >= 0:
            self._compare(last, last)
        more = True
        while more and clock() < until:
            more = self._copy_page()
        self._recheck()

    def _copy_page(self) -> bool:
        """Keep the entries of one page; return whether there may be more."""
        lines, more = self._page()
        for line in lines:
            self.following = self.store.keep(self.following, checked(line, self.following.next, self.origin))
        self.caught_up = not more
        return more and bool(lines)

    def _page(self) -> tuple[list[Line], bool]:
        while True:
            try:
                return self._changes(self.following.next, self.sizes[0], "&include=body")
            except UnreachableError as error:
                if not error.smaller or len(self.sizes) == 1:
                    raise
                self.sizes = self.sizes[1:]

    def _changes(self, first: int, limit: int, more: str = "") -> tuple[list[Line], bool]:
        after = f"after={first - 1}&" if first else ""
        return read_page(self.source.get(self.origin, f"/v1/changes?{after}limit={limit}{more}"))

    def _recheck(self) -> None:
        """Compare some of what is held with what the origin says now, from where the last run stopped."""
        first = self.following.rechecked
        last = min(first + RECHECKED_ENTRIES, self.following.next) - 1
        done = self._compare(first, last) if last >= first else first
        self.following = replace(self.following, rechecked=done if done < self.following.next else 0)

    def _compare(self, first: int, last: int) -> int:
        """Hold the origin to the entries it gave before; return the index up to which it did. Raises: UnfitError."""
        lines, more = self._changes(first, last - first + 1)
        held = self.store.entries(self.origin.name, first, last)
        for index, (entry, line) in enumerate(zip(held, lines, strict=False), first):
            if not says_the_same(entry, line):
                raise forked("entry_changed", f"entry {index} is not what it was when it was copied", index)
            self._check_erasure(line, index)
        given = first + len(lines)
        if given <= last and not (more and lines):
            raise forked("register_shorter", f"entry {given} is there no more", given)
        return min(given, last + 1)

    def _check_erasure(self, line: Line, index: int) -> None:
        """Hold an entry that was erased to the one that erased it, once that is held. Raises: UnfitError."""
        by = line.members.get("erased_by")
        if type(by) is not int or by >= self.following.next:
            return
        if not any(orders_erasure(held, line.members) for held in self.store.entries(self.origin.name, by, by)):
            raise forked("erased_without_order", f"entry {index} is erased, and entry {by} is no erasure of it", index)
