"""The static files of a register made for readers: leaves by number, grown in batches, signed by two keys of a rotation.

python -m tests.register_files FOLDER [SIZE]     writes them, and prints the keys
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from chalicelib.tlog.checkpoints import Checkpoint
from chalicelib.tlog.growing import grow, grow_bundles
from chalicelib.tlog.merkle import EMPTY_ROOT, leaf_hash
from chalicelib.tlog.notes import NoteSigner, signature_line, write_note
from chalicelib.tlog.tiles import Tile

ORIGIN = "register.example/v1/register"
SIGNERS = (NoteSigner(ORIGIN, bytes(range(32))), NoteSigner(ORIGIN, bytes(range(32, 64))))
VKEYS = [signer.key().vkey for signer in SIGNERS]
BATCHES = (1, 3, 252, 1, 43, 700)


class RegisterFiles(NamedTuple):
    """A register as files: by path, each checkpoint by its size."""

    files: dict[str, bytes]
    checkpoints: dict[int, bytes]

    def write(self, folder: Path) -> None:
        """Put the files into a folder."""
        for path, raw in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(raw)


def numbered_leaves(size: int) -> list[bytes]:
    """Return leaves that say their number, some long and one empty."""
    return [b"" if at == 7 else f"entry {at} ".encode() + b"." * (at % 97) for at in range(size)]


def register_files(leaves: list[bytes], batches: Iterable[int] = (), origin: str = ORIGIN) -> RegisterFiles:
    """Return the files of a register that these leaves were added to in batches of these sizes, the rest at once."""
    tiles: dict[Tile, bytes] = {}
    checkpoints: dict[int, bytes] = {}
    size, root = 0, EMPTY_ROOT
    for batch in (*batches, len(leaves)):
        new = leaves[size : size + batch]
        tiles |= grow_bundles(size, new, tiles.__getitem__)
        growth = grow(size, [leaf_hash(leaf) for leaf in new], tiles.__getitem__, root=root)
        tiles |= growth.tiles
        size, root = growth.size, growth.root
        text = Checkpoint(origin, size, root).text
        checkpoints[size] = write_note(text, [signature_line(text, signer) for signer in SIGNERS])
    files = {tile.path: raw for tile, raw in tiles.items()}
    return RegisterFiles(files | {"checkpoint": checkpoints[size]}, checkpoints)


if __name__ == "__main__":
    register_files(numbered_leaves(int((sys.argv[2:] or ["1000"])[0])), BATCHES).write(Path(sys.argv[1]))
    print("\n".join(VKEYS))
