"""Made-up cases of a made-up joint licence: what the real data sets have none of, to be looked at by a newcomer.

Opening a restaurant (开办餐馆), four agencies below Guang'an; every record says `synthetic`. Three cases of one day: one on
which three agencies work side by side (one has decided, one is stopped by an inspection, one lets its limit pass, which
raises a card), one that waits for papers, one handed out. Beside them a service centre with a window that only forwards,
two rules, of which one takes the other's place, and a draft that is open for comment for thirty days.

Invariants: the bytes depend on the root and the day only, and the day stands in the case numbers and in the draft's id, so a
load that is repeated on another day writes other cases and contradicts none. Limits end soon, within the years a calendar has.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from hashlib import sha256
from typing import Any

from glasshall.client import body_of, intake_path
from glasshall.importers.plan import Phase, Plan, Put, Row, act

BELOW = "guangan"
"""The set below whose root agency everything here goes."""
ZONE = timezone(timedelta(hours=8))
SERVICE = "demo-restaurant"
AGENCIES = {
    "demo-market": ("市场监督管理局（演示）", "Market Regulation (demonstration)"),
    "demo-health": ("卫生健康局（演示）", "Health (demonstration)"),
    "demo-fire": ("消防救援大队（演示）", "Fire Brigade (demonstration)"),
    "demo-city": ("城市管理局（演示）", "City Management (demonstration)"),
}
CENTRE = "demo-hall"
REAL_SERVICES = (
    "511Z07001006-511602000000-000-11511301008778183N-1-00",
    "511A0138000000-511602000000-000-115113010833722043-1-00",
)
"""Two services of the district's own data set."""
WINDOW = "一号窗口（演示）"
CASES = {
    1: "made up: three agencies side by side; one has decided, one is stopped, one is late and has a card",
    2: "made up: stopped, it waits for papers of the applicant",
    3: "made up: handed out, it can be rated",
}
_LAW = "中华人民共和国行政许可法"


def case_no(day: date, number: int) -> str:
    """Return the number of one of the cases of a day."""
    return f"demo-{day:%Y%m%d}-{number}"


def newest(numbers: Iterable[str]) -> dict[str, str]:
    """Return the cases of the latest day among these, with what is to be seen in each."""
    ours = sorted(number for number in numbers if number.startswith("demo-"))
    return {number: CASES[int(number[-1])] for number in ours if number[:-1] == ours[-1][:-1]}


def plan(root: str, day: date) -> Plan:
    """Return everything to send, in order."""
    agencies = tuple(_agency(agency, zh, en, root) for agency, (zh, en) in AGENCIES.items())
    service = {"act": "publish", "content": _service(), "synthetic": True}
    at_the_centre = {"windows": [{"centre": CENTRE, "window": WINDOW}], "life_events": ["opening_shop"]}
    found = {"act": "revise", "content": _service() | at_the_centre, "synthetic": True}
    histories = {1: _under_way(day), 2: _waiting(day), 3: _handed_out(day)}
    return Plan(
        (
            Phase("agencies", agencies),
            Phase(
                "service",
                (Row("", SERVICE, (act("services", SERVICE, 1, service), act("services", SERVICE, 2, found))),),
            ),
            Phase("centre", (_centre(root),)),
            *(Phase("rules", (row,)) for row in _rules()),
            Phase("drafts", (Row("", draft(day), _heard(draft(day), day)),)),
            Phase("cases", tuple(_case(case_no(day, number), events) for number, events in histories.items())),
        )
    )


def draft(day: date) -> str:
    """Return the id of the draft on which opinions are heard from a day on."""
    return f"demo-parking-{day:%Y%m%d}"


