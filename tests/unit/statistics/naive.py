"""The figures once more, by their definitions in words: every fact looked at for every cell, nothing kept, nothing added up.

It shares no code with the program but the names of series, and reads days as dates where the program compares text.
"""

import statistics
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

Raw = dict[str, Any]
Key = tuple[str, str, str]
OF_CENTRES = ("settled_at_centre_rate", "hand_overs", "visits")
BANDS = ((0, 7), (8, 30), (31, 90), (91, 365), (366, None))


def expected(facts: Sequence[Raw], today: date) -> dict[Key, Raw]:
    """Return every figure that is to be published: series, node and period -> figures, nothing withheld."""
    found = {}
    for node, own in nodes(facts).items():
        for period in periods(own, today):
            for series, figures in figures_of(own, period, today).items():
                if node.startswith("centre:") and series not in OF_CENTRES:
                    continue
                if period == "all" or says_something(series, figures):
                    found[series, node, period] = figures
    return found


def nodes(facts: Iterable[Raw]) -> dict[str, list[Raw]]:
    """Return the facts of each node."""
    found: dict[str, list[Raw]] = {}
    for fact in facts:
        for level in ("jurisdiction", "agency", "service"):
            found.setdefault(f"{level}:{fact[level]}", []).append(fact)
        if fact["centre"] and fact["decided_on"] and fact["row"] == "counted":
            found.setdefault(f"centre:{fact['centre']}", []).append(fact)
    return found


def periods(facts: Sequence[Raw], today: date) -> Iterator[str]:
    """Yield every period from the first day that any fact names until today."""
    named = [day(fact[name]) for fact in facts for name in ("opened_on", "decided_on", "due_on")]
    first = min(found for found in (*named, today) if found)
    yield "all"
    for year in range(first.year, today.year + 1):
        yield f"{year}"
        yield from (f"{year}-Q{quarter}" for quarter in range(1, 5) if date(year, quarter * 3 - 2, 1) <= today)
        yield from (f"{year}-{month:02d}" for month in range(1, 13) if date(year, month, 1) <= today)


def bounds(period: str) -> tuple[date, date]:
    """Return a period's first and last day."""
    if period == "all":
        return date.min, date.max
    year = int(period[:4])
    if len(period) == 4:
        return date(year, 1, 1), date(year, 12, 31)
    last = int(period[6]) * 3 if period[5] == "Q" else int(period[5:])
    first = last - 2 if period[5] == "Q" else last
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


@cache
def parsed(text: str) -> date:
    """Return a day."""
    return date.fromisoformat(text)


def day(text: str | None) -> date | None:
    """Return a day, or None."""
    return parsed(text) if text else None


def figures_of(facts: Sequence[Raw], period: str, today: date) -> dict[str, Raw]:
    """Return all figures of a node in a period."""
    first, last = bounds(period)
    ended = [fact for fact in facts if fact["decided_on"] and first <= parsed(fact["decided_on"]) <= last]
    decided = [fact for fact in ended if fact["row"] == "counted"]
    passed = min(last, today - timedelta(days=1))
    due = [
        fact
        for fact in facts
        if fact["row"] == "counted" and fact["due_on"] and first <= parsed(fact["due_on"]) <= passed
    ]
    return {
        "on_time_rate": on_time(ended, decided),
        "due_kept_rate": _due(due),
        "promise_kept_rate": limit(decided, "promise_kept", "without_promise"),
        "law_kept_rate": limit(decided, "law_kept", "without_limit"),
        "duration": duration(decided),
        "backlog": backlog(facts, ended, first, last, today),
        "settled_at_centre_rate": settled_at_centre(decided),
        "hand_overs": per_case(decided, "hand_overs", "handed_over"),
        "visits": per_case(decided, "visits", "visited"),
    }


def settled_at_centre(decided: Sequence[Raw]) -> Raw:
    """Return how much of what centres took in was decided there, and window by window."""
    taken_in = [fact for fact in decided if fact["centre"]]
    settled = [fact for fact in taken_in if fact["settled"]]
    windows = []
    for centre, window in {(fact["centre"], fact["window"]) for fact in taken_in}:
        own = [fact for fact in taken_in if (fact["centre"], fact["window"]) == (centre, window)]
        there = sum(fact["settled"] is True for fact in own)
        passed_on = sum(fact["hand_overs"] for fact in own)
        row = {"centre": centre, "window": window, "taken_in": len(own), "settled": there, "hand_overs": passed_on}
        windows.append({**row, "only_forwards": there == 0})
    return {
        **rate(len(settled), len(taken_in)),
        "decided": len(decided),
        "forwarded": len(taken_in) - len(settled),
        "centres": len({fact["centre"] for fact in taken_in}),
        "windows": sorted(windows, key=lambda row: (-row["taken_in"], row["centre"], row["window"] or "")),
    }


def per_case(decided: Sequence[Raw], name: str, ever: str) -> Raw:
    """Return how often something happened to a case, on average."""
    times = [fact[name] for fact in decided]
    mean = round(sum(times) / len(times), 6) if times else None
    return {"value": mean, "n": len(times), "numerator": sum(times), ever: len([n for n in times if n])}


