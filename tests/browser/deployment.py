"""A deployment to look at: every kind of record, a case in each state that shows differently, two years of figures."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson

from chalicelib.domain.cards import card_id
from chalicelib.jobs import advance_clocks, publish_statistics, write_exports
from chalicelib.settings import Settings
from tests.browser.lives import HOSTILE, broken_glass, evaluation, steps_missing, whole_life
from tests.centre_world import open_centre
from tests.document_story import District
from tests.draft_world import DRAFT, QUESTION, uuid
from tests.hearing_world import CANCELLATION, NOTICE
from tests.rule_world import rules_of_every_stage
from tests.world import AUTHORITY, START, World

LIMITS = {"statutory": {"value": 20, "unit": "working_day"}, "promised": {"value": 5, "unit": "working_day"}}
CASE = "511602-2026-0001"
MONTHS = 14
CASES_A_MONTH = 9


def deployment() -> tuple[World, str]:
    """Return a filled world and the query code of the case `CASE`."""
    world = District(settings=Settings(public_authority=AUTHORITY, index_settle_seconds=0, card_grace_seconds=0))
    whole_life(world)
    bureau = {"name": {"zh": "区人社局", "en": "Bureau of Human Resources"}, "level": "department", "parent": "guangan"}
    contacts = [{"kind": "url", "value": "https://example.org/"}, {"kind": "phone", "value": "0826-2222222"}]
    content = {**bureau, "duties": [{"zh": "就业和社会保险"}], "contacts": contacts, "complaint": {"phone": "12345"}}
    world.act("agencies", "labour", 1, {"act": "register", "content": content, "synthetic": True})
    _services(world)
    _disclosures(world)
    rules_of_every_stage(world)
    _consultation(world)
    _hearing(world)
    open_centre(world, "hall", name={"zh": HOSTILE, "en": HOSTILE})
    broken_glass(world)
    steps_missing(world)
    evaluation(world)
    code = _cases(world)
    _card(world)
    world.log()
    advance_clocks.run(world.wired)  # sums up what each agency holds, and what it owes
    world.log()
    publish_statistics.run(world.wired, nightly=True)
    world.index()
    write_exports.run(world.wired, nightly=True)
    world.pass_time(seconds=61)
    return world, code


def _services(world: World) -> None:
    basis = {"document": "行政许可法", "article": "第四十五条"}
    world.service(
        "full",
        title={"zh": "企业投资项目备案", "en": "Filing of an investment project"},
        item_code="511602-0106-0001",
        limits=LIMITS,
        conditions=[{"zh": "项目不在核准目录内。"}],
        legal_basis=[basis],
        applicants=["legal_person"],
        channels=["window", "online"],
        materials=[{"name": {"zh": "营业执照"}, "form": "copy", "copies": 1, "may_follow": True}],
        steps=[{"stage": "accept", "limit": {"value": 1, "unit": "working_day"}}, {"stage": "decide"}],
        special_procedures=[{"kind": "hearing", "limit": {"value": 10, "unit": "working_day"}, "legal_basis": basis}],
        fees=[{"name": {"zh": "工本费"}, "amount_fen": 1000, "basis": basis}],
        result={"name": {"zh": "备案证明"}},
        responsible={"post": {"zh": "投资股"}, "phone": "0826-2222223"},
        complaint={"phone": "12345"},
        windows=[{"centre": "hall", "window": "三号窗口"}],
        life_events=["investing"],
        questions=[{"question": {"zh": "可以网上办理吗？"}, "answer": {"zh": "可以。"}}],
        effective_on="2025-01-01",
    )
    world.service("hostile", title={"zh": HOSTILE, "en": HOSTILE})
    for number in range(24):
        world.service(f"s{number:02d}", title={"zh": f"事项 {number}"}, limits=LIMITS)


def _disclosures(world: World) -> None:
    world.disclose("plain", doc_no="广区经信〔2026〕1 号", issued_on="2026-11-01", body={"zh": "第一段。\n第二段。"})
    world.disclose("gone")
    world.act("disclosures", "gone", 4, {"act": "withdraw", "reason": {"zh": "内容有误"}, "keep_title": True})


def _consultation(world: World) -> None:
    """A draft in its second round: two comments, one of them long and hostile, one withheld, and the answer of the first."""
    world.key("moderator", "bureau", "Tang", ["moderator"])
    content = {**DRAFT, "agency": "bureau"}
    receipt = world.act("disclosures", "draft", 1, {"act": "submit", "content": content}, "bureau-clerk")
    world.approve("draft", 2, receipt["sha256"])
    opening = {"act": "open_consultation", "last_day": "2026-11-24", "questions": [QUESTION], "how": QUESTION}
    world.act("disclosures", "draft", 3, opening, "bureau-clerk")
    sent = [("Content-Type", "application/json")]
    for number, text in ((1, HOSTILE * 6), (2, "广告")):
        body = orjson.dumps({"text": text, "from": "individual", "about": {"question": 1}})
        path = f"/v1/disclosures/draft/comments/{uuid(number)}"
        assert world.request("PUT", path, headers=sent, body=body).status == 201
    world.act("comments", uuid(1), 2, {"act": "moderate", "outcome": "shown"}, "moderator")
    withheld = {"act": "moderate", "outcome": "withheld", "reason": "advertisement"}
    world.act("comments", uuid(2), 2, withheld, "moderator")
    world.pass_time(days=2)
    group = {"topic": QUESTION, "comments": [uuid(1)], "adopted": "partly", "answer": {"zh": HOSTILE, "en": HOSTILE}}
    response = {"act": "respond_to_comments", "round": 1, "summary": QUESTION, "groups": [group]}
    world.act("disclosures", "draft", 4, response, "bureau-clerk")
    again = world.act("disclosures", "draft", 5, {"act": "revise", "content": content}, "bureau-clerk")
    world.approve("draft", 6, again["sha256"])
    second = {**opening, "last_day": "2027-12-20", "shorter_reason": QUESTION}
    world.act("disclosures", "draft", 7, second, "bureau-clerk")


def _hearing(world: World) -> None:
    """A hearing on the draft, changed once, with hostile texts, and one that was cancelled; the draft's other text is filed."""
    hostile = {"zh": HOSTILE, "en": HOSTILE}
    notice = {**NOTICE, "title": hostile, "place": hostile, "topics": [hostile, QUESTION]}
    cancelled = {**CANCELLATION, "hearing": "water-2"}
    for number, act in enumerate(
        (notice, {**notice, "reason": hostile}, {**NOTICE, "hearing": "water-2"}, cancelled), 8
    ):
        world.act("disclosures", "draft", number, act, "bureau-clerk")
    world.act("disclosures", "plain", 4, {"act": "file_upward", "receivers": ["guangan"]}, "bureau-clerk")


