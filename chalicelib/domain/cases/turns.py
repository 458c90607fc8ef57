"""When time alone changes a case: limits that pass unkept, and what silence brings about.

Source: the municipal rules of electronic supervision (电子监察) as the domain text sums them up: a yellow card when the
promised limit or that of a stage is passed, acceptance or issue come late, reasons are missing or a fee stands outside the
list; a red one when the statutory limit is passed.

Invariant: the turns follow from the events alone, so whoever works them off may do so late, twice, or begin anew.
"""

from datetime import UTC, datetime, time, timedelta

from chalicelib.domain.cases.clocks import CaseClock, kept
from chalicelib.domain.cases.history import History
from chalicelib.domain.cases.records import ServiceTerms, Turn
from chalicelib.domain.clock.records import Deadline
from chalicelib.domain.instants import to_key

YELLOW, RED = "yellow", "red"


def turns_of(history: History, clock: CaseClock, terms: ServiceTerms) -> list[Turn]:
    """Return every turn of a case, in the order in which they come."""
    decided = history.decided or history.closed or history.refused
    end = decided.at if decided else None
    turns = (
        missed("promised_limit", YELLOW, None if clock.only_lawful else clock.due, end, terms),
        missed("statutory_limit", RED, clock.law, end, terms),
    )
    return sorted(turn for turn in turns if turn is not None)


def missed(
    rule: str, colour: str, due: Deadline | None, done: datetime | None, terms: ServiceTerms, of: str = ""
) -> Turn | None:
    """Return the turn of a limit that is not kept, or will not be if nothing is done; None where it was, or there is none."""
    at = passes_at(due, terms)
    if due is None or at is None or (done is not None and kept(done, due, terms)):
        return None
    text = to_key(due.due_at) if due.due_at is not None else str(due.due_on)
    return Turn(at, rule, colour, text, of, done)


def passes_at(due: Deadline | None, terms: ServiceTerms) -> datetime | None:
    """Return the first instant after a deadline: the midnight that ends its day, or just after its instant."""
    if due is None:
        return None
    if due.due_at is not None:
        return due.due_at + timedelta(milliseconds=1)
    if due.due_on is None:
        return None
    return datetime.combine(due.due_on + timedelta(days=1), time.min, terms.zone).astimezone(UTC)
