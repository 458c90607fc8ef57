"""The figures of a cell in a period, series by series: exact, from tallies, on one day.

Source: the domain text, section 5. `value` is the figure, `n` what it rests on, `numerator` the part that counts; a rate is
rounded to six places and null where n is 0: nothing decided is not a rate of nought. A case without a deadline is counted
apart, never as on time. In a period that still runs, deadlines count when their whole day has passed.
"""

from collections.abc import Callable, Mapping

from chalicelib.domain.statistics.facts import COUNTED, IMMEDIATE, OPEN, ROWS
from chalicelib.domain.statistics.periods import (
    ALL,
    covering,
    last_day,
    month_of,
    months_between,
    order,
    shifted,
)
from chalicelib.domain.statistics.record_series import RECORD_SERIES, any_count
from chalicelib.domain.statistics.scopes import Figures, Scope, rated
from chalicelib.domain.statistics.spreads import Summary, joined, summary
from chalicelib.domain.statistics.suppression import FEWEST
from chalicelib.domain.statistics.tallies import Counts, Tally, added, total_rows, total_windows

AGES = ((0, 7), (8, 30), (31, 90), (91, 365), (366, None))
"""Bands of the backlog, in calendar days since the case was opened."""
SECONDS_OF_DAY = 86_400


def on_time_rate(scope: Scope) -> Figures:
    """Decided in the period with a deadline, and on or before it / all decided in the period with a deadline."""
    rows = scope.rows()
    counted = rows.get(COUNTED, {})
    decided, n, kept = (counted.get(name, 0) for name in ("ended", "with_deadline", "on_time"))
    return {
        **rated(kept, n),
        "decided": decided,
        "with_deadline": n,
        "without_deadline": decided - n,
        "kept": kept,
        "rows": {row: _other_row(row, rows.get(row, {})) for row in ROWS if row != COUNTED},
    }


def _other_row(row: str, counts: Counts) -> Figures:
    ended = counts.get("ended", 0)
    if row != IMMEDIATE:
        return {"ended": ended}
    n, kept = counts.get("with_deadline", 0), counts.get("on_time", 0)
    return {"ended": ended, "with_deadline": n, "kept": kept}


def due_kept_rate(scope: Scope) -> Figures:
    """Cases whose deadline fell in the period and were decided by it / all whose deadline fell in it; open ones are late."""
    until = scope.last_whole
    due = sum(scope.in_period(found.due, until) for found in scope.tallies.values())
    kept = sum(scope.in_period(found.kept, until) for found in scope.tallies.values())
    return {**rated(kept, due), "due": due, "kept": kept, "late": due - kept}


def promise_kept_rate(scope: Scope) -> Figures:
    """Like the on-time rate, against the promised limit without extensions."""
    return _limit_rate(scope, "with_promise", "promise_kept", "without_promise")


def law_kept_rate(scope: Scope) -> Figures:
    """Like the on-time rate, against the statutory limit."""
    return _limit_rate(scope, "with_law", "law_kept", "without_limit")


def _limit_rate(scope: Scope, limited: str, kept: str, without: str) -> Figures:
    counted = scope.rows().get(COUNTED, {})
    decided, n = counted.get("ended", 0), counted.get(limited, 0)
    return {**rated(counted.get(kept, 0), n), "decided": decided, without: decided - n}


def duration(scope: Scope) -> Figures:
    """How long the cases decided in the period took: on the agency's clock, gross, and in calendar days."""
    ended = scope.ended
    counted = total_rows(ended).get(COUNTED, {})
    agency = _shown(summary(joined(found.spreads["agency_days"] for found in ended)))
    return {
        "value": agency["median"],
        "n": agency["n"],
        "numerator": None,
        "decided": counted.get("ended", 0),
        "stopped": counted.get("stopped", 0),
        "extended": counted.get("extended", 0),
        "agency_clock": agency,
        "gross": _shown(summary(joined(found.spreads["gross_days"] for found in ended))),
        "gross_days": _shown(summary(joined(found.spreads["gross_seconds"] for found in ended), SECONDS_OF_DAY)),
    }


def _shown(found: Summary) -> Figures:
    """A kind of duration known of fewer than five cases is not given, even where another kind is known of more."""
    shown = found if found.n >= FEWEST else Summary(found.n, None, None, None, None)
    return dict(shown._asdict())


def without_durations(figures: Figures, parent: Figures) -> Figures:
    """Return the figures of a duration that is withheld: the counts, and the cell into which it is merged."""
    hidden = {name: dict.fromkeys(figures[name]) | {"n": figures[name]["n"]} for name in DURATIONS}
    return {**figures, "value": None, **hidden, "merged_into": parent}


DURATIONS = ("agency_clock", "gross", "gross_days")


def backlog(scope: Scope) -> Figures:
    """What was open at the period's end, by age, and how much of it overdue; what came in and what ended in the period."""
    after = scope.open_after
    bound = last_day(scope.period)
    opened = {day: n for day, n in added(found.opened for found in after).items() if day <= bound}
    passed = scope.last_whole
    overdue = sum(n for found in after for day, n in found.overdue.items() if day <= passed)
    received = sum(scope.in_period(found.opened, bound) for found in scope.tallies.values())
    still_open = sum(opened.values())
    return {
        "value": still_open,
        "n": still_open,
        "numerator": None,
        "open": still_open,
        "overdue": overdue,
        "received": received,
        "ended": sum(counts["ended"] for counts in scope.rows().values()),
        "ages": _ages(opened, scope.last),
    }


