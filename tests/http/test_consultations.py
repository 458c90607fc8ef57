"""Consultations that are open now: listed soonest closing first by one query, to the second, and as calendars."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib.routes import consultations
from tests.draft_world import DraftWorld

OTHER = {"agency": "traffic", "category": "livelihood"}
CLOSES = "2026-12-20T16:00:00+00:00"


@pytest.fixture
def world() -> DraftWorld:
    """Return a deployment with three drafts: open, open and closing sooner, and announced for later."""
    world = DraftWorld().begin()
    world.key("traffic-clerk", "traffic", "Hu", ["clerk"])
    world.open("d1", "2026-12-20")
    world.open("d2", "2026-12-10")
    world.open("d3", "2026-12-31", opens_on="2026-12-05")
    world.log()
    return world


def ids(world: DraftWorld, query: str = "") -> list[str]:
    """Return the ids of a page."""
    return [item["id"] for item in world.json("/v1/consultations", query)["items"]]


def at(world: DraftWorld, instant: str, **more: float) -> None:
    """Set the clock."""
    world.now = datetime.fromisoformat(instant) + timedelta(**more)


def test_what_is_open_now_is_listed_soonest_closing_first_and_says_until_when_and_how(world: DraftWorld) -> None:
    page = world.json("/v1/consultations")
    assert [item["id"] for item in page["items"]] == ["d2", "d1"]
    item = page["items"][1]
    assert item["is_open"] is True
    assert item["closes_at"] == "2026-12-21T00:00:00+08:00"
    assert item["last_day"] == "2026-12-20"
    assert item["comments"] == "/v1/disclosures/d1/comments"
    assert item["calendar"] == "/v1/disclosures/d1/consultation.ics"
    assert page["as_of"]["register_index"] is not None


def test_it_leaves_the_list_at_its_closing_instant_and_not_a_millisecond_before(world: DraftWorld) -> None:
    at(world, CLOSES, milliseconds=-1)
    assert ids(world) == ["d1", "d3"]
    at(world, CLOSES)
    assert ids(world) == ["d3"]


def test_one_that_begins_later_is_upcoming_until_its_first_instant(world: DraftWorld) -> None:
    assert ids(world, "state=upcoming") == ["d3"]
    at(world, "2026-12-04T16:00:00+00:00", milliseconds=-1)
    assert ids(world, "state=upcoming") == ["d3"]
    assert "d3" not in ids(world)
    at(world, "2026-12-04T16:00:00+00:00")
    assert ids(world, "state=upcoming") == []
    assert ids(world) == ["d2", "d1", "d3"]


def test_filters_are_lists_of_their_own_and_together_are_asked_of_the_read_model(world: DraftWorld) -> None:
    world.open("d4", "2026-12-15", content={"category": "livelihood"})
    world.log()
    assert ids(world, "category=livelihood") == ["d4"]
    assert ids(world, "agency=bureau") == ["d2", "d4", "d1"]
    assert ids(world, "jurisdiction=guangan") == ["d2", "d4", "d1"]
    assert ids(world, "agency=traffic") == []
    world.index()
    assert ids(world, "agency=bureau&category=livelihood") == ["d4"]
    assert ids(world, "agency=bureau,traffic&jurisdiction=guangan") == ["d2", "d4", "d1"]
    assert ids(world, "agency=guangan&subtree=true") == ["d2", "d4", "d1"]
    assert ids(world, "state=upcoming&agency=bureau&jurisdiction=guangan") == ["d3"]
    counted = world.json("/v1/consultations", "count=true&facets=category&limit=1")
    assert counted["count"] == {"value": 3, "relation": "exact"}
    assert {"value": "livelihood", "count": 1} in counted["facets"]["category"]
    assert ids(world, f"cursor={counted['next']}") == ["d4", "d1"]
    at(world, CLOSES)
    assert ids(world, "agency=bureau&jurisdiction=guangan") == ids(world) == ["d3"]


def test_what_is_withdrawn_or_adopted_is_gone_and_what_is_extended_has_moved(world: DraftWorld) -> None:
    extension = {"act": "extend_consultation", "last_day": "2026-12-25", "reason": {"zh": "延长"}}
    world.act("disclosures", "d2", 4, extension, "bureau-clerk")
    world.log()
    assert ids(world) == ["d1", "d2"]
    world.act("disclosures", "d1", 4, {"act": "withdraw", "reason": {"zh": "撤回"}}, "bureau-clerk")
    world.log()
    assert ids(world) == ["d2"]


def test_a_page_is_one_query_and_paging_loses_nothing_while_some_close(world: DraftWorld) -> None:
    for number in range(10, 35):
        world.open(f"e{number}", f"2026-12-{number % 20 + 10:02d}")
    world.log()
    world.get("/v1/consultations")  # the register's head is read once in ten seconds
    calls: list[str] = []
    world.memory.hook = lambda moment, call, detail: calls.append(call) if moment == "before" else None
    whole = ids(world, "limit=100")
    assert calls == ["query"]
    seen: list[str] = []
    query = "limit=7"
    while True:
        page = world.json("/v1/consultations", query)
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        query = f"limit=7&cursor={page['next']}"
        at(world, "2026-12-09T16:00:00+00:00")  # the first of the list have closed meanwhile
    assert len(seen) == len(set(seen))
    assert set(whole) - set(seen) <= set(whole[:3])
    closing = [item["closes_at"] for item in world.json("/v1/consultations", "limit=100")["items"]]
    assert all(sooner <= later for sooner, later in pairwise(closing))


def events(world: DraftWorld, path: str, query: str = "") -> list[Any]:
    """Return the events of a calendar as another program reads them."""
    answer = world.get(path, query)
    assert answer.status == 200, answer.body
    assert dict(answer.headers)["Content-Type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.body.split(b"\r\n"))
    return list(Calendar.from_ical(answer.body).walk("VEVENT"))


def test_the_calendar_of_what_is_open_says_exactly_when_in_both_languages(world: DraftWorld) -> None:
    second, first = events(world, "/v1/consultations.ics")
    assert str(first["UID"]) == "consultation-d1-1@127.0.0.1:8000"
    assert first["URL"] == "http://127.0.0.1:8000/v1/disclosures/d1"
    assert first["DTEND"].dt == datetime.fromisoformat(CLOSES)
    assert str(first["SUMMARY"]) == "征求意见 Consultation: 停车收费调整方案（征求意见稿）"
    assert "最后一日 2026-12-20（含当日），2026-12-21T00:00:00+08:00 截止。" in str(first["DESCRIPTION"])
    assert str(second["UID"]).startswith("consultation-d2-")
    assert events(world, "/v1/consultations.ics", "agency=traffic") == []
    (upcoming,) = events(world, "/v1/consultations.ics", "state=upcoming")
    assert upcoming["DTSTART"].dt == datetime.fromisoformat("2026-12-04T16:00:00+00:00")


def test_the_calendar_of_a_draft_moves_its_event_with_an_extension_and_cancels_it_on_withdrawal(
    world: DraftWorld,
) -> None:
    path = "/v1/disclosures/d1/consultation.ics"
    (before,) = events(world, path)
    extension = {"act": "extend_consultation", "last_day": "2026-12-25", "reason": {"zh": "延长"}}
    world.act("disclosures", "d1", 4, extension, "bureau-clerk")
    world.log()
    (moved,) = events(world, path)
    assert moved["UID"] == before["UID"]
    assert moved["SEQUENCE"] > before["SEQUENCE"]
    assert moved["DTEND"].dt - before["DTEND"].dt == timedelta(days=5)
    world.act("disclosures", "d1", 5, {"act": "withdraw", "reason": {"zh": "撤回"}}, "bureau-clerk")
    world.log()
    (gone,) = events(world, path)
    assert (gone["UID"], str(gone["STATUS"])) == (before["UID"], "CANCELLED")
    assert gone["SEQUENCE"] > moved["SEQUENCE"]
    assert "停车" not in str(gone["SUMMARY"])


def test_a_draft_that_was_never_put_to_the_public_has_no_calendar(world: DraftWorld) -> None:
    world.disclose("plain")
    world.log()
    assert world.get("/v1/disclosures/plain/consultation.ics").status == 404
    assert world.get("/v1/disclosures/none/consultation.ics").status == 404


def test_a_calendar_of_many_is_whole(world: DraftWorld) -> None:
    for number in range(105):
        world.open(f"many-{number}", "2026-12-20")
    world.log()
    found = events(world, "/v1/consultations.ics")
    assert len({str(event["UID"]) for event in found}) == 107


def test_a_calendar_of_more_than_it_holds_reads_so_many_pages_and_names_the_one_that_goes_on(
    world: DraftWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consultations, "CALENDAR_PAGE", 1)
    monkeypatch.setattr(consultations, "CALENDAR_PAGES", 1)
    found, query = [], ""
    for _ in range(3):  # the third page holds the draft that opens later
        answer = world.get("/v1/consultations.ics", query)
        found.append([str(event["UID"])[:15] for event in Calendar.from_ical(answer.body).walk("VEVENT")])
        link = dict(answer.headers).get("Link", "")
        query = link.partition("?")[2].partition(">")[0]
    assert found == [["consultation-d2"], ["consultation-d1"], []]
    assert link == ""
