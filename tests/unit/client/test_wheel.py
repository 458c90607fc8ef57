"""The wheel: it carries the server's own signing, log and clock, and works where the server's program is not."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.unit.client.receipt_mutations import KEY_SET, originals

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked wheel, built by setuptools from a copy of the checkout, alone in a folder."""
    folder = tmp_path_factory.mktemp("wheel")
    copied = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    shutil.copytree(ROOT / "client", folder / "checkout" / "client", ignore=copied)
    for package in ("signing", "tlog", "domain/clock"):
        shutil.copytree(ROOT / "chalicelib" / package, folder / "checkout" / "chalicelib" / package, ignore=copied)
    build = "from setuptools.build_meta import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)],
        cwd=folder / "checkout" / "client",
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "installed")
    return folder / "installed"


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the wheel on its path, and nothing of the checkout."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=installed,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )


def files(folder: Path, pattern: str) -> dict[str, bytes]:
    """Return what lies under a folder, by path."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.glob(pattern)}


@pytest.mark.parametrize(
    ("inside", "origin", "pattern"),
    [
        ("_signing", "signing", "*.py"),
        ("_tlog", "tlog", "*.py"),
        ("_clock", "domain/clock", "*.py"),
        ("_clock", "domain/clock", "calendars/*/*.json"),
        ("_clock", "domain/clock", "calendars/cn/LICENSE"),
    ],
)
def test_it_carries_the_servers_own_files_byte_for_byte(
    installed: Path, inside: str, origin: str, pattern: str
) -> None:
    carried = files(installed / "glasshall" / inside, pattern)
    assert carried
    assert carried == files(ROOT / "chalicelib" / origin, pattern)


def test_it_carries_every_module_of_the_client(installed: Path) -> None:
    ours = files(ROOT / "client" / "glasshall", "**/*.py")
    carried = files(installed / "glasshall", "**/*.py")
    assert ours.items() <= carried.items()
    assert (installed / "glasshall" / "py.typed").exists()


def test_it_signs_with_its_own_copy_where_the_server_is_not(installed: Path) -> None:
    done = run(installed, "-c", "import glasshall.shared as s; print(s.sign.__module__, s.load_calendar.__module__)")
    assert done.stdout == "glasshall._signing.profile glasshall._clock.calendars\n", done.stderr


def test_it_recounts_deadlines_offline(installed: Path) -> None:
    vectors = ROOT / "tests" / "data" / "vectors" / "deadlines.json"
    done = run(installed, "-m", "glasshall", "deadlines", "check", str(vectors))
    assert (done.returncode, done.stdout) == (0, "60 passed, 0 failed\n"), done.stderr


def test_it_verifies_receipts_offline(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(originals()[0])
    (tmp_path / "keys.json").write_bytes(KEY_SET)
    arguments = ("receipt", "verify", str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json"))
    done = run(installed, "-m", "glasshall", *arguments)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "This receipt holds."), done.stderr


def test_it_carries_the_mapping_of_exchange_tables(installed: Path) -> None:
    code = "from glasshall.importers.exchange_mapping import read_mapping as r; print(len(r().columns))"
    done = run(installed, "-c", code)
    assert done.stdout == "5\n", done.stderr


def test_it_draws_papers(installed: Path) -> None:
    paper = "Paper('c1', 'ABCD-EFGH-JKM', {'zh': 'x'}, {'zh': 'y'}, 'https://a.example/', '2026-11-26')"
    done = run(installed, "-c", f"import glasshall as g; print(len(g.render_paper(g.{paper})) > 3000)")
    assert done.stdout == "True\n", done.stderr


def test_it_cannot_do_what_only_the_operator_can(installed: Path) -> None:
    rest = ["--key-id", "k", "--public-key", "x", "--person", "p"]
    done = run(installed, "-m", "glasshall", "operator", "init", "boston", "--like", "boston311", *rest)
    assert done.returncode == 2
    assert "the server's program is not here" in done.stderr


def test_the_operators_commands_find_the_program_in_the_folder_they_are_run_in() -> None:
    code = "from glasshall.cli.operator import _server; print(_server('chalicelib.usecases.api_keys')[0].__name__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],  # as a command that was installed: without this folder in its path
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "client"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stdout == "chalicelib.usecases.api_keys\n", done.stderr


def test_in_the_checkout_it_is_the_servers_own_code() -> None:
    code = "import glasshall.shared as s; print(s.sign.__code__.co_filename, s.load_calendar.__wrapped__.__code__.co_filename)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'client'}:{ROOT}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )
    found = [Path(name).resolve() for name in done.stdout.split()]
    wanted = ("signing/profile.py", "domain/clock/calendars.py")
    assert found == [ROOT / "chalicelib" / name for name in wanted], done.stderr
