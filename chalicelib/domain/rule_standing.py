"""What time does to a rule: from when to when it is in force, and what it is called at an instant.

A rule lapses by itself. No act says so and no stored byte changes: the fold computes the two instants, and whoever reads
compares them with now. A day begins and ends at midnight in the zone of the rule's jurisdiction.
"""

import json
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.instants import from_key, to_key, zone

UPCOMING, IN_FORCE, LAPSED = "upcoming", "in_force", "lapsed"
PUBLISHED, SUPERSEDED, REPEALED, WITHDRAWN = "published", "superseded", "repealed", "withdrawn"
STAGES = (PUBLISHED, SUPERSEDED, REPEALED, WITHDRAWN)
LAST_DAY = "2999-12-31"
"""The last day that a rule may name, and so the last that follows from one."""
_FILE = Path(__file__).parent / "data" / "rules.json"


def begins_at(day: str, time_zone: str) -> str:
    """Return the instant (UTC text) at which a day begins."""
    return to_key(datetime.combine(date.fromisoformat(day), time(), zone(time_zone)))


def months_after(day: str, months: int) -> str:
    """Return the day some months later; the last of its month where that month is shorter, and none beyond the last."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return min(LAST_DAY, date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat())


@cache
def months_between_reviews(rule_kind: str, calendar: str) -> int | None:
    """Return how often a kind of rule is reviewed by the law of a calendar; None: only as the rule itself says."""
    terms: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["review_every"]
    wanted = (term for term in terms if (term["rule_kind"], term["calendar"]) == (rule_kind, calendar))
    return next((int(term["months"]) for term in wanted), None)


def standing(rule: Mapping[str, Any], now: datetime) -> str:
    """Return what a rule, or its summary, is at an instant: its `stage`, and `in_force_from` and `in_force_until` as told."""
    stage, until = str(rule["stage"]), rule.get("in_force_until")
    if stage in (WITHDRAWN, "erased"):
        return stage
    if until is not None and from_key(until) <= now:
        return LAPSED if stage == PUBLISHED else stage
    return UPCOMING if now < from_key(rule["in_force_from"]) else IN_FORCE
