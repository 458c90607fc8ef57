"""Checking a file of deadlines made elsewhere against this clock, for `glasshall deadlines check FILE`.

The file is a JSON list of objects. Each has an `id`, the `limit {value, unit}`, the `due_on` that was counted elsewhere, and
what its `clock` is counted from:

    decision      `accepted_on`, `pauses [{from, until, kind}]` with [from, until) and `until: null` for an open pause,
                  `extensions [{value, unit}]`. A vector that names no clock is one of these
    acceptance    `received_on`, `requests [{asked_on, received_on}]` for missing papers, `received_on: null` for none yet: a
                  request within the limit is an answer, and its papers begin the limit anew
    restart       `received_on`, `request_limit`, `requests`, `pauses`, `extensions`: the first request, if made within its own
                  limit, begins the limit anew when its papers come
    issue         `decided_on`, and `promised_due_on` where a promise covers the issue: what is earlier counts

While papers are waited for there is no date. In this file format an open pause always gives `due_on: null`, even one that
began after the limit was used up; the clock itself gives the date there, since a stop cannot undo a deadline that has passed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

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
    due = _CLOCKS[vector.get("clock", "decision")](vector, calendar)
    return None if due is None else due.isoformat()


def _decision(vector: Mapping[str, Any], calendar: WorkingCalendar) -> date | None:
    return _with_pauses(date.fromisoformat(vector["accepted_on"]), vector, calendar)


def _acceptance(vector: Mapping[str, Any], calendar: WorkingCalendar) -> date | None:
    since, limit = date.fromisoformat(vector["received_on"]), _limit(vector["limit"])
    for request in vector["requests"]:
        if not _asked_in_time(request, since, limit, calendar):
            break
        if request["received_on"] is None:
            return None
        since = date.fromisoformat(request["received_on"])
    return due_date(since, limit, (), (), calendar)


def _restart(vector: Mapping[str, Any], calendar: WorkingCalendar) -> date | None:
    since, within = date.fromisoformat(vector["received_on"]), _limit(vector["request_limit"])
    request = next((each for each in vector["requests"] if _asked_in_time(each, since, within, calendar)), None)
    if request is None:
        return _with_pauses(since, vector, calendar)
    if request["received_on"] is None:
        return None
    return _with_pauses(date.fromisoformat(request["received_on"]), vector, calendar)


def _issue(vector: Mapping[str, Any], calendar: WorkingCalendar) -> date | None:
    due = due_date(date.fromisoformat(vector["decided_on"]), _limit(vector["limit"]), (), (), calendar)
    promised = vector.get("promised_due_on")
    return due if promised is None or due is None else min(due, date.fromisoformat(promised))


_CLOCKS: Final[dict[str, Callable[[Mapping[str, Any], WorkingCalendar], date | None]]] = {
    "decision": _decision,
    "acceptance": _acceptance,
    "restart": _restart,
    "issue": _issue,
}


def _with_pauses(since: date, vector: Mapping[str, Any], calendar: WorkingCalendar) -> date | None:
    stops = [_stop(pause) for pause in vector["pauses"]]
    extensions = [_limit(extension) for extension in vector["extensions"]]
    due = due_date(since, _limit(vector["limit"]), stops, extensions, calendar)
    return None if any(stop.until is None for stop in stops) else due


def _asked_in_time(request: Mapping[str, Any], since: date, within: Limit, calendar: WorkingCalendar) -> bool:
    last = due_date(since, within, (), (), calendar)
    return last is not None and date.fromisoformat(request["asked_on"]) <= last


def _limit(limit: Mapping[str, Any]) -> Limit:
    return Limit(limit["value"], limit["unit"])


def _stop(pause: Mapping[str, Any]) -> Stop:
    until = pause["until"]
    return Stop(
        date.fromisoformat(pause["from"]), None if until is None else date.fromisoformat(until), pause.get("kind", "")
    )
