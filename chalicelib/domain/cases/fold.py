"""The fold of a case: its events, in whatever order they came in, to the one status, fact and list of findings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.card_marks import Turn
from chalicelib.domain.cases.branch_view import side_by_side
from chalicelib.domain.cases.branches import Standing, branch_turns, stand
from chalicelib.domain.cases.facts import fact_of
from chalicelib.domain.cases.records import CaseEvent, Finding, Registration, ServiceTerms
from chalicelib.domain.cases.turns import breaches, in_order, papers_overdue, turns_of
from chalicelib.domain.cases.view import render_view
from chalicelib.domain.cases.walk import walk
from chalicelib.domain.instants import to_key

FINDINGS_LIMIT = 200


class Folded(NamedTuple):
    """What is kept of a case: the bytes of its view, fact and findings, when it was over, whether nothing is left to decide."""

    status: str
    view: bytes
    fact: bytes
    findings: bytes
    findings_count: int
    ended_at: datetime | None
    turns: bytes
    """The turns that time alone brings or has brought, in order: a JSON list of what `Turn` holds."""
    over: bool
    branches: dict[str, str]
    """The status of every branch."""


def fold(registration: Registration, events: Iterable[CaseEvent], terms: ServiceTerms, now: datetime) -> Folded:
    """Return what a case's events come to at an instant.

    Of `now` the bytes hold only which turns have passed: they are the same from one turn to the next.
    """
    history = walk(registration, events, terms, now)
    standing, *before = (stand(each, registration, terms, now) for each in (history, *history.past))
    history, clock = standing.history, standing.clock
    findings = _findings([standing, *before], terms, now)
    turns = {
        *turns_of(history, clock, terms, [(past.history, past.clock) for past in before]),
        *branch_turns([*before, standing], terms),
    }
    return Folded(
        status=history.status,
        view=render_view(history, clock, registration, terms, side_by_side(standing, terms)),
        fact=orjson.dumps(fact_of(history, clock, registration, terms)),
        findings=orjson.dumps([_written(finding) for finding in findings[:FINDINGS_LIMIT]]),
        findings_count=len(findings),
        ended_at=history.ended_at,
        turns=orjson.dumps([_turn(turn) for turn in sorted(turns, key=in_order)]),
        branches={branch.id: branch.history.status for branch in standing.branches},
        over=history.over,
    )


def _findings(stood: list[Standing], terms: ServiceTerms, now: datetime) -> list[Finding]:
    """What contradicts the events of a case, or its clocks, as it stands and as it stood at each reopening."""
    history, clock = stood[0].history, stood[0].clock
    found = set(history.findings)
    for then in stood:
        found |= {*then.clock.findings, *papers_overdue(then.history, then.clock, terms, now)}
        found |= {finding for branch in then.branches for finding in branch.clock.findings}
    found |= {Finding(code, event.event_id) for code, event in breaches(history, clock)}
    commitment = clock.bound.commitment
    promised = commitment.handling != "immediate" and commitment.clock_starts == "accepted"
    if promised and history.decided and not history.accepted:
        found.add(Finding("decided_without_acceptance", history.decided.event.event_id))
    return sorted(found)


def _turn(turn: Turn) -> dict[str, Any]:
    return {**turn._asdict(), "at": to_key(turn.at), "until": to_key(turn.until) if turn.until else None}


def _written(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "event_id": finding.event_id} if finding.event_id else {"code": finding.code}
