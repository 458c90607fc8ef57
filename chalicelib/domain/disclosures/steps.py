"""Decision steps: what must be on record before a decision of its kind may be published.

Interim Regulations on Major Administrative Decisions (2019) art. 14 to 32 (public participation, expert argument, risk
assessment, legality review, collective decision); Price Law art. 23 (hearing). Which category demands which is data
(`data/categories.json`). A text that was taken over from an earlier publication (`source`, with the day it was issued) was
decided before its record began: nothing is demanded of it, and it says so (`exempt`).
"""

from chalicelib.domain.categories import categories
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.submission import text_of
from chalicelib.domain.duties import local_day
from chalicelib.domain.records import Refusals, State, next_version

NOT_PASSED = "not_passed"


def demanded(state: State) -> tuple[str, ...]:
    """Return the steps that the category of a text demands before it is published."""
    return () if exempt(state) else steps_of(text_of(state))


def steps_of(content: State) -> tuple[str, ...]:
    """Return the steps that a category demands."""
    return tuple(categories()[content["category"]].get("decision_steps", ()))


def exempt(state: State) -> str | None:
    """Return why the steps that the category demands are not demanded of this text, or None where they are."""
    content = text_of(state)
    return "published_before" if "source" in content and steps_of(content) else None


def taken(state: State) -> set[str]:
    """Return the steps that are on record, those among them that consultation and hearing themselves prove.

    Of a step that was taken more than once the last result counts.
    """
    last = {step["step"]: step["result"] for step in state.get("steps", ())}
    found = {step for step, result in last.items() if result != NOT_PASSED}
    if any("response" in held for held in state.get("rounds", ())):
        found |= {"consultation", "public_participation"}
    if any("held_at" in hearing for hearing in state.get("hearings", ())):
        found.add("hearing")
    return found


def missing(state: State) -> list[str]:
    """Return the steps that are demanded and not on record, in the order of the category."""
    done = taken(state)
    return [step for step in demanded(state) if step not in done]


def must_have_steps(refusals: Refusals, asked: Asked) -> None:
    """Refuse to publish while a step is missing; each missing one is a reason of its own."""
    for step in missing(asked.state):
        refusals.note("step_missing", f"before publication, {step} must be on record", "/act")


def must_be_past(refusals: Refusals, asked: Asked, day: str, pointer: str) -> None:
    """Refuse to put on record today what happens tomorrow."""
    refusals.when(day > local_day(asked.at, asked.state), "day_in_the_future", "that day has not come yet", pointer)


def _decide_step(refusals: Refusals, asked: Asked) -> None:
    must_be_past(refusals, asked, asked.act["held_on"], "/held_on")


def _record(folding: Folding) -> State:
    state, act, meta, _ = folding
    said = ("step", "held_on", "by", "result", "summary")
    step = {name: act[name] for name in said if name in act} | {"at": meta.received_at}
    recorded: State = {**state, "steps": [*state.get("steps", ()), step]}
    return {**recorded, "version": next_version(state), "changed_at": meta.at} if state["version"] else recorded


RECORD_STEP = Part(_decide_step, _record)
