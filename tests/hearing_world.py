"""A deployment with a draft of a price decision under consultation, and short ways to act on it and on its hearings."""

from typing import Any

from local.messages import Response
from tests.case_world import CaseWorld
from tests.world import World

DRAFT = {
    "agency": "bureau",
    "title": {"zh": "关于调整居民生活用水价格的方案（征求意见稿）"},
    "category": "price_decisions",
    "body": {"zh": "拟将居民生活用水价格由每立方米2.10元调整为2.45元。"},
}
NOTICE: dict[str, Any] = {
    "act": "announce_hearing",
    "hearing": "water-1",
    "hearing_kind": "price",
    "title": {"zh": "居民生活用水价格听证会", "en": "Hearing on the price of household water"},
    "held_at": "2026-12-28T09:00:00+08:00",
    "ends_at": "2026-12-28T12:00:00+08:00",
    "place": {"zh": "区政务服务中心三楼会议室"},
    "topics": [{"zh": "阶梯水价的分档"}],
    "participants": [{"participant": "consumer", "number": 10}, {"participant": "expert", "number": 3}],
    "registration": {"closes_at": "2026-12-10T18:00:00+08:00", "how": {"zh": "网上报名，随机选取"}},
    "observers": 20,
}
PROCEEDINGS: dict[str, Any] = {
    "act": "record_hearing",
    "hearing": "water-1",
    "held_at": "2026-12-28T09:05:00+08:00",
    "ended_at": "2026-12-28T11:40:00+08:00",
    "attended": [{"participant": "consumer", "number": 9}, {"participant": "expert", "number": 3}],
    "opinions": [
        {"said": {"zh": "第一档水量偏低。"}, "by": "consumer", "adopted": "yes"},
        {
            "said": {"zh": "暂缓调价。"},
            "by": "consumer",
            "adopted": "no",
            "reason": {"zh": "供水成本已由监审确认。"},
        },
    ],
    "record": {"zh": "听证会由主持人宣布开始……"},
    "outcome": {"zh": "多数参加人同意方案，第一档水量上调。"},
}
CANCELLATION: dict[str, Any] = {"act": "cancel_hearing", "hearing": "water-1", "reason": {"zh": "场地停电"}}


class HearingWorld(CaseWorld):
    """A deployment whose bureau consults on a draft, `d`; `number` is the next of its acts."""

    number = 1

    def begin(self) -> "HearingWorld":
        """Put in agencies, keys and the draft."""
        super().begin()
        open_draft(self, "d")
        self.number = 4
        return self

    def send(self, body: Any, *, key: str = "bureau-clerk", dry_run: bool = False) -> Response:
        """Send the next act of the draft."""
        path = f"/v1/intake/disclosures/d/acts/{self.number}"
        answer = self.put(path, body, key, dry_run=dry_run)
        self.number += answer.status == 201
        return answer

    def announce(self, **members: Any) -> Response:
        """Announce the hearing, or change what was announced."""
        body = {**NOTICE, **members}
        return self.send({name: value for name, value in body.items() if value is not None})


def open_draft(world: World, record_id: str, key: str = "bureau-clerk", **content: Any) -> None:
    """Submit a draft, approve it and open a consultation on it."""
    submitted = {"act": "submit", "content": {**DRAFT, **content}}
    receipt = world.act("disclosures", record_id, 1, submitted, key)
    world.approve(record_id, 2, receipt["sha256"])
    world.act("disclosures", record_id, 3, {"act": "open_consultation", "last_day": "2027-01-05"}, key)


def refused(answer: Response) -> list[tuple[str, str]]:
    """Return code and place of every reason of a refusal."""
    assert answer.status == 422, answer.body
    return [(error["code"], error["pointer"]) for error in answer.json()["errors"]]
