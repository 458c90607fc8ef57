"""Disclosure lists of provincial departments of Hebei, as a crawler found them: dirty, and not repaired by guessing.

Source: github gerry0208/spider_project @015f6583; published government information, no licence stated, so it is read from
where it lies and never shipped. One CSV per department and column of its site. Invariants:
- Every row is either disclosed or refused with a reason. Its id is made of its address, so repeated titles stay apart.
- Mended, because nothing can be meant but this: line breaks (CR, CRLF) become LF, blanks around a title or address go, an
  address with its host twice keeps the inner, whole one. All else that cannot be sent is refused, not rewritten.
- A blank text is disclosed by its address alone. Attachments are not carried (their addresses are broken in many ways).
- A document number is taken from the text only where exactly one stands in the head of a document by itself: not quoted,
  not in an interpretation or report. Otherwise there is none.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from glasshall.errors import UsageError
from glasshall.importers.plan import Phase, Plan, Refusal, Row, Taken, digest_of, disclose, register_agency

AGENCY = "hebei"
SOURCE = "gerry0208/spider_project @015f6583"
REVIEWER = "secrecy review of the import"
ROOT: dict[str, Any] = {
    "name": {"zh": "河北省人民政府", "en": "People's Government of Hebei Province"},
    "level": "province",
    "jurisdiction": {"time_zone": "Asia/Shanghai", "calendar": "cn", "language": "zh"},
    "source": {"name": SOURCE},
}
DEPARTMENTS = {"科学技术厅": "kjt", "教育厅": "jyt"}
DOCUMENTS = ("国家政策文件", "省政府政策文件", "法律法规", "教育法规", "规范性文件汇总表")
CATEGORIES = {
    **dict.fromkeys(DOCUMENTS, "normative_documents"),
    "政策解读": "policy_interpretation",
    "政府信息公开年报": "annual_report",
}
TITLE, DAY, TEXT, CATEGORY, ADDRESS, ATTACHMENTS = "标题", "时间", "内容", "一级类别", "访问地址", "附件链接"

_FILE_NAME = re.compile(r"[0-9]*(?P<department>[^-]+)-")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_DOUBLED_HOST = re.compile(r"https?://[^/?#]*?(https?://.+)", re.DOTALL)
_WHOLE_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][^\s<>\"]*)?")
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DOCUMENT_NUMBER = re.compile(
    r"(?:^|\s|通知)[（(]?([\u4e00-\u9fff]{2,12}[〔\[［【](?:19|20)[0-9]{2}[〕\]］】]第?[0-9]{1,4}号)"
)
_HEAD_CHARACTERS = 200
_TITLE_LIMIT, _TEXT_LIMIT, _FIELD_LIMIT = 500, 200_000, 10_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """One row with the place it was found at and the department whose list it is."""

    where: str
    department: str
    values: Mapping[str, str]


def read(path: Path) -> list[Found]:
    """Return the rows of one file, or of every CSV of a folder in order of name.

    Raises:
        UsageError: no CSV is there, or one is not UTF-8 or has not the columns.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"no CSV in {path}")
    csv.field_size_limit(_FIELD_LIMIT)
    return [found for file in files for found in _read_file(file)]


def _read_file(file: Path) -> list[Found]:
    matched = _FILE_NAME.match(file.name)
    department = matched["department"] if matched else file.stem
    try:
        with file.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file.name} is not CSV in UTF-8: {error}") from error
    if rows and not {TITLE, DAY, TEXT, CATEGORY, ADDRESS} <= rows[0].keys():
        raise UsageError(f"{file.name} has not the columns of these lists")
    return [
        Found(f"{file.name}:{number}", department, {name: value or "" for name, value in row.items() if name})
        for number, row in enumerate(rows, 1)
    ]


def plan(rows: Sequence[Found], agency: str = AGENCY) -> Plan:
    """Return what loads the rows below the root agency of this id."""
    taken, texts = Taken(), Taken()
    departments = sorted({found.department for found in rows})
    return Plan(
        (
            Phase("departments", tuple(_department(name, agency) for name in departments)),
            Phase("disclosures", tuple(_row(found, agency, taken, texts) for found in rows)),
        )
    )


def department_id(department: str, agency: str) -> str:
    """Return the id of a department."""
    return f"{agency}-{DEPARTMENTS.get(department) or digest_of(department)}"


