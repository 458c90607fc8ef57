"""The service items of Guang'an district (四川省广安市广安区): 1,135 rows of the provincial service portal.

Source: github v-luobo/zwfw, `bszl-data.js` @11bd6263, Apache-2.0. A row has department, item name, item code, task type and
address; it has no limits and no fees. Invariants:
- Agencies are the department codes. One name may have several codes (bureaus with sub-offices): a code that is another's
  with a suffix `_nnnn` is its child; a name that several codes share is followed by the code, but for the code with most items.
- The id of a service is its item code, which is kept as `item_code` too.
- With `synthetic`, each service gets a promised limit of 5 to 15 working days (by a digest of its code) beside 20 by law, and
  is marked `"synthetic": true`. The rest is as the source says it. `main_item` (主项) has no place in a service and is left out.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from glasshall.importers.plan import Phase, Plan, Refusal, Row, Taken, act, code_id, register_agency

AGENCY = "guangan"
SOURCE = "v-luobo/zwfw bszl-data.js @11bd6263 (四川政务服务网)"
LICENCE = "Apache-2.0"
ROOT: dict[str, Any] = {
    "name": {"zh": "四川省广安市广安区人民政府", "en": "People's Government of Guang'an District"},
    "level": "county",
    "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"},
    "codes": {"area_code": "511602000000"},
    "source": {"name": SOURCE, "licence": LICENCE},
}
KINDS = {
    "1": "licence",
    "2": "penalty",
    "3": "coercion",
    "4": "collection",
    "5": "benefit",
    "6": "inspection",
    "7": "confirmation",
    "8": "award",
    "9": "adjudication",
    "10": "other_power",
    "20": "public_service",
}
"""`task_type` of the provincial portals: 行政许可, 处罚, 强制, 征收, 给付, 检查, 确认, 奖励, 裁决, 其他行政权力, 公共服务."""

_COLUMNS = ("department", "name", "item_code", "task_type", "dept_code", "link")
_PROMISED_FROM, _PROMISED_TO, _STATUTORY = 5, 15, 20


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of the file."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def plan(rows: Sequence[Mapping[str, str]], agency: str = AGENCY, *, synthetic: bool = True) -> Plan:
    """Return what loads the rows below the root agency of this id."""
    taken = Taken()
    services = tuple(_service(number, row, agency, taken, synthetic=synthetic) for number, row in enumerate(rows, 1))
    offices = _offices(rows)
    parents = {code: _parent(code, offices) for code in offices}
    return Plan(
        (
            Phase("departments", _agencies(offices, parents, agency, below_root=True)),
            Phase("sub-offices", _agencies(offices, parents, agency, below_root=False)),
            Phase("services", services),
        )
    )


def agency_id(agency: str, code: str) -> str:
    """Return the id of the department with this code."""
    return code_id(code, f"{agency}-")


def _offices(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the name of every department code, unambiguous, in order of code."""
    counted = Counter((row["department"].strip(), row["dept_code"].strip()) for row in rows if row.get("dept_code"))
    most: dict[str, str] = {}
    for (name, code), _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        most.setdefault(name, code)
    found = {code: name if most[name] == code else f"{name}（{code}）" for name, code in counted if name}
    return dict(sorted(found.items()))


def _parent(code: str, offices: Mapping[str, str]) -> str | None:
    head, _, suffix = code.rpartition("_")
    return head if suffix.isdecimal() and head in offices else None


def _agencies(
    offices: Mapping[str, str], parents: Mapping[str, str | None], agency: str, *, below_root: bool
) -> tuple[Row, ...]:
    return tuple(
        register_agency(
            agency_id(agency, code),
            {
                "name": {"zh": name},
                "level": "department",
                "parent": agency_id(agency, parent) if (parent := parents[code]) else agency,
                "codes": {"dept_code": code},
                "source": {"name": SOURCE, "licence": LICENCE},
            },
        )
        for code, name in offices.items()
        if (parents[code] is None) is below_root
    )


def _service(number: int, row: Mapping[str, str], agency: str, taken: Taken, *, synthetic: bool) -> Row:
    where, code = str(number), (row.get("item_code") or "").strip()
    record_id = code_id(code) if code else ""
    refusal = _refusal(row, code)
    if refusal is None and taken.by_other(record_id, where):
        refusal = Refusal("duplicate_item_code", f"the item code stands in row {taken.owners[record_id]} already")
    if refusal is not None:
        return Row(where, record_id, refusal=refusal)
    content = _content(row, code, agency) | ({"limits": made_up_limits(code)} if synthetic else {})
    body = {"act": "publish", "content": content} | ({"synthetic": True} if synthetic else {})
    notes = (*(() if record_id == code else ("id_from_digest",)), *(("limits_made_up",) if synthetic else ()))
    return Row(where, record_id, (act("services", record_id, 1, body),), notes=notes)


def _refusal(row: Mapping[str, str], code: str) -> Refusal | None:
    if missing := [column for column in _COLUMNS if not (row.get(column) or "").strip()]:
        return Refusal("column_blank", f"nothing in: {', '.join(missing)}")
    if row["task_type"].strip() not in KINDS:
        return Refusal("task_type_unknown", f"no such task type: {row['task_type']}")
    return None


def _content(row: Mapping[str, str], code: str, agency: str) -> dict[str, Any]:
    link, task_type = row["link"].strip(), row["task_type"].strip()
    return {
        "agency": agency_id(agency, row["dept_code"].strip()),
        "title": {"zh": row["name"].strip()},
        "item_code": code,
        "service_kind": KINDS[task_type],
        "task_type_code": task_type,
        "links": [{"title": {"zh": "办事指南", "en": "Guide"}, "url": link}],
        "source": {"name": SOURCE, "url": link, "licence": LICENCE},
    }


def made_up_limits(code: str) -> dict[str, Any]:
    """Return the limits the source lacks, the same for the same code: 5 to 15 working days promised, 20 by law."""
    spread = int.from_bytes(hashlib.sha256(code.encode()).digest()[:4]) % (_PROMISED_TO - _PROMISED_FROM + 1)
    return {
        "statutory": {"value": _STATUTORY, "unit": "working_day"},
        "promised": {"value": _PROMISED_FROM + spread, "unit": "working_day"},
    }
