"""What records owe, worked off record by record: a duty left undone raises a card, one that is done lifts it.

    look     the record's head and what is remembered of its duties, read consistently; of an agency, what it holds too
    decide   what is owed now (`Noun.duties`), against the cards that stand: domain/duties.py, domain/card_marks.py
    commit   the marks and every act on the cards, on condition of both, in one transaction

Each act on a record puts the mark of its duties to now, in its own transaction; so nothing that is done stays carded for
longer than the next run, and no job takes a number of the record's line or writes its head. What a record owes depends on
its state alone, never on the clock: a clock that goes back takes nothing back.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import orjson

from chalicelib.domain.card_marks import Opening, Turn, difference, next_turn
from chalicelib.domain.duties import Duty, duty_rules, local_day, midnight_after
from chalicelib.domain.duty_cards import duty_card, turns_of, why_lifted
from chalicelib.domain.instants import from_key, to_key
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.records import Holding, Ref, State
from chalicelib.errors import ConditionFailedError, ConflictError, RefusedError, UnavailableError
from chalicelib.usecases.clock_runs import Advanced, Clock, deal, known_agency
from chalicelib.usecases.folding import current
from chalicelib.usecases.ports import COMMIT_TRIES, DutiesAfter, Head, OpenedDuties

log = logging.getLogger("glasshall.jobs")

ONE_DAY = timedelta(days=1)
"""After which a duty without a day is looked at again: the calendar may have data by then."""


def advance_duties(ref: Ref, clock: Clock) -> Advanced:
    """Bring the duties of one record up to now: its cards, its marks, when to look next.

    Raises:
        UnavailableError: others were faster time and again.
    """
    found: Exception | None = None
    for _ in range(COMMIT_TRIES):
        opened = clock.duties.open(ref)
        if opened is None or opened.turns_at is None or opened.turns_at > to_key(clock.now):
            return Advanced()  # the index told of what is done
        try:
            return _advance(opened, clock)
        except (ConditionFailedError, ConflictError, RefusedError) as error:
            found = error  # somebody else, or this very commit with its answer lost: look again
    raise UnavailableError("others write this record at the same time") from found


def _advance(opened: OpenedDuties, clock: Clock) -> Advanced:
    opened = replace(opened, head=current(opened.head, clock.records))
    ref, state, now = opened.head.ref, opened.head.state, clock.now
    noun = BY_KIND[ref.kind]
    holdings = clock.duties.holdings(ref.record_id) if noun.duties_by_holdings else []
    owing = _owing(opened.head, holdings, now)
    turns, opening = turns_of(owing), Opening(from_key(opened.opened_at), clock.grace)
    found = difference(turns, opened.marks, opening, now)
    owes = {(duty.rule, duty.of): duty.agency or state["agency"] for duty in owing}

    def content(turn: Turn) -> dict[str, object]:
        agency = known_agency(owes[turn.rule, turn.of], state["agency"], clock.records)
        return duty_card(turn, noun, ref, state, agency, now)

    reason = partial(why_lifted, owing=owing, state=state, holdings=holdings)
    cards = deal(ref, opened.marks, found, content, reason, _synthetic(state), clock, now)
    undated = _undated(ref, owing)
    ahead = [next_turn(turns, cards.marks, opening, now), _next_look(ref, state, undated, now)]
    turn = min((at for at in ahead if at is not None), default=None)
    kept = (noun.keeps_back(state) if noun.keeps_back else None) or ""
    sums = noun.sums_up(state, holdings) if noun.sums_up else None
    counted = orjson.dumps({**sums, "counted_at": to_key(now)}) if sums else None
    clock.duties.commit(opened, DutiesAfter(cards, kept, counted, to_key(turn) if turn else None))
    if kept != opened.kept:
        clock.duties.look_at([state["agency"]], to_key(now))
    return Advanced(1, raised=len(found.raising), lifted=len(found.lifting), undated=undated)


def _owing(head: Head, holdings: Sequence[Holding], now: datetime) -> Sequence[Duty]:
    """Return what a record owes now."""
    (kind, record_id), state = head.ref, head.state
    noun = BY_KIND[kind]
    owing = noun.duties(record_id, state) if noun.duties else ()
    if noun.duties_by_holdings is None:
        return owing
    return (*owing, *noun.duties_by_holdings(record_id, state, holdings, local_day(to_key(now), state)))


def _undated(ref: Ref, owing: Sequence[Duty]) -> int:
    """Count and report what is owed without a day: no calendar has data for its year."""
    undated = [duty.rule for duty in owing if duty.due_on is None]
    for rule in undated:
        log.warning("one %s owes %s without a day: the calendar has no data for its year", ref.kind, rule)
    return len(undated)


def _next_look(ref: Ref, state: State, undated: int, now: datetime) -> datetime | None:
    """Return when the duties are to be looked at again although nothing of the record tells: each day anew, or not at all."""
    daily = BY_KIND[ref.kind].duties_by_holdings is not None and duty_rules(state["calendar"])
    if daily and state["stage"] != "dissolved":
        return from_key(midnight_after(local_day(to_key(now), state), state["time_zone"]))
    return now + ONE_DAY if undated else None


def _synthetic(state: State) -> bool:
    return bool(state.get("synthetic") or state.get("submission", {}).get("synthetic"))
