"""What a disclosure owes the public: to be disclosed, answered, filed, approved after all, and taken down again.

Regulations on Open Government Information (2019) art. 26: within 20 working days of forming or changing the information,
unless its category says otherwise. A draft that is shown for comments is not formed yet: its days begin with its adoption.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.domain.categories import categories
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.disclosures import filing
from chalicelib.domain.disclosures.consultation import RESPONSE
from chalicelib.domain.disclosures.table import ADOPTED, AWAITING_APPROVAL, NOT_SHOWN, PUBLISHED, WITHDRAWN
from chalicelib.domain.duties import Duty, local_day, owed, owed_by
from chalicelib.domain.records import State


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return what a disclosure owes and has not done yet."""
    return (*_disclosing(state), *_responding(state), *filing.duties(state), *_approving(state), *_taking_down(state))


def _disclosing(state: State) -> Iterator[Duty]:
    """A text that waits to be shown, the first or a later one; not one that is not open, or that the review held back."""
    submission = state.get("submission")
    if submission is None and state["stage"] == ADOPTED:
        yield from _within(state, state["content"], "adoption", _day_of_adoption(state))
    if submission is None or state.get("pending") == AWAITING_APPROVAL or not _may_be_shown(state):
        return
    content = submission["content"]
    # What is corrected was formed when the first text was: unless the correction names another day, it changed when handed in.
    formed = content.get("formed_on") if content.get("formed_on") != state.get("content", {}).get("formed_on") else None
    since = formed or local_day(submission["since"], state)
    if state["stage"] == ADOPTED:
        yield from _within(state, content, "adoption", _day_of_adoption(state))
    elif state["stage"] == NOT_SHOWN:
        yield from _within(state, content, "", since)
    elif state["stage"] == PUBLISHED:
        yield from _within(state, content, f"change-{len(state.get('corrections', ())) + 1}", since)


def _within(state: State, content: dict[str, Any], of: str, since: str) -> tuple[Duty, ...]:
    days = categories()[content["category"]]["disclose_within_working_days"]
    return owed("disclose_in_time", of, since, state, limit=Limit(days, "working_day"))


def formed_on(state: State) -> State:
    """Return from which day on a text had to be disclosed: that of its adoption, else the one it says it was formed on."""
    day = _day_of_adoption(state) if "adoption" in state else state["content"].get("formed_on")
    return {"formed_on": day} if day else {}


def _day_of_adoption(state: State) -> str:
    adoption = state["adoption"]
    return str(adoption.get("decided_on") or local_day(adoption["at"], state))


def _may_be_shown(state: State) -> bool:
    openness = state["submission"]["content"]["openness"]["class"]
    held_back = state.get("approval", {}).get("secrecy_review") == "restricted"
    return bool(openness == "proactive" and not held_back)


def _responding(state: State) -> Iterator[Duty]:
    """Each round of consultation is answered, from its last day on."""
    if state["stage"] == WITHDRAWN:
        return
    for held in state.get("rounds", ()):
        if "response" in held:
            continue
        # As it was told when the round was opened; nothing where no calendar could tell.
        told, number = held.get("response_due_on"), str(held["round"])
        yield from owed_by(RESPONSE, number, told, state) if told else owed(RESPONSE, number, held["last_day"], state)


def _approving(state: State) -> Iterator[Duty]:
    """What was shown by breaking the glass is approved afterwards."""
    if state.get("pending") == AWAITING_APPROVAL:
        yield from owed("approve_after_break_glass", "", local_day(state["broken_glass"]["at"], state), state)


def _taking_down(state: State) -> Iterator[Duty]:
    """What may be shown until a day is taken down then."""
    until = state.get("content", {}).get("public_until")
    if until is not None and state["stage"] != WITHDRAWN:
        yield from owed_by("retention_over", "", until, state)


def kept_back(state: State) -> str | None:
    """Return the ground on which a text is not open, if it is not: counted by agency and never named."""
    openness = state.get("submission", {}).get("content", {}).get("openness", {})
    return openness.get("ground") if openness.get("class") == "not_open" and state["version"] == 0 else None
