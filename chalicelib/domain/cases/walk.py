"""The walk over a case's events: what is so now, and what contradicts what.

Invariants: the outcome depends on the set of events only, never on the order in which they came in. No event is refused:
what does not fit is a finding.
"""

from collections.abc import Callable, Iterable

from chalicelib.domain.cases.corrections import CORRECTION, in_effect
from chalicelib.domain.cases.history import Entry, History, Moment, Notice, Pause
from chalicelib.domain.cases.records import CaseEvent, Finding, Registration, Words

CONSULTING = "consulting"


def walk(registration: Registration, events: Iterable[CaseEvent]) -> History:
    """Return what a case's events come to, with every contradiction among them."""
    ordered, findings = in_effect(events)
    begins = registration.received_at
    status = "received" if begins else "registered"
    history = History(status, begins or registration.registered_at, begins, findings=findings)
    _begin_timeline(history, registration, ordered)
    for event in ordered:
        _note(history, event)
        _STEPS[event.name](history, event)
    history.timeline.sort(key=lambda entry: entry.at)
    return history


def _begin_timeline(history: History, registration: Registration, ordered: list[CaseEvent]) -> None:
    if any(event.name == "received" for event in ordered):
        return
    if registration.received_at:
        history.timeline.append(Entry(registration.received_at, "received"))
    elif not ordered:
        history.timeline.append(Entry(registration.registered_at, "registered"))


def _note(history: History, event: CaseEvent) -> None:
    """Do what every event does: a line of the timeline, its notice, its place after an end."""
    content = event.content
    variant = next((f"_{content[name]}" for name in ("outcome", "as", "stage") if name in content), "")
    code, told = event.name + variant, (content.get("place"), content.get("reason"))
    history.timeline.append(Entry(event.at, code, event.agency, content.get("kind", ""), *told))
    if "notice_no" in content:
        history.notices.append(Notice(code, content["notice_no"], event.at, content.get("kind", "")))
    history.documents.extend({**document, "at": event.at} for document in content.get("documents", ()))
    if history.closed and event.name in _WORK:
        _find(history, "event_after_closing", event)


_WORK = frozenset(
    {
        "accepted",
        "refused_acceptance",
        "supplement_requested",
        "supplement_received",
        "stage_entered",
        "special_started",
        "consulting_started",
        "extended",
        "decided",
    }
)
"""What is not done any more once a case is closed, unless it is reopened."""


def _find(history: History, code: str, event: CaseEvent) -> None:
    history.findings.append(Finding(code, event.event_id))


def _now(history: History, status: str, event: CaseEvent) -> None:
    history.status, history.since = status, event.at


def _received(history: History, event: CaseEvent) -> None:
    if history.accepted:
        _find(history, "received_after_acceptance", event)
    else:
        _now(history, "received", event)
    if sum(entry.code == "received" for entry in history.timeline) > 1:
        _find(history, "received_twice", event)
    else:
        history.received_at = event.at


def _accepted(history: History, event: CaseEvent) -> None:
    if history.accepted and not history.reopened:
        _find(history, "accepted_twice", event)
        return
    if history.refused:
        _find(history, "accepted_after_refusal", event)
    if history.decided:
        _find(history, "decided_before_accepted", event)
    if _end_pause(history.supplements, "supplement", event):
        _find(history, "accepted_while_papers_missing", event)
    history.accepted, history.refused, history.reopened = Moment(event.at, event), None, False
    history.missing = list(event.content.get("missing", ()))
    if not history.over:
        _now(history, "accepted", event)


def _refused_acceptance(history: History, event: CaseEvent) -> None:
    if history.accepted:
        _find(history, "refused_after_acceptance", event)
        return
    history.refused = Moment(event.at, event)
    _now(history, "not_accepted", event)


def _supplement_requested(history: History, event: CaseEvent) -> None:
    if any(pause.until is None for pause in history.supplements):
        _find(history, "supplement_asked_twice", event)
        return
    history.supplements.append(Pause("supplement", event.at, None, event))
    _now(history, "supplement_requested", event)


def _supplement_received(history: History, event: CaseEvent) -> None:
    if not _end_pause(history.supplements, "supplement", event):
        _find(history, "supplement_without_request", event)
    _now(history, "supplement_received", event)


def _end_pause(pauses: list[Pause], kind: str, event: CaseEvent) -> bool:
    """End the pause of this kind that has been open longest; say whether there was one."""
    for place, pause in enumerate(pauses):
        if pause.kind == kind and pause.until is None:
            pauses[place] = pause._replace(until=event.at)
            return True
    return False


