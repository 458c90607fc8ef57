"""When time alone changes a case: limits that pass unkept, and what silence brings about; and what is wrong by itself.

Source: the municipal rules of electronic supervision (电子监察) as the domain text sums them up: a yellow card when the
promised limit or that of a stage is passed, acceptance or issue come late, reasons are missing or a fee stands outside the
list; a red one when the statutory limit is passed.

Invariants: the turns follow from the events alone, so whoever works them off may do so late, twice, or begin anew. What was
late before a case was reopened stays late, once. Where a calendar year is missing no turn is made up: the case is looked at
again when that year begins, before which nothing that needs it can fall due.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.domain.card_marks import Turn, key_of
from chalicelib.domain.cases.clocks import CaseClock
from chalicelib.domain.cases.history import History
from chalicelib.domain.cases.records import CaseEvent, Commitment, Finding, ServiceTerms, Words
from chalicelib.domain.cases.stops import kept
from chalicelib.domain.clock.records import Deadline
from chalicelib.domain.instants import to_key

YELLOW, RED, NO_CARD = "yellow", "red", ""
_MILLISECOND = timedelta(milliseconds=1)


def turns_of(
    history: History, clock: CaseClock, terms: ServiceTerms, before: Iterable[tuple[History, CaseClock]] = ()
) -> list[Turn]:
    """Return every turn of a case, in the order in which they come; `before` is how it stood at each reopening."""
    found: dict[tuple[str, str, str], Turn] = {}
    for past, then in before:
        for turn in _of_limits(past, then, terms):
            found.setdefault(key_of(turn), turn)
    for turn in _of_limits(history, clock, terms):
        found.setdefault(key_of(turn), _after_reopening(turn, history))
    years = (first_instant(date(year, 1, 1), terms) for year in {*clock.missing_years, *history.missing_years})
    return sorted(
        {
            *found.values(),
            *_of_silence(history),
            *(
                Turn(event.at, code, YELLOW, to_key(event.at), until=event.at)
                for code, event in breaches(history, clock)
            ),
            *(Turn(at, "calendar_year", NO_CARD, terms.day(at).isoformat()) for at in years),
        },
        key=in_order,
    )


def in_order(turn: Turn) -> tuple[Any, ...]:
    """Return by what turns are put in order: when they come, then everything else of them."""
    return (*turn[:5], turn.until or turn.at)


def _of_limits(history: History, clock: CaseClock, terms: ServiceTerms) -> Iterator[Turn]:
    decided = _decided_at(history)
    handed_out = history.issued or history.closed
    covers_issue = clock.bound.commitment.promise_covers == "issue" and history.granted
    promised = (handed_out.at if handed_out else None) if covers_issue else decided
    found = [
        missed("promised_limit", YELLOW, None if clock.only_lawful else clock.due, promised, terms),
        missed("statutory_limit", RED, clock.law, decided, terms),
    ]
    found += [missed(t.rule, YELLOW, t.due, t.done, terms, t.of) for t in clock.timers if t != clock.acceptance]
    end = history.end.at if history.end else None
    for number, paper in enumerate(history.papers, 1):
        due = Deadline(due_on=paper.due_on) if paper.due_on else None
        found.append(missed("deferred_paper", NO_CARD, due, paper.came_at or end, terms, str(number)))
    return (turn for turn in found if turn is not None)


def _decided_at(history: History) -> datetime | None:
    """When it was decided, or ended otherwise; where silence decided, when the agency did so after all."""
    end = history.end
    if end is None or history.decided is None or not history.decided.event.derived:
        return end.at if end else None
    return next((event.at for event in history.decisions if event.at >= end.at), None)


def _after_reopening(turn: Turn, history: History) -> Turn:
    """A limit that was kept before a case was reopened can be passed only from then on."""
    reopened = history.reopened_at
    return turn if reopened is None or turn.at >= reopened else turn._replace(at=reopened)


def _of_silence(history: History) -> Iterator[Turn]:
    """What silence has brought; where a card goes with it, until the agency spoke after all."""
    for turn in history.lapses:
        spoken = next((at for at in history.answers if at >= turn.at), None)
        yield turn._replace(until=spoken) if turn.colour else turn


def missed(
    rule: str, colour: str, due: Deadline | None, done: datetime | None, terms: ServiceTerms, of: str = ""
) -> Turn | None:
    """Return the turn of a limit that is not kept, or will not be if nothing is done; None where it was, or there is none."""
    at = passes_at(due, terms)
    if due is None or at is None or (done is not None and kept(done, due, terms)):
        return None
    return Turn(at, rule, colour, due_text(due), of, done)


def due_text(due: Deadline) -> str:
    """Return the date or instant (UTC) of a deadline."""
    return to_key(due.due_at) if due.due_at is not None else str(due.due_on)


def passes_at(due: Deadline | None, terms: ServiceTerms) -> datetime | None:
    """Return the first instant after a deadline: the midnight that ends its day, or the next millisecond."""
    if due is None:
        return None
    if due.due_at is not None:
        whole = due.due_at.replace(microsecond=due.due_at.microsecond // 1000 * 1000)
        return whole + _MILLISECOND
    return None if due.due_on is None else first_instant(due.due_on + timedelta(days=1), terms)


def first_instant(day: date, terms: ServiceTerms) -> datetime:
    """Return the instant at which a local day begins."""
    return datetime.combine(day, time.min, terms.zone).astimezone(UTC)


def breaches(history: History, clock: CaseClock) -> list[tuple[str, CaseEvent]]:
    """Return what is wrong by itself and not by its time: a decision that says too little, a fee outside the list."""
    found: list[tuple[str, CaseEvent]] = []
    for event in history.decisions:
        outcome = event.content["outcome"]
        if outcome in ("refused", "partly") and not event.content.get("reasons"):
            found.append(("decided_without_reasons", event))
        if outcome == "refused" and not event.content.get("remedies"):
            found.append(("refused_without_remedies", event))
    found += [("fee_outside_list", event) for event in history.charges if _outside(event, clock.bound.commitment)]
    return found


def _outside(charge: CaseEvent, commitment: Commitment) -> bool:
    name: Words = charge.content["name"]
    if commitment.fees is None:
        return False
    return not any(listed.get(language) == text for listed in commitment.fees for language, text in name.items())


def papers_overdue(history: History, clock: CaseClock, terms: ServiceTerms, now: datetime) -> list[Finding]:
    """Return the papers that were to follow and did not come by their day."""
    late = {
        int(turn.of)
        for turn in _of_limits(history, clock, terms)
        if turn.rule == "deferred_paper" and (turn.at <= now or turn.until is not None)
    }
    return [Finding("deferred_too_late", history.papers[number - 1].event.event_id) for number in sorted(late)]
