"""Rules of every stage, for tests that need some."""

from typing import Any

from tests.world import World

RULE: dict[str, Any] = {
    "agency": "bureau",
    "title": {"zh": "收费管理办法", "en": "Measures on fees"},
    "rule_kind": "normative_document",
    "area": "fees",
    "doc_no": "广区府发〔2024〕5号",
    "body": {"zh": "全文"},
    "in_force_on": "2024-01-01",
}


def publish_rule(world: World, record_id: str, **content: Any) -> dict[str, Any]:
    """Publish a rule of the bureau."""
    return world.act("rules", record_id, 1, {"act": "publish", "content": {**RULE, **content}}, "bureau-clerk")


def act_on_rule(world: World, record_id: str, number: int, act: str, **members: Any) -> dict[str, Any]:
    """Send an act of the bureau on one of its rules."""
    return world.act("rules", record_id, number, {"act": act, **members}, "bureau-clerk")


def rules_of_every_stage(world: World) -> None:
    """Publish rules that hold, will hold, lapsed, were replaced, repealed and withdrawn, with all that can be said of one."""
    every = {"months": 12, "first_due_on": "2026-12-31"}
    publish_rule(world, "standing", execution_report=every, doc_no="广区府发[2024] 第7号")
    said = {"period_from": "2025-01-01", "period_to": "2025-12-31", "done": {"zh": "已执行"}, "problems": {"zh": "无"}}
    act_on_rule(world, "standing", 2, "report_execution", **said)
    review = {"outcome": "keep", "reason": {"zh": "仍需执行"}, "next_review_due_on": "2028-12-31"}
    act_on_rule(world, "standing", 3, "review", **review)
    publish_rule(world, "coming", in_force_on="2099-01-01", rule_kind="internal_rule")
    publish_rule(world, "lapsing", valid_until="2025-12-31")
    publish_rule(world, "old")
    act_on_rule(world, "old", 2, "supersede", replaced_by="standing", reason={"zh": "修订"})
    publish_rule(world, "ended")
    act_on_rule(
        world, "ended", 2, "repeal", repealed_on="2026-01-01", reason={"zh": "过时"}, by_document="广区府发〔2025〕9号"
    )
    publish_rule(world, "gone")
    act_on_rule(world, "gone", 2, "withdraw", reason={"zh": "误录"})
