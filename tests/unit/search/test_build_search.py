"""The job of the read model: the fold of the register up to an index, whatever fails, and nothing left of what is gone."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from chalicelib.domain.search import Found, Question
from chalicelib.domain.search_head import Build, SearchHead
from chalicelib.errors import UnavailableError
from chalicelib.jobs import build_search as job
from chalicelib.store import keys
from chalicelib.store.mirror import SCHEMA
from chalicelib.store.table import Put
from chalicelib.usecases import build_search as usecase
from chalicelib.usecases.build_search import Built, build_search
from tests.fakes.memory_table import no_hook
from tests.faults import attempt, every_fault
from tests.search_world import BEHIND, EVERYTHING, SIZE, contents, files, named, prepare, rebuilt, run
from tests.turns import Turns
from tests.world import World

ORDERS = 60


def check_invariants(world: World) -> None:
    """Assert what must hold at every moment: what the head names is there, and is the fold up to its index."""
    assert set(named(world)) <= set(files(world))
    world.restart()
    found = world.wired.read_model.ask(EVERYTHING)
    assert found.register_index is not None
    mirror = world.wired.read_model.snapshot()
    assert mirror is not None
    with mirror:
        assert mirror.size in (BEHIND, SIZE)


def test_an_empty_register_has_an_empty_model_and_no_file() -> None:
    world = World()
    assert run(world) == Built(0, 0, 0)
    assert world.wired.read_model.ask(EVERYTHING) == Found([], None, [], 0, {"category": []}, None, None)
    assert world.wired.read_model.snapshot() is None
    assert files(world) == []


def test_a_register_without_a_model_says_when_to_ask_again() -> None:
    world = World().init()
    world.log()
    with pytest.raises(UnavailableError) as told:
        world.wired.read_model.ask(EVERYTHING)
    assert told.value.retry_after_seconds == 30


def test_a_model_follows_the_register_and_says_how_far() -> None:
    world = prepare()
    before = world.wired.read_model.ask(EVERYTHING)
    assert (before.count, before.register_index) == (1, BEHIND - 1)
    world.index()
    after = world.wired.read_model.ask(EVERYTHING)
    assert (after.count, after.register_index) == (1, SIZE - 1)
    assert after.at == world.wired.register.head().at
    assert world.wired.read_model.ask(Question("services", text="新名")).register_index == SIZE - 2
    assert run(world) == Built(0, SIZE, 0)


def test_a_model_that_followed_is_what_one_built_from_nothing_is() -> None:
    world = prepare()
    world.index()
    assert contents(world) == rebuilt(world)


def test_rounds_of_any_size_lead_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    world = prepare()
    whole = rebuilt(world)
    for size in (1, 2, 5):
        monkeypatch.setattr(usecase, "ROUND_ENTRIES", size)
        assert rebuilt(world) == whole


def test_whatever_storage_call_fails_the_model_stays_a_fold_and_the_next_run_completes_it() -> None:
    wanted = rebuilt(prepare())
    faults = 0
    for world, arm, fault in every_fault(prepare, run):
        attempt(run, world)
        arm.disarm()
        check_invariants(world)
        run(world)
        assert contents(world) == wanted, fault
        assert len(files(world)) <= 2, fault
        faults += 1
    assert faults == 32


def test_a_first_build_that_fails_anywhere_is_made_by_the_next_run() -> None:
    def first() -> World:
        world = prepare()
        world.memory.items.pop(keys.SEARCH_HEAD, None)
        world.objects.objects.clear()
        return world

    wanted = rebuilt(prepare())
    for world, arm, fault in every_fault(first, run):
        attempt(run, world)
        arm.disarm()
        assert set(named(world)) <= set(files(world)), fault
        run(world)
        assert contents(world) == wanted, fault
        assert len(files(world)) == 1, fault


def between(world: World, moment: str, number: int, other: Callable[[], object]) -> None:
    """Have another builder run, whole, at one storage call of the first."""
    calls = 0

    def hook(when: str, call: str, detail: object) -> None:
        nonlocal calls
        if when == moment:
            calls += 1
            if calls == number + 1:
                world.memory.hook = world.objects.hook = no_hook
                other()
                world.memory.hook = world.objects.hook = hook

    world.memory.hook = world.objects.hook = hook


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("ahead", [False, True], ids=["the same entries", "the other has more entries"])
def test_of_two_builders_one_moves_the_head_wherever_they_meet(moment: str, ahead: bool) -> None:
    world = prepare()
    saved = world.save()
    for number in range(12):
        world.put_back(saved)

        def other(world: World = world) -> None:
            if ahead:
                world.disclose("d3")
                world.log()
            run(world)

        between(world, moment, number, other)
        run(world)
        world.memory.hook = world.objects.hook = no_hook
        assert set(named(world)) <= set(files(world))
        world.restart()
        run(world)
        assert contents(world) == rebuilt(world)
        assert len(files(world)) <= 3


def test_two_builders_whose_storage_calls_come_in_any_order_never_name_what_is_not_there() -> None:
    world = prepare()
    wanted, saved = rebuilt(world), world.save()
    for seed in range(ORDERS):
        world.put_back(saved)
        turns = Turns(world, Random(seed))
        world.objects.hook = world.memory.hook
        turns.run([lambda: run(world), lambda: run(world)])
        world.memory.hook = world.objects.hook = no_hook
        assert set(named(world)) <= set(files(world)), seed
        world.restart()
        assert contents(world) == wanted, seed
        run(world)
        assert len(files(world)) <= 2, seed


def test_a_reader_finds_its_file_while_the_model_goes_on_and_later_the_new_one() -> None:
    world = prepare()
    model, (old,) = world.wired.read_model, files(world)
    assert model.ask(EVERYTHING).register_index == BEHIND - 1
    run(world)
    assert old in files(world)  # for those who have just read that it is served
    assert model.ask(EVERYTHING).register_index == BEHIND - 1
    world.pass_time(seconds=10)
    assert model.ask(EVERYTHING).register_index == SIZE - 1
    world.disclose("d3")
    world.log()
    run(world)
    assert old not in files(world)
    assert len(files(world)) == 2


# Runs that end before they are done


def test_a_first_build_that_takes_several_runs_is_served_when_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "ROUND_ENTRIES", 4)
    world = prepare()
    wanted = rebuilt(world)
    world.memory.items.pop(keys.SEARCH_HEAD)
    world.restart()
    for size in (4, 8):
        assert one_round(world).entries == 4
        head = world.wired.search_builds.head()
        assert (head.served, head.draft and head.draft.size) == (None, size)
        with pytest.raises(UnavailableError):
            world.wired.read_model.ask(EVERYTHING)
    assert one_round(world) == Built(3, SIZE, 1)
    assert contents(world) == wanted
    assert world.wired.search_builds.head().draft is None


def test_a_served_model_that_is_far_behind_goes_on_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "ROUND_ENTRIES", 2)
    world = prepare()
    sizes = [one_round(world).size for _ in range(3)]
    assert sizes == [8, 10, 11]


def one_round(world: World) -> Built:
    """Run with time for one round."""
    times = iter([world.now, world.now + timedelta(minutes=11)])
    return build_search(
        world.wired.register, world.wired.search_builds, lambda: next(times), world.now + timedelta(minutes=10)
    )


# Erasure


def test_once_something_was_erased_no_file_holds_a_byte_of_it_wherever_a_run_was_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usecase, "ERASE", "withdraw")  # as a withdrawal, it leaves a stub of the record
    told = [text.encode() for text in ("旧通知", "通知", "旧通")]
    for world, arm, fault in every_fault(prepare_erasure, run):
        assert any(part in world.objects.objects[name] for part in told for name in files(world))
        attempt(run, world)
        arm.disarm()
        run(world)
        held = b"".join(world.objects.objects[name] for name in files(world))
        assert not [part for part in told if part in held], fault
        assert len(files(world)) == 1, fault
        world.restart()
        assert world.wired.read_model.ask(EVERYTHING).count == 0


def prepare_erasure() -> World:
    """Return a deployment whose one disclosure is gone from the register's view, and not yet from the read model."""
    world = World().init()
    world.disclose("d1", title={"zh": "旧通知"})
    world.log()
    world.index()
    world.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "误报"}})
    world.log()
    return world


