"""Late, twice, in any order: what is sent of a case comes to the same bytes; and time changes them at turns only.

    python -m tests.unit.cases.test_case_arrivals

runs the full sizes: every order of seven events for each story and for ten random histories, and 10,000 histories sent
in pieces, with late arrivals and duplicates, through the decision that takes events in.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, permutations
from random import Random

import orjson
import pytest

from chalicelib.domain.cases.decide import Known, StoredWrite, decide
from chalicelib.domain.cases.fold import Folded
from chalicelib.domain.cases.intake import Line, event_line, registration_line
from chalicelib.domain.cases.records import CaseEvent, ServiceTerms
from chalicelib.domain.records import Actor
from tests.unit.cases.builders import (
    APPROVED,
    BY_TEN,
    HEARING,
    REFUSED,
    REGISTERED_AT,
    at,
    event,
    folded,
    happened,
    terms,
)
from tests.unit.cases.histories import random_history
from tests.unit.cases.test_case_order import SERVICES

PAPERS = {"materials": [{"zh": "图纸"}], "due_on": "2026-03-20"}
LICENCE = terms(
    service_kind="licence",
    special_procedures=[HEARING],
    extension=BY_TEN,
    fees=[],
    steps=[{"stage": "review", "limit": {"value": 2, "unit": "working_day"}}],
)
REQUEST = terms(
    clock_starts="received",
    supplement="restart",
    limits={
        "statutory": {"value": 20, "unit": "working_day"},
        "supplement_request": {"value": 7, "unit": "working_day"},
    },
)
TIE = "2026-03-05T10:00:00+08:00"
NOW = at("2026-06-01")
ACTOR = Actor("bureau-clerk", "bureau", "Li", frozenset({"clerk"}))


def corrected(event_id: str, day: str, corrects: str, **replacement: object) -> CaseEvent:
    given = {"replacement": {"occurred_at": f"{day}T10:00:00+08:00", **replacement}} if replacement else {}
    return event(event_id, "corrected_event", day, corrects=corrects, **given)


STORIES: dict[str, tuple[ServiceTerms, list[CaseEvent]]] = {
    "silence that accepts": (
        LICENCE,
        happened(
            ("received", "2026-03-02"),
            ("accepted", "2026-03-12", {"missing": [{"material": {"zh": "照片"}, "due_on": "2026-03-16"}]}),
            ("stage_entered", "2026-03-12T11:00:00+08:00", {"stage": "review"}),
            ("special_started", "2026-03-13", {"kind": "hearing", "told": {"value": 2, "unit": "day"}}),
            ("special_ended", "2026-03-20", {"kind": "hearing"}),
            ("extended", "2026-03-13", APPROVED),
            ("decided", "2026-04-20", {"outcome": "refused"}),
        ),
    ),
    "papers that never came, and a reopening": (
        REQUEST,
        happened(
            ("received", "2026-03-02"),
            ("supplement_requested", "2026-03-05", PAPERS),
            ("supplement_received", "2026-03-23"),
            ("reopened", "2026-03-24"),
            ("consulting_started", "2026-03-25"),
            ("consulting_ended", "2026-03-27"),
            ("decided", "2026-05-20", REFUSED),
        ),
    ),
    "corrections of corrections": (
        LICENCE,
        [
            *happened(("received", "2026-03-02"), ("accepted", "2026-03-20"), ("decided", "2026-03-25", REFUSED)),
            corrected("c1", "2026-03-21", "e2", event="accepted"),
            corrected("c2", "2026-03-22", "c1"),
            corrected("c3", "2026-03-23", "e2"),
            corrected("c4", "2026-03-26", "e3", event="decided", outcome="granted"),
        ],
    ),
    "ties": (
        LICENCE,
        [
            event("a", "received", TIE),
            event("b", "accepted", TIE, sequence=1),
            event("c", "supplement_requested", TIE, sequence=1, **PAPERS),
            event("d", "supplement_received", TIE, sequence=1),
            event("e", "decided", TIE, outcome="granted", sequence=2),
            event("f", "decided", TIE, outcome="refused", sequence=2),
            event("g", "reopened", TIE, sequence=2),
        ],
    ),
}


def orders_agree(events: list[CaseEvent], service: ServiceTerms, orders: Iterable[tuple[CaseEvent, ...]]) -> int:
    """Fold in every one of some orders, and say how many there were."""
    first, count = folded(events, service, NOW), 0
    for order in orders:
        assert folded(list(order), service, NOW) == first
        count += 1
    return count


def sent_in_pieces(chance: Random, events: list[CaseEvent], service: ServiceTerms) -> Folded:
    """Send events late, twice and in pieces, each piece decided on what is stored by then."""
    lines = [event_line("c1", each.event_id, orjson.dumps(dict(each.content))) for each in events]
    lines += [chance.choice(lines) for _ in range(len(lines) // 2)]
    chance.shuffle(lines)
    registration = registration_line("c1", orjson.dumps({"service": "s1", "access": "none"}))
    stored, result = None, None
    for piece in ([registration], *_pieces(chance, lines)):
        numbered = [_numbered(line, number) for number, line in enumerate(piece)]
        decision = decide(stored, numbered, ACTOR, {"s1": service}, NOW if stored else REGISTERED_AT)
        assert not [verdict.problems for verdict in decision.verdicts if verdict.problems]
        if decision.change is not None:
            stored = _after(stored, decision.change.registration, decision.change.events)
            result = decision.change.folded
    assert result is not None
    return result


def _pieces(chance: Random, lines: list[Line]) -> Iterator[list[Line]]:
    while lines:
        size = chance.randint(1, 4)
        yield lines[:size]
        lines = lines[size:]


def _numbered(line: Line, number: int) -> Line:
    return Line(number, line.kind, line.case_no, line.event_id, line.raw, line.via, line.content, line.problems)


def _after(before: Known | None, registration: StoredWrite | None, new: tuple[StoredWrite, ...]) -> Known:
    if before is None:
        assert registration is not None
        return Known("s1", ("guangan", "bureau"), registration, new)
    return Known(before.service, before.path, before.registration, (*before.events, *new))


def pieces_agree(first: int, count: int) -> None:
    """Hold random histories that came in pieces to those that came at once."""
    for seed in range(first, first + count):
        chance = Random(f"pieces {seed}")
        service = chance.choice((*SERVICES, LICENCE, REQUEST))
        events = random_history(chance, 14)
        found = sent_in_pieces(chance, events, service)
        chance.shuffle(events)
        assert found == folded(events, service, NOW), seed


@pytest.mark.parametrize("story", STORIES)
def test_every_order_of_seven_events_gives_the_same_bytes(story: str) -> None:
    service, events = STORIES[story]
    assert len(events) == 7
    assert orders_agree(events, service, islice(permutations(events), 0, None, 24)) == 210


@pytest.mark.parametrize("block", range(2))
def test_histories_sent_in_pieces_with_duplicates_and_late_arrivals_fold_to_the_same_bytes(block: int) -> None:
    pieces_agree(block * 100, 100)


@pytest.mark.parametrize("block", range(2))
def test_the_bytes_change_with_time_at_turns_only_and_every_turn_is_known_before_it_comes(block: int) -> None:
    for seed in range(block * 150, (block + 1) * 150):
        chance = Random(f"turns {seed}")
        service = chance.choice((*SERVICES, LICENCE, LICENCE, REQUEST))
        events = random_history(chance, 8)
        now, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
        while now < end:
            result = folded(events, service, now)
            coming = [datetime.fromisoformat(turn["at"]) for turn in orjson.loads(result.turns)]
            following = min((turn for turn in coming if turn > now), default=end)
            assert folded(events, service, following - timedelta(milliseconds=1)) == result, seed
            now = following


if __name__ == "__main__":
    for name, (terms_of_story, story_events) in STORIES.items():
        print(name, orders_agree(story_events, terms_of_story, permutations(story_events)), "orders")
    for number in range(10):
        luck = Random(f"seven {number}")
        seven = random_history(luck, 40)[:7]
        print("random", number, len(seven), orders_agree(seven, luck.choice(SERVICES), permutations(seven)), "orders")
    pieces_agree(0, 10_000)
    print("10,000 histories in pieces: 0 differences")
