"""What stops the clock of a case, and what starts it anew: only what the service allows, for as long as it lasted.

Source: Administrative Licensing Law art. 45 (special procedures are not counted), art. 32 (supplement); Regulations on Open
Government Information (2019) art. 30 (a supplement is asked for once, within seven working days, and starts the limit
anew). A pause that the service does not allow is a finding and stops nothing. What is still open when the case ends, ends
with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.cases.history import History, Pause
from chalicelib.domain.cases.records import Commitment, Finding, ServiceTerms
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.deadlines import deadline, due_date
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Deadline, Limit, Stop

Step = dict[str, Any]
"""A step of the explanation that is the case's own, not the clock's: a code with what its sentence needs."""


@dataclass(slots=True)
class Notes:
    """What a count has to say beside its result, each thing once."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    missing_years: set[int] = field(default_factory=set)

    def explain(self, step: Step) -> None:
        """Add a step of the explanation."""
        if step not in self.steps:
            self.steps.append(step)

    def find(self, code: str, event_id: str = "") -> None:
        """Add a finding."""
        if Finding(code, event_id) not in self.findings:
            self.findings.append(Finding(code, event_id))

    def found(self, other: "Notes") -> None:
        """Take over what another count found, but not its steps."""
        self.missing_years |= other.missing_years
        for finding in other.findings:
            self.find(finding.code, finding.event_id)

    def unknown(self, error: MissingCalendarYearError | UnknownCalendarError) -> str:
        """Say that the calendar cannot tell, and return which calendar and year."""
        if isinstance(error, UnknownCalendarError):
            code, what = "calendar_unknown", error.name
        else:
            code, what = "calendar_year_missing", f"{error.calendar} {error.year}"
            self.missing_years.add(error.year)
        self.explain({"code": code, "what": what})
        self.find(code)
        return what


def count(
    limit: Limit, since: datetime, terms: ServiceTerms, stops: Sequence[Stop] = (), extensions: Sequence[Limit] = ()
) -> Deadline:
    """Return the deadline of a limit that runs from an instant.

    Raises:
        MissingCalendarYearError, UnknownCalendarError: the calendar cannot tell.
    """
    return deadline(
        limit=limit,
        calendar=load_calendar(terms.calendar),
        started_at=since,
        stops=stops,
        extensions=extensions,
        time_zone=terms.zone,
    )


def kept(at: datetime, due: Deadline | None, terms: ServiceTerms) -> bool | None:
    """Return whether something was done in time: on the day or before it, or by the instant; None without a deadline."""
    if due is None:
        return None
    if due.due_at is not None:
        return at <= due.due_at
    return None if due.due_on is None else terms.day(at) <= due.due_on


def in_time(pause: Pause, since: datetime, commitment: Commitment, terms: ServiceTerms) -> bool:
    """Return whether papers were asked for within the limit that the service sets for asking, if it sets one.

    Raises:
        MissingCalendarYearError, UnknownCalendarError: the calendar cannot tell.
    """
    limit = commitment.supplement_request
    if limit is None:
        return True
    try:
        return kept(pause.since, count(limit, since, terms), terms) is not False
    except MissingCalendarYearError as missing:
        if terms.day(pause.since).year < missing.year:
            return True  # a limit that needs a year does not end before that year
        raise


def restarting(
    history: History, commitment: Commitment, terms: ServiceTerms, base: datetime | None, notes: Notes
) -> tuple[Pause, ...]:
    """Return the requests for papers that start the limit anew: made in time and, where a time is set for it, once.

    Raises:
        MissingCalendarYearError, UnknownCalendarError: the calendar cannot tell.
    """
    if commitment.supplement != "restart" or base is None:
        return ()
    found: list[Pause] = []
    for pause in history.supplements:
        if pause.until is not None and pause.until <= base:
            continue  # settled before the limit began
        late = not in_time(pause, base, commitment, terms)
        if late:
            notes.find("supplement_asked_too_late", pause.event.event_id)
        if late or (found and commitment.supplement_request is not None):
            notes.explain({"code": "supplement_not_counted", "since": terms.day(pause.since).isoformat()})
            continue
        found.append(pause)
    return tuple(found)


def find_stops(
    history: History,
    commitment: Commitment,
    terms: ServiceTerms,
    end: datetime | None,
    anew: Sequence[Pause],
    notes: Notes,
) -> tuple[Stop, ...]:
    """Return the stops of a case that ended at `end`, or is still open; `anew` are the requests that start it anew."""
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
            _note_request(history, pause, notes)
        elif commitment.supplement == "pause" or (pause in anew and pause.until is None and end is not None):
            stops += _stop(pause, None, pause.expected_on, end)
    return tuple(stops)


def ended(stops: Iterable[Stop], end: datetime | None) -> tuple[Stop, ...]:
    """Return instants' stops as they are where what they stop ended at `end`: none lasts longer, none begins later."""
    if end is None:
        return tuple(stops)
    lasting = (stop for stop in stops if stop.since <= end)
    return tuple(
        stop if stop.until is not None and stop.until <= end else replace(stop, until=end, expected_until=None)
        for stop in lasting
    )


def _note_request(history: History, pause: Pause, notes: Notes) -> None:
    """Say what is wrong with asking for papers only after the case was accepted, be it by silence."""
    if pause not in before_acceptance(history):
        late = history.silent_from is not None
        notes.find("answer_after_silence" if late else "supplement_after_acceptance", pause.event.event_id)


def before_acceptance(history: History) -> list[Pause]:
    """Return the requests for papers that were made before the case was accepted, or silence had accepted it."""
    if history.silent_from is not None:
        return [pause for pause in history.supplements if pause.since < history.silent_from]
    accepted = history.accepted.at if history.accepted else None
    return [pause for pause in history.supplements if accepted is None or pause.since <= accepted]


def waits(history: History, anew: Sequence[Pause], end: datetime | None) -> tuple[Stop, ...]:
    """Return the times in which papers were waited for that start the limit anew, or before acceptance.

    They move no deadline of the case. But no stage runs meanwhile, and they are none of the agency's days.
    """
    early = before_acceptance(history)
    found = (pause for pause in history.supplements if pause in anew or pause in early)
    return tuple(stop for pause in found for stop in _stop(pause, None, pause.expected_on, end))


def _stop(pause: Pause, basis: str | None, expected: date | datetime | None, end: datetime | None) -> list[Stop]:
    if end is not None and pause.since > end:
        return []
    until = pause.until if end is None else min(pause.until or end, end)
    return [Stop(pause.since, until, pause.kind, basis, expected if until is None else None)]


def told(pause: Pause) -> Limit | None:
    """Return how long the applicant was told that a procedure would take."""
    sent = pause.event.content.get("told")
    return Limit(sent["value"], sent["unit"]) if sent else None


def _told_until(pause: Pause, terms: ServiceTerms) -> date | datetime | None:
    """Return when a procedure was to end; None if nothing was told, or it cannot be laid on the calendar yet."""
    limit = told(pause)
    if limit is None:
        return None
    if limit.unit == "hour":
        return pause.since + timedelta(hours=limit.value)
    try:
        return due_date(terms.day(pause.since), limit, (), (), load_calendar(terms.calendar))
    except (MissingCalendarYearError, UnknownCalendarError):
        return None
