"""Which events of a case count, and in which order: corrections worked in, the same whatever came in first.

An event is voided or replaced by a `corrected_event` that names it; of several the last one holds. A correction is itself
corrected only by one that stands after it, so that no two can undo each other. A replacement keeps the id of the event
it stands for, and takes the place that its own `occurred_at` gives it.

A correction that says a branch corrects what was said of that branch, but not its opening, which is the lead's to correct:
an agency that may write of its branch alone can undo nothing else.
"""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.cases.records import CaseEvent, Finding

CORRECTION = "corrected_event"


def in_effect(events: Iterable[CaseEvent]) -> tuple[list[CaseEvent], list[Finding]]:
    """Return the events that count, corrections among them, in their order, and the corrections that correct nothing."""
    ordered = sorted(events, key=lambda event: event.place)
    by_id = {event.event_id: event for event in ordered}
    holding, findings = _corrections(ordered, by_id)
    found = (_corrected(event, holding.get(event.event_id)) for event in ordered)
    return sorted((event for event in found if event), key=lambda event: event.place), findings


def _corrections(ordered: list[CaseEvent], by_id: dict[str, CaseEvent]) -> tuple[dict[str, CaseEvent], list[Finding]]:
    """Return the correction that holds for each corrected event, going from the last correction to the first."""
    holding: dict[str, CaseEvent] = {}
    findings = []
    for correction in reversed(ordered):
        if correction.name != CORRECTION or correction.event_id in holding:
            continue  # no correction, or undone by a later one
        target = by_id.get(correction.content["corrects"])
        if target is None:
            findings.append(Finding("correction_of_unknown_event", correction.event_id))
        elif target.name == CORRECTION and target.place >= correction.place:
            findings.append(Finding("correction_out_of_order", correction.event_id))
        elif not _within_its_branch(correction, target):
            findings.append(Finding("correction_of_other_branch", correction.event_id))
        else:
            holding.setdefault(target.event_id, correction)
    return holding, findings


def _within_its_branch(correction: CaseEvent, target: CaseEvent) -> bool:
    branch = correction.content.get("branch")
    return branch is None or (target.content.get("branch") == branch and target.name != "branch_opened")


def _corrected(event: CaseEvent, correction: CaseEvent | None) -> CaseEvent | None:
    if correction is None:
        return event
    replacement = correction.content.get("replacement")
    return replace(event, agency=correction.agency, content=replacement) if replacement else None
