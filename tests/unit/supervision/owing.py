"""A deployment whose bureau owes disclosures, with what the tests of duties look at."""

from typing import Any

import orjson

from chalicelib.domain.records import Ref
from chalicelib.store import keys
from tests.unit.supervision.worlds import SupervisedWorld

BASE = {"agency": "bureau", "title": {"zh": "通知"}, "category": "plans", "body": {"zh": "全文"}}


class OwingWorld(SupervisedWorld):
    """Nothing but agencies and keys; it is Monday, 23 November 2026, ten o'clock."""

    looks_at_duties = True

    def begin(self) -> "OwingWorld":
        """Put in agencies and keys."""
        self.init()
        self.key("root-supervisor", "guangan", "Ma", ["supervisor"])
        self.key("bureau-approver", "bureau", "Zhou", ["approver"])
        return self

    def submit(self, record_id: str, act_number: int = 1, /, **content: Any) -> Any:
        """Hand a text in."""
        body = {"act": "submit", "content": {**BASE, **content}}
        return self.put(f"/v1/intake/disclosures/{record_id}/acts/{act_number}", body, "bureau-clerk")

    def show(self, record_id: str, number: int = 2, act: str = "publish", **members: Any) -> Any:
        """Approve what was handed in and show it; `number` is that of the approval."""
        head = self.wired.records.heads([Ref("disclosure", record_id)])[Ref("disclosure", record_id)]
        submitted = next(a for a in reversed(self.wired.records.acts(head.ref)) if b'"submit"' in a.raw)
        review = {"reviewer": "office", "result": "cleared"}
        approval = {"act": "approve", "approves_sha256": submitted.sha256, "secrecy_review": review}
        path = f"/v1/intake/disclosures/{record_id}/acts"
        approved = self.put(f"{path}/{number}", approval, "bureau-approver")
        assert approved.status in (200, 201), approved.body
        return self.put(f"{path}/{number + 1}", {"act": act, **members}, "bureau-clerk")

    def cards(self) -> dict[str, dict[str, Any]]:
        """Return the state of every card of a duty of a disclosure."""
        return {card: state for card, state in self.duty_cards().items() if not _of_agency(state["content"])}

    def duty_cards(self) -> dict[str, dict[str, Any]]:
        """Return the state of every card of a duty."""
        return {card: state for card, state in self.all_cards().items() if "service" not in state["content"]}

    def duty_mark(self, kind: str, record_id: str) -> str | None:
        """Return when the clock will look at the duties of a record."""
        found = self.memory.items[keys.duties(kind, record_id)].get("clock_sk")
        return None if found is None else str(found).split("#", 1)[0]

    def owed(self) -> list[tuple[str, str, str, str]]:
        """Return rule, day, stage of every card of a duty of a disclosure, and what it tells of it."""
        contents = [(state["content"], state["stage"]) for state in self.cards().values()]
        return sorted((said["rule"], said["due_on"], stage, _about(said)) for said, stage in contents)

    def owed_by_agencies(self) -> list[tuple[str, str, str, str, str]]:
        """Return agency, rule, of, day and stage of every card of a duty of an agency."""
        contents = [(state["content"], state["stage"]) for state in self.duty_cards().values()]
        return sorted(
            (said["agency"], said["rule"], said["of"], said["due_on"], stage)
            for said, stage in contents
            if _of_agency(said)
        )


def _of_agency(content: dict[str, Any]) -> bool:
    return bool(content.get("subject", {}).get("kind") == "agency")


def _about(content: dict[str, Any]) -> str:
    told = {name: content[name] for name in ("subject", "category", "of") if name in content}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
