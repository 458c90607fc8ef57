"""The limits beside that of the decision: acceptance, issue, first review, stages, and the days told for a procedure.

Source: Administrative Licensing Law art. 32 (acceptance), art. 43 (first review by the lower agency), art. 44 (issue),
art. 45 (what is not counted); the domain text, "Clocks". Each is counted by the very functions that count the decision's.

Invariants: every timer explains itself from its first day. A calendar year without data makes it unknown, never guessed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.cases.history import History, Pause, Stay
from chalicelib.domain.cases.records import Commitment, ServiceTerms
from chalicelib.domain.cases.records import Step as LineStep
from chalicelib.domain.cases.stops import Notes, Step, before_acceptance, count, in_time, told
from chalicelib.domain.cases.terms import Bound
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Deadline, Limit, Stop


@dataclass(frozen=True, slots=True)
class Timer:
    """One limit: the rule it stands for, from when it runs, when it is due, and when what it waits for was done."""

    rule: str
    limit: Limit
    since: datetime
    due: Deadline | None
    """None where the calendar cannot tell; `steps` then say so."""
    steps: tuple[Step, ...] = ()
    """What is to be said before the steps of the clock."""
    of: str = ""
    done: datetime | None = None

    def explain(self) -> list[Step]:
        """Return every step, as an explanation holds them."""
        counted = self.due.explain if self.due is not None else ()
        return [*self.steps, *(step.as_dict() for step in counted)]


class Ground(NamedTuple):
    """What the timers of a case rest on beside its history."""

    bound: Bound
    terms: ServiceTerms
    notes: Notes
    stops: Sequence[Stop] = ()
    waits: Sequence[Stop] = ()
    """When papers were waited for, so that no stage ran."""

    @property
    def commitment(self) -> Commitment:
        """The commitment that holds."""
        return self.bound.commitment

    def timer(
        self,
        rule: str,
        limit: Limit,
        since: datetime,
        code: str,
        *,
        stops: Sequence[Stop] = (),
        of: str = "",
        done: datetime | None = None,
    ) -> Timer:
        """Count one limit; `code` says in its explanation from what it is counted."""
        steps: list[Step] = [self.bound.explained(), {"code": code, "since": self.terms.day(since).isoformat()}]
        try:
            due = count(limit, since, self.terms, stops)
        except (MissingCalendarYearError, UnknownCalendarError) as error:
            said = Notes()
            said.unknown(error)
            self.notes.found(said)
            return Timer(rule, limit, since, None, (*steps, *said.steps), of, done)
        return Timer(rule, limit, since, due, tuple(steps), of, done)


class Waiting(NamedTuple):
    """From when the agency has to say whether it accepts, and why from then; `papers` while it is not its turn."""

    since: datetime
    code: str
    papers: bool = False
    late: tuple[Pause, ...] = ()
    """Requests for papers that came too late to keep silence from being acceptance."""


def acceptance(history: History, ground: Ground) -> Timer | None:
    """Return the limit for saying whether the application is accepted, while that is waited for."""
    limit = ground.commitment.acceptance
    if limit is None:
        return None
    try:
        waiting = waiting_for_acceptance(history, ground.commitment, ground.terms)
    except (MissingCalendarYearError, UnknownCalendarError) as error:
        ground.notes.unknown(error)
        return None
    for pause in waiting.late if waiting else ():
        ground.notes.find("supplement_asked_too_late", pause.event.event_id)
    if waiting is None or waiting.papers or history.accepted or history.over:
        return None
    return ground.timer("acceptance_limit", limit, waiting.since, waiting.code)


def waiting_for_acceptance(history: History, commitment: Commitment, terms: ServiceTerms) -> Waiting | None:
    """Return from when acceptance is waited for: the receipt, its completion, or a reopening; None before the receipt.

    Raises:
        MissingCalendarYearError, UnknownCalendarError: the calendar cannot tell.
    """
    if history.received_at is None:
        return None
    since, code, late = history.received_at, "acceptance_from_receipt", []
    if history.reopened_at is not None and history.reopened_at > since:
        since, code = history.reopened_at, "acceptance_from_reopening"
    for pause in before_acceptance(history):
        asked_before = history.reopened_at is not None and pause.since < history.reopened_at
        if not asked_before and not in_time(pause, since, commitment, terms):
            late.append(pause)
            continue
        if pause.until is None and not asked_before:
            return Waiting(since, code, papers=True, late=tuple(late))
        if pause.until is not None and pause.until > since:
            since, code = pause.until, "acceptance_from_papers"
    return Waiting(since, code, late=tuple(late))


def issue(history: History, promise: Deadline | None, ground: Ground) -> Timer | None:
    """Return the limit for handing out what was granted: the law's, or that of a promise that covers it, if less."""
    if history.decided is None or not history.granted:
        return None
    granted, handed_out = history.decided.at, history.issued or history.closed
    done = handed_out.at if handed_out else None
    commitment, own = ground.commitment, None
    if commitment.issue is not None:
        own = ground.timer("issue_limit", commitment.issue, granted, "issue_from_grant", done=done)
    if promise is None or commitment.promised is None or commitment.promise_covers != "issue":
        return own
    if own is not None and own.due is not None and not _earlier(promise, own.due, ground.terms):
        return own
    steps: tuple[Step, ...] = (ground.bound.explained(), {"code": "promise_covers_issue"})
    return Timer("promised_limit", commitment.promised, granted, promise, steps, done=done)


