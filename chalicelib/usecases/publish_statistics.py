"""One run of the statistics: what waits is counted, what that changed is published. Any number of runs, in any order, cut
off anywhere or at the same time, come to the same figures as counting every fact at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.errors import UnknownCalendarError
from chalicelib.domain.public_view import Site
from chalicelib.domain.records import Ref
from chalicelib.usecases.count_cases import Counted, CountStore, OvertakenError, count_cases
from chalicelib.usecases.count_records import RecordCountStore, count_records
from chalicelib.usecases.ports import RecordStore
from chalicelib.usecases.publish_figures import FigureStore, Jurisdiction, PublishedFigures, publish_figures
from chalicelib.usecases.publish_periods import PeriodStore, publish_periods

REVISIONS_NAMED = 100


class StatisticsRun(Protocol):
    """One run: the right to write, and its stores."""

    @property
    def counts(self) -> CountStore:
        """Facts and tallies."""

    @property
    def records(self) -> RecordCountStore:
        """Facts of public records and ledgers."""

    @property
    def figures(self) -> FigureStore:
        """Figures."""

    @property
    def periods(self) -> PeriodStore:
        """Closed periods."""

    def take_over(self) -> None:
        """Make this the only run that may write."""

    def finish(self, as_of: datetime) -> None:
        """Note that everything that waited at an instant is published."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one run did."""

    cases: int
    leaves: int
    nodes: int
    figures: int
    revisions: int
    revised: tuple[str, ...]
    """The first hundred of the settled figures that changed."""
    overtaken: bool = False
    """Another run began; it does the rest."""
    agencies: int = 0
    """Agencies whose public records or requests for disclosure were counted anew."""
    periods: int = 0
    """Closed periods that were published or revised in the register."""


def publish_statistics(
    run: StatisticsRun,
    records: RecordStore,
    known: Callable[[str], Jurisdiction],
    site: Site,
    now: datetime,
    *,
    nightly: bool,
) -> Published:
    """Count and publish all that waits; `nightly` looks again for figures that time alone changes."""
    counted, figures = Counted(), PublishedFigures()
    try:
        run.take_over()
        count_cases(run.counts, counted)
        counted.agencies = count_records(run.records)
        publish_figures(run.figures, known, site, now, figures, nightly=nightly)
        figures.periods = publish_periods(run.periods, records, now)
        run.finish(now)
    except OvertakenError:
        return _summary(counted, figures, overtaken=True)
    return _summary(counted, figures, overtaken=False)


def _summary(counted: Counted, figures: PublishedFigures, *, overtaken: bool) -> Published:
    revised = tuple(figures.revised[:REVISIONS_NAMED])
    return Published(
        counted.cases,
        counted.leaves,
        figures.nodes,
        figures.figures,
        len(figures.revised),
        revised,
        overtaken,
        counted.agencies,
        figures.periods,
    )


def jurisdictions(records: RecordStore, time_zone: str) -> Callable[[str], Jurisdiction]:
    """Return what looks up the zone and the calendar of a jurisdiction; one that is not known has the deployment's zone."""

    def known(jurisdiction: str) -> Jurisdiction:
        ref = Ref("agency", jurisdiction)
        head = records.heads([ref]).get(ref)
        if head is None:
            return Jurisdiction(time_zone, None)
        try:
            calendar = load_calendar(head.state["calendar"]).version
        except UnknownCalendarError:
            calendar = None
        return Jurisdiction(head.state["time_zone"], calendar)

    return known
