"""Branches in the status of a case: as they are stored, and what of them depends on the day of asking.

`longest_path` lays out what is left of the line from today: an open branch takes its whole limit, one not opened begins when
the part before it has ended, a step of the case takes its own limit. The branches of the first unfinished group on whose
end that rests are `blocking`. It is a projection, in days, and no deadline: what is late is assumed to end today.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from chalicelib.domain.cases.branches import ALL_BRANCHES, Branch, Standing
from chalicelib.domain.cases.graph import Part, line_of, positions
from chalicelib.domain.cases.records import ServiceTerms
from chalicelib.domain.cases.todo import AGENCY, nearest, open_request, papers
from chalicelib.domain.cases.view import HIDDEN, SideBySide, View, deadline_of, hidden_clock, limit_of, stop_of
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.deadlines import due_date
from chalicelib.domain.clock.errors import ClockError
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import from_key, to_key, zone

_BEFORE_DECISION = ("review", "decide", "other")
"""Stages of the case's own steps that lie between acceptance and decision."""
_HOURS_A_DAY = 24


def side_by_side(standing: Standing, terms: ServiceTerms) -> SideBySide:
    """Return the branches as they are stored, with the line between acceptance and decision while it is to be projected."""
    history, commitment, branches = standing.history, standing.clock.bound.commitment, standing.branches
    open_ = commitment.joint is not None and history.accepted is not None and not history.over
    begun = max((branch.place for branch in branches if branch.opened_at), default=-1)
    line = line_of(commitment.steps)
    asked = [] if history.over else sorted(_asked(branches), key=nearest)
    left = list(_parts(line, begun)) if open_ else []
    return SideBySide([_branch(branch, terms) for branch in branches], asked, left, _reached(branches, line))


def _reached(branches: list[Branch], line: Iterable[Part]) -> int:
    """The first stage of the last group that has begun; its last one once every branch of it is decided."""
    begun = {branch.place for branch in branches if branch.opened_at and branch.place >= 0}
    if not begun:
        return 0
    place = max(begun)
    decided = all(branch.decided_at for branch in branches if branch.place == place)
    return positions(line)[place][decided]


def _asked(branches: Iterable[Branch]) -> Iterator[View]:
    """The papers that branches wait for."""
    for branch in branches:
        if branch.ended_at is None and (request := open_request(branch.history)) is not None:
            yield {**papers(request), "branch": branch.id} | ({"agency": branch.agency} if branch.agency else {})


def _branch(branch: Branch, terms: ServiceTerms) -> View:
    clock, history = branch.clock, branch.history
    hidden = hidden_clock(history, clock, terms)
    if branch.consented_at:
        hidden["lamp"] = "red"  # its limit passed: that is why
    if branch.ended_at:
        hidden["ended_at"] = to_key(branch.ended_at)
    since = to_key(history.since) if branch.opened_at or branch.decided_at else None
    view: View = {
        "id": branch.id,
        "agency": branch.agency,
        "status": {"code": history.status, "since": since} if since else {"code": history.status},
        "clock": clock.state if branch.opened_at else "not_started",
        "stopped": stop_of(clock.stopped) if clock.state == "stopped" else None,
        "deadline": deadline_of(clock, None),
        "blocking": False,
        HIDDEN: hidden,
    }
    return {name: value for name, value in view.items() if value is not None}


def _parts(line: Iterable[Part], begun: int) -> Iterator[View]:
    for part in line:
        if part.branches:
            yield {"branches": [branch.id for branch in part.branches]}
            continue
        for step in part.steps:
            if step.stage in _BEFORE_DECISION and part.place > begun:
                limit = limit_of(step.limit) if step.limit else None
                view = {"stage": step.stage, "agency": step.agency, "limit": limit}
                yield {name: value for name, value in view.items() if value is not None}


# What depends on the day


class _End(NamedTuple):
    """When something on the line ends; None where that cannot be told."""

    on: date | None
    what: View


