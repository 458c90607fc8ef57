"""The catalogue of an agency: everything it holds publicly as small items under names, in one partition.

    plans, fees ...   a live disclosure of that category: when it was formed and disclosed
    service           a service that is offered: which facets and display items it lacks
    +duty             a card of a duty that is not done
    +series           a live disclosure of a series: when the next is due
    -kept             a text that is not open: its ground, and of it nothing is told but the count

Names that begin with a sign are no categories. The clock sums a catalogue up each day, and when the register has changed it.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.domain.records import Holding

OVERDUE, SERIES = "+duty", "+series"
KEPT = "-kept"
SERVICE = "service"


def series_ahead(holdings: "Iterable[Holding]") -> dict[str, str]:
    """Return the day by which the next of each series is due: as its newest live disclosure says, if it says one."""
    newest: dict[str, tuple[str, str, str]] = {}
    for holding in holdings:
        if holding.name == SERIES:
            series, due_on = str(holding.members["series"]), str(holding.members.get("next_due_on", ""))
            shown = str(holding.members["disclosed_at"]), holding.ref.record_id, due_on
            newest[series] = max(newest.get(series, ("", "", "")), shown)
    return {series: due_on for series, (_, _, due_on) in sorted(newest.items()) if due_on}


def series_of(schedule: Mapping[str, Any] | None, disclosed_at: str) -> dict[str, dict[str, str | int]]:
    """Return what a disclosure of a series puts into the catalogue; the last of a series has no next."""
    if schedule is None:
        return {}
    ahead = {} if schedule.get("last") else {"next_due_on": schedule.get("next_due_on")}
    return {
        SERIES: {
            "series": schedule["series"],
            "disclosed_at": disclosed_at,
            **{name: day for name, day in ahead.items() if day},
        }
    }
