"""The register job: contiguous indexes, nothing public before its entry, and no fault or race that changes that."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import count

import orjson
import pytest

from chalicelib.domain.register import Entry, read_public
from chalicelib.jobs import log_register, rebuild
from chalicelib.store import keys
from chalicelib.store.register import COLLECTIONS
from chalicelib.usecases.rebuild import Rebuilt
from tests.faults import KilledError, attempt, every_fault
from tests.register_world import check_invariants, prepare, public_items, run
from tests.world import World


def test_waiting_acts_get_contiguous_indexes_in_the_order_they_came() -> None:
    world = prepare()
    run(world)
    names = [(entry["id"], entry["name"]) for entry in world.json("/v1/changes")["items"]]
    # s1's second act waited already when its first was logged, and goes with it.
    assert names == [
        ("guangan", "register"),
        ("bureau", "register"),
        ("s1", "publish"),
        ("s1", "revise"),
        ("d1", "submit"),
        ("d1", "approve"),
        ("d1", "publish"),
    ]
    check_invariants(world)


def test_nothing_is_public_before_the_job_ran() -> None:
    world = prepare()
    assert public_items(world) == {}
    assert world.json("/v1/services")["items"] == []
    assert world.get("/v1/services/s1").status == 404


def test_the_job_killed_at_any_storage_call_keeps_the_invariants_and_the_next_run_gives_the_same_bytes() -> None:
    clean = prepare()
    run(clean)
    wanted = public_items(clean)
    points = 0
    for world, arm, fault in every_fault(prepare, run):
        attempt(run, world)
        check_invariants(world)
        arm.disarm()
        run(world)
        check_invariants(world)
        assert public_items(world) == wanted, fault
        assert rebuild.run(world.wired).differing == ()
        points += 1
    assert points >= 60


def test_the_job_killed_twice_in_a_row_still_gives_the_same_bytes() -> None:
    clean = prepare()
    run(clean)
    wanted = public_items(clean)
    for world, arm, fault in every_fault(prepare, run):
        if fault.kind != "killed_after":
            continue
        attempt(run, world)
        for second in (0, 3, 6):
            arm.disarm()
            died_at = arm.calls + second
            arm._fault = type(fault)(died_at, "killed_before")
            attempt(run, world)
            check_invariants(world)
        arm.disarm()
        run(world)
        assert public_items(world) == wanted


@pytest.mark.parametrize("more", [False, True], ids=["same work", "more work meanwhile"])
def test_a_second_sequencer_at_any_storage_call_of_the_first_forks_nothing(more: bool) -> None:
    clean = prepare()
    calls = count()
    clean.memory.hook = lambda moment, call, detail: (next(calls), None)[1]
    saved = clean.save()
    run(clean)
    world = clean
    for point in range(next(calls)):
        world.put_back(saved)
        seen = count()

        def interfere(moment: str, call: str, detail: object, seen: Iterator[int] = seen, point: int = point) -> None:
            if next(seen) == point:
                world.memory.hook = lambda *_: None
                if more:
                    world.service("s9")
                log_register.run(world.wired)

        world.memory.hook = interfere
        run(world)
        run(world)
        check_invariants(world)
        ids = [entry["id"] for entry in world.json("/v1/changes")["items"]]
        assert len(ids) == (8 if more else 7)
        assert rebuild.run(world.wired).differing == ()


def test_an_index_that_lags_delays_an_act_and_loses_none() -> None:
    world = prepare()
    world.memory.lagging = True
    world.service("s7")
    run(world)
    assert "s7" not in [entry["id"] for entry in world.json("/v1/changes")["items"]]
    world.memory.lagging = False
    world.memory.settle()
    run(world)
    assert [entry["id"] for entry in world.json("/v1/changes")["items"]][-1] == "s7"
    check_invariants(world)


def test_a_clock_that_goes_back_does_not_take_the_register_with_it() -> None:
    world = prepare()
    run(world)
    world.pass_time(days=-1)
    world.service("s8")
    run(world)
    at = [entry["at"] for entry in world.json("/v1/changes")["items"]]
    assert at == sorted(at)


def test_a_receipt_says_how_long_its_act_may_wait_and_the_job_says_when_it_waited_longer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World().init()
    receipt = world.service("s1")
    assert receipt["register"] == {"index": None, "status": "pending", "within_seconds": 60}
    log_register.log.addHandler(caplog.handler)
    with caplog.at_level(logging.WARNING, log_register.log.name):
        run(world)
        world.service("s2")
        world.pass_time(seconds=60)
        run(world)
        assert caplog.records == []
        world.service("s3")
        world.pass_time(seconds=61)
        run(world)
    log_register.log.removeHandler(caplog.handler)
    assert {record.getMessage() for record in caplog.records} == {"alarm register late 61 seconds"}


def test_what_is_logged_is_what_was_sent() -> None:
    world = prepare()
    run(world)
    for entry in world.json("/v1/changes")["items"]:
        item = world.memory.items[keys.act(entry["kind"], entry["id"], entry["act"])]
        raw = item["raw"]
        assert isinstance(raw, bytes)
        assert sha256(raw).hexdigest() == entry["act_sha256"]


def test_a_rebuild_names_every_changed_byte_and_mends_it() -> None:
    world = prepare()
    run(world)
    key = keys.view("service", "s1")
    world.memory.items[key]["body"] = world.memory.items[key]["body"].replace(b"bureau", b"bureav")  # type: ignore[union-attr,arg-type]
    assert rebuild.run(world.wired).differing == ("service#s1|VIEW",)
    rebuild.run(world.wired, replace=True)
    assert rebuild.run(world.wired).differing == ()


def test_a_thrown_away_view_is_rebuilt_byte_for_byte() -> None:
    world = prepare()
    run(world)
    wanted = public_items(world)
    for key in list(wanted):
        if key.pk != keys.ENTRIES_PK:
            world.memory._store(key, None)
    rebuild.run(world.wired, replace=True)
    assert public_items(world) == wanted


def test_a_rebuild_of_an_empty_register_finds_nothing() -> None:
    assert rebuild.run(World().wired) == Rebuilt(0, ())


def test_a_killed_process_is_not_an_error_that_could_be_handled() -> None:
    assert not issubclass(KilledError, Exception)


@pytest.mark.parametrize("at", ["2026-11-23T02:00:00.000Z", "2026-11-23T02:00:00.007Z", "2026-12-31T23:59:59.999Z"])
@pytest.mark.parametrize("version", [None, 3])
def test_an_entry_is_read_back_from_what_is_told_of_it(at: str, version: int | None) -> None:
    entry = an_entry(at=at, version=version)
    assert read_public(entry.public("Asia/Shanghai"), COLLECTIONS) == entry


def test_an_erased_entry_is_read_back_and_its_leaf_is_what_it_was() -> None:
    entry = an_entry()
    bound = orjson.loads(entry.leaf())["commitment"]
    erased = replace(entry, sha256=None, act_sha256=None, salt=None, commitment=bound, erased_by=9)
    assert erased.leaf() == entry.leaf()
    assert read_public(erased.public("Asia/Shanghai"), COLLECTIONS) == erased
    assert b"c" * 64 not in erased.public("Asia/Shanghai")


def test_a_commitment_is_salted_sha256_of_the_hashes() -> None:
    parts = bytes.fromhex("0" * 32 + "a" * 64 + "c" * 64)
    assert orjson.loads(an_entry().leaf())["commitment"] == sha256(parts).hexdigest()


def an_entry(at: str = "2026-11-23T02:00:00.000Z", version: int | None = 3) -> Entry:
    """Return some entry."""
    return Entry(
        index=7,
        kind="service",
        record_id="s",
        collection="services",
        act=2,
        act_sha256="a" * 64,
        name="revise",
        version=version,
        at=at,
        agency="b",
        jurisdiction="j",
        sha256="c" * 64,
        url="/u",
        tombstone=False,
        salt="0" * 32,
    )
