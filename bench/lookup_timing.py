"""Whether time tells an unknown case from a wrong code: look-ups of both sorts in turns, through the real handler with the
real slow hash; Welch's t of the two, which says by how many standard errors the means differ.

    .venv/bin/python -m bench.lookup_timing [look-ups of each sort]

The table is one in memory, so that what is compared is our own work and not a network's chance. Every look-up has a case
number and a code of its own; which sort comes first is tossed for each pair. The goal is |t| < 4.5 (threats, Q1). About
three minutes for 2 x 2,000.
"""

import gc
import statistics
import sys
from collections.abc import Callable
from random import Random
from time import perf_counter_ns

from chalicelib.domain.query_codes import make_code, slow_hash
from tests.case_world import roomy

LOOKUPS = 2_000
GOAL = 4.5
WARM_UP = 20


def welch(first: list[int], second: list[int]) -> float:
    """Return Welch's t of two samples."""
    error = statistics.variance(first) / len(first) + statistics.variance(second) / len(second)
    return float((statistics.fmean(first) - statistics.fmean(second)) / error**0.5)


def took(look_up: Callable[[], object]) -> int:
    """Return the nanoseconds of one look-up."""
    begun = perf_counter_ns()
    look_up()
    return perf_counter_ns() - begun


def main(lookups: int = LOOKUPS) -> int:
    """Measure, and print both sorts with t; 1 if the goal is missed."""
    chance, world = Random("look-ups"), roomy()
    for number in range(lookups + WARM_UP):
        world.register(f"known-{number:05d}", access="code")
    vars(world.wired)["slow_hash"] = slow_hash
    times: dict[str, list[int]] = {"known": [], "other": []}
    gc.collect()
    gc.disable()
    for number in range(lookups + WARM_UP):
        for sort in chance.sample(sorted(times), 2):
            case_no, code = f"{sort}-{number:05d}", make_code(chance.randbytes)
            spent = took(lambda case_no=case_no, code=code: world.exchange(case_no, code))  # type: ignore[misc]
            if number >= WARM_UP:
                times[sort].append(spent)
        world.memory.calls.clear()
    for sort, name in (("known", "wrong code"), ("other", "unknown case")):
        found = times[sort]
        mean, median, spread = statistics.fmean(found), statistics.median(found), statistics.stdev(found)
        print(
            f"{name:>12}: n {len(found):,}, mean {mean / 1e6:.3f} ms, median {median / 1e6:.3f} ms, sd {spread / 1e6:.3f} ms"
        )
    t = welch(times["known"], times["other"])
    print(f"Welch t {t:+.2f} (goal: below {GOAL} either way)")
    return 0 if abs(t) < GOAL else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
