"""Entries of feeds: what a list says of a record, as a reader of feeds shows it.

Pure: the same items give the same entries. A record is one entry for as long as it is public: its id is its address without
a version, and `updated` is when its content last changed. What no longer stands in its list is told as gone (a tombstone)
wherever the list tells of it at all: with `updated_since`, or `include=withdrawn`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.codes import sentences

Item = dict[str, Any]
Words = Mapping[str, str]

COLLECTIONS: Mapping[str, tuple[str, str]] = {
    "agencies": ("行政机关", "Agencies"),
    "services": ("政务服务事项", "Services"),
    "disclosures": ("政务公开", "Disclosures"),
    "consultations": ("征求意见", "Consultations"),
    "comments": ("公众意见", "Comments"),
    "rules": ("规章制度", "Rules"),
    "centres": ("政务服务中心", "Service centres"),
    "hearings": ("听证", "Hearings"),
    "filings": ("备案", "Filings"),
    "supervision": ("督查红黄牌", "Supervision"),
    "evaluations": ("评议", "Evaluations"),
    "feedback": ("反馈", "Feedback"),
    "statistics-periods": ("统计期", "Periods of statistics"),
}
"""Every collection that has a list, with its name in Chinese and English."""
GONE = {"agency": "dissolved", "centre": "closed", "card": "lifted", "comment": "withheld"}
"""The stage in which a record stands in its list no more, where that is not `withdrawn`."""
ERASED = "erased"
ERASED_WORDS = {"zh": "已依令删除", "en": "Erased by order"}
"""Of every kind: all that is left of it is that it was, and by whose order it was erased."""
_STAGES = {"rule": "rule_standing"}
_WITHOUT_PAGE = ("feedback", "period")
"""Kinds that the page for people has no view of."""
_TOLD = (
    ("doc_no", "文号", "Document number"),
    ("issued_on", "成文日期", "Dated"),
    ("effective_on", "施行日期", "In force from"),
    ("last_day", "征求意见截止日（含当日）", "Last day for comments, inclusive"),
    ("held_at", "举行时间", "Held at"),
    ("registration_closes_at", "报名截止", "Registration closes"),
    ("review_due_on", "应于此日前清理", "Review due on"),
    ("due_on", "应于此日前完成", "Due on"),
    ("answer_by", "应于此日前答复", "Answer due by"),
)
_TAGS = ("stage", "category", "cadence", "service_kind", "rule_kind", "area", "hearing_kind", "colour", "rule")


class Entry(NamedTuple):
    """One entry."""

    id: str
    page: str
    """Where a person reads it."""
    title: Words
    told: Words
    """What is told of it beside the title, in Chinese and English."""
    published: str
    updated: str
    agency: str
    agency_url: str
    tags: tuple[tuple[str, str], ...]
    """What it is found by: the address that explains the member, and the code."""
    gone: Words | None
    """How it came that it stands in its list no more; None while it does."""
    item: Item


def entries(items: list[Item], origin: str, base_path: str) -> list[Entry]:
    """Return the entries of a page; `origin` is scheme and authority of the deployment."""
    return [_entry(item, origin, origin + base_path) for item in items]


def own_language(text: Words) -> str:
    """Return the language that a feed shows first of `{"zh", "en"}`: a title stands in one."""
    return "zh" if "zh" in text else "en"


def newest(found: list[Entry], otherwise: str | None) -> str:
    """Return when the newest of a page changed, as a feed must say; of an empty page, up to when it is known to be empty."""
    changed = (entry.updated for entry in found)
    return max(changed, key=datetime.fromisoformat, default=otherwise or "1970-01-01T00:00:00Z")


def _entry(item: Item, origin: str, root: str) -> Entry:
    kind: str = item["kind"]
    stage: str = item["standing"] if "standing" in item else item["stage"]
    words = ERASED_WORDS if stage == ERASED else sentences(_STAGES.get(kind, f"{kind}_stage"))[stage]
    told = {language: "；".join(_facts(item, words, language)) for language in ("zh", "en")}
    return Entry(
        id=origin + item["url"],
        page=origin + item["url"] if kind in _WITHOUT_PAGE or stage == ERASED else _page(item, root),
        title=_title(item),
        told={"zh": told["zh"], "en": told["en"].replace("；", "; ")},
        published=item["published_at"],
        updated=item["record_changed_at"],
        agency=item["agency"],
        agency_url=f"{root}/v1/agencies/{item['agency']}",
        tags=tuple((f"{root}/v1/fields/{kind}#{name}", item[name]) for name in _TAGS if name in item),
        gone=words if stage in (ERASED, GONE.get(kind, "withdrawn")) else None,
        item=item,
    )


def _page(item: Item, root: str) -> str:
    """Return where a person reads of a record: of a comment, the draft that it is on."""
    kind, record_id = ("disclosure", item["disclosure"]) if item["kind"] == "comment" else (item["kind"], item["id"])
    return f"{root}/#/{kind}/{record_id}"


def _facts(item: Item, stage: Words, language: str) -> Iterator[str]:
    """Yield what is told of a record in one language, a label before each."""
    place = ("zh", "en").index(language)
    colon = "：" if language == "zh" else ": "
    yield stage[language]
    yield f"{('机关', 'Agency')[place]}{colon}{item['agency']}"
    for name, *labels in _TOLD:
        if name in item:
            yield f"{labels[place]}{colon}{item[name]}"


def _title(item: Item) -> Words:
    """Return what a record is called; what has no title is told by what it is about."""
    named = item.get("title") or item.get("name")
    if named is not None:
        return dict(named)
    if item["stage"] == ERASED:
        return {"zh": item["id"], "en": item["id"]}
    if item["kind"] == "card":
        colour, rule = sentences("card_colour")[item["colour"]], sentences("card_rule")[item["rule"]]
        return {"zh": f"{colour['zh']}：{rule['zh']}", "en": f"{colour['en']}: {rule['en']}"}
    if item["kind"] == "filing":
        sent, to = item["disclosure"], item["receiver"]
        return {"zh": f"备案：{sent} 报 {to}", "en": f"{sent} filed with {to}"}
    if item["kind"] == "period":
        of, figures = f"{item['period']}（{item['jurisdiction']}）", item["figures"]
        english = f"Statistics of {item['period']} ({item['jurisdiction']}): {figures} figures"
        return {"zh": f"统计：{of}，{figures} 个数据", "en": english}
    if item["kind"] == "comment":
        said = item.get("excerpt", item["id"])
        return {"zh": f"关于 {item['disclosure']} 的意见：{said}", "en": f"On {item['disclosure']}: {said}"}
    called = str(item.get("doc_no") or item["id"])
    return {"zh": called, "en": called}
