"""The fact of a case: the one row that statistics count, derived from the newest fold (design.md, section 5).

`decided_on` says under which month the case is counted. A case that ended without a decision has the day of its end there
and a row of its own (`withdrawn`, `administrative`), so that it leaves the open ones and is never mixed in; it has no
deadline to keep. Whatever a missing calendar year keeps from being known is null; so is how long a case took that ended
before it began, which real data holds.
"""

from datetime import date, datetime
from typing import Any

from chalicelib.domain.cases.clocks import CaseClock
from chalicelib.domain.cases.history import GRANTS, History, Moment
from chalicelib.domain.cases.records import Registration, ServiceTerms
from chalicelib.domain.cases.stops import kept
from chalicelib.domain.cases.whereabouts import whereabouts
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.durations import gross_working_days, working_days_used
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Stop

Fact = dict[str, Any]
COUNTED, IMMEDIATE, WITHDRAWN, ADMINISTRATIVE = "counted", "immediate", "withdrawn", "administrative"


def fact_of(history: History, clock: CaseClock, registration: Registration, terms: ServiceTerms) -> Fact:
    """Return the fact of a case."""
    accepted = history.accepted.at if history.accepted else None
    opened = accepted or history.received_at or registration.registered_at
    row, end = _row(history, clock), _end(history)
    decided = history.decided if row in (COUNTED, IMMEDIATE) else None
    due = clock.due
    return {
        "case_no": registration.case_no,
        "service": terms.service,
        "agency": terms.agency,
        "jurisdiction": terms.jurisdiction,
        "received_on": _day(history.received_at, terms),
        "accepted_on": _day(accepted, terms),
        "opened_on": _day(opened, terms),
        "decided_on": _day(end.at if end else None, terms),
        "due_on": _text(due.local_due_on(terms.zone)) if due else None,
        "on_time": kept(decided.at, due, terms) if decided else None,
        "promise_kept": _promise_kept(history, clock, terms) if decided else None,
        "law_kept": kept(decided.at, clock.law, terms) if decided else None,
        **_durations(opened, end, clock, terms),
        "stopped": bool(clock.stops),
        "extended": clock.extended,
        "deemed_accepted": history.accepted is not None and history.accepted.event.derived,
        "deemed_granted": history.decided is not None and history.decided.event.derived,
        **whereabouts(history, decided=decided is not None)._asdict(),
        "handling": clock.bound.commitment.handling,
        "row": row,
        "outcome": _outcome(history),
    }


def _row(history: History, clock: CaseClock) -> str:
    if history.closed:
        return WITHDRAWN if history.closed.event.content["as"] == "applicant_withdrew" else ADMINISTRATIVE
    if history.refused and not history.decided:
        return ADMINISTRATIVE
    return IMMEDIATE if clock.bound.commitment.handling == "immediate" else COUNTED


def _outcome(history: History) -> str | None:
    """Return what the case ended as: a code of `/v1/codes/closing` or `/v1/codes/outcome`."""
    if history.closed:
        return str(history.closed.event.content["as"])
    if history.decided:
        return str(history.decided.event.content.get("outcome", "")) or None
    return "not_accepted" if history.refused else None


def _end(history: History) -> Moment | None:
    return history.closed or history.decided or history.refused


def _promise_kept(history: History, clock: CaseClock, terms: ServiceTerms) -> bool | None:
    """A promise that covers the issue is kept when the result was handed out in time; until then it is not known."""
    assert history.decided is not None
    covers_issue = clock.bound.commitment.promise_covers == "issue"
    if covers_issue and history.decided.event.content["outcome"] in GRANTS:
        return kept(history.issued.at, clock.promise, terms) if history.issued else None
    return kept(history.decided.at, clock.promise, terms)


def _durations(opened: datetime, end: Moment | None, clock: CaseClock, terms: ServiceTerms) -> Fact:
    if end is None or end.at < opened:
        return {"agency_days": None, "gross_days": None, "gross_seconds": None}
    first, last = terms.day(opened), terms.day(end.at)
    # Calendar days are counted by the jurisdiction's clocks: across a change to summer time a day is still a day.
    seconds = max(0, int((_on_the_clock(end.at, terms) - _on_the_clock(opened, terms)).total_seconds()))
    try:
        calendar = load_calendar(terms.calendar)
        agency_days: int | None = working_days_used(first, last, _not_the_agencys(clock), calendar, terms.zone)
        gross_days: int | None = gross_working_days(first, last, calendar)
    except (MissingCalendarYearError, UnknownCalendarError):
        agency_days = gross_days = None
    return {"agency_days": agency_days, "gross_days": gross_days, "gross_seconds": seconds}


def _not_the_agencys(clock: CaseClock) -> tuple[Stop, ...]:
    """What is none of the agency's days: where papers start the limit anew, the wait for them as well."""
    anew = clock.bound.commitment.supplement == "restart"
    return (*clock.stops, *clock.waits) if anew else clock.stops


def _on_the_clock(moment: datetime, terms: ServiceTerms) -> datetime:
    return moment.astimezone(terms.zone).replace(tzinfo=None)


def _day(moment: datetime | None, terms: ServiceTerms) -> str | None:
    return None if moment is None else terms.day(moment).isoformat()


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
