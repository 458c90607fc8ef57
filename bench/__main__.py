"""`make bench`: one table of ratios, each measured in turns in this run, with its goal (design, section 7) and a verdict.

The peer stands in requirements/bench.txt. Milliseconds are CPU time of this machine and say little elsewhere; ratios do.
"""

import os
import platform
import sys
from dataclasses import dataclass

from bench import cold
from bench.archives import archive_rows
from bench.cold import ENVIRONMENT
from bench.dataset import PAGE, Dataset, dataset
from bench.measure import Samples, cpu_in_turns, milliseconds, ratio
from bench.table import Row, show

ROUNDS, CALLS, COLD_RUNS = 25, 40, 15
BARE_GOAL, PEER_GOAL, COLD_GOAL = 1.25, 1 / 3, 1.3


@dataclass(frozen=True, slots=True)
class Read:
    """One public read: its title, path, query, the DynamoDB call it makes, and how many items it shows."""

    title: str
    path: str
    query: str
    operation: str
    items: int


def main() -> int:
    """Measure everything and print the table."""
    os.environ.update(ENVIRONMENT)
    data = dataset()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; medians of {ROUNDS} rounds of {CALLS} calls\n")
    rows = [*warm_rows(data), *cold_rows(data), *archive_rows()]
    print(show(rows))
    missed = [row.what for row in rows if row.verdict == "missed"]
    print(f"\n{len(missed)} goals missed{': ' if missed else ''}{'; '.join(missed)}")
    return 0


def warm_rows(data: Dataset) -> list[Row]:
    """Measure warm reads against the bare call and against the peer."""
    from bench import ours, peer

    reads = (
        Read("one service", ours.ITEM_PATH, "", "GetItem", 0),
        Read("a page of 1", ours.LIST_PATH, "limit=1", "Query", 1),
        Read(f"a page of {PAGE}", ours.LIST_PATH, f"limit={PAGE}", "Query", PAGE),
    )
    rows = []
    for read in reads:
        stored, native = data.ours(read.items), data.native(read.items)
        subjects = {
            "ours": ours.handler(stored, read.path, read.query),
            "bare": ours.bare(stored, read.operation, read.items),
            "peer": peer.handler(native, read.path, read.query),
        }
        peer.check_same(subjects["ours"](), subjects["peer"]())
        rows += _compared(read, cpu_in_turns(subjects, ROUNDS, CALLS))
    return rows


def _compared(read: Read, samples: Samples) -> list[Row]:
    ours = f"{milliseconds(samples, 'ours'):.2f} ms"
    bare, beside = ratio(samples, "ours", "bare"), ratio(samples, "ours", "peer")
    what = f"warm read of {read.title}"
    peers_goal = _goal(beside, PEER_GOAL) if read.items == PAGE else ("", "")  # the goal is for a full page
    return [
        Row(what, ours, f"bare call {milliseconds(samples, 'bare'):.2f} ms", f"{bare:.2f}", *_goal(bare, BARE_GOAL)),
        Row(what, ours, f"peer {milliseconds(samples, 'peer'):.2f} ms", f"{beside:.2f}", *peers_goal),
    ]


def cold_rows(data: Dataset) -> list[Row]:
    """Measure the cold start."""
    samples = cold.cold_in_turns(data, COLD_RUNS)
    found = ratio(samples, "ours", "boto3")
    ours, boto3 = milliseconds(samples, "ours"), milliseconds(samples, "boto3")
    what = "cold import and first read"
    return [Row(what, f"{ours:.0f} ms", f"boto3 and a client {boto3:.0f} ms", f"{found:.2f}", *_goal(found, COLD_GOAL))]


def _goal(found: float, goal: float) -> tuple[str, str]:
    return f"<= {goal:.2f}", "met" if found <= goal else "missed"


if __name__ == "__main__":
    sys.exit(main())
