"""Policy documents of the State Council as gov.cn lists them: 25 rows, each a disclosure with the address of its text.

Source: github haphap/china-policy-db @007979ba, Apache-2.0 for the code; published government information. Invariants:
- One agency, the root; the issuing organs stay as text (`issuer`), for the list names several in one field.
- The list has no texts: a disclosure names where the text stands (`source_url`).
- `pub_date` is when gov.cn published it and is taken as `issued_on`; a document number may be missing, as in the source.
- The category is that of the portal's column, but a document whose title says it issues a plan (规划) is a plan.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from glasshall.importers.plan import Phase, Plan, Refusal, Row, Taken, digest_of, disclose

AGENCY = "gov-cn"
SOURCE = "haphap/china-policy-db @007979ba (中国政府网)"
REVIEWER = "secrecy review of the demonstration"
ROOT: dict[str, Any] = {
    "name": {"zh": "国务院（中国政府网）", "en": "State Council (gov.cn)"},
    "level": "department",
    "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"},
    "source": {"name": SOURCE, "url": "https://www.gov.cn/zhengce/", "licence": "Apache-2.0"},
}
CATEGORIES = {
    "国务院文件": "normative_documents",
    "国务院部门文件": "normative_documents",
    "国务院公报": "normative_documents",
    "政策解读": "policy_interpretation",
}
_CONTENT_NUMBER = re.compile(r"/content_([0-9]+)\.html?$")


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of the file."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def plan(rows: Sequence[Mapping[str, str]], agency: str = AGENCY) -> Plan:
    """Return what loads the rows under the agency of this id."""
    taken = Taken()
    return Plan((Phase("disclosures", tuple(_row(number, row, agency, taken) for number, row in enumerate(rows, 1))),))


def _row(number: int, row: Mapping[str, str], agency: str, taken: Taken) -> Row:
    where, url = str(number), (row.get("url") or "").strip()
    record_id = _record_id(agency, url) if url else ""
    refusal = _refusal(row, url)
    if refusal is None and taken.by_other(record_id, where):
        refusal = Refusal("duplicate_address", f"the address stands in row {taken.owners[record_id]} already")
    if refusal is not None:
        return Row(where, record_id, refusal=refusal)
    notes = ("no_document_number",) if not row["pcode"].strip() else ()
    return Row(where, record_id, disclose(record_id, _content(row, url, agency), REVIEWER), notes=notes)


def _record_id(agency: str, url: str) -> str:
    found = _CONTENT_NUMBER.search(url)
    return f"{agency}-{found[1] if found else digest_of(url)}"


def _refusal(row: Mapping[str, str], url: str) -> Refusal | None:
    if not url:
        return Refusal("address_blank", "a document without text needs the address where its text stands")
    if not row["title"].strip():
        return Refusal("title_blank", "no title")
    if row["category"].strip() not in CATEGORIES:
        return Refusal("category_unknown", f"no such category: {row['category']}")
    try:
        date.fromisoformat(row["pub_date"].strip())
    except ValueError:
        return Refusal("date_unreadable", f"not a date: {row['pub_date']}")
    return None


def _content(row: Mapping[str, str], url: str, agency: str) -> dict[str, Any]:
    optional = {
        "doc_no": row["pcode"].strip(),
        "issuer": {"zh": row["puborg"].strip()} if row["puborg"].strip() else None,
        "topics": [topic for topic in (part.strip() for part in row["childtype"].split("\\")) if topic],
    }
    return {
        "agency": agency,
        "title": {"zh": row["title"].strip()},
        "category": _category(row),
        "cadence": "ad_hoc",
        **{name: value for name, value in optional.items() if value},
        "issued_on": row["pub_date"].strip(),
        "source_url": url,
        "source": {"name": SOURCE, "url": url},
    }


def _category(row: Mapping[str, str]) -> str:
    found = CATEGORIES[row["category"].strip()]
    return "plans" if found == "normative_documents" and "规划" in row["title"] else found
