"""Somebody else's reader of the same formats, on our files: aics-tlog (0.2.1, Apache-2.0) from the package registry.

It needs Python 3.12, which the project does not, so it is a command and no part of the suite:

    python3.12 -m venv .venv-second && .venv-second/bin/pip install aics-tlog==0.2.1
    .venv-second/bin/python -m tests.tlog_second_reader [FOLDER VKEY...]

Without a folder it makes registers of its own, of sizes on both sides of every step of the tiles. Of each it opens the
checkpoint under every key, authenticates every tile and bundle, and makes and checks proofs from our tiles, and checks ours.
"""

import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

SIZES = (1, 255, 256, 257, 1_000, 65_535, 65_536, 65_800)


def main(arguments: list[str]) -> int:
    """Read the registers; 0 when all hold."""
    if sys.hexversion < 0x030C0000:
        print(f"aics-tlog needs Python 3.12 or later; this is {sys.version.split()[0]}. Nothing was checked.")
        return 2
    try:
        aics_tlog = import_module("aics_tlog")
    except ImportError:
        print("Install it first: pip install aics-tlog==0.2.1. Nothing was checked.")
        return 2
    if arguments:
        return 0 if read_folder(aics_tlog, Path(arguments[0]), arguments[1:]) else 1
    from tests.register_files import BATCHES, VKEYS, numbered_leaves, register_files

    held = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            register_files(numbered_leaves(size), BATCHES).write(Path(folder))
            held.append(read_folder(aics_tlog, Path(folder), VKEYS))
    return 0 if all(held) else 1


def read_folder(aics: Any, folder: Path, vkeys: list[str]) -> bool:
    """Say of one register what the other reader found, and return whether all of it holds."""
    note = aics.parse_note((folder / "checkpoint").read_bytes())
    opened = [aics.verify_checkpoint(note, aics.parse_vkey(vkey)) for vkey in vkeys]
    for result in opened:
        if not result.ok:
            print(f"checkpoint refused: {result.error}")
            return False
    size, root = opened[0].size, opened[0].root
    reader = aics.FileSystemTileReader(folder)
    report = aics.audit_tiles(reader, size, root)
    proofs = check_proofs(aics, reader, folder, size, root)
    wrong = sum(not holds for holds in proofs)
    print(
        f"{opened[0].origin}: {size} leaves, {len(vkeys)} signatures, {report.tiles} tiles and {report.bundles} bundles "
        f"authenticated, {len(proofs)} proofs, {wrong} wrong"
    )
    return not wrong


def check_proofs(aics: Any, reader: Any, folder: Path, size: int, root: bytes) -> list[bool]:
    """Return whether each proof holds: theirs from our tiles, ours by their check, and that the two are the same."""
    from chalicelib.tlog.growing import consistency_proof, inclusion_proof, root_at
    from chalicelib.tlog.tiles import Tile, stored

    def read(tile: Tile) -> bytes:
        return (folder / stored(tile, size).path).read_bytes()

    held = []
    for index in sorted({*range(0, size, max(1, size // 50)), size - 1}):
        ours = inclusion_proof(index, size, read)
        leaf = aics.read_entry(reader, index, size)
        held.append(aics.verify_leaf_inclusion(leaf, index, size, ours, root))
        held.append(aics.inclusion_proof_from_tiles(reader, index, size) == ours)
        first = root_at(index, read)
        held.append(aics.tree_root_from_tiles(reader, index, size) == first)
        held.append(aics.verify_consistency(index, size, first, root, consistency_proof(index, size, read)))
    return held


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
