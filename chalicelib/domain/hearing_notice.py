"""How long before a hearing (听证) the public must know: data of the law of a calendar (`data/hearings/cn.json`).

Each kind of hearing has days for the notice of time and place, and some have more days for saying who may take part and how
one registers (Price Law art. 23 and the measures below it). The day of the notice is not counted: thirty days before
31 December is 1 December. Where a calendar's law is not known, a hearing need only be ahead.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.clock.records import Limit

_FOLDER = Path(__file__).parent / "data" / "hearings"


class Notice(NamedTuple):
    """What the law of a calendar wants of the notice of one kind of hearing."""

    kind: str
    notice: Limit
    participants: Limit | None
    """For saying who may take part and how one registers, where that is wanted."""
    source: Mapping[str, str]
    checked: bool


@cache
def notices(calendar: str) -> Mapping[str, Notice]:
    """Return what is wanted, by kind of hearing; nothing where no law is known."""
    return {entry["kind"]: _notice(entry) for entry in _laws().get(calendar, ())}


@cache
def _laws() -> dict[str, list[dict[str, Any]]]:
    return {path.stem: json.loads(path.read_text("utf-8"))["kinds"] for path in _FOLDER.glob("*.json")}


def _notice(entry: dict[str, Any]) -> Notice:
    participants = Limit(**entry["participants"]) if "participants" in entry else None
    return Notice(entry["kind"], Limit(**entry["notice"]), participants, entry["source"], entry["checked"])
