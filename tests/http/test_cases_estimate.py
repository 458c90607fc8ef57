"""The estimate: what was measured of the service, beside the promise and never in its place."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.domain.cases.estimates import estimate_of
from chalicelib.errors import UnavailableError
from chalicelib.jobs import publish_statistics
from tests.case_world import ACCEPTED, DECIDED, CaseWorld, happened, registered

DAYS = (1, 2, 2, 3, 5, 8)
"""Working days from acceptance to decision of October's cases."""


@pytest.fixture
def world() -> CaseWorld:
    """Return a deployment."""
    return CaseWorld().begin()


def publish(world: CaseWorld, days: tuple[int, ...] = DAYS, prefix: str = "old") -> None:
    """Take in cases that were decided in October, and publish what follows."""
    lines: list[Any] = []
    for number, taken in enumerate(days):
        case_no, opened = f"{prefix}-{number}", date(2026, 10, 12)
        ended = opened + timedelta(days=taken + (2 if taken > 4 else 0))
        lines.append(registered(case_no))
        lines.append(happened(case_no, "e1", {**ACCEPTED, "occurred_at": f"{opened}T10:00:00+08:00"}))
        lines.append(happened(case_no, "e2", {**DECIDED, "occurred_at": f"{ended}T10:00:00+08:00"}))
    assert world.batch(lines).status == 200
    publish_statistics.run(world.wired, nightly=True)


def test_an_open_case_says_how_long_such_cases_took_and_that_it_is_no_promise(world: CaseWorld) -> None:
    publish(world)
    _, token = world.opened("c1")
    world.event("c1", "e1", ACCEPTED)
    found = world.status("c1", token).json()
    assert found["estimate"] == {
        "median": 2.5,
        "p80": 5,
        "n": 6,
        "unit": "working_day",
        "period": "2026-10",
        "measured": "agency_clock",
        "sentence": {
            "zh": "2026年10月办结的6件中，一半在2.5个工作日内办结，八成在5个工作日内办结（不含依法停止计时的时间）。这是实际用时，不是承诺。",
            "en": "Of 6 cases decided in October 2026, half took at most 2.5 working days and four in five at most 5, not counting the "
            "days on which the clock stood still. This was measured; it is not a promise.",
        },
    }
    assert found["deadline"]["limit"] == {"value": 5, "unit": "working_day"}
    world.event("c1", "e2", DECIDED)
    assert "estimate" not in world.status("c1", token).json(), "a case that is decided needs none"


def test_it_is_the_published_figure(world: CaseWorld) -> None:
    publish(world)
    (figure,) = world.json("/v1/statistics/duration", "service=s1&period=2026-10")["items"]
    assert estimate_of([figure]) == {
        **{name: figure["agency_clock"][name] for name in ("median", "p80", "n")},
        "unit": "working_day",
        "period": "2026-10",
        "measured": "agency_clock",
    }


def test_of_fewer_than_five_cases_nothing_is_said(world: CaseWorld) -> None:
    publish(world, DAYS[:4])
    _, token = world.opened("c1")
    assert "estimate" not in world.status("c1", token).json()


def test_a_service_is_looked_up_once_in_five_minutes_and_only_for_who_holds_a_token(world: CaseWorld) -> None:
    publish(world)
    tokens = {case_no: world.opened(case_no)[1] for case_no in ("c1", "c2")}
    world.memory.calls.clear()
    assert world.status("c1", "v1.1.1.x").status == 401
    assert world.memory.calls == []
    assert world.status("c1", tokens["c1"]).status == 200
    assert [call for call, _ in world.memory.calls] == ["get", "get"], "the case, and its service's durations"
    world.memory.calls.clear()
    world.pass_time(minutes=4)
    etag = str(world.status("c2", tokens["c2"]).header("etag"))
    assert [call for call, _ in world.memory.calls] == ["get"]
    publish(world, (4,) * 6, prefix="late")
    assert world.status("c2", tokens["c2"], If_None_Match=etag).status == 304
    world.pass_time(minutes=5)
    assert world.status("c2", tokens["c2"]).json()["estimate"]["n"] == 12


def test_among_many_the_services_are_looked_up_together(world: CaseWorld) -> None:
    publish(world)
    world.service("s2", limits={})
    tokens = {case_no: world.opened(case_no)[1] for case_no in ("c1", "c2")}
    code = world.register("c3", service="s2", access="code").json()["query_code"]
    tokens["c3"] = world.exchange("c3", code).json()["token"]
    world.memory.calls.clear()
    answer = world.many({"cases": [{"case_no": case_no, "token": token} for case_no, token in tokens.items()]})
    assert [call for call, _ in world.memory.calls] == ["get_many", "get_many", "get"]
    shown = [entry["case"].get("estimate", {}).get("n") for entry in answer.json()["cases"]]
    assert shown == [6, 6, None]


def test_a_status_does_not_fail_when_the_figures_cannot_be_read(world: CaseWorld) -> None:
    publish(world)
    _, token = world.opened("c1")

    def fail(moment: str, call: str, detail: Any) -> None:
        if moment == "before" and "FIGURES" in str(detail):
            raise UnavailableError

    world.memory.hook = fail
    answer = world.status("c1", token)
    assert answer.status == 200
    assert "estimate" not in answer.json()
    world.memory.hook = lambda moment, call, detail: None
    world.pass_time(minutes=5)
    assert world.status("c1", token).json()["estimate"]["n"] == 6


def test_what_is_still_fresh_is_answered_when_room_is_made_for_others(world: CaseWorld) -> None:
    from chalicelib.store.estimates import MOST

    publish(world)
    estimates = world.wired.estimates
    before = estimates.of(["s1"], world.now)
    assert before
    estimates.of([f"n{number}" for number in range(MOST - 1)], world.now)
    assert estimates.of(["s1", "one-more"], world.now) == before


def test_memory_for_estimates_is_bounded(world: CaseWorld) -> None:
    from chalicelib.store.estimates import MOST

    for start in range(0, 3 * MOST, 100):
        world.wired.estimates.of([f"s{number}" for number in range(start, start + 100)], world.now)
        assert len(world.wired.estimates._known) <= MOST


def figure(period: str, n: int = 9, status: str = "settled", **members: Any) -> dict[str, Any]:
    """Return the part of a duration figure that counts here; its median is the period's first digit of the month."""
    spread = {"n": n, "median": 3.0 if n >= 5 else None, "p80": 5.0 if n >= 5 else None, "p90": None, "mean": None}
    return {"period": period, "status": status, "agency_clock": spread, **members}


@pytest.mark.parametrize(
    ("figures", "period"),
    [
        ([figure("2026-09"), figure("2026-10"), figure("2026-Q3")], "2026-10"),
        ([figure("2026-09", n=4), figure("2026-Q3"), figure("2026-08")], "2026-Q3"),
        ([figure("2025-12"), figure("2025-Q4"), figure("2025")], "2025-12"),
        ([figure("2025-12", n=2), figure("2025-Q4", n=3), figure("2025")], "2025"),
        ([figure("2026-10", status="provisional"), figure("2026-11", status="open")], "2026-10"),
        ([figure("2026-10", merged_into={"agency": "bureau"}), figure("2026-09")], "2026-09"),
        ([figure("2026-10", n=4)], None),
        ([], None),
    ],
)
def test_the_newest_period_that_has_ended_and_says_something_counts(
    figures: list[dict[str, Any]], period: str | None
) -> None:
    found = estimate_of(figures)
    assert (found["period"] if found else None) == period