def _deferred_received(history: History, event: CaseEvent) -> None:
    material: Words | None = event.content.get("material")
    left = [] if material is None else [paper for paper in history.missing if paper["material"] != material]
    if len(left) == len(history.missing):
        _find(history, "deferred_not_expected", event)
    history.missing = left
    if material is not None:
        history.documents.append({"name": material, "at": event.at})


def _pledge_checked(history: History, event: CaseEvent) -> None:
    history.pledge_broken = None if event.content["kept"] else Moment(event.at, event)


def _stage_entered(history: History, event: CaseEvent) -> None:
    history.stage = event.content["stage"]
    if not history.over:
        _now(history, f"stage_{history.stage}", event)


def _stage_left(history: History, event: CaseEvent) -> None:
    if history.stage != event.content["stage"]:
        _find(history, "stage_left_without_entering", event)


def _handed_over(history: History, event: CaseEvent) -> None:
    history.contact = event.content["to"]


def _pause_started(history: History, event: CaseEvent) -> None:
    kind = event.content.get("kind", CONSULTING)
    if any(pause.kind == kind and pause.until is None for pause in history.pauses):
        _find(history, "procedure_started_twice", event)
    history.pauses.append(Pause(kind, event.at, None, event))
    if not history.over:
        _now(history, "consulting" if kind == CONSULTING else "special_procedure", event)


def _pause_ended(history: History, event: CaseEvent) -> None:
    if not _end_pause(history.pauses, event.content.get("kind", CONSULTING), event):
        _find(history, "procedure_ended_without_start", event)
    elif not history.over:
        _now(history, "resumed", event)


def _extended(history: History, event: CaseEvent) -> None:
    history.extensions.append(event)


def _reported_up(history: History, event: CaseEvent) -> None:
    history.reported_up = event
    if not history.over:
        _now(history, "reported_up", event)


def _decided(history: History, event: CaseEvent) -> None:
    if history.decided:
        _find(history, "decided_twice", event)
    if any(pause.until is None for pause in history.pauses):
        _find(history, "decided_while_stopped", event)
    history.first_decided_at = history.first_decided_at or event.at
    history.decided = Moment(event.at, event)
    if not history.closed:
        _now(history, _decision_status(event), event)


def _decision_status(event: CaseEvent) -> str:
    outcome: str = event.content["outcome"]
    return "done" if outcome == "done" else f"decided_{outcome}"


def _certificate_made(history: History, event: CaseEvent) -> None:
    _check_grant(history, event)
    history.certificate = event.content
    _now(history, "certificate_made", event)


def _issued(history: History, event: CaseEvent) -> None:
    _check_grant(history, event)
    history.issued = Moment(event.at, event)
    _now(history, "issued", event)


def _check_grant(history: History, event: CaseEvent) -> None:
    if history.decided is None:
        _find(history, "issued_before_decision", event)
    elif history.decided.event.content["outcome"] == "refused":
        _find(history, "issued_after_refusal", event)


def _fee(place: int) -> Callable[[History, CaseEvent], None]:
    def step(history: History, event: CaseEvent) -> None:
        amounts = history.fees.setdefault(event.content.get("currency", "CNY"), [0, 0])
        amounts[place] += event.content["amount_fen"]

    return step


def _closed(history: History, event: CaseEvent) -> None:
    if history.closed:
        _find(history, "closed_twice", event)
    history.closed = Moment(event.at, event)
    _now(history, f"closed_{event.content['as']}", event)


def _reopened(history: History, event: CaseEvent) -> None:
    if not history.over:
        _find(history, "reopened_without_end", event)
    history.decided = history.closed = history.refused = history.issued = None
    history.certificate = None
    history.reopened = True
    _now(history, "reopened", event)


def _only_noted(history: History, event: CaseEvent) -> None:
    """The timeline says it; nothing else follows."""


_STEPS: dict[str, Callable[[History, CaseEvent], None]] = {
    "received": _received,
    "accepted": _accepted,
    "refused_acceptance": _refused_acceptance,
    "supplement_requested": _supplement_requested,
    "supplement_received": _supplement_received,
    "deferred_received": _deferred_received,
    "pledge_checked": _pledge_checked,
    "stage_entered": _stage_entered,
    "stage_left": _stage_left,
    "handed_over": _handed_over,
    "special_started": _pause_started,
    "special_ended": _pause_ended,
    "consulting_started": _pause_started,
    "consulting_ended": _pause_ended,
    "extended": _extended,
    "reported_up": _reported_up,
    "decided": _decided,
    "certificate_made": _certificate_made,
    "issued": _issued,
    "visited": _only_noted,
    "fee_due": _fee(0),
    "fee_paid": _fee(1),
    "closed": _closed,
    "reopened": _reopened,
    CORRECTION: _only_noted,
}
