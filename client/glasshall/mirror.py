"""A copy of all public records that stays in step with a deployment: whatever ends a run, the next one goes on from there.

Entries are applied in the order of the register, page by page. Of each it is checked before anything of it is kept:

- its index is the next one: the register has no gaps, so a hole is an error and never becomes one of the copy
- the record's bytes begin as its entry says, and their SHA-256 is the entry's
- where the last run stopped, the register still says what it said: else it is another one now, and nothing is written
- the leaves of the page, put behind those before, are the beginning of the tree of a checkpoint that a trusted key has
  signed; each checkpoint is reached exactly before the next is asked for, so no two that contradict each other go unseen

How far the copy is (`MirrorState`) is saved in the same transaction as the page, so a crash repeats a page or nothing.
"""

from collections.abc import Iterable, Sequence
from threading import Event

from glasshall.errors import ForkError, UsageError
from glasshall.exports import newest_export
from glasshall.feed import Change, check_body
from glasshall.head_start import load_export
from glasshall.leaves import leaf_hashes
from glasshall.mirror_state import ERASE, MirrorState, Store, decode_state
from glasshall.reader import Reader
from glasshall.watch import Watch

CHECKPOINT_SECONDS = 10.0
"""How long to wait for the checkpoint of entries that are shown already; a cache may hold an old one for as long."""


class Mirror:
    """Keeps a copy in step with a deployment, and holds it to its own log.

    `verify` is the keys (vkeys) that may sign the log's checkpoints; without it those that the deployment names when it is
    first met are trusted, and kept with the copy. `verify=False` asks for no checkpoint at all.
    """

    def __init__(self, client: Reader, store: Store, *, verify: Sequence[str] | bool = True) -> None:
        self._client = client
        self._store = store
        self._watch = Watch(client, verify) if verify is not False else None

    def run(self) -> MirrorState:
        """Bring the copy up to date and return how far it is.

        Raises:
            RegisterError: what came does not fit; nothing of its page was kept. ForkError: it is another register now.
            ProblemError, ConnectionFailedError: the deployment did not answer. UsageError: the store is of another one.
        """
        return self._follow(forever=False, stop=None)

    def start(self) -> MirrorState:
        """Fill an empty store from the newest export, which is faster and has of each record what it shows now; then `run`.

        Where the store holds something, or there is no export, nothing is done.

        Raises:
            RegisterError, ForkError: the export is not what the register says; nothing of it was kept.
        """
        state, export = self._begin(), None if self._store.load() else newest_export(self._client)
        return state if export is None else load_export(export, self._store, state, self._watch)

    def follow(self, stop: Event | None = None) -> MirrorState:
        """Keep the copy up to date until `stop` is set, and return how far it is. Raises as `run`."""
        return self._follow(forever=True, stop=stop)

    def _follow(self, *, forever: bool, stop: Event | None) -> MirrorState:
        state = self._begin()
        after = state.next - 1 if state.next else None
        for page in self._client.changes_pages(after, {"include": "body"}, forever=forever, stop=stop):
            left: Sequence[Change] = page.items
            while left:
                before = state.next
                state, left = self._apply(state, left)
                if left and state.next == before:  # beyond every checkpoint: one that covers it is about to be given
                    if not forever:
                        return state
                    self._client.wait(CHECKPOINT_SECONDS, stop)
                if stop is not None and stop.is_set():
                    return state
        return state

    def _begin(self) -> MirrorState:
        held = self._store.load()
        if held is None:
            return MirrorState(self._client.url)
        state = decode_state(held)
        if state.url != self._client.url:
            raise UsageError(f"this is a mirror of {state.url}, not of {self._client.url}")
        if state.next:
            self._check_last(state)
        return state

    def _check_last(self, state: MirrorState) -> None:
        """Hold the register to the last entry that it gave before."""
        index = state.next - 1
        items = self._client.changes_page(index - 1 if index else None, {"limit": 1}).items
        if not items or items[0].index != index:
            raise ForkError(f"entry {index} is there no more", index)
        if next(leaf_hashes(items)) != state.last:
            raise ForkError(f"entry {index} is not what it was", index)

    def _apply(self, state: MirrorState, changes: Sequence[Change]) -> tuple[MirrorState, Sequence[Change]]:
        """Keep those of some entries that a checkpoint covers, all or nothing; return the others."""
        covered = changes
        if self._watch is not None:
            state, size = self._watch.aim(state)
            covered = [change for change in changes if change.index < size]
        after = _advanced(state, covered)
        if self._watch is not None:
            self._watch.prove(state.next, after, leaf_hashes(covered))
        if covered:
            self._keep(covered, after)
        return after, changes[len(covered) :]

    def _keep(self, changes: Sequence[Change], after: MirrorState) -> None:
        for change in changes:
            if (change.ends_versions or change.name == ERASE) and (version := change.shown_version) is not None:
                self._store.drop(change.kind, change.id, version)
            if change.body is not None:
                self._store.put(change, change.body)
        # If we stop before this, the store takes it all back, and the next run asks for the same page.
        self._store.save(after.encode())


def _advanced(state: MirrorState, changes: Iterable[Change]) -> MirrorState:
    """Return how far the copy is after some entries, each of which was found to fit."""
    for change in changes:
        state = state.after(change).given(change)
        check_body(change)
    return state
