"""Duties with dates: what somebody owes the public by a day, and has not done.

Each duty is a rule with an id and a source, data of the law that a jurisdiction's calendar names (`data/duties/cn.json`;
Boston's calendar has none, so its agencies owe nothing by Chinese law). A noun says of a record what is owed
(`Noun.duties`), a pure function of its state; the clock turns what is missed into a card by itself, and lifts it when it is
done. What the functions below need of the agency stands in the state: `calendar` and `time_zone`, taken at the fold
(`local_facts`), for they never change.

    def duties(record_id: str, state: State) -> tuple[Duty, ...]:
        if "response" in state or "closed_on" not in state:
            return ()
        return owed("respond_to_comments", f"{state['round']}", state["closed_on"], state)

- Not done and still owed: name it. Done, or owed no longer: leave it out.
- `of` and the day make a duty this one: the same duty has the same ones whenever it is asked for.
- `of` is public, as the card shows it: a number, a code, the id of an agency; never a text, never the id of what is not shown.
- A year without calendar data is no guess: the duty then has no day, is never overdue, and the clock reports it.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.deadlines import due_date
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.clock.records import Limit
from chalicelib.domain.instants import WITHOUT_END, from_key, to_key, zone
from chalicelib.domain.placed import OWED, narrowings
from chalicelib.domain.records import Place

_FOLDER = Path(__file__).parent / "data" / "duties"


class Duty(NamedTuple):
    """Something owed and not done yet."""

    rule: str
    """Id of the rule, a code of `/v1/codes/card_rule`."""
    of: str
    """What within the record it is of, so that one rule may bind several times: a round, a receiver, a year."""
    due_on: str | None
    """The last day on which it is done in time, `YYYY-MM-DD`; None where the calendar cannot tell."""
    overdue_at: str | None
    """The instant (UTC text) that ends that day where the agency is."""
    agency: str | None = None
    """Who owes it; None stands for the record's own agency."""


class DutyRule(NamedTuple):
    """One rule of the law of a calendar."""

    rule: str
    limit: Limit | None
    """From the day it begins; None where the record itself names the day."""
    on: str | None
    """The day of every year, `MM-DD`, by which it is done."""
    levels: tuple[str, ...]
    """The levels of agency that it binds, where it does not bind all."""
    done_by: tuple[str, ...]
    """The ends of a record (its stages) that are what was owed, and not merely the end of owing."""
    source: Mapping[str, str]
    checked: bool


@cache
def duty_rules(calendar: str) -> Mapping[str, DutyRule]:
    """Return the rules of the law that holds where a calendar does, by id; none where none are known."""
    return {entry["rule"]: _rule(entry) for entry in _law(calendar).get("rules", ())}


def _rule(entry: dict[str, Any]) -> DutyRule:
    limit = Limit(**entry["limit"]) if "limit" in entry else None
    levels, done_by = tuple(entry.get("levels", ())), tuple(entry.get("done_by", ()))
    return DutyRule(entry["rule"], limit, entry.get("on"), levels, done_by, entry["source"], entry["checked"])


@cache
def mandatory_categories(calendar: str, level: str) -> tuple[str, ...]:
    """Return the categories in which an agency of a level must have something, by the law of a calendar."""
    return tuple(entry["category"] for entry in _law(calendar).get("mandatory", ()) if level in entry["levels"])


@cache
def laws(rule: str) -> list[dict[str, Any]]:
    """Return what the law of each calendar says of a rule: the limit or day, the source, whether it was checked."""
    calendars = sorted(path.stem for path in _FOLDER.iterdir())
    told = ("limit", "on", "checked", "source")
    return [
        {"calendar": calendar} | {name: entry[name] for name in told if name in entry}
        for calendar in calendars
        for entry in _law(calendar)["rules"]
        if entry["rule"] == rule
    ]


@cache
def _law(calendar: str) -> Mapping[str, Any]:
    found: dict[str, Mapping[str, Any]] = {path.stem: json.loads(path.read_text("utf-8")) for path in _FOLDER.iterdir()}
    return found.get(calendar, {})


def local_facts(agency: Mapping[str, Any]) -> dict[str, str]:
    """Return what a state keeps of its agency's state so that its days can be counted."""
    return {"calendar": agency["calendar"], "time_zone": agency["time_zone"]}


def local_day(instant: str, state: Mapping[str, Any]) -> str:
    """Return the day, where the record is, on which an instant (UTC text, as `meta.received_at`) lies."""
    return from_key(instant).astimezone(zone(state["time_zone"])).date().isoformat()


def owed(
    rule: str,
    of: str,
    start_on: str,
    state: Mapping[str, Any],
    *,
    limit: Limit | None = None,
    agency: str | None = None,
) -> tuple[Duty, ...]:
    """Return a duty that begins on a day and is due within its rule's limit (or `limit`, which a category may set).

    The day it begins on is not counted. Nothing is owed where the law of the record's calendar has no such rule.
    """
    known = duty_rules(state.get("calendar", "")).get(rule)
    within = limit or (known.limit if known else None)
    if known is None or within is None:
        return ()
    return (_dated(rule, of, last_day(start_on, within, state["calendar"]), state, agency),)


def owed_by(
    rule: str, of: str, due_on: str, state: Mapping[str, Any], *, agency: str | None = None
) -> tuple[Duty, ...]:
    """Return a duty whose last day the record itself names."""
    if rule not in duty_rules(state.get("calendar", "")):
        return ()
    return (_dated(rule, of, due_on, state, agency),)


def _dated(rule: str, of: str, due_on: str | None, state: Mapping[str, Any], agency: str | None) -> Duty:
    overdue_at = None if due_on is None else midnight_after(due_on, state["time_zone"])
    return Duty(rule, of, due_on, overdue_at, agency)


def owed_to_public(due_on: str | None, state: Mapping[str, Any]) -> tuple[Place, ...]:
    """Return the entries by which a calendar finds what a record owes to the public by a day, if it owes anything."""
    if due_on is None:
        return ()
    wanted = narrowings(agency=state["agency"], jurisdiction=state["jurisdiction"])
    return tuple(Place(OWED, value, midnight_after(due_on, state["time_zone"])) for value in wanted)


def last_day(start_on: str, limit: Limit, calendar: str) -> str | None:
    """Return the last day of a limit that begins on a day, or None where the calendar cannot tell."""
    try:
        found = due_date(date.fromisoformat(start_on), limit, (), (), load_calendar(calendar))
    except (MissingCalendarYearError, UnknownCalendarError):
        return None
    assert found is not None  # nothing stops it
    return found.isoformat()


def earliest(start_on: str, ahead: Limit, calendar: str) -> str | None:
    """Return the first day that is a limit away from another, or None where the calendar cannot tell.

    The other day is not counted. Nothing falls due on this one: where it is a day off it is not put off.
    """
    if ahead.unit == "day":
        return (date.fromisoformat(start_on) + timedelta(days=ahead.value)).isoformat()
    return last_day(start_on, ahead, calendar)


def midnight_after(day: str, time_zone: str) -> str:
    """Return the instant (UTC text) at which a day ends in a zone; nothing follows the last day there is ("for good")."""
    last = date.fromisoformat(day)
    if last == date.max:
        return WITHOUT_END
    following = last + timedelta(days=1)
    return to_key(datetime.combine(following, time.min, zone(time_zone)))
