"""What stands of cards (红黄牌) beside what they are about, and what is to be done so that it is what it should be.

A case or another record asks for cards by its turns; what it has stands in its marks; the difference is what the clock does.
So working it off again changes nothing, whatever came in late, twice or out of order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson

from chalicelib.domain.clock.records import Limit
from chalicelib.domain.duties import last_day, midnight_after
from chalicelib.domain.instants import from_key

ANSWER_WORKING_DAYS = 5
"""Within which a card is to be answered (the domain text's figure; a yellow one that is not turns red)."""
RAISED, LIFTED = "raised", "lifted"
CARDS_AT_ONCE = 25
"""Cards raised or lifted in one transaction; what is left is due at once, and done by the next."""


class Turn(NamedTuple):
    """An instant at which time alone changes a record: a limit passes, silence becomes acceptance, a duty is missed.

    `at` is the first instant at which it holds. A limit that was kept has no turn; one that was missed has one for good,
    with `until`, when what it waited for was done after all. `colour` is that of the card (红黄牌) it raises, "" for none.
    """

    at: datetime
    rule: str
    colour: str
    due: str
    """The date or instant (UTC) that passed."""
    of: str = ""
    """The branch, stage or event it is about, where a rule can hold several times."""
    until: datetime | None = None


class CardMark(NamedTuple):
    """A card as what it is about remembers it: which turn raised it, and whether it stands."""

    card: str
    rule: str
    of: str
    due: str
    state: str = RAISED


class Opening(NamedTuple):
    """When a record came under supervision here, and how long breaches older than that wait for their card."""

    at: datetime
    grace: timedelta


class Difference(NamedTuple):
    """What is to be done so that a record has the cards it should have."""

    raising: list[Turn]
    lifting: list[CardMark]


def read_turns(raw: bytes) -> list[Turn]:
    """Return the turns that a fold left."""
    return [_turn(**entry) for entry in orjson.loads(raw)]


def _turn(at: str, rule: str, colour: str, due: str, of: str, until: str | None) -> Turn:
    return Turn(from_key(at), rule, colour, due, of, from_key(until) if until else None)


def read_marks(raw: bytes) -> list[CardMark]:
    """Return the cards that a record remembers."""
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
    asked = {key_of(turn): turn for turn in turns if raises_at(turn, opening) is not None}
    standing = {key_of(mark): mark for mark in marks if mark.state == RAISED}
    raising = [turn for key, turn in asked.items() if key not in standing and _has_come(turn, opening, now)]
    lifting = [mark for key, mark in standing.items() if key not in asked]
    room = max(0, CARDS_AT_ONCE - len(raising))
    return Difference(raising[:CARDS_AT_ONCE], lifting[:room])


def next_turn(turns: Sequence[Turn], marks: Sequence[CardMark], opening: Opening, now: datetime) -> datetime | None:
    """Return when the clock must look at the record again: now, if its cards are not what they should be."""
    found = difference(turns, marks, opening, now)
    if found.raising or found.lifting:
        return now
    standing = {key_of(mark) for mark in marks if mark.state == RAISED}
    ahead = {turn.at for turn in turns}
    ahead |= {at for turn in turns if key_of(turn) not in standing and (at := raises_at(turn, opening)) is not None}
    return min((at for at in ahead if at > now), default=None)


def with_mark(marks: Sequence[CardMark], mark: CardMark) -> list[CardMark]:
    """Return the marks with one put in, in the place of the one of the same turn if there is one."""
    kept = [other for other in marks if key_of(other) != key_of(mark)]
    return sorted([*kept, mark], key=key_of)


def answer_by(today: str, calendar: str, time_zone: str) -> dict[str, str]:
    """Return the last day on which an answer is in time, and the instant after it; nothing where the calendar does not know."""
    last = last_day(today, Limit(ANSWER_WORKING_DAYS, "working_day"), calendar)
    return {} if last is None else {"answer_by": last, "answer_until": midnight_after(last, time_zone)}


def key_of(of: Turn | CardMark) -> tuple[str, str, str]:
    """What makes a card this one: its rule, what the rule is about, and what passed."""
    return of.rule, of.of, of.due


def _has_come(turn: Turn, opening: Opening, now: datetime) -> bool:
    at = raises_at(turn, opening)
    return at is not None and at <= now
