"""dynoxide, a DynamoDB that reports capacity as DynamoDB does: taken from npm at one version, checked, run while needed."""

import hashlib
import os
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.trees import BUILD
from local.emulator import free_port

PACKAGE = "@dynoxide/linux-x64@1.2.1"
ARCHIVE = "dynoxide-linux-x64-1.2.1.tgz"
SHA256 = "80e1ed33e33ec33c7bdcb1779ea09678e5c6f87c5c225f44c2037d2b2ea71164"
FOLDER = BUILD / "dynoxide"


class DynoxideError(Exception):
    """It could not be had, is not what was pinned, or did not start."""


def binary() -> Path:
    """Return the program, fetched once.

    Raises:
        DynoxideError: npm is missing, or what it brought is not what was pinned.
    """
    program = FOLDER / "package" / "dynoxide"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=FOLDER, capture_output=True, text=True, check=False
        )
        archive = FOLDER / ARCHIVE
        if run.returncode or not archive.exists():
            raise DynoxideError(f"npm did not bring {PACKAGE}: {run.stderr.strip()}")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
            raise DynoxideError(f"{archive.name} is not what was pinned")
        with tarfile.open(archive) as opened:
            opened.extract("package/dynoxide", FOLDER, filter="data")
        program.chmod(0o755)
    return program


@contextmanager
def running(database: Path) -> Iterator[str]:
    """Run it over a database file; gives its address."""
    port = free_port()
    command = [str(binary()), "serve", "--host", "127.0.0.1", "--port", str(port), "--db-path", str(database)]
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            raise DynoxideError(f"it ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except urllib.error.HTTPError:
            return  # it answers; what it says of a bare GET does not matter
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise DynoxideError("it does not answer")
