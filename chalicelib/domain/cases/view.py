"""The status of a case as it is stored: written once, when the case changes; `splice` adds what depends on the moment.

Codes stand here without their sentences, and instants in UTC, so that it stays near 4 KB and its words can be mended
without writing it anew. Unknown parts are absent. Nothing of the applicant is in it: no field could hold it but the free
texts of the agency. The member `_` is for `splice` and is never served.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.cases.clocks import CaseClock, Course
from chalicelib.domain.cases.history import Entry, History, Notice
from chalicelib.domain.cases.ratings import ratable
from chalicelib.domain.cases.records import Commitment, Registration, ServiceTerms
from chalicelib.domain.cases.standing import left_on
from chalicelib.domain.cases.stops import kept
from chalicelib.domain.cases.timers import Timer
from chalicelib.domain.cases.todo import AGENCY, APPLICANT, SUPERIOR, NextStep, nearest, next_step, todo
from chalicelib.domain.clock.records import Deadline, Limit, Stop
from chalicelib.domain.instants import to_key
from chalicelib.domain.records import without_empty

RENDERER = 2
TIMELINE_LIMIT = 100
DOCUMENTS_LIMIT = 50
HIDDEN = "_"
View = dict[str, Any]


class SideBySide(NamedTuple):
    """What a case with branches adds: the branches, what they ask of the applicant, and the line that `splice` projects."""

    branches: list[View]
    todo: list[View]
    line: list[View]
    reached: int
    """How far along the line the branches are, as the number of a stage."""


def render_view(
    history: History, clock: CaseClock, registration: Registration, terms: ServiceTerms, beside: SideBySide
) -> bytes:
    """Return the bytes of a case's status, without what depends on the moment of reading."""
    commitment = clock.bound.commitment
    view: View = {
        "case_no": registration.case_no,
        "service": {"id": terms.service, "version": commitment.version, "title": commitment.title},
        "agency": terms.agency,
        "handling": _handling(history, commitment),
        "synthetic": registration.content.get("synthetic") or None,
        "status": {"code": history.status, "since": to_key(history.since)},
        "clock": clock.state,
        "stopped": stop_of(clock.stopped) if clock.state == "stopped" else None,
        "progress": _progress(history, commitment, beside.reached),
        "next_step": _next_step(history, clock, terms, beside),
        "todo": sorted([*todo(history), *beside.todo], key=nearest),
        "first_contact": _present(history.contact or commitment.first_contact),
        "complaint": _present(commitment.complaint),
        "accepted_at": to_key(history.accepted.at) if history.accepted else None,
        "deadline": deadline_of(clock, registration.due_at),
        "branches": beside.branches,
        "timeline": _timeline(history),
        "timeline_left_out": max(0, len(history.timeline) - TIMELINE_LIMIT) or None,
        "documents_received": _documents(history),
        "notices": [_entry(notice) for notice in history.notices[-DOCUMENTS_LIMIT:]],
        "fees": _fees(history),
        "result": _result(history),
        HIDDEN: _hidden(history, clock, terms, beside.line),
    }
    return orjson.dumps(without_empty(view))


def _handling(history: History, commitment: Commitment) -> str:
    """How the case is handled: on a pledge if it was accepted on one (告知承诺), else as the service says."""
    accepted = history.accepted
    return "on_pledge" if accepted and accepted.event.content.get("on_pledge") else commitment.handling


def _present(content: Mapping[str, Any] | None) -> View | None:
    return {name: value for name, value in content.items() if value is not None} if content else None


def stop_of(stop: Stop | None) -> View | None:
    """Return why a clock stands still."""
    if stop is None:
        return None
    view: View = {"why": stop.kind, "since": _moment(stop.since)}
    if stop.expected_until is not None:
        view["expected_until"] = _moment(stop.expected_until)
    if stop.legal_basis is not None:
        view["legal_basis"] = stop.legal_basis
    return view


def _moment(moment: date | datetime) -> str:
    return to_key(moment) if isinstance(moment, datetime) else moment.isoformat()


def _progress(history: History, commitment: Commitment, reached: int) -> View | None:
    """Say how far along the service's own line the case is; absent where the service names no line, or it was left."""
    stages = commitment.stages
    if not stages or history.closed or history.refused:
        return None
    named = zip(stages, commitment.stage_names, strict=True)
    told = [{"code": stage, "name": name} if name else {"code": stage} for stage, name in named]
    return {"step": max(_step(history, stages), reached), "of": len(stages), "stages": told}


def _step(history: History, stages: tuple[str, ...]) -> int:
    if history.issued:
        return len(stages)
    reached = 0
    if history.stage in stages:
        reached = stages.index(history.stage) + 1
    for stage, there in (
        ("accept", history.accepted),
        ("decide", history.decided),
        ("make_certificate", history.certificate),
    ):
        if there and stage in stages:
            reached = max(reached, stages.index(stage) + 1)
    return reached


def _next_step(history: History, clock: CaseClock, terms: ServiceTerms, beside: SideBySide) -> View:
    """Whose turn it is; of the agency the post that answers, where one is known."""
    step = next_step(history, clock)
    if beside.todo and step.who == AGENCY:
        step = NextStep(APPLICANT, "hand_in_papers", beside.todo[0].get("by"))
    view: View = {"who": step.who, "code": step.code, "by": step.by}
    if step.who in (AGENCY, SUPERIOR):
        contact = history.contact or clock.bound.commitment.first_contact or {}
        own = step.who == AGENCY
        view["agency"] = (contact.get("agency") or terms.agency) if own else _reported_to(history)
        view["post"] = contact.get("post") if own else None
    return {name: value for name, value in view.items() if value is not None}


