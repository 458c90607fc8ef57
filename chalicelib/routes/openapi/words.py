"""The dictionary: what every member of every model means, in Chinese and English (`domain/models/words.json`).

It stands apart from the models so that people who know the field, but not the program, can mend it. A test holds it to
the models: no member without a word, no word without a member.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain import models

_FILE = Path(models.__path__[0]) / "words.json"


ANYWHERE = "*"
"""Members that mean the same wherever they stand."""


@cache
def dictionary() -> dict[str, dict[str, dict[str, str]]]:
    """Return `module.Model` -> member -> `{"zh", "en"}`."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(_FILE.read_text("utf-8"))
    return found


def entry_for(model: Any, member: str) -> str | None:
    """Return the dictionary's entry that explains a member: of the model, of the one it has it from, or of any."""
    names = [f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__}" for kind in model.__mro__]
    return next((name for name in (*names, ANYWHERE) if member in dictionary().get(name, {})), None)


def explanation(model: Any, member: str) -> dict[str, str] | None:
    """Return what a member means; None if nothing says it."""
    entry = entry_for(model, member)
    return dictionary()[entry][member] if entry else None
