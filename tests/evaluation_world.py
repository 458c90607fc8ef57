"""A county whose audit office evaluates two of its bureaus: agencies, keys, records, and the acts of a round and of a report."""

from typing import Any

from chalicelib.domain.draws import commitment, draw, shown_at
from tests.world import World

SEED = "5f2b9c0de1a84736b5c4d3e2f1a09b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a"
ROUND: dict[str, Any] = {
    "agency": "audit",
    "title": {"zh": "2026年第三季度政务公开评议", "en": "Evaluation of open government affairs, third quarter of 2026"},
    "period": {"from": "2026-07-01", "to": "2026-09-30"},
    "panel": [
        {"post": {"zh": "人大代表", "en": "Deputies of the people's congress"}, "seats": 3, "from_outside": True},
        {"post": {"zh": "审计办公室主任", "en": "Director of the audit office"}},
    ],
    "agencies": ["bureau", "culture"],
    "criteria": ["truthfulness", "comprehensiveness", "effectiveness", "timeliness"],
    "method": {"zh": "抽查公开事项并实地核对。", "en": "Sampled disclosures are checked on the spot."},
}
FINDING: dict[str, Any] = {
    "id": "f1",
    "criterion": "comprehensiveness",
    "severity": "major",
    "text": {"zh": "资金分配结果未附名单。", "en": "The list of recipients is missing."},
    "about": {"kind": "disclosure", "id": "fund-1"},
}
ANSWER: dict[str, Any] = {
    "act": "answer",
    "agency": "bureau",
    "answers": [
        {
            "finding": "f1",
            "outcome": "accepted",
            "measures": {"zh": "补充公开名单。", "en": "The list is published as well."},
            "done_by": "2026-12-31",
        }
    ],
}
FEEDBACK: dict[str, Any] = {
    "agency": "bureau",
    "title": {"zh": "评议意见整改情况反馈", "en": "What came of the evaluation"},
    "about": [{"kind": "evaluation", "id": "q3"}, {"kind": "disclosure", "id": "fund-1"}, {"kind": "enquiries"}],
    "due_on": "2026-12-31",
    "channels": [{"kind": "website", "url": "https://www.guangan.example/feedback"}, {"kind": "notice_board"}],
}
REPORT: dict[str, Any] = {
    "period": {"from": "2026-10-01", "to": "2026-12-20"},
    "items": [
        {
            "said": {"zh": "应当公布名单。", "en": "The list should be published."},
            "adopted": "yes",
            "done": {"zh": "已公布。", "en": "It is published."},
            "done_by": "2026-12-15",
        },
        {
            "said": {"zh": "应当每周公布。", "en": "It should be published each week."},
            "adopted": "no",
            "reason": {"zh": "资金按季度分配。", "en": "The fund is given out each quarter."},
        },
    ],
    "enquiries": [{"kind": "question", "count": 42}],
    "agreed_answers": [
        {
            "question": {"zh": "何时发放？", "en": "When is it paid out?"},
            "answer": {"zh": "每季度末。", "en": "At the end of each quarter."},
        }
    ],
}


def scores(*, timeliness: bool = False) -> list[dict[str, Any]]:
    """Return grades by the criteria that a panel judges."""
    judged = ("truthfulness", "comprehensiveness", "effectiveness", *(("timeliness",) if timeliness else ()))
    grounds = {"zh": "抽查结果。", "en": "By the sample."}
    return [{"criterion": each, "grade": "good", "score": 85, "grounds": grounds} for each in judged]


def found(agency: str, *findings: dict[str, Any]) -> dict[str, Any]:
    """Return what is found of an agency."""
    return {"agency": agency, "scores": scores(), "findings": list(findings)}


class EvaluationWorld(World):
    """The county: `audit` evaluates by its scope `bureau` and `culture`, which are not below it."""

    def begin(self) -> "EvaluationWorld":
        """Put in agencies, keys and three disclosures of each bureau."""
        self.init()
        for agency in ("audit", "culture", "other"):
            content = {"name": {"zh": f"局 {agency}"}, "level": "department", "parent": "guangan"}
            self.act("agencies", agency, 1, {"act": "register", "content": content})
        self.key("culture-clerk", "culture", "Deng", ["clerk"])
        self.key("audit-clerk", "audit", "Shi", ["clerk"])
        self.key("root-evaluator", "guangan", "Jin", ["evaluator"])
        self.scoped("audit-evaluator", "audit", ["bureau", "culture"])
        self.scoped("rival-evaluator", "other", ["audit", "bureau"])
        for number in range(1, 4):
            self.disclose(f"fund-{number}")
            self.disclose(f"book-{number}", agency="culture")
        self.log()
        return self

    def scoped(self, key_id: str, agency: str, scope: list[str]) -> None:
        """Register an evaluator's key with a scope."""
        self.key(key_id, agency, key_id, ["evaluator"], scope=scope)

    def round(self, number: int, act: str, key: str = "audit-evaluator", **members: Any) -> dict[str, Any]:
        """Send an act on the round `q3`, and want it stored."""
        return self.act("evaluations", "q3", number, {"act": act, **members}, key)

    def announce(self, **content: Any) -> None:
        """Announce the round."""
        self.round(1, "announce", content={**ROUND, **content})

    def published(self) -> "EvaluationWorld":
        """Let the round be published: a finding of the bureau, none of the culture office."""
        self.announce()
        self.round(2, "publish_findings", agencies=[found("bureau", FINDING), found("culture")])
        return self

    def drawn(self, index: int, kind: str, size: int) -> list[str]:
        """Draw what a stranger draws: from the public changes of each agency, by the seed and the entry at the index."""
        (entry,) = self.json("/v1/changes", f"after={index - 1}&limit=1")["items"]
        ids: list[str] = []
        for agency in ("bureau", "culture"):
            changes = self.json("/v1/changes", f"agency={agency}&limit=1000")["items"]
            ids += draw(shown_at(changes, kind, index), size, SEED, entry["act_sha256"])
        return ids


def sample(index: int) -> dict[str, Any]:
    """Return a sample of two disclosures of each agency."""
    return {"kind": "disclosure", "size": 2, "register_index": index, "seed_sha256": commitment(SEED)}
