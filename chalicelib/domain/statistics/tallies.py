"""What is kept of many facts: counts, days and sorted durations, from which every figure of every period follows.

A tally is of one node (a service, an agency, a jurisdiction) and one place (the month in which the cases ended, or `open`).
Tallies of the parts add up to the tally of the whole, and adding them in any order gives the same. How many cases were open
at the end of a month needs no more than the days on which the cases of all later months, and the open ones, were opened.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from chalicelib.domain.statistics.facts import COUNTED, OPEN, Fact
from chalicelib.domain.statistics.periods import first_day
from chalicelib.domain.statistics.spreads import Spread, deltas, from_deltas, joined, spread

SPREADS = ("agency_days", "gross_days", "gross_seconds")
OUTCOME = "as/"
"""How the names begin under which it is counted what cases ended as."""
DAYS = ("opened", "overdue", "due", "kept")
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of facts."""

    rows: dict[str, Counts] = field(default_factory=dict)
    """Row -> name -> cases that ended here."""
    days: dict[str, Counts] = field(default_factory=lambda: {name: {} for name in DAYS})
    """Kind of day -> day -> cases, ended or not."""
    spreads: dict[str, Spread] = field(default_factory=lambda: {name: spread() for name in SPREADS})
    """Kind of duration -> values of the counted cases that ended here."""

    centres: dict[str, dict[str, Counts]] = field(default_factory=dict)
    """Service centre -> window (empty if none is named) -> name -> counted cases that ended here and were taken in there."""

    @property
    def opened(self) -> Counts:
        """Day on which the case was opened -> cases."""
        return self.days["opened"]

    @property
    def overdue(self) -> Counts:
        """The later of deadline and opening -> cases with a deadline: after that day they are overdue if still open."""
        return self.days["overdue"]

    @property
    def due(self) -> Counts:
        """Deadline -> counted cases that had to be decided by it."""
        return self.days["due"]

    @property
    def kept(self) -> Counts:
        """Deadline -> of those, the ones that were."""
        return self.days["kept"]

    def __bool__(self) -> bool:
        """Tell whether there is any case."""
        return bool(self.opened or self.rows)

    @property
    def durations(self) -> int:
        """How many cases the durations rest on: the fewest of the kinds of duration that there are."""
        return min((len(values) for values in self.spreads.values() if values), default=0)


def tally(facts: Iterable[Fact]) -> Tally:
    """Return the tally of facts, each looked at once."""
    rows: dict[str, Counter[str]] = {}
    days: dict[str, Counter[str]] = {name: Counter() for name in DAYS}
    values: dict[str, Spread] = {name: spread() for name in SPREADS}
    centres: dict[str, dict[str, Counter[str]]] = {}
    for fact in facts:
        _count_days(fact, days)
        if fact.decided_on is not None:
            rows.setdefault(fact.row, Counter()).update(_counts(fact))
            if fact.row == COUNTED:
                ways = _ways(fact)
                rows[COUNTED].update(ways)
                if fact.centre is not None:
                    windows = centres.setdefault(fact.centre, {})
                    windows.setdefault(fact.window or "", Counter()).update({"ended": 1, **ways})
                for name in SPREADS:
                    value = getattr(fact, name)
                    if value is not None:
                        values[name].append(value)
    return Tally(
        {row: dict(counted) for row, counted in rows.items()},
        {name: dict(counted) for name, counted in days.items()},
        {name: spread(values.pop(name)) for name in SPREADS},
        {centre: {window: dict(counts) for window, counts in windows.items()} for centre, windows in centres.items()},
    )


def _ways(fact: Fact) -> Counts:
    """Return what is counted of the ways of a case that ended, without noughts."""
    counts = {
        "at_centre": int(fact.centre is not None),
        "settled": int(fact.settled is True),
        "hand_overs": fact.hand_overs,
        "handed_over": int(fact.hand_overs > 0),
        "visits": fact.visits,
        "visited": int(fact.visits > 0),
    }
    return {name: n for name, n in counts.items() if n}