# Programs of two ages


def test_an_older_program_leaves_the_model_of_a_newer_one_alone() -> None:
    world = prepare()
    builds = world.wired.search_builds
    newer = Build("search/99/000000000001-00.sqlite", 1, 99)
    assert builds.move(builds.head(), SearchHead(newer))
    assert run(world) == Built(0, 0, 0)
    assert builds.head() == SearchHead(newer)


def test_a_newer_program_builds_anew_and_then_removes_what_the_older_one_left() -> None:
    world = prepare()
    builds = world.wired.search_builds
    older = Build("search/0/000000000099-00.sqlite", 99, 0)
    world.objects.objects[older.name] = b"an older file"
    assert builds.move(builds.head(), SearchHead(older))
    world.restart()
    with pytest.raises(UnavailableError):
        world.wired.read_model.ask(EVERYTHING)
    run(world)
    assert world.wired.read_model.ask(EVERYTHING).register_index == SIZE - 1
    assert older.name not in files(world)
    assert SCHEMA > 0


# After something was put back or lost


@pytest.mark.parametrize("lost", [True, False], ids=["the file is gone", "the file is not what its name says"])
def test_a_model_whose_file_was_lost_is_built_anew(lost: bool) -> None:
    world = prepare()
    wanted = rebuilt(world)
    (name,) = files(world)
    whole = world.objects.objects.pop(name)
    if not lost:
        world.objects.objects[name] = whole[:-1] + b"x"
    world.restart()
    with pytest.raises(UnavailableError):
        world.wired.read_model.ask(EVERYTHING)
    run(world)
    assert contents(world) == wanted


