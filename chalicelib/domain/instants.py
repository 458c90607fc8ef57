"""Instants as text: UTC with milliseconds inside keys, RFC 3339 with an offset in a named zone outside."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

WITHOUT_END = "9999-12-31T23:59:59.999Z"
"""The instant that ends what has no end, and the last day there is."""


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name."""
    return ZoneInfo(name)


def to_key(instant: datetime) -> str:
    """Return `2026-11-23T02:00:00.000Z`: sorts by time as text.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_key(text: str) -> datetime:
    """Return the instant that `to_key` wrote."""
    return datetime.fromisoformat(text)


def is_date(text: str) -> bool:
    """Return whether a text is a date, `2026-11-23`, and not an instant."""
    return len(text) == len("2026-11-23")


def in_zone(instant: datetime, zone_name: str) -> str:
    """Return RFC 3339 with the zone's offset, to the second unless there is a finer part."""
    local = instant.astimezone(zone(zone_name))
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


def localised(text: str, zone_name: str) -> str:
    """Return what `to_key` wrote as it is written outside; any other text, a date first of all, stays what it is."""
    return in_zone(from_key(text), zone_name) if text.endswith("Z") else text


def dated(value: Any, written: Callable[[str], str]) -> Any:
    """Return a value in which every instant (a member whose name is `at` or ends in `_at`) is written for the public."""
    if isinstance(value, dict):
        return {
            name: written(member) if name.split("_")[-1] == "at" and isinstance(member, str) else dated(member, written)
            for name, member in value.items()
        }
    return [dated(each, written) for each in value] if isinstance(value, list) else value
