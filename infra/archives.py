"""The zips, and what two trees have in common.

A zip is the same bytes for the same files whenever and wherever it is built with the same zlib: sorted names, one date,
one mode. What is compared is the files' own hashes all the same, so that another zlib proves nothing false.
"""

import stat
import zipfile
from hashlib import sha256
from pathlib import Path

from infra.trees import Platform, files_of

LIMIT_BYTES = 12_000_000
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_LEVEL = 6  # 9 saves half a percent and takes three times as long
_ELF = b"\x7fELF"
_ELF_MACHINE_AT = 18
NATIVE = ".so"


class ArtefactError(Exception):
    """The artefact is not what it must be; the message lists every reason."""


def write_zip(tree: Path, archive: Path, limit_bytes: int = LIMIT_BYTES) -> Path:
    """Write a tree as a zip whose bytes follow from its files alone; return its path.

    Raises:
        ArtefactError: it is larger than was promised.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as opened:
        for path in files_of(tree):
            entry = zipfile.ZipInfo(path.as_posix(), _DATE)
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, (tree / path).read_bytes(), compresslevel=_LEVEL)
    if archive.stat().st_size > limit_bytes:
        raise ArtefactError(f"{archive.name} has {archive.stat().st_size} bytes, more than {limit_bytes}")
    return archive


def hashes(tree: Path) -> dict[str, str]:
    """Return path -> SHA-256 of every file."""
    return {path.as_posix(): sha256((tree / path).read_bytes()).hexdigest() for path in files_of(tree)}


def hashes_in(archive: Path) -> dict[str, str]:
    """Return path -> SHA-256 of every file in a zip."""
    with zipfile.ZipFile(archive) as opened:
        return {name: sha256(opened.read(name)).hexdigest() for name in opened.namelist()}


def differences(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """Return the paths of files that are not in both, or not the same."""
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}


def may_differ(path: str) -> bool:
    """Tell whether a file may differ between platforms: native code, and what a wheel says of itself."""
    return path.endswith(NATIVE) or path.split("/", 1)[0].endswith(".dist-info")


def check_same(one: Path, other: Path) -> set[str]:
    """Return what differs between two trees.

    Raises:
        ArtefactError: names files that differ and may not.
    """
    found = differences(hashes(one), hashes(other))
    wrong = sorted(path for path in found if not may_differ(path))
    if wrong:
        raise ArtefactError(f"{one.name} and {other.name} differ in {', '.join(wrong)}")
    return found


def check_machine(tree: Path, platform: Platform) -> list[str]:
    """Return the native files of a tree.

    Raises:
        ArtefactError: names those built for another machine.
    """
    native = [path for path in files_of(tree) if path.suffix == NATIVE]
    wrong = [path for path in native if not _is_for((tree / path).read_bytes(), platform)]
    if wrong:
        raise ArtefactError(f"not for {platform.name}: {', '.join(map(str, wrong))}")
    return [path.as_posix() for path in native]


def _is_for(content: bytes, platform: Platform) -> bool:
    machine = int.from_bytes(content[_ELF_MACHINE_AT : _ELF_MACHINE_AT + 2], "little")
    return content.startswith(_ELF) and platform.elf_machine in (None, machine)
