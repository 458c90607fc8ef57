"""Medians, percentiles and winsorized means, by hand and by their laws; periods; what tallies keep."""

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.statistics.periods import (
    contains,
    covering,
    first_day,
    last_day,
    months_between,
    order,
    read_period,
    shifted,
    wider,
)
from chalicelib.domain.statistics.spreads import deltas, from_deltas, joined, spread, summary
from chalicelib.domain.statistics.tallies import Tally, decode, earliest_change, encode, tally, total
from tests.unit.statistics.samples import fact

VALUES = st.lists(st.integers(-5, 10**9), max_size=60)
LAWS = settings(derandomize=True, deadline=None, max_examples=200)


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    assert summary(spread([1, 2, 5, 100])).median == 3.5


def test_a_percentile_is_the_duration_of_a_real_case() -> None:
    found = summary(spread(range(1, 11)))
    assert (found.p80, found.p90) == (8, 9)
    assert summary(spread([7])).p90 == 7


def test_the_winsorized_mean_sets_the_ends_to_the_next_values() -> None:
    values = [0, *range(10, 28), 1_000]
    assert len(values) == 20
    assert summary(spread(values)).mean == statistics.mean([10, *range(10, 28), 27])


def test_below_twenty_values_the_mean_is_the_plain_one() -> None:
    assert summary(spread([0] * 18 + [19])).mean == 1


def test_durations_of_seconds_are_given_in_days_with_fractions() -> None:
    assert summary(spread([129_600]), 86_400).median == 1.5


def test_a_spread_of_nothing_has_no_median() -> None:
    assert summary(spread()) == (0, None, None, None, None)


@LAWS
@given(VALUES)
def test_deltas_keep_every_value(values: list[int]) -> None:
    assert from_deltas(deltas(spread(values))) == spread(values)


@LAWS
@given(st.lists(VALUES, max_size=5))
def test_joining_spreads_is_sorting_all_their_values(parts: list[list[int]]) -> None:
    assert list(joined(spread(part) for part in parts)) == sorted(value for part in parts for value in part)


@LAWS
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_median_percentiles_and_mean_lie_between_the_least_and_the_greatest(values: list[int]) -> None:
    found = summary(spread(values))
    assert found.median == statistics.median(values)
    for value in found[1:]:
        assert value is not None
        assert min(values) <= value <= max(values)


# Periods


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("all", "0001-01-01", "9999-12-31"),
    ],
)
def test_a_period_has_its_days(period: str, first: str, last: str) -> None:
    assert (first_day(read_period(period)), last_day(period)) == (first, last)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-Q5", "2026-Q0", "26", "2026-1", "ALL", "", "0000", "2026-Q1 "]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a period is"):
        read_period(text)


def test_a_month_lies_in_its_quarter_its_year_and_all() -> None:
    assert covering("2026-08") == ("2026-08", "2026-Q3", "2026", "all")
    assert [wider(period) for period in covering("2026-08")] == ["2026-Q3", "2026", "all", "all"]
    assert all(contains(period, "2026-08") for period in covering("2026-08"))
    assert not contains("2026-Q2", "2026-08")


def test_months_run_on_over_the_end_of_a_year_and_to_the_end_of_time() -> None:
    assert list(months_between("2026-11", "2027-02")) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert list(months_between("9999-11", "9999-12")) == ["9999-11", "9999-12"]
    assert list(months_between("2026-02", "2026-01")) == []


def test_a_wider_period_stands_after_those_it_ends_with() -> None:
    periods = ["2026-12", "2026-Q4", "2026", "2026-11", "all", "2027-01"]
    assert sorted(periods, key=order) == ["2026-11", "2026-12", "2026-Q4", "2026", "2027-01", "all"]


def test_days_beyond_the_calendar_are_its_first_and_its_last() -> None:
    assert (shifted("0001-01-01", -1), shifted("9999-12-31", 1)) == ("0001-01-01", "9999-12-31")


# Tallies


def test_a_case_without_a_deadline_is_due_on_no_day_and_never_overdue() -> None:
    found = tally([fact(due_on=None)])
    assert (found.due, found.kept, found.overdue) == ({}, {}, {})


def test_a_deadline_before_the_opening_is_overdue_from_the_opening_on() -> None:
    assert tally([fact(opened_on="2026-10-05", due_on="2026-10-01")]).overdue == {"2026-10-05": 1}


def test_durations_are_those_of_counted_cases_only() -> None:
    rows = ["counted", "immediate", "withdrawn", "administrative"]
    found = tally(fact(row=row, agency_days=number) for number, row in enumerate(rows))
    assert list(found.spreads["agency_days"]) == [0]
    assert {row: counts["ended"] for row, counts in found.rows.items()} == dict.fromkeys(rows, 1)


def test_an_unknown_duration_is_left_out_and_the_case_still_counts() -> None:
    found = tally([fact(agency_days=None, gross_seconds=None)])
    assert found.rows["counted"]["ended"] == 1
    assert [len(values) for values in found.spreads.values()] == [0, 1, 0]


FACTS = st.builds(
    fact,
    opened_on=st.sampled_from(["2026-09-01", "2026-10-01", "2026-10-02"]),
    decided_on=st.just("2026-10-09"),
    due_on=st.none() | st.sampled_from(["2026-10-03", "2026-10-20"]),
    on_time=st.none() | st.booleans(),
    agency_days=st.integers(0, 9),
    row=st.sampled_from(["counted", "immediate"]),
)


@LAWS
@given(st.lists(st.lists(FACTS, max_size=6), max_size=4))
def test_the_tally_of_the_whole_is_the_sum_of_the_parts_in_any_order(parts: list[list[object]]) -> None:
    whole = tally(one for part in parts for one in part)  # type: ignore[misc]
    tallies = [tally(part) for part in parts]  # type: ignore[arg-type]
    assert total(tallies) == total(reversed(tallies)) == whole
    assert decode(encode(whole)) == whole


def test_the_earliest_change_is_the_first_day_whose_figures_can_differ() -> None:
    before = tally([fact(opened_on="2026-09-03")])
    assert earliest_change(before, before, "2026-10") is None
    assert earliest_change(Tally(), before, "2026-10") == "2026-09-03"
    kept = tally([fact(opened_on="2026-09-03", promise_kept=True)])
    assert earliest_change(before, kept, "2026-10") == "2026-10-01"
    assert earliest_change(before, kept, "open") is None
