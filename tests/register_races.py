"""Two sequencers over one register, their storage calls in an order by seed, and faults among them.

    python -m tests.register_races 10000
    python -m tests.register_races 1000 --behind 245     (acts that fill a tile)

In each race one storage call in 150 fails, before it happened or after it persisted; both sequencers run until they end or
die, acts come in meanwhile, and then one more run, in a new process, finishes. What must hold:

- no fork: every checkpoint that was ever written is that of the first leaves, as many as it says, of the register in the end
- the checkpoint never goes back
- nothing is lost and nothing stands twice: every act has one entry, and indexes are contiguous
- nothing is shown that no checkpoint speaks of
"""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from random import Random
from typing import NamedTuple

from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.jobs import log_register, rebuild
from chalicelib.store import keys
from chalicelib.tlog.merkle import leaf_hash, root
from tests.fakes.memory_table import no_hook
from tests.faults import KilledError
from tests.register_world import check_invariants, opened, prepare
from tests.turns import Turns
from tests.world import World

FAULT_CHANCE = 1 / 150
CHECKPOINT = "register/checkpoint"


class Raced(NamedTuple):
    """What one race came to."""

    checkpoints: int
    died: int
    forks: int
    lost: int


class Course:
    """A register with acts that wait behind so many entries, put back before each race."""

    def __init__(self, behind: int = 0) -> None:
        self.world = prepare()
        for number in range(behind):
            self.world.service(f"early{number}")
        if behind:
            self.world.log()
            self.world.service("s1", 3, "revise", title={"zh": "又一名"})
            for number in range(6):
                self.world.service(f"waiting{number}")
        self._saved = self.world.save()

    def race(self, seed: int) -> Raced:
        """Let two sequencers race, and look at what is left."""
        world, chance = self.world, Random(seed)
        world.put_back(self._saved)
        written: list[bytes] = []
        died = sum(self._round(chance, written) for _ in range(2))
        self._arrive(chance.randrange(3))
        log_register.run(world.wired)
        check_invariants(world)
        assert rebuild.run(world.wired).differing == ()
        written.append(world.objects.objects[CHECKPOINT])
        return Raced(len(written), died, self._forks(written), self._lost())

    def _round(self, chance: Random, written: list[bytes]) -> int:
        """Run two sequencers side by side; return how many died."""
        self._arrive(chance.randrange(2))
        turns = Turns(self.world, chance, FAULT_CHANCE)
        noted = _noting(self.world, written)
        died = sum(turns.run([self._sequencer(), self._sequencer()]))
        noted()
        self.world.memory.hook = self.world.objects.hook = no_hook
        self.world.restart()
        check_invariants(self.world)
        return died

    def _sequencer(self) -> Callable[[], int]:
        def run() -> int:
            with suppress(KilledError, UnavailableError, ConditionFailedError):
                log_register.run(self.world.wired)
                return 0
            return 1

        return run

    def _arrive(self, acts: int) -> None:
        for _ in range(acts):
            self.world.service(f"late{len(self.world.memory.items)}")

    def _forks(self, written: list[bytes]) -> int:
        head = self.world.wired.register.head()
        leaves = [leaf_hash(entry.leaf()) for entry in self.world.wired.register.entries(0, head.size - 1)]
        checkpoints = [opened(self.world, note) for note in written]
        backwards = sum(later.size < earlier.size for earlier, later in pairwise(checkpoints))
        return backwards + sum(each.root != root(leaves[: each.size]) for each in checkpoints)

    def _lost(self) -> int:
        items = self.world.memory.snapshot()
        acts = [item for key, item in items.items() if key.sk.startswith("ACT#") and item["public"]]
        unlogged = sum("register_index" not in item for item in acts)
        entries = sum(key.pk == keys.ENTRIES_PK for key in items)
        indexes = {item["register_index"] for key, item in items.items() if "register_index" in item}
        return unlogged + entries - len(indexes)


def _noting(world: World, written: list[bytes]) -> Callable[[], None]:
    """Note every checkpoint that is written from now on, in order; returns what ends it."""
    swap = world.objects.swap

    def noting(name: str, old: object, data: bytes) -> bool:
        try:
            return swap(name, old, data)  # type: ignore[arg-type]
        finally:
            held = world.objects.objects.get(name)
            if name == CHECKPOINT and held is not None and held not in written[-1:]:
                written.append(held)

    world.objects.swap = noting  # type: ignore[method-assign]

    def end() -> None:
        world.objects.swap = swap  # type: ignore[method-assign]

    return end


def main() -> None:
    """Run races of consecutive seeds and say what they came to."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("races", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--behind", type=int, default=0, help="how many entries the register has before")
    asked = parser.parse_args()
    course = Course(asked.behind)
    found = [course.race(seed) for seed in range(asked.first, asked.first + asked.races)]
    checkpoints, died, forks, lost = map(sum, zip(*found, strict=True))
    print(
        f"{asked.races} races (seeds {asked.first} to {asked.first + asked.races - 1}): {checkpoints} checkpoints written, "
        f"{died} sequencers died, {forks} forks, {lost} lost"
    )
    sys.exit(bool(forks or lost))


if __name__ == "__main__":
    main()