def _due(due: Sequence[Raw]) -> Raw:
    kept = sum(fact["on_time"] is True for fact in due)
    return {**rate(kept, len(due)), "due": len(due), "kept": kept, "late": len(due) - kept}


def rate(kept: int, n: int) -> Raw:
    """Return the three numbers of a rate."""
    return {"value": round(kept / n, 6) if n else None, "n": n, "numerator": kept}


def on_time(ended: Sequence[Raw], decided: Sequence[Raw]) -> Raw:
    """Return the on-time rate."""
    limited = [fact for fact in decided if fact["on_time"] is not None]
    kept = sum(fact["on_time"] for fact in limited)
    immediate = [fact for fact in ended if fact["row"] == "immediate"]
    return {
        **rate(kept, len(limited)),
        "decided": len(decided),
        "with_deadline": len(limited),
        "without_deadline": len(decided) - len(limited),
        "kept": kept,
        "rows": {
            "immediate": {
                "ended": len(immediate),
                "with_deadline": sum(fact["on_time"] is not None for fact in immediate),
                "kept": sum(fact["on_time"] is True for fact in immediate),
            },
            "withdrawn": {"ended": sum(fact["row"] == "withdrawn" for fact in ended)},
            "administrative": {"ended": sum(fact["row"] == "administrative" for fact in ended)},
        },
    }


def limit(decided: Sequence[Raw], name: str, without: str) -> Raw:
    """Return the rate against a limit."""
    limited = [fact for fact in decided if fact[name] is not None]
    kept = sum(fact[name] for fact in limited)
    return {**rate(kept, len(limited)), "decided": len(decided), without: len(decided) - len(limited)}


def duration(decided: Sequence[Raw]) -> Raw:
    """Return the durations, all of them."""
    kinds = {
        name: spread([fact[key] for fact in decided if fact[key] is not None], unit)
        for name, key, unit in (
            ("agency_clock", "agency_days", 1),
            ("gross", "gross_days", 1),
            ("gross_days", "gross_seconds", 86_400),
        )
    }
    return {
        "value": kinds["agency_clock"]["median"],
        "n": kinds["agency_clock"]["n"],
        "numerator": None,
        "decided": len(decided),
        "stopped": sum(fact["stopped"] for fact in decided),
        "extended": sum(fact["extended"] for fact in decided),
        **kinds,
    }


def spread(values: list[int], unit: int) -> Raw:
    """Return what is published of durations, if there are five."""
    n = len(values)
    if n < 5:
        return {"n": n, "median": None, "p80": None, "p90": None, "mean": None}
    low, high = sorted(values)[int(n * 0.05)], sorted(values, reverse=True)[int(n * 0.05)]
    cut = int(n * 0.05)
    middle = sorted(values)[cut : n - cut]
    winsorized = [low] * cut + middle + [high] * cut
    return {
        "n": n,
        "median": round(statistics.median(values) / unit, 4),
        "p80": round(rank(values, 80) / unit, 4),
        "p90": round(rank(values, 90) / unit, 4),
        "mean": round(sum(winsorized) / (n * unit), 4),
    }


def rank(values: list[int], per_cent: int) -> int:
    """Return the least value that so many per cent did not exceed."""
    return next(v for v in sorted(values) if 100 * sum(other <= v for other in values) >= per_cent * len(values))


def backlog(facts: Sequence[Raw], ended: Sequence[Raw], first: date, last: date, today: date) -> Raw:
    """Return what was open at the end of a period."""
    still = [
        fact
        for fact in facts
        if parsed(fact["opened_on"]) <= last and (fact["decided_on"] is None or parsed(fact["decided_on"]) > last)
    ]
    passed = min(last, today - timedelta(days=1))
    overdue = [
        fact
        for fact in still
        if fact["due_on"] and parsed(fact["due_on"]) <= passed and parsed(fact["opened_on"]) <= passed
    ]
    at = min(last, today)
    ages = [(at - parsed(fact["opened_on"])).days for fact in still]
    return {
        "value": len(still),
        "n": len(still),
        "numerator": None,
        "open": len(still),
        "overdue": len(overdue),
        "received": sum(first <= parsed(fact["opened_on"]) <= last for fact in facts),
        "ended": len(ended),
        "ages": [
            {"from_days": low, "to_days": high, "n": sum(_in_band(age, low, high) for age in ages)}
            for low, high in BANDS
        ],
    }


def _in_band(age: int, low: int, high: int | None) -> bool:
    return max(age, 0) >= low and (high is None or age <= high)


def says_something(series: str, figures: Raw) -> bool:
    """Tell whether there was anything to count."""
    if series == "backlog":
        return any(figures[name] for name in ("open", "received", "ended"))
    if series in OF_CENTRES:
        return bool(figures["n"])
    if series == "due_kept_rate":
        return bool(figures["due"])
    apart = sum(row["ended"] for row in figures["rows"].values()) if "rows" in figures else 0
    return bool(figures["decided"] or apart)
