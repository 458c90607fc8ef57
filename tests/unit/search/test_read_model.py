"""Reading the model: a file is brought once, seldom and whole, and threads are answered while it changes."""

from random import Random
from time import sleep

import pytest

from chalicelib.store.mirror import Mirror
from tests.fakes.memory_table import no_hook
from tests.faults import KilledError
from tests.search_world import BEHIND, EVERYTHING, SIZE, prepare, run


def test_a_process_reads_the_head_at_most_once_in_ten_seconds_and_a_file_once() -> None:
    world = prepare()
    world.restart()
    seen: list[tuple[str, object]] = []

    def hook(moment: str, call: str, detail: object) -> None:
        if moment == "before":
            seen.append((call, detail))

    world.memory.hook = world.objects.hook = hook
    for _ in range(5):
        world.wired.read_model.ask(EVERYTHING)
    assert [call for call, _ in seen] == ["get", "find_object"]
    world.pass_time(seconds=10)
    world.wired.read_model.ask(EVERYTHING)
    assert [call for call, _ in seen] == ["get", "find_object", "get"]


def test_a_file_that_takes_long_to_bring_is_brought_the_more_seldom() -> None:
    world = prepare()
    world.restart()

    def slow(moment: str, call: str, detail: object) -> None:
        if (moment, call) == ("after", "find_object"):
            world.pass_time(seconds=2)

    world.objects.hook = slow
    model = world.wired.read_model
    assert model.ask(EVERYTHING).register_index == BEHIND - 1
    run(world)
    world.pass_time(seconds=37)  # the run itself took two
    assert model.ask(EVERYTHING).register_index == BEHIND - 1
    world.pass_time(seconds=1)
    assert model.ask(EVERYTHING).register_index == SIZE - 1


def test_many_threads_are_answered_from_one_copy_while_it_changes() -> None:
    from concurrent.futures import ThreadPoolExecutor

    world = prepare()
    model = world.wired.read_model
    chance = Random(7)

    def ask(_: int) -> int | None:
        if chance.random() < 0.3:
            world.pass_time(seconds=10)
        return model.ask(EVERYTHING).register_index

    with ThreadPoolExecutor(8) as pool:
        first = pool.map(ask, range(40))
        run(world)
        found = [*first, *pool.map(ask, range(40))]
    assert set(found) <= {BEHIND - 1, SIZE - 1}
    assert found[-1] == SIZE - 1


def test_threads_that_begin_without_a_copy_wait_for_the_one_that_brings_it_and_ask_for_nothing_themselves() -> None:
    from concurrent.futures import ThreadPoolExecutor

    world = prepare()
    world.restart()
    model = world.wired.read_model
    seen: list[str] = []

    def hook(moment: str, call: str, detail: object) -> None:
        if moment == "before":
            seen.append(call)
            sleep(0.05)

    world.memory.hook = world.objects.hook = hook
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda _: model.ask(EVERYTHING).register_index, range(8))]
    assert set(found) == {BEHIND - 1}
    assert seen == ["get", "find_object"]


def test_a_read_model_leaves_one_file_in_its_folder() -> None:
    world = prepare()
    model = world.wired.read_model
    model.ask(EVERYTHING)
    world.index()
    model.ask(EVERYTHING)
    folder = model._scratch()
    assert len(list(folder.iterdir())) == 1
    with Mirror.read(next(folder.iterdir())) as mirror:
        assert mirror.size == SIZE


def test_a_process_that_dies_leaves_no_half_written_model() -> None:
    world = prepare()
    arm_calls = 0

    def hook(moment: str, call: str, detail: object) -> None:
        nonlocal arm_calls
        if (moment, call) == ("before", "find_object"):
            arm_calls += 1
            raise KilledError

    world.restart()
    world.objects.hook = hook
    with pytest.raises(KilledError):
        world.wired.read_model.ask(EVERYTHING)
    world.objects.hook = no_hook
    assert world.wired.read_model.ask(EVERYTHING).register_index == BEHIND - 1
    assert arm_calls == 1
