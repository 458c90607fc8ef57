"""The fold on real data: the deadline vectors as cases, and 10,000 service requests of the City of Boston."""

import csv
import gzip
import io
import json
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.cases.fold import fold
from chalicelib.domain.cases.records import CaseEvent, Registration
from tests.unit.cases.builders import BY_TEN, NOW, REGISTERED_AT, commitment, event, fact, folded, status, terms

ROOT = Path(__file__).resolve().parents[3]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests/data/vectors/deadlines.json").read_text("utf-8"))
BOSTON = ROOT / "local/data/boston311"
KINDS = ("hearing", "tender", "auction", "inspection", "testing", "quarantine", "appraisal", "expert_review")


def _case_of(vector: dict[str, Any]) -> list[CaseEvent]:
    events = [event("accepted", "accepted", vector["accepted_on"])]
    for number, pause in enumerate(vector["pauses"]):
        if pause["kind"] == "supplement":
            started, ended, more = "supplement_requested", "supplement_received", {"materials": [{"zh": "材料"}]}
        else:
            started, ended, more = "special_started", "special_ended", {"kind": pause["kind"]}
        events.append(event(f"p{number}", started, pause["from"], sequence=2 * number + 1, **more))
        if pause["until"]:
            kind = {"kind": pause["kind"]} if ended == "special_ended" else {}
            events.append(event(f"q{number}", ended, pause["until"], sequence=2 * number + 2, **kind))
    for number, extension in enumerate(vector["extensions"]):
        events.append(event(f"x{number}", "extended", vector["accepted_on"], sequence=99, by=extension))
    return events


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_told_as_events_is_due_when_the_vector_says(vector: dict[str, Any]) -> None:
    service = terms(
        limits={"statutory": vector["limit"]},
        supplement="pause",
        special_procedures=[{"kind": kind, "legal_basis": {"document": "行政许可法"}} for kind in KINDS],
        extension={**BY_TEN, "limit": vector["extensions"][0]} if vector["extensions"] else None,
    )
    result = folded(_case_of(vector), service)
    assert fact(result)["due_on"] == vector["due_on"]
    assert status(result)["clock"] == ("running" if vector["due_on"] else "stopped")


def _rows() -> list[dict[str, str]]:
    text = gzip.decompress((BOSTON / "requests_2015_first10000.csv.gz").read_bytes()).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _instant(text: str) -> str:
    from datetime import datetime

    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZoneInfo("America/New_York")).isoformat()


def _fact_of(row: dict[str, str]) -> dict[str, Any]:
    agency = {"path": ["boston"], "time_zone": "America/New_York", "calendar": "us-boston", "content": {}}
    service = terms(commitment(limits={}), agency=agency)
    content = {"service": "s1", "access": "none"}
    if row["TARGET_DT"]:
        content["due_at"] = _instant(row["TARGET_DT"])
    events = [event("accepted", "accepted", _instant(row["OPEN_DT"]))]
    if row["CLOSED_DT"]:
        events.append(event("decided", "decided", _instant(row["CLOSED_DT"]), outcome="done"))
    return fact(fold(Registration(row["CASE_ENQUIRY_ID"], content, REGISTERED_AT), events, service, NOW))


def test_ten_thousand_requests_of_boston_give_the_reference_figures() -> None:
    reference = json.loads((BOSTON / "reference.json").read_text("utf-8"))["all"]
    facts = [_fact_of(row) for row in _rows()]
    closed = [found for found in facts if found["decided_on"]]
    judged = [found for found in closed if found["on_time"] is not None]
    on_time = [found for found in judged if found["on_time"]]
    assert len(facts) == reference["rows"]
    assert len(closed) == reference["closed"]
    assert len(judged) == reference["closed_with_target"]
    assert len(on_time) == reference["closed_on_time"]
    assert len(facts) - len(closed) == reference["open"]
    assert round(median(found["gross_seconds"] for found in closed) / 86_400, 4) == reference["median_days"]
    assert all(found["row"] == "counted" for found in facts)
    assert all(date.fromisoformat(found["opened_on"]).year >= 2014 for found in facts)
