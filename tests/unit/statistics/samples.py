"""Facts, cases that carry them, and runs of the job on a table in memory, for tests of statistics."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from chalicelib.domain.instants import to_key
from chalicelib.domain.public_view import Site
from chalicelib.domain.statistics.facts import Fact
from chalicelib.store import keys
from chalicelib.store.published_figures import StatisticsRun
from chalicelib.store.records import Records
from chalicelib.store.table import Item, Put, Update
from chalicelib.usecases.publish_figures import Jurisdiction
from chalicelib.usecases.publish_statistics import Published, publish_statistics
from tests.fakes.memory_objects import MemoryObjects
from tests.fakes.memory_table import MemoryTable

NOW = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)
TODAY = "2026-11-23"
SITE = Site("127.0.0.1:8000", "", "Asia/Shanghai")
BOSTON = Path(__file__).parents[3] / "local" / "data" / "boston311"
_TIME = "%m/%d/%Y %I:%M:%S %p"

RawFact = dict[str, Any]
Figure = dict[str, Any]


def raw_fact(case_no: str = "c1", **known: Any) -> RawFact:
    """Return a fact as the case item carries it: counted, and decided unless `decided_on` is None."""
    fact = {
        "case_no": case_no,
        "service": "s1",
        "agency": "a1",
        "jurisdiction": "j1",
        "received_on": None,
        "accepted_on": None,
        "opened_on": "2026-10-01",
        "decided_on": "2026-10-09",
        "due_on": None,
        "on_time": None,
        "promise_kept": None,
        "law_kept": None,
        "agency_days": 4,
        "gross_days": 5,
        "gross_seconds": 8 * 86_400,
        "stopped": False,
        "extended": False,
        "handling": "promised",
        "row": "counted",
        "centre": None,
        "window": None,
        "settled": None,
        "hand_overs": 0,
        "visits": 0,
        "outcome": None,
    }
    return fact | known


def fact(**known: Any) -> Fact:
    """Return a fact as statistics read it."""
    raw = raw_fact(**known)
    return Fact(*(raw[name] for name in Fact._fields))


class Deployment:
    """Case items in a table, and the statistics of them."""

    def __init__(self) -> None:
        self.table = MemoryTable(keys.INDEXES)
        self.objects = MemoryObjects()
        self.records = Records(self.table, self.objects)
        self.now = NOW
        self.runs = 0
        self.calendar = "cn-1"

    def put(self, raw: RawFact) -> None:
        """Write a case item as the fold does: a new version, its fact, and the mark if the fact is another one."""
        place = keys.case(raw["case_no"])
        data = orjson.dumps(raw)
        before = self.table.items.get(place)
        if before is None:
            item: Item = {"pk": place.pk, "sk": place.sk, "version": 1, "fact": data, "fact_place": ""}
            self.table.commit(Put({**item, **keys.statistics_mark(raw["case_no"])}))
            return
        mark = keys.statistics_mark(raw["case_no"]) if before["fact"] != data else {}
        self.table.commit(Update(place, {"version": int(before["version"]) + 1, "fact": data, **mark}))

    def put_all(self, facts: Iterable[RawFact]) -> "Deployment":
        """Write many."""
        for raw in facts:
            self.put(raw)
        return self

    def begin(self) -> StatisticsRun:
        """Return a new run, not yet begun."""
        self.runs += 1
        return StatisticsRun(self.table, self.objects, f"run {self.runs}")

    def known(self, jurisdiction: str) -> Jurisdiction:
        """Return the jurisdiction's zone and calendar."""
        return Jurisdiction("America/New_York" if jurisdiction == "boston" else "Asia/Shanghai", self.calendar)

    def run(self, run: StatisticsRun | None = None, *, nightly: bool = False) -> Published:
        """Run the job."""
        return publish_statistics(run or self.begin(), self.records, self.known, SITE, self.now, nightly=nightly)

    def figures(self) -> dict[tuple[str, str, str], Figure]:
        """Return everything published: series, node and period -> figure."""
        return {
            (figure["series"], next(":".join(pair) for pair in figure["cell"].items()), figure["period"]): figure
            for figure in self._stored()
        }

    def _stored(self) -> Iterator[Figure]:
        for place, item in self.table.snapshot().items():
            if place.pk.startswith("FIGURES#"):
                yield from (orjson.loads(body) for body in item.values() if isinstance(body, bytes))

    def bytes_published(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the very items of all figures."""
        stored = self.table.snapshot().items()
        return {(place.pk, place.sk): dict(item) for place, item in stored if place.pk.startswith("FIGURES#")}

    def marks_left(self) -> int:
        """Return how much waits."""
        waiting = [place for place in self.table.items if place.pk.startswith("DIRTY#")]
        return len(waiting) + sum("work_pk" in item for item in self.table.items.values())

    def as_of(self) -> str:
        """Return the instant that the last whole run noted."""
        return str(self.table.items[keys.STATISTICS_RUN]["as_of"])

    @property
    def instant(self) -> str:
        """Now, as keys have it."""
        return to_key(self.now)


def boston_facts() -> Iterator[RawFact]:
    """Yield a fact for each row of the file, made straight from its columns: days and times as they stand there."""
    content = gzip.decompress((BOSTON / "requests_2015_first10000.csv.gz").read_bytes()).decode("utf-8-sig")
    for row in csv.DictReader(content.splitlines()):
        opened, due, closed = (_time(row[name]) for name in ("OPEN_DT", "TARGET_DT", "CLOSED_DT"))
        yield raw_fact(
            row["CASE_ENQUIRY_ID"],
            service=f"{row['Department']}-{row['TYPE']}".replace("#", ""),
            agency=row["Department"],
            jurisdiction="boston",
            opened_on=opened.date().isoformat() if opened else "",
            decided_on=closed.date().isoformat() if closed else None,
            due_on=due.date().isoformat() if due else None,
            on_time=closed <= due if closed and due else None,
            gross_seconds=int((closed - opened).total_seconds()) if closed and opened else None,
            agency_days=None,
            gross_days=None,
        )


def _time(text: str) -> datetime | None:
    return datetime.strptime(text, _TIME) if text else None  # noqa: DTZ007 - wall clock, as the file has it
