"""Which cards (红黄牌) the turns of a case ask for: what each says, whose it is, and why one is taken back.

Two laws, whatever came in late, twice or out of order:

- At an instant a case should have exactly the cards of the turns that have passed by then and that raise one (`card_marks`).
- A breach that began and ended before the case was registered here is history: statistics count it, it raises no card. One
  that had begun and had not ended raises its card a while after the registration, so that whoever loads a case with all its
  past is not carded for an event that is in the next file.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.card_marks import CardMark, Turn, answer_by, key_of
from chalicelib.domain.cases.records import ServiceTerms
from chalicelib.domain.instants import from_key, is_date

LIMIT_KEPT, ENDED_BEFORE = "limit_kept", "ended_before_registration"


def lift_reason(mark: CardMark, turns: Sequence[Turn]) -> str:
    """Return why a card should not stand: its limit was kept, or what passed is history."""
    return ENDED_BEFORE if key_of(mark) in {key_of(turn) for turn in turns} else LIMIT_KEPT


def card_content(turn: Turn, terms: ServiceTerms, agency: str, now: datetime) -> dict[str, Any]:
    """Return what a card says of a turn: which rule, whose, which day passed, and until when to answer.

    The day, not the instant; a step, branch or procedure by its public code, never the id of an event.
    """
    due_on = turn.due if is_date(turn.due) else terms.day(from_key(turn.due)).isoformat()
    content = {"agency": agency, "service": terms.service, "rule": turn.rule, "colour": turn.colour, "due_on": due_on}
    return content | _about(turn) | answer_by(terms.day(now).isoformat(), terms.calendar, terms.time_zone)


_ABOUT = {"stage_limit": "step", "told_limit": "procedure"}
"""What a rule that can hold several times in a case, or in a branch of it, is about."""


def _about(turn: Turn) -> dict[str, str]:
    """Return the branch, step or procedure that a turn is about, as `Turn.of` spells it: `branch`, `branch/step`, `step`."""
    branch, slash, inner = turn.of.partition("/")
    if turn.rule == "branch_limit":
        return {"branch": turn.of}
    found = {"branch": branch} if slash else {}
    what = inner if slash else turn.of
    return found | ({_ABOUT[turn.rule]: what} if what and turn.rule in _ABOUT else {})


def responsible(turn: Turn, terms: ServiceTerms) -> str:
    """Return the agency that a card goes to: the one that the service names for this branch or step, else its own."""
    about = _about(turn)
    branch, step = about.get("branch"), about.get("step")
    if branch is None and step is None:
        return terms.agency
    steps = terms.commitments[-1].steps
    named = {s.agency for s in steps if s.branch == branch and (branch is not None or s.stage == step)}
    (only,) = named if len(named) == 1 else {None}
    return only or terms.agency
