"""The clock as a package of its own: what it exports and what it may import."""

import ast
import sys
from pathlib import Path

from chalicelib.domain import clock

SOURCES = sorted(Path(clock.__file__).parent.glob("*.py"))


def test_everything_exported_is_there_and_everything_public_is_exported() -> None:
    imported = {
        alias.name
        for node in ast.parse(Path(clock.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(clock.__all__)


def test_the_clock_imports_only_itself_and_the_standard_library() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] in sys.stdlib_module_names for alias in node.names), path.name
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in sys.stdlib_module_names, path.name
