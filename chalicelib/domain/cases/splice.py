"""The status of a case as it is served: the stored view, with sentences, local instants and what depends on the moment.

Invariants: the answer changes with the case, and with the day (for limits in hours, with the hour), not with the second,
so that an ETag holds in between. What the calendar cannot tell is absent and said in `explain`; nothing is guessed. A
projection is never put in the place of a deadline. No model is built and pydantic is not imported.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from chalicelib.domain.cases.branch_view import project_line
from chalicelib.domain.cases.clocks import Course
from chalicelib.domain.cases.phrases import add_words, counts_of, moment
from chalicelib.domain.cases.view import HIDDEN
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.errors import ClockError, MissingCalendarYearError
from chalicelib.domain.clock.records import Code, Deadline, Limit, Stop
from chalicelib.domain.instants import from_key, localised, to_key, zone

View = dict[str, Any]
_HOUR = timedelta(hours=1)


def splice(
    stored: bytes,
    updated_at: str,
    now: datetime,
    time_zone: str,
    estimate: Mapping[str, Any] | None = None,
    can: Sequence[str] | None = None,
) -> bytes:
    """Return the bytes of the status at one instant, its instants written in `time_zone`.

    `estimate` is what was measured of the service; it is shown while the clock is not done. `can` is what
    its holder may do beside what every holder may; without it the reader is no holder.
    """
    view: View = orjson.loads(stored)
    hidden = view.pop(HIDDEN)
    if hidden["renderer"] == 1 and "progress" in view:
        view["progress"]["stages"] = [{"code": stage} for stage in view["progress"]["stages"]]
    branches = view.get("branches", ())
    for part, own in ((view, hidden), *((branch, branch[HIDDEN]) for branch in branches)):
        if part["clock"] == "stopped":
            _project(part, own, now)
        _add_lamp(part, own, now)
    _add_remaining(view, hidden, now)
    project_line(view, hidden, _today(hidden, now))
    for timer in counts_of(view)[1:]:
        _add_to_timer(timer, hidden, now)
    if estimate is not None and view["clock"] != "done":
        view["estimate"] = dict(estimate)
    add_words(view)
    if can is not None:
        view["can"] = [*can, *(["receipt"] if _has_come_in(view, hidden) else []), "subscribe"]
    view["updated_at"] = updated_at
    _localise(view, time_zone)
    for branch in branches:
        del branch[HIDDEN]
        _localise_part(branch, time_zone)
    return orjson.dumps(view)


def _has_come_in(view: View, hidden: View) -> bool:
    """Whether there is a receipt: it begins with the receipt of the application."""
    return "accepted_at" in view or hidden.get("receipt", {}).get("received_at") is not None


# What depends on the moment


def _today(hidden: View, now: datetime) -> date:
    return now.astimezone(zone(hidden["zone"])).date()


def _project(view: View, hidden: View, now: datetime) -> None:
    """Say what the deadline would be if the stop ended as told, or today."""
    course = hidden.get("course")
    if course is None:
        return
    deadline, today = view["deadline"], _today(hidden, now)
    anew_on = _anew_on(view, hidden, today) if course["start"] is None else None
    try:
        projected = _course(course, hidden).deadline(anew_on or today)
    except MissingCalendarYearError as missing:
        step = {"code": "calendar_year_missing", "what": f"{missing.calendar} {missing.year}"}
        deadline["explain"].append(step)
        return
    deadline |= _projection(projected)
    steps = (step.as_dict() for step in projected.explain)
    deadline["explain"] += steps if anew_on is None else _supposed(anew_on, steps)


def _anew_on(view: View, hidden: View, today: date) -> date:
    """The day on which papers are supposed to come that start the limit anew: the last one told, or today."""
    told = moment(view["stopped"].get("expected_until"))
    on = told.astimezone(zone(hidden["zone"])).date() if isinstance(told, datetime) else told
    return max(today, on or today)


def _supposed(anew_on: date, steps: Iterable[View]) -> Iterator[View]:
    """The count of a limit that has not begun anew yet: its end is a projection and no deadline."""
    yield {"code": "papers_assumed_to_come", "since": anew_on.isoformat()}
    for step in steps:
        if step["code"] == Code.DUE:
            yield {"code": Code.NO_DUE_WHILE_STOPPED}
            yield {**step, "code": Code.PROJECTED_DUE}
        else:
            yield step


def _projection(projected: Deadline) -> View:
    """A clock that starts anew has, counted from a supposed day, a deadline; it is a projection all the same."""
    if on := projected.projected_due_on or projected.due_on:
        return {"projected_due_on": on.isoformat()}
    at = projected.projected_due_at or projected.due_at
    return {"projected_due_at": to_key(at)} if at else {}


def _course(course: View, hidden: View) -> Course:
    start = course["start"]
    return Course(
        start=from_key(start) if start else None,
        limit=Limit(**course["limit"]),
        stops=tuple(_stop(stop) for stop in course["stops"]),
        extensions=tuple(Limit(**extension) for extension in course["extensions"]),
        calendar=hidden["calendar"],
        time_zone=hidden["zone"],
    )


def _stop(stop: View) -> Stop:
    moments = {name: moment(stop.get(name)) for name in ("since", "until", "expected_until")}
    assert moments["since"] is not None
    return Stop(moments["since"], moments["until"], stop["kind"], stop.get("legal_basis"), moments["expected_until"])


def _add_remaining(view: View, hidden: View, now: datetime) -> None:
    """Say what is left: days after today up to the due date, or full hours; negative once it has passed.

    Of a clock that stands still, what will be left when it goes on.
    """
    deadline = view.get("deadline", {})
    if view["clock"] == "done":
        return
    if hidden.get("left") is not None:
        view["remaining"] = {**hidden["left"], "as_of": _today(hidden, now).isoformat()}
        return
    if "due_at" in deadline and hidden["unit"] == "hour":
        due_at = from_key(deadline["due_at"])
        hours = (due_at - now) // _HOUR
        since = due_at - (hours + 1) * _HOUR
        view["remaining"] = {"value": hours, "unit": "hour", "as_of": to_key(since)}
        return
    due_on = _due_on(deadline, hidden)
    if due_on is None:
        return
    today = _today(hidden, now)
    try:
        view["remaining"] = {**_days_left(today, due_on, hidden), "as_of": today.isoformat()}
    except ClockError as unknown:
        deadline["explain"].append({"code": "calendar_year_missing", "what": str(unknown)})


def _due_on(deadline: View, hidden: View) -> date | None:
    if "due_on" in deadline:
        return date.fromisoformat(deadline["due_on"])
    if "due_at" in deadline:
        return from_key(deadline["due_at"]).astimezone(zone(hidden["zone"])).date()
    return None


def _days_left(today: date, due_on: date, hidden: View) -> View:
    if hidden["unit"] == "working_day":
        counted = load_calendar(hidden["calendar"]).count_working_days(today, due_on)
        return {"value": counted, "unit": "working_day"}
    return {"value": (due_on - today).days, "unit": "day"}


def _add_to_timer(timer: View, hidden: View, now: datetime) -> None:
    """Say what is left of a limit beside the decision's, with its lamp; of one in hours only the lamp."""
    due_on = _due_on(timer, hidden)
    if due_on is None:
        return
    today, unit = _today(hidden, now), timer["limit"]["unit"]
    warned = {}
    try:
        warned = {"warn_on": load_calendar(hidden["calendar"]).working_day_before(due_on).isoformat()}
        if unit != "hour":
            timer["remaining"] = {**_days_left(today, due_on, {**hidden, "unit": unit}), "as_of": today.isoformat()}
    except ClockError as unknown:
        timer["explain"].append({"code": "calendar_year_missing", "what": str(unknown)})
    timer["lamp"] = _lamp(timer, {**hidden, "warn_on": due_on.isoformat(), **warned}, now)


