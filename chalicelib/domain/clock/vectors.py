"""Checking a file of deadlines made elsewhere against this clock, for `glasshall deadlines check FILE`.

The file is a JSON list of objects: `id`, `accepted_on`, `limit {value, unit}`, `pauses [{from, until, kind}]` with [from, until) and `until: null` for
an open pause, `extensions [{value, unit}]`, `due_on`. In this file format an open pause always gives `due_on: null`, even one that began after
the limit was used up; the clock itself gives the date there, since a stop cannot undo a deadline that has passed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from .calendars import WorkingCalendar
from .deadlines import due_date
from .errors import ClockError
from .records import Limit, Stop


class Failure(NamedTuple):
    """A vector that did not come out: what the file says, what the clock says, or why it could say nothing."""

    id: str
    expected: str | None
    computed: str | None
    reason: str


class Checked(NamedTuple):
    """How many vectors came out, and those that did not."""

    passed: int
    failures: tuple[Failure, ...]


def check(vectors: Iterable[Mapping[str, Any]], calendar: WorkingCalendar) -> Checked:
    """Count every vector again. A vector that cannot be read or counted is a failure with its reason, not an exception."""
    outcomes = [_check_one(vector, calendar) for vector in vectors]
    failures = tuple(outcome for outcome in outcomes if outcome is not None)
    return Checked(len(outcomes) - len(failures), failures)


def _check_one(vector: Mapping[str, Any], calendar: WorkingCalendar) -> Failure | None:
    try:
        expected, computed = vector["due_on"], _count(vector, calendar)
    except (AttributeError, ClockError, KeyError, TypeError, ValueError) as broken:
        return Failure(_name(vector), None, None, f"{type(broken).__name__}: {broken}")
    return None if computed == expected else Failure(_name(vector), expected, computed, "another date")


def _name(vector: object) -> str:
    return str(vector.get("id", "?")) if isinstance(vector, Mapping) else "?"


def _count(vector: Mapping[str, Any], calendar: WorkingCalendar) -> str | None:
    limit = Limit(vector["limit"]["value"], vector["limit"]["unit"])
    extensions = [Limit(extension["value"], extension["unit"]) for extension in vector["extensions"]]
    stops = [_stop(pause) for pause in vector["pauses"]]
    due = due_date(date.fromisoformat(vector["accepted_on"]), limit, stops, extensions, calendar)
    return None if due is None or any(stop.until is None for stop in stops) else due.isoformat()


def _stop(pause: Mapping[str, Any]) -> Stop:
    until = pause["until"]
    return Stop(
        date.fromisoformat(pause["from"]), None if until is None else date.fromisoformat(until), pause.get("kind", "")
    )
