"""The job of exports: whole or not at all, whatever fails, whoever else runs, whatever is erased."""

import gzip
from collections.abc import Iterator
from hashlib import sha256

import orjson
import pytest

from chalicelib.domain.exports.columns import KINDS
from chalicelib.domain.exports.manifest import Manifest, decode
from chalicelib.domain.nouns import NOUNS
from chalicelib.errors import UnfinishedError
from chalicelib.jobs import write_exports
from chalicelib.store.exports import BESIDE
from tests.export_world import bodies, content, files_of, forget_before, newest, write
from tests.fakes.table_mirror import Held, TableMirror
from tests.faults import attempt, every_fault
from tests.world import World

FILES_OF_ONE = 3 * (len(KINDS) + 1) + 1
"""Of each collection and of the entries NDJSON, CSV and CSV for spreadsheets; and one file of all."""
FILES = range(1, FILES_OF_ONE + 1)
"""Which calls of a run write its files, but for the one that reads the entries."""


@pytest.fixture
def world() -> World:
    return filled()


def filled() -> World:
    """Return a world with records of several kinds, one of them withdrawn."""
    world = World().init()
    for number in range(3):
        world.service(f"s{number}")
    world.disclose("d1")
    world.log()
    world.act("services", "s2", 2, {"act": "withdraw", "reason": {"zh": "取消"}}, "bureau-clerk")
    world.log()
    return world


def assert_whole(world: World, manifest: Manifest) -> None:
    """Hold every file that a manifest names to what the manifest says of it."""
    assert len(manifest.files) == FILES_OF_ONE
    for file in manifest.files:
        sent = world.objects.objects[file.path]
        assert (len(sent), sha256(sent).hexdigest()) == (file.bytes, file.sha256)
        held = gzip.decompress(sent)
        assert (len(held), sha256(held).hexdigest()) == (file.content_bytes, file.content_sha256)
        if file.format == "ndjson":
            assert len(held.splitlines()) == file.rows


def manifests(world: World) -> list[Manifest]:
    """Return every manifest there is."""
    return [decode(item["manifest"]) for key, item in world.memory.snapshot().items() if key.sk == "MANIFEST"]  # type: ignore[arg-type]


def test_every_public_noun_is_exported_and_no_other() -> None:
    assert set(KINDS) == {noun.kind for noun in NOUNS if noun.public}


def test_an_export_holds_the_very_bytes_of_every_record_and_entry(world: World) -> None:
    done = write(world)
    assert (done.register_index, done.files, done.superseded) == (8, FILES_OF_ONE, False)
    assert_whole(world, newest(world))
    for collection in ("agencies", "services", "disclosures"):
        for line in content(world, collection, "ndjson").splitlines():
            assert world.get(f"/v1/{collection}/{orjson.loads(line)['id']}").body == line
    assert bodies(world, "changes") == world.json("/v1/changes", "limit=100")["items"]
    assert [each["stage"] for each in bodies(world, "services")] == ["published", "published", "withdrawn"]


def test_the_same_index_gives_the_same_bytes_again(world: World) -> None:
    write(world)
    first, files = files_of(world), newest(world).files
    world.pass_time(days=1)
    write(world)
    assert (files_of(world), newest(world).files) == (first, files)
    assert len(manifests(world)) == 1


def test_nothing_is_written_while_nothing_is_public() -> None:
    world = World()
    assert write(world).register_index == -1
    assert world.objects.objects == {}


def test_whatever_call_fails_every_manifest_names_whole_files_and_the_next_run_mends_all() -> None:
    faults = 0
    for world, arm, fault in every_fault(exported_and_moved_on, write):
        if FILES.start <= fault.call < FILES.stop and fault.call % 9:
            continue  # one of nine files stands for all: each is one call, and the same
        (before,) = manifests(world)
        attempt(write, world)
        for manifest in manifests(world):
            assert_whole(world, manifest)
        assert before in manifests(world)
        arm.disarm()
        world.restart()
        write(world)
        assert_whole(world, newest(world))
        assert {name.split("/")[1] for name in files_of(world)} == {each.place.folder.split("/")[1] for each in manifests(world)}  # fmt: skip
        assert orjson.loads(world.objects.objects[BESIDE])["register_index"] == newest(world).register_index == 9
        faults += 1
    assert faults == 4 * (15 + 4)  # the calls beside the files, and the files that were chosen