def _heard(record_id: str, day: date) -> tuple[Put, ...]:
    """A draft is handed in, approved by another person, and put to the public for thirty days."""
    content = {
        "agency": "demo-city",
        "title": {
            "zh": "路内停车收费调整方案（演示，征求意见稿）",
            "en": "Parking fees on streets (demonstration, draft)",
        },
        "category": "price_decisions",
        "body": {
            "zh": "一、白天每小时三元，夜间不收费。\n二、残疾人驾驶的车辆免费。",
            "en": "1. Three yuan an hour by day, nothing at night.\n2. Vehicles of disabled drivers are free.",
        },
    }
    submit = act("disclosures", record_id, 1, {"act": "submit", "content": content, "synthetic": True})
    review = {"reviewer": "made up", "result": "cleared"}
    approve = {"act": "approve", "approves_sha256": sha256(submit.body).hexdigest(), "secrecy_review": review}
    opening = {
        "act": "open_consultation",
        "last_day": (day + timedelta(days=30)).isoformat(),
        "questions": [{"zh": "夜间是否应当收费？", "en": "Should nights be charged?"}],
        "how": {"zh": "在本页提交意见。", "en": "Comment on this page."},
    }
    return (
        submit,
        act("disclosures", record_id, 2, approve, "approver"),
        act("disclosures", record_id, 3, opening),
    )


def _agency(agency: str, zh: str, en: str, root: str) -> Row:
    content = {"name": {"zh": zh, "en": en}, "level": "department", "parent": root}
    return Row("", agency, (act("agencies", agency, 1, {"act": "register", "content": content, "synthetic": True}),))


def _centre(root: str) -> Row:
    """A service centre over services of the district, some of them real, with a window that only sends papers on."""
    morning, afternoon = {"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}
    windows = [
        {"id": "w1", "name": {"zh": WINDOW, "en": "Window 1 (demonstration)"}, "services": [SERVICE]},
        {
            "id": "w2",
            "name": {"zh": "二号窗口（演示）：代收转办", "en": "Window 2 (demonstration): sends papers on"},
            "services": list(REAL_SERVICES),
            "forwards_only": True,
        },
        {"id": "pay", "name": {"zh": "收费窗口（演示）", "en": "Payment (demonstration)"}, "takes_payment": True},
    ]
    content = {
        "agency": root,
        "name": {"zh": "政务服务中心（演示）", "en": "Service centre (demonstration)"},
        "address": {"zh": "虚构路 1 号", "en": "1 Made-up Road"},
        "hours": {
            "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri"], "spans": [morning, afternoon]}],
            "working_calendar": True,
        },
        "windows": windows,
        "payment": {"one_window": True, "window": "pay", "methods": ["bank_card", "mobile"]},
        "complaint": {"phone": "12345"},
    }
    return Row("", CENTRE, (act("centres", CENTRE, 1, {"act": "open", "content": content, "synthetic": True}),))


def _rules() -> tuple[Row, ...]:
    """Two rules on the licence, the older superseded by the newer."""
    rule: dict[str, Any] = {
        "agency": "demo-market",
        "rule_kind": "normative_document",
        "area": "administrative_approval",
        "body": {
            "zh": "演示文本：餐饮服务许可一次办结。",
            "en": "Text of the demonstration: one visit for a food licence.",
        },
    }
    older = rule | {
        "title": {"zh": "餐饮许可办理办法（演示，旧）", "en": "Measures on food licences (demonstration, older)"},
        "doc_no": "演示发[2021]3号",
        "in_force_on": "2021-01-01",
    }
    newer = rule | {
        "title": {"zh": "餐饮许可办理办法（演示）", "en": "Measures on food licences (demonstration)"},
        "doc_no": "演示发〔2025〕8号",
        "in_force_on": "2025-07-01",
        "review_due_on": "2035-06-30",
        "links": [{"rel": "service", "kind": "service", "id": SERVICE}],
    }
    replaced = {"act": "supersede", "replaced_by": "demo-rule-2", "superseded_on": "2025-07-01"}

    def published(record_id: str, content: dict[str, Any]) -> Put:
        return act("rules", record_id, 1, {"act": "publish", "content": content, "synthetic": True})

    # The newer first, each in a phase of its own: what takes a rule's place must be there.
    return (
        Row("", "demo-rule-2", (published("demo-rule-2", newer),)),
        Row("", "demo-rule-1", (published("demo-rule-1", older), act("rules", "demo-rule-1", 2, replaced))),
    )


def _days(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "working_day"}


def _law(article: str) -> dict[str, str]:
    return {"document": _LAW, "article": article}


