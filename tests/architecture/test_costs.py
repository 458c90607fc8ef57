"""docs/costs.md is what the program does now, and no public read costs more where more is stored."""

import pytest

from bench.costs import PAGE_FILE, SERVICES, Cost, measure, render
from chalicelib.routes.access import Access


@pytest.fixture(scope="module")
def costs() -> list[Cost]:
    return measure()


def public_reads(costs: list[Cost]) -> list[Cost]:
    return [cost for cost in costs if cost.endpoint.access is Access.PUBLIC]


def test_the_page_says_what_is_measured_now(costs: list[Cost]) -> None:
    assert PAGE_FILE.read_text("utf-8") == render(costs), "run `make costs`"


def test_a_public_read_makes_the_same_calls_for_the_same_items_where_twice_as_many_are_stored(
    costs: list[Cost],
) -> None:
    def calls(measured: list[Cost]) -> dict[str, list[tuple[str, int]]]:
        return {each.endpoint.name: [(c.operation, c.items) for c in each.calls] for each in public_reads(measured)}

    assert calls(costs) == calls(measure(2 * SERVICES))


def test_no_public_read_writes_or_reads_consistently_what_a_list_shows(costs: list[Cost]) -> None:
    for cost in public_reads(costs):
        assert not any(call.write_units for call in cost.calls), cost.endpoint.name
        assert {call.operation for call in cost.calls} <= {"GetItem", "BatchGetItem", "Query"}


def test_the_item_of_a_record_is_one_read_of_one_item(costs: list[Cost]) -> None:
    by_name = {cost.endpoint.name: cost for cost in costs}
    for name in ("get_agency", "get_service", "get_disclosure"):
        assert [(call.operation, call.items) for call in by_name[name].calls] == [("GetItem", 1)]
    case, *estimate = [(call.operation, call.items) for call in by_name["get_case"].calls]
    assert case == ("GetItem", 1)
    assert [operation for operation, _ in estimate] == ["GetItem", "GetItem"], (
        "this year's figures and last year's, once in five minutes for a service"
    )