def exported_and_moved_on() -> World:
    """Return a world with an export, and more public since."""
    world = filled()
    write(world)
    world.service("s3")
    world.log()
    return world


class Lacking(TableMirror):
    """A mirror that lost a record."""

    def rows(self, collection: str) -> Iterator[Held]:
        rows = iter(super().rows(collection))
        if collection == "services":
            next(rows)
        yield from rows


def test_an_export_that_lacks_a_record_is_not_published_and_the_last_good_one_stays(world: World) -> None:
    write(world)
    good, beside = newest(world), world.objects.objects[BESIDE]
    world.service("s3")
    world.log()
    with pytest.raises(UnfinishedError, match="services: 3 rows, the register shows 4"):
        write(world, Lacking(world))
    assert newest(world) == good
    assert world.objects.objects[BESIDE] == beside
    assert_whole(world, good)


def test_a_register_with_a_gap_is_not_published(world: World) -> None:
    from chalicelib.store import keys
    from chalicelib.store.table import Delete

    world.memory.commit(Delete(keys.entry(3)))
    with pytest.raises(UnfinishedError, match="8 entries of 9"):
        write(world)
    assert manifests(world) == []


def test_of_two_runs_at_once_the_one_that_is_further_wins(world: World) -> None:
    behind = TableMirror(world)
    world.service("s3")
    world.log()
    write(world)
    assert write(world, behind).superseded
    assert newest(world).register_index == 9
    assert len(manifests(world)) == 1


def test_a_run_that_an_erasure_overtakes_publishes_nothing_and_leaves_nothing(world: World) -> None:
    class Overtaken(TableMirror):
        def rows(self, collection: str) -> Iterator[Held]:
            if collection == "filings":
                forget_before(world, 3)
            yield from super().rows(collection)

    assert write(world, Overtaken(world)).superseded
    assert (files_of(world), manifests(world)) == ({}, [])
    assert not write(world).superseded


def test_after_an_erasure_no_export_is_left_that_was_begun_before_it_whatever_call_fails() -> None:
    def forget(world: World) -> None:
        forget_before(world, 9)

    def prepare() -> World:
        world = exported_and_moved_on()
        write(world)
        return world

    for world, arm, _ in every_fault(prepare, forget):
        attempt(forget, world)
        for manifest in manifests(world):
            assert_whole(world, manifest)
        arm.disarm()
        forget(world)
        assert (files_of(world), manifests(world), BESIDE in world.objects.objects) == ({}, [], False)
    assert world.json("/v1/exports")["items"] == []
    assert not write(world).superseded
    assert_whole(world, newest(world))


def test_after_an_erasure_nothing_is_published_before_the_mirror_is_beyond_it(world: World) -> None:
    forget_before(world, 9)
    assert write(world).superseded
    world.service("s4")
    world.log()
    assert not write(world).superseded


def test_an_export_has_the_checkpoint_of_its_own_size_or_none(world: World) -> None:
    world.index()
    write_exports.run(world.wired, nightly=True)
    own = newest(world)
    assert own.checkpoint is not None
    assert own.checkpoint.splitlines()[1] == str(own.register_index + 1)
    world.service("s5")
    world.log()
    world.index()
    world.service("s6")
    world.log()  # the checkpoint is of a register that has gone on since
    write_exports.run(world.wired, nightly=True)
    assert newest(world).register_index > own.register_index
    assert newest(world).checkpoint is None


def test_between_nights_an_export_is_written_only_where_there_is_none(world: World) -> None:
    world.index()
    assert write_exports.run(world.wired, nightly=False).files == FILES_OF_ONE
    world.service("s5")
    world.log()
    world.index()
    assert write_exports.run(world.wired, nightly=False).files == 0
    assert write_exports.run(world.wired, nightly=True).files == FILES_OF_ONE


def test_the_last_seven_stay_and_the_first_of_each_month(world: World) -> None:
    for number in range(14):  # 23 November to 1 January
        world.service(f"n{number}")
        world.log()
        write(world)
        world.pass_time(days=3)
    kept = [each.place.register_index for each in world.wired.exports.kept()]
    assert kept == [22, 21, 20, 19, 18, 17, 16, 12, 9]
    assert {name.split("/")[1] for name in files_of(world)} == {f"{index:012d}-0" for index in kept}
    assert [each["register_index"] for each in world.json("/v1/exports")["earlier"]] == kept[1:]
