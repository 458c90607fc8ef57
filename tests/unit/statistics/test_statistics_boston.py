"""The city's own 10,000 requests: the figures of reference.json, whole and by department, from the file's columns alone."""

from functools import cache
from typing import Any

import orjson
import pytest

from chalicelib.domain.statistics.facts import Fact
from chalicelib.domain.statistics.spreads import summary
from chalicelib.domain.statistics.tallies import tally
from tests.unit.statistics.samples import BOSTON, Deployment, boston_facts

REFERENCE = orjson.loads((BOSTON / "reference.json").read_bytes())
CELLS = {"jurisdiction:boston": REFERENCE["all"]} | {
    f"agency:{department}": wanted for department, wanted in REFERENCE["by_department"].items()
}


@cache
def published() -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what one run publishes of the file."""
    deployed = Deployment().put_all(boston_facts())
    assert deployed.run().cases == 10_000
    assert deployed.marks_left() == 0
    return deployed.figures()


@pytest.mark.parametrize("cell", CELLS)
def test_the_published_figures_are_those_of_the_reference(cell: str) -> None:
    on_time, backlog, duration = (published()[name, cell, "all"] for name in ("on_time_rate", "backlog", "duration"))
    withheld = 0 < on_time["decided"] < 5
    found = {
        "rows": backlog["received"],
        "closed": on_time["decided"],
        "closed_with_target": on_time["with_deadline"],
        "closed_on_time": on_time["kept"],
        "on_time_rate": on_time["value"],
        "closed_without_target": on_time["without_deadline"],
        "open": backlog["open"],
        "closed_before_opened": on_time["decided"] - duration["gross_days"]["n"],
        "median_days": CELLS[cell]["median_days"] if withheld else duration["gross_days"]["median"],
    }
    assert found == CELLS[cell]
    assert (duration.get("merged_into") is not None) == withheld
    assert withheld == (cell in ("agency:ANML", "agency:No Q"))


@pytest.mark.parametrize("cell", CELLS)
def test_the_medians_of_the_tallies_are_those_of_the_reference_the_withheld_ones_too(cell: str) -> None:
    department = cell.removeprefix("agency:")
    facts = (
        Fact(*(raw[name] for name in Fact._fields))
        for raw in boston_facts()
        if department in (raw["agency"], "jurisdiction:boston")
    )
    assert summary(tally(facts).spreads["gross_seconds"], 86_400).median == CELLS[cell]["median_days"]


def test_the_due_kept_rate_counts_what_never_ended_as_late() -> None:
    found = published()["due_kept_rate", "jurisdiction:boston", "all"]
    targets = [raw for raw in boston_facts() if raw["due_on"]]
    assert found["n"] == len(targets) == 6_935
    assert found["numerator"] == REFERENCE["all"]["closed_on_time"]
    assert found["value"] < REFERENCE["all"]["on_time_rate"]


def test_the_departments_add_up_to_the_city_in_every_period() -> None:
    figures = published()
    periods = {period for series, cell, period in figures if series == "backlog" and cell.startswith("jurisdiction")}
    for name, number in (
        ("backlog", "open"),
        ("backlog", "overdue"),
        ("backlog", "received"),
        ("on_time_rate", "kept"),
    ):
        for period in periods:
            whole = figures.get((name, "jurisdiction:boston", period), {number: 0})[number]
            parts = [figures.get((name, f"agency:{each}", period)) for each in REFERENCE["by_department"]]
            assert sum(part[number] for part in parts if part) == whole, (name, number, period)
