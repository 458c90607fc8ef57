"""Calendars as RFC 5545 wants them: escaped, folded between characters, the same bytes each time."""

from datetime import UTC, date, datetime, timedelta, timezone

from chalicelib.domain.icalendar import CANCELLED, Event, calendar, in_own_language

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 30, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def unfolded(raw: bytes) -> list[str]:
    """Return the content lines as a calendar reads them (RFC 5545, 3.1)."""
    return raw.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_at_an_instant_stands_in_utc_with_its_end() -> None:
    event = Event("h1@example", AT, 2, LATER, "听证会", ends=LATER + timedelta(hours=2), url="https://example/h1")
    lines = unfolded(calendar("听证", [event]))
    assert lines[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Glasshall//Glasshall//EN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:听证",
    ]
    assert lines[5:] == [
        "BEGIN:VEVENT",
        "UID:h1@example",
        "DTSTAMP:20261123T020000Z",
        "LAST-MODIFIED:20261123T020000Z",
        "SEQUENCE:2",
        "DTSTART:20261230T013000Z",
        "DTEND:20261230T033000Z",
        "SUMMARY:听证会",
        "STATUS:CONFIRMED",
        "URL:https://example/h1",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_whole_day_ends_with_the_next_one_and_what_is_cancelled_says_so() -> None:
    lines = unfolded(calendar("c", [Event("d", AT, 1, date(2026, 12, 31), "截止", status=CANCELLED)]))
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "STATUS:CANCELLED" in lines


def test_text_is_escaped_and_no_line_can_be_smuggled_in() -> None:
    lines = unfolded(calendar("c", [Event("u", AT, 1, AT, "a;b,c\\d\r\nBEGIN:VEVENT\nx\ry")]))
    assert "SUMMARY:a\\;b\\,c\\\\d\\nBEGIN:VEVENT\\nx\\ny" in lines
    assert lines.count("BEGIN:VEVENT") == 1


def test_no_line_is_longer_than_75_octets_and_no_character_is_cut() -> None:
    text = "听证会aé𠀀" * 60
    raw = calendar("c", [Event("u", AT, 1, AT, text)])
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert all(line.decode() for line in raw.split(b"\r\n") if line)
    assert f"SUMMARY:{text}" in unfolded(raw)


def test_one_language_is_shown_chinese_before_english() -> None:
    assert [in_own_language({"zh": "听", "en": "H"}), in_own_language({"en": "H"})] == ["听", "H"]
