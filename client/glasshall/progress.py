"""How far it is: a bar that redraws itself on a terminal, plain lines every tenth elsewhere."""

import threading
from typing import TextIO

_WIDTH = 30


class Progress:
    """Counts to `total` on a stream. Safe for threads."""

    def __init__(self, label: str, total: int, stream: TextIO) -> None:
        self._label, self._total, self._stream = label, total, stream
        self._bar = stream.isatty()
        self._done = 0
        self._shown = -1
        self._lock = threading.Lock()

    def advance(self, by: int = 1) -> None:
        """Note that `by` more are done."""
        with self._lock:
            self._done += by
            self._show()

    def finish(self) -> None:
        """End the bar's line."""
        if self._bar and self._shown >= 0:
            self._stream.write("\n")
            self._stream.flush()

    def _show(self) -> None:
        steps = 100 if self._bar else 10
        step = self._done * steps // max(1, self._total)
        if step == self._shown:
            return
        self._shown = step
        counted = f"{self._label}: {self._done:,} of {self._total:,}"
        if self._bar:
            filled = min(_WIDTH, self._done * _WIDTH // max(1, self._total))
            self._stream.write(f"\r[{'#' * filled}{' ' * (_WIDTH - filled)}] {counted}")
        else:
            self._stream.write(f"{counted}\n")
        self._stream.flush()
