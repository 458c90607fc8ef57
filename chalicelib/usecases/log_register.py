"""The register job: public acts get contiguous indexes, and only then, in index order, does the public view change.

Order of writes, and what is true if we stop after each (after Sunlight's `sequencePool`):

    stage       the new entries lie under a name of their own; no index is given yet, the next run stages anew
    head        compare-and-swap of size and root: the indexes are given for good; the next run finishes from the staged
                bytes, and no other tree of this size can come to be
    tiles       the log's files hold the new leaves, and nothing speaks of them yet
    checkpoint  signed: whoever has it holds us to every entry up to its size
    view        one commit per entry: record, version, act and entry together; the next run repeats what is missing,
                writing the same bytes
    projected   the view is known to reach this far; readers claim no more than that

Two sequencers: one head only wins the swap, the other stops. Whoever finds `projected < size` finishes from the stage, and
writes bytes that follow from it alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.public_view import PublicRecord, Site, public_record
from chalicelib.domain.records import Noun, Ref
from chalicelib.domain.register import SALT_BYTES, Entry, RegisterHead, advance
from chalicelib.tlog.growing import Growth
from chalicelib.usecases.folding import Fold, Folds, fold_record
from chalicelib.usecases.log_tree import LogFiles, SignCheckpoint, grown, grown_again, publish_tree
from chalicelib.usecases.ports import RecordStore

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

        `record` is what it shows after the entry, changed by it or not; `before` what it showed until then: what it no
        longer stands in is taken away.
        """

    def entries(self, first: int, last: int) -> Iterable[Entry]:
        """Yield the public entries of a range of indexes."""


class TreelessError(Exception):
    """The register was begun before it had a tree: begin anew, and send the acts again."""


LookAt = Callable[[Iterable[str], str], None]
"""Have the clock look at agencies whose catalogues have changed; were it lost, it looks when the day is over."""


@dataclass(frozen=True, slots=True)
class Sequencer:
    """What a run of the register job needs."""

    register: RegisterStore
    files: LogFiles
    records: RecordStore
    site: Site
    now: datetime
    settle: timedelta
    look_at: LookAt
    random_bytes: Callable[[int], bytes]
    sign: SignCheckpoint


@dataclass(frozen=True, slots=True)
class Logged:
    """What one run did."""

    finished: int
    """Entries shown that an earlier run had staged."""
    logged: int
    """Entries given an index and shown by this run."""
    waited_seconds: float = 0.0
    """How long the public act among them that came first had waited."""


def log_register(sequencer: Sequencer) -> Logged:
    """Log what waits, at most 1,000 entries or so, and show it."""
    register = sequencer.register
    head = register.head()
    if head.lacks_tree:
        raise TreelessError
    finished = head.size - head.projected
    if finished:
        staged = register.staged(head.stage)
        head = _publish(sequencer, head, staged, grown_again(sequencer.files, staged, head.root), {})
        if head.projected < head.size:
            return Logged(0, 0)  # another run has gone on, and finishes its own work
    folds: Folds = {}
    entries = _collect(sequencer, head, folds)
    if not entries:
        return Logged(finished, 0)
    stage = register.stage(entries)
    growth = grown(sequencer.files, entries, head.root)
    sequenced = replace(
        head, size=growth.size, at=entries[-1].at, stage=stage, root=growth.root.hex(), edge=growth.edge
    )
    if not register.swap(head, sequenced):
        return Logged(finished, 0)  # another sequencer was faster; what waits still waits
    _publish(sequencer, sequenced, entries, growth, folds)
    return Logged(finished, len(entries), _waited_seconds(sequencer.now, entries, folds))


def _waited_seconds(now: datetime, entries: list[Entry], folds: Folds) -> float:
    acts = [folds[Ref(entry.kind, entry.record_id)][entry.act - 1][0] for entry in entries]
    return max((now - from_key(act.received_at)).total_seconds() for act in acts if act.public)


