"""Importing the log loads no library and nothing of the server: reads do not pay for signatures, and the client carries it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = sorted((ROOT / "chalicelib" / "tlog").glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_imports_only_its_neighbours_and_the_standard_library(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert str(node.module).split(".")[0] in {*sys.stdlib_module_names, "cryptography"}


def test_importing_it_does_not_load_cryptography() -> None:
    names = ", ".join(f"chalicelib.tlog.{module.stem}" for module in MODULES if module.stem != "__init__")
    code = f"import sys, {names}; print('cryptography' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
