"""What saying nothing brings about (默示), found by the clock itself: acceptance, abandonment, a grant.

    acceptance    the agency did not accept, refuse, or ask for papers in time: accepted as of the receipt
                  (Administrative Licensing Law art. 32)
    abandonment   papers that start the limit anew did not come by the day set: closed as abandoned
                  (Regulations on Open Government Information, 2019, art. 30)
    a grant       the service says `overdue_means: granted` and its limit was passed; in joint handling the limit of the whole

Each is an event that nobody sent: it has no id, is derived anew with each fold, and is never stored. It happens at a turn,
and only once that has passed; before, the turn is noted, so that the case is looked at again then. An event at the very
instant of a turn comes too late for it.

Invariant: whether something is silence depends on the events before it, never on those after.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.card_marks import Turn
from chalicelib.domain.cases.clocks import CaseClock, bound_for, run_clock
from chalicelib.domain.cases.history import Entry, History, Moment
from chalicelib.domain.cases.records import CaseEvent, Commitment, Finding, Registration, ServiceTerms
from chalicelib.domain.cases.stops import Notes, count, restarting
from chalicelib.domain.cases.timers import waiting_for_acceptance
from chalicelib.domain.cases.turns import NO_CARD, YELLOW, due_text, first_instant, passes_at
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Deadline
from chalicelib.domain.instants import to_key


class Silence(NamedTuple):
    """What silence amounts to: from which turn on, as of when, as which event."""

    turn: Turn
    since: datetime
    event: CaseEvent
    timeline: str


class Listener:
    """Listens for silence along the walk over one case's events."""

    def __init__(self, registration: Registration, terms: ServiceTerms, now: datetime) -> None:
        self._registration, self._terms, self._now = registration, terms, now
        self._heard = datetime.min.replace(tzinfo=UTC)
        """Up to when all is worked in: nothing that silence brings comes before."""

    def listen(self, history: History, until: datetime | None) -> None:
        """Work in what silence has brought up to an instant, or up to now; note what it would bring later."""
        self._work_in(history, until)
        self._heard = until or self._heard

    def _work_in(self, history: History, until: datetime | None) -> None:
        while (found := self._next(history, until)) is not None:
            if until is not None and found.turn.at > until:
                return
            if found.turn not in history.lapses:
                history.lapses.append(found.turn)
            if found.turn.at > self._now:
                return
            self._heard = found.turn.at
            _let_happen(history, found)

    def _next(self, history: History, until: datetime | None) -> Silence | None:
        """Return what silence would bring first, as things stand."""
        commitment = bound_for(history, self._registration, self._terms).commitment
        found = []
        for rule in (self._acceptance, self._abandonment, self._grant):
            try:
                silence = rule(history, commitment)
            except (MissingCalendarYearError, UnknownCalendarError) as error:
                self._cannot_tell(history, until, error)
            else:
                found += [silence] if silence else []
        return min(found, key=lambda silence: silence.turn.at, default=None)

    def _cannot_tell(
        self, history: History, until: datetime | None, error: MissingCalendarYearError | UnknownCalendarError
    ) -> None:
        """Say that a year is missing, unless what would need it comes before that year has begun."""
        if isinstance(error, UnknownCalendarError):
            history.findings.append(Finding("calendar_unknown"))
        elif until is None or until >= first_instant(date(error.year, 1, 1), self._terms):
            history.missing_years.add(error.year)
            history.findings.append(Finding("calendar_year_missing"))

    def _acceptance(self, history: History, commitment: Commitment) -> Silence | None:
        limit = commitment.acceptance
        if limit is None or history.accepted or history.over:
            return None
        waiting = waiting_for_acceptance(history, commitment, self._terms)
        if waiting is None or waiting.papers:
            return None
        due = count(limit, waiting.since, self._terms)
        turn = _turn(due, "acceptance_limit", YELLOW, self._terms)
        if turn is None:
            return None
        return Silence(turn, waiting.since, self._event("accepted", waiting.since, deemed=True), "accepted_deemed")

    def _abandonment(self, history: History, commitment: Commitment) -> Silence | None:
        if history.over:
            return None
        accepted = history.accepted.at if history.accepted else None
        base = (history.received_at or accepted) if commitment.clock_starts == "received" else accepted
        for pause in restarting(history, commitment, self._terms, base, Notes()):
            asked_before = history.reopened_at is not None and pause.since < history.reopened_at
            if pause.until is None and pause.expected_on is not None and not asked_before:
                turn = _turn(Deadline(due_on=pause.expected_on), "supplement_due", NO_CARD, self._terms)
                assert turn is not None
                event = self._event("closed", turn.at, **{"as": "abandoned"})
                return Silence(turn, turn.at, event, "closed_abandoned_deemed")
        return None

    def _grant(self, history: History, commitment: Commitment) -> Silence | None:
        by_silence = commitment.overdue_means == "granted"
        waiting = any(pause.until is None for pause in history.supplements)
        if not by_silence or history.over or waiting:
            return None
        clock = self._clock_of(history, commitment)
        turn = _turn(clock.law or clock.due, "silence_grants", NO_CARD, self._terms) if clock.limit else None
        if turn is None or (history.reopened_at is not None and turn.at <= history.reopened_at):
            return None
        if turn.at < self._heard:  # the limit was over before it could be seen, as while papers were waited for
            turn = turn._replace(at=_midnight_from(self._heard, self._terms))
        event = self._event("decided", turn.at, outcome="granted", deemed=True)
        return Silence(turn, turn.at, event, "decided_granted_deemed")

    def _clock_of(self, history: History, commitment: Commitment) -> CaseClock:
        """The clock of the whole: in joint handling without the days on which every open branch was stopped."""
        if commitment.joint is None:
            return run_clock(history, self._registration, self._terms)
        # Here, not above: branches are walked by the steps of a case, which listen for silence.
        from chalicelib.domain.cases.branches import stand

        return stand(history, self._registration, self._terms, self._now).clock

    def _event(self, name: str, at: datetime, **members: object) -> CaseEvent:
        return CaseEvent("", self._terms.agency, {"event": name, "occurred_at": to_key(at), **members})


def _turn(due: Deadline | None, rule: str, colour: str, terms: ServiceTerms) -> Turn | None:
    at = passes_at(due, terms)
    return None if due is None or at is None else Turn(at, rule, colour, due_text(due))


def _midnight_from(moment: datetime, terms: ServiceTerms) -> datetime:
    """Return an instant if a local day begins at it, else the beginning of the next day."""
    begins = first_instant(terms.day(moment), terms)
    return begins if begins == moment else first_instant(terms.day(moment) + timedelta(days=1), terms)


def _let_happen(history: History, silence: Silence) -> None:
    """Do what the event does that silence amounts to; the timeline says it at the turn, and that nobody sent it."""
    at, moment = silence.turn.at, Moment(silence.since, silence.event)
    history.timeline.append(Entry(at, silence.timeline))
    if silence.event.name == "accepted":
        history.accepted, history.silent_from, history.status = moment, at, "accepted"
    elif silence.event.name == "closed":
        history.closed, history.status = moment, "closed_abandoned"
    else:
        history.decided, history.status = moment, "decided_granted"
        history.first_decided_at = history.first_decided_at or at
    history.since = at