def project_line(view: View, hidden: View, today: date) -> None:
    """Say in a status which branches block, and when the whole will be decided if every limit is used up."""
    line = hidden.get("line")
    if line is None:
        return
    branches = {branch["id"]: branch for branch in view["branches"]}
    on: date | None = _day(view["accepted_at"], hidden)
    steps: list[View] = []
    waiting = True
    for part in line:
        ends = list(_ends(part, branches, hidden, on, today))
        on = None if any(end.on is None for end in ends) else max(end.on for end in ends if end.on is not None)
        last = [end for end in ends if end.on == on]
        open_ = [end for end in last if "branch" in end.what and _undecided(branches[end.what["branch"]])]
        if waiting and open_:
            _block(view, [branches[end.what["branch"]] for end in open_])
            waiting = False
        if on is None:
            return
        steps += [{**end.what, "until": on.isoformat()} for end in last]
    if steps and on is not None:
        on = max(on, today)  # what is left undone cannot end in the past
        view["longest_path"] = {"ends_on": on.isoformat(), "steps": steps}
        due = view["deadline"].get("due_on") or view["deadline"].get("projected_due_on")
        if due is not None:
            view["longest_path"]["late"] = on.isoformat() > due


def _block(view: View, blocking: list[View]) -> None:
    """Mark the branches that all wait for, and say so in the next step, unless the applicant or the case itself comes first."""
    for branch in blocking:
        branch["blocking"] = True
    stopped_by = view.get("stopped", {}).get("why", ALL_BRANCHES)
    if view["next_step"]["who"] != AGENCY or stopped_by != ALL_BRANCHES:
        return
    begun = [branch for branch in blocking if branch["clock"] != "not_started"]
    if not begun:
        view["next_step"] = {**view["next_step"], "code": "open_branches"}
        view["next_step"].pop("by", None)
        return
    agencies = sorted({branch["agency"] for branch in begun if "agency" in branch})
    due = [branch["deadline"]["due_on"] for branch in begun if "due_on" in branch.get("deadline", {})]
    view["next_step"] = {"who": AGENCY, "code": "decide_branches", "agencies": agencies}
    if due:
        view["next_step"]["by"] = max(due)


def _ends(part: View, branches: dict[str, View], hidden: View, before: date | None, today: date) -> Iterator[_End]:
    if "branches" not in part:
        what: View = {name: part[name] for name in ("stage", "agency") if name in part}
        on = _used_up(part.get("limit", {"value": 0, "unit": "day"}), before, hidden)
        yield _End(max(on, today) if on else None, what)
        return
    for branch in (branches[id_] for id_ in part["branches"]):
        what = {"branch": branch["id"]} | ({"agency": branch["agency"]} if "agency" in branch else {})
        yield _End(_end_of(branch, hidden, before, today), what)


def _end_of(branch: View, hidden: View, before: date | None, today: date) -> date | None:
    own, deadline = branch[HIDDEN], branch.get("deadline", {})
    if not _undecided(branch):
        return _day(own["ended_at"], hidden)
    if branch["clock"] == "not_started":
        return _used_up(deadline.get("limit"), max(before, today) if before else None, hidden)
    for name in ("due_on", "projected_due_on"):
        if name in deadline:
            return max(date.fromisoformat(deadline[name]), today)
    for name in ("due_at", "projected_due_at"):
        if name in deadline:
            return max(_day(deadline[name], hidden), today)
    return None


def _undecided(branch: View) -> bool:
    return "ended_at" not in branch[HIDDEN]


def _used_up(limit: dict[str, Any] | None, since: date | None, hidden: View) -> date | None:
    if limit is None or since is None:
        return None
    whole = Limit(**limit)
    if whole.unit == "hour":
        whole = Limit(-(-whole.value // _HOURS_A_DAY), "day")
    try:
        return due_date(since, whole, (), (), load_calendar(hidden["calendar"]))
    except ClockError:
        return None  # a year without data: nobody can tell


def _day(text: str, hidden: View) -> date:
    return from_key(text).astimezone(zone(hidden["zone"])).date()