def _count_days(fact: Fact, days: dict[str, Counter[str]]) -> None:
    days["opened"][fact.opened_on] += 1
    if fact.due_on is None:
        return
    days["overdue"][max(fact.opened_on, fact.due_on)] += 1
    if fact.row == COUNTED:
        days["due"][fact.due_on] += 1
        if fact.on_time:
            days["kept"][fact.due_on] += 1


def _counts(fact: Fact) -> tuple[str, ...]:
    """Return the names under which a fact that ended counts one each."""
    outcome = (f"{OUTCOME}{fact.outcome}",) if fact.outcome else ()
    marks = (
        ("ended", True),
        ("with_deadline", fact.on_time is not None),
        ("on_time", fact.on_time),
        ("with_promise", fact.promise_kept is not None),
        ("promise_kept", fact.promise_kept),
        ("with_law", fact.law_kept is not None),
        ("law_kept", fact.law_kept),
        ("stopped", fact.stopped),
        ("extended", fact.extended),
    )
    return (*(name for name, counts in marks if counts), *outcome)


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of tallies."""
    parts = list(tallies)
    if len(parts) == 1:
        return parts[0]
    return Tally(
        total_rows(parts),
        {name: added(part.days[name] for part in parts) for name in DAYS},
        {name: joined(part.spreads[name] for part in parts) for name in SPREADS},
        {
            centre: total_windows(part.centres.get(centre, {}) for part in parts)
            for centre in sorted({centre for part in parts for centre in part.centres})
        },
    )


def total_windows(parts: Iterable[dict[str, Counts]]) -> dict[str, Counts]:
    """Return the sum of what windows took in, window by window."""
    windows: dict[str, Counter[str]] = {}
    for part in parts:
        for window, counts in part.items():
            windows.setdefault(window, Counter()).update(counts)
    return {window: dict(counts) for window, counts in windows.items()}


def of_centre(tallied: Tally, centre: str) -> Tally:
    """Return the tally of the counted cases that a service centre took in."""
    windows = tallied.centres.get(centre, {})
    return Tally({COUNTED: added(windows.values())} if windows else {}, centres={centre: windows} if windows else {})


def total_rows(tallies: Iterable[Tally]) -> dict[str, Counts]:
    """Return the sum of what ended, row by row."""
    rows: dict[str, Counter[str]] = {}
    for part in tallies:
        for row, counts in part.rows.items():
            rows.setdefault(row, Counter()).update(counts)
    return {row: dict(counts) for row, counts in rows.items()}


def added(counts: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    found: Counter[str] = Counter()
    for part in counts:
        found.update(part)
    return dict(found)


def encode(tallied: Tally) -> bytes:
    """Return a tally as compressed bytes."""
    steps = {name: deltas(values) for name, values in tallied.spreads.items()}
    written = [tallied.rows, tallied.days, steps, tallied.centres]
    return zlib.compress(orjson.dumps(written, option=orjson.OPT_SORT_KEYS))


def decode(data: bytes) -> Tally:
    """Return the tally that `encode` wrote."""
    # One that was written before centres were counted has none.
    rows, days, steps, *centres = orjson.loads(zlib.decompress(data))
    return Tally(rows, days, {name: from_deltas(taken) for name, taken in steps.items()}, *centres)


def earliest_change(before: Tally, after: Tally, place: str) -> str | None:
    """Return the first day whose figures can differ between two tallies of one place; None if they are the same."""
    days = [day for name in DAYS for day in _differing(before.days[name], after.days[name])]
    same = (before.rows, before.spreads, before.centres) == (after.rows, after.spreads, after.centres)
    if place != OPEN and not same:
        days.append(first_day(place))
    return min(days, default=None)


def _differing(before: Counts, after: Counts) -> list[str]:
    return [day for day in before.keys() | after.keys() if before.get(day) != after.get(day)]