def _cases(world: World) -> str:
    lines: list[dict[str, Any]] = []
    for month in range(MONTHS):
        for number in range(CASES_A_MONTH):
            opened = date(2025, 10, 9) + timedelta(days=30 * month + number)
            lines += _case(f"c{month:02d}-{number}", opened, decided_after=2 + (month + number * 3) % 11)
    for start in range(0, len(lines), 300):
        body = b"\n".join(orjson.dumps(line) for line in lines[start : start + 300])
        answer = world.put("/v1/intake/case-events", body, "root-clerk", method="POST")
        assert answer.status == 200, answer.body
    registered = world.put(f"/v1/intake/cases/{CASE}", {"service": "full", "access": "code"}, "root-clerk")
    asked = {
        "event": "supplement_requested",
        "occurred_at": "2026-11-20T09:00:00+08:00",
        "materials": [{"zh": "身份证明"}],
    }
    for number, event in enumerate(({"event": "accepted", "occurred_at": "2026-11-19T09:00:00+08:00"}, asked)):
        world.put(f"/v1/intake/cases/{CASE}/events/e{number}", event, "root-clerk")
    code: str = orjson.loads(registered.body)["query_code"]
    return code


def _card(world: World) -> None:
    """A case whose promise was not kept, and what the agency says of it."""
    world.put("/v1/intake/cases/late", {"service": "full", "access": "none"}, "root-clerk")
    accepted = {"event": "accepted", "occurred_at": "2026-11-03T09:00:00+08:00"}
    world.put("/v1/intake/cases/late/events/e1", accepted, "root-clerk")
    assert advance_clocks.run(world.wired).raised >= 1
    measures = {"zh": "已指定专人办理。"}
    answer = {"act": "answer", "reason": {"zh": HOSTILE, "en": HOSTILE}, "measures": measures}
    world.act("supervision", card(world), 2, answer)


def card(world: World) -> str:
    """Return the id of the card that is there to look at."""
    return card_id(world.wired.keyring.stable("card"), "late", "promised_limit", "", "2026-11-10")


def _case(case_no: str, opened: date, decided_after: int) -> list[dict[str, Any]]:
    def at(day: date) -> str:
        return datetime.combine(day, time(2, 0), UTC).isoformat()

    lines: list[dict[str, Any]] = [{"register": {"case_no": case_no, "service": "full", "access": "none"}}]
    window = {"centre": "hall", "window": f"{1 + opened.day % 3} 号窗口"}
    accepted = {"event": "accepted", "occurred_at": at(opened), "place": window}
    lines.append({"event": {"case_no": case_no, "event_id": "e1", **accepted}})
    decided_on = opened + timedelta(days=decided_after)
    if decided_on < START.date():
        if opened.day % 3 == 2:  # a window that only sends papers on
            away = {"event": "handed_over", "occurred_at": at(opened + timedelta(days=1)), "to": {"agency": "labour"}}
            lines.append({"event": {"case_no": case_no, "event_id": "e9", **away}})
        decided = {"event": "decided", "occurred_at": at(decided_on), "outcome": "granted"}
        lines.append({"event": {"case_no": case_no, "event_id": "e2", **decided}})
    return lines


