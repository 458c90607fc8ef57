"""The walk over a case's events: what is so now, and what contradicts what.

Between one event and the next, and up to now, `silence` says what time alone has brought.

Invariants: the outcome depends on the set of events only, never on the order in which they came in. No event is refused:
what does not fit is a finding.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.domain.cases.corrections import CORRECTION, in_effect
from chalicelib.domain.cases.history import Entry, History, Moment, Notice, Paper, Pause, Stay, Way
from chalicelib.domain.cases.records import CaseEvent, Finding, Registration, ServiceTerms, Words
from chalicelib.domain.cases.silence import Listener

CONSULTING = "consulting"
AT_A_WINDOW = "window"


def walk(registration: Registration, events: Iterable[CaseEvent], terms: ServiceTerms, now: datetime) -> History:
    """Return what a case's events, and silence up to now, come to, with every contradiction among them."""
    ordered, findings = in_effect(events)
    begins = registration.received_at
    status = "received" if begins else "registered"
    said = None if registration.by_public else next((event.at for event in ordered if event.name == "received"), None)
    history = History(status, begins or registration.registered_at, said or begins, findings=findings)
    _begin_timeline(history, registration, ordered)
    listener = Listener(registration, terms, now)
    for event in ordered:
        listener.listen(history, event.at)
        _note(history, event)
        if "branch" in event.content:
            history.of_branches.append(event)
        else:
            take_step(history, event)
    listener.listen(history, None)
    history.timeline.sort(key=lambda entry: entry.at)
    return history


def take_step(history: History, event: CaseEvent) -> None:
    """Let an event take effect on the history it is of: the case's own, or that of a branch."""
    _STEPS[event.name](history, event)


def _begin_timeline(history: History, registration: Registration, ordered: list[CaseEvent]) -> None:
    if any(event.name == "received" for event in ordered) and not registration.by_public:
        return
    if registration.received_at:
        history.timeline.append(Entry(registration.received_at, "received"))
        if registration.content.get("channel") == AT_A_WINDOW:
            history.contacts.append(registration.received_at)
    elif not ordered:
        history.timeline.append(Entry(registration.registered_at, "registered"))


def _note(history: History, event: CaseEvent) -> None:
    """Do what every event does: a line of the timeline, its notice, its place after an end."""
    content = event.content
    code, told = _entry_code(event), (content.get("place"), content.get("reason"))
    history.timeline.append(
        Entry(event.at, code, event.agency, content.get("kind", ""), *told, content.get("branch", ""))
    )
    if "notice_no" in content:
        history.notices.append(Notice(code, content["notice_no"], event.at, content.get("kind", "")))
    if event.name == "visited" or content.get("channel") == AT_A_WINDOW:
        history.contacts.append(event.at)
    if "branch" not in content and event.name in _WAYS:
        history.ways.append(_way(event))
    history.documents.extend({**document, "at": event.at} for document in content.get("documents", ()))
    if event.name in _ANSWERS and "branch" not in content:
        history.answers.append(event.at)
    if history.closed and event.name in _WORK:
        abandoned = history.closed.event.derived and event.name == "supplement_received"
        _find(history, "supplement_too_late" if abandoned else "event_after_closing", event)


_WAYS = frozenset({"received", "accepted", "stage_entered", "handed_over"})
"""What moves a case, or says where it is."""


def _way(event: CaseEvent) -> Way:
    handed_over = event.name == "handed_over"
    place = event.content.get("place")
    if handed_over:
        agency = event.content["to"].get("agency")
        place = {"agency": agency} if agency else None
    return Way(event.at, place, event.name == "received", handed_over)


def _entry_code(event: CaseEvent) -> str:
    content = event.content
    if content.get("kept") is False:
        return "pledge_not_kept"
    variant = next((f"_{content[name]}" for name in ("outcome", "as", "stage") if name in content), "")
    return event.name + variant


_ANSWERS = frozenset({"accepted", "refused_acceptance", "supplement_requested", "decided", "closed"})
"""What an application waits for."""
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
        "branch_opened",
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


def _accepted(history: History, event: CaseEvent) -> None:
    if history.silent_from is not None and not history.reopened:
        _accepted_after_silence(history, event)
        return
    if history.accepted and not history.reopened:
        _find(history, "accepted_twice", event)
        return
    if history.refused:
        _find(history, "accepted_after_refusal", event)
    if history.decided:
        _find(history, "decided_before_accepted", event)
    if _end_pause(history.supplements, "supplement", event):
        _find(history, "accepted_while_papers_missing", event)
    if history.reopened:
        _begin_anew(history)
    history.accepted, history.refused, history.silent_from = Moment(event.at, event), None, None
    history.papers = [Paper(paper, event) for paper in event.content.get("missing", ())]
    if not history.over:
        _now(history, "accepted", event)


