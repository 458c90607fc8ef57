"""Where a case was taken in, whether it was settled there, and how a window that only forwards shows."""

from typing import Any

import orjson
import pytest

from chalicelib.domain.statistics.facts import Fact, read_fact
from chalicelib.jobs import publish_statistics
from chalicelib.store import keys
from tests.case_world import CaseWorld

HALL = {"centre": "hall", "window": "w1"}
EAST = {"centre": "east", "window": "w1"}


def happened(name: str, at: str, **members: Any) -> dict[str, Any]:
    """Return an event."""
    return {"event": name, "occurred_at": f"2026-11-{at}:00+08:00", **members}


def received(place: Any = HALL, at: str = "16T09:00") -> dict[str, Any]:
    return happened("received", at, channel="window", **({"place": place} if place else {}))


def accepted(place: Any = None, at: str = "16T10:00") -> dict[str, Any]:
    return happened("accepted", at, **({"place": place} if place else {}))


def entered(place: Any, at: str = "17T09:00") -> dict[str, Any]:
    return happened("stage_entered", at, stage="review", **({"place": place} if place else {}))


def handed(at: str = "17T10:00", **to: Any) -> dict[str, Any]:
    return happened("handed_over", at, to=to or {"post": {"zh": "审批科"}})


DECIDED = happened("decided", "18T09:00", outcome="granted")
LATER = [happened("visited", "19T09:00", place=EAST), handed("19T10:00", agency="other")]
STORIES: dict[str, tuple[list[dict[str, Any]], tuple[Any, ...]]] = {
    "settled where it was taken in": ([received(), accepted(), DECIDED], ("hall", "w1", True, 0, 1)),
    "the acceptance says where": ([received(EAST), accepted(HALL), DECIDED], ("hall", "w1", True, 0, 1)),
    "taken in nowhere that is named": ([received(None), accepted(), DECIDED], (None, None, None, 0, 1)),
    "sent on to an agency's office": (
        [received(), accepted(), entered({"agency": "other"}), DECIDED],
        ("hall", "w1", False, 0, 1),
    ),
    "sent on to another centre": ([received(), accepted(), entered(EAST), DECIDED], ("hall", "w1", False, 0, 1)),
    "back again": (
        [received(), accepted(), entered({"agency": "other"}), entered(HALL, "17T16:00"), DECIDED],
        ("hall", "w1", True, 0, 1),
    ),
    "a stage without a place": ([received(), accepted(), entered(None), DECIDED], ("hall", "w1", True, 0, 1)),
    "handed over to another post of the centre": (
        [received(), accepted(), handed(), DECIDED],
        ("hall", "w1", True, 1, 1),
    ),
    "handed over to another agency": (
        [received(), accepted(), handed(agency="other"), DECIDED],
        ("hall", "w1", False, 1, 1),
    ),
    "what comes after the decision moves nothing, and a visit is a visit": (
        [received(), accepted(), DECIDED, *LATER],
        ("hall", "w1", True, 0, 2),
    ),
    "not decided yet": ([received(), accepted(), handed(agency="other")], ("hall", "w1", None, 1, 1)),
}


@pytest.fixture(scope="module")
def told() -> CaseWorld:
    """Return a deployment with a case for each story, and the statistics of all of them."""
    world = CaseWorld().begin()
    for number, (events, _) in enumerate(STORIES.values()):
        world.register(f"c{number}")
        for place, event in enumerate(events):
            assert world.event(f"c{number}", f"e{place}", event).status == 201
    for number in range(3):  # a window that takes in and never settles
        world.register(f"f{number}")
        events = [received({"centre": "hall", "window": "w9"}), accepted(), handed(agency="other"), DECIDED]
        for place, event in enumerate(events):
            assert world.event(f"f{number}", f"e{place}", event).status == 201
    publish_statistics.run(world.wired, nightly=True)
    return world


def fact(world: CaseWorld, case_no: str) -> Fact:
    """Return what is counted of a case."""
    raw = world.memory.items[keys.case(case_no)]["fact"]
    assert isinstance(raw, bytes)
    return read_fact(raw)


@pytest.mark.parametrize("name", STORIES)
def test_a_case_is_where_its_events_last_placed_it(told: CaseWorld, name: str) -> None:
    found = fact(told, f"c{list(STORIES).index(name)}")
    assert (found.centre, found.window, found.settled, found.hand_overs, found.visits) == STORIES[name][1]


def test_the_order_in_which_events_arrive_changes_nothing(told: CaseWorld) -> None:
    world = CaseWorld().begin()
    for number, (events, _) in enumerate(STORIES.values()):
        world.register(f"c{number}")
        for place, event in reversed(list(enumerate(events))):
            world.event(f"c{number}", f"e{place}", event)
        assert fact(world, f"c{number}") == fact(told, f"c{number}")


def figure(world: CaseWorld, series: str, cell: str) -> dict[str, Any]:
    """Return the figure of all periods."""
    world.restart()
    (found,) = world.json(f"/v1/statistics/{series}", f"{cell}&period=all")["items"]
    return dict(found)


def test_a_window_that_only_forwards_shows(told: CaseWorld) -> None:
    found = figure(told, "settled_at_centre_rate", "centre=hall")
    assert (found["n"], found["numerator"], found["forwarded"]) == (12, 6, 6)
    assert found["cell"] == {"centre": "hall"}
    windows = {row["window"]: row for row in found["windows"]}
    assert {name: row["only_forwards"] for name, row in windows.items()} == {"w1": False, "w9": True}
    assert (windows["w9"]["taken_in"], windows["w9"]["settled"], windows["w9"]["hand_overs"]) == (3, 0, 3)
    agencies = figure(told, "settled_at_centre_rate", "agency=bureau")
    assert (agencies["decided"], agencies["n"], agencies["windows"]) == (13, 12, found["windows"])


def test_hand_overs_and_visits_are_counted_per_case(told: CaseWorld) -> None:
    passed_on = figure(told, "hand_overs", "centre=hall")
    assert (passed_on["n"], passed_on["numerator"], passed_on["handed_over"]) == (12, 5, 5)
    assert passed_on["value"] == round(5 / 12, 6)
    came = figure(told, "visits", "service=s1")
    assert (came["n"], came["numerator"], came["visited"]) == (13, 14, 13)


def test_a_centre_has_no_other_series_and_one_that_no_case_names_has_none(told: CaseWorld) -> None:
    told.restart()
    assert told.json("/v1/statistics/duration", "centre=hall")["items"] == []
    assert told.json("/v1/statistics/hand_overs", "centre=east")["items"] == []


def test_a_correction_moves_a_case_from_one_centre_to_another() -> None:
    world = CaseWorld().begin()
    world.register("c1")
    for place, event in enumerate([received(), accepted(), DECIDED]):
        world.event("c1", f"e{place}", event)
    publish_statistics.run(world.wired, nightly=True)
    assert figure(world, "hand_overs", "centre=hall")["n"] == 1
    corrected = happened("corrected_event", "20T09:00", corrects="e0", replacement=received(EAST))
    assert world.event("c1", "e9", corrected).status == 201
    publish_statistics.run(world.wired, nightly=True)
    assert figure(world, "hand_overs", "centre=east")["n"] == 1
    assert world.json("/v1/statistics/hand_overs", "centre=hall")["items"] == []


def test_a_fact_that_was_written_before_centres_were_counted_is_read() -> None:
    old = dict.fromkeys(Fact._fields[: -len(Fact._field_defaults)])
    found = read_fact(orjson.dumps(old))
    assert (found.centre, found.hand_overs, found.visits) == (None, 0, 0)
