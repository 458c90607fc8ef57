"""When several that run side by side stand still together (并联审批): what stops the clock of the whole.

Source: the domain text, "Joint clock": a day is off the joint clock only if every branch open that day is stopped.

A track is open in every cell from its beginning through its last, both included: a day on which a branch began or was decided is
one of its days. Its stops hold for [since, until), as everywhere. Where no track is open, nothing stands still.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, tzinfo
from itertools import groupby
from typing import NamedTuple

from .axes import OPEN, Axis, DayAxis, InstantAxis
from .courses import lay_stops, merge
from .records import Stop, Unit


class Track(NamedTuple):
    """One of those that run side by side. `last` is the last moment at which it was open; None while it is."""

    since: datetime
    last: datetime | None
    stops: tuple[Stop, ...] = ()


class _Change(NamedTuple):
    """What changes at a cell: how many tracks are open, how many of them run, and whether the whole is stopped anyway."""

    cell: int
    open: int = 0
    running: int = 0
    besides: int = 0


def stopped_together(
    tracks: Iterable[Track], unit: Unit, time_zone: tzinfo, kind: str, besides: Iterable[Stop] = ()
) -> tuple[Stop, ...]:
    """The time in which every open track is stopped, as stops of one kind for a limit in `unit`.

    Days that a stop of `besides` takes out are left out: they are off already. A stop that has not ended is expected to end
    when the first of those that make it up is.
    """
    axis: Axis = InstantAxis(time_zone) if unit == "hour" else DayAxis(time_zone)
    tracks = tuple(tracks)
    changes = [change for track in tracks for change in _changes(axis, track)]
    changes += [change for gap in _gaps(axis, besides) for change in _between(*gap, besides=1)]
    return tuple(_stop(axis, time_zone, kind, span, tracks) for span in _still(changes))


def _changes(axis: Axis, track: Track) -> Iterator[_Change]:
    first = axis.first_out(track.since)
    end = OPEN if track.last is None else max(first, axis.cell(track.last) + 1)
    yield from _between(first, end, open_=1, running=1)
    for since, until in _gaps(axis, track.stops):
        if max(since, first) < min(until, end):
            yield from _between(max(since, first), min(until, end), running=-1)


def _gaps(axis: Axis, stops: Iterable[Stop]) -> tuple[tuple[int, int], ...]:
    return merge(lay_stops(axis, stops))


def _between(since: int, until: int, open_: int = 0, running: int = 0, besides: int = 0) -> Iterator[_Change]:
    yield _Change(since, open_, running, besides)
    yield _Change(until, -open_, -running, -besides)


def _still(changes: Iterable[_Change]) -> Iterator[tuple[int, int]]:
    """The ranges of cells in which tracks are open, none runs, and nothing besides stops the whole."""
    open_ = running = besides = 0
    since: int | None = None
    for cell, group in groupby(sorted(changes), key=lambda change: change.cell):
        for change in group:
            open_, running, besides = open_ + change.open, running + change.running, besides + change.besides
        still = cell < OPEN and open_ > 0 and running == 0 and besides == 0
        if still and since is None:
            since = cell
        elif not still and since is not None:
            yield since, cell
            since = None


def _stop(axis: Axis, time_zone: tzinfo, kind: str, span: tuple[int, int], tracks: Iterable[Track]) -> Stop:
    since, until = span
    begins = _instant(axis.begins(since), time_zone)
    if until < OPEN:
        return Stop(begins, _instant(axis.begins(until), time_zone), kind)
    told = [stop.expected_until for track in tracks if track.last is None for stop in _still_open(track)]
    known = [axis.first_out(moment) for moment in told if moment is not None]
    return Stop(begins, None, kind, None, axis.begins(min(known)) if known else None)


def _still_open(track: Track) -> Iterator[Stop]:
    return (stop for stop in track.stops if stop.until is None)


def _instant(moment: date | datetime, time_zone: tzinfo) -> datetime:
    """A day stands for its first instant."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time.min, time_zone)
