"""Whose turn it is and what for, what the applicant has to do, and what the holder may do here: all by code.

Invariants: a step that waits for the applicant is never called the agency's; what has a day stands before what has none,
the nearest first. `can` names only what this API itself takes.
"""

from typing import Any, NamedTuple

from chalicelib.domain.cases.clocks import CaseClock
from chalicelib.domain.cases.history import GRANTS, History, Pause
from chalicelib.domain.cases.records import Content
from chalicelib.domain.cases.walk import CONSULTING
from chalicelib.domain.clock.records import Deadline
from chalicelib.domain.instants import to_key

View = dict[str, Any]
APPLICANT, AGENCY, SUPERIOR, NOBODY = "applicant", "agency", "superior_agency", "nobody"


class NextStep(NamedTuple):
    """Who does what next, and by when, where somebody has a day for it."""

    who: str
    code: str
    by: str | None = None


def next_step(history: History, clock: CaseClock) -> NextStep:
    """Return the next step of a case."""
    if history.closed or history.refused or history.issued:
        return NextStep(NOBODY, "nothing")
    if history.decided:
        return _after_decision(history, clock)
    asked = open_request(history)
    if asked is not None:
        return NextStep(APPLICANT, "hand_in_papers", asked.event.content.get("due_on"))
    if history.pledge_broken:
        return NextStep(APPLICANT, "correct_pledge")
    by = _text(clock.due)
    if history.status == "reported_up":
        return NextStep(SUPERIOR, "decide_above", by)
    if clock.state == "stopped":
        consulting = clock.stopped is not None and clock.stopped.kind == CONSULTING
        return NextStep(AGENCY, "hear_third_parties" if consulting else "finish_procedure")
    answers_at_once = clock.bound.commitment.acceptance is None and clock.state == "running"
    if history.accepted or answers_at_once:
        return NextStep(AGENCY, "go_on", by)
    return NextStep(AGENCY, "decide_acceptance", _text(clock.acceptance.due) if clock.acceptance else by)


def _after_decision(history: History, clock: CaseClock) -> NextStep:
    assert history.decided is not None
    if history.decided.event.content["outcome"] not in GRANTS:
        return NextStep(NOBODY, "nothing")
    if history.certificate:
        return NextStep(APPLICANT, "collect")
    return NextStep(AGENCY, "hand_out", _text(clock.issue.due) if clock.issue else None)


def _text(due: Deadline | None) -> str | None:
    if due is None:
        return None
    return to_key(due.due_at) if due.due_at is not None else due.due_on.isoformat() if due.due_on else None


def open_request(history: History) -> Pause | None:
    """Return the request for papers that is still waited for, unless the case is over."""
    if history.over:
        return None
    return next((pause for pause in history.supplements if pause.until is None), None)


def todo(history: History) -> list[View]:
    """Return what the applicant has to do, the nearest day first."""
    found: list[View] = []
    if (request := open_request(history)) is not None:
        found.append(papers(request))
    if not history.closed and not history.refused:
        found += [
            _entry("hand_in_later", {**paper, "materials": [paper["material"]]}, "materials", by="due_on")
            for paper in history.missing
        ]
        if amounts := unpaid(history):
            found.append({"code": "pay_fee", "amounts": amounts})
        if history.pledge_broken:
            found.append({"code": "correct_pledge"})
    if history.certificate and not history.issued and not history.closed:
        found.append(_entry("collect", {"where": history.certificate.get("pickup")}, "where"))
    return sorted(found, key=nearest)


def papers(request: Pause) -> View:
    """Return a request for papers as something to do."""
    return _entry("hand_in_papers", request.event.content, "materials", "where", "url", by="due_on")


def nearest(entry: View) -> str:
    """Return by which things to do are put in order: their days, what has none last."""
    return str(entry.get("by", "9999"))


def _entry(code: str, content: Content, *names: str, by: str = "") -> View:
    told = {"by": content.get(by), **{name: content.get(name) for name in names}}
    return {"code": code, **{name: value for name, value in told.items() if value is not None}}


def unpaid(history: History) -> list[View]:
    """Return what is left to pay, by currency."""
    amounts = sorted(history.fees.items())
    return [{"amount_fen": due - paid, "currency": currency} for currency, (due, paid) in amounts if due > paid]
