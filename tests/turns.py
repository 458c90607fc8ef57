"""Requests side by side, every storage call put in an order by seed, so that a failing seed fails again."""

import threading
from collections.abc import Callable
from random import Random

from local.messages import Response
from tests.world import World


class Turns:
    """Lets one of several requests go on at a time, chosen by chance at each storage call."""

    def __init__(self, world: World, chance: Random) -> None:
        self._chance = chance
        self._own = threading.local()
        self._arrived = threading.Semaphore(0)
        self._waiting: dict[int, threading.Semaphore] = {}
        world.memory.hook = self._hook

    def run(self, requests: list[Callable[[], Response]]) -> list[Response]:
        """Run the requests side by side and return their answers."""
        answers: dict[int, Response] = {}

        def serve(number: int) -> None:
            self._own.number = number
            self._wait()
            answers[number] = requests[number]()
            self._arrived.release()

        threads = [threading.Thread(target=serve, args=(number,)) for number in range(len(requests))]
        for thread in threads:
            thread.start()
            self._arrived.acquire()
        while self._waiting:
            chosen = self._chance.choice(sorted(self._waiting))
            self._waiting.pop(chosen).release()
            self._arrived.acquire()
        for thread in threads:
            thread.join()
        return [answers[number] for number in range(len(requests))]

    def _hook(self, moment: str, call: str, detail: object) -> None:
        if moment == "before" and hasattr(self._own, "number"):
            self._wait()

    def _wait(self) -> None:
        gate = threading.Semaphore(0)
        self._waiting[self._own.number] = gate
        self._arrived.release()
        gate.acquire()
