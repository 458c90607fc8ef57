"""A copy of all public records that stays in step with a deployment: whatever ends a run, the next one goes on from there.

Entries are applied in the order of the register, page by page. Of each it is checked before anything of it is kept:

- its index is the next one: the register has no gaps, so a hole is an error and never becomes one of the copy
- the record's bytes begin as its entry says, and their SHA-256 is the entry's
- where the last run stopped, the register still says what it said: else it is another one now, and nothing is written

How far the copy is (`Progress`) is saved in the same transaction as the page, so a crash repeats a page or nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Event
from typing import Any, Protocol

from glasshall.edges import EMPTY, Edge
from glasshall.errors import ForkError, RegisterError, UsageError
from glasshall.feed import Change
from glasshall.leaves import leaf_of
from glasshall.reader import Reader
from glasshall.shared import merkle

ERASE = "erase"
"""The act with which a record is erased: its text is gone everywhere, and so it must be here."""
_FORMAT = "glasshall-mirror-1"


class Store(Protocol):
    """Where a copy is kept. All that is told between two `save` is one transaction, which `save` commits.

    A copy is what `put` was given last for each (kind, id, version), without what `drop` took. The version with the
    greatest number is what the record shows now; a withdrawn record's is its tombstone.
    """

    def load(self) -> str | None:
        """Return what `save` was given last; None at the beginning. What was told after it must be gone."""

    def put(self, change: Change, body: bytes) -> None:
        """Keep a record's bytes as version `change.version` of (`change.kind`, `change.id`)."""

    def drop(self, kind: str, record_id: str, below: int) -> None:
        """Delete every version of a record below this one: it was withdrawn or erased, and they may be shown no more."""

    def save(self, progress: str) -> None:
        """Keep this text, and commit."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy is."""

    url: str
    edge: Edge = EMPTY
    """Of the register's tree up to here: the size is the index of the entry to come next."""
    last: bytes = b""
    """Hash of the leaf of the last entry."""
    lacking: Mapping[str, int] = field(default_factory=dict)
    """By record: how many versions the server gave no more, until the act is met that explains it."""
    erasures: Mapping[str, str] = field(default_factory=dict)
    """By index: the record whose erasure an erased entry says stands there; to be met."""

    @property
    def next(self) -> int:
        """The index of the entry to come next."""
        return self.edge.size

    def after(self, change: Change) -> "Progress":
        """Return how far the copy is with one entry more.

        Raises:
            RegisterError: the entry does not follow, or contradicts what was said before.
        """
        leaf = merkle.leaf_hash(leaf_of(change.document))
        record = f"{change.kind} {change.id}"
        return replace(
            self,
            edge=self.edge.grown(leaf),
            last=leaf,
            lacking=_lacking(self.lacking, change, record),
            erasures=_erasures(self.erasures, change, record),
        )

    def encode(self) -> str:
        """Return it as the text that a store keeps."""
        members = {
            "format": _FORMAT,
            "url": self.url,
            "size": self.edge.size,
            "edge": [found.hex() for found in self.edge.hashes],
            "last": self.last.hex(),
            "lacking": self.lacking,
            "erasures": self.erasures,
        }
        return json.dumps(members, separators=(",", ":"))


