"""The figures of disclosure (公开): what public records come to in a period, series by series, from a ledger, on one day.

Source: the domain text, section 5. What was there stands as it was at the end of the period, or today while it runs; what
happened is what happened in it. Everything counted here is public, so nothing is withheld however few there are.
"""

from array import array
from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.domain.codes import code_list
from chalicelib.domain.completeness import FACETS
from chalicelib.domain.statistics.ledgers import Ledger
from chalicelib.domain.statistics.periods import (
    covering,
    day_before,
    first_day,
    last_day,
    month_of,
    months_between,
    order,
)
from chalicelib.domain.statistics.scopes import Figures, Scope, rated
from chalicelib.domain.statistics.spreads import Spread, summary


def _count(n: int) -> Figures:
    return {"value": n, "n": n, "numerator": None}


def disclosure_breadth(scope: Scope) -> Figures:
    """Mandatory categories with a live item / all, at the end of the period."""
    mandatory, live = scope.there("mandatory"), scope.there("live")
    return {**rated(live, mandatory), "mandatory": mandatory, "live": live, "missing": mandatory - live}


def disclosure_depth(scope: Scope) -> Figures:
    """Facets filled / all, over the services that are offered at the end of the period."""
    services = scope.there("services")
    return {
        **rated(scope.there("filled"), services * len(FACETS)),
        "services": services,
        "complete": scope.there("complete"),
    }


def disclosure_timeliness(scope: Scope) -> Figures:
    """Disclosed in the period within the days of their category / all whose days can be counted."""
    taken = {int(days): scope.happened(name) for days, name in scope.coded("took/").items()}
    spread: Spread = array("q", (days for days, n in sorted(taken.items()) for _ in range(n)))
    found = summary(spread)
    names = ("disclosed", "without_formed_on", "taken_over", "uncounted")
    return {
        **rated(scope.happened("in_time"), found.n),
        **{name: scope.happened(name) for name in names},
        "standing": scope.there("standing"),
        "working_days": {name: value for name, value in found._asdict().items() if name != "n"},
    }


def consultation(scope: Scope) -> Figures:
    """Disclosed in the period after opinions were heard / all on which they had to be; and what was answered in time."""
    passed = scope.last_whole
    due, kept = (scope.happened(name, passed) for name in ("responses_due", "responses_in_time"))
    return {
        **rated(scope.happened("consulted"), scope.happened("must_consult")),
        **{name: scope.happened(name) for name in ("rounds", "comments", "comments_shown")},
        "responses_due": due,
        "responses_in_time": kept,
        "responses_late": due - kept,
    }


RULE_KINDS = tuple(entry["code"] for entry in code_list("rule_kind").codes)
RULE_AREAS = tuple(entry["code"] for entry in code_list("rule_area").codes)
OUT = ("repealed", "superseded", "lapsed", "withdrawn")


def rules(scope: Scope) -> Figures:
    """Rules in force at the end of the period, by kind and by area; what was made, ended, reviewed and reported on in it."""
    areas = {area: scope.there(f"in_force/area/{area}") for area in RULE_AREAS}
    return {
        **_count(scope.there("in_force")),
        "kinds": {kind: _of_kind(scope, kind) for kind in RULE_KINDS},
        "review_overdue": scope.there("review_overdue"),
        "reviewed": scope.happened("reviewed"),
        "executed": scope.happened("executed"),
        "areas": areas,
        "gaps": sum(n == 0 for n in areas.values()),
    }


def _of_kind(scope: Scope, kind: str) -> Figures:
    return {
        "in_force": scope.there(f"in_force/kind/{kind}"),
        "made": scope.happened(f"made/{kind}"),
        **{ended: scope.happened(f"out/{ended}/{kind}") for ended in OUT},
    }


def cards(scope: Scope) -> Figures:
    """Cards answered in time / all whose last day for an answer fell in the period; raised, reddened, ended, standing."""
    passed = scope.last_whole
    due, kept = (scope.happened(name, passed) for name in ("answers_due", "answers_in_time"))
    return {
        **rated(kept, due),
        "yellow": scope.happened("raised/yellow"),
        "red": scope.happened("raised/red"),
        "reddened": scope.happened("reddened"),
        "closed": scope.happened("cards_ended/closed"),
        "lifted": scope.happened("cards_ended/lifted"),
        "standing": scope.there("cards"),
        "standing_red": scope.there("cards_red"),
    }


ENDINGS = tuple(entry["code"] for name in ("outcome", "closing") for entry in code_list(name).codes)


def disclosure_requests(scope: Scope) -> Figures:
    """Requests for disclosure received in the period; carried over from before, ended by outcome, carried on."""
    ended = {code: scope.happened(f"ended/{code}", last_day(scope.period)) for code in ENDINGS}
    return {
        **_count(scope.happened("received")),
        "carried_over": scope.there("requests", day_before(first_day(scope.period))),
        "ended": sum(ended.values()),
        "endings": ended,
        "open": scope.there("requests"),
    }


RECORD_SERIES: dict[str, Callable[[Scope], Figures]] = {
    function.__name__: function
    for function in (
        disclosure_breadth,
        disclosure_depth,
        disclosure_timeliness,
        consultation,
        rules,
        cards,
        disclosure_requests,
    )
}
_NOTHING = ("gaps",)
"""Numbers that are there where nothing is."""
_FIRST = {"disclosure_requests": "received"}
"""The name in the ledger with whose first day a series begins; the others begin with the first record that was known."""


def any_count(figures: Figures) -> bool:
    """Tell whether there was anything to count."""
    return any(_counts(figures))


def _counts(figures: Figures) -> Iterator[Any]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _counts(value)
        elif name not in _NOTHING:
            yield value


def ledger_periods(series: str, ledger: Ledger, since: str, today: str) -> list[str]:
    """Return the periods of a series that may say something and end on a day or after it, in their order."""
    days = ledger.get(_FIRST.get(series, "known"), {})
    first = min((day for day in days if day <= today), default=None)
    if first is None:
        return []
    found = {period for month in months_between(month_of(first), month_of(today)) for period in covering(month)}
    return sorted((period for period in found if last_day(period) >= since), key=order)
