"""Importing the profile loads no library: a public read must not pay for signatures."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("http_message_signatures", "http_sf", "cryptography")
MODULES = ("", ".profile", ".errors", ".messages", ".fields", ".algorithms", ".keys", ".edwards")


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_loads_no_library(module: str) -> None:
    code = f"import sys, chalicelib.signing{module}; print([name for name in {HEAVY} if name in sys.modules])"
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
