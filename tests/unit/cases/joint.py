"""A joint licence in short: opening a restaurant (开办餐馆), three agencies side by side under a lead, and its events."""

from typing import Any

from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from tests.unit.cases.builders import HEARING, event, terms


def days(value: int, unit: str = "working_day") -> dict[str, Any]:
    """Return a limit."""
    return {"value": value, "unit": unit}


def strand(
    branch: str, limit: int | None, agency: str | None = None, group: str = "g1", **members: Any
) -> dict[str, Any]:
    """Return a step of a branch."""
    step = {"stage": "review", "agency": agency or branch, "group": group, "branch": branch, **members}
    return step if limit is None else {**step, "limit": days(limit)}


INSPECTION = {"kind": "inspection", "legal_basis": {"document": "行政许可法", "article": "第四十五条"}}
STEPS = [
    {"stage": "accept", "agency": "bureau"},
    strand("health", 10),
    strand("fire", 5),
    strand("fire", 3, stage="decide"),
    strand("city", 6),
    {"stage": "decide", "agency": "bureau", "limit": days(2)},
    {"stage": "issue", "agency": "bureau"},
]
TWENTY_PROMISED = {"lead": "bureau", "promised": days(20), "statutory": days(45)}


def restaurant(**members: Any) -> ServiceTerms:
    """Return the terms of the service."""
    base = {
        "service_kind": "licence",
        "limits": {},
        "steps": STEPS,
        "joint": TWENTY_PROMISED,
        "special_procedures": [INSPECTION, HEARING],
        "extension": {"limit": days(4), "legal_basis": {"document": "行政许可法"}},
    }
    return terms(**{**base, **members})


def opened(event_id: str, branch: str, at: str, **members: Any) -> CaseEvent:
    """Return the opening of a branch by the lead."""
    return event(event_id, "branch_opened", at, branch=branch, **members)


def decided(event_id: str, branch: str, at: str, outcome: str = "granted") -> CaseEvent:
    """Return the decision of a branch."""
    return event(event_id, "decided", at, branch=branch, outcome=outcome)


def by_id(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the branches of a status by their ids."""
    return {branch["id"]: branch for branch in shown["branches"]}
