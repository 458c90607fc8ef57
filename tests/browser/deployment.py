"""A deployment to look at: every kind of record, a case in each state that shows differently, two years of figures."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson

from chalicelib.jobs import publish_statistics
from tests.world import START, World

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
LIMITS = {"statutory": {"value": 20, "unit": "working_day"}, "promised": {"value": 5, "unit": "working_day"}}
CASE = "511602-2026-0001"
MONTHS = 14
CASES_A_MONTH = 9


def deployment() -> tuple[World, str]:
    """Return a filled world and the query code of the case `CASE`."""
    world = World().init()
    bureau = {"name": {"zh": "区人社局", "en": "Bureau of Human Resources"}, "level": "department", "parent": "guangan"}
    contacts = [{"kind": "url", "value": "https://example.org/"}, {"kind": "phone", "value": "0826-2222222"}]
    content = {**bureau, "duties": [{"zh": "就业和社会保险"}], "contacts": contacts, "complaint": {"phone": "12345"}}
    world.act("agencies", "labour", 1, {"act": "register", "content": content, "synthetic": True})
    _services(world)
    _disclosures(world)
    code = _cases(world)
    world.log()
    publish_statistics.run(world.wired, nightly=True)
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


def _case(case_no: str, opened: date, decided_after: int) -> list[dict[str, Any]]:
    def at(day: date) -> str:
        return datetime.combine(day, time(2, 0), UTC).isoformat()

    lines: list[dict[str, Any]] = [{"register": {"case_no": case_no, "service": "full", "access": "none"}}]
    accepted = {"event": "accepted", "occurred_at": at(opened)}
    lines.append({"event": {"case_no": case_no, "event_id": "e1", **accepted}})
    decided_on = opened + timedelta(days=decided_after)
    if decided_on < START.date():
        decided = {"event": "decided", "occurred_at": at(decided_on), "outcome": "granted"}
        lines.append({"event": {"case_no": case_no, "event_id": "e2", **decided}})
    return lines
