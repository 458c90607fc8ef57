"""Duties with dates: what somebody owes the public by a day, and has not done.

Each duty is a rule with an id and a source. A noun says of a record what is owed (`Noun.duties`); the clock turns what is
missed into an item of supervision by itself, and takes it back when it is done.
"""

from typing import NamedTuple


class Duty(NamedTuple):
    """Something owed and not done yet."""

    rule: str
    """Id of the rule, a code of `/v1/codes/card_rule`."""
    of: str
    """What within the record it is of, so that one rule may bind several times: a round, a receiver, a year."""
    due_on: str
    """The last day on which it is done in time, `YYYY-MM-DD`."""
    overdue_at: str
    """The instant (UTC text) that ends that day where the agency is."""
    agency: str | None = None
    """Who owes it; None stands for the record's own agency."""