def test_a_file_that_was_lost_is_missed_even_if_nothing_happens() -> None:
    world = prepare()
    world.index()
    world.objects.objects.clear()
    world.restart()
    assert job.run(world.wired) == Built(SIZE, SIZE, 0)
    assert world.wired.read_model.ask(EVERYTHING).register_index == SIZE - 1


def test_a_lost_model_that_takes_several_runs_is_served_when_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "ROUND_ENTRIES", 4)
    world = prepare()
    world.objects.objects.clear()
    sizes = []
    for _ in range(3):
        one_round(world)
        head = world.wired.search_builds.head()
        sizes.append((head.served and head.served.size, head.draft and head.draft.size))
    assert sizes == [(None, 4), (None, 8), (SIZE, None)]


def test_a_model_that_is_ahead_of_a_register_put_back_to_an_earlier_day_is_built_anew() -> None:
    world = prepare()
    earlier = world.save()
    world.index()
    model, ahead = world.wired.read_model, dict(world.objects.objects)
    assert model.ask(EVERYTHING).register_index == SIZE - 1
    item = world.memory.items[keys.SEARCH_HEAD]
    world.put_back(earlier)
    world.wired.table.commit(Put(item))
    world.objects.objects = ahead
    register_head = world.memory.items[keys.REGISTER_HEAD]
    world.wired.table.commit(Put({**register_head, "projected": SIZE - 2}))
    assert job.run(world.wired).size == SIZE - 2
    assert world.wired.read_model.ask(EVERYTHING).register_index == SIZE - 3


def test_a_process_serves_nothing_that_the_head_names_no_more() -> None:
    world = prepare()
    model = world.wired.read_model
    model.ask(EVERYTHING)
    world.memory.items.pop(keys.SEARCH_HEAD)
    world.pass_time(seconds=10)
    with pytest.raises(UnavailableError):
        model.ask(EVERYTHING)
    run(world)
    assert model.ask(EVERYTHING).register_index == SIZE - 1
