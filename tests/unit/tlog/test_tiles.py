"""The files of a log: their paths, what a tree of a size has of them, and their bytes (c2sp.org/tlog-tiles)."""

import pytest

from chalicelib.tlog.errors import TileError
from chalicelib.tlog.tiles import (
    ENTRIES,
    Tile,
    decode_bundle,
    encode_bundle,
    hashes_of,
    parse_path,
    right_edge,
    stored,
    tiles_of,
)

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/000.p/1": Tile(0, 0, 1),
    "tile/1/x001/x234/067": Tile(1, 1_234_067),
    "tile/2/x001/000.p/255": Tile(2, 1_000, 255),
    "tile/entries/999": Tile(ENTRIES, 999),
    "tile/entries/x001/234.p/17": Tile(ENTRIES, 1_234, 17),
    "tile/63/000": Tile(63, 0),
}


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_a_tile_has_one_path(path: str, tile: Tile) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/x000/000",
        "tile/0/x001",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/X001/234",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/٠٠٠",
        "tile/0/../0/000",
        "checkpoint",
    ],
)
def test_what_is_not_the_path_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(TileError, match="path"):
        parse_path(path)


def test_a_tree_of_70_000_has_the_tiles_of_the_specification() -> None:
    tiles = [tile for level in range(4) for tile in tiles_of(70_000, level)]
    assert [tile for tile in tiles if tile.level == 0] == [*(Tile(0, at) for at in range(273)), Tile(0, 273, 112)]
    assert [tile for tile in tiles if tile.level > 0] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert right_edge(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(70_000, ENTRIES, start=69_888)) == [Tile(ENTRIES, 273, 112)]


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    assert [*tiles_of(256, 0), *tiles_of(256, 1)] == [Tile(0, 0), Tile(1, 0, 1)]
    assert right_edge(256) == [Tile(1, 0, 1)]
    assert right_edge(0) == list(tiles_of(0)) == []


def test_a_partial_tile_is_the_beginning_of_a_later_one() -> None:
    assert stored(Tile(0, 273, 100), 70_000) == Tile(0, 273, 112)
    assert stored(Tile(0, 0, 1), 70_000) == Tile(0, 0)
    assert stored(Tile(ENTRIES, 273, 112), 70_000) == Tile(ENTRIES, 273, 112)
    for tile in (Tile(0, 273, 113), Tile(0, 274, 1), Tile(3, 0, 1)):
        with pytest.raises(TileError, match="reach"):
            stored(tile, 70_000)


def test_a_bundle_holds_each_entry_after_its_length() -> None:
    leaves = [b"", b"a", b"\xff" * 65_535]
    raw = encode_bundle(leaves)
    assert raw.startswith(b"\x00\x00\x00\x01a\xff\xff")
    assert decode_bundle(Tile(ENTRIES, 0, 3), raw) == leaves
    assert decode_bundle(Tile(ENTRIES, 0, 2), raw) == leaves[:2]


def test_an_entry_that_a_bundle_cannot_say_is_refused() -> None:
    with pytest.raises(TileError, match="65535"):
        encode_bundle([b"x" * 65_536])


@pytest.mark.parametrize(
    ("width", "raw"),
    [
        (1, b""),
        (1, b"\x00"),
        (1, b"\x00\x02a"),
        (2, b"\x00\x01a"),
        (1, b"\x00\x01ab"),
        (1, b"\x00\x01a\x00"),
        (256, b"\x00\x00" * 257),
    ],
)
def test_bytes_that_are_no_bundle_of_this_width_are_refused(width: int, raw: bytes) -> None:
    with pytest.raises(TileError, match="bundle"):
        decode_bundle(Tile(ENTRIES, 0, width), raw)


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 33, b"x" * 32, b"x" * 65, b"x" * 32 * 257])
def test_bytes_that_are_no_tile_of_this_width_are_refused(raw: bytes) -> None:
    with pytest.raises(TileError, match="32 bytes"):
        hashes_of(Tile(0, 0, 2), raw)