def decode_progress(text: str) -> Progress:
    """Return what `Progress.encode` wrote.

    Raises:
        UsageError: it is none of ours.
    """
    try:
        found: dict[str, Any] = json.loads(text)
        if found["format"] != _FORMAT:
            raise UsageError("the store does not say how far a mirror is")
        edge = Edge(found["size"], tuple(map(bytes.fromhex, found["edge"])))
        return Progress(found["url"], edge, bytes.fromhex(found["last"]), found["lacking"], found["erasures"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError("the store does not say how far a mirror is") from error


class Mirror:
    """Keeps a copy in step with a deployment."""

    def __init__(self, client: Reader, store: Store) -> None:
        self._client = client
        self._store = store

    def run(self) -> Progress:
        """Bring the copy up to date and return how far it is.

        Raises:
            RegisterError: what came does not fit; nothing of its page was kept. ForkError: it is another register now.
            ProblemError, ConnectionFailedError: the deployment did not answer. UsageError: the store is of another one.
        """
        return self._follow(forever=False, stop=None)

    def follow(self, stop: Event | None = None) -> Progress:
        """Keep the copy up to date until `stop` is set, and return how far it is. Raises as `run`."""
        return self._follow(forever=True, stop=stop)

    def _follow(self, *, forever: bool, stop: Event | None) -> Progress:
        progress = self._begin()
        after = progress.next - 1 if progress.next else None
        for page in self._client.changes_pages(after, {"include": "body"}, forever=forever, stop=stop):
            progress = self._apply(progress, page.items)
        return progress

    def _begin(self) -> Progress:
        held = self._store.load()
        if held is None:
            return Progress(self._client.url)
        progress = decode_progress(held)
        if progress.url != self._client.url:
            raise UsageError(f"this is a mirror of {progress.url}, not of {self._client.url}")
        if progress.next:
            self._check_last(progress)
        return progress

    def _check_last(self, progress: Progress) -> None:
        """Hold the register to the last entry that it gave before."""
        index = progress.next - 1
        place = {"after": index - 1} if index else {}
        items = self._client.changes_page(None, {"limit": 1, **place}).items
        if not items or items[0].index != index:
            raise ForkError(f"entry {index} is there no more", index)
        if merkle.leaf_hash(leaf_of(items[0].document)) != progress.last:
            raise ForkError(f"entry {index} is not what it was", index)

    def _apply(self, progress: Progress, changes: Sequence[Change]) -> Progress:
        """Keep some entries, all or nothing."""
        after = _advanced(progress, changes)
        for change in changes:
            if (change.ends_versions or change.name == ERASE) and (version := change.shown_version) is not None:
                self._store.drop(change.kind, change.id, version)
            if change.body is not None:
                self._store.put(change, change.body)
        # If we stop before this, the store takes it all back, and the next run asks for the same page.
        self._store.save(after.encode())
        return after


def _advanced(progress: Progress, changes: Iterable[Change]) -> Progress:
    """Return how far the copy is after some entries, each of which was found to fit."""
    for change in changes:
        if change.index != progress.next:
            raise RegisterError(f"entry {progress.next} was to come, and entry {change.index} came", progress.next)
        check_body(change)
        progress = progress.after(change)
    return progress


def check_body(change: Change) -> None:
    """Hold a record's bytes to its entry.

    Raises:
        RegisterError: they are not those that it names.
    """
    if change.body is None:
        return
    if change.version is None or change.sha256 is None or change.version != change.shown_version:
        raise RegisterError(f"entry {change.index} shows a version that it did not make", change.index)
    begins = _compact(kind=change.kind, id=change.id, version=change.version, act=change.act)[:-1] + b","
    placed = _compact(register_index=change.index, sha256=change.sha256)[1:-1] + b","
    if not change.body.startswith(begins + placed):
        raise RegisterError(f"the record of entry {change.index} does not begin as the entry says", change.index)
    if sha256(begins + change.body[len(begins) + len(placed) :]).hexdigest() != change.sha256:
        raise RegisterError(f"the record of entry {change.index} is not the one whose SHA-256 it names", change.index)


def _compact(**members: str | int) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()


def _lacking(known: Mapping[str, int], change: Change, record: str) -> Mapping[str, int]:
    if change.ends_versions or change.name == ERASE:
        return {name: count for name, count in known.items() if name != record}
    if change.version is not None and change.body is None:
        return {**known, record: known.get(record, 0) + 1}
    return known


def _erasures(known: Mapping[str, str], change: Change, record: str) -> Mapping[str, str]:
    """An erased entry names a later one, which must be the erasure of the same record."""
    index, wanted = change.index, known.get(str(change.index))
    if wanted is not None and (change.name != ERASE or record != wanted):
        raise RegisterError(f"entry {index} was said to erase {wanted}, and does not", index)
    left = {at: name for at, name in known.items() if at != str(index)} if wanted is not None else known
    if change.erased_by is None:
        return left
    if change.erased_by <= index or left.get(str(change.erased_by), record) != record:
        raise RegisterError(f"entry {index} says that it was erased by one that cannot have", index)
    return {**left, str(change.erased_by): record}
