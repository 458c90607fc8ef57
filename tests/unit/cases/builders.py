"""Short ways to say a case: terms, registrations, events, and what they fold to."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from chalicelib.domain.cases.fold import Folded, fold
from chalicelib.domain.cases.records import CaseEvent, Registration, ServiceTerms
from chalicelib.domain.cases.splice import splice
from chalicelib.domain.cases.terms import read_terms

REGISTERED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
FIVE_DAYS = {"value": 5, "unit": "working_day"}
TWENTY_DAYS = {"value": 20, "unit": "working_day"}
HEARING = {"kind": "hearing", "legal_basis": {"document": "行政许可法", "article": "第四十五条"}}
BY_TEN = {
    "limit": {"value": 10, "unit": "working_day"},
    "legal_basis": {"document": "行政许可法", "article": "第四十二条"},
}
APPROVED = {
    "reason": {"zh": "案情复杂"},
    "approved_by": {"zh": "局长"},
    "told_at": "2026-03-06T10:00:00+08:00",
}
"""What an extension must say."""
REFUSED = {"outcome": "refused", "reasons": [{"zh": "不符合规划"}], "remedies": [{"zh": "六十日内申请复议"}]}
AGENCY = {"path": ["guangan", "bureau"], "time_zone": "Asia/Shanghai", "calendar": "cn", "content": {}}


def commitment(version: int = 1, **members: Any) -> dict[str, Any]:
    """Return one version of a service's commitment as the records keep it."""
    limits = {"promised": FIVE_DAYS, "statutory": TWENTY_DAYS}
    return {"version": version, "title": {"zh": "企业投资项目备案", "en": "Filing"}, "limits": limits, **members}


def terms(*commitments: Mapping[str, Any], agency: Mapping[str, Any] = AGENCY, **members: Any) -> ServiceTerms:
    """Return the terms of a service with these commitments, or with one that has these members."""
    state = {"agency": "bureau", "jurisdiction": "guangan", "commitments": commitments or (commitment(**members),)}
    return read_terms("s1", state, agency)


def registration(**members: Any) -> Registration:
    """Return the registration of case c1."""
    return Registration("c1", {"service": "s1", "access": "none", **members}, REGISTERED_AT)


def event(event_id: str, name: str, at: str, /, **members: Any) -> CaseEvent:
    """Return an event; a date alone means ten in the morning in Shanghai."""
    instant = at if "T" in at else f"{at}T10:00:00+08:00"
    return CaseEvent(event_id, "bureau", {"event": name, "occurred_at": instant, **members})


def happened(*steps: tuple[Any, ...]) -> list[CaseEvent]:
    """Return events from `(name, at)` or `(name, at, members)`, numbered e1, e2 ..."""
    return [
        event(f"e{number}", step[0], step[1], **(step[2] if len(step) == 3 else {}))
        for number, step in enumerate(steps, 1)
    ]


def folded(events: list[CaseEvent], service: ServiceTerms | None = None, now: datetime = NOW, **members: Any) -> Folded:
    """Return what the events come to."""
    return fold(registration(**members), events, service or terms(), now)


def status(result: Folded, now: datetime = NOW, zone: str = "Asia/Shanghai") -> dict[str, Any]:
    """Return the status as it is served."""
    served: dict[str, Any] = orjson.loads(splice(result.view, "2026-03-02T01:00:00.000Z", now, zone))
    return served


def fact(result: Folded) -> dict[str, Any]:
    """Return the fact."""
    found: dict[str, Any] = orjson.loads(result.fact)
    return found


def findings(result: Folded) -> list[str]:
    """Return the codes of the findings."""
    return [finding["code"] for finding in orjson.loads(result.findings)]


def turns(result: Folded) -> list[tuple[Any, ...]]:
    """Return the turns: rule, colour, instant, what was due, until when."""
    found = orjson.loads(result.turns)
    return [tuple(turn[name] for name in ("rule", "colour", "at", "due", "until")) for turn in found]


def at(text: str) -> datetime:
    """Return an instant; a date alone means noon in Shanghai."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00+08:00").astimezone(UTC)
