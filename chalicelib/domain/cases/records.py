"""What the fold of a case is made of: the registration, the events, the terms of the service, what is found wrong.

Everything is frozen. Instants are aware and in UTC; a date is local to the jurisdiction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import zone

Content = Mapping[str, Any]
Words = dict[str, str]
"""A text for people: `zh`, `en` or both."""

PATH_SEPARATOR = "/"
"""Between the ids of a path of agencies; no id holds it."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One event, as it was sent."""

    event_id: str
    agency: str
    """The agency whose key sent it."""
    content: Content

    @property
    def name(self) -> str:
        """What happened."""
        return str(self.content["event"])

    @property
    def at(self) -> datetime:
        """When it happened."""
        return instant(self.content["occurred_at"])

    @property
    def place(self) -> tuple[datetime, int, str]:
        """Its place in the order of events: when it happened, the sender's sequence, its id."""
        return self.at, int(self.content.get("sequence", 0)), self.event_id

    @property
    def derived(self) -> bool:
        """Whether nobody sent it: silence amounts to it."""
        return not self.event_id


@dataclass(frozen=True, slots=True)
class Registration:
    """How a case was opened; `registered_at` is when it was taken in here."""

    case_no: str
    content: Content
    registered_at: datetime
    by_public: bool = False
    """Whether the public opened it here: then it came in when it was sent, whatever an event says."""

    @property
    def received_at(self) -> datetime | None:
        """When the application came in, if whoever opened the case said so."""
        return optional_instant(self.content.get("received_at"))

    @property
    def due_at(self) -> datetime | None:
        """The deadline that the agency gave itself."""
        return optional_instant(self.content.get("due_at"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a service's line (环节)."""

    stage: str
    agency: str | None = None
    limit: Limit | None = None
    group: str | None = None
    branch: str | None = None
    name: Words | None = None


@dataclass(frozen=True, slots=True)
class Joint:
    """Handling by several agencies at once (并联审批). The limits of the whole are those of its commitment."""

    branch_extension: Limit | None = None
    """By how much the limit of a branch may be extended."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """One version of what a service promises (服务承诺): the part that a case rests on."""

    version: int
    title: Words
    effective_on: date | None = None
    handling: str = "promised"
    promised: Limit | None = None
    statutory: Limit | None = None
    clock_starts: str = "accepted"
    supplement: str = "before_acceptance"
    promise_covers: str = "decision"
    special_procedures: Mapping[str, str] = field(default_factory=dict)
    """Kind of procedure that may stop the clock -> its legal basis, in short."""
    extension: Limit | None = None
    extension_basis: str | None = None
    legal_basis: tuple[str, ...] = ()
    """What the limits rest on, in short; a version that was published before this was kept has none."""
    acceptance: Limit | None = None
    supplement_request: Limit | None = None
    first_review: Limit | None = None
    first_review_by_law: Limit | None = None
    """For a case that went up although the service sets no limit for that."""
    issue: Limit | None = None
    overdue_means: str = "nothing"
    joint: Joint | None = None
    steps: tuple[Step, ...] = ()
    stages: tuple[str, ...] = ()
    stage_names: tuple[Words | None, ...] = ()
    """What the service itself calls each of its stages."""
    fees: tuple[Words, ...] | None = None
    """The names of the fees on the service's list; None where no list was kept."""
    first_contact: Content | None = None
    complaint: Content | None = None


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """A service with all its commitments, and the jurisdiction in which its days are counted."""

    service: str
    agency: str
    path: tuple[str, ...]
    """Agencies from the root down to this one."""
    jurisdiction: str
    time_zone: str
    calendar: str
    commitments: tuple[Commitment, ...]
    branch_paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of every agency that has a branch in one of the commitments: agencies from the root down to it."""
    synthetic: bool = False
    """Whether something in the service is made up."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which an instant has a date."""
        return zone(self.time_zone)

    def day(self, moment: datetime) -> date:
        """Return the local date of an instant."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A contradiction: shown to the agency and counted, never a reason to refuse."""

    code: str
    event_id: str = ""


def instant(text: str) -> datetime:
    """Return an RFC 3339 instant in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def optional_instant(text: str | None) -> datetime | None:
    """Return an RFC 3339 instant in UTC, or None."""
    return None if text is None else instant(text)
