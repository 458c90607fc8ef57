"""What must be true of stored cases at any moment, whatever failed or ran beside."""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.card_marks import next_turn, read_turns
from chalicelib.domain.cases.decide import fold_stored
from chalicelib.domain.cases.intake import PUBLIC
from chalicelib.domain.cases.ratings import LOW, read_ratings
from chalicelib.domain.enquiries import built_in
from chalicelib.domain.instants import to_key
from chalicelib.store import keys
from chalicelib.usecases.cases import Terms
from local.messages import Response
from tests.case_world import CaseWorld
from tests.faults import KINDS, attempt, every_fault


class InOrderWorld(CaseWorld):
    """Takes the cases of a batch one after the other."""

    in_order = True


def hold_invariants(world: CaseWorld) -> None:
    """Hold what must be true of storage at any moment."""
    stored = world.memory.save()
    memory_hook, world.memory.hook = world.memory.hook, lambda moment, call, detail: None
    cases = {key.pk.removeprefix("case#") for key in world.memory.items if key.pk.startswith("case#")}
    opened = world.wired.cases.open(sorted(cases))
    assert opened.keys() == cases, "a case without its registration, or the other way round"
    terms = Terms(world.wired.records)
    for case_no, case in opened.items():
        events = world.wired.cases.events(case_no)
        folded = fold_stored(case.registration, events, terms.of([case.head.service])[case.head.service], world.now)
        head, item = case.head, world.memory.items[keys.case(case_no)]
        assert (head.view, head.fact, head.findings) == (folded.view, folded.fact, folded.findings), case_no
        assert head.ended_at == (to_key(folded.ended_at) if folded.ended_at else None)
        assert item.get("work_sk") == case_no, "not counted and not marked"
        turn = next_turn(read_turns(folded.turns), head.cards, head.opening, world.now)
        assert turn is None or (head.turns_at or "~") <= to_key(turn), "time will change it, and no clock will look"
        issues = [key for key in world.memory.items if key.pk == f"case#{case_no}" and key.sk.startswith("CODE#")]
        assert head.token_epoch >= len(issues)
        assert head.code_number == max((int(key.sk.removeprefix("CODE#")) for key in issues), default=0)
        held = world.wired.case_codes.held(case_no)
        assert held is None or held.number == head.code_number
        hold_enquiry(world, case_no, case.registration.via == PUBLIC, over=folded.over)
        hold_ratings(world, case_no, head.ratings)
    world.memory.hook = memory_hook
    assert world.memory.save() == stored


def hold_completed_by_the_same_request(
    prepare: Callable[[], InOrderWorld],
    send: Callable[[Any], Response],
    told: Callable[[Response], object],
    shape: Callable[[Any], object],
) -> None:
    """Hold that a write killed at any storage call leaves what is true, and that the same request completes it with one effect.

    `told` is what an answer says and `shape` what is stored, both but for what differs from one run to the next.
    """
    clean = prepare()
    wanted, expected = told(send(clean)), shape(clean)
    points = 0
    for world, arm, fault in every_fault(prepare, send):
        assert isinstance(world, InOrderWorld)
        attempt(send, world)
        arm.disarm()
        hold_invariants(world)
        again = send(world)
        assert again.status in (200, 201, 204), (fault, again.body)
        assert told(again) == wanted, fault
        hold_invariants(world)
        assert shape(world) == expected, fault
        points += 1
    assert points >= 2 * len(KINDS)


def hold_enquiry(world: CaseWorld, case_no: str, sent: bool, *, over: bool) -> None:
    """Hold that what the public sent stands with its case and with no other, and is listed until it is answered."""
    item = world.memory.items[keys.case(case_no)]
    assert (keys.enquiry(case_no) in world.memory.items) == sent, case_no
    listed = built_in(str(item["service"])) is not None and not over
    assert item.get("agency_pk") == (keys.list_pk(keys.OPEN_ENQUIRIES, str(item["agency"])) if listed else None), (
        case_no
    )


def hold_ratings(world: CaseWorld, case_no: str, noted: bytes) -> None:
    """Hold that a rating stands where it is noted, and that each low one has its follow-up, whole."""
    given = read_ratings(noted)
    assert [stored.uuid for stored in world.wired.ratings.ratings(case_no)] == [rating.uuid for rating in given], (
        case_no
    )
    for rating in given:
        assert (rating.follow_up is not None) == (rating.grade in LOW), case_no
        if rating.follow_up is not None:
            assert keys.enquiry(rating.follow_up) in world.memory.items, case_no
            assert world.wired.cases.open([rating.follow_up]), case_no
    assert len({rating.follow_up for rating in given if rating.follow_up}) == sum(bool(r.follow_up) for r in given)
