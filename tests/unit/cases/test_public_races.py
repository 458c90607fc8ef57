"""The public at the same time: one of several enquiries stands whole, one of several ratings counts, with one follow-up."""

from random import Random

import pytest

from chalicelib.domain.cases.ratings import GRADES, LOW
from tests.case_world import DECIDED, QUESTION
from tests.turns import Turns
from tests.unit.cases.invariants import InOrderWorld, hold_invariants

VISITED = {"event": "visited", "occurred_at": "2026-11-19T10:00:00+08:00"}
OTHER = "0198f3c2-7d6a-7c3e-8b1a-2f4e6d8c0a12"
NUMBER = "3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11"


@pytest.mark.parametrize("seed", range(60))
def test_of_several_enquiries_with_one_uuid_one_stands_whole_and_the_others_are_refused(seed: int) -> None:
    world = InOrderWorld()
    world.begin()
    chance = Random(seed)
    bodies = [{**QUESTION, "text": chance.choice(("一", "二"))} for _ in range(3)]
    answers = Turns(world, chance).run([lambda body=body: world.enquire(NUMBER, body) for body in bodies])  # type: ignore[misc]
    world.restart()
    world.memory.hook = lambda moment, call, detail: None
    first = [answer for answer in answers if answer.status == 201]
    assert len(first) == 1, seed
    held = world.get_signed(f"/v1/intake/cases/{NUMBER}", "bureau-clerk").json()["enquiry"]
    for body, answer in zip(bodies, answers, strict=True):
        assert answer.status in ((200, 201, 503) if body == held else (409, 503)), seed
    hold_invariants(world)
    codes = [answer.json()["query_code"] for answer in answers if answer.status < 300]
    assert sum(world.exchange(NUMBER, code).status == 201 for code in codes) == 1


@pytest.mark.parametrize("seed", range(60))
def test_an_exchange_beside_the_same_enquiry_sent_again_leaves_one_code_that_opens_the_case(seed: int) -> None:
    world = InOrderWorld()
    world.begin()
    code = world.enquire(NUMBER).json()["query_code"]
    again, exchanged = Turns(world, Random(seed)).run(
        [lambda: world.enquire(NUMBER), lambda: world.exchange(NUMBER, code)]
    )
    world.restart()
    world.memory.hook = lambda moment, call, detail: None
    assert again.status == 200, seed
    if exchanged.status == 201:
        assert "query_code" not in again.json()
    else:
        assert exchanged.status == 404
        assert world.exchange(NUMBER, again.json()["query_code"]).status == 201


@pytest.mark.parametrize("seed", range(60))
def test_of_several_ratings_of_one_matter_one_counts_and_a_low_one_opens_one_follow_up(seed: int) -> None:
    world = InOrderWorld()
    world.begin()
    token = world.opened("c1")[1]
    world.event("c1", "e1", DECIDED)
    chance = Random(seed)
    sent = [(chance.choice((NUMBER, OTHER)), {"of": "matter", "grade": chance.choice(GRADES[2:])}) for _ in range(3)]
    requests = [lambda uuid=uuid, body=body: world.rate("c1", token, uuid, body) for uuid, body in sent]
    answers = Turns(world, chance).run([*requests, lambda: world.event("c1", "e2", VISITED)])
    world.restart()
    world.memory.hook = lambda moment, call, detail: None
    (item,) = world.ratings("c1", token)["items"]
    for (uuid, body), answer in zip(sent, answers[:3], strict=True):
        same = uuid == item["uuid"] and body["grade"] == item["grade"]
        assert answer.status in ((200, 201, 503) if same else (409, 422, 503)), seed
    assert sum(answer.status == 201 for answer in answers[:3]) == 1, seed
    assert answers[3].status == 201
    hold_invariants(world)
    follow_ups = [key for key in world.memory.items if key.sk == "ENQUIRY"]
    assert len(follow_ups) == (1 if item["grade"] in LOW else 0)
