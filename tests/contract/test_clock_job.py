"""The clock job on every engine: what falls due is found by its key, worked off in one transaction, and gone from the index."""

from collections.abc import Callable
from uuid import uuid4

from chalicelib.domain.records import Ref
from chalicelib.jobs import advance_clocks
from chalicelib.store import keys
from chalicelib.store.clocks import Clocks
from chalicelib.store.table import Key, Put, Table, Update
from tests.case_world import ACCEPTED, CaseWorld
from tests.contract.test_case_life import world  # noqa: F401 - a fixture
from tests.unit.cases.builders import at


def test_what_is_due_is_told_in_order_up_to_an_instant(table: Table, own: Callable[[str], str]) -> None:
    wanted = []
    for number in range(40):
        name = own(f"n{number}")
        mark = {**keys.clock_mark("case", name, f"2026-11-27T16:{number:02d}:00.000Z"), "clock_pk": "CLOCK#0"}
        table.commit(Put({"pk": f"case#{name}", "sk": "CASE", **mark}))
        if number < 35:
            wanted.append((mark["clock_sk"], Ref("case", name)))
    found = [
        due.ref
        for due in Clocks(table).due(0, "2026-11-27T16:34:00.000Z")
        if due.ref.record_id in {r for _, (_, r) in wanted}
    ]
    assert found == [ref for _, ref in sorted(wanted)]
    place = Key(f"case#{wanted[0][1].record_id}", "CASE")
    table.commit(Update(place, remove=("clock_pk", "clock_sk")))
    assert wanted[0][1] not in [due.ref for due in Clocks(table).due(0, "2026-11-27T16:34:00.000Z")]


def card_after_run(world: CaseWorld, case_no: str, moment: str) -> tuple[str, str, int]:  # noqa: F811
    """Run the job at an instant and return how the case's one card stands; what other tests left is worked off with it."""
    world.now = at(moment)
    advance_clocks.run(world.wired)
    (card,) = world.get_signed(f"/v1/intake/cases/{case_no}", "bureau-clerk").json()["cards"]
    told = world.get_signed(f"/v1/intake/supervision/{card['id']}", "bureau-clerk").json()
    assert told["case_no"] == case_no
    return told["stage"], told["colour"], told["next_act"]


def test_a_case_and_its_cards_are_worked_off(world: CaseWorld) -> None:  # noqa: F811
    world.in_order = True  # what other tests left is due as well, and moto does not bear threads
    world.restart()
    case_no = f"c{uuid4().hex}"
    assert world.register(case_no, received_at="2026-11-19T09:00:00+08:00").status == 201
    assert world.event(case_no, "e1", ACCEPTED).status == 201
    table = world.wired.table
    mark = table.get(keys.case(case_no))
    assert mark is not None
    assert str(mark["clock_sk"]).startswith("2026-11-27T16:00:00.000Z#")
    assert card_after_run(world, case_no, "2026-12-08T00:00:01+08:00") == ("raised", "yellow", 2)
    assert card_after_run(world, case_no, "2026-12-16T00:00:01+08:00") == ("raised", "red", 3)
    assert card_after_run(world, case_no, "2026-12-16T00:30:00+08:00") == ("raised", "red", 3)
    decided = {"event": "decided", "occurred_at": "2026-11-26T09:00:00+08:00", "outcome": "granted"}
    assert world.event(case_no, "e2", decided).status == 201
    assert card_after_run(world, case_no, "2026-12-16T01:00:00+08:00") == ("lifted", "red", 4)
    after = table.get(keys.case(case_no))
    assert after is not None
    assert "clock_sk" not in after
