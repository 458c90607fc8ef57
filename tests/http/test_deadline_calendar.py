"""One calendar of what the public can still do and is owed: three lists read as one, page by page, nothing passed over."""

from datetime import date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.routes import deadline_calendar
from tests.draft_world import DraftWorld
from tests.hearing_world import NOTICE
from tests.rule_world import publish_rule
from tests.world import AUTHORITY

CONTENT = {
    "agency": "bureau",
    "title": {"zh": "意见反馈，" + "长" * 60},
    "about": [{"kind": "enquiries"}],
    "due_on": "2026-12-31",
    "channels": [{"kind": "website"}],
}
REPORT = {"act": "announce", "content": CONTENT}


@pytest.fixture
def world() -> DraftWorld:
    """Return a deployment with a draft open for comment, one with a hearing, a rule due for review and a promised report."""
    world = DraftWorld().begin()
    world.key("traffic-clerk", "traffic", "Hu", ["clerk"])
    world.open("d1", "2026-12-20")
    world.open("d2", "2026-11-30")
    world.act("disclosures", "d2", 4, NOTICE, "bureau-clerk")
    publish_rule(world, "r1", review_due_on="2026-12-15")
    publish_rule(world, "r2", review_due_on="2026-11-01")
    world.act("feedback", "f1", 1, REPORT, "bureau-clerk")
    world.log()
    return world


def read(world: DraftWorld, query: str = "") -> dict[str, Any]:
    """Return the events of every page of the calendar by what names them, each read once."""
    answer = world.get("/feeds/deadlines.ics", query)
    assert answer.status == 200, answer.body
    headers = dict(answer.headers)
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.body.split(b"\r\n"))
    found = {str(event["UID"]): event for event in Calendar.from_ical(answer.body).walk("VEVENT")}
    link = headers.get("Link")
    if link is not None:
        further = read(world, link.partition("?")[2].partition(">")[0])
        assert not found.keys() & further.keys()
        found |= further
    return found


def starts(world: DraftWorld, query: str = "") -> dict[str, date | datetime]:
    """Return when each event begins, by its name without the authority."""
    told = read(world, query)
    assert all(name.endswith(f"@{AUTHORITY}") for name in told)
    return {name.rpartition("@")[0]: event["DTSTART"].dt for name, event in told.items()}


def test_what_can_still_be_done_and_what_is_owed_stand_in_one_calendar(world: DraftWorld) -> None:
    found = starts(world)
    due = world.json("/v1/disclosures/d2")["consultations"][0]["response_due_on"]
    assert found == {
        "deadline-consultation-d2-1": date(2026, 11, 30),
        "deadline-registration-water-1": datetime.fromisoformat("2026-12-10T18:00:00+08:00"),
        "deadline-owed-rule-r1": date(2026, 12, 15),
        "deadline-consultation-d1-1": date(2026, 12, 20),
        "hearing-water-1": datetime.fromisoformat("2026-12-28T09:00:00+08:00"),
        "deadline-owed-feedback-f1": date(2026, 12, 31),
        "deadline-owed-disclosure-d2": date.fromisoformat(due),
    }, "of the answer on d1 no calendar can tell the day yet"


def test_it_is_narrowed_by_agency_or_jurisdiction_and_by_nothing_else(world: DraftWorld) -> None:
    assert starts(world, "jurisdiction=guangan") == starts(world, "agency=bureau") == starts(world)
    assert starts(world, "agency=traffic") == {}
    answer = world.get("/feeds/deadlines.ics", "agency=bureau&jurisdiction=guangan")
    assert answer.json()["errors"][0]["code"] == "filter_combination_unavailable"


def test_a_day_stands_until_it_is_over_and_what_is_done_stands_no_longer(world: DraftWorld) -> None:
    world.now = datetime.fromisoformat("2026-12-15T23:59:59+08:00")
    assert "deadline-owed-rule-r1" in starts(world)
    assert "deadline-registration-water-1" not in starts(world)
    world.now = datetime.fromisoformat("2026-12-16T00:00:00+08:00")
    assert "deadline-owed-rule-r1" not in starts(world)
    world.act("feedback", "f1", 2, {"act": "withdraw", "reason": {"zh": "改为月报"}}, "bureau-clerk")
    world.log()
    assert "deadline-owed-feedback-f1" not in starts(world)


def test_an_answer_to_comments_is_owed_after_they_closed_until_it_is_given(world: DraftWorld) -> None:
    due = world.json("/v1/disclosures/d2")["consultations"][0]["response_due_on"]
    world.now = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    assert starts(world)["deadline-owed-disclosure-d2"] == date.fromisoformat(due)
    answer = {"act": "respond_to_comments", "round": 1, "summary": {"zh": "未收到意见"}, "groups": []}
    world.act("disclosures", "d2", 5, answer, "bureau-clerk")
    world.log()
    assert "deadline-owed-disclosure-d2" not in starts(world)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_any_size_hold_what_one_page_holds(
    world: DraftWorld, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):  # one instant, one id, several kinds: told apart by where they stand
        publish_rule(world, f"f{number}", review_due_on="2026-12-31")
        world.act("feedback", f"f{number + 2}", 1, REPORT, "bureau-clerk")
    world.log()
    whole = starts(world)
    monkeypatch.setattr(deadline_calendar, "CALENDAR_LIMIT", limit)
    assert starts(world) == whole
    assert len(whole) >= 12


def test_an_event_moves_in_the_place_of_being_added_again(world: DraftWorld) -> None:
    name = f"deadline-consultation-d1-1@{AUTHORITY}"
    before = read(world)[name]
    extended = {"act": "extend_consultation", "last_day": "2026-12-24", "reason": {"zh": "延长"}}
    world.act("disclosures", "d1", 4, extended, "bureau-clerk")
    world.log()
    after = read(world)[name]
    assert after["DTSTART"].dt == date(2026, 12, 24)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt


def test_a_page_is_three_queries_side_by_side(world: DraftWorld) -> None:
    world.memory.calls.clear()
    assert world.get("/feeds/deadlines.ics").status == 200
    assert [call for call, _ in world.memory.calls] == ["query"] * 3
