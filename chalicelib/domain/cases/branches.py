"""Branches (并联审批): several agencies on one case at once, each with a line and a clock of its own, and one joint clock.

Source: Administrative Licensing Law art. 26 and 42; the domain text, "Joint clock". A branch is a small case: its events
take the same steps as those of the case, its opening is its acceptance, its limit that of its steps in the service.

Invariants: an event with `branch` changes that branch and nothing else; the outcome depends on the set of events only. What
stops the whole case stops every branch; a day is off the joint clock only if every branch open that day is stopped. Where
silence means consent, a branch that passes its limit has consented from then on, and nothing said later undoes that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.card_marks import Turn, key_of
from chalicelib.domain.cases.branch_walk import Line, walk_branches
from chalicelib.domain.cases.clocks import CaseClock, run_clock
from chalicelib.domain.cases.graph import line_of, planned
from chalicelib.domain.cases.history import Entry, History, Moment
from chalicelib.domain.cases.records import Commitment, Finding, Registration, ServiceTerms
from chalicelib.domain.cases.turns import YELLOW, missed, passes_at
from chalicelib.domain.clock.together import Track, stopped_together

CONSENTED, ENDED = "consented", "ended"
ALL_BRANCHES = "all_branches"
"""The kind of a stop of the joint clock."""
_INSTANT_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch as its events leave it. The opening stands in its history as the acceptance."""

    id: str
    agency: str | None
    place: int
    """Of its group in the service's line; -1 where the service does not know it."""
    history: History
    clock: CaseClock
    consented_at: datetime | None = None
    """When silence became consent."""

    @property
    def decided_at(self) -> datetime | None:
        """When it was decided, by the agency or by its silence."""
        if self.consented_at:
            return self.consented_at
        return self.history.decided.at if self.history.decided else None

    @property
    def opened_at(self) -> datetime | None:
        """When its clock began."""
        return self.history.accepted.at if self.history.accepted else None

    @property
    def ended_at(self) -> datetime | None:
        """When nothing was left to do in it: decided, or gone with the case."""
        return self.decided_at or (self.history.closed.at if self.history.closed else None)


class Standing(NamedTuple):
    """How a case stands: its history and clock with what the branches bring about in them, and the branches."""

    history: History
    clock: CaseClock
    branches: list[Branch]


def stand(history: History, registration: Registration, terms: ServiceTerms, now: datetime) -> Standing:
    """Return how a case stands at an instant: the branches of the service in its order, then those it does not know.

    What the branches bring about in the case is in the history returned: contradictions, consent by silence, and that the
    case is decided only with its last decision. The one given is left as it is.
    """
    whole = run_clock(history, registration, terms)
    commitment = whole.bound.commitment
    lines = walk_branches(history.of_branches, planned(line_of(commitment.steps)).values(), history)
    if not lines:
        return Standing(history, whole, [])
    findings = [finding for line in lines for finding in line.findings]
    branches = [_branch(line, history, whole, replace(registration, content={}), terms) for line in lines]
    if commitment.overdue_means == "consent":
        branches = [_heard(branch, terms, now, findings) for branch in branches]
    findings += _out_of_order(branches, history)
    settled = replace(
        history,
        decided=_last_decision(branches, history, findings) if commitment.joint else history.decided,
        findings=[*history.findings, *findings],
        timeline=sorted([*history.timeline, *_consents(branches)], key=lambda entry: entry.at),
    )
    clock = _joint(branches, settled, whole, registration, terms)
    years = clock.missing_years.union(*(branch.clock.missing_years for branch in branches))
    return Standing(settled, replace(clock, missing_years=years), branches)


def _joint(
    branches: list[Branch], history: History, whole: CaseClock, registration: Registration, terms: ServiceTerms
) -> CaseClock:
    """The clock of the whole: in a joint handling without the time in which every open branch is stopped."""
    commitment = whole.bound.commitment
    if commitment.joint is None:
        return whole
    limit = commitment.promised or commitment.statutory
    unit = limit.unit if limit else "day"
    still = stopped_together(_tracks(branches), unit, terms.zone, ALL_BRANCHES, whole.stops)
    clock = run_clock(history, registration, terms, still)
    clock.steps.insert(1, {"code": "joint_clock"})
    return clock