def _reported_to(history: History) -> str | None:
    return history.reported_up.event.content.get("to") if history.reported_up else None


def deadline_of(clock: CaseClock, agency_due_at: datetime | None) -> View | None:
    """Return a deadline with its steps, that of the case or of a branch."""
    view = due_of(clock.due, "due") | due_of(clock.law, "statutory_due")
    if agency_due_at is not None and clock.limit is not None:
        view["agency_due_at"] = to_key(agency_due_at)
    if clock.limit is not None:
        view["limit"] = limit_of(clock.limit)
    waited_for = {"acceptance": clock.acceptance, "issue": clock.issue}
    view |= {name: _timer(timer) for name, timer in waited_for.items() if timer is not None and timer.done is None}
    if not view:
        return None
    counted = clock.due.explain if clock.due is not None and clock.state != "stopped" else ()
    view["explain"] = [*clock.steps, *(step.as_dict() for step in counted)]
    return view


def _timer(timer: Timer) -> View:
    """A limit beside the decision's that is waited for now."""
    return {**due_of(timer.due, "due"), "limit": limit_of(timer.limit), "explain": timer.explain()}


def due_of(due: Deadline | None, name: str) -> View:
    """Return a due date or instant as it is written, under `<name>_on` or `<name>_at`; nothing where there is none."""
    if due is None:
        return {}
    if due.due_at is not None:
        return {f"{name}_at": to_key(due.due_at)}
    return {} if due.due_on is None else {f"{name}_on": due.due_on.isoformat()}


def limit_of(limit: Limit) -> View:
    """Return a limit as it is written."""
    return {"value": limit.value, "unit": limit.unit}


def _timeline(history: History) -> list[View]:
    """The newest entries; how many are left out is said beside them."""
    return [_entry(entry) for entry in history.timeline[-TIMELINE_LIMIT:]]


def _entry(entry: Entry | Notice) -> View:
    view = {**entry._asdict(), "at": to_key(entry.at)}
    return {name: value for name, value in view.items() if value}


def _documents(history: History) -> list[View]:
    return [{**document, "at": to_key(document["at"])} for document in history.documents[-DOCUMENTS_LIMIT:]]


def _fees(history: History) -> View | None:
    if not history.fees:
        return None
    amounts = sorted(history.fees.items())
    return {
        "due": [{"amount_fen": due, "currency": currency} for currency, (due, _) in amounts],
        "paid": [{"amount_fen": paid, "currency": currency} for currency, (_, paid) in amounts],
    }


def _result(history: History) -> View | None:
    if history.decided is None:
        if history.refused is None:
            return None
        return {"outcome": "not_accepted", "reasons": [history.refused.event.content["reason"]]}
    decision = history.decided.event.content
    handed_out = history.issued.event.content if history.issued else {}
    made = history.certificate or {}
    view = {
        "outcome": decision["outcome"],
        "reasons": decision.get("reasons"),
        "document": handed_out.get("document") or made.get("document") or decision.get("document"),
        "pickup": handed_out.get("pickup") or made.get("pickup"),
        "remedies": decision.get("remedies"),
    }
    return {name: value for name, value in view.items() if value}


def _hidden(history: History, clock: CaseClock, terms: ServiceTerms, line: list[View]) -> View:
    """What is not served as it stands: for `splice`, for the receipt, for ratings."""
    hidden = hidden_clock(history, clock, terms) | {"receipt": _for_receipt(history, clock)}
    if line:
        hidden["line"] = line
    if targets := ratable(history, terms):
        hidden["ratable"] = targets
    return hidden


def hidden_clock(history: History, clock: CaseClock, terms: ServiceTerms) -> View:
    """Return what `splice` needs of a clock: zone and calendar, the day of warning, the final lamp, while stopped the course."""
    unit = clock.limit.unit if clock.limit else "day"
    hidden: View = {"renderer": RENDERER, "zone": terms.time_zone, "calendar": terms.calendar, "unit": unit}
    if clock.warn_on is not None:
        hidden["warn_on"] = clock.warn_on.isoformat()
    if history.decided:
        in_time = kept(history.decided.at, clock.due, terms)
        hidden["lamp"] = None if in_time is None else ("green" if in_time else "red")
    if clock.state == "stopped" and clock.course is not None:
        hidden["course"], hidden["left"] = _course(clock.course), left_on(clock.course)
    return hidden


def _for_receipt(history: History, clock: CaseClock) -> View:
    """What the receipt says beside the status: when it came in, whether silence accepted it, the limits around the decision's."""
    found: View = {}
    if history.received_at is not None:
        found["received_at"] = to_key(history.received_at)
    if history.accepted is not None and history.accepted.event.derived:
        found["accepted_by_silence"] = True
    for name, timer in (("acceptance", clock.acceptance), ("issue", clock.issue)):
        if timer is not None and timer.due is not None:
            found[name] = {**due_of(timer.due, "due"), "limit": limit_of(timer.limit)}
    return found


def _course(course: Course) -> View:
    return {
        "start": to_key(course.start) if course.start else None,
        "limit": limit_of(course.limit),
        "extensions": [limit_of(extension) for extension in course.extensions],
        "stops": [_stop(stop) for stop in course.stops],
    }


def _stop(stop: Stop) -> View:
    view = {
        "since": _moment(stop.since),
        "until": _moment(stop.until) if stop.until else None,
        "kind": stop.kind,
        "legal_basis": stop.legal_basis,
        "expected_until": _moment(stop.expected_until) if stop.expected_until else None,
    }
    return {name: value for name, value in view.items() if value is not None}
