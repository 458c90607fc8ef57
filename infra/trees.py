"""The file trees that become the artefact: the locked dependencies for one platform, less what Lambda never needs, and ours.

Invariants:
- Everything that is not ours comes from `requirements/runtime.txt`, at the versions it pins, and from wheels only.
- What is left out is said here, name by name; `imports.py` proves that nothing left in misses it.
- A half-made tree is never taken for a whole one: it is built beside its place and moved there.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "runtime.txt"
BUILD = ROOT / ".build"
SOURCES = ("app.py", "chalicelib")


@dataclass(frozen=True, slots=True)
class Platform:
    """Where a tree runs: what pip must be told, and the machine that its native files must be for (ELF `e_machine`)."""

    name: str
    pip_arguments: tuple[str, ...]
    elf_machine: int | None


# AL2023, under Lambda's python3.13, has glibc 2.34; pip takes only the tags it is told, so the older ones stand too.
_TAGS = ("manylinux_2_34_aarch64", "manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")
TARGET = Platform(
    "target",
    (
        *(argument for tag in _TAGS for argument in ("--platform", tag)),
        *("--python-version", "3.13", "--implementation", "cp"),
        *("--abi", "cp313", "--abi", "abi3", "--abi", "none"),
    ),
    elf_machine=0xB7,
)
HOST = Platform("host", (), elf_machine=None)

SERVICES = frozenset({"dynamodb", "s3", "secretsmanager", "sqs", "sts"})
"""Services whose descriptions botocore needs to make a client; the artefact has no others."""
_CHALICE_RUNTIME = frozenset({"__init__.py", "app.py", "py.typed"})
_LEFT_OUT_PACKAGES = frozenset(
    {
        "bin",  # console scripts
        "cffi",  # cryptography needs its compiled `_cffi_backend` alone
        "pycparser",  # only cffi at build time
    }
)
_LEFT_OUT_FOLDERS = frozenset({"__pycache__", "tests", "examples"})
_LEFT_OUT_SUFFIXES = (".pyi", ".pyc", ".pyx", ".pxd", ".c", ".h", ".md", ".rst")
_KEPT_METADATA = ("METADATA",)
_LEFT_OUT_BOTOCORE = ("examples-1.json", "paginators-1.json", "waiters-2.json", "paginators-1.sdk-extras.json")
_DATA_PARTS = 3
"""`botocore/data/<file>` has three parts; a longer path lies in a service's folder."""


def is_kept(path: Path) -> bool:
    """Tell whether a file of the installed dependencies goes into the artefact (`path` is relative to their root)."""
    parts = path.parts
    if parts[0] in _LEFT_OUT_PACKAGES or path.suffix in _LEFT_OUT_SUFFIXES:
        return False
    if parts[0].endswith(".dist-info"):
        return path.name in _KEPT_METADATA or "licenses" in parts or path.name.startswith("LICENSE")
    if any(part in _LEFT_OUT_FOLDERS for part in parts[1:-1]):
        return False
    if parts[0] == "chalice":
        return len(parts) == 2 and path.name in _CHALICE_RUNTIME
    return _is_kept_of_boto(parts)


def _is_kept_of_boto(parts: tuple[str, ...]) -> bool:
    if parts[:2] == ("boto3", "data"):
        return False  # descriptions of the resource layer, which the program does not use
    if parts[:2] != ("botocore", "data") or len(parts) == _DATA_PARTS:
        return True
    return parts[2] in SERVICES and parts[-1] not in _LEFT_OUT_BOTOCORE


def is_source(path: Path) -> bool:
    """Tell whether a file of ours goes into the artefact."""
    return "__pycache__" not in path.parts and path.suffix != ".pyc"


def build_tree(platform: Platform, build: Path = BUILD) -> Path:
    """Build the tree of one platform anew and return its folder; what pip installed is kept for the next time.

    Raises:
        subprocess.CalledProcessError: pip could not get a wheel for a pinned version.
    """
    tree = build / platform.name
    beside = Path(tempfile.mkdtemp(prefix=f"{platform.name}-", dir=_made(build)))
    installed = installed_dependencies(platform)
    _copy(installed, beside, [path for path in files_of(installed) if is_kept(path)])
    for name in SOURCES:
        _copy(ROOT, beside, [path for path in files_of(ROOT, ROOT / name) if is_source(path)])
    shutil.rmtree(tree, ignore_errors=True)
    beside.replace(tree)
    return tree


def installed_dependencies(platform: Platform) -> Path:
    """Return the folder with the locked dependencies for a platform; installed once per lock file and interpreter."""
    kept = BUILD / "wheels" / f"{platform.name}-{_fingerprint(platform)}"
    if not kept.exists():
        beside = Path(tempfile.mkdtemp(prefix="pip-", dir=_made(kept.parent)))
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        options = ["--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(beside), "-r", str(LOCK)]
        subprocess.run([*command, *platform.pip_arguments, *options], check=True)  # noqa: S603 - our own arguments
        beside.replace(kept)
    return kept


def files_of(root: Path, start: Path | None = None) -> Iterator[Path]:
    """Yield the files below `start` (or the file itself) in the order of their names, relative to `root`."""
    begin = start or root
    found = [begin] if begin.is_file() else (path for path in begin.rglob("*") if path.is_file())
    yield from sorted(path.relative_to(root) for path in found)


def _fingerprint(platform: Platform) -> str:
    about = [LOCK.read_text("utf-8"), *platform.pip_arguments]
    if not platform.pip_arguments:
        about += [sys.version, sys.platform]
    return sha256("\n".join(about).encode()).hexdigest()[:16]


def _copy(source: Path, destination: Path, paths: list[Path]) -> None:
    for path in paths:
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, destination / path)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
