"""The same UUID from several at once: one of them opens the case, and the code that was answered last opens its status."""

from random import Random

import pytest

from tests.case_world import QUESTION
from tests.turns import Turns
from tests.unit.cases.invariants import InOrderWorld, hold_invariants

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
