"""Readers that share nothing with the package read what it writes: a second one in Python, and one in JavaScript."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from chalicelib.tlog.notes import parse_vkey
from tests.register_files import BATCHES, ORIGIN, SIGNERS, VKEYS, numbered_leaves, register_files
from tests.register_reader import Refused, read_register
from tests.tlog_second_reader import main as second_reader

SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 1_000]
SCRIPT = Path(__file__).parents[2] / "register_reader.mjs"


@pytest.mark.parametrize("size", SIZES)
def test_the_second_reader_reads_every_leaf_back(size: int) -> None:
    leaves = numbered_leaves(size)
    register = read_register(register_files(leaves, BATCHES).files.get, VKEYS)
    assert (register.origin, register.size, register.leaves) == (ORIGIN, size, leaves)


def test_the_second_reader_refuses_each_missing_or_changed_file() -> None:
    files = register_files(numbered_leaves(1_000), BATCHES).files
    standing = [path for path in files if not refused(without(files, path))]
    # partial tiles of earlier sizes are no part of the tree of this size
    assert all(".p/" in path for path in standing)
    assert len(files) - len(standing) == 1 + 4 + 4 + 1
    for path in set(files) - set(standing):
        raw = bytearray(files[path])
        raw[len(raw) // 2] ^= 4
        assert refused(files | {path: bytes(raw)}), path


def without(files: dict[str, bytes], path: str) -> dict[str, bytes]:
    """Return all files but one."""
    return {name: raw for name, raw in files.items() if name != path}


def refused(files: dict[str, bytes]) -> bool:
    """Return whether the second reader refuses these files."""
    try:
        read_register(files.get, VKEYS)
    except Refused:
        return True
    return False


def in_javascript(folder: Path, *vkeys: str) -> subprocess.CompletedProcess[str]:
    """Read a folder with Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine: the reader in JavaScript did not run")
    return subprocess.run([node, SCRIPT, folder, *vkeys], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("size", [0, 1, 1_000])
def test_the_reader_in_javascript_reads_the_same(size: int, tmp_path: Path) -> None:
    register = register_files(numbered_leaves(size), BATCHES)
    register.write(tmp_path)
    root = read_register(register.files.get, VKEYS).root
    ran = in_javascript(tmp_path, *VKEYS)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout) == {"origin": ORIGIN, "size": size, "root": root.hex()}


def test_the_reader_in_javascript_refuses_changed_files(tmp_path: Path) -> None:
    register = register_files(numbered_leaves(300), BATCHES)
    for path in ("checkpoint", "tile/entries/001.p/44", "tile/0/000", "tile/1/000.p/1"):
        register.write(tmp_path)
        raw = bytearray(register.files[path])
        raw[len(raw) // 2] ^= 1
        (tmp_path / path).write_bytes(raw)
        assert in_javascript(tmp_path, *VKEYS).returncode == 1, path
    register.write(tmp_path)
    assert in_javascript(tmp_path, VKEYS[0]).returncode == 1  # a line of a key that is not given


def test_the_keys_of_the_made_register_are_two() -> None:
    assert [parse_vkey(text) for text in VKEYS] == [signer.key() for signer in SIGNERS]


def test_the_command_for_the_reader_of_somebody_else_reads_or_says_why_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register_files(numbered_leaves(300), BATCHES).write(tmp_path)
    code = second_reader([str(tmp_path), *VKEYS])
    said = capsys.readouterr().out
    assert (code, said.endswith(", 0 wrong\n")) == (0, True) or (code, "Nothing was checked." in said) == (2, True)
