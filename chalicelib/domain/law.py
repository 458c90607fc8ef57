"""Limits that the law itself sets where a service says nothing: data, each with its source and whether that was checked.

A deployment may set them otherwise (`data/law.json`); a service's own limits come first in any case.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.clock.records import Limit

_FILE = Path(__file__).parent / "data" / "law.json"


@cache
def _limits() -> dict[str, dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["limits"]
    return {entry["limit"]: entry for entry in found}


def by_law(limit: str) -> Limit:
    """Return a limit of the law by its name.

    Raises:
        KeyError: there is none of this name.
    """
    entry = _limits()[limit]
    return Limit(entry["value"], entry["unit"])


def source(limit: str) -> str:
    """Return where the law says so."""
    return str(_limits()[limit]["source"]["zh"])
