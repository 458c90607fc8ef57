"""How long cases of a service took of late, as published: shown to the holder of an open case beside the promise.

It is measured, never promised, and never put in a promise's place: the figure of the newest period that has ended, on the
agency's clock, which is the one the promise is counted on. Of too few cases nothing is said, nor where it is withheld.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.statistics.periods import first_day, last_day
from chalicelib.domain.statistics.publication import OPEN
from chalicelib.domain.statistics.suppression import FEWEST

SERIES = "duration"
CLOCK = "agency_clock"
Estimate = dict[str, Any]


def estimate_of(figures: Iterable[Mapping[str, Any]]) -> Estimate | None:
    """Return the estimate from a service's published durations; of periods that end together the shortest counts."""
    fit = [figure for figure in figures if _fits(figure)]
    if not fit:
        return None
    newest = max(fit, key=lambda figure: (last_day(figure["period"]), first_day(figure["period"])))
    told = {name: newest[CLOCK][name] for name in ("median", "p80", "n")}
    return {**told, "unit": "working_day", "period": newest["period"], "measured": CLOCK}


def _fits(figure: Mapping[str, Any]) -> bool:
    spread = figure[CLOCK]
    counted = figure["status"] != OPEN and "merged_into" not in figure
    return counted and spread["n"] >= FEWEST and spread["median"] is not None and spread["p80"] is not None
