"""Which cards (红黄牌) duties left undone ask for: what each says, and why one is taken back.

A card names its record only where the record shows something; of one that does not, only its category is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.domain.card_marks import CardMark, Turn, answer_by
from chalicelib.domain.catalogue import SERIES
from chalicelib.domain.duties import Duty, duty_rules, local_day
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.records import Holding, Noun, Ref, State

COLOUR = "yellow"
"""Of a duty left undone; not answered in time it turns red like any other."""
DONE, NO_LONGER_OWED = "done", "no_longer_owed"
_ENDED = ("withdrawn", "superseded", "repealed", "dissolved", "closed", "cancelled", "ended", "replaced")
"""The stages in which a record has ended, whatever its kind."""


def turns_of(owing: Iterable[Duty]) -> list[Turn]:
    """Return the turns of what is owed: of each with a day, the instant that ends it."""
    return [
        Turn(from_key(duty.overdue_at), duty.rule, COLOUR, duty.due_on, duty.of)
        for duty in owing
        if duty.overdue_at is not None and duty.due_on is not None
    ]


def duty_card(turn: Turn, noun: Noun, ref: Ref, state: State, agency: str, now: datetime) -> dict[str, Any]:
    """Return what the card of a duty says that was due on a day and is not done."""
    today = local_day(to_key(now), state)
    content = {"agency": agency, "rule": turn.rule, "colour": turn.colour, "due_on": turn.due}
    return content | _about(turn, noun, ref, state) | answer_by(today, state["calendar"], state["time_zone"])


def _about(turn: Turn, noun: Noun, ref: Ref, state: State) -> dict[str, Any]:
    if noun.public and noun.rules.render(ref.record_id, state, str) is not None:
        return {"subject": {"kind": ref.kind, "id": ref.record_id}} | ({"of": turn.of} if turn.of else {})
    category = _category(state)
    return {"category": category} if category else {}


def _category(state: State) -> str | None:
    content = state.get("content") or state.get("submission", {}).get("content", {})
    found: str | None = content.get("category")
    return found


def why_lifted(mark: CardMark, owing: Iterable[Duty], state: State, holdings: Iterable[Holding] = ()) -> str:
    """Return why a card no longer stands: done, or owed no longer, because the record has ended or another day was set."""
    if any((duty.rule, duty.of) == (mark.rule, mark.of) for duty in owing):
        return DONE if _followed(mark, holdings) else NO_LONGER_OWED
    rule = duty_rules(state["calendar"]).get(mark.rule)
    stage = state["stage"]
    return NO_LONGER_OWED if rule is None or (stage in _ENDED and stage not in rule.done_by) else DONE


def _followed(mark: CardMark, holdings: Iterable[Holding]) -> bool:
    """Return whether the next of a series came: what named the day still stands, and another now names the next."""
    named = (mark.of, mark.due)
    return any(
        (each.members["series"], each.members.get("next_due_on")) == named for each in holdings if each.name == SERIES
    )
