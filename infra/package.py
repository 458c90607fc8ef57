"""`make package`: two zips and a template in `.build/`, from one lock file.

    target.zip     for Lambda: python3.13 on arm64
    host.zip       for the interpreter that runs this: what the end-to-end test deploys
    template.json  the app stack

It fails unless the two differ in native files and wheel metadata alone, each is at most 12 MB, every native file is for
its machine, and every import resolves inside each.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from infra.archives import check_machine, check_same, write_zip
from infra.imports import check_imports
from infra.template import write_template
from infra.trees import BUILD, HOST, TARGET, Platform, build_tree

TEMPLATE = BUILD / "template.json"
TARGET_PYTHON = "python3.13"


@dataclass(frozen=True, slots=True)
class Artefact:
    """A zip that stood every check."""

    platform: Platform
    tree: Path
    archive: Path
    native: tuple[str, ...]
    modules: int

    @property
    def sha256(self) -> str:
        """Hash of the zip."""
        return sha256(self.archive.read_bytes()).hexdigest()


def build(platform: Platform, folder: Path = BUILD) -> Artefact:
    """Build and check one artefact.

    Raises:
        ArtefactError: too large, native files for another machine, or an import that leads nowhere.
    """
    tree = build_tree(platform, folder)
    archive = write_zip(tree, folder / f"{platform.name}.zip")
    native = tuple(check_machine(tree, platform))
    return Artefact(platform, tree, archive, native, len(check_imports(tree).modules))


def compiles(tree: Path) -> str | None:
    """Compile a tree with Lambda's Python, where this machine has it; return its version.

    Raises:
        subprocess.CalledProcessError: a file is not Python for it.
    """
    python = _target_python()
    if python is None:
        return None
    check = (
        "import pathlib, platform, sys\n"
        "for path in pathlib.Path(sys.argv[1]).rglob('*.py'): compile(path.read_bytes(), str(path), 'exec')\n"
        "print(platform.python_version())"
    )
    command = [python, "-I", "-W", "ignore", "-c", check, str(tree)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - ours


def _target_python() -> str | None:
    """Return an interpreter of the target's version: on the path, or one that pyenv keeps."""
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"3.13.*/bin/{TARGET_PYTHON}"))
    named = shutil.which(TARGET_PYTHON)
    for python in [*([named] if named else []), *map(str, kept)]:
        # pyenv puts names on the path that answer nothing but which version to choose
        if subprocess.run([python, "-V"], capture_output=True, check=False).returncode == 0:  # noqa: S603 - ours
            return python
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Build everything, or one artefact, and say what was built."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--only", choices=(HOST.name, TARGET.name), help="build this one, and no comparison")
    only = parser.parse_args(arguments).only
    artefacts = [build(platform) for platform in (HOST, TARGET) if only in (None, platform.name)]
    for made in artefacts:
        _say(
            f"{made.archive.name}: {made.archive.stat().st_size:,} bytes, sha256 {made.sha256}, "
            f"{len(made.native)} native files, {made.modules} modules reached, every import resolves"
        )
    if only is None:
        found = check_same(artefacts[0].tree, artefacts[1].tree)
        _say(f"they differ in {len(found)} native and metadata files, and in nothing else")
        compiled = compiles(artefacts[1].tree)
        _say(f"target compiles with Python {compiled}" if compiled else f"no {TARGET_PYTHON} here to compile it with")
    _say(f"{write_template(TEMPLATE).name}: {TEMPLATE.stat().st_size:,} bytes")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
