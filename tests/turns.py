"""Operations side by side, every storage call put in an order by seed, so that a failing seed fails again.

Where faults are wanted, a storage call may fail as in `tests/faults.py`: before it happened, or after it persisted.
"""

import threading
from collections.abc import Callable
from random import Random
from typing import TypeVar

from chalicelib.errors import ConditionFailedError, UnavailableError
from tests.faults import KilledError
from tests.world import World

Result = TypeVar("Result")


class Turns:
    """Lets one of several operations go on at a time, chosen by chance at each storage call."""

    def __init__(self, world: World, chance: Random, fault_chance: float = 0.0) -> None:
        self._chance = chance
        self._fault_chance = fault_chance
        self._own = threading.local()
        self._arrived = threading.Semaphore(0)
        self._waiting: dict[int, threading.Semaphore] = {}
        world.memory.hook = world.objects.hook = self._hook

    def run(self, operations: list[Callable[[], Result]]) -> list[Result]:
        """Run the operations side by side and return their results; the first error that one raised is raised."""
        results: dict[int, Result] = {}
        errors: list[BaseException] = []

        def serve(number: int) -> None:
            self._own.number = number
            self._wait()
            try:
                results[number] = operations[number]()
            except BaseException as error:  # noqa: BLE001 - raised again below, where it can be seen
                errors.append(error)
            self._arrived.release()

        threads = [threading.Thread(target=serve, args=(number,)) for number in range(len(operations))]
        for thread in threads:
            thread.start()
            self._arrived.acquire()
        while self._waiting:
            chosen = self._chance.choice(sorted(self._waiting))
            self._waiting.pop(chosen).release()
            self._arrived.acquire()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        return [results[number] for number in range(len(operations))]

    def _hook(self, moment: str, call: str, detail: object) -> None:
        if not hasattr(self._own, "number"):
            return
        if moment == "before":
            self._wait()
        if self._fault_chance and self._chance.random() < self._fault_chance:
            lost = moment == "after" and call == "commit"
            raise self._chance.choice((KilledError, ConditionFailedError if lost else UnavailableError))

    def _wait(self) -> None:
        gate = threading.Semaphore(0)
        self._waiting[self._own.number] = gate
        self._arrived.release()
        gate.acquire()
