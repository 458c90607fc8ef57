"""Doing one thing to many items at a time, for what takes long because it waits."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


class SideBySide:
    """So many workers, who begin when they are first needed."""

    def __init__(self, workers: int, name: str) -> None:
        self._workers = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name)

    def __call__(self, function: Callable[[Given], Result], items: Iterable[Given]) -> list[Result]:
        """Return what a function gives for each item.

        The first error ends it: what has not begun is left out, what has is waited for, then the error is raised.
        """
        calls = [self._workers.submit(function, item) for item in items]
        _, left = wait(calls, return_when=FIRST_EXCEPTION)
        wait([call for call in left if not call.cancel()])
        failed = [error for call in calls if not call.cancelled() and (error := call.exception())]
        if failed:
            raise failed[0]
        return [call.result() for call in calls]
