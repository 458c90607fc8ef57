"""How much memory one run of the statistics takes for a million cases that end in one month, and how long.

    .venv/bin/python -m bench.statistics_memory [cases]

Facts are read from a table that makes them as they are asked for, so that what is measured is the job: the leaf, the agency
and the jurisdiction added up, stored and published. The goal is 512 MB (design.md, section 7). Cases are not moved here:
moving streams through fixed batches of a hundred and keeps nothing but the names of the leaves.
"""

import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from chalicelib.domain.public_view import Site
from chalicelib.domain.statistics.facts import Leaf, leaf_of, read_fact
from chalicelib.store import keys
from chalicelib.store.objects import Objects
from chalicelib.store.published_figures import StatisticsRun
from chalicelib.store.records import Records
from chalicelib.store.statistics import Counts, Run
from chalicelib.store.table import Put, Table
from chalicelib.usecases.publish_figures import Jurisdiction
from chalicelib.usecases.publish_statistics import publish_statistics
from tests.fakes.memory_objects import MemoryObjects
from tests.fakes.memory_table import MemoryTable

CASES = 1_000_000
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SITE = Site("127.0.0.1:8000", "", "Asia/Shanghai")


def fact(number: int) -> bytes:
    """Return the bytes of a fact; how long it took is anything up to ninety days, to the second."""
    digest = sha256(b"%d" % number).digest()
    chance, seconds = int.from_bytes(digest[:6]), int.from_bytes(digest[6:12]) % (90 * 86_400)
    days = seconds // 86_400
    found = {
        "service": "s1",
        "agency": "a1",
        "jurisdiction": "j1",
        "opened_on": f"2026-{8 + chance % 3:02d}-{1 + chance % 28:02d}",
        "decided_on": f"2026-10-{1 + chance % 31:02d}",
        "due_on": f"2026-10-{1 + chance % 30:02d}",
        "on_time": bool(chance % 4),
        "promise_kept": None,
        "law_kept": None,
        "agency_days": days * 5 // 7,
        "gross_days": days * 5 // 7 + chance % 3,
        "gross_seconds": seconds,
        "stopped": False,
        "extended": False,
        "row": "counted",
    }
    return orjson.dumps(found)


def peak_megabytes() -> float:
    """Return the most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class MadeFacts(Counts):
    """Tallies as they are stored, of facts that are made as they are read."""

    def __init__(self, table: Table, objects: Objects, run: Run, cases: int) -> None:
        super().__init__(table, objects, run)
        self._cases = cases

    def facts(self, leaf: Leaf) -> Iterator[bytes]:
        """Yield the facts, whatever the leaf."""
        return map(fact, range(self._cases))


def main(cases: int) -> None:
    """Measure one run."""
    objects, table = MemoryObjects(), MemoryTable(keys.INDEXES)
    run = StatisticsRun(table, objects, "bench")
    run.counts = MadeFacts(table, objects, run, cases)
    table.commit(Put({"pk": keys.DIRTY_LEAVES, "sk": leaf_of(read_fact(fact(0))).text}))
    before, begun = peak_megabytes(), time.perf_counter()
    known = Jurisdiction("Asia/Shanghai", "cn")
    done = publish_statistics(run, Records(table, objects), lambda _: known, SITE, NOW, nightly=False)
    took = time.perf_counter() - begun
    stored = sum(len(data) for data in objects.objects.values())
    print(f"{cases:,} facts, {done.figures} figures of {done.nodes} nodes: {took:.1f} s, of which making facts a part")
    print(
        f"peak {peak_megabytes():.0f} MB, {before:.0f} MB of it before the run; tallies {stored / 1e6:.1f} MB as objects"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
