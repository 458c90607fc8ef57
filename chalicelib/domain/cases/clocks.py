"""The decision clock of a case: when it is due, by which limit, with which stops, and what is unknown.

Source: Administrative Licensing Law art. 42 to 45; the domain text, "Clocks". The limit that counts is the promised one,
or the statutory one where nothing is promised; an instant sent by the agency stands only where the service states neither.

Invariants: only stops that the service allows stop the clock; of extensions only the first, no longer than the service
allows, and only for a limit that had not run out when it was given; the promise itself is never extended. A calendar year
without data makes the deadline unknown, never guessed. Nothing here depends on the day of asking.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.domain.cases import timers
from chalicelib.domain.cases.history import History, Pause
from chalicelib.domain.cases.records import Commitment, Finding, Registration, ServiceTerms
from chalicelib.domain.cases.stops import Notes, Step, ended, find_stops, kept, restarting, waits
from chalicelib.domain.cases.terms import Bound, bind
from chalicelib.domain.cases.timers import Ground, Timer
from chalicelib.domain.clock.calendars import WorkingCalendar, load_calendar
from chalicelib.domain.clock.deadlines import deadline, explicit_due, warn_on
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Deadline, Limit, Stop
from chalicelib.domain.instants import zone


@dataclass(frozen=True, slots=True)
class Course:
    """What a deadline is counted from. Without a `start` it begins anew when the supplement comes in."""

    start: datetime | None
    limit: Limit
    stops: tuple[Stop, ...]
    extensions: tuple[Limit, ...]
    calendar: str
    time_zone: str

    def deadline(self, today: date | None = None) -> Deadline:
        """Return the deadline; `today` serves the projection while the clock is stopped.

        Raises:
            MissingCalendarYearError, UnknownCalendarError: the calendar cannot tell.
        """
        calendar, zone_of = load_calendar(self.calendar), zone(self.time_zone)
        started: dict[str, Any] = {"started_at": self.start}
        if self.start is None:
            assert today is not None
            started = {"started_at": datetime(today.year, today.month, today.day, tzinfo=zone_of)}
        return deadline(
            limit=self.limit,
            calendar=calendar,
            stops=self.stops,
            extensions=self.extensions,
            today=today,
            time_zone=zone_of,
            **started,
        )


@dataclass(slots=True)
class CaseClock:
    """The clock of a case as its events leave it."""

    bound: Bound
    state: str = "not_started"
    started_at: datetime | None = None
    limit: Limit | None = None
    course: Course | None = None
    """What the deadline is counted from, kept while the clock is stopped, for the projection."""
    due: Deadline | None = None
    law: Deadline | None = None
    promise: Deadline | None = None
    warn_on: date | None = None
    stopped: Stop | None = None
    stops: tuple[Stop, ...] = ()
    waits: tuple[Stop, ...] = ()
    """When papers were waited for that start the limit anew."""
    acceptance: Timer | None = None
    """The limit for saying whether it is accepted, while that is waited for."""
    issue: Timer | None = None
    """The limit for handing out what was granted."""
    timers: tuple[Timer, ...] = ()
    """Every limit beside the decision's, `acceptance` and `issue` among them."""
    extended: bool = False
    unknown: str | None = None
    """The calendar year that is missing."""
    missing_years: frozenset[int] = frozenset()
    """Every calendar year that some limit of the case needs and that is missing."""
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def only_lawful(self) -> bool:
        """Whether nothing is promised beside the law's own limit."""
        commitment = self.bound.commitment
        return commitment.promised is None and commitment.statutory is not None


def bound_for(history: History, registration: Registration, terms: ServiceTerms) -> Bound:
    """Return the commitment a case is bound to by its acceptance; before that by its receipt, or registration."""
    accepted = history.accepted.at if history.accepted else None
    return bind(terms, terms.day(accepted or history.received_at or registration.registered_at))


def run_clock(
    history: History, registration: Registration, terms: ServiceTerms, besides: tuple[Stop, ...] = ()
) -> CaseClock:
    """Return the clock of a case, or of a branch; `besides` are stops that do not follow from its own events."""
    return _Run(history, registration, terms, besides).clock()