def stories(world: World) -> dict[str, str]:
    """Put in a case for each state that looks different, and return their query codes by number."""
    basis = {"document": "行政许可法", "article": "第四十五条"}
    shared: dict[str, Any] = {"limits": LIMITS, "service_kind": "licence", "effective_on": "2025-01-01"}
    lines = [
        {"stage": "accept", "name": {"zh": "窗口受理", "en": "At the window"}},
        {"stage": "review", "name": {"zh": "现场核查", "en": "Site visit"}},
        {"stage": "decide"},
        {"stage": "issue"},
    ]
    world.service(
        "licence",
        title={"zh": "食品经营许可", "en": "Food business licence"},
        steps=lines,
        special_procedures=[{"kind": "hearing", "legal_basis": basis}],
        first_contact={"post": {"zh": "许可科", "en": "Licensing desk"}, "phone": "0826-2222224"},
        complaint={"phone": "12345", "url": "https://example.org/complain"},
        **shared,
    )
    days = {"value": 8, "unit": "working_day"}
    beside = [
        {"stage": "review", "agency": agency, "group": "review", "branch": agency, "limit": days}
        for agency in ("bureau", "labour")
    ]
    joint = {"lead": "bureau", "promised": {"value": 15, "unit": "working_day"}}
    title = {"zh": "开办餐饮店（一件事）", "en": "Opening a restaurant"}
    world.service(
        "restaurant", title=title, steps=[lines[0], *beside, lines[2]], joint=joint, **shared | {"limits": {}}
    )
    world.log()
    return {f"story-{name}": _told(world, f"story-{name}", *story) for name, story in _STORIES.items()}


def _told(world: World, case_no: str, service: str, events: list[dict[str, Any]]) -> str:
    registered = world.put(f"/v1/intake/cases/{case_no}", {"service": service, "access": "code"}, "root-clerk")
    for number, event in enumerate(events):
        answer = world.put(f"/v1/intake/cases/{case_no}/events/e{number}", event, "root-clerk")
        assert answer.status == 201, answer.body
    code: str = orjson.loads(registered.body)["query_code"]
    return code


def _happened(name: str, at: str, /, **members: Any) -> dict[str, Any]:
    return {"event": name, "occurred_at": f"2026-11-{at}:00+08:00", **members}


_WINDOW = {"centre": "hall", "window": "三号窗口"}
_RECEIVED = _happened("received", "19T09:00", documents=[{"name": {"zh": "申请表", "en": "Application form"}}])
_ACCEPTED = _happened("accepted", "19T10:00", place=_WINDOW, notice_no="广安受字〔2026〕18号")
_LATER = [{"material": {"zh": "健康证", "en": "Health certificate"}, "due_on": "2026-12-04"}]
_STORIES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "waiting": ("licence", [_RECEIVED]),
    "stopped": (
        "licence",
        [
            _RECEIVED,
            {**_ACCEPTED, "missing": _LATER},
            _happened("stage_entered", "20T09:00", stage="review"),
            _happened("fee_due", "20T09:30", name={"zh": "工本费"}, amount_fen=1000),
            _happened("special_started", "20T14:00", kind="hearing", told={"value": 10, "unit": "working_day"}),
        ],
    ),
    "late": (
        "licence",
        [_happened("received", "02T09:00"), _happened("accepted", "03T10:00", place=_WINDOW)],
    ),
    "granted": (
        "licence",
        [
            _RECEIVED,
            _ACCEPTED,
            _happened("decided", "20T16:00", outcome="granted"),
            _happened(
                "certificate_made",
                "23T09:00",
                document={"name": {"zh": "食品经营许可证"}, "no": "JY〔2026〕7号", "valid_until": "2031-11-20"},
                pickup={"zh": "政务大厅一楼取件柜", "en": "Locker on the ground floor of the service hall"},
            ),
        ],
    ),
    "refused": (
        "licence",
        [
            _RECEIVED,
            _ACCEPTED,
            _happened(
                "decided",
                "20T16:00",
                outcome="refused",
                reasons=[
                    {
                        "zh": "经营场所不符合《食品安全法》第三十三条的要求。",
                        "en": "The premises do not meet article 33.",
                    }
                ],
                remedies=[{"zh": "六十日内可以申请行政复议，或者六个月内提起行政诉讼。"}],
            ),
        ],
    ),
    "joint": (
        "restaurant",
        [
            _RECEIVED,
            _ACCEPTED,
            _happened("branch_opened", "19T11:00", branch="bureau"),
            _happened("branch_opened", "19T11:00", branch="labour"),
            _happened("decided", "20T11:00", branch="labour", outcome="granted"),
        ],
    ),
}