def _branch(line: Line, case: History, whole: CaseClock, registration: Registration, terms: ServiceTerms) -> Branch:
    """Count a branch; what is open in it when the case ends, ends with the case."""
    history = line.history
    if case.end is not None and not history.decided:
        history = replace(history, closed=case.end)
        if history.accepted:
            history = replace(history, status=ENDED, since=case.end.at)
    clock = run_clock(history, registration, _terms_of(line, whole.bound.commitment, terms), whole.stops)
    clock.steps = [step for step in clock.steps if step["code"] != "bound_to_version"]  # said of the case already
    return Branch(line.id, line.agency, line.plan.place if line.plan else -1, history, clock)


def _terms_of(line: Line, commitment: Commitment, terms: ServiceTerms) -> ServiceTerms:
    """The terms under which a branch runs: as a service whose only promise is the limit of the branch."""
    own = replace(
        commitment,
        effective_on=None,
        promised=line.limit,
        statutory=None,
        clock_starts="accepted",
        extension=commitment.joint.branch_extension if commitment.joint else commitment.extension,
        acceptance=None,
        supplement_request=None,
        first_review=None,
        first_review_by_law=None,
        issue=None,
        overdue_means="nothing",
        joint=None,
        steps=(),
    )
    return replace(terms, commitments=(own,))


def _heard(branch: Branch, terms: ServiceTerms, now: datetime, findings: list[Finding]) -> Branch:
    """Let a branch consent that said nothing until its limit had passed."""
    at = passes_at(branch.clock.due, terms)
    if at is None or at > now or branch.opened_at is None:
        return branch
    spoke = branch.history.end
    if spoke is not None and spoke.at < at:
        return branch
    if branch.history.decided:
        findings.append(Finding("branch_decided_after_silence", branch.history.decided.event.event_id))
    history = replace(branch.history, status=CONSENTED, since=at)
    return replace(branch, history=history, clock=replace(branch.clock, state="done"), consented_at=at)


def _consents(branches: Iterable[Branch]) -> Iterator[Entry]:
    for branch in branches:
        if branch.consented_at is not None:
            yield Entry(branch.consented_at, "branch_consented", branch.agency or "", branch=branch.id)


def _out_of_order(branches: list[Branch], history: History) -> Iterator[Finding]:
    """Find what was opened before its turn, or before the case was accepted."""
    for branch in branches:
        if branch.history.accepted is None:
            continue
        opened, id_ = branch.history.accepted.at, branch.history.accepted.event.event_id
        if history.accepted is None or opened < history.accepted.at:
            yield Finding("branch_opened_before_acceptance", id_)
        before = (other for other in branches if -1 < other.place < branch.place)
        if any(other.decided_at is None or other.decided_at > opened for other in before):
            yield Finding("branch_opened_before_its_turn", id_)


def _last_decision(branches: list[Branch], history: History, findings: list[Finding]) -> Moment | None:
    """The joint clock runs to the last decision, so a case whose branches go on is not decided before they are."""
    decided = history.decided
    if decided is None:
        return None
    ends = [branch.decided_at for branch in branches if branch.place >= 0]
    if not decided.event.derived and any(end is None or end > decided.at for end in ends):
        findings.append(Finding("decided_before_branches", decided.event.event_id))
    return Moment(max(end for end in (decided.at, *ends) if end is not None), decided.event)


def _tracks(branches: Iterable[Branch]) -> Iterator[Track]:
    for branch in branches:
        if branch.opened_at is not None:
            last = branch.ended_at
            if branch.consented_at:
                last = branch.consented_at - _INSTANT_BEFORE  # its last day is the one on which it was due
            if last is None or last >= branch.opened_at:
                yield Track(branch.opened_at, last, branch.clock.stops)


def branch_turns(stood: Iterable[Standing], terms: ServiceTerms) -> list[Turn]:
    """Return the turns that the limits of branches bring, as a case stood at each reopening and as it stands."""
    found: dict[tuple[str, str, str], Turn] = {}
    for branch in (branch for standing in stood for branch in standing.branches):
        limits = [missed("branch_limit", YELLOW, branch.clock.due, _answered(branch), terms, branch.id)]
        limits += [
            missed(timer.rule, YELLOW, timer.due, timer.done, terms, f"{branch.id}/{timer.of}")
            for timer in branch.clock.timers
        ]
        for turn in limits:
            if turn is not None:
                found.setdefault(key_of(turn), turn)
    return list(found.values())


def _answered(branch: Branch) -> datetime | None:
    """When the branch answered itself, or the case was over; silence is no answer."""
    return branch.history.end.at if branch.history.end else None
