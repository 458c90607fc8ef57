"""Published figures as the job writes them: implements `usecases.publish_figures.FigureStore`.

A year of figures of one node and series is one item, one attribute per period: a node that had an open case in each of many
years has a figure in every period of them, and so a tenth of the items, of the reads before writing, and of the calls.
"""

import zlib
from collections.abc import Iterable, Mapping

import orjson

from chalicelib.domain.statistics.ledgers import Ledger
from chalicelib.domain.statistics.periods import ALL
from chalicelib.domain.statistics.publication import Body
from chalicelib.domain.statistics.seals import Seal, read_seal
from chalicelib.domain.statistics.suppression import CENTRE, Cell, Node, read_node
from chalicelib.store import keys
from chalicelib.store.ledgers import Ledgers
from chalicelib.store.objects import Objects, restore, spill
from chalicelib.store.statistics import ROOM, Counts, Run, figure_mark_key, read_figure_mark
from chalicelib.store.table import Delete, Key, Put, Table, Write, query_all
from chalicelib.usecases.publish_figures import Durations, Mark, Places, Wake, Years

OF = keys.statistics_of("").sk


class StatisticsRun(Run):
    """Implements `usecases.publish_statistics.StatisticsRun`."""

    def __init__(self, table: Table, objects: Objects, name: str) -> None:
        super().__init__(table, name)
        self.counts = Counts(table, objects, self)
        self.records = Ledgers(table, objects, self, self.counts)
        self.figures = PublishedFigures(table, objects, self, self.counts, self.records)
        self.periods = Periods(table, self)


