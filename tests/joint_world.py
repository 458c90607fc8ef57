"""A deployment that offers a joint licence: opening a restaurant (开办餐馆), four agencies, each with keys of its own."""

from typing import Any

from tests.case_world import CaseWorld


def days(value: int) -> dict[str, Any]:
    """Return a limit in working days."""
    return {"value": value, "unit": "working_day"}


LICENSING_LAW = {"document": "中华人民共和国行政许可法"}
AGENCIES = {
    "market": ("区市场监督管理局", "Market Regulation"),
    "health": ("区卫生健康局", "Health"),
    "fire": ("区消防救援大队", "Fire Brigade"),
    "city": ("区城市管理局", "City Management"),
}
RESTAURANT: dict[str, Any] = {
    "agency": "market",
    "title": {"zh": "开办餐馆“一件事”", "en": "Opening a restaurant"},
    "service_kind": "licence",
    "joint": {
        "lead": "market",
        "promised": days(15),
        "statutory": days(45),
        "extension": {"limit": days(15), "legal_basis": {**LICENSING_LAW, "article": "第四十二条"}},
    },
    "overdue_means": "consent",
    "special_procedures": [{"kind": "inspection", "legal_basis": {**LICENSING_LAW, "article": "第四十五条"}}],
    "extension": {"limit": days(3), "legal_basis": {**LICENSING_LAW, "article": "第四十二条"}},
    "steps": [
        {"stage": "accept", "agency": "market"},
        {"stage": "review", "agency": "health", "group": "g1", "branch": "health", "limit": days(6)},
        {"stage": "review", "agency": "fire", "group": "g1", "branch": "fire", "limit": days(5)},
        {"stage": "decide", "agency": "fire", "group": "g1", "branch": "fire", "limit": days(2)},
        {"stage": "review", "agency": "city", "group": "g1", "branch": "city", "limit": days(4)},
        {"stage": "decide", "agency": "market", "limit": days(2)},
        {"stage": "make_certificate", "agency": "market"},
        {"stage": "issue", "agency": "market"},
    ],
    "effective_on": "2026-01-01",
}


class JointWorld(CaseWorld):
    """A deployment whose market regulation leads a joint licence with three more agencies."""

    def begin(self) -> "JointWorld":
        """Put in the agencies, a clerk for each, and the service."""
        self.begin_agencies()
        self.act("services", "restaurant", 1, {"act": "publish", "content": RESTAURANT}, "market-clerk")
        return self

    def begin_agencies(self) -> None:
        """Put in the agencies and a clerk for each."""
        self.init()
        for agency, (zh, en) in AGENCIES.items():
            content = {"name": {"zh": zh, "en": en}, "level": "department", "parent": "guangan"}
            self.act("agencies", agency, 1, {"act": "register", "content": content})
            self.key(f"{agency}-clerk", agency, f"{en} clerk", ["clerk"])
