"""A figure's life: open, provisional, settled, revised; whose day it is; what is withheld; what is kept where."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.domain.statistics.facts import leaf_of
from chalicelib.domain.statistics.publication import merged_into, reason
from chalicelib.domain.statistics.suppression import Node
from chalicelib.domain.statistics.tallies import tally
from chalicelib.store import keys
from chalicelib.store.table import Item, Update
from tests.unit.statistics.samples import Deployment, Figure, RawFact, fact, raw_fact

OCTOBER = ("on_time_rate", "agency:a1", "2026-10")


def five(prefix: str = "c", **known: Any) -> list[RawFact]:
    """Return five cases that differ in how long they took."""
    return [raw_fact(f"{prefix}{number}", agency_days=number, **known) for number in range(5)]


def settled() -> Deployment:
    """Return a deployment whose October is settled."""
    deployed = Deployment().put_all(five(due_on="2026-10-20", on_time=True))
    deployed.run()
    deployed.now += timedelta(days=1)
    deployed.run(nightly=True)
    return deployed


def october(deployed: Deployment) -> Figure:
    """Return the figure most of these tests look at."""
    return deployed.figures()[OCTOBER]


def test_a_period_that_is_over_is_provisional_until_a_day_passed_without_change() -> None:
    deployed = Deployment().put_all(five(due_on="2026-10-20", on_time=True))
    deployed.run()
    first = october(deployed)
    assert (first["status"], first["settled_at"], first["revision"]) == ("provisional", None, 0)
    assert first["first_published_at"] == first["changed_at"] == "2026-11-23T10:00:00+08:00"
    assert first["computed_through"] == "2026-10-31"
    deployed.now += timedelta(hours=23)
    deployed.run(nightly=True)
    assert october(deployed)["status"] == "provisional"
    deployed.now += timedelta(hours=24)
    deployed.run(nightly=True)
    assert (october(deployed)["status"], october(deployed)["settled_at"]) == ("settled", "2026-11-25T09:00:00+08:00")
    assert october(deployed)["first_published_at"] == first["first_published_at"]


def test_a_late_event_before_settling_is_no_revision_but_begins_the_wait_anew() -> None:
    deployed = Deployment().put_all(five())
    deployed.run()
    deployed.now += timedelta(hours=23)
    deployed.put(raw_fact("late"))
    deployed.run()
    assert (october(deployed)["decided"], october(deployed)["revision"]) == (6, 0)
    deployed.now += timedelta(hours=20)
    deployed.run(nightly=True)
    assert october(deployed)["status"] == "provisional"


def test_a_late_event_after_settling_is_a_revision_with_number_date_and_reason() -> None:
    deployed = settled()
    before = october(deployed)
    deployed.put(raw_fact("late", due_on="2026-10-02", on_time=False))
    done = deployed.run()
    after = october(deployed)
    assert (after["n"], after["revision"], after["revised_because"]) == (6, 1, "late_events")
    assert after["revised_at"] == "2026-11-24T10:00:00+08:00"
    assert (after["status"], after["settled_at"]) == ("settled", before["settled_at"])
    assert "on_time_rate agency:a1 2026-10" in done.revised
    assert done.revisions == len(done.revised)


def test_a_settled_figure_that_comes_to_nothing_is_revised_and_stays() -> None:
    deployed = settled()
    for raw in five(due_on="2026-10-20", on_time=None, decided_on=None):
        deployed.put(raw | {"agency_days": None, "gross_days": None, "gross_seconds": None})
    deployed.run()
    after = october(deployed)
    assert (after["value"], after["n"], after["decided"], after["revision"]) == (None, 0, 0, 1)
    assert deployed.figures()["backlog", "agency:a1", "2026-10"]["open"] == 5


def test_a_provisional_figure_that_comes_to_nothing_is_taken_away() -> None:
    deployed = Deployment().put_all([raw_fact("c1", decided_on="2026-10-09"), raw_fact("c2")])
    deployed.run()
    deployed.put(raw_fact("c1", decided_on="2026-11-03"))
    deployed.put(raw_fact("c2", decided_on="2026-11-03"))
    deployed.run()
    assert OCTOBER not in deployed.figures()
    assert deployed.figures()["on_time_rate", "agency:a1", "2026-11"]["decided"] == 2


def test_a_case_that_is_reopened_leaves_its_old_cell_and_enters_the_new_one_when_it_ends() -> None:
    deployed = Deployment().put_all(five())
    deployed.run()
    deployed.put(raw_fact("c0", decided_on=None, agency_days=None))
    deployed.run()
    assert october(deployed)["decided"] == 4
    deployed.put(raw_fact("c0", decided_on="2026-11-20"))
    deployed.run()
    assert october(deployed)["decided"] == 4
    assert deployed.figures()["on_time_rate", "agency:a1", "2026-11"]["decided"] == 1
    assert deployed.figures()["on_time_rate", "agency:a1", "all"]["decided"] == 5


def test_a_case_that_goes_to_another_agency_is_counted_there_and_no_longer_here() -> None:
    deployed = Deployment().put_all(five())
    deployed.run()
    deployed.put(raw_fact("c0", agency="a2"))
    deployed.run()
    figures = deployed.figures()
    assert [figures["on_time_rate", f"agency:{a}", "2026-10"]["decided"] for a in ("a1", "a2")] == [4, 1]
    assert figures["on_time_rate", "service:s1", "2026-10"]["decided"] == 5
    assert figures["on_time_rate", "jurisdiction:j1", "2026-10"]["decided"] == 5


def test_a_case_without_a_fact_is_counted_nowhere() -> None:
    deployed = Deployment().put_all(five())
    deployed.run()
    erased: Item = {"fact": b"", "version": 2}
    deployed.table.commit(Update(keys.case("c0"), {**erased, **keys.statistics_mark("c0")}))
    deployed.run()
    assert october(deployed)["decided"] == 4


@pytest.mark.parametrize(
    ("jurisdiction", "status", "through"), [("j1", "provisional", "2026-11-30"), ("boston", "open", "2026-11-30")]
)
def test_a_month_ends_when_it_ends_in_the_jurisdiction_and_not_in_greenwich(
    jurisdiction: str, status: str, through: str
) -> None:
    deployed = Deployment().put_all(five(jurisdiction=jurisdiction, decided_on="2026-11-20"))
    deployed.now = datetime(
        2026, 11, 30, 17, 0, tzinfo=UTC
    )  # 1 December 01:00 in Shanghai, noon of 30 November in Boston
    deployed.run()
    found = deployed.figures()["on_time_rate", "agency:a1", "2026-11"]
    assert (found["status"], found["computed_through"]) == (status, through)


def test_a_deadline_counts_when_its_whole_day_has_passed() -> None:
    deployed = Deployment().put_all([raw_fact("c1", decided_on=None, due_on="2026-11-23")])
    deployed.run()
    assert ("due_kept_rate", "agency:a1", "2026-11") not in deployed.figures()
    assert deployed.figures()["backlog", "agency:a1", "2026-11"]["overdue"] == 0
    deployed.now += timedelta(days=1)
    deployed.run()
    due = deployed.figures()["due_kept_rate", "agency:a1", "2026-11"]
    assert (due["value"], due["late"], due["computed_through"]) == (0, 1, "2026-11-23")
    assert deployed.figures()["backlog", "agency:a1", "2026-11"]["overdue"] == 1


def test_a_clock_that_goes_back_does_not_take_the_figures_with_it() -> None:
    deployed = Deployment().put_all([raw_fact("c1", decided_on=None, due_on="2026-11-22")])
    deployed.run()
    before = deployed.figures()["backlog", "agency:a1", "2026-11"]
    deployed.now -= timedelta(days=3)
    deployed.put(raw_fact("c2", decided_on=None, due_on="2026-11-22"))
    deployed.run()
    after = deployed.figures()["backlog", "agency:a1", "2026-11"]
    assert (after["open"], after["overdue"], after["computed_through"]) == (2, 2, before["computed_through"])


def test_another_calendar_alone_changes_nothing_and_is_named_as_the_reason_of_a_revision() -> None:
    deployed = settled()
    deployed.calendar = "cn-2"
    deployed.put(raw_fact("new", decided_on="2026-11-20"))
    deployed.run()
    assert october(deployed)["calendar"] == "cn-1"
    deployed.put(raw_fact("late"))
    deployed.run()
    assert (october(deployed)["calendar"], october(deployed)["revised_because"]) == ("cn-2", "calendar")


def test_durations_of_fewer_than_five_are_merged_into_the_cell_above() -> None:
    deployed = Deployment().put_all([*five(), raw_fact("x", service="s2"), raw_fact("y", service="s2")])
    deployed.run()
    figures = deployed.figures()
    few = figures["duration", "service:s2", "2026-10"]
    assert (few["value"], few["n"], few["gross_days"]["n"]) == (None, 2, 2)
    assert few["gross_days"]["median"] is None
    assert few["merged_into"] == {"agency": "a1", "period": "2026-10"}
    assert "merged_into" in figures["duration", "service:s1", "2026-10"]  # or the agency's total would give two away
    assert figures["duration", "agency:a1", "2026-10"]["n"] == 7
    assert figures["on_time_rate", "service:s2", "2026-10"]["decided"] == 2


def test_what_protects_others_no_longer_is_given_again_and_says_why_it_changed() -> None:
    deployed = Deployment().put_all([*five("s", service="s1"), *five("t", service="s2")[:3]])
    deployed.run()
    deployed.now += timedelta(days=1)
    deployed.run(nightly=True)
    for raw in five("u", service="s2"):
        deployed.put(raw)
    deployed.run()
    given = deployed.figures()["duration", "service:s1", "2026-10"]
    assert "merged_into" not in given
    assert (given["value"], given["revised_because"]) == (2, "suppression")


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        ("service:s1", {"agency": "a1", "period": "2026-Q4"}),
        ("agency:a1", {"jurisdiction": "j1", "period": "2026-Q4"}),
        ("jurisdiction:j1", {"jurisdiction": "j1", "period": "2026"}),
    ],
)
def test_few_cases_are_merged_one_level_up(node: str, wanted: dict[str, str]) -> None:
    assert merged_into(Node(*node.split(":")), "2026-Q4", "j1", "a1") == wanted


def test_another_definition_is_named_as_the_reason_of_a_revision() -> None:
    before = {"series": "backlog", "n": 1, "calendar": "cn-1", "definition": {"id": "backlog.0"}}
    assert reason(before, {"n": 2}, "cn-1") == "definition"


def test_figures_that_did_not_change_are_not_written_again() -> None:
    deployed = settled()
    before = deployed.bytes_published()
    deployed.put(raw_fact("new", opened_on="2026-11-03", decided_on="2026-11-20"))
    written = len(deployed.table.calls)
    deployed.run()
    after = deployed.bytes_published()
    assert (
        after["FIGURES#agency:a1#on_time_rate", "2026"]["2026-10"]
        == before["FIGURES#agency:a1#on_time_rate", "2026"]["2026-10"]
    )
    assert len(deployed.table.calls) - written < 120
    assert {place for place in after if after[place] != before.get(place)} <= {
        place for place in after if place[1] in ("2026", "all")
    }


def test_a_run_costs_what_changed_and_not_what_is_stored() -> None:
    costs = []
    for stored in (20, 400):
        deployed = Deployment().put_all(
            raw_fact(f"c{number}", service=f"s{number}", agency=f"a{number % 5}") for number in range(stored)
        )
        deployed.run()
        begun = len(deployed.table.calls)
        deployed.put(raw_fact("new", service="s1", agency="a1"))
        deployed.run()
        costs.append(len(deployed.table.calls) - begun)
    assert costs[1] <= costs[0] + 5


def test_a_tally_too_large_for_an_item_is_kept_as_an_object_and_read_back() -> None:
    deployed = Deployment()
    run = deployed.begin()
    run.take_over()
    seconds = (int.from_bytes(sha256(b"%d" % number).digest()[:4]) for number in range(150_000))
    tallied = tally(fact(gross_seconds=value) for value in seconds)
    leaf = leaf_of(fact())
    run.counts.put_leaf(leaf, tallied, "2026-10-01")
    assert deployed.objects.objects
    assert run.counts.leaf_tally(leaf) == tallied


def test_what_waited_when_a_run_began_is_published_when_it_is_over() -> None:
    deployed = settled()
    assert deployed.as_of() == deployed.instant
