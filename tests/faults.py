"""Every storage call of an operation made to fail, one at a time: before it happened, after it persisted, or persisted and
reported as a failed condition (the SDK asked again after a lost answer and was told that the place is taken).

The process dies with a `BaseException`, so that no handler can do anything about it, as in life.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.errors import ConditionFailedError, UnavailableError
from tests.world import World

KINDS = ("killed_before", "killed_after", "busy_before", "answer_lost")


class KilledError(BaseException):
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which the n-th storage call of an operation fails."""

    call: int
    kind: str


class Arm:
    """Counts storage calls and lets one of them fail."""

    def __init__(self, world: World, fault: Fault | None = None) -> None:
        self.calls = 0
        self._fault = fault
        self._world = world
        world.memory.hook = self._hook
        world.objects.hook = self._hook

    def disarm(self) -> None:
        """Let every call through again."""
        self._fault = None

    def _hook(self, moment: str, call: str, detail: object) -> None:
        if moment == "before":
            self.calls += 1
        fault = self._fault
        if fault is None or self.calls - 1 != fault.call:
            return
        if (moment, fault.kind) == ("before", "killed_before") or (moment, fault.kind) == ("after", "killed_after"):
            raise KilledError
        if (moment, fault.kind) == ("before", "busy_before"):
            raise UnavailableError
        if (moment, fault.kind) == ("after", "answer_lost"):
            self.disarm()
            raise ConditionFailedError("asked again") if call == "commit" else UnavailableError("answer lost")


def every_fault(
    prepare: Callable[[], World], operation: Callable[[World], object]
) -> Iterator[tuple[World, Arm, Fault]]:
    """Yield the world put back to its beginning and armed with each fault of each storage call the operation makes."""
    world = prepare()
    saved = world.save()
    arm = Arm(world)
    operation(world)
    for call in range(arm.calls):
        for kind in KINDS:
            world.put_back(saved)
            fault = Fault(call, kind)
            yield world, Arm(world, fault), fault


def attempt(operation: Callable[[World], object], world: World) -> None:
    """Run an operation that may die."""
    try:
        operation(world)
    except (KilledError, UnavailableError, ConditionFailedError):
        return
