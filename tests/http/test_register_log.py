"""The register as a log over HTTP: its files as they lie there, and proofs that hold for whoever checks them."""

import base64
from typing import Any

import orjson
import pytest

from chalicelib.domain.register import RegisterHead
from chalicelib.tlog.checkpoints import Checkpoint, parse_checkpoint, read_keys, vouched_keys
from chalicelib.tlog.growing import edge_at
from chalicelib.tlog.merkle import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash
from chalicelib.tlog.notes import open_note
from chalicelib.tlog.tiles import ENTRIES, Tile, parse_path, tiles_of
from chalicelib.usecases.prove import newest_tree, prove_consistency, prove_inclusion, tree_at
from tests.register_reader import read_register
from tests.world import World

LOG = "/v1/register"


@pytest.fixture(scope="module")
def long_register() -> World:
    """A deployment whose register has more than one tile."""
    world = World().init()
    for number in range(280):
        world.service(f"s{number}")
        if number in (9, 100, 255):
            world.log()
    world.log()
    return world


@pytest.fixture
def world(long_register: World) -> World:
    """Return the deployment as this test's own process."""
    long_register.restart()
    return long_register


def checkpoint_of(world: World) -> Checkpoint:
    """Return the checkpoint, signed with the keys that the deployment names."""
    keys = read_keys(world.get(f"{LOG}/keys").body)
    return parse_checkpoint(open_note(world.get(f"{LOG}/checkpoint").body, keys).text)


def hashed(text: str) -> bytes:
    """Return the bytes of a base64 text."""
    return base64.b64decode(text, validate=True)


def test_a_reader_that_shares_no_line_with_us_reads_it_over_http(world: World) -> None:
    def read(path: str) -> bytes | None:
        answer = world.get(f"{LOG}/{path}")
        return answer.body if answer.status == 200 else None

    register = read_register(read, [key.vkey for key in read_keys(world.get(f"{LOG}/keys").body)])
    assert register.origin == "127.0.0.1:8000/v1/register"
    assert register.size == len(register.leaves) == len(entries(world)) == 282
    assert [orjson.loads(leaf)["index"] for leaf in register.leaves] == list(range(282))


def entries(world: World) -> list[dict[str, Any]]:
    """Return every item of changes."""
    items: list[dict[str, Any]] = world.json("/v1/changes", "limit=1000")["items"]
    return items


def test_each_file_says_how_long_it_may_be_kept(world: World) -> None:
    told = {}
    for path in ("checkpoint", "keys", "tile/0/000", "tile/entries/001.p/26"):
        headers = dict(world.get(f"{LOG}/{path}").headers)
        told[path] = headers["Content-Type"], headers["Cache-Control"]
    for_ever = "application/octet-stream", "public, max-age=31536000, immutable"
    assert told == {
        "checkpoint": ("text/plain; charset=utf-8", "public, max-age=5"),
        "keys": ("text/plain; charset=utf-8", "public, max-age=300"),
        "tile/0/000": for_ever,
        "tile/entries/001.p/26": for_ever,
    }


def test_a_tile_may_be_sent_compressed_and_not_at_all_where_it_is_known(world: World) -> None:
    whole = world.get(f"{LOG}/tile/0/000")
    assert len(whole.body) == 8_192
    coded = world.get(f"{LOG}/tile/entries/000", Accept_Encoding="gzip")
    assert dict(coded.headers)["Content-Encoding"] == "gzip"
    head = world.request("HEAD", f"{LOG}/tile/0/000")
    assert (head.status, head.body) == (200, b"")
    again = world.get(f"{LOG}/tile/0/000", If_None_Match=dict(whole.headers)["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002",
        "tile/0/001",
        "tile/0/001.p/27",
        "tile/0/000.p/10",
        "tile/1/001",
        "tile/63/000",
        "tile/64/000",
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/x000/000",
        "tile/0/x001/x000/x000/000",
        "tile/data/000",
        "entries/282",
        "entries/01",
        "entries/x",
        "witnessed",
        "stage",
    ],
)
def test_there_is_nothing_where_the_register_does_not_reach(world: World, path: str) -> None:
    assert world.get(f"{LOG}/{path}").status == 404


def test_before_anything_is_public_there_is_no_checkpoint_and_the_tree_is_empty() -> None:
    world = World()
    assert world.get(f"{LOG}/checkpoint").status == 404
    assert world.json(f"{LOG}/proof", "first=0") == {
        "first": 0,
        "first_root": base64.b64encode(EMPTY_ROOT).decode(),
        "size": 0,
        "root": base64.b64encode(EMPTY_ROOT).decode(),
        "proof": [],
    }
    assert world.get(f"{LOG}/proof", "index=0").status == 404


def test_every_entry_is_given_with_its_leaf(world: World) -> None:
    for index in (0, 5, 255, 256, 281):
        found = world.json(f"{LOG}/entries/{index}")
        assert found["item"] == entries(world)[index]
        assert hashed(found["leaf_hash"]) == leaf_hash(hashed(found["leaf"]))
        assert orjson.loads(hashed(found["leaf"]))["index"] == index
        assert found["erased"] is False


