"""The shared vectors, all of them, and what the checker says of files that are wrong."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.clock import Failure, Limit, Stop, check, deadline, load_calendar

from .naive_vectors import MAKERS, due_on, vectors
from .readd import readd

CN = load_calendar("cn")
FOLDER = Path(__file__).parents[2] / "data" / "vectors"
VECTORS: list[dict[str, Any]] = json.loads((FOLDER / "deadlines.json").read_text(encoding="utf-8"))
OWN: dict[str, list[dict[str, Any]]] = {
    clock: json.loads((FOLDER / f"{clock}.json").read_text(encoding="utf-8")) for clock in MAKERS
}


def test_all_sixty_vectors_pass_the_checker() -> None:
    assert check(VECTORS, CN) == (60, ())


@pytest.mark.parametrize("clock", OWN)
def test_the_vectors_of_the_other_clocks_are_the_walkers_and_pass_the_checker(clock: str) -> None:
    assert OWN[clock] == vectors(clock)
    assert check(OWN[clock], CN) == (40, ())


@pytest.mark.parametrize("clock", OWN)
def test_a_vector_of_another_clock_with_another_date_is_named(clock: str) -> None:
    wrong = [vector | {"due_on": "2001-01-01"} for vector in OWN[clock]]
    assert [failure.computed for failure in check(wrong, CN).failures] == [due_on(vector) for vector in OWN[clock]]
    assert check([OWN[clock][0] | {"clock": "no such"}], CN).failures[0].reason.startswith("KeyError")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_clock_itself_gives_the_date_of_each_vector_and_its_explanation_adds_up(vector: dict[str, Any]) -> None:
    stops = [
        Stop(date.fromisoformat(pause["from"]), pause["until"] and date.fromisoformat(pause["until"]), pause["kind"])
        for pause in vector["pauses"]
    ]
    found = deadline(
        started_on=date.fromisoformat(vector["accepted_on"]),
        limit=Limit(**vector["limit"]),
        stops=stops,
        extensions=[Limit(**extension) for extension in vector["extensions"]],
        calendar=CN,
        today=date.fromisoformat(vector["accepted_on"]),
    )
    assert found.due_on == (vector["due_on"] and date.fromisoformat(vector["due_on"]))
    assert readd([step.as_dict() for step in found.explain]) == (found.due_on or found.projected_due_on)


@pytest.mark.parametrize(
    "vector", [vector for vector in VECTORS if vector["due_on"]][:20], ids=lambda vector: vector["id"]
)
def test_a_vector_with_another_date_is_named(vector: dict[str, Any]) -> None:
    wrong = vector | {"due_on": "2001-01-01"}
    assert check([wrong], CN) == (0, (Failure(vector["id"], "2001-01-01", vector["due_on"], "another date"),))


def test_in_the_file_format_an_open_pause_gives_no_date_even_after_the_limit() -> None:
    vector = VECTORS[1] | {"pauses": [{"from": "2025-05-01", "until": None, "kind": "supplement"}]}
    assert check([vector | {"due_on": None}], CN).passed == 1
    assert check([vector], CN).failures[0].computed is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"accepted_on": "2026-12-31"}, "MissingCalendarYearError", id="a year without data"),
        pytest.param({"accepted_on": "soon"}, "ValueError", id="no date"),
        pytest.param({"accepted_on": None}, "TypeError", id="no start"),
        pytest.param({"limit": {"value": 3}}, "KeyError", id="no unit"),
        pytest.param({"limit": {"value": 3, "unit": "week"}}, "InvalidLimitError", id="an unknown unit"),
        pytest.param({"limit": {"value": 3, "unit": "hour"}}, "MissingMomentError", id="hours"),
        pytest.param(
            {"pauses": [{"from": "2025-05-02", "until": "2025-05-01"}]}, "InvalidStopError", id="a stop turned round"
        ),
        pytest.param({"pauses": None}, "TypeError", id="no list"),
    ],
)
def test_a_vector_that_cannot_be_counted_is_a_failure_with_its_reason(change: dict[str, Any], reason: str) -> None:
    passed, (failure,) = check([VECTORS[1] | change], CN)
    assert (passed, failure.id, failure.computed) == (0, "v0001", None)
    assert failure.reason.startswith(reason)


def test_what_is_no_vector_at_all_is_a_failure_without_a_name() -> None:
    wrong: list[Any] = ["v0001", None, {}]
    assert [failure.id for failure in check(wrong, CN).failures] == ["?", "?", "?"]
