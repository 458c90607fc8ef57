"""`make costs`: the AWS calls, bytes and capacity units of every route, counted over the real program; writes docs/costs.md.

Counting, not timing: the same program gives the same page, so a test compares it. The world is small and its caches are
cold; what a page costs follows from the items on it and not from how many are stored, which the same test proves.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.counting import Call, CountingTable, as_table
from bench.sampled import Sampled
from bench.samples import SAMPLES, Sample
from bench.table import markdown
from chalicelib.routes.access import Access
from chalicelib.routes.endpoint import ENDPOINTS, UNTOLD, Endpoint
from chalicelib.store import keys
from tests.fakes.memory_table import MemoryTable
from tests.world import World

PAGE_FILE = Path(__file__).parent.parent / "docs" / "costs.md"
SERVICES = 120
WELL = frozenset({200, 201, 204, 302})


class CostsError(Exception):
    """A route has no sample, or its sample was not answered well."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one route's sample cost."""

    endpoint: Endpoint
    told: str
    calls: tuple[Call, ...]
    objects: int
    answer_bytes: int

    @property
    def read_units(self) -> float:
        """Read units of all calls."""
        return sum(call.read_units for call in self.calls)


def measure(services: int = SERVICES) -> list[Cost]:
    """Return the cost of every route, in the order of the samples; one world for all, with cold caches for each.

    Raises:
        CostsError: a route has no sample, a sample no route, or one was refused.
    """
    endpoints = {endpoint.name: endpoint for endpoint in declared()}
    if unequal := sorted(endpoints.keys() ^ SAMPLES.keys()):
        raise CostsError(f"only a route or only a sample in bench/samples.py: {', '.join(unequal)}")
    table = CountingTable(MemoryTable(keys.INDEXES), keys.INDEXES)
    sampled = Sampled(World(as_table(table)), services)
    return [_measured(endpoints[name], sample, sampled, table) for name, sample in SAMPLES.items()]


def declared() -> list[Endpoint]:
    """Return the routes of the program (tests may declare some of their own)."""
    return [endpoint for endpoint in ENDPOINTS if endpoint.view.__module__.startswith("chalicelib.")]


def _measured(endpoint: Endpoint, sample: Sample, sampled: Sampled, table: CountingTable) -> Cost:
    objects: list[str] = []
    sampled.world.objects.hook = lambda moment, call, detail: objects.append(call) if moment == "after" else None
    sampled.world.pass_time(minutes=1)
    table.calls.clear()
    answer = sample.send(sampled)
    if answer.status not in WELL:
        raise CostsError(f"{endpoint.name}: {answer.status} {answer.body.decode()}")
    return Cost(endpoint, sample.told, tuple(table.calls), len(objects), len(answer.body))


def render(costs: Sequence[Cost]) -> str:
    """Return the page."""
    public = [cost for cost in costs if cost.endpoint.access is Access.PUBLIC]
    held = [cost for cost in costs if cost.endpoint.access in UNTOLD]
    signed = [cost for cost in costs if cost.endpoint.access is Access.SIGNED]
    reads = [cost for cost in signed if cost.endpoint.method == "GET"]
    writes = [cost for cost in signed if cost.endpoint.method != "GET"]
    free = sorted(_route(cost) for cost in public if not cost.calls)
    return _HEAD + "\n".join(
        [
            *("## Public reads", "", _reads([cost for cost in public if cost.calls]), ""),
            *(f"These call nothing: {', '.join(free)}.", ""),
            *("## A case and its holder", "", _writes(held), ""),
            *("## Signed reads", "", _reads(reads), ""),
            *("## Signed writes", "", _writes(writes), ""),
        ]
    )


def _route(cost: Cost) -> str:
    return f"`{cost.endpoint.method} {cost.endpoint.path}`"


def _reads(costs: Sequence[Cost]) -> str:
    titles = ("route", "measured", "AWS calls", "items", "bytes read", "read units", "bytes answered")
    rows = [
        (
            *(_route(cost), cost.told, _calls(cost)),
            *(str(sum(call.items for call in cost.calls)), f"{sum(call.size_bytes for call in cost.calls):,}"),
            *(f"{cost.read_units:g}", f"{cost.answer_bytes:,}"),
        )
        for cost in costs
    ]
    return markdown(titles, rows)


def _writes(costs: Sequence[Cost]) -> str:
    titles = ("route", "measured", "AWS calls", "read units", "write units", "index units", "bytes written")
    rows = [
        (
            *(_route(cost), cost.told, _calls(cost), f"{cost.read_units:g}"),
            str(sum(call.write_units for call in cost.calls)),
            str(sum(call.index_units for call in cost.calls)),
            f"{sum(call.size_bytes for call in cost.calls if call.write_units):,}",
        )
        for cost in costs
    ]
    return markdown(titles, rows)


def _calls(cost: Cost) -> str:
    counted = Counter(call.operation for call in cost.calls)
    parts = [f"{number} {operation}" for operation, number in counted.items()]
    parts += [f"{cost.objects} S3"] if cost.objects else []
    return ", ".join(parts) or "none"


_HEAD = f"""# What each route costs

Written by `make costs`; a test holds it to the program. Every route is sent one request through the real handler over a
table that counts. Units follow DynamoDB's published rules; nothing here was measured on AWS.

- The caches are cold: a list reads the register's head (1 GetItem), which a warm process does once in ten seconds. Not
  counted is what a process does on its first use and then every ten minutes: reading the deployment secret.
- The status of an open case is 1 GetItem, and looks for what was measured of its service (this year's durations, and last
  year's where this year has none): once in five minutes for a service and process, after the token held, never before.
- The world holds {SERVICES} services. No public read scans, and none makes another call or reads another item where twice as
  many are stored; a page reads one item more than it shows, to know whether there is a next.
- Write units are doubled where the write is a transaction. Index units are the copies in the table's indexes, which
  DynamoDB writes beside it. What the jobs do afterwards (logging, statistics) is not in here.

"""


def main() -> int:
    """Measure and write the page."""
    PAGE_FILE.write_text(render(measure()), "utf-8")
    print(f"wrote docs/{PAGE_FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