def _publish(
    sequencer: Sequencer, head: RegisterHead, entries: list[Entry], growth: Growth, folds: Folds
) -> RegisterHead:
    """Publish the tree of a head, and then show its last entries."""
    publish_tree(sequencer.files, entries, growth, sequencer.sign)
    return _project(sequencer, head, entries, folds)


def _collect(sequencer: Sequencer, head: RegisterHead, folds: Folds) -> list[Entry]:
    entries: list[Entry] = []
    at = max(to_key(sequencer.now), head.at)  # a clock that goes back does not take the register with it
    for ref in dict.fromkeys(sequencer.register.waiting(BATCH_ENTRIES)):
        folds[ref] = fold_record(ref, sequencer.records.acts(ref), sequencer.records, at)
        entries += _entries_of(ref, folds[ref], sequencer, head.size + len(entries), at)
        if len(entries) >= BATCH_ENTRIES:
            break
    return entries


def _entries_of(ref: Ref, folded: Fold, sequencer: Sequencer, first: int, at: str) -> list[Entry]:
    """Return entries for a record's unlogged acts up to its last public one: those before it become public with it."""
    last = max((act.number for act, _, _ in folded if act.register_index is None and act.public), default=0)
    noun = BY_KIND[ref.kind]
    found: list[Entry] = []
    for position, (stored, act, state) in enumerate(folded):
        if stored.register_index is not None or stored.number > last:
            continue
        record = shown_after(noun, ref, folded, position, sequencer.site)
        entry = Entry(
            index=first + len(found),
            kind=noun.kind,
            record_id=ref.record_id,
            collection=noun.collection,
            act=stored.number,
            act_sha256=stored.sha256,
            name=act["act"],
            version=record.version if record and record.act == stored.number else None,
            at=at,
            agency=state["agency"],
            jurisdiction=state["jurisdiction"],
            sha256=record.sha256 if record else None,
            url=record.url if record else "",
            tombstone=record is not None and not record.rendered.listed,
            salt=sequencer.random_bytes(SALT_BYTES).hex(),
        )
        found.append(entry)
    return found


def shown_after(noun: Noun, ref: Ref, folded: Fold, position: int, site: Site) -> PublicRecord | None:
    """Return what a record shows after an act: what the last act showed that made a version, for no other changes it."""
    version = folded[position][2]["version"]
    while position and folded[position - 1][2]["version"] == version:
        position -= 1
    stored, _, state = folded[position]
    return public_record(noun, ref.record_id, stored.number, state, site)


def _project(sequencer: Sequencer, head: RegisterHead, entries: list[Entry], folds: Folds) -> RegisterHead:
    """Show staged entries in index order, from where an earlier run stopped."""
    settled_before = to_key(sequencer.now - sequencer.settle)
    shown: list[Entry] = []
    changed: set[str] = set()
    for entry in entries:
        if entry.index < head.projected:
            continue
        record, before = records_around(entry, sequencer.records, sequencer.site, folds)
        sequencer.register.show(entry, record, before)
        shown.append(entry)
        if any(each is not None and each.rendered.holdings for each in (record, before)):
            changed.add(entry.agency)
        if len(shown) == MOVE_EVERY_ENTRIES or entry is entries[-1]:
            moved = advance(head, shown, to_key(sequencer.now), settled_before)
            if not sequencer.register.swap(head, moved):
                return sequencer.register.head()  # another run shows the same entries; it moves the head
            head, shown = moved, []
    sequencer.look_at(sorted(changed), to_key(sequencer.now))
    return head


def records_around(
    entry: Entry, records: RecordStore, site: Site, folds: Folds
) -> tuple[PublicRecord | None, PublicRecord | None]:
    """Return what a record showed after an entry's act, and before it; `folds` keeps what was folded before."""
    ref = Ref(entry.kind, entry.record_id)
    if ref not in folds:
        folds[ref] = fold_record(ref, records.acts(ref), records, entry.at)
    noun, last = BY_KIND[entry.kind], entry.act - 1
    before = shown_after(noun, ref, folds[ref], last - 1, site) if last else None
    return shown_after(noun, ref, folds[ref], last, site), before
