"""From tallies to published figures: which are computed anew, which durations are withheld, what was said before.

    day        once on each local day, nodes whose figures time alone changes are marked
    withheld   the counts of durations of the marked services are put in, and what is withheld follows for the whole
               jurisdiction; nodes for which that changed are marked too, before it is written down
    figures    node by node; what is settled of it then stands in the seals of its periods (`publish_periods`), and the last
               commit of a node takes its mark off

Stopping anywhere leaves marks, and the next run computes the same. Figures that come out as they were are not written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain.instants import zone
from chalicelib.domain.public_view import Site
from chalicelib.domain.statistics.ledgers import Ledger, next_turn
from chalicelib.domain.statistics.periods import ALL, last_day, shifted
from chalicelib.domain.statistics.publication import SETTLED, Body, Setting, merged_into, publish, revised
from chalicelib.domain.statistics.record_series import RECORD_SERIES, ledger_periods
from chalicelib.domain.statistics.scopes import Scope
from chalicelib.domain.statistics.seals import Seal, seal_of_node
from chalicelib.domain.statistics.series import (
    CASE_SERIES,
    OF_CENTRES,
    SERIES,
    ages,
    periods_of,
    says_something,
    without_durations,
)
from chalicelib.domain.statistics.suppression import CENTRE, JURISDICTION, SERVICE, Cell, Node, changed, withheld
from chalicelib.domain.statistics.tallies import Tally, of_centre, total

DURATION = "duration"
NEVER = "9999-12-31"


class Jurisdiction(NamedTuple):
    """What counting days in a jurisdiction takes."""

    time_zone: str
    calendar: str | None


class Mark(NamedTuple):
    """That a node's figures are to be computed for periods that end on a day or after it."""

    node: Node
    since: str


class Wake(NamedTuple):
    """From which local day on time alone changes a node's figures, and those of which periods."""

    on: str
    since: str


@dataclass(slots=True)
class Durations:
    """How many durations there are, by agency, service and month; and what is withheld, as of a day."""

    counts: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    withheld: frozenset[Cell] = frozenset()
    on: str = ""


Places = dict[tuple[str, str], Tally]
"""Place and agency (empty unless of a service) -> tally."""
Years = dict[str, dict[str, Body]]
"""Year or `all` -> period -> figure."""


class FigureStore(Protocol):
    """Where figures live. Every method that writes raises OvertakenError if another run has begun."""

    def jurisdictions(self) -> list[str]:
        """Return the jurisdictions that have figures, or are to get some."""

    def looked_at_on(self, jurisdiction: str) -> str:
        """Return the last local day on which sleeping nodes were looked for; empty if there was none."""

    def look(self, jurisdiction: str, today: str) -> None:
        """Mark every node whose figures time alone has changed by a day, then note the day."""

    def marks(self, jurisdiction: str) -> list[Mark]:
        """Return the marked nodes."""

    def mark(self, jurisdiction: str, marks: list[Mark]) -> None:
        """Mark nodes; of two days the earlier one holds."""

    def durations(self, jurisdiction: str) -> Durations:
        """Return what is known of durations."""

    def put_durations(self, jurisdiction: str, durations: Durations) -> None:
        """Write it down."""

    def places(self, node: Node) -> Places:
        """Return every tally of a node."""

    def ledger(self, jurisdiction: str, node: Node) -> Ledger:
        """Return what the public records of an agency come to, or of all agencies of a jurisdiction; of a service, nothing."""

    def figures(self, node: Node, series: str, since: str) -> Years:
        """Return what is published of a node and series, from the year of a day on, `all` with it."""

    def put_figures(
        self, jurisdiction: str, node: Node, changes: Mapping[tuple[str, str], dict[str, Body]], wake: Wake | None
    ) -> None:
        """Write years of figures by series and year, then in one commit when the node wakes, and take its mark off."""

    def put_seals(self, jurisdiction: str, node: Node, seals: Mapping[str, Mapping[str, Seal]]) -> None:
        """Write what is settled of a node by year and period, where it is not what stands; mark those periods first."""

    def centres(self, jurisdiction: str) -> list[str]:
        """Return the service centres that have figures."""

    def wake_of(self, jurisdiction: str, node: Node) -> Wake | None:
        """Return when the node wakes."""


@dataclass(slots=True)
class PublishedFigures:
    """What publishing did; `revised` names the settled figures that changed."""

    nodes: int = 0
    figures: int = 0
    revised: list[str] = field(default_factory=list)
    periods: int = 0