def _service() -> dict[str, Any]:
    side_by_side = (("demo-health", "health", 10), ("demo-fire", "fire", 8), ("demo-city", "city", 4))
    return {
        "agency": "demo-market",
        "title": {"zh": "开办餐馆（演示）", "en": "Opening a restaurant (demonstration)"},
        "service_kind": "licence",
        "legal_basis": [_law("第二十六条")],
        "channels": ["window", "online"],
        "supplement": "pause",
        "joint": {"lead": "demo-market", "promised": _days(15), "statutory": _days(20)},
        "special_procedures": [{"kind": "inspection", "legal_basis": _law("第四十五条")}],
        "steps": [
            {"stage": "accept", "agency": "demo-market"},
            *(
                {"stage": "review", "agency": agency, "group": "g1", "branch": branch, "limit": _days(limit)}
                for agency, branch, limit in side_by_side
            ),
            {"stage": "decide", "agency": "demo-market", "limit": _days(2)},
            {"stage": "make_certificate", "agency": "demo-market"},
            {"stage": "issue", "agency": "demo-market"},
        ],
        "complaint": {"phone": "12345"},
        "effective_on": "2026-01-01",
    }


def _at(day: date, ago: int, hour: int) -> str:
    return datetime.combine(day - timedelta(days=ago), time(hour), ZONE).isoformat()


def _began(day: date, ago: int, **more: Any) -> list[dict[str, Any]]:
    """Return the beginning of every history: what came in, and its acceptance on the same day."""
    papers = [{"name": {"zh": "开办申请表", "en": "Application form"}}]
    return [
        {
            "event": "received",
            "occurred_at": _at(day, ago, 9),
            "channel": "window",
            "documents": papers,
            "place": {"centre": CENTRE, "window": WINDOW},
        },
        {"event": "accepted", "occurred_at": _at(day, ago, 15), **more},
    ]


def _opened(day: date, ago: int) -> list[dict[str, Any]]:
    moment = _at(day, ago, 10)
    return [{"event": "branch_opened", "occurred_at": moment, "branch": name} for name in ("health", "fire", "city")]


def _under_way(day: date) -> list[dict[str, Any]]:
    inspection = {"kind": "inspection", "legal_basis": _law("第四十五条"), "told": _days(20)}
    return [
        *_began(day, 17),
        *_opened(day, 16),
        {"event": "special_started", "occurred_at": _at(day, 12, 14), "branch": "fire", **inspection},
        {"event": "decided", "occurred_at": _at(day, 9, 11), "branch": "health", "outcome": "granted"},
    ]


def _waiting(day: date) -> list[dict[str, Any]]:
    follows = {"zh": "房屋租赁合同", "en": "Lease"}
    asked = {
        "materials": [{"zh": "经营场所平面图", "en": "Floor plan of the premises"}],
        "due_on": str(day + timedelta(days=4)),
        "where": {"zh": "政务大厅三号窗口", "en": "Service hall, window 3"},
    }
    return [
        *_began(day, 6, missing=[{"material": follows, "due_on": str(day + timedelta(days=10))}]),
        {"event": "supplement_requested", "occurred_at": _at(day, 3, 10), **asked},
    ]


def _handed_out(day: date) -> list[dict[str, Any]]:
    certificate = {"name": {"zh": "食品经营许可证", "en": "Food business licence"}, "no": "DEMO-0003"}
    return [
        *_began(day, 20),
        *_opened(day, 19),
        *(
            {"event": "decided", "occurred_at": _at(day, ago, 11), "branch": branch, "outcome": "granted"}
            for branch, ago in (("city", 17), ("health", 15), ("fire", 13))
        ),
        {"event": "decided", "occurred_at": _at(day, 12, 16), "outcome": "granted", "document": certificate},
        {"event": "certificate_made", "occurred_at": _at(day, 9, 9), "document": certificate},
        {"event": "issued", "occurred_at": _at(day, 7, 10)},
    ]


def _case(number: str, events: list[dict[str, Any]]) -> Row:
    """Return a case with its query code: registered by itself, for a code stands in no answer to a batch."""
    registration = {"service": SERVICE, "access": "code", "received_at": events[0]["occurred_at"], "synthetic": True}
    lines = ({"event": {"case_no": number, "event_id": f"e{place}", **each}} for place, each in enumerate(events, 1))
    put = Put(intake_path("cases", number), body_of(registration))
    return Row("", number, (put,), tuple(body_of(line) for line in lines))
