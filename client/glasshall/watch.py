"""Watching a register's log: every page of changes is held to a checkpoint that a trusted key has signed.

One checkpoint is aimed at until it is reached exactly; only then the next is asked for, and what is known must be its
beginning. So of any two checkpoints that a server ever gave, the later one holds all that the earlier did, or it is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from glasshall.errors import ForkError, UnexpectedAnswerError
from glasshall.heads import CHECKPOINT, KEYS, NoteKey, Trust, open_head, signed_by_others
from glasshall.logs import Log, files_of
from glasshall.mirror_state import MirrorState
from glasshall.reader import Reader
from glasshall.register_trust import listed_keys, read_vkey


class Watch:
    """Holds a copy to the log of its deployment."""

    def __init__(self, client: Reader, verify: Sequence[str] | bool) -> None:
        self._client = client
        self._files = files_of(client)
        self._given = () if isinstance(verify, bool) else tuple(verify)
        self._log: Log | None = None

    def aim(self, state: MirrorState) -> tuple[MirrorState, int]:
        """Return the state with the checkpoint that it is held to from here on, and how many entries that one covers.

        Raises:
            ForkError: the checkpoint is not of the register that is known. UnexpectedAnswerError: there is none that holds.
        """
        state = self._met(state)
        if self._log is None and state.checkpoint:
            self._log = Log(self._files, open_head(state.checkpoint.encode(), self._trust(state)).checkpoint)
        if self._log is None or self._log.checkpoint.size <= state.next:
            state = self._next(state)
        return state, self._log.checkpoint.size if self._log else 0

    def prove(self, first: int, after: MirrorState, leaves: Iterable[bytes]) -> None:
        """Hold entries from an index on, whose leaves have these hashes, to the checkpoint.

        Raises:
            RegisterError: names the entry that is another one in the log.
        """
        if self._log is None or after.next == first:
            return
        try:
            self._log.check_beginning(after.edge)
        except ForkError:
            self._log.check_leaves(first, leaves)
            raise

    def _next(self, state: MirrorState) -> MirrorState:
        """Ask for the newest checkpoint, and hold it to what is known."""
        raw = self._files(CHECKPOINT)
        if raw is None:
            raise UnexpectedAnswerError("the deployment gives no checkpoint of its log")
        state = self._learned(state, raw)
        checkpoint = open_head(raw, self._trust(state)).checkpoint
        known = self._log.checkpoint if self._log else None
        if known is not None and checkpoint.origin != known.origin:
            raise ForkError(f"the log is called {checkpoint.origin}, and was {known.origin}", state.next)
        if checkpoint.size < state.next:
            return state  # an old one, out of a cache
        log = Log(self._files, checkpoint)
        log.check_beginning(state.edge)
        self._log = log
        return replace(state, checkpoint=raw.decode())

    def _met(self, state: MirrorState) -> MirrorState:
        """Trust the keys that the deployment names, if nothing was said and none was ever trusted."""
        return state if self._given or state.keys else replace(state, keys=self._named())

    def _learned(self, state: MirrorState, raw: bytes) -> MirrorState:
        """Trust, where keys were trusted when first met, those that one of them vouches for: so keys are rotated.

        That a key signs beside a known one is not enough: anybody can add a line to a checkpoint. The list of the keys is
        itself signed.
        """
        known = self._trust(state).log
        listed = self._files(KEYS) if not self._given and signed_by_others(raw, known) else None
        return state if listed is None else replace(state, keys=_vkeys(listed_keys(listed, known)))

    def _named(self) -> tuple[str, ...]:
        raw = self._files(KEYS)
        if raw is None:
            raise UnexpectedAnswerError("the deployment gives no list of its log's keys")
        return _vkeys(listed_keys(raw))

    def _trust(self, state: MirrorState) -> Trust:
        return Trust(tuple(read_vkey(text) for text in self._given or state.keys))


def _vkeys(keys: Iterable[NoteKey]) -> tuple[str, ...]:
    return tuple(key.vkey for key in keys)
