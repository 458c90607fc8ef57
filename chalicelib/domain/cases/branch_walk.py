"""The walk over the events of branches (并联审批): each is a small history of its own, whose acceptance is its opening.

Invariants: an event with `branch` changes that branch and nothing else. No event is refused: what does not fit is a finding.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from chalicelib.domain.cases.graph import Planned
from chalicelib.domain.cases.history import History, Moment
from chalicelib.domain.cases.records import CaseEvent, Finding
from chalicelib.domain.cases.walk import take_step
from chalicelib.domain.clock.records import Limit

OPENED, NOT_OPENED = "opened", "not_opened"
_CODES = {"decided_twice": "branch_decided_twice", "decided_while_stopped": "branch_decided_while_stopped"}
"""What is said of a branch in other words than of a case."""


@dataclass(slots=True)
class Line:
    """What the events of one branch come to, as the service has it or else as they say themselves."""

    id: str
    plan: Planned | None
    history: History
    agency: str | None = None
    limit: Limit | None = None
    reopened: bool = False
    """The case was reopened, and the branch not opened anew since: it may be, once."""
    findings: list[Finding] = field(default_factory=list)

    def take(self, event: CaseEvent) -> None:
        """Let an event of the branch take effect."""
        if event.name == "branch_opened":
            self._open(event)
        elif event.name != "corrected_event":
            if self.history.accepted is None:
                self.find("branch_not_opened", event)
            take_step(self.history, event)
            found, self.history.findings = self.history.findings, []
            self.findings += [replace(finding, code=_CODES.get(finding.code, finding.code)) for finding in found]

    def find(self, code: str, event: CaseEvent) -> None:
        """Note a contradiction."""
        self.findings.append(Finding(code, event.event_id))

    def _open(self, event: CaseEvent) -> None:
        if self.history.accepted and not self.reopened:
            self.find("branch_opened_twice", event)
            return
        if self.history.accepted:
            self.history = History(OPENED, event.at, None)
        self.reopened, self.history.accepted = False, Moment(event.at, event)
        if not self.history.decided:
            self.history.status, self.history.since = OPENED, event.at
        self._appoint(event)

    def _appoint(self, event: CaseEvent) -> None:
        """Take who has the branch from its opening, and its limit where the service states none."""
        agency, sent = event.content.get("agency"), event.content.get("limit")
        if self.plan and self.plan.agency and agency not in (None, self.plan.agency):
            self.find("branch_agency_differs", event)
        self.agency = agency or self.agency or event.agency
        limit = Limit(sent["value"], sent["unit"]) if sent else None
        stated = self.plan.limit if self.plan else None
        if limit and stated and limit != stated:
            self.find("branch_limit_differs", event)
        self.limit = stated or limit


def walk_branches(events: Iterable[CaseEvent], known: Iterable[Planned], begins: History) -> list[Line]:
    """Return the lines of the branches a service knows, in its order, then those it does not know."""
    lines = {plan.id: _new(plan.id, begins, plan) for plan in known}
    for event in events:
        if event.name == "reopened":
            for line in lines.values():
                line.reopened = True
            continue
        id_ = event.content["branch"]
        if id_ not in lines:
            lines[id_] = _new(id_, begins, None)
            lines[id_].find("branch_not_in_service", event)
        lines[id_].take(event)
    return list(lines.values())


def _new(id_: str, begins: History, plan: Planned | None) -> Line:
    fresh = History(NOT_OPENED, begins.since, None)
    return Line(id_, plan, fresh, plan.agency, plan.limit) if plan else Line(id_, None, fresh)
