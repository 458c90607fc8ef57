"""A second reader of a register, written from the specifications alone: it shares no line with `chalicelib/tlog` or the client.

`read_register(read, vkeys)` takes the static files of a log through `read(path) -> bytes | None` and returns its size, root and
leaves, or raises Refused. It builds the whole tree from the leaves and demands of every file the very bytes that follow:
c2sp.org/signed-note, c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles, RFC 6962 section 2.1. Slow and plain on purpose.

    python -m tests.register_reader FOLDER VKEY...
"""

import base64
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ReadPath = Callable[[str], bytes | None]


class Refused(Exception):  # noqa: N818
    """The files are not those of a log that these keys have signed."""


class Register(NamedTuple):
    """What was read."""

    origin: str
    size: int
    root: bytes
    leaves: list[bytes]


def read_register(read: ReadPath, vkeys: list[str]) -> Register:
    """Return the register that lies in these files and is signed with each of these keys."""
    origin, size, root = read_checkpoint(must(read, "checkpoint"), vkeys)
    leaves = [leaf for number in range((size + 255) // 256) for leaf in read_bundle(read, number, size)]
    if len(leaves) != size:
        raise Refused(f"{len(leaves)} leaves of {size}")
    hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    if tree_hash(hashes) != root:
        raise Refused("the leaves have another root")
    check_hash_tiles(read, hashes)
    return Register(origin, size, root, leaves)


def read_checkpoint(note: bytes, vkeys: list[str]) -> tuple[str, int, bytes]:
    """Return origin, size and root of a checkpoint that holds one signature of each key, and no other line."""
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    parts = text.split("\n")
    # three lines, an empty one, one line a key, and what stands after the last line feed
    if len(parts) != 3 + 1 + len(vkeys) + 1 or parts[3] or parts[-1]:
        raise Refused("not three lines, an empty line and one signature of each key")
    origin, size, root = parts[:3]
    signed = "\n".join(parts[:3]).encode() + b"\n"
    lines = parts[4:-1]
    for vkey in vkeys:
        if sum(signed_by(vkey, line, signed) for line in lines) != 1:
            raise Refused("a key has not signed")
    if not size.isascii() or not size.isdigit() or str(int(size)) != size:
        raise Refused("the size is no number")
    return origin, int(size), unbase64(root, 32)


def signed_by(vkey: str, line: str, message: bytes) -> bool:
    """Return whether a signature line is this key's and holds."""
    name, key_id, material = vkey.split("+", 2)
    public = unbase64(material, 33)
    if public[0] != 1 or hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() != key_id:
        raise Refused("not the key of a log")
    words = line.split(" ")
    if len(words) != 3 or words[0] != "—" or words[1] != name:
        return False
    signature = unbase64(words[2], 68)
    if signature[:4].hex() != key_id:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], message)
    except InvalidSignature:
        return False
    return True


def read_bundle(read: ReadPath, number: int, size: int) -> list[bytes]:
    """Return the leaves of one bundle: two bytes of length before each."""
    width = min(256, size - number * 256)
    raw = must(read, f"tile/entries/{spelled(number)}" + (f".p/{width}" if width < 256 else ""))
    leaves = []
    while raw:
        length = int.from_bytes(raw[:2], "big")
        if len(raw) < 2 + length:
            raise Refused(f"bundle {number} is cut")
        leaves.append(raw[2 : 2 + length])
        raw = raw[2 + length :]
    if len(leaves) != width:
        raise Refused(f"bundle {number} has {len(leaves)} leaves of {width}")
    return leaves


def check_hash_tiles(read: ReadPath, hashes: list[bytes]) -> None:
    """Demand every tile of every level to be what follows from the leaves."""
    level = 0
    while hashes:
        for number in range((len(hashes) + 255) // 256):
            row = hashes[number * 256 : number * 256 + 256]
            path = f"tile/{level}/{spelled(number)}" + (f".p/{len(row)}" if len(row) < 256 else "")
            if must(read, path) != b"".join(row):
                raise Refused(f"{path} does not follow from the leaves")
        full = len(hashes) // 256
        hashes = [tree_hash(hashes[at * 256 : at * 256 + 256]) for at in range(full)]
        level += 1


def tree_hash(hashes: list[bytes]) -> bytes:
    """Return MTH of RFC 6962 section 2.1 over hashes of leaves."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k = 2 * k
    return hashlib.sha256(b"\1" + tree_hash(hashes[:k]) + tree_hash(hashes[k:])).digest()


def spelled(number: int) -> str:
    """Return 1234067 as x001/x234/067."""
    text = str(number)
    text = text.zfill((len(text) + 2) // 3 * 3)
    threes = [text[at : at + 3] for at in range(0, len(text), 3)]
    return "/".join(["x" + three for three in threes[:-1]] + threes[-1:])


def unbase64(text: str, length: int) -> bytes:
    """Return the bytes of a base64 text in its one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refused("not base64") from error
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise Refused("not base64 of as many bytes")
    return raw


def must(read: ReadPath, path: str) -> bytes:
    """Return a file that has to be there."""
    raw = read(path)
    if raw is None:
        raise Refused(f"{path} is missing")
    return raw


def folder_reader(folder: Path) -> ReadPath:
    """Return how files are read from a folder."""
    return lambda path: (folder / path).read_bytes() if (folder / path).is_file() else None


if __name__ == "__main__":
    found = read_register(folder_reader(Path(sys.argv[1])), sys.argv[2:])
    print(f"{found.origin}: {found.size} leaves, root {found.root.hex()}")
