"""Runs the jobs on a laptop: timers in the place of EventBridge, `poke` in the place of the table's stream.

Why no tail of the emulator's stream: it hands every reader the images of all changes (the whole demo load among them),
forgets its place at a restart, and has to be polled. A poke comes from where the write was answered (`Gateway`'s
`after_write`), so it is exact and costs nothing; and like the stream it only says "look now": what there is to do
stands in the table's `work` index, and the job's own timer finds what no poke told of. The stream's filter and its
mapping are tested where they exist, on the templates and in the deployed artefact.

Invariants: a job never runs twice at the same time; a poke during a run leads to one more run after it, never to none;
many pokes before a run are one; a failed run is written down, counted, and does not end the timer.
"""

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from local.journal import Sink, nowhere

_RESULT_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its timer: the seconds between the end of one run and the next, None for a job that only pokes start."""

    name: str
    interval_seconds: float | None
    run: Callable[[], object]


class Ticker:
    """The running jobs, each on a thread of its own; a context manager.

    `failures` and `runs` count by job name.
    """

    def __init__(self, jobs: Iterable[Job], log: Sink = nowhere) -> None:
        self.failures: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self._log = log
        self._turns: dict[str, _Turn] = {}
        self._threads: list[threading.Thread] = []
        for job in jobs:
            if job.name in self._turns:
                raise ValueError(f"two jobs are called {job.name}")
            turn = self._turns[job.name] = _Turn(job.interval_seconds)
            self._threads.append(
                threading.Thread(target=self._keep_running, args=(job, turn), name=job.name, daemon=True)
            )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start every timer; the first runs come after the first interval, or with the first poke."""
        for thread in self._threads:
            thread.start()

    def poke(self, name: str) -> None:
        """Have a job run as soon as it can; returns at once.

        Raises:
            KeyError: there is no such job.
        """
        self._turns[name].poke()

    def settle(self, seconds: float) -> bool:
        """Wait until no job runs or has a poke waiting, pokes of jobs by jobs included; tell whether it came in time."""
        until = time.monotonic() + seconds
        turns = self._turns.values()
        while all(turn.wait_until_idle(until - time.monotonic()) for turn in turns):
            if all(turn.wait_until_idle(0) for turn in turns):
                return True
        return False

    def stop(self, seconds: float = 60.0) -> tuple[str, ...]:
        """Stop all timers and wait for runs under way; returns the jobs that were still running when time was up."""
        for turn in self._turns.values():
            turn.stop()
        until = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
        return tuple(thread.name for thread in self._threads if thread.is_alive())

    def _keep_running(self, job: Job, turn: "_Turn") -> None:
        while (trigger := turn.wait()) is not None:
            try:
                self._run(job, trigger)
            finally:
                turn.end()

    def _run(self, job: Job, trigger: str) -> None:
        at, began = datetime.now(UTC).isoformat(timespec="milliseconds"), time.monotonic()
        outcome: dict[str, object] = {"outcome": "done"}
        try:
            result = job.run()
            if result is not None:
                outcome["result"] = str(result)[:_RESULT_CHARACTERS]
        except Exception as error:  # noqa: BLE001 - the next run must come; what happened is written down and counted
            self.failures[job.name] += 1
            trace = "".join(traceback.format_exception(error))
            outcome = {"outcome": "failed", "error": type(error).__name__, "traceback": trace}
        self.runs[job.name] += 1
        took = round((time.monotonic() - began) * 1000, 1)
        self._log({"at": at, "job": job.name, "trigger": trigger, "milliseconds": took, **outcome})


class _Turn:
    """When one job may run: after its interval, at once after a poke, never while it runs, not after a stop."""

    def __init__(self, interval_seconds: float | None) -> None:
        self._interval_seconds = interval_seconds
        self._condition = threading.Condition()
        self._poked = False
        self._running = False
        self._stopped = False

    def wait(self) -> str | None:
        """Wait for the next run and return what led to it; None after a stop."""
        with self._condition:
            called = self._condition.wait_for(lambda: self._poked or self._stopped, self._interval_seconds)
            if self._stopped:
                return None
            self._poked, self._running = False, True
            return "poke" if called else "timer"

    def poke(self) -> None:
        with self._condition:
            self._poked = True
            self._condition.notify_all()

    def end(self) -> None:
        with self._condition:
            self._running = False
            self._condition.notify_all()

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        with self._condition:
            return self._condition.wait_for(lambda: not (self._poked or self._running), max(0.0, seconds))
