"""The statistics job comes to the same bytes on every engine."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from chalicelib.domain.statistics.record_series import RECORD_SERIES
from chalicelib.domain.statistics.series import CASE_SERIES, SERIES
from chalicelib.store import keys
from chalicelib.store.figures import Figures
from chalicelib.store.objects import Objects
from chalicelib.store.published_figures import StatisticsRun
from chalicelib.store.records import Records
from chalicelib.store.statistics import records_mark
from chalicelib.store.table import Item, Put, Table, Update
from chalicelib.usecases.publish_figures import Jurisdiction
from chalicelib.usecases.publish_statistics import Published, publish_statistics
from tests.fakes.memory_objects import MemoryObjects
from tests.fakes.memory_table import MemoryTable
from tests.unit.statistics.record_samples import SOME
from tests.unit.statistics.samples import NOW, SITE, raw_fact

Stores = tuple[Table, Objects]


def facts(own: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return facts of twenty cases of a jurisdiction that no other test uses."""
    return [
        raw_fact(
            own(f"c{number}"),
            jurisdiction=own("j"),
            agency=own(f"a{number // 10}"),
            service=own(f"s{number % 2}"),
            opened_on=f"2026-{number % 2 + 6:02d}-05",
            decided_on=f"2026-{number % 2 + 7:02d}-20" if number % 7 else None,
            due_on=f"2026-{number % 2 + 7:02d}-19" if number % 3 else None,
            on_time=bool(number % 2) if number % 3 and number % 7 else None,
        )
        for number in range(20)
    ]


def life(stores: Stores, own: Callable[[str], str]) -> list[Published]:
    """Count twenty cases and the public records of an agency, change some, be overtaken, and count those."""
    table, objects = stores
    waiting = facts(own)
    for raw in waiting:
        place = keys.case(raw["case_no"])
        item: Item = {"pk": place.pk, "sk": place.sk, "version": 1, "fact": orjson.dumps(raw), "fact_place": ""}
        table.commit(Put({**item, **keys.statistics_mark(raw["case_no"])}))
    for _, kind, record_id, fact in SOME[:9]:
        place = keys.public_fact(own("a0"), kind, record_id)
        table.commit(Put({"pk": place.pk, "sk": place.sk, "fact": orjson.dumps(fact)}))
    table.commit(records_mark(own("j"), own("a0")))
    done = [run(stores, own("one"))]
    for raw in waiting[::6]:
        changed: Item = {"version": 2, "fact": orjson.dumps(raw | {"decided_on": "2026-11-03", "on_time": None})}
        table.commit(Update(keys.case(raw["case_no"]), {**changed, **keys.statistics_mark(raw["case_no"])}))
    overtaken = StatisticsRun(table, objects, own("two"))
    overtaken.take_over()
    done.append(run(stores, own("three"), days=1))
    done.append(publish_statistics(_Begun(overtaken), Records(*stores), _known, SITE, NOW, nightly=True))
    return done


class _Begun:
    """A run that has begun before."""

    def __init__(self, run: StatisticsRun) -> None:
        self.counts, self.records, self.figures, self.finish = run.counts, run.records, run.figures, run.finish
        self.periods = run.periods

    def take_over(self) -> None:
        """It has."""


def _known(_: str) -> Jurisdiction:
    return Jurisdiction("Asia/Shanghai", "cn-1")


def run(stores: Stores, name: str, days: int = 0) -> Published:
    """Run the job."""
    at = NOW + timedelta(days=days)
    return publish_statistics(StatisticsRun(*stores, name), Records(*stores), _known, SITE, at, nightly=True)


OF_RECORDS = RECORD_SERIES.keys() - {"disclosure_requests"}


def read(table: Table, node: str) -> dict[str, list[bytes]]:
    """Return every figure of a node."""
    return {series: Figures(table).page(node, series, 100, None).summaries for series in SERIES}


def test_the_job_publishes_the_same_bytes_on_every_engine(stores: Stores, own: Callable[[str], str]) -> None:
    wanted: Stores = (MemoryTable(keys.INDEXES), MemoryObjects())
    life(wanted, own)
    assert life(stores, own)[-1].overtaken
    for node in ("jurisdiction:j", "agency:a0", "agency:a1", *(f"service:s{number}" for number in range(2))):
        level, name = node.split(":")
        found = read(stores[0], f"{level}:{own(name)}")
        assert found == read(wanted[0], f"{level}:{own(name)}")
        told = {series for series, bodies in found.items() if bodies}
        assert told == ({*CASE_SERIES, *OF_RECORDS} if node in ("jurisdiction:j", "agency:a0") else {*CASE_SERIES})
    assert Figures(stores[0]).find(f"jurisdiction:{own('j')}", "backlog", "2026-11") in found_in(stores[0], own)


def found_in(table: Table, own: Callable[[str], str]) -> list[bytes]:
    """Return the backlog of the jurisdiction."""
    return read(table, f"jurisdiction:{own('j')}")["backlog"]
