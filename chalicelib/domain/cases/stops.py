"""What stops the clock of a case: only what the service allows, for as long as it lasted.

Source: Administrative Licensing Law art. 45 (special procedures are not counted), art. 32 (supplement). A pause that the
service does not allow is a finding and stops nothing. What is still open when the case ends, ends with it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.cases.history import History, Pause
from chalicelib.domain.cases.records import Commitment, Finding, ServiceTerms
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.deadlines import due_date
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Limit, Stop

Step = dict[str, Any]
"""A step of the explanation that is the case's own, not the clock's: a code with what its sentence needs."""


@dataclass(slots=True)
class Notes:
    """What a count has to say beside its result, each thing once."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def explain(self, step: Step) -> None:
        """Add a step of the explanation."""
        if step not in self.steps:
            self.steps.append(step)

    def find(self, code: str, event_id: str = "") -> None:
        """Add a finding."""
        if Finding(code, event_id) not in self.findings:
            self.findings.append(Finding(code, event_id))


def find_stops(
    history: History, commitment: Commitment, terms: ServiceTerms, end: datetime | None, notes: Notes
) -> tuple[Stop, ...]:
    """Return the stops of a case that ended at `end`, or is still open."""
    stops = []
    for pause in history.pauses:
        if pause.kind in commitment.special_procedures:
            basis = commitment.special_procedures[pause.kind]
            stops += _stop(pause, basis, _told_until(pause, terms), end)
        else:
            notes.find("stop_not_allowed", pause.event.event_id)
            since = terms.day(pause.since).isoformat()
            notes.explain({"code": "stop_not_counted", "since": since, "what": pause.kind})
    for pause in history.supplements:
        if commitment.supplement == "before_acceptance":
            if history.accepted and pause.since > history.accepted.at:
                notes.find("supplement_after_acceptance", pause.event.event_id)
        elif commitment.supplement == "pause" or (pause.until is None and end is not None):
            stops += _stop(pause, None, expected_on(pause), end)
    return tuple(stops)


def expected_on(pause: Pause) -> date | None:
    """Return the day by which the papers were asked for."""
    told = pause.event.content.get("due_on")
    return date.fromisoformat(told) if told else None


def _stop(pause: Pause, basis: str | None, expected: date | datetime | None, end: datetime | None) -> list[Stop]:
    if end is not None and pause.since > end:
        return []
    until = pause.until if end is None else min(pause.until or end, end)
    return [Stop(pause.since, until, pause.kind, basis, expected if until is None else None)]


def _told_until(pause: Pause, terms: ServiceTerms) -> date | datetime | None:
    """Return when a procedure was to end; None if nothing was told, or it cannot be laid on the calendar yet."""
    told = pause.event.content.get("told")
    if told is None:
        return None
    limit = Limit(told["value"], told["unit"])
    if limit.unit == "hour":
        return pause.since + timedelta(hours=limit.value)
    try:
        return due_date(terms.day(pause.since), limit, (), (), load_calendar(terms.calendar))
    except (MissingCalendarYearError, UnknownCalendarError):
        return None
