"""Random histories of cases by seed: every kind of event, at few instants, so that contradictions and ties abound."""

from random import Random
from typing import Any

from chalicelib.domain.cases.records import CaseEvent
from tests.unit.cases.builders import event

INSTANTS = [
    f"2026-{month:02}-{day:02}T{hour:02}:00:00+08:00" for month in (3, 4, 12) for day in (2, 9, 27) for hour in (0, 10)
]
STAGES = ("accept", "review", "decide", "make_certificate", "issue", "other")
KINDS = ("hearing", "tender", "appraisal")
TEXT = {"zh": "文字"}
BRANCHES = ("health", "fire", "unknown")
OF_BRANCHES = (
    *("supplement_requested", "supplement_received", "stage_entered", "stage_left", "handed_over", "special_started"),
    *("special_ended", "consulting_started", "consulting_ended", "extended", "decided", "visited"),
)


def members_of(name: str, chance: Random) -> dict[str, Any]:
    """Return the members that an event of this name has."""
    unit = chance.choice(("working_day", "day", "hour", "month"))
    limit = {"value": chance.randrange(4), "unit": unit}
    found: dict[str, dict[str, Any]] = {
        "received": {"documents": [{"name": TEXT}]},
        "accepted": {"missing": [{"material": TEXT, "due_on": "2026-04-01"}]} if chance.random() < 0.3 else {},
        "refused_acceptance": {"reason": TEXT},
        "supplement_requested": {"materials": [TEXT], "due_on": "2026-04-01"},
        "supplement_received": {},
        "deferred_received": {"material": TEXT},
        "pledge_checked": {"kept": chance.random() < 0.5},
        "stage_entered": {"stage": chance.choice(STAGES)},
        "stage_left": {"stage": chance.choice(STAGES)},
        "handed_over": {"to": {"post": TEXT}},
        "branch_opened": {"branch": chance.choice(BRANCHES), **({"limit": limit} if chance.random() < 0.3 else {})},
        "special_started": {"kind": chance.choice(KINDS), "told": limit},
        "special_ended": {"kind": chance.choice(KINDS)},
        "consulting_started": {},
        "consulting_ended": {},
        "extended": {"by": limit} if chance.random() < 0.5 else {},
        "reported_up": {},
        "decided": {"outcome": chance.choice(("granted", "partly", "refused", "done"))},
        "certificate_made": {"pickup": TEXT},
        "issued": {},
        "visited": {},
        "fee_due": {"name": TEXT, "amount_fen": 100},
        "fee_paid": {"amount_fen": 100},
        "closed": {"as": chance.choice(("void", "applicant_withdrew", "abandoned"))},
        "reopened": {},
    }
    members = found[name]
    if name in OF_BRANCHES and chance.random() < 0.4:
        members["branch"] = chance.choice(BRANCHES)
    return members


NAMES = (
    *("accepted", "decided", "supplement_requested", "supplement_received", "special_started", "special_ended") * 2,
    *("received", "refused_acceptance", "deferred_received", "pledge_checked", "stage_entered", "stage_left"),
    *("handed_over", "consulting_started", "consulting_ended", "extended", "reported_up", "certificate_made", "issued"),
    *("visited", "fee_due", "fee_paid", "closed", "reopened", "branch_opened", "branch_opened"),
)


def random_event(event_id: str, chance: Random, ids: list[str]) -> CaseEvent:
    """Return an event, one in five of them the correction of another (or of one that is not there)."""
    at, sequence = chance.choice(INSTANTS), chance.randrange(3)
    if chance.random() < 0.2:
        more: dict[str, Any] = {"corrects": chance.choice([*ids, "not-there"])}
        if chance.random() < 0.5:
            name = chance.choice(NAMES)
            more["replacement"] = {"event": name, "occurred_at": chance.choice(INSTANTS), **members_of(name, chance)}
        if (branch := _branch_of_correction(more, chance)) is not None:
            more["branch"] = branch
        return event(event_id, "corrected_event", at, sequence=sequence, **more)
    name = chance.choice(NAMES)
    return event(event_id, name, at, sequence=sequence, **members_of(name, chance))


def _branch_of_correction(correction: dict[str, Any], chance: Random) -> str | None:
    """A branch that may correct so: its own replacement, if any, and no opening."""
    replacement: dict[str, str] = correction.get("replacement", {"branch": chance.choice(BRANCHES)})
    if chance.random() < 0.6 or replacement.get("event") == "branch_opened":
        return None
    return replacement.get("branch")


def random_history(chance: Random, most: int) -> list[CaseEvent]:
    """Return up to `most` events."""
    ids = [f"e{number}" for number in range(chance.randint(1, most))]
    return [random_event(event_id, chance, ids) for event_id in ids]
