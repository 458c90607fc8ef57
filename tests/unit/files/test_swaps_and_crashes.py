"""What is given out is what was checked: whatever is put in its place at whatever step, and wherever the job dies."""

from contextlib import suppress
from hashlib import sha256
from random import Random
from typing import Any

import orjson
import pytest

from chalicelib.domain.attachments import attachment, given_out_path
from chalicelib.domain.files import kinds
from chalicelib.errors import ConditionFailedError, UnavailableError, UnfinishedError
from chalicelib.jobs import check_attachments
from chalicelib.store import keys
from chalicelib.store.files import incoming_key
from chalicelib.usecases.check_attachments import MOST_TRIES, Checked
from tests.fakes.memory_table import no_hook
from tests.faults import KINDS, KilledError, every_fault
from tests.files import samples
from tests.world import World

FILE = samples.pdf()
HASH = sha256(FILE).hexdigest()
IN, OUT = incoming_key(HASH, "bureau"), given_out_path(HASH, "bureau")
SAID = {"agency": "bureau", "size_bytes": len(FILE), "media_type": kinds.PDF, "file_name": "a.pdf"}
OTHERS = (FILE[:-2] + b"\n\n", FILE + b" ", b"", samples.pdf(b"<< /S /JavaScript >>"), FILE[: len(FILE) // 2])
SWAPS = 1_000


@pytest.fixture(scope="module")
def arrived() -> tuple[World, object]:
    """Return a world in which a file has arrived."""
    world = World().init()
    world.files.send(announce(world)["upload"]["fields"], FILE)
    return world, world.save()


def announce(world: World) -> dict[str, Any]:
    answer = world.put(f"/v1/intake/attachments/{HASH}", SAID, "bureau-clerk")
    found: dict[str, Any] = orjson.loads(answer.body)
    return found


def state(world: World) -> dict[str, Any]:
    ref = attachment(HASH, "bureau")
    return world.wired.records.heads([ref])[ref].state


class Swap:
    """Puts other bytes in the place of what arrived, from the n-th moment of a run on: before or after a storage call."""

    def __init__(self, world: World, at: int, other: bytes) -> None:
        self.moments = 0
        self._world, self._at, self._other = world, at, other
        world.memory.hook = world.objects.hook = self._hook

    def _hook(self, moment: str, call: str, detail: object) -> None:
        self.moments += 1
        if self.moments > self._at:
            self._world.objects.objects[IN] = self._other


def test_a_thousand_swaps_at_every_step_publish_no_other_bytes(arrived: tuple[World, object]) -> None:
    world, saved = arrived
    world.put_back(saved)
    undisturbed = Swap(world, 10**6, b"")
    check_attachments.run(world.wired)
    chance, published, other = Random("swaps"), 0, 0
    for number in range(SWAPS):
        world.put_back(saved)
        Swap(world, number % (undisturbed.moments + 1), chance.choice(OTHERS))
        check_attachments.run(world.wired)
        world.memory.hook = world.objects.hook = no_hook
        check_attachments.run(world.wired)
        given = world.objects.objects.get(OUT)
        other += given not in (None, FILE)
        published += given == FILE
        assert (state(world)["stage"] == "checked") == (given == FILE)
    assert other == 0
    assert 0 < published < SWAPS


def until_done(world: World) -> None:
    for _ in range(MOST_TRIES):
        with suppress(KilledError, UnavailableError, ConditionFailedError, UnfinishedError):
            check_attachments.run(world.wired)
        world.restart()
        world.pass_time(hours=1)
        if state(world)["stage"] != "waiting":
            return
    raise AssertionError("the check does not come through")


def test_the_check_killed_at_every_storage_call_comes_to_the_same_end(arrived: tuple[World, object]) -> None:
    def prepare() -> World:
        world, saved = arrived
        world.put_back(saved)
        return world

    points = 0
    for world, arm, fault in every_fault(prepare, lambda world: check_attachments.run(world.wired)):
        until_done(world)
        arm.disarm()
        assert state(world)["stage"] == "checked", fault
        assert world.objects.objects[OUT] == FILE
        assert "work_pk" not in world.memory.items[keys.attachment(HASH, "bureau")]
        acts = [key for key in world.memory.items if key.pk == f"attachment#{HASH}.bureau" and key.sk.startswith("ACT")]
        assert len(acts) == 2, fault
        points += 1
    assert points >= 4 * len(KINDS)


def test_the_announcement_killed_at_every_storage_call_is_whole_or_not_there() -> None:
    points = 0
    for world, arm, fault in every_fault(lambda: World().init(), announce):
        try:
            world.put(f"/v1/intake/attachments/{HASH}", SAID, "bureau-clerk")
        except KilledError:
            world.restart()
        arm.disarm()
        placed = [key for key in world.memory.items if key.pk.startswith("attachment#")]
        assert len(placed) in (0, 3), fault
        assert announce(world)["upload"]["fields"]["key"] == IN
        assert "work_pk" in world.memory.items[keys.attachment(HASH, "bureau")]
        points += 1
    assert points >= 2 * len(KINDS)


def test_a_file_that_ends_every_process_is_given_up(arrived: tuple[World, object]) -> None:
    world, saved = arrived
    world.put_back(saved)

    def dies(moment: str, call: str, detail: object) -> None:
        if call == "put_object" and str(detail).startswith("attachments/"):
            raise KilledError

    for _ in range(MOST_TRIES):
        world.objects.hook = dies
        with pytest.raises(KilledError):
            check_attachments.run(world.wired)
        world.restart()
        world.pass_time(hours=1)
    check_attachments.run(world.wired)
    assert (state(world)["stage"], state(world)["problems"]) == ("refused", [{"kind": "check_failed", "place": ""}])


def test_two_runs_at_once_check_a_file_once(arrived: tuple[World, object]) -> None:
    world, saved = arrived
    world.put_back(saved)
    inner_ran: list[Checked] = []

    def beside(moment: str, call: str, detail: object) -> None:
        if moment == "after" and call == "find_object":
            world.objects.hook = no_hook
            inner_ran.append(check_attachments.run(world.wired, IN))

    world.objects.hook = beside
    outer = check_attachments.run(world.wired)
    assert (inner_ran[0].checked, outer.checked) == (1, 0)
    assert world.objects.objects[OUT] == FILE


def test_one_file_that_cannot_be_looked_at_stops_no_other(arrived: tuple[World, object]) -> None:
    world, saved = arrived
    world.put_back(saved)
    world.attach(b"a,b\n", kinds.CSV, "a.csv")
    csv = sha256(b"a,b\n").hexdigest()
    again = {"agency": "guangan", "size_bytes": 4, "media_type": kinds.CSV, "file_name": "a.csv"}
    answer = world.put(f"/v1/intake/attachments/{csv}", again)
    world.files.send(orjson.loads(answer.body)["upload"]["fields"], b"a,b\n")

    def busy(moment: str, call: str, detail: object) -> None:
        if moment == "before" and call == "find_object" and detail == incoming_key(csv, "guangan"):
            raise UnavailableError

    world.objects.hook = busy
    with pytest.raises(UnfinishedError):
        check_attachments.run(world.wired)
    assert state(world)["stage"] == "checked"
