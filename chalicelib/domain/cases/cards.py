"""Which cards (红黄牌) the turns of a case ask for, and when the clock must look at the case again.

Two laws, whatever came in late, twice or out of order:

- At an instant a case should have exactly the cards of the turns that have passed by then and that raise one. What it has
  stands in its marks; the difference is what the clock does. So working a case off again changes nothing.
- A breach that began and ended before the case was registered here is history: statistics count it, it raises no card. One
  that had begun and had not ended raises its card a while after the registration, so that whoever loads a case with all its
  past is not carded for an event that is in the next file.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

import orjson

from chalicelib.domain.cases.records import ServiceTerms, Turn
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.deadlines import due_date
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import from_key, is_date, to_key

ANSWER_WORKING_DAYS = 5
"""Within which a card is to be answered (the domain text's figure; a yellow one that is not turns red)."""
RAISED, LIFTED = "raised", "lifted"
LIMIT_KEPT, ENDED_BEFORE = "limit_kept", "ended_before_registration"
CARDS_AT_ONCE = 25
"""Cards raised or lifted in one transaction; what is left is due at once, and done by the next."""


class CardMark(NamedTuple):
    """A card as its case remembers it: which turn raised it, and whether it stands."""

    card: str
    rule: str
    of: str
    due: str
    state: str = RAISED


class Opening(NamedTuple):
    """When a case came under supervision here, and how long breaches older than that wait for their card."""

    at: datetime
    grace: timedelta


class Lift(NamedTuple):
    """A card that should not stand, and why."""

    mark: CardMark
    reason: str


class Difference(NamedTuple):
    """What is to be done so that a case has the cards it should have."""

    raising: list[Turn]
    lifting: list[Lift]


def read_turns(raw: bytes) -> list[Turn]:
    """Return the turns that a fold left."""
    return [_turn(**entry) for entry in orjson.loads(raw)]


def _turn(at: str, rule: str, colour: str, due: str, of: str, until: str | None) -> Turn:
    return Turn(from_key(at), rule, colour, due, of, from_key(until) if until else None)


def read_marks(raw: bytes) -> list[CardMark]:
    """Return the cards that a case remembers."""
    return [CardMark(**entry) for entry in orjson.loads(raw)]


def write_marks(marks: Iterable[CardMark]) -> bytes:
    """Return what `read_marks` reads."""
    return orjson.dumps([mark._asdict() for mark in marks])


def raises_at(turn: Turn, opening: Opening) -> datetime | None:
    """Return when a turn raises its card, or None if it raises none."""
    if not turn.colour or (turn.until is not None and turn.until <= opening.at):
        return None
    return turn.at if turn.at > opening.at else opening.at + opening.grace


def difference(turns: Sequence[Turn], marks: Sequence[CardMark], opening: Opening, now: datetime) -> Difference:
    """Return which cards are to be raised, and which lifted because their turn is no longer one.

    A card whose turn lies ahead of `now` stands: a clock that goes back lifts nothing.
    """
    asked = {_key(turn): turn for turn in turns if raises_at(turn, opening) is not None}
    standing = {_key(mark): mark for mark in marks if mark.state == RAISED}
    raising = [turn for key, turn in asked.items() if key not in standing and _has_come(turn, opening, now)]
    history = {_key(turn) for turn in turns}
    lifting = [
        Lift(mark, ENDED_BEFORE if key in history else LIMIT_KEPT) for key, mark in standing.items() if key not in asked
    ]
    room = max(0, CARDS_AT_ONCE - len(raising))
    return Difference(raising[:CARDS_AT_ONCE], lifting[:room])


def next_turn(turns: Sequence[Turn], marks: Sequence[CardMark], opening: Opening, now: datetime) -> datetime | None:
    """Return when the clock must look at the case again: now, if its cards are not what they should be."""
    found = difference(turns, marks, opening, now)
    if found.raising or found.lifting:
        return now
    standing = {_key(mark) for mark in marks if mark.state == RAISED}
    ahead = {turn.at for turn in turns}
    ahead |= {at for turn in turns if _key(turn) not in standing and (at := raises_at(turn, opening)) is not None}
    return min((at for at in ahead if at > now), default=None)


def with_mark(marks: Sequence[CardMark], mark: CardMark) -> list[CardMark]:
    """Return the marks with one put in, in the place of the one of the same turn if there is one."""
    kept = [other for other in marks if _key(other) != _key(mark)]
    return sorted([*kept, mark], key=_key)


def card_content(turn: Turn, terms: ServiceTerms, agency: str, now: datetime) -> dict[str, Any]:
    """Return what a card says of a turn: which rule, whose, which day passed, and until when to answer.

    The day, not the instant; a step, branch or procedure by its public code, never the id of an event.
    """
    due_on = turn.due if is_date(turn.due) else terms.day(from_key(turn.due)).isoformat()
    content = {"agency": agency, "service": terms.service, "rule": turn.rule, "colour": turn.colour, "due_on": due_on}
    return content | _about(turn) | _answer_by(terms, now)


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


def _answer_by(terms: ServiceTerms, now: datetime) -> dict[str, str]:
    """The last day on which an answer is in time, and the instant after it; nothing where the calendar does not know."""
    try:
        calendar = load_calendar(terms.calendar)
        last = due_date(terms.day(now), Limit(ANSWER_WORKING_DAYS, "working_day"), (), (), calendar)
    except (MissingCalendarYearError, UnknownCalendarError):
        return {}
    assert last is not None
    until = datetime.combine(last + timedelta(days=1), time.min, terms.zone)
    return {"answer_by": last.isoformat(), "answer_until": to_key(until)}


def _key(of: Turn | CardMark) -> tuple[str, str, str]:
    """What makes a card this one: its rule, what the rule is about, and what passed."""
    return of.rule, of.of, of.due


def _has_come(turn: Turn, opening: Opening, now: datetime) -> bool:
    at = raises_at(turn, opening)
    return at is not None and at <= now
