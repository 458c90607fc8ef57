"""What the parts of a disclosure's rules are given, and what each part gives for an act."""

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.domain.records import Act, ActMeta, Actor, Others, Refusals, State


class Asked(NamedTuple):
    """An act to be decided; the table let it pass already, so `state` is there but for the first act."""

    state: State
    act: Act
    actor: Actor
    others: Others
    at: str
    """When it is received: an instant in UTC as text."""
    record_id: str


class Folding(NamedTuple):
    """An act to be folded into a state."""

    state: State
    act: Act
    meta: ActMeta
    others: Others


class Part(NamedTuple):
    """How one act is decided and folded, and which role signs it."""

    decide: Callable[[Refusals, Asked], None]
    fold: Callable[[Folding], State]
    role: str = "clerk"


def always(refusals: Refusals, asked: Asked) -> None:
    """Let an act pass that nothing but the table can refuse."""