def read_day(text: str) -> str | None:
    """Return a date of either notation as YYYY-MM-DD, or None where it is none."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def mend_address(text: str) -> tuple[str, bool]:
    """Return the address without blanks and without a host put before a whole address, and whether that was there."""
    stripped = text.strip()
    doubled = _DOUBLED_HOST.fullmatch(stripped)
    return (doubled[1], True) if doubled else (stripped, False)


def mend_text(text: str) -> str:
    """Return the text with LF as its only line break and no blank lines around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def document_numbers(text: str) -> set[str]:
    """Return the document numbers that stand by themselves in the head of a text, up to whom it addresses."""
    head = re.split("[：:]", text.strip(), maxsplit=1)[0][:_HEAD_CHARACTERS]
    return set(_DOCUMENT_NUMBER.findall(head))


def _department(name: str, agency: str) -> Row:
    content = {
        "name": {"zh": f"河北省{name}" if name in DEPARTMENTS else name},
        "level": "department",
        "parent": agency,
        "source": {"name": SOURCE},
    }
    return register_agency(department_id(name, agency), content)


def _row(found: Found, agency: str, taken: Taken, texts: Taken) -> Row:
    values = found.values
    address, repaired = mend_address(values[ADDRESS])
    title, text = values[TITLE].strip(), mend_text(values[TEXT])
    owner = department_id(found.department, agency)
    record_id = f"{owner}-{digest_of(address)}"
    refusal = _refusal(values, title, text, address)
    if refusal is None and taken.by_other(record_id, found.where):
        refusal = Refusal("duplicate_address", f"the address stands at {taken.owners[record_id]} already")
    if refusal is not None:
        return Row(found.where, record_id, refusal=refusal)
    numbers = document_numbers(text) if values[CATEGORY] in DOCUMENTS else set()
    content = _content(values, title, text, address, owner) | ({"doc_no": min(numbers)} if len(numbers) == 1 else {})
    notes = _notes(
        address_repaired=repaired,
        text_blank=not text.strip(),
        title_cut=title.endswith(("...", "…")),
        text_repeated=bool(text.strip()) and texts.by_other(digest_of(text), found.where),
        document_number_from_text=len(numbers) == 1,
        document_number_ambiguous=len(numbers) > 1,
        attachments_not_carried=bool(values.get(ATTACHMENTS, "").strip()),
        line_breaks_mended="\r" in values[TEXT],
    )
    return Row(found.where, record_id, disclose(record_id, content, REVIEWER), notes=notes)


def _refusal(values: Mapping[str, str], title: str, text: str, address: str) -> Refusal | None:
    checks: Iterable[tuple[bool, str, str]] = (
        (not title, "title_blank", "no title"),
        (len(title) > _TITLE_LIMIT, "title_too_long", f"a title has at most {_TITLE_LIMIT} characters"),
        (len(text) > _TEXT_LIMIT, "text_too_long", f"a text has at most {_TEXT_LIMIT:,} characters"),
        (values[CATEGORY] not in CATEGORIES, "category_unknown", f"no such category: {values[CATEGORY]}"),
        (read_day(values[DAY]) is None, "date_unreadable", f"not a date: {values[DAY]}"),
        (not _WHOLE_ADDRESS.fullmatch(address), "address_invalid", f"not an address: {address}"),
        (bool(_NOT_TEXT.search(title + text)), "control_character", "a control or bidirectional character in the text"),
    )
    return next((Refusal(code, message) for wrong, code, message in checks if wrong), None)


def _content(values: Mapping[str, str], title: str, text: str, address: str, owner: str) -> dict[str, Any]:
    content: dict[str, Any] = {
        "agency": owner,
        "title": {"zh": title},
        "category": CATEGORIES[values[CATEGORY]],
        "cadence": "regular" if CATEGORIES[values[CATEGORY]] == "annual_report" else "ad_hoc",
        "topics": [values[CATEGORY]],
        "issued_on": read_day(values[DAY]),
        "source_url": address,
        "source": {"name": SOURCE, "url": address},
    }
    return content | ({"body": {"zh": text}} if text.strip() else {})


def _notes(**found: bool) -> tuple[str, ...]:
    return tuple(name for name, holds in found.items() if holds)
