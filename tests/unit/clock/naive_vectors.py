"""Vectors of the acceptance, restart and issue clocks, counted by the naive day walker and by nothing else.

    python -m tests.unit.clock.naive_vectors

writes `tests/data/vectors/{acceptance,restart,issue}.json`; a test holds the files to the walker.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.unit.clock.naive import ONE_DAY, Case, NaiveCalendar, walk

FOLDER = Path(__file__).parents[2] / "data" / "vectors"
CN = NaiveCalendar("cn")
SEED, EACH = 20261126, 40
Vector = dict[str, Any]


def limit(value: int, unit: str = "working_day") -> Vector:
    """A limit as a vector holds it."""
    return {"value": value, "unit": unit}


def acceptance(chance: Random) -> Vector:
    """To accept, refuse or ask for papers; each receipt of papers asked for in time begins it anew."""
    received_on = a_day(chance)
    return {
        "clock": "acceptance",
        "received_on": received_on,
        "limit": limit(chance.choice((5, 5, 5, 1, 15))),
        "requests": requests(chance, received_on, (0, 0, 1, 1, 2)),
    }


def restart(chance: Random) -> Vector:
    """A request for disclosure: papers asked for within seven working days, and once, begin the whole limit anew."""
    received_on = a_day(chance)
    pause = a_pause(chance, received_on)
    return {
        "clock": "restart",
        "received_on": received_on,
        "limit": limit(20),
        "request_limit": limit(7),
        "requests": requests(chance, received_on, (0, 1, 1, 1, 2)),
        "pauses": [pause] if chance.random() < 0.4 else [],
        "extensions": [limit(20)] if chance.random() < 0.3 else [],
    }


def issue(chance: Random) -> Vector:
    """To hand out what was granted, or by a promise that covers it and ends before."""
    vector: Vector = {"clock": "issue", "decided_on": a_day(chance), "limit": limit(chance.choice((10, 10, 5, 0)))}
    if chance.random() < 0.3:
        promised = date.fromisoformat(later(chance, vector["decided_on"], 20))
        while CN.is_off(promised):
            promised += ONE_DAY
        vector["promised_due_on"] = str(promised)
    return vector


def a_day(chance: Random) -> str:
    """A day of a year that the calendar knows, and far enough from its end."""
    return str(date(2015, 1, 1) + timedelta(days=chance.randrange(4_200)))


def later(chance: Random, day: str, most: int) -> str:
    """The same day or one after it."""
    return str(date.fromisoformat(day) + timedelta(days=chance.randint(0, most)))


def a_pause(chance: Random, since: str) -> Vector:
    """Third parties are consulted."""
    begins = later(chance, since, 25)
    return {"from": begins, "until": later(chance, begins, 20), "kind": "consulting"}


def requests(chance: Random, since: str, how_many: tuple[int, ...]) -> list[Vector]:
    """Requests for papers, one after the other; the last may still be open."""
    found: list[Vector] = []
    for _ in range(chance.choice(how_many)):
        asked_on = later(chance, since, 14)
        since = later(chance, asked_on, 25)
        found.append({"asked_on": asked_on, "received_on": since})
    if found and chance.random() < 0.2:
        found[-1]["received_on"] = None
    return found


# Counting, on the fingers


def due_on(vector: Vector) -> str | None:
    """The due day of a vector."""
    counted = {"acceptance": _acceptance, "restart": _restart, "issue": _issue}[vector["clock"]](vector)
    return str(counted) if counted else None


def _acceptance(vector: Vector) -> date | None:
    """Day by day: count working days; a request stops the count, its papers set it back to nothing."""
    day, used, waiting = date.fromisoformat(vector["received_on"]), 0, False
    events = {request["asked_on"]: request for request in reversed(vector["requests"])}
    came: set[str] = set()
    for _ in range(800):
        if str(day) in came:
            used, waiting = 0, False
            came.discard(str(day))
        if str(day) in events and not waiting:
            request = events.pop(str(day))
            waiting = True
            if request["received_on"] is None:
                return None
            came.add(request["received_on"])
            continue  # it may come, and the next be asked, on the same day
        if not waiting and used == vector["limit"]["value"]:
            return day
        day += ONE_DAY
        used += not waiting and not CN.is_off(day)
    raise AssertionError(vector)


def _restart(vector: Vector) -> date | None:
    start = date.fromisoformat(vector["received_on"])
    last_to_ask = _walked(start, vector["request_limit"])
    in_time = [each for each in vector["requests"] if date.fromisoformat(each["asked_on"]) <= last_to_ask]
    if in_time and in_time[0]["received_on"] is None:
        return None
    begins = date.fromisoformat(in_time[0]["received_on"]) if in_time else start
    stops = [(date.fromisoformat(pause["from"]), date.fromisoformat(pause["until"])) for pause in vector["pauses"]]
    more = [(each["value"], each["unit"]) for each in vector["extensions"]]
    return walk(Case(begins, (vector["limit"]["value"], vector["limit"]["unit"]), stops, more), CN)


def _issue(vector: Vector) -> date | None:
    due = _walked(date.fromisoformat(vector["decided_on"]), vector["limit"])
    promised = vector.get("promised_due_on")
    return date.fromisoformat(promised) if promised and promised < str(due) else due


def _walked(start: date, span: Vector) -> date:
    due = walk(Case(start, (span["value"], span["unit"])), CN)
    assert due is not None
    return due


MAKERS: dict[str, Callable[[Random], Vector]] = {"acceptance": acceptance, "restart": restart, "issue": issue}


def vectors(clock: str) -> list[Vector]:
    """The vectors of one clock."""
    found = []
    for number in range(EACH):
        vector = MAKERS[clock](Random(f"{SEED} {clock} {number}"))
        found.append({"id": f"{clock[0]}{number:04}", **vector, "due_on": due_on(vector)})
    return found


if __name__ == "__main__":
    for name in MAKERS:
        lines = ",\n".join(" " + json.dumps(vector, ensure_ascii=False) for vector in vectors(name))
        (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
