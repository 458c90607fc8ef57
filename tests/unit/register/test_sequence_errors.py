"""Each write of the register job broken once: not persisted, and persisted but reported as failed (Sunlight's table).

After it the whole log is proved again, then a new process runs, and all is proved once more.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest

from chalicelib.errors import ConditionFailedError, UnavailableError
from chalicelib.jobs import log_register, rebuild
from chalicelib.store import keys
from chalicelib.store.table import Key
from chalicelib.usecases.log_register import TreelessError
from tests.fakes.memory_table import no_hook
from tests.register_races import Course
from tests.register_world import check_invariants, prepare
from tests.world import World

ACTS = 7


class Write(NamedTuple):
    """One kind of write: the call on storage, and how it is known."""

    call: str
    is_meant: Callable[[object], bool]
    broken_size: int
    """How far the register goes after the write was not persisted."""
    lost_size: int
    """How far it goes after the write was persisted and reported as failed."""


def _of(key: Key) -> Callable[[object], bool]:
    """Return whether a commit writes an item."""
    return lambda written: isinstance(written, tuple) and key in written


def _under(prefix: str) -> Callable[[object], bool]:
    return lambda name: str(name).startswith(f"register/{prefix}")


WRITES = {
    "stage": Write("put_object", _under("stage/"), 0, 0),
    "head": Write("commit", _of(keys.REGISTER_HEAD), 0, ACTS),
    "bundle of leaves": Write("put_object", _under("tile/entries/"), ACTS, ACTS),
    "tile of hashes": Write("put_object", _under("tile/0/"), ACTS, ACTS),
    "checkpoint": Write("swap_object", _under("checkpoint"), ACTS, ACTS),
    "view of the first entry": Write("commit", _of(keys.entry(0)), ACTS, ACTS),
    "view of the last entry": Write("commit", _of(keys.entry(ACTS - 1)), ACTS, ACTS),
}


def break_once(world: World, write: Write, moment: str, error: type[Exception]) -> list[str]:
    """Let the first write of a kind fail; return where it is noted that it did."""
    broken: list[str] = []

    def hook(at: str, call: str, detail: object) -> None:
        if not broken and (at, call) == (moment, write.call) and write.is_meant(detail):
            broken.append(call)
            raise error

    world.memory.hook = world.objects.hook = hook
    return broken


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("persisted", [False, True], ids=["not persisted", "persisted but reported as failed"])
def test_a_write_that_fails_forks_nothing_and_the_next_process_goes_on(name: str, persisted: bool) -> None:
    world, write = prepare(), WRITES[name]
    broken = break_once(world, write, "after" if persisted else "before", UnavailableError)
    with pytest.raises(UnavailableError):
        log_register.run(world.wired)
    assert broken
    check_invariants(world)
    assert world.wired.register.head().size == (write.lost_size if persisted else write.broken_size)
    reload_and_check(world)


def test_a_head_that_was_swapped_with_the_answer_lost_is_known_as_ones_own() -> None:
    world = prepare()
    break_once(world, WRITES["head"], "after", ConditionFailedError)
    assert log_register.run(world.wired).logged == ACTS
    reload_and_check(world)


@pytest.mark.parametrize("seed", range(12))
def test_two_sequencers_with_faults_among_their_calls_fork_nothing(seed: int, course: Course) -> None:
    raced = course.race(seed)
    assert (raced.forks, raced.lost) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_two_sequencers_that_fill_a_tile_fork_nothing(seed: int, long_course: Course) -> None:
    raced = long_course.race(seed)
    assert (raced.forks, raced.lost) == (0, 0)


@pytest.fixture(scope="module")
def course() -> Course:
    return Course()


@pytest.fixture(scope="module")
def long_course() -> Course:
    return Course(245)


def test_partial_tiles_go_when_the_full_one_stands(long_course: Course) -> None:
    long_course.race(0)
    names = [name for name in long_course.world.objects.objects if name.startswith("register/tile/")]
    assert "register/tile/0/000" in names
    assert "register/tile/entries/000" in names
    assert not [name for name in names if "/000.p/" in name and "/1/" not in name]


def test_a_tile_that_was_changed_stops_the_register_before_anything_is_built_on_it() -> None:
    world = prepare()
    log_register.run(world.wired)
    (name,) = (each for each in world.objects.objects if each.startswith("register/tile/0/"))
    world.objects.objects[name] = bytes(len(world.objects.objects[name]))
    world.service("s9")
    before = world.wired.register.head()
    with pytest.raises(ValueError, match="not those of the tree with this root"):
        log_register.run(world.wired)
    assert world.wired.register.head() == before


def test_a_stage_that_was_changed_stops_the_register_before_it_is_shown() -> None:
    world = prepare()
    break_once(world, WRITES["bundle of leaves"], "before", UnavailableError)
    with pytest.raises(UnavailableError):
        log_register.run(world.wired)
    name = world.wired.register.head().stage
    world.objects.objects[name] = world.objects.objects[name].replace(b'"bureau"', b'"bureav"')
    world.memory.hook = world.objects.hook = no_hook
    with pytest.raises(Exception, match="do not give the root that was settled"):
        log_register.run(world.wired)
    assert world.json("/v1/changes")["items"] == []


def test_a_register_that_was_begun_without_a_tree_does_not_go_on() -> None:
    world = prepare()
    log_register.run(world.wired)
    head = world.wired.register.head()
    assert world.wired.register.swap(head, replace(head, root=""))
    with pytest.raises(TreelessError):
        log_register.run(world.wired)


def reload_and_check(world: World) -> None:
    """Run once more, in a new process, and prove everything."""
    world.memory.hook = world.objects.hook = no_hook
    world.restart()
    log_register.run(world.wired)
    check_invariants(world)
    head = world.wired.register.head()
    assert head.size == head.projected == ACTS
    assert rebuild.run(world.wired).differing == ()