def publish_figures(
    store: FigureStore,
    known: Callable[[str], Jurisdiction],
    site: Site,
    now: datetime,
    done: PublishedFigures,
    *,
    nightly: bool,
) -> None:
    """Publish the figures of every marked node.

    Raises:
        OvertakenError: another run has begun.
    """
    for jurisdiction in store.jurisdictions():
        place = known(jurisdiction)
        looked_at = store.looked_at_on(jurisdiction)
        # A clock that goes back does not take the figures with it.
        today = max(now.astimezone(zone(place.time_zone)).date().isoformat(), looked_at)
        if nightly or looked_at != today:
            store.look(jurisdiction, today)
        hidden = _withhold(store, jurisdiction, today)
        setting = Setting(jurisdiction, place.calendar, site.base_path, site.time_zone, now)
        for mark in store.marks(jurisdiction):
            _publish_node(store, mark, setting, hidden, today, done)


def _withhold(store: FigureStore, jurisdiction: str, today: str) -> frozenset[Cell]:
    """Return which durations are withheld, after the counts of the marked services."""
    before = store.durations(jurisdiction)
    counts = {agency: dict(services) for agency, services in before.counts.items()}
    for node, _ in store.marks(jurisdiction):
        if node.level == SERVICE:
            _put_in(counts, node.id, store.places(node))
    if counts == before.counts and before.on == today:
        return before.withheld
    after = Durations(counts, withheld(jurisdiction, counts, today), today)
    differing = changed(before.withheld, after.withheld)
    store.mark(jurisdiction, [Mark(node, min(map(last_day, periods))) for node, periods in sorted(differing.items())])
    store.put_durations(jurisdiction, after)
    return after.withheld


def _put_in(counts: dict[str, dict[str, dict[str, int]]], service: str, places: Places) -> None:
    for services in counts.values():
        services.pop(service, None)
    for (place, agency), tallied in places.items():
        if tallied.durations:
            counts.setdefault(agency, {}).setdefault(service, {})[place] = tallied.durations
    for agency in [agency for agency, services in counts.items() if not services]:
        del counts[agency]


def _publish_node(
    store: FigureStore, mark: Mark, setting: Setting, hidden: frozenset[Cell], today: str, done: PublishedFigures
) -> None:
    places = store.places(mark.node)
    ledger = store.ledger(setting.jurisdiction, mark.node)
    computing = _Computing(mark, setting, hidden, today, _by_place(places), ledger, _agency(places))
    # Facts of records stay for good: a node without a ledger never had one, and has no figures of records.
    changes, seals = _changes(store, computing, SERIES if ledger else CASE_SERIES, done)
    if mark.node.level == JURISDICTION:
        # Centres first: if we stop between, the mark of the jurisdiction brings the next run here again.
        computing.unsettled += _publish_centres(store, computing, done)
    wake = computing.wake(store.wake_of(setting.jurisdiction, mark.node))
    # Before the mark goes, so that the seals are of what is written even if we stop between.
    store.put_seals(setting.jurisdiction, mark.node, seals)
    store.put_figures(setting.jurisdiction, mark.node, changes, wake)
    done.nodes += 1


def _changes(
    store: FigureStore, computing: "_Computing", names: Iterable[str], done: PublishedFigures
) -> tuple[dict[tuple[str, str], dict[str, Body]], dict[str, dict[str, Seal]]]:
    """Return the years of figures, by series and year, that come out other than they stand; and the seals of all of them."""
    node, since = computing.mark
    changes: dict[tuple[str, str], dict[str, Body]] = {}
    standing: dict[str, dict[str, dict[str, Body]]] = {}
    for series in names:
        for year, (before, after) in computing.years(series, store.figures(node, series, since)).items():
            periods = standing.setdefault(year, {})
            for period, body in after.items():
                periods.setdefault(period, {})[series] = body
            if before != after:
                changes[series, year] = after
                done.figures += sum(before.get(period) != body for period, body in after.items())
                done.revised += [f"{series} {node.text} {body['period']}" for body in revised(before, after)]
    standing.pop(ALL, None)
    seals = {
        year: {period: seal_of_node(bodies) for period, bodies in periods.items()} for year, periods in standing.items()
    }
    return changes, seals