def _begin_anew(history: History) -> None:
    """Accepted anew after it was reopened: the clocks are new, and what was done for the old ones is over."""
    history.reopened, history.extensions, history.reported_up = False, [], None


def _accepted_after_silence(history: History, event: CaseEvent) -> None:
    """Acceptance stands as of the receipt; the agency may say so as well, and which papers may follow."""
    if not event.content.get("deemed"):
        _find(history, "answer_after_silence", event)
    history.papers += [Paper(paper, event) for paper in event.content.get("missing", ())]


def _refused_acceptance(history: History, event: CaseEvent) -> None:
    if history.accepted:
        silent = history.silent_from is not None
        _find(history, "answer_after_silence" if silent else "refused_after_acceptance", event)
        return
    history.refused = Moment(event.at, event)
    _now(history, "not_accepted", event)


def _supplement_requested(history: History, event: CaseEvent) -> None:
    if any(pause.until is None for pause in history.supplements):
        _find(history, "supplement_asked_twice", event)
        return
    if any(history.reopened_at is None or pause.since > history.reopened_at for pause in history.supplements):
        _find(history, "supplement_asked_again", event)
    history.supplements.append(Pause("supplement", event.at, None, event))
    if not history.over:
        _now(history, "supplement_requested", event)


def _supplement_received(history: History, event: CaseEvent) -> None:
    if not _end_pause(history.supplements, "supplement", event):
        _find(history, "supplement_without_request", event)
    if not history.over:
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
    found = False
    for place, paper in enumerate(history.papers):
        if paper.came_at is None and material in (None, paper.content["material"]):
            history.papers[place], found = paper._replace(came_at=event.at), True
    if not found:
        _find(history, "deferred_not_expected", event)
    if material is not None:
        history.documents.append({"name": material, "at": event.at})


def _pledge_checked(history: History, event: CaseEvent) -> None:
    history.pledge_broken = None if event.content["kept"] else Moment(event.at, event)
    if not event.content["kept"]:
        _find(history, "pledge_not_kept", event)


def _stage_entered(history: History, event: CaseEvent) -> None:
    _leave_stage(history, event)
    history.stage = event.content["stage"]
    history.stays.append(Stay(event.content["stage"], event.at, None, event))
    if not history.over:
        _now(history, f"stage_{history.stage}", event)


def _stage_left(history: History, event: CaseEvent) -> None:
    if history.stage != event.content["stage"]:
        _find(history, "stage_left_without_entering", event)
    else:
        _leave_stage(history, event)


def _leave_stage(history: History, event: CaseEvent) -> None:
    if history.stays and history.stays[-1].until is None:
        history.stays[-1] = history.stays[-1]._replace(until=event.at)


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
    history.reported_up = history.reported_up or Moment(event.at, event)
    if not history.over:
        _now(history, "reported_up", event)


def _decided(history: History, event: CaseEvent) -> None:
    history.decisions.append(event)
    if history.decided and history.decided.event.derived:
        _find(history, "answer_after_silence", event)
        return
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
        if place == 0:
            history.charges.append(event)
        amounts = history.fees.setdefault(event.content.get("currency", "CNY"), [0, 0])
        amounts[place] += event.content["amount_fen"]

    return step


def _closed(history: History, event: CaseEvent) -> None:
    if history.closed and history.closed.event.derived and event.content["as"] in _NEVER_CAME:
        return  # the agency says what silence had said
    if history.closed:
        _find(history, "closed_twice", event)
    history.closed = Moment(event.at, event)
    _now(history, f"closed_{event.content['as']}", event)


_NEVER_CAME = ("abandoned", "supplement_never_came")


def _reopened(history: History, event: CaseEvent) -> None:
    if not history.over:
        _find(history, "reopened_without_end", event)
        return
    history.past.append(history.as_it_stands())
    history.reopened_at = event.at
    history.decided = history.closed = history.refused = history.issued = None
    history.certificate = None
    history.reopened = True
    history.of_branches.append(event)
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
    "branch_opened": _only_noted,  # `branches` opens it
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