def _add_lamp(view: View, hidden: View, now: datetime) -> None:
    lamp = hidden.get("lamp") if view["clock"] == "done" else _lamp(view.get("deadline", {}), hidden, now)
    if lamp is not None and "deadline" in view:
        view["deadline"]["lamp"] = lamp


def _lamp(deadline: View, hidden: View, now: datetime) -> str | None:
    """Green; yellow from one working day before the due date; red past it."""
    due_on = _due_on(deadline, hidden)
    if due_on is None:
        return None
    today = _today(hidden, now)
    over = now > from_key(deadline["due_at"]) if "due_at" in deadline else today > due_on
    if over:
        return "red"
    return "yellow" if today >= date.fromisoformat(hidden.get("warn_on", due_on.isoformat())) else "green"


# Instants


def _localise(view: View, time_zone: str) -> None:
    _each(view, ("accepted_at", "updated_at"), time_zone)
    _localise_part(view, time_zone)
    _each(view.get("remaining", {}), ("as_of",), time_zone)
    _each(view["next_step"], ("by",), time_zone)
    for list_name in ("timeline", "documents_received", "notices"):
        for entry in view.get(list_name, ()):
            _each(entry, ("at",), time_zone)


def _localise_part(part: View, time_zone: str) -> None:
    """What a case and each of its branches have."""
    _each(part["status"], ("since",), time_zone)
    _each(part.get("stopped", {}), ("since", "expected_until"), time_zone)
    due = ("due_at", "projected_due_at", "agency_due_at", "statutory_due_at")
    for counted in counts_of(part):
        _each(counted, due, time_zone)


def _each(view: View, names: tuple[str, ...], time_zone: str) -> None:
    for name in names:
        if name in view:
            view[name] = localised(view[name], time_zone)
