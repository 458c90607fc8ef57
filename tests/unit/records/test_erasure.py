"""An order erases a record whole: what is left of it, and what no longer follows."""

import logging
from typing import Any

import orjson
import pytest

from chalicelib.domain.erasure import NEVER
from chalicelib.domain.nouns import BY_KIND
from chalicelib.domain.register import commitment
from chalicelib.errors import NotFoundError, RefusedError, UnavailableError
from chalicelib.jobs import erase_records, rebuild
from chalicelib.usecases.order_erasure import Order, order_erasure
from tests.erasing import Town, changes, words
from tests.world import World

ORDER = Order("court", "(2026) 川16民终12号", "广安市中级人民法院", "2026-11-20")
CANARY = "金丝雀"


@pytest.fixture
def world() -> World:
    made = World().init()
    made.disclose("d1", title={"zh": f"通知{CANARY}"}, body={"zh": f"全文{CANARY}"})
    made.disclose("d2")
    made.log()
    return made


def erase(world: World, record_id: str = "d1", order: Order = ORDER) -> Any:
    receipt = order_erasure("disclosures", record_id, order, world.wired.records, world.now)
    world.log()
    return receipt


def test_what_was_erased_shows_that_it_was_and_nothing_else(world: World) -> None:
    before = world.json("/v1/disclosures/d1")
    erase(world)
    after = world.json("/v1/disclosures/d1")
    assert after["stage"] == "erased"
    assert after["erased"] == ORDER._asdict()
    kept = ("kind", "id", "agency", "jurisdiction", "origin", "published_at")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["version"] == before["version"] + 1
    assert set(after) - set(before) == {"erased"}
    assert [each["id"] for each in world.json("/v1/disclosures")["items"]] == ["d2"]
    assert CANARY not in orjson.dumps(after).decode()


def test_its_versions_are_gone_at_once_and_said_to_be(world: World) -> None:
    erase(world)
    answer = world.get("/v1/disclosures/d1/versions/1")
    assert answer.status in (404, 410)
    erase_records.run(world.wired)
    assert world.get("/v1/disclosures/d1/versions/1").json()["type"] == "/problems/erased"
    assert world.get("/v1/disclosures/d1/versions/2").status == 200
    assert world.get("/v1/disclosures/d1/versions/3").status == 404


def test_nothing_gives_its_text_between_the_entry_and_the_deletion_of_whatever_kind_it_is() -> None:
    town = Town().begin()
    town.fill(1)
    names = {entry["kind"]: entry["id"] for entry in changes(town) if entry["kind"] not in NEVER}
    for kind, record_id in names.items():
        collection = BY_KIND[kind].collection
        shown = town.json(f"/v1/{collection}/{record_id}")["version"]
        order_erasure(collection, record_id, ORDER, town.wired.records, town.now)
        town.log()
        address, word = f"/v1/{collection}/{record_id}/versions", words(kind, record_id).encode()
        assert {town.get(f"{address}/{number}").status for number in range(1, shown + 1)} == {410}, kind
        assert town.get(f"{address}/{shown + 1}", f"diff={shown}").status == 410, kind
        assert [each["version"] for each in town.json(address)["items"]] == [shown + 1], kind
        told = town.get("/v1/changes", f"include=body&kind={kind}")
        assert (told.status, word in told.body) == (200, False), kind
    assert len(names) == 8


def test_entries_lose_their_hashes_and_the_leaf_stands(world: World) -> None:
    before = [each for each in world.wired.register.entries(0, 99) if each.record_id == "d1"]
    erase(world)
    erase_records.run(world.wired)
    after = [each for each in world.wired.register.entries(0, 99) if each.record_id == "d1"]
    assert [each.leaf() for each in before] == [each.leaf() for each in after[:-1]]
    for old, new in zip(before, after, strict=False):
        assert (new.sha256, new.act_sha256, new.salt, new.erased_by) == (None, None, None, after[-1].index)
        assert new.commitment == commitment(old.salt, old.act_sha256, old.sha256)
    assert after[-1].name == "erase"
    assert after[-1].erased_by is None
    told = world.json("/v1/changes", "limit=100")["items"]
    assert [each.get("erased_by") for each in told if each["id"] == "d1"] == [after[-1].index] * len(before) + [None]


