"""When tracks that run side by side stand still together: against a count of single cells, in days and in hours."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.clock import Stop, Track, stopped_together

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 2, 10, tzinfo=CHINA)


def day(number: int, hour: int = 10) -> datetime:
    """Return an hour of a day."""
    return MONDAY.replace(hour=hour) + timedelta(days=number)


def stop(since: int, until: int | None, expected: int | None = None) -> Stop:
    """Return a stop from day to day."""
    told = None if expected is None else day(expected).date()
    return Stop(day(since), None if until is None else day(until), "inspection", None, told)


def together(*tracks: Track, besides: tuple[Stop, ...] = ()) -> list[tuple[str, str | None]]:
    """Return the ranges of days, the last day of each not in it."""
    found = stopped_together(tracks, "day", CHINA, "all_branches", besides)
    return [(str(each.since)[:10], str(each.until)[:10] if each.until else None) for each in found]


def test_only_days_on_which_every_open_track_is_stopped_are_off() -> None:
    one, other = Track(day(0), day(9), (stop(2, 6),)), Track(day(0), day(9), (stop(4, 8),))
    assert together(one) == [("2026-03-04", "2026-03-08")]
    assert together(one, other) == [("2026-03-06", "2026-03-08")]


def test_a_track_is_open_on_the_day_of_its_beginning_and_through_its_last_day() -> None:
    stopped = Track(day(0), None, (stop(1, None),))
    assert together(stopped, Track(day(3), day(5))) == [("2026-03-03", "2026-03-05"), ("2026-03-08", None)]


def test_where_no_track_is_open_nothing_stands_still() -> None:
    assert together() == []
    assert together(Track(day(0), day(2)), Track(day(6), day(8), (stop(0, 20),))) == [("2026-03-08", "2026-03-11")]


def test_days_that_are_off_anyway_are_not_said_twice() -> None:
    track = Track(day(0), day(9), (stop(2, 6),))
    assert together(track, besides=(stop(3, 4),)) == [("2026-03-04", "2026-03-05"), ("2026-03-06", "2026-03-08")]


def test_an_open_stop_is_expected_to_end_when_the_first_track_goes_on() -> None:
    tracks = [Track(day(0), None, (stop(1, None, expected),)) for expected in (9, 5)]
    (found,) = stopped_together(tracks, "day", CHINA, "all_branches")
    assert (found.until, found.expected_until) == (None, day(5).date())


def test_hours_are_counted_by_the_instant() -> None:
    first = Stop(day(0, 12), day(0, 15), "inspection")
    tracks = [Track(day(0, 9), None, (first,)), Track(day(0, 9), day(0, 13))]
    (found,) = stopped_together(tracks, "hour", CHINA, "all_branches")
    assert isinstance(found.since, datetime)
    assert (found.since.astimezone(UTC), found.until) == (day(0, 13).astimezone(UTC), day(0, 15))


@pytest.mark.parametrize("seed", range(200))
def test_the_sweep_finds_what_a_look_at_every_day_finds(seed: int) -> None:
    chance = Random(seed)
    tracks = [random_track(chance) for _ in range(chance.randrange(5))]
    besides = tuple(random_stop(chance) for _ in range(chance.randrange(3)))
    found = stopped_together(tracks, "day", CHINA, "all_branches", besides)
    for number in range(-2, 60):
        open_now = [track for track in tracks if covers(track, number)]
        off = bool(open_now) and all(any(holds(s, number) for s in track.stops) for track in open_now)
        assert any(holds(s, number) for s in found) == (off and not any(holds(s, number) for s in besides)), number


def random_track(chance: Random) -> Track:
    """Return a track, perhaps one that never ends."""
    since = chance.randrange(20)
    last = None if chance.random() < 0.3 else day(since + chance.randrange(20), 17)
    return Track(day(since, 9), last, tuple(random_stop(chance) for _ in range(chance.randrange(4))))


def random_stop(chance: Random) -> Stop:
    """Return a stop, perhaps an open one, or one of no day."""
    since = chance.randrange(30)
    return stop(since, None if chance.random() < 0.2 else since + chance.randrange(10))


def covers(track: Track, number: int) -> bool:
    """Whether a track is open on a day."""
    date = day(number).date()
    return track.since.date() <= date and (track.last is None or date <= track.last.date())


def holds(found: Stop, number: int) -> bool:
    """Whether a stop takes a day out."""
    since, until = found.since, found.until
    assert isinstance(since, datetime)
    date = day(number).date()
    return since.astimezone(CHINA).date() <= date and (
        until is None or (isinstance(until, datetime) and date < until.astimezone(CHINA).date())
    )
