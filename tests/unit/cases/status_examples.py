"""The statuses shown as examples in OpenAPI and in docs/status.md, made by the program itself from stories.

`python -m tests.unit.cases.status_examples` writes them; a test holds that what stands there is what it would write.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from chalicelib.domain.cases.fold import fold
from chalicelib.domain.cases.records import Registration, ServiceTerms
from chalicelib.domain.cases.splice import splice
from chalicelib.domain.cases.terms import read_terms
from chalicelib.domain.instants import to_key
from tests.unit.cases.builders import AGENCY, FIVE_DAYS, HEARING, TWENTY_DAYS, happened

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES, GUIDE = ROOT / "chalicelib/routes/openapi/examples.json", ROOT / "docs/status.md"
BEGIN, END = "<!-- A status, made by tests/unit/cases/status_examples.py -->\n", "<!-- end -->"
NOW = datetime(2026, 11, 23, 2, 0, 7, tzinfo=UTC)
MEASURED = {"median": 3, "p80": 5, "n": 37, "unit": "working_day", "period": "2026-10", "measured": "agency_clock"}
STATES = {
    "accepted": "A case that was accepted",
    "stopped": "A case whose clock stands still for a hearing, with things to do",
    "granted": "A case that was granted and waits to be collected",
}
RECEIVED = ("received", "2026-11-19T09:30:00+08:00", {"documents": [{"name": {"zh": "备案申请表"}}]})
WINDOW = {"centre": "guangan-hall", "window": "三号窗口"}
ACCEPTED = {"notice_no": "广安受字〔2026〕18号", "place": WINDOW}
LATER = {"missing": [{"material": {"zh": "土地证明", "en": "Proof of land use"}, "due_on": "2026-12-04"}]}
FEE = {"name": {"zh": "工本费", "en": "Fee for the certificate"}, "amount_fen": 1000}
PAPER = {
    "name": {"zh": "备案证明", "en": "Certificate of filing"},
    "no": "广安备〔2026〕7号",
    "valid_until": "2028-11-20",
}


def service() -> ServiceTerms:
    """Return the service of the examples."""
    content = {
        "version": 1,
        "title": {"zh": "企业投资项目备案", "en": "Filing of investment projects"},
        "limits": {"promised": FIVE_DAYS, "statutory": TWENTY_DAYS},
        "special_procedures": [HEARING],
        "steps": [
            {"stage": "accept"},
            {"stage": "review", "name": {"zh": "现场核查", "en": "Site visit"}},
            {"stage": "decide"},
        ],
        "first_contact": {"post": {"zh": "投资股", "en": "Investment desk"}, "phone": "0826-2222223"},
        "complaint": {"phone": "12345"},
    }
    state = {"agency": "bureau", "jurisdiction": "guangan", "commitments": [content]}
    return read_terms("511602-0106-0001", state, AGENCY)


def story(name: str) -> list[tuple[Any, ...]]:
    """Return what happened to the case of an example."""
    if name == "accepted":
        return [RECEIVED, ("accepted", "2026-11-20", ACCEPTED)]
    if name == "granted":
        decided = {"outcome": "granted", "place": WINDOW}
        return [
            RECEIVED,
            ("accepted", "2026-11-19", ACCEPTED),
            ("decided", "2026-11-20T16:00:00+08:00", decided),
            ("certificate_made", "2026-11-23T09:00:00+08:00", {"document": PAPER, "pickup": {"zh": "一楼取件柜"}}),
        ]
    hearing = {"kind": "hearing", "told": {"value": 10, "unit": "working_day"}, "notice_no": "广安听字〔2026〕3号"}
    return [
        RECEIVED,
        ("accepted", "2026-11-19", {**ACCEPTED, **LATER}),
        ("stage_entered", "2026-11-20T09:00:00+08:00", {"stage": "review"}),
        ("fee_due", "2026-11-20T09:30:00+08:00", FEE),
        ("special_started", "2026-11-20T14:00:00+08:00", hearing),
    ]


def status_of(name: str) -> dict[str, Any]:
    """Return the status of an example."""
    opened = Registration("2026-000017", {"service": "511602-0106-0001", "access": "code"}, NOW)
    view = fold(opened, happened(*story(name)), service(), NOW).view
    found: dict[str, Any] = orjson.loads(splice(view, to_key(NOW), NOW, "Asia/Shanghai", MEASURED, []))
    return found


def examples() -> dict[str, Any]:
    """Return the examples of OpenAPI with every status in them as it is now."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text("utf-8"))
    found["CaseStatus"] = {name: {"summary": said, "value": status_of(name)} for name, said in STATES.items()}
    accepted = status_of("accepted")
    found["IntakeCase"]["case"]["value"]["status"] = accepted
    entry = found["CaseStatuses"]["two"]["value"]["cases"][0]
    entry |= {"etag": f'"{sha256(orjson.dumps(accepted)).hexdigest()[:32]}"', "case": accepted}
    return found


def guide() -> str:
    """Return the guide with its status as it is now."""
    before, _, rest = GUIDE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}```json\n{_written(status_of('stopped'))}\n```\n{END}{after}"


def _written(status: dict[str, Any]) -> str:
    """Return a status for reading: one line for each member, and for each entry of a list."""
    lines = []
    for name, value in status.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            text = "[\n    " + ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value) + "\n  ]"
        if name == "deadline":
            steps = ",\n      ".join(json.dumps(step, ensure_ascii=False) for step in value["explain"])
            rest = json.dumps({**value, "explain": 0}, ensure_ascii=False)
            text = rest.replace('"explain": 0', f'"explain": [\n      {steps}\n    ]')
        lines.append(f'  "{name}": {text}')
    return "{\n" + ",\n".join(lines) + "\n}"


def main() -> None:
    """Write them."""
    EXAMPLES.write_text(json.dumps(examples(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    GUIDE.write_text(guide(), "utf-8")


if __name__ == "__main__":
    main()
