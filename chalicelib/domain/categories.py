"""Categories of disclosure: a code list shipped as data (Regulations on Open Government Information, 2019, art. 20)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "categories.json"


@cache
def categories() -> dict[str, dict[str, Any]]:
    """Return every category by its code: titles, source, limit in working days, whether the source was checked."""
    found: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["categories"]
    return {category["code"]: category for category in found}


@cache
def categories_version() -> str:
    """Return the date of the code list."""
    return str(json.loads(_FILE.read_text("utf-8"))["version"])
