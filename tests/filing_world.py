"""A deployment with a published rule of the bureau that is to be filed, and keys of those who receive it."""

from typing import Any

from local.messages import Response
from tests.case_world import CaseWorld

TEXT = {
    "agency": "bureau",
    "title": {"zh": "广安区户外广告管理办法"},
    "category": "plans",
    "body": {"zh": "全文"},
    "doc_no": "广区经信规〔2026〕1号",
}
REGISTERED: dict[str, Any] = {"act": "answer_filing", "answer": "registered", "number": "广备〔2026〕7号"}
RETURNED: dict[str, Any] = {"act": "answer_filing", "answer": "returned", "reason": {"zh": "缺合法性审查意见"}}
ORDERED: dict[str, Any] = {
    "act": "answer_filing",
    "answer": "change_ordered",
    "change": {"zh": "第六条与上位法不一致，应予修改"},
    "by": "2026-12-25",
}
CAME_IN: dict[str, Any] = {"act": "answer_filing", "answer": "received"}


class FilingWorld(CaseWorld):
    """A deployment with a text `t` of the bureau; `group` is a body of its level, `office` answers for others by its scope."""

    number = 1

    def begin(self) -> "FilingWorld":
        """Put in agencies, keys and the text, published."""
        super().begin()
        group = {"name": {"zh": "区政务公开领导小组"}, "level": "department", "parent": "guangan"}
        self.act("agencies", "group", 1, {"act": "register", "content": group})
        self.key("root-receiver", "guangan", "Gao", ["filing_receiver"])
        self.key("group-receiver", "group", "Ma", ["filing_receiver"])
        self.key("bureau-receiver", "bureau", "Hu", ["filing_receiver"])
        self.key("scoped-receiver", "other", "Lin", ["filing_receiver"], scope=["bureau"])
        self.publish("t")
        self.number = 4
        return self

    def publish(self, record_id: str, **content: Any) -> None:
        """Submit, approve and publish a text."""
        submitted = {"act": "submit", "content": {**TEXT, **content}}
        receipt = self.act("disclosures", record_id, 1, submitted, "bureau-clerk")
        self.approve(record_id, 2, receipt["sha256"])
        self.act("disclosures", record_id, 3, {"act": "publish"}, "bureau-clerk")

    def send(self, body: Any, key: str = "bureau-clerk") -> Response:
        """Send the next act of the text."""
        answer = self.put(f"/v1/intake/disclosures/t/acts/{self.number}", body, key)
        self.number += answer.status == 201
        return answer

    def file(self, *receivers: str) -> Response:
        """File the text."""
        return self.send({"act": "file_upward", "receivers": list(receivers)})

    def correct(self) -> None:
        """Put another text in the place of the one that is shown."""
        changed = {**TEXT, "body": {"zh": "修改后的全文"}}
        submitted = self.send({"act": "submit", "content": changed})
        self.approve("t", self.number, submitted.json()["sha256"])
        self.number += 1
        assert self.send({"act": "correct", "reason": {"zh": "按备案审查意见修改"}}).status == 201

    def filing(self, receiver: str) -> str:
        """Return the id of the newest filing with a receiver, as the text shows it."""
        self.log()
        shown = [each for each in self.json("/v1/disclosures/t")["filings"] if each["receiver"] == receiver]
        return str(shown[-1]["filing"])

    def answer(
        self, filing: str, number: int, body: Any, key: str = "root-receiver", *, dry_run: bool = False
    ) -> Response:
        """Answer a filing."""
        return self.put(f"/v1/intake/filings/{filing}/acts/{number}", body, key, dry_run=dry_run)