def test_every_inclusion_is_proven(world: World) -> None:
    checkpoint = checkpoint_of(world)
    for index in (0, 1, 100, 254, 255, 256, 280, 281):
        for size in (None, 282, 281, 257, 256, index + 1):
            if size is not None and index >= size:
                continue
            proof = world.json(f"{LOG}/proof", f"index={index}" + (f"&size={size}" if size else ""))
            root = hashed(proof["root"])
            check_inclusion(index, proof["size"], hashed(proof["leaf_hash"]), [*map(hashed, proof["proof"])], root)
            assert proof["size"] == (size or checkpoint.size)
            assert proof["size"] < checkpoint.size or root == checkpoint.root
            assert proof["leaf_hash"] == world.json(f"{LOG}/entries/{index}")["leaf_hash"]


def test_every_consistency_is_proven(world: World) -> None:
    checkpoint = checkpoint_of(world)
    for first in (0, 1, 12, 255, 256, 257, 281, 282):
        for size in (None, 282, 281, 257, 256):
            if size is not None and first > size:
                continue
            proof = world.json(f"{LOG}/proof", f"first={first}" + (f"&size={size}" if size else ""))
            roots = hashed(proof["first_root"]), hashed(proof["root"])
            check_consistency(first, proof["size"], [*map(hashed, proof["proof"])], *roots)
            assert proof["size"] < checkpoint.size or roots[1] == checkpoint.root


def test_what_is_proven_of_a_size_may_be_kept_for_ever(world: World) -> None:
    cached = {
        query: dict(world.get(f"{LOG}/proof", query).headers)["Cache-Control"]
        for query in ("index=3", "index=3&size=9")
    }
    assert cached == {"index=3": "public, max-age=5", "index=3&size=9": "public, max-age=31536000, immutable"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("size=3", 400),
        ("index=1&first=1", 400),
        ("index=-1", 400),
        ("index=x", 400),
        ("index=01", 400),
        ("index=282", 404),
        ("index=9&size=9", 404),
        ("index=9&size=283", 404),
        ("first=283", 404),
        ("first=9&size=8", 404),
    ],
)
def test_what_cannot_be_proven_is_refused(world: World, query: str, status: int) -> None:
    assert world.get(f"{LOG}/proof", query).status == status


def test_in_the_midst_of_a_run_the_checkpoint_that_stands_is_what_proofs_are_of(world: World) -> None:
    files = world.wired.log_files
    ahead = RegisterHead(size=400, projected=282, root="00" * 32)
    tree = newest_tree(ahead, files)
    assert (tree.size, tree.root) == (282, checkpoint_of(world).root)
    proof = prove_inclusion(270, tree)
    check_inclusion(270, 282, proof.leaf_hash, proof.proof, tree.root)


def test_a_rotation_hands_trust_on_by_the_list_that_the_old_key_signs() -> None:
    world = World().init()
    world.log()
    old = read_keys(world.get(f"{LOG}/keys").body)
    plain = {"id": "1", "secret": world.secret.decode()}
    new = {"id": "2", "secret": "another secret of the tests, which is long", "from": "2036-11-23T00:00:00+00:00"}
    world.secret = orjson.dumps({"keys": [new, plain]})
    world.restart()
    world.service("s1")
    world.log()
    both = vouched_keys(world.get(f"{LOG}/keys").body, old)
    assert both[1:] == old
    note = open_note(world.get(f"{LOG}/checkpoint").body, both)
    assert [signed.key for signed in note.signed] == both


class Counted:
    """The files of a register of ten million entries that are all alike, counted as they are read."""

    def __init__(self, size: int) -> None:
        self.size, self.reads = size, list[str]()
        self.heights = [leaf_hash(b"alike")]
        for _ in range(24):
            self.heights.append(node_hash(self.heights[-1], self.heights[-1]))

    def tile(self, tile: Tile) -> bytes:
        """Return a tile."""
        return self.heights[8 * tile.level] * tile.width

    def read(self, path: str) -> bytes:
        self.reads.append(path)
        return self.tile(parse_path(path))

    def find(self, path: str) -> bytes | None:
        return self.read(path)


def test_a_proof_in_ten_million_entries_reads_three_tiles_and_of_an_earlier_size_five() -> None:
    size = 10_000_000
    files = Counted(size)
    edge = edge_at(size, files.tile)
    head = RegisterHead(size=size, projected=size, root=edge[0].hex(), edge=edge)

    def reads(wanted: int, index: int, first: int) -> tuple[int, int]:
        files.reads.clear()
        newest = newest_tree(head, files)
        proof = prove_inclusion(index, tree_at(wanted, newest))
        check_inclusion(index, wanted, proof.leaf_hash, proof.proof, proof.root)
        one = len(files.reads)
        files.reads.clear()
        newest = newest_tree(head, files)
        other = prove_consistency(first, tree_at(wanted, newest), newest)
        check_consistency(first, wanted, other.proof, other.first_root, other.root)
        return one, len(files.reads)

    newest = [reads(size, index, index + 1) for index in range(0, size, 99_991)]
    assert (max(one for one, _ in newest), max(other for _, other in newest)) == (3, 3)
    earlier = [reads(9_123_457, index, index + 1) for index in range(0, 9_000_000, 999_983)]
    assert (max(one for one, _ in earlier), max(other for _, other in earlier)) == (5, 5)


def test_no_file_is_given_twice_under_two_addresses(world: World) -> None:
    standing = [tile for level in (ENTRIES, 0, 1) for tile in tiles_of(checkpoint_of(world).size, level)]
    assert all(world.get(f"{LOG}/{tile.path}").status == 200 for tile in standing)
    assert all(world.get(f"{LOG}/{tile.path}/").status == 404 for tile in standing)