def _publish_centres(store: FigureStore, whole: "_Computing", done: PublishedFigures) -> list[str]:
    """Publish the figures of every service centre of a jurisdiction; return the last days of periods not settled yet.

    They follow from the jurisdiction's own tallies, so a centre has no mark and never wakes; it stands among the nodes so
    that one that no case names any longer is found.
    """
    jurisdiction = whole.setting.jurisdiction
    known = store.centres(jurisdiction)
    unsettled: list[str] = []
    for name in sorted({*known, *(centre for found in whole.tallies.values() for centre in found.centres)}):
        node = Node(CENTRE, name)
        own = {place: found for place, tallied in whole.tallies.items() if (found := of_centre(tallied, name))}
        computing = _Computing(Mark(node, whole.mark.since), whole.setting, whole.hidden, whole.today, own, {}, None)
        changes, seals = _changes(store, computing, OF_CENTRES, done)
        store.put_seals(jurisdiction, node, seals)
        if changes or name not in known:
            store.put_figures(jurisdiction, node, changes, Wake(NEVER, whole.mark.since))
        unsettled += computing.unsettled
    return unsettled


def _by_place(places: Places) -> dict[str, Tally]:
    found: dict[str, list[Tally]] = {}
    for (place, _), tallied in places.items():
        found.setdefault(place, []).append(tallied)
    return {place: total(tallies) for place, tallies in found.items()}


def _agency(places: Places) -> str | None:
    """The agency of a service: of the newest place."""
    return max(places, default=("", ""))[1] or None


@dataclass(slots=True)
class _Computing:
    """The figures of one node, from a day on."""

    mark: Mark
    setting: Setting
    hidden: frozenset[Cell]
    today: str
    tallies: dict[str, Tally]
    ledger: Ledger
    agency: str | None
    unsettled: list[str] = field(default_factory=list)
    """Last days of the periods with a figure that is not settled."""

    def years(self, series: str, before: Years) -> dict[str, tuple[dict[str, Body], dict[str, Body]]]:
        """Return each year's figures as they were and as they are now."""
        old = {period: body for year in before.values() for period, body in year.items()}
        kept = {period: body for period, body in old.items() if last_day(period) < self.mark.since}
        new = dict(kept)
        for period in sorted({*self._periods(series), *old.keys() - kept.keys()}):
            body = self._figure(series, period, old.get(period))
            if body is not None:
                new[period] = body
        found: dict[str, tuple[dict[str, Body], dict[str, Body]]] = {
            year_of(period): ({}, {}) for period in (*old, *new)
        }
        for side, bodies in enumerate((old, new)):
            for period, body in bodies.items():
                found[year_of(period)][side][period] = body
        return found

    def _periods(self, series: str) -> list[str]:
        if series in RECORD_SERIES:
            return ledger_periods(series, self.ledger, self.mark.since, self.today)
        return periods_of(self.tallies, self.mark.since, self.today)

    def _figure(self, series: str, period: str, before: Body | None) -> Body | None:
        scope = Scope(self.tallies, period, self.today, self.ledger)
        figures = SERIES[series](scope)
        was_settled = before is not None and before["settled_at"] is not None
        counted = self.ledger if series in RECORD_SERIES else self.tallies
        if not counted and not was_settled:
            return None
        if not says_something(series, period, figures) and not was_settled:
            return None  # what was settled once is revised, never taken away
        node = self.mark.node
        if series == DURATION and Cell(node, period) in self.hidden:
            figures = without_durations(figures, merged_into(node, period, self.setting.jurisdiction, self.agency))
        body = publish(series, node, scope, figures, before, self.setting)
        if body["status"] != SETTLED and period != ALL:
            self.unsettled.append(last_day(period))
        return body

    def wake(self, before: Wake | None) -> Wake | None:
        """Return when time alone will change a figure: tomorrow, at the end of an open period, or never."""
        found, turn = self._wake_of_cases(before), next_turn(self.ledger, self.today)
        if turn is None:
            return found
        on, since = turn
        return Wake(min(on, found.on), min(since, found.since)) if found else Wake(on, since)

    def _wake_of_cases(self, before: Wake | None) -> Wake | None:
        earlier = [before.since] if before and before.since < self.mark.since else []
        since = min((*self.unsettled, *earlier), default="")
        if ages(self.tallies, self.today):
            return Wake(shifted(self.today, 1), min(since or self.today, self.today))
        if not since:
            return None
        return Wake(shifted(max(since, self.today), 1), since)


def year_of(period: str) -> str:
    """Return the year of a period; `all` is on its own."""
    return period if period == ALL else period[:4]
