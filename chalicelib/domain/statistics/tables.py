"""Published figures as tables: CSV (RFC 4180) and JSON-stat 2.0, made from the very bytes that are served as JSON.

A table has the same columns whatever is in it, and no cell of it is a formula (`domain/csv_cells.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from chalicelib.domain.csv_cells import csv_line
from chalicelib.domain.statistics.definitions import BY_SERIES
from chalicelib.domain.statistics.periods import ALL, order
from chalicelib.domain.statistics.scopes import Scope
from chalicelib.domain.statistics.series import SERIES

Body = Mapping[str, Any]
FIRST = ("period", "level", "id", "jurisdiction")
LAST = (
    "merged_into",
    "definition",
    "calendar",
    "register_index",
    "status",
    "computed_through",
    "first_published_at",
    "changed_at",
    "settled_at",
    "revision",
    "revised_at",
    "revised_because",
)


@cache
def measures(series: str) -> tuple[str, ...]:
    """Return the names of all numbers of a figure, those inside others joined by `_`."""
    return tuple(name for name, _ in _flat(SERIES[series](Scope({}, ALL, "2000-01-01"))))


def _flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if name == "windows":
            continue  # as many as there are: JSON has them
        if name == "ages":
            for band in value:
                to = band["to_days"]
                yield f"age_{band['from_days']}_{'up' if to is None else to}", band["n"]
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield prefix + name, value


def columns(series: str) -> tuple[str, ...]:
    """Return the columns of a series."""
    return (*FIRST, *measures(series), *LAST)


def csv_table(series: str, bodies: Iterable[Body]) -> str:
    """Return figures as CSV with a header row."""
    rows: list[Sequence[Any]] = [columns(series), *(_row(series, body) for body in bodies)]
    return "".join(csv_line(row) for row in rows)


def _row(series: str, body: Body) -> list[Any]:
    ((level, node_id),) = body["cell"].items()
    numbers = dict(_flat({name: value for name, value in body.items() if name != "merged_into"}))
    merged = body.get("merged_into", {})
    found = {
        **body,
        "level": level,
        "id": node_id,
        "merged_into": "; ".join(f"{name} {value}" for name, value in merged.items()),
        "definition": body["definition"]["id"],
    }
    return [*(found[name] for name in FIRST), *(numbers[name] for name in measures(series)), *(found[n] for n in LAST)]


def json_stat(series: str, bodies: Sequence[Body]) -> dict[str, Any]:
    """Return figures of one cell as a JSON-stat 2.0 dataset: period by measure, the oldest period first."""
    ordered = sorted(bodies, key=lambda body: order(body["period"]))
    names = measures(series)
    flat = [dict(_flat({name: value for name, value in body.items() if name != "merged_into"})) for body in ordered]
    definition = BY_SERIES[series]
    return {
        "version": "2.0",
        "class": "dataset",
        "label": " / ".join(definition.title.values()),
        "note": list(definition.text.values()),
        "id": ["period", "measure"],
        "size": [len(ordered), len(names)],
        "role": {"time": ["period"], "metric": ["measure"]},
        "dimension": {
            "period": {"category": {"index": [body["period"] for body in ordered]}},
            "measure": {"category": {"index": list(names)}},
        },
        "value": [row[name] for row in flat for name in names],
        "extension": {"cell": dict(ordered[0]["cell"]) if ordered else None, "definition": definition.id},
    }