def _ages(opened: Counts, last: str) -> list[Figures]:
    edges = [shifted(last, -first) for first, _ in AGES[1:]]
    counted = [0] * len(AGES)
    for day, n in opened.items():
        counted[sum(day <= edge for edge in edges)] += n
    return [{"from_days": first, "to_days": to, "n": n} for (first, to), n in zip(AGES, counted, strict=True)]


def settled_at_centre_rate(scope: Scope) -> Figures:
    """Of the cases decided in the period that a service centre took in, those decided there; window by window of a centre."""
    counted = scope.rows().get(COUNTED, {})
    taken_in, settled = counted.get("at_centre", 0), counted.get("settled", 0)
    centres = total_centres(scope.ended)
    return {
        **rated(settled, taken_in),
        "decided": counted.get("ended", 0),
        "forwarded": taken_in - settled,
        "centres": len(centres),
        "windows": _windows(centres),
    }


def total_centres(ended: list[Tally]) -> dict[str, dict[str, Counts]]:
    """Return what each service centre took in, window by window."""
    names = sorted({centre for found in ended for centre in found.centres})
    return {name: total_windows(found.centres.get(name, {}) for found in ended) for name in names}


def _windows(centres: dict[str, dict[str, Counts]]) -> list[Figures]:
    """Return the windows, those that took most in first; at most as many as a figure holds."""
    shown: list[Figures] = [
        {
            "centre": centre,
            "window": window or None,
            "taken_in": counts["ended"],
            "settled": counts.get("settled", 0),
            "hand_overs": counts.get("hand_overs", 0),
            "only_forwards": not counts.get("settled"),
        }
        for centre, windows in centres.items()
        for window, counts in windows.items()
    ]
    order_of = sorted(shown, key=lambda row: (-row["taken_in"], row["centre"], row["window"] or ""))
    return order_of[:WINDOWS_SHOWN]


def hand_overs(scope: Scope) -> Figures:
    """How often the cases decided in the period were handed over before their decision, on average."""
    return _per_case(scope, "hand_overs", "handed_over")


def visits(scope: Scope) -> Figures:
    """How often somebody came in person for the cases decided in the period, on average."""
    return _per_case(scope, "visits", "visited")


def _per_case(scope: Scope, name: str, ever: str) -> Figures:
    counted = scope.rows().get(COUNTED, {})
    n, times = counted.get("ended", 0), counted.get(name, 0)
    return {**rated(times, n), ever: counted.get(ever, 0)}


WINDOWS_SHOWN = 200
OF_CENTRES = ("settled_at_centre_rate", "hand_overs", "visits")
"""The series that a service centre has."""
CASE_SERIES: dict[str, Callable[[Scope], Figures]] = {
    function.__name__: function
    for function in (
        on_time_rate,
        due_kept_rate,
        promise_kept_rate,
        law_kept_rate,
        duration,
        backlog,
        settled_at_centre_rate,
        hand_overs,
        visits,
    )
}
SERIES = {**CASE_SERIES, **RECORD_SERIES}
_SPEAKING: dict[str, Callable[[Figures], bool]] = {
    "on_time_rate": lambda found: found["decided"] > 0 or any(row["ended"] for row in found["rows"].values()),
    "due_kept_rate": lambda found: found["due"] > 0,
    "promise_kept_rate": lambda found: found["decided"] > 0,
    "law_kept_rate": lambda found: found["decided"] > 0,
    "duration": lambda found: found["decided"] > 0,
    "settled_at_centre_rate": lambda found: found["n"] > 0,
    "hand_overs": lambda found: found["n"] > 0,
    "visits": lambda found: found["n"] > 0,
    "backlog": lambda found: bool(found["open"] or found["received"] or found["ended"]),
    **dict.fromkeys(RECORD_SERIES, any_count),
}


def says_something(series: str, period: str, figures: Figures) -> bool:
    """Tell whether figures are worth a place: `all` always is, another period if there is anything in it to count."""
    return period == ALL or _SPEAKING[series](figures)


def periods_of(tallies: Mapping[str, Tally], since: str, today: str) -> list[str]:
    """Return the periods that may say something and end on a day or after it, in their order."""
    days = [day for found in tallies.values() for day in (*found.opened, *found.due)]
    months = [place for place, found in tallies.items() if place != OPEN and found]
    named = [*map(month_of, (min(days), max(days)) if days else ()), *months]
    if not named:
        return []
    this = month_of(today)
    first = min(*named, this)
    last = this if tallies.get(OPEN) else min(max(named), this)
    found = {period for month in months_between(first, last) for period in covering(month)}
    return sorted((period for period in found if last_day(period) >= since), key=order)


def ages(tallies: Mapping[str, Tally], today: str) -> bool:
    """Tell whether tomorrow's figures can differ from today's though nothing happens: by age, deadline or a day to come."""
    days = (day for found in tallies.values() for day in (*found.opened, *found.due))
    return bool(tallies.get(OPEN)) or max(days, default="") >= today
