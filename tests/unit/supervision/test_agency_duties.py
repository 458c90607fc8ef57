"""What an agency owes as a whole: looked at each local day against what it holds publicly."""

from typing import Any

import pytest

from chalicelib.domain.agency_duties import duties
from chalicelib.domain.catalogue import SERIES
from chalicelib.domain.duties import mandatory_categories
from chalicelib.domain.records import Holding, Ref
from chalicelib.store import keys
from tests.unit.supervision.owing import OwingWorld

MONTHLY: dict[str, Any] = {"cadence": "regular", "schedule": {"series": "monthly", "next_due_on": "2026-12-10"}}


@pytest.fixture
def world() -> OwingWorld:
    return OwingWorld().begin()


def of_bureau(world: OwingWorld, rule: str) -> list[tuple[str, str, str]]:
    return [told[2:] for told in world.owed_by_agencies() if told[:2] == ("bureau", rule)]


def why_lifted(world: OwingWorld) -> list[str]:
    return [state["lifted"]["reason"] for state in world.duty_cards().values() if state["stage"] == "lifted"]


def test_every_category_that_binds_a_level_is_owed_twenty_working_days_after_its_registration(
    world: OwingWorld,
) -> None:
    world.at("2026-12-21T23:59:59+08:00").clock()
    assert world.owed_by_agencies() == []
    world.at("2026-12-22T00:00:00+08:00").clock()
    assert of_bureau(world, "mandatory_category") == [
        ("budgets_and_accounts", "2026-12-21", "raised"),
        ("functions_and_contacts", "2026-12-21", "raised"),
    ]
    root = [of for agency, _, of, _, _ in world.owed_by_agencies() if agency == "guangan"]
    assert root == sorted(mandatory_categories("cn", "county"))


def test_what_is_disclosed_and_logged_is_found_the_next_day_and_what_is_withdrawn_is_owed_again_at_once(
    world: OwingWorld,
) -> None:
    world.at("2026-12-22T00:00:00+08:00").clock()
    world.at("2026-12-22T09:00:00+08:00").submit("d1", category="budgets_and_accounts")
    world.show("d1")
    world.log()
    world.at("2026-12-23T00:00:00+08:00").clock()
    lifted = ("budgets_and_accounts", "2026-12-21", "lifted")
    assert lifted in of_bureau(world, "mandatory_category")
    withdrawal = {"act": "withdraw", "reason": {"zh": "误报"}}
    world.put("/v1/intake/disclosures/d1/acts/4", withdrawal, "bureau-clerk")
    world.log()
    world.at("2026-12-24T00:00:00+08:00").clock()
    assert ("budgets_and_accounts", "2026-12-21", "raised") in of_bureau(world, "mandatory_category")


def test_a_series_is_late_when_the_day_that_its_newest_item_names_has_passed(world: OwingWorld) -> None:
    world.submit("m1", **MONTHLY)
    world.show("m1")
    world.log()
    world.at("2026-12-10T23:59:59+08:00").clock()
    world.at("2026-12-11T00:00:00+08:00").clock()
    assert of_bureau(world, "cadence") == [("monthly", "2026-12-10", "raised")]
    world.at("2026-12-11T09:00:00+08:00").submit(
        "m2", cadence="regular", schedule={"series": "monthly", "next_due_on": "2027-01-10"}
    )
    world.show("m2")
    world.log()
    world.at("2026-12-12T00:00:00+08:00").clock()
    assert of_bureau(world, "cadence") == [("monthly", "2026-12-10", "lifted")]
    assert why_lifted(world) == ["done"]


def test_a_series_whose_day_is_put_off_by_a_correction_is_owed_by_another_day_and_not_done(world: OwingWorld) -> None:
    world.submit("m1", **MONTHLY)
    world.show("m1")
    world.log()
    world.at("2026-12-11T00:00:00+08:00").clock()
    put_off = {"cadence": "regular", "schedule": {"series": "monthly", "next_due_on": "2026-12-31"}}
    world.submit("m1", 4, **put_off)
    assert world.show("m1", 5, "correct", reason={"zh": "更正日期"}).status == 201
    world.log()
    world.at("2026-12-12T00:00:00+08:00").clock()
    assert why_lifted(world) == ["no_longer_owed"]


def test_the_last_of_a_series_ends_it(world: OwingWorld) -> None:
    world.submit("m1", **MONTHLY)
    world.show("m1")
    world.submit("m2", cadence="phased", schedule={"series": "monthly", "last": True})
    world.show("m2")
    world.log()
    world.at("2026-12-12T00:00:00+08:00").clock()
    assert of_bureau(world, "cadence") == []


def test_an_agency_that_has_ended_owes_nothing_and_is_looked_at_no_more(world: OwingWorld) -> None:
    world.at("2026-12-22T00:00:00+08:00").clock()
    assert world.put("/v1/intake/agencies/bureau/acts/2", {"act": "dissolve", "reason": {"zh": "撤并"}}).status == 201
    world.clock()
    assert {stage for *_, stage in of_bureau(world, "mandatory_category")} == {"lifted"}
    assert "clock_sk" not in world.memory.items[keys.duties("agency", "bureau")]


def test_the_annual_report_is_owed_for_every_year_since_the_registration() -> None:
    state = {
        "stage": "registered",
        "calendar": "cn",
        "time_zone": "Asia/Shanghai",
        "registered_on": "2024-06-03",
        "content": {"level": "department"},
    }

    def owed(today: str, *years: int) -> list[tuple[str, str | None]]:
        held = [Holding("annual_report", Ref("disclosure", f"r{year}"), "", {"year": year}) for year in years]
        found = duties("bureau", state, held, today)
        return [(duty.of, duty.due_on) for duty in found if duty.rule == "annual_report"]

    assert owed("2024-12-31") == []
    assert owed("2025-01-01") == [("2024", "2025-01-31")]
    assert owed("2026-03-01", 2024) == [("2025", "2026-01-31")]
    assert owed("2026-03-01", 2025) == [("2024", "2025-01-31")]
    assert owed("2026-03-01", 2024, 2025) == []
    township = {**state, "content": {"level": "township"}}
    assert not [duty for duty in duties("town", township, [], "2026-03-01") if duty.rule == "annual_report"]


def test_where_no_law_is_known_an_agency_owes_nothing() -> None:
    state = {
        "stage": "registered",
        "calendar": "us-boston",
        "time_zone": "America/New_York",
        "registered_on": "2015-01-05",
        "content": {"level": "city"},
    }
    late = Holding(
        SERIES,
        Ref("disclosure", "d"),
        "",
        {"series": "s", "disclosed_at": "2015-01-02T15:00:00.000Z", "next_due_on": "2015-02-02"},
    )
    assert duties("boston", state, [late], "2017-01-02") == ()
