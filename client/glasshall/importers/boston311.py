"""Service requests to the City of Boston: 10,000 rows of 2015 as cases with their opened, target and closed times.

Source: github johnsliao/bostonservicemap @f19ec622 (`cartoDB_data/`, MIT); City of Boston "311 Service Requests". Invariants:
- Departments are child agencies, a service is a (department, type). No service states a limit of its own, so the city's
  target stands as the case's `due_at`; a case without a target has no deadline and counts apart (the city flags it on time).
- A case is accepted when it was opened, and decided with outcome `done` when it was closed.
- The times are local, without a zone. They are read in America/New_York: an hour that the clocks repeat is taken as its
  first pass (`time_ambiguous`), one that they skip is moved on by the skipped hour (`time_skipped`).
- The city's own flag, reason, queue and neighbourhood are not carried: the first is computed, the others are nobody's promise.
- The cases chosen for a query code are open ones, by a digest of their number, the same in every run: tokens end 90 days
  after a case closes, so a code for a case that closed in 2015 would open nothing.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from glasshall.client import body_of, intake_path
from glasshall.importers.plan import (
    Phase,
    Plan,
    Put,
    Refusal,
    Row,
    Taken,
    act,
    digest_of,
    is_id,
    register_agency,
    word_id,
)

AGENCY = "boston"
SOURCE = "City of Boston 311 Service Requests (johnsliao/bostonservicemap @f19ec622)"
LICENCE = "MIT"
ZONE = ZoneInfo("America/New_York")
ROOT: dict[str, Any] = {
    "name": {"en": "City of Boston", "zh": "波士顿市"},
    "level": "city",
    "jurisdiction": {"time_zone": "America/New_York", "calendar": "us-boston", "language": "en"},
    "source": {"name": SOURCE, "licence": LICENCE},
}
NAMES = {
    "ANML": "Animal Control",
    "BPS_": "Boston Public Schools",
    "BTDT": "Boston Transportation Department",
    "BWSC": "Boston Water and Sewer Commission",
    "DISB": "Disability Department",
    "HS_O": "Civil Rights",
    "HS_Y": "Youthline",
    "INFO": "Mayor's 24 Hour Hotline",
    "ISD": "Inspectional Services",
    "No Q": "No queue assigned",
    "PARK": "Parks and Recreation Department",
    "PROP": "Property Management",
    "PWDx": "Public Works Department",
}
CHANNELS = {
    "Constituent Call": "phone",
    "Self Service": "online",
    "Citizens Connect App": "online",
    "Twitter": "online",
}
_TIME = "%m/%d/%Y %I:%M:%S %p"


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of the file, packed with gzip or not."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def plan(rows: Sequence[Mapping[str, str]], agency: str = AGENCY, *, coded: int = 0) -> Plan:
    """Return what loads the rows below the root agency of this id; `coded` cases get a query code."""
    taken, chosen = Taken(), chosen_for_codes(rows, coded)
    cases = tuple(_case(number, row, taken, chosen) for number, row in enumerate(rows, 1))
    good = [row for row, case in zip(rows, cases, strict=True) if case.refusal is None]
    return Plan(
        (
            Phase(
                "departments", tuple(_department(name, agency) for name in _distinct(row["Department"] for row in good))
            ),
            Phase("services", _services(good)),
            Phase("cases", cases),
        )
    )


def department_id(department: str) -> str:
    """Return the id of a department: its own code where it may be one."""
    return department if is_id(department) else word_id(department)


def service_id(department: str, kind: str) -> str:
    """Return the id of a type of request at a department."""
    return word_id(kind, f"{department_id(department)}-")


def chosen_for_codes(rows: Sequence[Mapping[str, str]], count: int) -> frozenset[str]:
    """Return the numbers of the open cases that get a query code."""
    still_open = (row["CASE_ENQUIRY_ID"].strip() for row in rows if row["CASE_STATUS"] != "Closed")
    return frozenset(sorted(still_open, key=digest_of)[:count])


def read_time(text: str) -> tuple[datetime, str | None]:
    """Return the instant of a local time of the source, and a note where the clocks made it doubtful.

    Raises:
        ValueError: it is not `MM/DD/YYYY hh:mm:ss AM|PM`.
    """
    naive = datetime.strptime(text.strip(), _TIME)  # noqa: DTZ007 - the zone is put on in the next line
    local = naive.replace(tzinfo=ZONE)
    real = local.astimezone(UTC).astimezone(ZONE)
    if real.replace(tzinfo=None) != naive:
        return real, "time_skipped"
    return local, "time_ambiguous" if local.utcoffset() != local.replace(fold=1).utcoffset() else None


def _department(name: str, agency: str) -> Row:
    return register_agency(
        department_id(name),
        {
            "name": {"en": NAMES.get(name, name)},
            "level": "department",
            "parent": agency,
            "codes": {"queue_prefix": name},
            "source": {"name": SOURCE, "licence": LICENCE},
        },
    )


def _services(rows: Iterable[Mapping[str, str]]) -> tuple[Row, ...]:
    kinds = sorted({(row["Department"], row["TYPE"]) for row in rows})
    return tuple(_service(department, kind) for department, kind in kinds)


def _service(department: str, kind: str) -> Row:
    content = {
        "agency": department_id(department),
        "title": {"en": kind},
        "service_kind": "request",
        "channels": ["phone", "online"],
        "source": {"name": SOURCE, "licence": LICENCE},
    }
    record_id = service_id(department, kind)
    return Row("", record_id, (act("services", record_id, 1, {"act": "publish", "content": content}),))


def _case(number: int, row: Mapping[str, str], taken: Taken, chosen: frozenset[str]) -> Row:
    where, case_no = str(number), row["CASE_ENQUIRY_ID"].strip()
    refusal = _refusal(row, case_no)
    if refusal is None and taken.by_other(case_no, where):
        refusal = Refusal("duplicate_case", f"the case stands in row {taken.owners[case_no]} already")
    if refusal is not None:
        return Row(where, case_no, refusal=refusal)
    coded = case_no in chosen
    registration, events, notes = _registration(row, coded=coded), *_events(row)
    lines = [{"event": {"case_no": case_no, **event}} for event in events]
    if coded:
        # A code stands only in the answer to a registration, so these are registered one by one.
        puts = (Put(intake_path("cases", case_no), body_of(registration)),)
        return Row(where, case_no, puts, tuple(body_of(line) for line in lines), notes)
    first = {"register": {"case_no": case_no, **registration}}
    return Row(where, case_no, (), tuple(body_of(line) for line in (first, *lines)), notes)


def _refusal(row: Mapping[str, str], case_no: str) -> Refusal | None:
    if not is_id(case_no):
        return Refusal("case_number_invalid", f"not a case number: {case_no}")
    if missing := [column for column in ("Department", "TYPE", "OPEN_DT") if not row[column].strip()]:
        return Refusal("column_blank", f"nothing in: {', '.join(missing)}")
    if (row["CASE_STATUS"] == "Closed") != bool(row["CLOSED_DT"].strip()):
        return Refusal("closing_unclear", f"status {row['CASE_STATUS']}, closed: {row['CLOSED_DT'] or 'blank'}")
    for column in ("OPEN_DT", "TARGET_DT", "CLOSED_DT"):
        try:
            if row[column].strip():
                read_time(row[column])
        except ValueError:
            return Refusal("date_unreadable", f"{column} is not a time: {row[column]}")
    return None


def _registration(row: Mapping[str, str], *, coded: bool) -> dict[str, Any]:
    registration: dict[str, Any] = {
        "service": service_id(row["Department"], row["TYPE"]),
        "access": "code" if coded else "none",
        "channel": CHANNELS.get(row["Source"], "elsewhere"),
    }
    if row["TARGET_DT"].strip():
        registration["due_at"] = read_time(row["TARGET_DT"])[0].isoformat()
    return registration


def _events(row: Mapping[str, str]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    opened, opened_note = read_time(row["OPEN_DT"])
    events: list[dict[str, Any]] = [_event("accepted", opened)]
    notes = [opened_note]
    if row["TARGET_DT"].strip():
        notes.append(read_time(row["TARGET_DT"])[1])
    else:
        notes.append("no_target")
    if row["CASE_STATUS"] == "Closed":
        closed, closed_note = read_time(row["CLOSED_DT"])
        events.append(_event("decided", closed) | {"outcome": "done"})
        notes += [closed_note, "closed_before_opened" if closed < opened else None]
    return events, tuple(note for note in notes if note)


def _event(name: str, at: datetime) -> dict[str, Any]:
    return {"event_id": name, "event": name, "occurred_at": at.isoformat()}


def _distinct(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
