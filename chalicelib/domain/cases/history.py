"""What a case's events come to: the state that `walk` builds up and everything else reads."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from chalicelib.domain.card_marks import Turn
from chalicelib.domain.cases.records import CaseEvent, Content, Finding

GRANTS = ("granted", "partly")


class Pause(NamedTuple):
    """A procedure or a wait with its beginning and end, whether or not it may stop the clock."""

    kind: str
    since: datetime
    until: datetime | None
    event: CaseEvent

    @property
    def expected_on(self) -> date | None:
        """The day by which papers were asked for."""
        told = self.event.content.get("due_on")
        return date.fromisoformat(told) if told else None


class Moment(NamedTuple):
    """Something that happened, and the event that says so."""

    at: datetime
    event: CaseEvent


class Stay(NamedTuple):
    """The time a case spends at a stage (环节): up to its leaving, or to its coming to another one."""

    stage: str
    since: datetime
    until: datetime | None
    event: CaseEvent


class Paper(NamedTuple):
    """A paper that may follow (容缺), with the acceptance that says so, and when it came."""

    content: Content
    event: CaseEvent
    came_at: datetime | None = None

    @property
    def due_on(self) -> date | None:
        """The day by which it was to come."""
        told = self.content.get("due_on")
        return date.fromisoformat(told) if told else None


class Entry(NamedTuple):
    """A line of the timeline: `what` names the kind of procedure where the sentence has a place for it."""

    at: datetime
    code: str
    agency: str = ""
    what: str = ""
    place: Content | None = None
    reason: Content | None = None
    branch: str = ""


class Way(NamedTuple):
    """A step on the way of a case: where it came to, if that is said; whether it was received there, or handed over."""

    at: datetime
    place: Content | None
    received: bool
    handed_over: bool


class Notice(NamedTuple):
    """A notice that was given, by the code of its event; `what` as in `Entry`."""

    kind: str
    no: str
    at: datetime
    what: str = ""


@dataclass(slots=True)
class History:
    """What a case's events come to. `status` is the code of what happened last, `since` its instant."""

    status: str
    since: datetime
    received_at: datetime | None
    accepted: Moment | None = None
    refused: Moment | None = None
    first_decided_at: datetime | None = None
    decided: Moment | None = None
    issued: Moment | None = None
    closed: Moment | None = None
    reported_up: Moment | None = None
    stage: str | None = None
    stays: list[Stay] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    """Special procedures and consultations of third parties."""
    supplements: list[Pause] = field(default_factory=list)
    extensions: list[CaseEvent] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    contact: Content | None = None
    certificate: Content | None = None
    pledge_broken: Moment | None = None
    """When the check found that what was pledged does not hold, until a later check finds that it does."""
    reopened: bool = False
    """Reopened and not accepted anew since: a new acceptance then takes the place of the old one."""
    reopened_at: datetime | None = None
    past: list["History"] = field(default_factory=list)
    """How it stood at each reopening: what was late then stays late."""
    silent_from: datetime | None = None
    """When silence became acceptance; `accepted` then holds as of the receipt."""
    lapses: list[Turn] = field(default_factory=list)
    """What silence has brought, or would bring."""
    missing_years: set[int] = field(default_factory=set)
    """Calendar years without which it cannot be said whether silence has brought anything."""
    answers: list[datetime] = field(default_factory=list)
    """When the agency said anything that an application waits for."""
    decisions: list[CaseEvent] = field(default_factory=list)
    charges: list[CaseEvent] = field(default_factory=list)
    fees: dict[str, list[int]] = field(default_factory=dict)
    """Currency -> what is due and what is paid, in the smallest unit."""
    documents: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    contacts: list[datetime] = field(default_factory=list)
    """When somebody came in person."""
    ways: list[Way] = field(default_factory=list)
    """Where the case came to, branches left out."""
    timeline: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    of_branches: list[CaseEvent] = field(default_factory=list)
    """The events of branches, with every reopening of the case between them, in their order."""

    @property
    def missing(self) -> list[Content]:
        """The papers that may follow and have not come."""
        return [paper.content for paper in self.papers if paper.came_at is None]

    @property
    def ended_at(self) -> datetime | None:
        """When the case was over for the applicant: closed, not accepted, decided; a grant only once it is handed out."""
        if self.closed:
            return self.closed.at
        if self.decided:
            if self.granted:
                return self.issued.at if self.issued else None
            return self.decided.at
        return self.refused.at if self.refused else None

    @property
    def end(self) -> Moment | None:
        """What left nothing to decide."""
        return self.decided or self.closed or self.refused

    @property
    def over(self) -> bool:
        """Whether nothing is left to decide."""
        return self.end is not None

    @property
    def granted(self) -> bool:
        """Whether it was granted, if only in part."""
        return self.decided is not None and self.decided.event.content["outcome"] in GRANTS

    def as_it_stands(self) -> "History":
        """Return a copy that later events do not change: what the clocks rest on, without the earlier ones."""
        return replace(
            self,
            stays=list(self.stays),
            pauses=list(self.pauses),
            supplements=list(self.supplements),
            extensions=list(self.extensions),
            papers=list(self.papers),
            decisions=list(self.decisions),
            of_branches=list(self.of_branches),
            past=[],
        )
