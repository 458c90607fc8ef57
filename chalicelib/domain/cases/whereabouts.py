"""Where a case was: the centre that took it in, whether it was settled there, how often it was passed on, how often one came.

A case is at the place that its events last named: `place` of received, accepted and stage_entered; a hand-over to another
agency takes it there. It was taken in where it was accepted, or where it was received if the acceptance names no place.
Branches of a joint case have whereabouts of their own, which are not looked at.
"""

from typing import NamedTuple

from chalicelib.domain.cases.history import History
from chalicelib.domain.cases.records import Content

WINDOW_CHARACTERS = 64


class Whereabouts(NamedTuple):
    """What statistics know of a case's ways."""

    centre: str | None
    window: str | None
    settled: bool | None
    """Whether it was decided at the centre that took it in; None without a decision or a centre."""
    hand_overs: int
    """Up to the decision, once there is one."""
    visits: int


def whereabouts(history: History, *, decided: bool) -> Whereabouts:
    """Return where a case was; `decided` says that its decision counts."""
    until = history.decided.at if history.decided else None
    ways = [way for way in history.ways if until is None or way.at <= until]
    taken_in = _taken_in(history)
    centre, window = taken_in.get("centre"), taken_in.get("window")
    last = next((way.place for way in reversed(ways) if way.place is not None), {})
    return Whereabouts(
        centre,
        window[:WINDOW_CHARACTERS] if centre and window else None,
        last.get("centre") == centre if decided and centre else None,
        sum(way.handed_over for way in ways),
        len(history.contacts),
    )


def _taken_in(history: History) -> Content:
    accepted = history.accepted.event.content.get("place") if history.accepted else None
    if accepted and "centre" in accepted:
        return dict(accepted)
    received = (way.place for way in history.ways if way.received and way.place and "centre" in way.place)
    return next(received, {})
