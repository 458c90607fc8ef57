"""A draft in consultation in the world of the tests: opened by the bureau, commented on by anybody, moderated, answered."""

from typing import Any
from uuid import UUID

import orjson

from local.messages import Response
from tests.world import World

NAME = "018f0000-0000-7000-8000-{:012d}"
DRAFT = {
    "agency": "bureau",
    "title": {"zh": "停车收费调整方案（征求意见稿）", "en": "Draft plan for parking fees"},
    "category": "plans",
    "body": {"zh": "第一条 白天每小时五元。", "en": "Article 1. Five yuan an hour by day."},
}
COMMENT: dict[str, Any] = {"text": "白天五元太贵。", "from": "individual"}
CONTACT = {"name": "张三", "phone": "13812345678", "email": "zhang@example.cn"}
QUESTION = {"zh": "夜间是否免费？", "en": "Free at night?"}


def uuid(number: int) -> str:
    """Return one of the names of comments."""
    return str(UUID(NAME.format(number)))


class DraftWorld(World):
    """A deployment with moderators and a draft."""

    def begin(self) -> "DraftWorld":
        """Put in the jurisdiction, and a moderator of the bureau, of the root, and of another bureau."""
        self.init()
        other = {"name": {"zh": "区交通局"}, "level": "department", "parent": "guangan"}
        self.act("agencies", "traffic", 1, {"act": "register", "content": other})
        self.key("moderator", "bureau", "Tang", ["moderator"])
        self.key("root-moderator", "guangan", "Wu", ["moderator"])
        self.key("other-moderator", "traffic", "Yu", ["moderator", "clerk"])
        return self

    def open(self, record_id: str = "d1", last_day: str = "2026-12-20", **more: Any) -> "DraftWorld":
        """Hand a draft in, approve it, and open a consultation on it."""
        content = {**DRAFT, **more.pop("content", {})}
        receipt = self.act("disclosures", record_id, 1, {"act": "submit", "content": content}, "bureau-clerk")
        self.approve(record_id, 2, receipt["sha256"])
        act = {"act": "open_consultation", "last_day": last_day, "questions": [QUESTION], **more}
        self.act("disclosures", record_id, 3, act, "bureau-clerk")
        return self

    def send(self, number: int, record_id: str = "d1", source_ip: str = "127.0.0.1", **body: Any) -> Response:
        """Send a comment."""
        return self.send_bytes(number, orjson.dumps({**COMMENT, **body}), record_id, source_ip)

    def send_bytes(
        self, number: int, raw: bytes, record_id: str = "d1", source_ip: str = "127.0.0.1", **headers: str
    ) -> Response:
        """Send the bytes of a comment."""
        path = f"/v1/disclosures/{record_id}/comments/{uuid(number)}"
        sent = [
            ("Content-Type", "application/json"),
            *((name.replace("_", "-"), text) for name, text in headers.items()),
        ]
        return self.request("PUT", path, headers=sent, body=raw, source_ip=source_ip)

    def moderate(
        self, number: int, act: int = 2, outcome: str = "shown", key: str = "moderator", **more: Any
    ) -> Response:
        """Moderate a comment."""
        body = {"act": "moderate", "outcome": outcome, **more}
        return self.put(f"/v1/intake/comments/{uuid(number)}/acts/{act}", body, key)

    def waiting(self, key: str = "moderator", record_id: str = "d1") -> list[str]:
        """Return the names of the comments that wait for moderation."""
        answer = self.get_signed(f"/v1/intake/disclosures/{record_id}/comments", key)
        assert answer.status == 200, answer.body
        return [item["id"] for item in orjson.loads(answer.body)["items"]]

    def listed(self, query: str = "", record_id: str = "d1") -> list[dict[str, Any]]:
        """Return the public comments on a draft."""
        items: list[dict[str, Any]] = self.json(f"/v1/disclosures/{record_id}/comments", query)["items"]
        return items
