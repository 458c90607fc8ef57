"""What if: the deadline of a case that does not exist, told as events and folded by the very functions that fold a case.

Source: the domain text, "Clocks"; there is no second clock. A date stands for its first instant in the jurisdiction. Things
of one instant happen in the order in which the parameters are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import orjson

from chalicelib.domain.cases.clocks import run_clock
from chalicelib.domain.cases.fold import fold
from chalicelib.domain.cases.phrases import explained
from chalicelib.domain.cases.records import CaseEvent, Registration, ServiceTerms
from chalicelib.domain.cases.splice import splice
from chalicelib.domain.cases.terms import bind
from chalicelib.domain.cases.timers import Timer
from chalicelib.domain.cases.turns import first_instant
from chalicelib.domain.cases.view import due_of, limit_of
from chalicelib.domain.cases.walk import CONSULTING, walk
from chalicelib.domain.codes import sentences
from chalicelib.domain.instants import in_zone, localised, to_key

Asked = Mapping[str, Any]
"""The parameters: dates as text, instants aware, words; None for what is not supposed to happen."""
HAPPENS = (
    "received_at",
    "accepted_at",
    "supplement_requested_at",
    "supplement_received_at",
    "stop_from",
    "stop_until",
    "extended_on",
    "decided_at",
    "issued_at",
)
"""What may be supposed to happen, in the order in which it does at one instant."""
_SUPPOSED = {"zh": "假设", "en": "supposed"}
_SHOWN = ("service", "handling", "status", "clock", "accepted_at", "stopped", "remaining", "deadline", "timeline")


def narrowed(terms: ServiceTerms, version: int | None, as_of: str | None) -> ServiceTerms | None:
    """Return the terms with one version only, if one is asked for by number or by day; None if there is none of that number."""
    if as_of is not None:
        version = bind(terms, date.fromisoformat(as_of)).commitment.version
    if version is None:
        return terms
    found = tuple(replace(each, effective_on=None) for each in terms.commitments if each.version == version)
    return replace(terms, commitments=found) if found else None


def preview(asked: Asked, terms: ServiceTerms, now: datetime, time_zone: str) -> bytes:
    """Return the deadlines of what is supposed, explained as in a status, at an instant; its instants in `time_zone`.

    As a status does, it changes with the day (for limits in hours, with the hour) and at turns, so that an ETag holds.
    """
    events = list(_events(asked, terms))
    opened = Registration("preview", {"service": terms.service, "access": "none"}, min(event.at for event in events))
    folded = fold(opened, events, terms, now)
    shown = orjson.loads(splice(folded.view, to_key(now), now, time_zone))
    clock = run_clock(walk(opened, events, terms, now), opened, terms)

    answer = {
        **({"now": in_zone(now, time_zone)} if asked["now"] else {}),
        **{name: shown[name] for name in _SHOWN if name in shown},
        "limits": [_limit(timer, time_zone) for timer in clock.timers],
        "turns": [_turn(turn, time_zone) for turn in orjson.loads(folded.turns)],
        "findings": [_finding(finding) for finding in orjson.loads(folded.findings)],
    }
    return orjson.dumps(answer)


def _events(asked: Asked, terms: ServiceTerms) -> Iterator[CaseEvent]:
    for place, name in enumerate(HAPPENS):
        supposed = asked[name]
        if supposed is not None:
            at = supposed if isinstance(supposed, datetime) else first_instant(date.fromisoformat(supposed), terms)
            content = {**_content(name, asked, at), "occurred_at": to_key(at), "sequence": place}
            yield CaseEvent(name, terms.agency, content)


def _content(name: str, asked: Asked, at: datetime) -> dict[str, Any]:
    kind = asked["stop_kind"]
    stop = {"event": CONSULTING} if kind == CONSULTING else {"event": "special", "kind": kind}
    contents: dict[str, dict[str, Any]] = {
        "received_at": {"event": "received"},
        "accepted_at": {"event": "accepted"},
        "supplement_requested_at": _present(event="supplement_requested", due_on=asked["supplement_due_on"]),
        "supplement_received_at": {"event": "supplement_received"},
        "stop_from": {**stop, "event": f"{stop['event']}_started"},
        "stop_until": {**stop, "event": f"{stop['event']}_ended"},
        "extended_on": {"event": "extended", "reason": _SUPPOSED, "approved_by": _SUPPOSED, "told_at": to_key(at)},
        "decided_at": {"event": "decided", "outcome": "granted"},
        "issued_at": {"event": "issued"},
    }
    return contents[name]


def _present(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _limit(timer: Timer, time_zone: str) -> dict[str, Any]:
    """A limit beside the decision's, with its explanation."""
    due = due_of(timer.due, "due")
    return {
        "rule": timer.rule,
        **({"of": timer.of} if timer.of else {}),
        "limit": limit_of(timer.limit),
        **{name: localised(text, time_zone) for name, text in due.items()},
        "explain": [{**step, "sentence": explained(step)} for step in timer.explain()],
    }


def _turn(turn: dict[str, Any], time_zone: str) -> dict[str, Any]:
    found = {name: value for name, value in turn.items() if value}
    return {
        name: localised(value, time_zone) if name in ("at", "due", "until") else value for name, value in found.items()
    }


def _finding(finding: dict[str, str]) -> dict[str, Any]:
    return {"code": finding["code"], "sentence": sentences("finding")[finding["code"]]}
