"""Documents to look at: one with a whole life, one shown before its approval with a file, and what was evaluated."""

from tests.document_story import District, DocumentStory
from tests.evaluation_world import FINDING, ROUND, found
from tests.hearing_world import open_draft
from tests.price_story import BEGINS, live
from tests.world import START, World

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
TABLE = "街道,户数\n北辰街道,120\n广福街道,86\n".encode()
FLOOD = {
    "agency": "bureau",
    "title": {"zh": "防汛转移安置名册说明", "en": "Where households were moved during the flood"},
    "category": "emergencies",
    "formed_on": "2026-11-20",
    "summary": {"zh": "各街道转移户数。", "en": "Households moved, by subdistrict."},
    "body": {"zh": f"转移按街道进行。\n{HOSTILE}", "en": f"By subdistrict.\n{HOSTILE}"},
}


def whole_life(world: District) -> None:
    """Let a price decision live from its draft to the text that replaced it, and come to the present."""
    live(DocumentStory("", BEGINS, world))
    world.now = START


def steps_missing(world: World) -> None:
    """A draft of a price that has taken none of the steps that it must take."""
    open_draft(world, "heat", title={"zh": "供热价格方案（征求意见稿）", "en": "Draft plan for the price of heating"})


def broken_glass(world: World) -> None:
    """A text with a file that was shown in an emergency; its approval is owed. It names the price decision and a service."""
    digest = world.attach(TABLE, "text/csv", "安置户数.csv")
    links = [
        {"rel": "rests_on", "kind": "disclosure", "id": "water"},
        {"rel": "service", "kind": "service", "id": "full"},
    ]
    file = {"name": "households", "sha256": digest, "title": {"zh": "各街道户数", "en": "By subdistrict"}}
    content = {**FLOOD, "links": links, "attachments": [file]}
    world.act("disclosures", "flood", 1, {"act": "submit", "content": content}, "bureau-clerk")
    law = {"document": "突发事件应对法", "article": "第十条"}
    act = {"act": "break_glass", "reason": {"zh": "汛情紧急", "en": "The flood would not wait"}, "legal_basis": law}
    world.act("disclosures", "flood", 2, act, "root-approver")


def evaluation(world: World) -> None:
    """A round over two bureaus: one has a finding and answered it, one still owes its answer."""
    world.key("evaluator", "leading-group", "Jin", ["evaluator"], scope=["bureau", "price"])
    content = {**ROUND, "agency": "leading-group", "agencies": ["bureau", "price"]}
    world.act("evaluations", "q3", 1, {"act": "announce", "content": content}, "evaluator")
    about = {"kind": "disclosure", "id": "plain"}
    first, second = {**FINDING, "about": about}, {**FINDING, "id": "f2", "about": {"kind": "disclosure", "id": "water"}}
    both = [found("bureau", first), found("price", second)]
    world.act("evaluations", "q3", 2, {"act": "publish_findings", "agencies": both}, "evaluator")
    accepted = {
        "finding": "f1",
        "outcome": "accepted",
        "measures": {"zh": HOSTILE, "en": HOSTILE},
        "done_by": "2026-12-31",
    }
    answer = {"act": "answer", "agency": "bureau", "answers": [accepted]}
    world.act("evaluations", "q3", 3, answer, "bureau-clerk")
