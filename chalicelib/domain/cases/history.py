"""What a case's events come to: the state that `walk` builds up and everything else reads."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.cases.records import CaseEvent, Content, Finding

GRANTS = ("granted", "partly")


class Pause(NamedTuple):
    """A procedure or a wait with its beginning and end, whether or not it may stop the clock."""

    kind: str
    since: datetime
    until: datetime | None
    event: CaseEvent


class Moment(NamedTuple):
    """Something that happened, and the event that says so."""

    at: datetime
    event: CaseEvent


class Entry(NamedTuple):
    """A line of the timeline: `what` names the kind of procedure where the sentence has a place for it."""

    at: datetime
    code: str
    agency: str = ""
    what: str = ""
    place: Content | None = None
    reason: Content | None = None


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
    stage: str | None = None
    pauses: list[Pause] = field(default_factory=list)
    """Special procedures and consultations of third parties."""
    supplements: list[Pause] = field(default_factory=list)
    extensions: list[CaseEvent] = field(default_factory=list)
    missing: list[Content] = field(default_factory=list)
    contact: Content | None = None
    certificate: Content | None = None
    reported_up: CaseEvent | None = None
    pledge_broken: Moment | None = None
    """When the check found that what was pledged does not hold, until a later check finds that it does."""
    reopened: bool = False
    """Reopened and not accepted anew since: a new acceptance then takes the place of the old one."""
    fees: dict[str, list[int]] = field(default_factory=dict)
    """Currency -> what is due and what is paid, in the smallest unit."""
    documents: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    timeline: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ended_at(self) -> datetime | None:
        """When the case was over for the applicant: closed, not accepted, decided; a grant only once it is handed out."""
        if self.closed:
            return self.closed.at
        if self.decided:
            if self.decided.event.content["outcome"] in GRANTS:
                return self.issued.at if self.issued else None
            return self.decided.at
        return self.refused.at if self.refused else None

    @property
    def over(self) -> bool:
        """Whether nothing is left to decide."""
        return bool(self.closed or self.decided or self.refused)
