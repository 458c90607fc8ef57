"""The read model as requests ask it: a copy of the served file on local disk, which is changed for the next when that comes.

Invariants: once there is a copy the head is read at most once in ten seconds, and so seldom that a process spends at most a
twentieth of its time on bringing files; without one, each request looks. A file is brought at most once: while one request does
so, the others are answered from the copy before, or wait for the first. Every question has a connection of its own, so threads
share nothing but the file, and a file that is deleted under a connection stays readable to it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from weakref import finalize

from chalicelib.domain.register import RegisterHead
from chalicelib.domain.search import Found, Question
from chalicelib.domain.search_head import Build
from chalicelib.errors import UnavailableError
from chalicelib.store.mirror import SCHEMA, Mirror
from chalicelib.store.mirror_answers import answer
from chalicelib.store.search_files import SearchFiles

HEAD_SECONDS, TIMES_AS_LONG = 10, 20
BUILT_SOON_SECONDS = 30
TRIES = 3
"""How often the head is read again because the file it named was gone: two builds would have to come in between, each time."""


class ReadModel:
    """Answers from the newest build that this process has."""

    def __init__(
        self, files: SearchFiles, register_head: Callable[[datetime], RegisterHead], now: Callable[[], datetime]
    ) -> None:
        self._files = files
        self._register_head = register_head
        self._now = now
        self._folder: Path | None = None
        self._copy: tuple[Build, Path] | None = None
        self._looked_at: datetime | None = None
        self._took = timedelta(0)
        self._changing = Lock()
        self._looking = Lock()

    def ask(self, question: Question) -> Found:
        """Return what is found.

        Raises:
            UnavailableError: the register has entries and no model was built yet, or storage cannot answer.
        """
        mirror = self._open(fresh=False)
        if mirror is None:
            return Found(
                [], None, [], 0 if question.count else None, {name: [] for name in question.facets}, None, None
            )
        with mirror:
            return answer(mirror, question)

    def snapshot(self) -> Mirror | None:
        """Return the newest build that there is, to be read and closed; None while the register is empty.

        Raises:
            UnavailableError: the register has entries and no model was built yet, or storage cannot answer.
        """
        return self._open(fresh=True)

    def _open(self, *, fresh: bool) -> Mirror | None:
        now = self._now()
        if fresh or self._copy is None:
            with self._looking:
                if fresh or self._copy is None:  # whoever had to wait finds what the one before has brought
                    self._look(now)
        elif self._is_old(now) and self._looking.acquire(blocking=False):
            try:
                self._look(now)
            finally:
                self._looking.release()
        with self._changing:
            if self._copy is not None:
                return Mirror.read(self._copy[1])
        if self._register_head(now).projected:
            raise UnavailableError("the search index is being built", BUILT_SOON_SECONDS)
        return None

    def _is_old(self, now: datetime) -> bool:
        at = self._looked_at
        rest = max(timedelta(seconds=HEAD_SECONDS), TIMES_AS_LONG * self._took)
        return at is None or not timedelta(0) <= now - at < rest

    def _look(self, now: datetime) -> None:
        """Follow the head: bring its file here, unless it is here."""
        for _ in range(TRIES):
            served = self._files.head().served
            if served is None or served.schema != SCHEMA:
                self._change(None)
                break
            if self._copy is not None and self._copy[0] == served:
                break
            path = Path(self._scratch(), f"{served.size}-{served.name[-71:-7]}.sqlite")
            if self._files.fetch(served, path):
                self._change((served, path))
                self._took = self._now() - now
                break
            path.unlink(missing_ok=True)
        self._looked_at = self._now()

    def _change(self, copy: tuple[Build, Path] | None) -> None:
        with self._changing:
            before, self._copy = self._copy, copy
        if before is not None:
            before[1].unlink(missing_ok=True)

    def _scratch(self) -> Path:
        if self._folder is None:
            self._folder = Path(mkdtemp(prefix="glasshall-search-"))
            finalize(self, rmtree, self._folder, ignore_errors=True)
        return self._folder