class PublishedFigures:
    """Figures, written by one run."""

    def __init__(self, table: Table, objects: Objects, run: Run, counts: Counts, ledgers: Ledgers) -> None:
        self._table = table
        self._objects = objects
        self._run = run
        self._counts = counts
        self._ledgers = ledgers

    def jurisdictions(self) -> list[str]:
        looked_at = query_all(self._table, keys.STATISTICS_PK, first=OF, last=OF + keys.END)
        found = {str(item["sk"]).removeprefix(OF) for item in looked_at}
        return sorted(found | {read_figure_mark(item)[0] for item in query_all(self._table, keys.DIRTY_FIGURES)})

    def looked_at_on(self, jurisdiction: str) -> str:
        item = self._table.get(keys.statistics_of(jurisdiction))
        return str(item["looked_at_on"]) if item else ""

    def look(self, jurisdiction: str, today: str) -> None:
        sleeping = query_all(self._table, keys.statistics_node(jurisdiction, "").pk)
        waking = [
            Mark(read_node(str(item["sk"])), str(item["since"])) for item in sleeping if str(item["wakes_on"]) <= today
        ]
        self.mark(jurisdiction, waking)
        place = keys.statistics_of(jurisdiction)
        self._run.commit(Put({"pk": place.pk, "sk": place.sk, "looked_at_on": today}))

    def marks(self, jurisdiction: str) -> list[Mark]:
        first = f"{jurisdiction}#"
        items = query_all(self._table, keys.DIRTY_FIGURES, first=first, last=first + keys.END)
        return [Mark(*read_figure_mark(item)[1:]) for item in items]

    def mark(self, jurisdiction: str, marks: list[Mark]) -> None:
        self._run.commit_each([self._counts.figure_mark(jurisdiction, *mark) for mark in marks])

    def durations(self, jurisdiction: str) -> Durations:
        item = self._table.get(keys.durations_of(jurisdiction))
        if item is None:
            return Durations()
        content = orjson.loads(zlib.decompress(restore(self._objects, "body", item)))
        hidden = (Cell(read_node(node), period) for node, periods in content["withheld"].items() for period in periods)
        return Durations(content["counts"], frozenset(hidden), str(item["on"]))

    def put_durations(self, jurisdiction: str, durations: Durations) -> None:
        hidden: dict[str, list[str]] = {}
        for node, period in sorted(durations.withheld):
            hidden.setdefault(node.text, []).append(period)
        content = orjson.dumps({"counts": durations.counts, "withheld": hidden}, option=orjson.OPT_SORT_KEYS)
        place = keys.durations_of(jurisdiction)
        body = spill(self._objects, "body", zlib.compress(content))
        self._run.commit(Put({"pk": place.pk, "sk": place.sk, "on": durations.on, **body}))

    def places(self, node: Node) -> Places:
        return self._counts.places(node)

    def ledger(self, jurisdiction: str, node: Node) -> Ledger:
        return self._ledgers.ledger(jurisdiction, node)

    def figures(self, node: Node, series: str, since: str) -> Years:
        first = keys.figures(node.text, series, since[:4])
        return {
            str(item["sk"]): {name: orjson.loads(body) for name, body in item.items() if isinstance(body, bytes)}
            for item in query_all(self._table, first.pk, first=first.sk, last=ALL)
        }

    def put_figures(
        self, jurisdiction: str, node: Node, changes: Mapping[tuple[str, str], dict[str, Body]], wake: Wake | None
    ) -> None:
        writes: list[Write] = [_year(node, series, year, bodies) for (series, year), bodies in changes.items()]
        place = keys.statistics_node(jurisdiction, node.text)
        sleep: Write = Delete(place)
        if wake is not None:
            sleep = Put({"pk": place.pk, "sk": place.sk, "wakes_on": wake.on, "since": wake.since})
        last = [sleep, Delete(figure_mark_key(jurisdiction, node))]
        together = ROOM - len(last)
        self._run.commit_each(writes[:-together] if len(writes) > together else [])
        self._run.commit(*writes[-together:], *last)

    def put_seals(self, jurisdiction: str, node: Node, seals: Mapping[str, Mapping[str, Seal]]) -> None:
        places = {year: keys.seals(jurisdiction, year, node.text) for year in seals}
        stored = self._table.get_many(list(places.values()))
        marks: dict[str, Write] = {}
        writes: list[Write] = []
        for (year, place), item in zip(places.items(), stored, strict=True):
            before = {name: value for name, value in (item or {}).items() if name not in ("pk", "sk")}
            after = {period: seal.encode() for period, seal in seals[year].items()}
            if before != after:
                for period in {*before, *after}:
                    if before.get(period) != after.get(period):
                        marks[period] = Put({"pk": keys.DIRTY_PERIODS, "sk": keys.period_mark(jurisdiction, period)})
                writes.append(Put({"pk": place.pk, "sk": place.sk, **after}) if after else Delete(place))
        self._run.commit_each([*marks.values(), *writes])

    def centres(self, jurisdiction: str) -> list[str]:
        first = keys.statistics_node(jurisdiction, Node(CENTRE, "").text)
        found = query_all(self._table, first.pk, first=first.sk, last=first.sk + keys.END)
        return [read_node(str(item["sk"])).id for item in found]

    def wake_of(self, jurisdiction: str, node: Node) -> Wake | None:
        item = self._table.get(keys.statistics_node(jurisdiction, node.text))
        return Wake(str(item["wakes_on"]), str(item["since"])) if item else None


class Periods:
    """What is settled of each period, read and marked off by one run: implements `usecases.publish_periods.PeriodStore`."""

    def __init__(self, table: Table, run: Run) -> None:
        self._table = table
        self._run = run

    def marked_periods(self) -> list[tuple[str, str]]:
        return [keys.read_period_mark(str(item["sk"])) for item in query_all(self._table, keys.DIRTY_PERIODS)]

    def seals(self, jurisdiction: str, year: str) -> dict[str, dict[str, Seal]]:
        found: dict[str, dict[str, Seal]] = {}
        for item in query_all(self._table, keys.seals(jurisdiction, year, "").pk):
            for period, text in item.items():
                if period not in ("pk", "sk"):
                    found.setdefault(period, {})[str(item["sk"])] = read_seal(str(text))
        return found

    def unmark_periods(self, jurisdiction: str, periods: Iterable[str]) -> None:
        marks = [Key(keys.DIRTY_PERIODS, keys.period_mark(jurisdiction, period)) for period in periods]
        self._run.commit_each([Delete(mark) for mark in marks])


def _year(node: Node, series: str, year: str, bodies: dict[str, Body]) -> Write:
    place = keys.figures(node.text, series, year)
    if not bodies:
        return Delete(place)
    return Put({"pk": place.pk, "sk": place.sk, **{period: orjson.dumps(body) for period, body in bodies.items()}})
