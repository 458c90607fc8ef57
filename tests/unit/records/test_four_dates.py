"""Four dates are kept apart: issued, published, effective, changed. Each says one thing, and the last moves with the content.

Acts by chance on every noun that is given its whole content anew; contents come from a few, so what is said again is common.
"""

from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.public_view import PublicRecord, Site, public_record
from chalicelib.domain.records import Act, ActMeta, Actor, Others, Ref, State
from chalicelib.errors import RefusedError
from tests.agency_states import agency_state
from tests.centre_world import CENTRE
from tests.rule_world import RULE

SITE = Site("open.example.gov", "", "Asia/Shanghai")
CLERK = Actor("k", "bureau", "Li", frozenset({"clerk"}))
SERVICE = {"agency": "bureau", "title": {"zh": "备案"}, "service_kind": "licence"}
PLAIN: dict[str, dict[str, Any]] = {
    "agency": {"name": {"zh": "区经信局"}, "level": "department", "parent": "guangan"},
    "service": SERVICE,
    "rule": {key: value for key, value in RULE.items() if key != "in_force_on"},
    "centre": CENTRE,
}
FIRST = {"agency": "register", "service": "publish", "rule": "publish", "centre": "open"}
AGAIN = {"agency": "amend", "service": "revise", "rule": "revise", "centre": "revise"}
END: dict[str, dict[str, Any]] = {
    "agency": {"act": "dissolve", "reason": {"zh": "改革"}},
    "service": {"act": "withdraw", "reason": {"zh": "取消"}},
    "rule": {"act": "withdraw", "reason": {"zh": "误录"}},
    "centre": {"act": "close", "reason": {"zh": "搬迁"}},
}
STEPS: dict[str, list[dict[str, Any]]] = {
    "rule": [
        {"act": "review", "outcome": "keep", "reason": {"zh": "仍需"}, "next_review_due_on": "2029-12-31"},
        {
            "act": "report_execution",
            "period_from": "2025-01-01",
            "period_to": "2025-12-31",
            "done": {"zh": "已执行"},
            "problems": {"zh": "无"},
        },
    ]
}
OWN = ("version", "act", "url", "record_changed_at")
"""Members that name a version, and say nothing of the record."""


def contents(kind: str) -> list[dict[str, Any]]:
    """Return a few contents of a kind, with and without dates of their own."""
    named = "name" if "name" in PLAIN[kind] else "title"
    first = PLAIN[kind]
    return [
        first,
        {**first, "issued_on": "2026-01-05"},
        {**first, "issued_on": "2026-01-05", "effective_on": "2026-03-01"},
        {**first, named: {**first[named], "en": "Another"}},
    ]


def parsed(kind: str, act: Act) -> Act:
    """Return an act as it is taken in."""
    return BY_KIND[kind].rules.parse(orjson.dumps(act))


def by_chance(kind: str, chance: Random, state: State | None) -> Act:
    """Return an act that may come next."""
    if state is not None and chance.random() < 0.03:
        return END[kind]
    if state is not None and kind in STEPS and chance.random() < 0.3:
        return chance.choice(STEPS[kind])
    name = AGAIN[kind] if state else FIRST[kind]
    said: Act = {"act": name, "content": chance.choice(contents(kind))}
    return {**said, "synthetic": True} if chance.random() < 0.2 else said


def shown(kind: str, number: int, state: State) -> tuple[PublicRecord, dict[str, Any]]:
    """Return what a record shows, and its body."""
    record = public_record(BY_KIND[kind], "r", number, state, SITE)
    assert record is not None
    return record, orjson.loads(record.bare)


def without_names(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a body says of the record."""
    return {name: value for name, value in body.items() if name not in OWN}


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("kind", FIRST)
def test_a_record_changes_when_what_it_shows_changes_and_only_then(kind: str, seed: int) -> None:
    rules, chance = BY_KIND[kind].rules, Random(f"{kind} {seed}")
    paths = {"guangan": ("guangan",), "bureau": ("guangan", "bureau")}
    others = Others({Ref("agency", name): agency_state(*path) for name, path in paths.items()})
    state: State | None = None
    standing: tuple[PublicRecord, dict[str, Any]] | None = None
    first_at, number = "", 0
    for step in range(1, 30):
        at = f"2026-11-{step:02d}T02:00:00.000Z"
        act = parsed(kind, by_chance(kind, chance, state))
        try:
            rules.decide("r", state, act, CLERK, others, at)
        except RefusedError:
            continue
        number += 1
        before, state = state, rules.fold("r", state, act, ActMeta(number, "0", at, "Li", at), others)
        record, body = shown(kind, number, state)
        first_at = first_at or at
        assert record.published_at == first_at
        if standing is None or without_names(body) != without_names(standing[1]):
            assert state["version"] == (before["version"] if before else 0) + 1
            assert record.changed_at == at
            standing = record, body
        else:
            assert before is not None
            assert (state["version"], state["changed_at"]) == (before["version"], before["changed_at"])
        _holds_dates(body, state, act)
    assert number >= 2


def _holds_dates(body: dict[str, Any], state: State, act: Act) -> None:
    """The dates of the document are its own; what ends a record takes effect on the day it is ended."""
    assert body.get("issued_on") == state["content"].get("issued_on")
    if state["stage"] in ("dissolved", "withdrawn", "closed"):
        assert body["effective_on"] == body["record_changed_at"][:10]
    else:
        assert body.get("effective_on") == state["content"].get("effective_on")
