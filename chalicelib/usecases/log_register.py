"""The register job: public acts get contiguous indexes, and only then, in index order, does the public view change.

Order of writes, and what is true if we stop after each (after Sunlight's `sequencePool`):

    stage     the new entries lie under a name of their own; no index is given yet, the next run stages anew
    head      compare-and-swap: the indexes are given for good; the next run finishes from the staged bytes
    view      one commit per entry: record, version, act and entry together; the next run repeats what is missing,
              writing the same bytes
    projected the view is known to reach this far; readers claim no more than that

Two sequencers: one head only wins the swap, the other stops. Tree, tiles and checkpoint will stand between head and view.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.instants import to_key
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.public_view import PublicRecord, Site, public_record
from chalicelib.domain.records import Act, Noun, Ref, State
from chalicelib.domain.register import Entry, RegisterHead, advance
from chalicelib.usecases.folding import Fold, Folds, fold_record
from chalicelib.usecases.ports import RecordStore, StoredAct

BATCH_ENTRIES = 1_000
MOVE_EVERY_ENTRIES = 100


class RegisterStore(Protocol):
    """Where the register and the public view live."""

    def head(self) -> RegisterHead:
        """Return the head, read consistently."""

    def waiting(self, limit: int) -> list[Ref]:
        """Return records with acts that wait, oldest first; may be late, may name records already done."""

    def stage(self, entries: list[Entry]) -> str:
        """Write the entries under a name derived from them; return the name."""

    def staged(self, name: str) -> list[Entry]:
        """Return the entries of a stage."""

    def swap(self, old: RegisterHead, new: RegisterHead) -> bool:
        """Replace the head if it still is `old`; True if the head is `new` now."""

    def show(self, entry: Entry, record: PublicRecord | None, before: PublicRecord | None) -> None:
        """Make one entry public with all it changes, in one commit; harmless if it is public already.

        `before` is what the record showed until this entry: what it no longer stands in is taken away.
        """

    def entries(self, first: int, last: int) -> Iterable[Entry]:
        """Yield the public entries of a range of indexes."""


LookAt = Callable[[Iterable[str], str], None]
"""Have the clock look at agencies whose catalogues have changed; were it lost, it looks when the day is over."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What showing entries needs."""

    register: RegisterStore
    records: RecordStore
    site: Site
    now: datetime
    settle: timedelta
    look_at: LookAt


@dataclass(frozen=True, slots=True)
class Logged:
    """What one run did."""

    finished: int
    """Entries shown that an earlier run had staged."""
    logged: int
    """Entries given an index and shown by this run."""


def log_register(
    register: RegisterStore, records: RecordStore, site: Site, now: datetime, settle: timedelta, look_at: LookAt
) -> Logged:
    """Log what waits, at most 1,000 entries or so, and show it."""
    showing = Showing(register, records, site, now, settle, look_at)
    head = register.head()
    finished = head.size - head.projected
    if finished:
        head = _project(showing, head, register.staged(head.stage), {})
    folds: Folds = {}
    entries = _collect(register, records, site, head, now, folds)
    if not entries:
        return Logged(finished, 0)
    stage = register.stage(entries)
    staged = RegisterHead(head.size + len(entries), head.projected, entries[-1].at, stage, head.claims)
    if not register.swap(head, staged):
        return Logged(finished, 0)  # another sequencer was faster; what waits still waits
    _project(showing, staged, entries, folds)
    return Logged(finished, len(entries))


def _collect(
    register: RegisterStore, records: RecordStore, site: Site, head: RegisterHead, now: datetime, folds: Folds
) -> list[Entry]:
    entries: list[Entry] = []
    at = max(to_key(now), head.at)  # a clock that goes back does not take the register with it
    for ref in dict.fromkeys(register.waiting(BATCH_ENTRIES)):
        acts = records.acts(ref)
        folds[ref] = fold_record(ref, acts, records, at)
        entries += _entries_of(ref, folds[ref], site, head.size + len(entries), at)
        if len(entries) >= BATCH_ENTRIES:
            break
    return entries


def _entries_of(ref: Ref, folded: Fold, site: Site, first: int, at: str) -> list[Entry]:
    """Return entries for a record's unlogged acts up to its last public one: those before it become public with it."""
    last = max((act.number for act, _, _ in folded if act.register_index is None and act.public), default=0)
    noun = BY_KIND[ref.kind]
    found: list[Entry] = []
    version = 0
    for stored, act, state in folded:
        made = state["version"] if state["version"] != version else None
        version = state["version"]
        if stored.register_index is not None or stored.number > last:
            continue
        record = public_record(noun, ref.record_id, stored.number, state, site)
        found.append(_entry(first + len(found), noun, stored, act, state, record, at, made if record else None))
    return found


def _entry(
    index: int,
    noun: Noun,
    stored: StoredAct,
    act: Act,
    state: State,
    record: PublicRecord | None,
    at: str,
    version: int | None,
) -> Entry:
    return Entry(
        index=index,
        kind=noun.kind,
        record_id=stored.ref.record_id,
        collection=noun.collection,
        act=stored.number,
        act_sha256=stored.sha256,
        name=act["act"],
        version=version,
        at=at,
        agency=state["agency"],
        jurisdiction=state["jurisdiction"],
        sha256=record.sha256 if record else None,
        url=record.url if record else "",
        tombstone=record is not None and not record.rendered.listed,
    )


def _project(showing: Showing, head: RegisterHead, entries: list[Entry], folds: Folds) -> RegisterHead:
    """Show staged entries in index order, from where an earlier run stopped."""
    settled_before = to_key(showing.now - showing.settle)
    shown: list[Entry] = []
    changed: set[str] = set()
    for entry in entries:
        if entry.index < head.projected:
            continue
        record, before = records_around(entry, showing.records, showing.site, folds)
        showing.register.show(entry, record, before)
        shown.append(entry)
        if any(each is not None and each.rendered.holdings for each in (record, before)):
            changed.add(entry.agency)
        if len(shown) == MOVE_EVERY_ENTRIES or entry is entries[-1]:
            moved = advance(head, shown, to_key(showing.now), settled_before)
            if not showing.register.swap(head, moved):
                return showing.register.head()  # another run shows the same entries; it moves the head
            head, shown = moved, []
    showing.look_at(sorted(changed), to_key(showing.now))
    return head


def records_around(
    entry: Entry, records: RecordStore, site: Site, folds: Folds
) -> tuple[PublicRecord | None, PublicRecord | None]:
    """Return what a record showed after an entry's act, and before it; `folds` keeps what was folded before."""
    ref = Ref(entry.kind, entry.record_id)
    if ref not in folds:
        folds[ref] = fold_record(ref, records.acts(ref), records, entry.at)
    states = [state for _, _, state in folds[ref][: entry.act]]
    after, *earlier = [
        public_record(BY_KIND[entry.kind], entry.record_id, entry.act - back, state, site)
        for back, state in enumerate(reversed(states[-2:]))
    ]
    return after, earlier[0] if earlier else None