class _Run:
    """One count: the parts of it that every step needs."""

    def __init__(
        self, history: History, registration: Registration, terms: ServiceTerms, besides: tuple[Stop, ...]
    ) -> None:
        self.history, self.registration, self.terms, self.besides = history, registration, terms, besides
        self.result = CaseClock(bound_for(history, registration, terms))
        self.commitment: Commitment = self.result.bound.commitment
        accepted = history.accepted.at if history.accepted else None
        received = history.received_at or accepted
        self.base = received if self.commitment.clock_starts == "received" else accepted
        self.end = history.end.at if history.end else None
        self.anew: Sequence[Pause] = ()
        self.notes = Notes()

    def clock(self) -> CaseClock:
        """Count."""
        result = self.result
        self._explain_binding()
        result.started_at = self.base
        try:
            self.anew = restarting(self.history, self.commitment, self.terms, self.base, self.notes)
            self._find_stops()
            self._count()
        except (MissingCalendarYearError, UnknownCalendarError) as error:
            result.unknown = self.notes.unknown(error)
        result.state = self._state()
        self._compare_with_agency()
        self._count_beside()
        result.steps, result.findings = self.notes.steps, self.notes.findings
        result.missing_years = frozenset(self.notes.missing_years)
        return result

    def _explain_binding(self) -> None:
        history = self.history
        self.notes.explain(self.result.bound.explained())
        for moment, silence in (
            (history.accepted, "deemed_accepted"),
            (history.decided, "deemed_granted"),
            (history.closed, "deemed_abandoned"),
        ):
            if moment is not None and moment.event.derived:
                self.notes.explain({"code": silence, "since": self.terms.day(moment.at).isoformat()})

    # Start

    def _find_stops(self) -> None:
        result = self.result
        own = find_stops(self.history, self.commitment, self.terms, self.end, self.anew, self.notes)
        result.stops = (*own, *ended(self.besides, self.end))
        result.waits = waits(self.history, self.anew, self.end)
        result.started_at = self._start()

    def _start(self) -> datetime | None:
        """When the limit begins: on its base, or when the papers came that start it anew."""
        came = [pause.until for pause in self.anew if pause.until and (self.end is None or pause.until <= self.end)]
        if self.base is None or not came:
            return self.base
        self.notes.explain({"code": "started_anew", "since": self.terms.day(max(came)).isoformat()})
        return max(came)

    def _waiting_to_restart(self) -> Pause | None:
        if self.end is not None:
            return None
        return next((pause for pause in self.anew if pause.until is None), None)

    # Deadlines

    def _count(self) -> None:
        result, commitment = self.result, self.commitment
        result.limit = commitment.promised or commitment.statutory
        if result.limit is None:
            if self.registration.due_at is not None:
                result.due = explicit_due(self.registration.due_at, self.terms.zone)
                self._warn(result.due, load_calendar(self.terms.calendar))
            return
        if result.started_at is None:
            return
        waiting = self._waiting_to_restart()
        if waiting is not None:
            result.stopped = Stop(waiting.since, None, waiting.kind, None, waiting.expected_on)
            result.course = self._course(None, result.limit, ())
            return
        extensions = self._extensions()
        result.course = self._course(result.started_at, result.limit, self._in_time(result.limit, extensions))
        result.extended = bool(result.course.extensions)
        result.due = result.course.deadline()
        result.stopped = result.due.stopped_by
        self._warn(result.due, load_calendar(self.terms.calendar))
        if commitment.promised is not None:
            result.promise = self._course(result.started_at, commitment.promised, ()).deadline()
        if commitment.statutory is not None:
            lawful = self._in_time(commitment.statutory, extensions)
            result.extended = result.extended or bool(lawful)
            result.law = self._course(result.started_at, commitment.statutory, lawful).deadline()

    def _course(self, start: datetime | None, limit: Limit, extensions: tuple[Limit, ...]) -> Course:
        stops = self.result.stops if start is not None else ()
        return Course(start, limit, stops, extensions, self.terms.calendar, self.terms.time_zone)

    def _extensions(self) -> tuple[Limit, ...]:
        """The extension that the service allows, if one was given: once, and no longer than it may be."""
        if not self.history.extensions:
            return ()
        first, *more = self.history.extensions
        for event in more:
            self.notes.find("extended_twice", event.event_id)
        for member, code in _EXTENSION_NEEDS.items():
            if member not in first.content:
                self.notes.find(code, first.event_id)
        allowed = self.commitment.extension
        if allowed is None:
            self.notes.find("extension_not_allowed", first.event_id)
            self._not_extended(first.at)
            return ()
        sent = first.content.get("by")
        by = Limit(sent["value"], sent["unit"]) if sent else allowed
        if by.unit != allowed.unit or by.value > allowed.value:
            self.notes.find("extension_too_long", first.event_id)
            by = allowed
        return (by,)

    def _in_time(self, limit: Limit, extensions: tuple[Limit, ...]) -> tuple[Limit, ...]:
        if not extensions:
            return ()
        event = self.history.extensions[0]
        if (limit.unit == "hour") != (extensions[0].unit == "hour"):
            self.notes.find("extension_of_other_unit", event.event_id)
            return ()
        unextended = self._course(self.result.started_at, limit, ()).deadline()
        if _before(event.at, unextended, self.terms):
            return extensions
        if limit == (self.commitment.statutory or limit):
            self.notes.find("extended_too_late", event.event_id)
        self._not_extended(event.at)
        return ()

    def _not_extended(self, at: datetime) -> None:
        self.notes.explain({"code": "extension_not_counted", "since": self.terms.day(at).isoformat()})

    def _warn(self, due: Deadline, calendar: WorkingCalendar) -> None:
        due_on = due.local_due_on(self.terms.zone)
        if due_on is None:
            return
        try:
            self.result.warn_on = warn_on(due_on, calendar)
        except MissingCalendarYearError:
            self.result.warn_on = due_on  # the working day before lies in a year without data: warn on the day itself

    def _state(self) -> str:
        if self.history.over:
            return "done"
        if self.result.started_at is None:
            return "not_started"
        if self.result.stopped is not None:
            return "stopped"
        still_open = next((stop for stop in self.result.stops if stop.until is None), None)
        if still_open is not None and self.result.limit is None:
            self.result.stopped = still_open
            return "stopped"
        return "running"

    def _compare_with_agency(self) -> None:
        """A deadline that the agency sent is shown beside the computed one; a difference is a finding."""
        sent = self.registration.due_at
        if sent is None or self.result.limit is None:
            return
        self.notes.explain({"code": "agency_due_at_not_used"})
        due = self.result.due
        if due is None or (due.due_on is None and due.due_at is None):
            return
        same = due.due_at == sent if due.due_at is not None else due.due_on == self.terms.day(sent)
        if not same:
            self.notes.find("due_at_differs", "")

    # Beside the decision

    def _count_beside(self) -> None:
        """Count the limits beside the decision's."""
        result, history = self.result, self.history
        ground = Ground(result.bound, self.terms, self.notes, result.stops, result.waits)
        result.acceptance = timers.acceptance(history, ground)
        result.issue = timers.issue(history, result.due, ground)
        review = timers.first_review(history, None if self._waiting_to_restart() else result.started_at, ground)
        single = (timer for timer in (result.acceptance, review, result.issue) if timer is not None)
        result.timers = (*single, *timers.stages(history, ground), *timers.procedures(history, ground))


_EXTENSION_NEEDS = {
    "reason": "extension_without_reason",
    "approved_by": "extension_without_approval",
    "told_at": "extension_not_told",
}
"""What an extension must say (art. 42): why, who approved it, and when the applicant was told."""


def _before(at: datetime, due: Deadline, terms: ServiceTerms) -> bool:
    """Whether something happened before a deadline was over; always so while the clock is stopped."""
    return kept(at, due, terms) is not False
