"""A bounded pool of threads, each with an app object of its own: what Lambda's execution environments are to a request.

Why not one app for all threads: Chalice keeps the request under way on the app object (`app.current_request`), so two
threads would see each other's; 399 of 400 did when it was tried. Why not one lock around one app: a slow request would
hold up every other, which no Lambda does. An app whose routes come from shared Blueprints must besides keep its current
request per thread (chalicelib.routes.framework.GlasshallApp does): a Blueprint knows only the app it was last put on.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from chalice.app import Chalice

from local.messages import Response

Work = Callable[[Chalice], Response]


class Workers:
    """The pool; a context manager is not needed, its threads die with the process."""

    def __init__(self, app_factory: Callable[[], Chalice], count: int) -> None:
        self.apps = [app_factory() for _ in range(count)]
        self._queue: queue.SimpleQueue[tuple[Work, Future[Response]] | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, args=(app,), name=f"worker-{number}", daemon=True)
            for number, app in enumerate(self.apps)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def run(self, work: Work, seconds: float) -> Response:
        """Return what the work gives on the next free app.

        Work that has not begun when time is up is never begun; work under way goes on, as it may in the cloud.

        Raises:
            TimeoutError: there was no answer in time.
        """
        future: Future[Response] = Future()
        self._queue.put((work, future))
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def stop(self, seconds: float) -> None:
        """Let the threads end; one that is still busy after `seconds` is left to itself."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _serve(self, app: Chalice) -> None:
        while (taken := self._queue.get()) is not None:
            work, future = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work(app))
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits for it
                future.set_exception(error)
