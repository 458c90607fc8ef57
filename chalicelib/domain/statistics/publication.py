"""A published figure: what it is made of, and what becomes of one that was published before.

A figure is *open* while its period runs, *provisional* until nothing has changed for 24 hours and a whole day lies between
it and the period's end, then *settled*. Only a change of a settled figure is a revision: it is numbered, dated and says why,
and it never replaces a figure silently. A figure that did not change keeps its bytes, its calendar and its dates: the seals
that go into the register (`seals.py`) rest on that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.instants import in_zone
from chalicelib.domain.statistics.definitions import BY_SERIES, definition_url
from chalicelib.domain.statistics.periods import shifted, wider
from chalicelib.domain.statistics.scopes import Figures, Scope
from chalicelib.domain.statistics.suppression import AGENCY, JURISDICTION, SERVICE, Node

Body = dict[str, Any]
SETTLES_AFTER = timedelta(hours=24)
OPEN, PROVISIONAL, SETTLED = "open", "provisional", "settled"
_PLACE = ("series", "period", "cell", "jurisdiction")
_HISTORY = (
    "status",
    "computed_through",
    "first_published_at",
    "changed_at",
    "settled_at",
    "revision",
    "revised_at",
    "revised_because",
)
_NOT_FIGURES = frozenset((*_PLACE, *_HISTORY, "definition", "calendar", "register_index", "links"))


@dataclass(frozen=True, slots=True)
class Setting:
    """What publishing must know beside the figures."""

    jurisdiction: str
    calendar: str | None
    """Version of the jurisdiction's calendar of working days."""
    base_path: str
    time_zone: str
    """Zone of the deployment, in which instants are written."""
    now: datetime


def publish(series: str, node: Node, scope: Scope, figures: Figures, before: Body | None, setting: Setting) -> Body:
    """Return the figure as it is published now, after what was published before."""
    same = before is not None and figures_of(before) == figures
    definition = BY_SERIES[series]
    kept = before if same and before is not None and not scope.is_open else None
    return {
        "series": series,
        "period": scope.period,
        "cell": {node.level: node.id},
        "jurisdiction": setting.jurisdiction,
        **figures,
        "definition": kept["definition"]
        if kept
        else {"id": definition.id, "url": definition_url(setting.base_path, series)},
        "calendar": kept["calendar"] if kept else setting.calendar,
        "register_index": None,
        **_history(series, scope, before, same, setting, figures),
        "links": _links(series, node, scope.period, setting.base_path),
    }


def figures_of(body: Body) -> Figures:
    """Return what is counted in a published figure, without its place and its history."""
    return {name: value for name, value in body.items() if name not in _NOT_FIGURES}


def _history(
    series: str, scope: Scope, before: Body | None, same: bool, setting: Setting, figures: Figures
) -> dict[str, Any]:
    now = in_zone(setting.now, setting.time_zone)
    found: dict[str, Any] = {
        "status": OPEN,
        "computed_through": scope.last_whole if series == "due_kept_rate" else scope.last,
        "first_published_at": now,
        "changed_at": now,
        "settled_at": None,
        "revision": 0,
        "revised_at": None,
        "revised_because": None,
    }
    if before is not None:
        found |= {name: before[name] for name in _HISTORY[2:] if same or name != "changed_at"}
        if not same and before["settled_at"] is not None:
            why = reason(before, figures, setting.calendar)
            found |= {"revision": before["revision"] + 1, "revised_at": now, "revised_because": why}
    if not scope.is_open:
        if same and found["settled_at"] is None and _is_quiet(scope, found["changed_at"], setting.now):
            found["settled_at"] = now
        found["status"] = SETTLED if found["settled_at"] else PROVISIONAL
    return found


def _is_quiet(scope: Scope, changed_at: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(changed_at) >= SETTLES_AFTER and shifted(scope.last, 2) <= scope.today


def reason(before: Body, figures: Figures, calendar: str | None) -> str:
    """Return why a settled figure is other than before, as a code."""
    if ("merged_into" in before) != ("merged_into" in figures) and before["n"] == figures["n"]:
        return "suppression"
    if before["definition"]["id"] != BY_SERIES[before["series"]].id:
        return "definition"
    return "calendar" if before["calendar"] != calendar else "late_events"


def revised(before: Mapping[str, Body], after: Mapping[str, Body]) -> list[Body]:
    """Return the figures, by period, of which a settled version was published before and has changed."""
    return [
        body for period, body in after.items() if period in before and body["revision"] > before[period]["revision"]
    ]


def _links(series: str, node: Node, period: str, base_path: str) -> dict[str, str]:
    def link(name: str) -> str:
        return f"{base_path}/v1/statistics/{name}?period={period}&{node.level}={node.id}"

    return {"self": link(series), **{name: link(name) for name in BY_SERIES[series].beside}}


def merged_into(node: Node, period: str, jurisdiction: str, agency: str | None) -> dict[str, str]:
    """Return the cell into which durations of too few cases are merged: the level above, or the wider period."""
    if node.level == JURISDICTION:
        return {JURISDICTION: jurisdiction, "period": wider(period)}
    if node.level == SERVICE and agency is not None:
        return {AGENCY: agency, "period": period}
    return {JURISDICTION: jurisdiction, "period": period}
