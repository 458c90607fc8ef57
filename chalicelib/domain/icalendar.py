"""iCalendar (RFC 5545): events as the bytes that a calendar subscribes to or imports.

Pure: the same events give the same bytes. Lines end in CRLF and are folded at 75 octets, never inside a character; text is
escaped. A time stands in UTC, so no time zone has to be described; a whole day is a date. `UID` never changes and
`SEQUENCE` rises with each version, so a calendar that knows the event moves it in the place of adding another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """One event. What begins on a date and has no end lasts that whole day."""

    uid: str
    stamp: datetime
    """When the version that is told was made."""
    sequence: int
    begins: datetime | date
    summary: str
    ends: datetime | None = None
    status: str = CONFIRMED
    location: str | None = None
    description: str | None = None
    url: str | None = None


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """Return a calendar of events under a name."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Glasshall//Glasshall//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_escaped(name)}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def in_own_language(text: Mapping[str, str]) -> str:
    """Return the one text that a calendar shows of `{"zh", "en"}`: it has no room for two."""
    return text.get("zh") or text["en"]


def _event(event: Event) -> list[str]:
    optional = {
        "LOCATION": _escaped(event.location or ""),
        "DESCRIPTION": _escaped(event.description or ""),
        "URL": event.url or "",
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(event.uid)}",
        f"DTSTAMP:{_utc(event.stamp)}",
        f"LAST-MODIFIED:{_utc(event.stamp)}",
        f"SEQUENCE:{event.sequence}",
        *_times(event),
        f"SUMMARY:{_escaped(event.summary)}",
        f"STATUS:{event.status}",
        *(f"{name}:{value}" for name, value in optional.items() if value),
        "END:VEVENT",
    ]


def _times(event: Event) -> list[str]:
    if not isinstance(event.begins, datetime):
        following = event.begins + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{event.begins:%Y%m%d}", f"DTEND;VALUE=DATE:{following:%Y%m%d}"]
    begins = f"DTSTART:{_utc(event.begins)}"
    return [begins, f"DTEND:{_utc(event.ends)}"] if event.ends is not None else [begins]


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """Fold a line so that no piece is longer than 75 octets; a piece after the first begins with a space."""
    pieces, piece, room = [], "", _OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _OCTETS - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
