"""Examples of what is sent and answered, by the name of their model (`examples.json`).

Tests hold each to its schema, and send those of what is taken to the program itself.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "examples.json"


@cache
def examples() -> dict[str, dict[str, dict[str, Any]]]:
    """Return model -> name -> example object."""
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(_FILE.read_text("utf-8"))
    return found


def examples_of(model: str) -> dict[str, dict[str, Any]]:
    """Return the examples of one model."""
    return examples().get(model, {})