def _earlier(one: Deadline, other: Deadline, terms: ServiceTerms) -> bool:
    first, second = one.local_due_on(terms.zone), other.local_due_on(terms.zone)
    return first is not None and (second is None or first < second)


def first_review(history: History, since: datetime | None, ground: Ground) -> Timer | None:
    """Return the limit for reviewing a case that must go up: the service's, else of a licence that did go up the law's."""
    limit = ground.commitment.first_review or (ground.commitment.first_review_by_law if history.reported_up else None)
    if limit is None or since is None:
        return None
    done = [moment.at for moment in (history.reported_up, history.end) if moment is not None]
    return ground.timer(
        "first_review_limit",
        limit,
        since,
        "first_review_from_start",
        stops=ground.stops,
        done=min(done, default=None),
    )


def stages(history: History, ground: Ground) -> Iterator[Timer]:
    """Return the limit of every stage the case was at, where the service sets one."""
    ends = [moment.at for moment in (history.end, history.issued, history.closed) if moment is not None]
    for stay in history.stays:
        step = step_of(stay, ground.commitment)
        if step is None or step.limit is None:
            continue
        left = [moment for moment in (stay.until, *ends) if moment is not None and moment >= stay.since]
        yield ground.timer(
            "stage_limit",
            step.limit,
            stay.since,
            "stage_from_entry",
            stops=(*ground.stops, *ground.waits),
            of=stay.stage,
            done=min(left, default=None),
        )


def step_of(stay: Stay, commitment: Commitment) -> LineStep | None:
    """Return the step of the service's line that a stay is: of that stage, and of that agency if one is named."""
    place = stay.event.content.get("place") or {}
    agency = place.get("agency") or stay.event.agency
    found = [step for step in commitment.steps if step.stage == stay.stage and step.branch is None]
    return next((step for step in found if step.agency == agency), found[0] if found else None)


def procedures(history: History, ground: Ground) -> Iterator[Timer]:
    """Return the days that the applicant was told for each procedure."""
    end = history.end.at if history.end else None
    for pause in history.pauses:
        limit = told(pause)
        if limit is None or (end is not None and pause.since > end):
            continue
        over = [moment for moment in (pause.until, end) if moment is not None]
        yield ground.timer(
            "told_limit", limit, pause.since, "told_from_start", of=pause.kind, done=min(over, default=None)
        )
