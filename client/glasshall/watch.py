"""Watching a register's log: every page of changes is held to a checkpoint that a trusted key has signed.

One checkpoint is aimed at until it is reached exactly; only then the next is asked for, and what is known must be its
beginning. So of any two checkpoints that a server ever gave, the later one holds all that the earlier did, or it is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from glasshall.errors import ForkError, UnexpectedAnswerError, UsageError
from glasshall.logs import CHECKPOINT, Log, files_of, open_checkpoint
from glasshall.mirror_state import MirrorState
from glasshall.reader import Reader
from glasshall.shared import TlogError, notes


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
            self._log = Log(self._files, open_checkpoint(state.checkpoint.encode(), self._keys(state)))
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
        checkpoint = open_checkpoint(raw, self._keys(state))
        known = self._log.checkpoint if self._log else None
        if known is not None and checkpoint.origin != known.origin:
            raise ForkError(f"the log is called {checkpoint.origin}, and was {known.origin}", state.next)
        if checkpoint.size < state.next:
            return state  # an old one, out of a cache
        log = Log(self._files, checkpoint)
        log.check_beginning(state.edge)
        self._log = log
        return replace(self._learned(state, raw), checkpoint=raw.decode())

    def _met(self, state: MirrorState) -> MirrorState:
        """Trust the keys that the deployment names, if nothing was said and none was ever trusted."""
        return state if self._given or state.keys else replace(state, keys=self._named())

    def _learned(self, state: MirrorState, raw: bytes) -> MirrorState:
        """Trust, where keys were trusted when first met, those too that sign beside one of them: so keys are rotated."""
        if self._given or not notes.open_note(raw, self._keys(state)).unknown:
            return state
        both = replace(state, keys=tuple(dict.fromkeys([*state.keys, *self._named()])))
        signing = {signed.key.vkey for signed in notes.open_note(raw, self._keys(both)).signed}
        return replace(state, keys=tuple(key for key in both.keys if key in signing or key in state.keys))

    def _named(self) -> tuple[str, ...]:
        return tuple(self._client.get("/v1/register/keys")["keys"])

    def _keys(self, state: MirrorState) -> list[notes.NoteKey]:
        try:
            return [notes.parse_vkey(text) for text in self._given or state.keys]
        except TlogError as error:
            raise UsageError(f"this is no key to verify with: {error}") from error
