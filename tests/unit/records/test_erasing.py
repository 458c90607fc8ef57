"""Nothing of what an order erased is left anywhere, whatever dies on the way; and everything still verifies."""

from typing import Any

import orjson
import pytest

from chalicelib.errors import RefusedError
from chalicelib.jobs import erase_records, rebuild
from chalicelib.usecases.order_erasure import Order, order_erasure
from tests.erasing import Town, erase_random, words
from tests.faults import Arm, attempt, every_fault
from tests.world import World

ORDER = Order("court", "1", "court", "2026-11-20")
CANARY = "canary0123456789"


def test_nothing_is_left_of_what_was_erased_and_everything_verifies() -> None:
    town = Town().begin()
    town.fill(2)
    found = erase_random(town, 20, seed=7)
    assert found.remnants == []
    assert (found.verified, found.confirmed) == (20, 0)


def prepared() -> World:
    """Return a deployment with a large text that has a file, and another that has the file too."""
    world = World().init()
    for name, file in (("d1", f"{CANARY},1"), ("d2", "other,1")):
        digest = world.attach(file.encode(), "text/csv", "a.csv")
        files = [{"name": "list", "title": {"zh": "名单"}, "sha256": digest}]
        body = CANARY + "全" * 120_000 if name == "d1" else "全文"
        world.disclose(name, body={"zh": body}, attachments=files)
    world.log()
    return world


def erase_and_delete(world: World) -> None:
    order_erasure("disclosures", "d1", ORDER, world.wired.records, world.now)
    jobs(world)


def jobs(world: World) -> None:
    for _ in range(2):
        world.log()
        erase_records.run(world.wired)
        world.pass_time(hours=2)


def remnants(world: World) -> list[str]:
    """Return where the words still are."""
    stored = {f"{key}": value for key, item in world.memory.snapshot().items() for value in item.values()}
    held: dict[str, Any] = {**stored, **world.objects.objects}
    return [name for name, value in held.items() if isinstance(value, bytes) and CANARY.encode() in value]


def test_whatever_dies_the_next_run_finishes_and_nothing_is_half() -> None:
    count = 0
    for world, arm, fault in every_fault(prepared, erase_and_delete):
        if fault.kind != "killed_after" and fault.call % 4:
            continue  # of these a sample: dying before a call is dying after the one before it
        count += 1
        attempt(erase_and_delete, world)
        arm.disarm()
        world.restart()
        shown = world.get("/v1/disclosures/d1")
        assert shown.status == 200, fault
        assert (orjson.loads(shown.body)["stage"] == "erased") != (CANARY in shown.body.decode()), fault
        world.log()  # what it shows and has not counted yet is no difference
        assert rebuild.run(world.wired, replace=False).differing == (), fault
        erase_and_delete(world)
        Arm(world)
        assert remnants(world) == [], fault
        assert rebuild.run(world.wired, replace=False).differing == (), fault
        assert erase_records.run(world.wired).records == 0, fault
        assert world.get("/v1/disclosures/d2/attachments/list").status == 302, fault
    assert count > 80


def test_a_file_stays_while_another_record_names_it() -> None:
    world = World().init()
    digest = world.attach(b"a,1\n", "text/csv", "a.csv")
    files = [{"name": "list", "title": {"zh": "名单"}, "sha256": digest}]
    for name in ("d1", "d2"):
        world.disclose(name, attachments=files)
    world.log()
    kept = f"attachments/{digest}/bureau"
    for name, left in (("d1", True), ("d2", False)):
        order_erasure("disclosures", name, ORDER, world.wired.records, world.now)
        jobs(world)
        assert (kept in world.objects.objects) is left
    assert digest not in repr(world.memory.snapshot())
    assert not [name for name in world.objects.objects if digest in name]


def test_the_contact_of_a_comment_goes_and_its_place_stays_taken() -> None:
    town = Town().begin().open("d1", "2027-01-05")
    assert town.send(1, text=CANARY, contact={"name": CANARY}).status == 201
    order_erasure("comments", "018f0000-0000-7000-8000-000000000001", ORDER, town.wired.records, town.now)
    assert town.waiting() == []
    jobs(town)
    assert remnants(town) == []
    answer = town.send(1, text=CANARY, contact={"name": CANARY})
    assert (answer.status, answer.json()["detail"]) == (409, "what stood at this place was erased by order")
    answer = town.get_signed("/v1/intake/comments/018f0000-0000-7000-8000-000000000001", "moderator")
    assert (answer.status, answer.json()["type"]) == (410, "/problems/erased")


def test_a_hearing_is_erased_after_its_draft_whose_acts_hold_its_texts_too() -> None:
    town = Town().begin()
    town.fill(1)
    with pytest.raises(RefusedError, match="erased_after_another"):
        town.erase(("hearing", "hearing-0"))
    town.erase(("disclosure", "draft-0"))
    town.erase(("hearing", "hearing-0"))
    town.run_jobs()
    assert town.json("/v1/hearings/hearing-0")["stage"] == "erased"
    assert town.get("/v1/hearings/hearing-0.ics").status == 410
    gone = [words("disclosure", "draft-0").encode(), words("hearing", "hearing-0").encode()]
    assert not [place for place, data in town.stored() if any(each in data for each in gone)]
