"""Vectors for whoever writes one more reader of the register, the page first of all: `tests/data/tlog/register.json`.

    python -m tests.tlog_vectors        writes them anew

Keys and entries are made up; the formats are those of docs/register.md. A test holds the file to this program, and runs each
vector against the client.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from chalicelib.tlog.checkpoints import Checkpoint, signed_checkpoint, signed_keys
from chalicelib.tlog.growing import consistency_proof, inclusion_proof, root_at
from chalicelib.tlog.merkle import leaf_hash
from chalicelib.tlog.notes import COSIGNATURE, NoteSigner, cosignature_line
from chalicelib.tlog.tiles import Tile, stored
from tests.register_files import ORIGIN, SIGNERS, VKEYS, register_files

FILE = Path(__file__).parent / "data" / "tlog" / "register.json"
SIZE = 300
WITNESS = NoteSigner("witness.example/w1", b"\1" * 32)
_ORDER = ("index", "kind", "id", "act", "name", "version", "at", "agency", "jurisdiction", "url", "tombstone")


def item(index: int) -> dict[str, Any]:
    """Return an item of changes."""
    digest = [hashlib.sha256(f"{name} {index}".encode()).hexdigest() for name in ("shown", "act", "salt")]
    return {
        "index": index,
        "kind": "service",
        "id": f"511Z{index:04d}",
        "act": 1,
        "name": "publish",
        "version": 1,
        "at": f"2026-11-23T10:00:{index % 60:02d}+08:00",
        "agency": "bureau",
        "jurisdiction": "guangan",
        "sha256": None if index % 50 == 7 else digest[0],
        "act_sha256": digest[1],
        "salt": digest[2][:32],
        "url": f"/v1/services/511Z{index:04d}/versions/1",
        "tombstone": False,
    }


def leaf(found: dict[str, Any]) -> bytes:
    """Return the leaf of an item, written from docs/register.md."""
    members = {name: found[name] for name in _ORDER}
    members["at"] = found["at"].replace("T10:", "T02:").replace("+08:00", ".000Z")
    parts = [found["salt"], found["act_sha256"], found["sha256"] or ""]
    members["commitment"] = hashlib.sha256(bytes.fromhex("".join(parts))).hexdigest()
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def vectors() -> dict[str, Any]:
    """Return all of them."""
    items = [item(index) for index in range(SIZE)]
    register = register_files([leaf(each) for each in items], (100, 156))
    text = Checkpoint(ORIGIN, SIZE, _root(register.files, SIZE)).text

    def read(tile: Tile) -> bytes:
        return register.files[stored(tile, SIZE).path]

    note = register.files["checkpoint"].decode()
    proofs = {index: _told(inclusion_proof(index, SIZE, read)) for index in (0, 7, 255, 256, 299)}
    return {
        "keys": {"note": signed_keys(ORIGIN, SIGNERS).decode(), "vkeys": VKEYS},
        "checkpoints": [
            {"why": "both keys have signed it", "note": note, "holds": True},
            {"why": "one known key, and one that is not given", "note": note, "keys": VKEYS[:1], "holds": True},
            {
                "why": "a witness has cosigned it",
                "note": note + cosignature_line(text, WITNESS, 1_795_395_600),
                "witness": WITNESS.key(COSIGNATURE).vkey,
                "holds": True,
            },
            {"why": "another size", "note": note.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"), "holds": False},
            {"why": "a changed signature", "note": _swapped(note), "holds": False},
            {"why": "the key of nobody known", "note": _of_stranger(text), "holds": False},
            {"why": "no empty line", "note": note.replace("\n\n", "\n"), "holds": False},
            {"why": "no signature", "note": text + "\n", "holds": False},
        ],
        "items": [
            {"why": "an item and its leaf", "item": items[3], "leaf": _base64(leaf(items[3])), "holds": True},
            {"why": "nothing is shown", "item": items[7], "leaf": _base64(leaf(items[7])), "holds": True},
            {"why": "erased by order", "item": _erased(items[3]), "leaf": _base64(leaf(items[3])), "holds": True},
            *(
                {
                    "why": f"another {name}",
                    "item": {**items[3], name: value},
                    "leaf": _base64(leaf(items[3])),
                    "holds": False,
                }
                for name, value in (
                    ("agency", "other"),
                    ("at", "2026-11-23T10:00:03+09:00"),
                    ("at", "2026-11-23 10:00:03+08:00"),
                    ("salt", items[3]["salt"].upper()),
                    ("act_sha256", items[4]["act_sha256"]),
                    ("sha256", None),
                    ("tombstone", True),
                )
            ),
        ],
        "inclusions": [
            {
                "index": index,
                "size": SIZE,
                "leaf_hash": _base64(leaf_hash(leaf(items[index]))),
                "root": _base64(_root(register.files, SIZE)),
                "proof": proof,
                "holds": holds,
            }
            for index, right in proofs.items()
            for proof, holds in ((right, True), (right[1:], False), (right[::-1], False), ([*right, right[0]], False))
        ],
        "consistencies": [
            {
                "first": first,
                "first_root": _base64(root_at(first, read)),
                "size": SIZE,
                "root": _base64(_root(register.files, SIZE)),
                "proof": proof,
                "holds": holds,
            }
            for first in (1, 100, 256, 299)
            for right in [_told(consistency_proof(first, SIZE, read))]
            for proof, holds in ((right, True), (right[:-1], False), ([*right, right[0]], False))
        ],
    }


def _root(files: dict[str, bytes], size: int) -> bytes:
    return root_at(size, lambda tile: files[tile.path])


def _told(hashes: list[bytes]) -> list[str]:
    return [_base64(each) for each in hashes]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _swapped(note: str) -> str:
    """Swap two letters of the last signature."""
    return note[:-9] + note[-8] + note[-9] + note[-7:]


def _of_stranger(text: str) -> str:
    origin, size, root = text.split("\n")[:3]
    head = Checkpoint(origin, int(size), base64.b64decode(root))
    return signed_checkpoint(head, [NoteSigner(ORIGIN, b"\7" * 32)]).decode()


def _erased(found: dict[str, Any]) -> dict[str, Any]:
    held = json.loads(leaf(found))["commitment"]
    return {**found, "sha256": None, "act_sha256": None, "salt": None, "commitment": held, "erased_by": 250}


def written() -> str:
    """Return the text of the file."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