def test_a_rebuild_finds_no_difference_before_during_and_after(world: World) -> None:
    erase(world)
    assert rebuild.run(world.wired, replace=False).differing == ()
    erase_records.run(world.wired)
    assert rebuild.run(world.wired, replace=False).differing == ()
    world.pass_time(hours=2)
    erase_records.run(world.wired)
    assert rebuild.run(world.wired, replace=False).differing == ()
    assert erase_records.run(world.wired).records == 0


def test_no_act_follows(world: World) -> None:
    erase(world)
    answer = world.put("/v1/intake/disclosures/d1/acts/5", {"act": "withdraw", "reason": {"zh": "误"}})
    assert (answer.status, [each["code"] for each in answer.json()["errors"]]) == (422, ["erased"])
    erase_records.run(world.wired)
    answer = world.put("/v1/intake/disclosures/d1/acts/5", {"act": "withdraw", "reason": {"zh": "误"}})
    assert (answer.status, [each["code"] for each in answer.json()["errors"]]) == (422, ["erased"])
    answer = world.put("/v1/intake/disclosures/d1/acts/3", {"act": "publish"})
    assert answer.status == 409
    assert "erased by order" in answer.json()["detail"]


def test_a_receipt_stays_without_the_hash(world: World) -> None:
    erase(world)
    erase_records.run(world.wired)
    receipt = world.get_signed("/v1/intake/disclosures/d1/acts/1").json()
    assert receipt["sha256"] is None
    assert receipt["register"]["status"] == "logged"


def test_nobody_else_can_send_the_act(world: World) -> None:
    body = {"act": "erase", "agency": "bureau", "version": 2, "published_at": "2026-11-20T00:00:00Z"}
    answer = world.put("/v1/intake/disclosures/d1/acts/4", {**body, **ORDER._asdict()})
    assert answer.status == 403
    assert world.json("/v1/disclosures/d1")["stage"] == "published"


def test_the_same_order_again_changes_nothing_and_another_is_refused(world: World) -> None:
    assert erase(world).new
    assert not erase(world).new
    with pytest.raises(RefusedError, match="erased"):
        erase(world, order=ORDER._replace(order="2"))


def test_what_is_not_there_or_rests_under_others_is_not_erased(world: World) -> None:
    for collection, record_id in (("disclosures", "none"), ("nothing", "d1")):
        with pytest.raises(NotFoundError):
            order_erasure(collection, record_id, ORDER, world.wired.records, world.now)
    with pytest.raises(RefusedError, match="never_erased"):
        order_erasure("agencies", "bureau", ORDER, world.wired.records, world.now)
    with pytest.raises(RefusedError, match="ground_unknown"):
        erase(world, order=ORDER._replace(ground="whim"))
    world.disclose("fresh")
    with pytest.raises(UnavailableError):
        order_erasure("disclosures", "fresh", ORDER, world.wired.records, world.now)


def test_what_was_never_shown_is_erased_without_a_word_in_the_register(world: World) -> None:
    text = {"agency": "bureau", "title": {"zh": "从未公开"}, "category": "plans", "body": {"zh": "全文"}}
    world.act("disclosures", "draft", 1, {"act": "submit", "content": text})
    size = world.wired.register.head().size
    order_erasure("disclosures", "draft", ORDER, world.wired.records, world.now)
    world.log()
    assert erase_records.run(world.wired).records == 1
    assert world.wired.register.head().size == size
    assert world.get("/v1/disclosures/draft").status == 404
    assert "从未公开".encode() not in b"".join(
        each for item in world.memory.snapshot().values() for each in item.values() if isinstance(each, bytes)
    )


def test_the_alarm_is_sounded(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "glasshall"):
        erase(world)
        erase_records.run(world.wired)
    assert [each.getMessage().rsplit(" ", 1)[0] for each in caplog.records] == [
        "alarm disclosure erase",
        "alarm disclosure erased by order, entry",
    ]
