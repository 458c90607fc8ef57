"""Completeness (公开完整度): how much of what must be open is open, and what exactly is missing, so that it can be mended.

- Of a service: the six open facets (六公开), and what the Administrative Licensing Law art. 30 says must be displayed.
- Of an agency: breadth (mandatory categories with a live item), depth (facets filled over its services), what it keeps from
  the public by ground (counted, never named), and how soon it discloses what it forms.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median_low
from typing import Any, NamedTuple

from chalicelib.domain.catalogue import KEPT, OVERDUE, SERVICE, series_ahead
from chalicelib.domain.categories import categories
from chalicelib.domain.clock.calendars import load_calendar
from chalicelib.domain.clock.errors import MissingCalendarYearError, UnknownCalendarError
from chalicelib.domain.duties import mandatory_categories
from chalicelib.domain.records import Holding, State

Content = Mapping[str, Any]
ONE_DAY = timedelta(days=1)

FACETS = {
    "content": ("conditions", "legal_basis"),
    "procedure": ("steps", "materials"),
    "time_limit": ("limits",),
    "result": ("result",),
    "responsible_person": ("responsible",),
    "complaint_channel": ("complaint",),
}
"""The six open facets (六公开), each with the members of the content that fill it."""


def _a_sample(content: Content) -> bool:
    return any(material.get("sample_url") for material in content.get("materials") or ())


DISPLAY: dict[str, Callable[[Content], Any]] = {
    "items": lambda content: content.get("title"),
    "basis": lambda content: content.get("legal_basis"),
    "conditions": lambda content: content.get("conditions"),
    "quota": lambda content: content.get("quota"),
    "procedure": lambda content: content.get("steps"),
    "time_limit": lambda content: content.get("limits"),
    "materials": lambda content: content.get("materials"),
    "sample_forms": _a_sample,
}
"""What the Licensing Law art. 30 says must be displayed; where there is no quota, that is said."""


def limits_of_the_whole(content: Content) -> dict[str, Any]:
    """Return the limits of a service; of joint handling its own promise and its own limit by law stand before the others."""
    joint = content.get("joint") or {}
    return {**content.get("limits", {}), **{name: joint[name] for name in ("promised", "statutory") if name in joint}}


def completeness(content: Content) -> dict[str, Any]:
    """Return how many of the six open facets a service fills, which are missing and which members would fill them."""
    said = {**content, "limits": limits_of_the_whole(content)}
    absent = {facet: [name for name in members if not said.get(name)] for facet, members in FACETS.items()}
    missing = [facet for facet, names in absent.items() if names]
    undisplayed = [item for item, displayed in DISPLAY.items() if not displayed(said)]
    return {
        "facets": len(FACETS),
        "filled": len(FACETS) - len(missing),
        "missing": missing,
        "missing_members": [name for names in absent.values() for name in names],
        "display": {"items": len(DISPLAY), "shown": len(DISPLAY) - len(undisplayed), "missing": undisplayed},
    }


def lacking(content: Content) -> dict[str, dict[str, str | int]]:
    """Return what a service puts into the catalogue of its agency: what it lacks, and no word of it where it lacks nothing."""
    found = completeness(content)
    lacks = {
        "facets": found["missing"],
        "members": found["missing_members"],
        "display": found["display"]["missing"],
    }
    return {SERVICE: {name: " ".join(missing) for name, missing in lacks.items() if missing}}


def sums(state: State, holdings: Sequence[Holding]) -> dict[str, Any]:
    """Return what is summed up of the catalogue of an agency: how complete it is, what is due next, what is overdue."""
    return {
        **of_agency(holdings, state["calendar"], state["content"]["level"]),
        "cadence_due_on": min(series_ahead(holdings).values(), default=None),
        "overdue_duties": sum(holding.name == OVERDUE for holding in holdings),
    }


def of_agency(holdings: Sequence[Holding], calendar: str, level: str) -> dict[str, Any]:
    """Return how complete what an agency holds publicly is: breadth, depth, display, what it keeps, how soon it discloses."""
    lacks = [_lacks(holding) for holding in holdings if holding.name == SERVICE]
    return {
        "breadth": _breadth(holdings, mandatory_categories(calendar, level)),
        "depth": _share(len(FACETS), [each["facets"] for each in lacks]),
        "display": _share(len(DISPLAY), [each["display"] for each in lacks]),
        "kept": [{"ground": ground, "count": count} for ground, count in sorted(_kept(holdings).items())],
        "timeliness": _timeliness(holdings, calendar),
    }


def of_service(holding: Holding) -> dict[str, Any]:
    """Return what a service of an agency lacks, from the catalogue."""
    return {"service": holding.ref.record_id, **_described(_lacks(holding))}


def _described(lacks: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "facets": len(FACETS),
        "filled": len(FACETS) - len(lacks["facets"]),
        "missing": lacks["facets"],
        "missing_members": lacks["members"],
        "display": {
            "items": len(DISPLAY),
            "shown": len(DISPLAY) - len(lacks["display"]),
            "missing": lacks["display"],
        },
    }


def _lacks(holding: Holding) -> dict[str, list[str]]:
    return {name: str(holding.members.get(name, "")).split() for name in ("facets", "members", "display")}


def _breadth(holdings: Iterable[Holding], mandatory: Sequence[str]) -> dict[str, Any]:
    held = {holding.name for holding in holdings}
    missing = [category for category in mandatory if category not in held]
    return {"mandatory": len(mandatory), "live": len(mandatory) - len(missing), "missing": missing}


def _share(of_each: int, missing: Sequence[Sequence[str]]) -> dict[str, Any]:
    whole = of_each * len(missing)
    counts = Counter(name for names in missing for name in names)
    return {
        "services": len(missing),
        "items": whole,
        "filled": whole - sum(counts.values()),
        "missing": [{"code": code, "services": count} for code, count in sorted(counts.items())],
    }


def _kept(holdings: Iterable[Holding]) -> Counter[str]:
    return Counter(str(holding.members["ground"]) for holding in holdings if holding.name == KEPT)


def _timeliness(holdings: Iterable[Holding], calendar: str) -> dict[str, Any]:
    """Count live disclosures by whether they came within the days of their category; what cannot be counted stands apart."""
    days: list[int] = []
    in_time = uncounted = 0
    for holding in holdings:
        if "disclosed_on" not in holding.members:
            continue
        formed_on, disclosed_on = holding.members.get("formed_on"), str(holding.members["disclosed_on"])
        found = taken(holding.name, str(formed_on), disclosed_on, calendar) if formed_on else None
        if found is None:
            uncounted += 1
        else:
            days.append(found.days)
            in_time += found.in_time
    counted = {"counted": len(days), "in_time": in_time, "uncounted": uncounted}
    return {**counted, "median_working_days": median_low(days)} if days else counted


class Taken(NamedTuple):
    """How soon a text came out."""

    days: int
    """Working days from the day on which it was formed."""
    in_time: bool
    """Whether within those of its category."""


def taken(category: str, formed_on: str, disclosed_on: str, calendar: str) -> Taken | None:
    """Return how soon a text came out; None where no calendar knows the days.

    It is late when all working days of its limit lay before the day on which it came out.
    """
    formed, out = date.fromisoformat(formed_on), date.fromisoformat(disclosed_on)
    try:
        count = load_calendar(calendar).count_working_days
        days, before = (count(formed, out), count(formed, out - ONE_DAY)) if out > formed else (0, -1)
    except (MissingCalendarYearError, UnknownCalendarError):
        return None
    return Taken(days, before < categories()[category]["disclose_within_working_days"])
