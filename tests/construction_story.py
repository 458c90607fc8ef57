"""`python -m tests.construction_story`: the document life of one major construction project, as docs/construction-project.md."""

from pathlib import Path
from typing import Any

from tests.document_story import DocumentStory
from tests.price_story import approval

PAGE_FILE = Path(__file__).parent.parent / "docs" / "construction-project.md"
INTRODUCTION = """\
# The life of a major construction project

A county builds a bridge (重大建设项目). Such work is disclosed phase by phase (阶段性工作公开): each disclosure says by which day the
next one of its series comes. Below: the plan is put before the public, adopted, published and filed; a phase is late, and so is
the receiver of the filing, and both show by themselves; the agency answers, the next phases follow, and the last one ends the
series.

This page is made by a test that drives the real program with real signatures (`python -m tests.construction_story` writes it, and
the suite holds it byte for byte). Agencies, people and dates are made up. What is owed by a day is told in [duties.md](duties.md),
cards in [supervision.md](supervision.md), filings in [filings.md](filings.md). Of the cards, those about the project are shown: these
made-up agencies disclose nothing else, and have cards for that too.
"""
CLERK, APPROVER, MODERATOR = "works-clerk", "works-approver", "works-moderator"
COMMENT = "5c8e7a10-9b2d-4f3e-8a1c-7d6e5f4a3b2c"
SERIES = "east-bridge"
RULES = ("cadence", "answer_filing")
CARD = ("agency", "stage", "colour", "rule", "of", "due_on", "subject")


def phase(zh: str, en: str, body: str, **schedule: Any) -> dict[str, Any]:
    """Return the text of a phase, and when the next one comes."""
    return {
        "agency": "works",
        "title": {"zh": f"东河大桥建设项目：{zh}", "en": f"East River Bridge: {en}"},
        "category": "major_construction",
        "cadence": "phased",
        "body": {"zh": body},
        "schedule": {"series": SERIES, "phase": {"zh": zh, "en": en}, **schedule},
        "links": [] if zh == "初步设计" else [{"rel": "implements", "kind": "disclosure", "id": "bridge-1"}],
    }


def tell() -> str:
    """Let it happen and return the page."""
    story = DocumentStory(INTRODUCTION, "2026-03-02T08:00:00+08:00")
    _plan(story)
    _adopt(story)
    _late(story)
    _receiver(story)
    _end(story)
    return story.page


def _plan(story: DocumentStory) -> None:
    story.step(
        "2026-03-03T09:00:00",
        "The plan is handed in, approved, and put before the public",
        "Comments are heard before anything is decided (预公开). No law sets the days of a project's plan; this agency takes three weeks. The\n"
        "`schedule` names the series, the phase, and the day by which the next phase is disclosed.",
    )
    plan = phase("初步设计", "design", "东河大桥全长420米，计划投资1.8亿元。", next_due_on="2026-05-29")
    digest = story.act("disclosures/bridge-1", {"act": "submit", "content": plan}, CLERK).json()["sha256"]
    story.act("disclosures/bridge-1", approval(digest), APPROVER)
    opened = {
        "act": "open_consultation",
        "last_day": "2026-03-24",
        "how": {"zh": "网上留言或来函", "en": "Online or by letter"},
    }
    story.act("disclosures/bridge-1", opened, CLERK)
    story.step(
        "2026-03-12T21:40:00", "Somebody comments", "It is public once a moderator of the agency has looked at it."
    )
    wish = {"text": "请在桥上设非机动车道。", "from": "individual", "about": {"pointer": "/body/zh"}}
    story.public("PUT", f"/v1/disclosures/bridge-1/comments/{COMMENT}", wish)
    story.acts[f"comments/{COMMENT}"] = 1
    story.act(f"comments/{COMMENT}", {"act": "moderate", "outcome": "shown"}, MODERATOR)
    story.step(
        "2026-03-20T10:00:00",
        "The consultation is extended",
        "What was said before stays, with the reason. While it is open nothing is decided.",
    )
    extended = {
        "act": "extend_consultation",
        "last_day": "2026-03-31",
        "reason": {"zh": "应沿线居民要求延长", "en": "Residents asked for it"},
    }
    story.act("disclosures/bridge-1", extended, CLERK)
    story.act("disclosures/bridge-1", {"act": "adopt", "decided_on": "2026-03-20", "by": {"zh": "区政府"}}, CLERK)
    story.read("/v1/disclosures/bridge-1", "stage", "schedule", "consultations")


def _adopt(story: DocumentStory) -> None:
    story.step(
        "2026-04-02T09:00:00",
        "The comments are answered; the plan is adopted, published and filed",
        "The project is filed (备案) with the district above, though its category does not demand it.",
    )
    answer = {"zh": "两侧各增设2.5米非机动车道。", "en": "A lane of 2.5 metres on each side is added."}
    group = {
        "topic": {"zh": "非机动车道", "en": "Cycle lanes"},
        "comments": [COMMENT],
        "adopted": "yes",
        "answer": answer,
    }
    summary = {"zh": "收到意见1条，采纳1条。", "en": "One comment came in and was taken over."}
    place = "disclosures/bridge-1"
    story.act(place, {"act": "respond_to_comments", "round": 1, "summary": summary, "groups": [group]}, CLERK)
    story.act(
        place,
        {"act": "adopt", "decided_on": "2026-04-01", "by": {"zh": "区政府常务会议", "en": "Executive meeting"}},
        CLERK,
    )
    story.act(place, {"act": "publish"}, CLERK)
    story.act(place, {"act": "file_upward", "receivers": ["guangan"]}, CLERK)
    story.read("/v1/filings?missing=true", "id", "receiver", "stage", "answer_by")


def _late(story: DocumentStory) -> None:
    story.step(
        "2026-06-01T00:30:00",
        "The next phase does not come",
        "29 May has passed. Nobody sends anything: the clock finds what is owed and raises a yellow card (黄牌), in public, about the agency\n"
        "that owes it. The receiver of the filing is late as well; its card was not answered in five working days and has turned red (红牌).",
    )
    story.read("/v1/supervision?about=duty&limit=100", *CARD, rules=RULES)
    story.read("/v1/filings?missing=true", "receiver", "stage", "answer_by")
    story.step(
        "2026-06-03T15:00:00",
        "The agency answers the card",
        "With its reason and what it does about it, within five working days.",
    )
    cards = story.world.json("/v1/supervision", "agency=works")["items"]
    (card,) = [item["id"] for item in cards if item["rule"] == "cadence"]
    story.acts[f"supervision/{card}"] = 1
    reason = {"zh": "施工招标流标一次，重新招标。", "en": "The tender failed once and was repeated."}
    measures = {"zh": "6月15日前公开招标结果。", "en": "The result is disclosed by 15 June."}
    story.act(f"supervision/{card}", {"act": "answer", "reason": reason, "measures": measures}, CLERK)


def _receiver(story: DocumentStory) -> None:
    story.step(
        "2026-06-08T09:00:00",
        "The receiver answers, late",
        "That a filing came in is no answer; a registration is. With it the card of the receiver is lifted at the clock's next run.",
    )
    (filing,) = [item["id"] for item in story.world.json("/v1/filings", "missing=true")["items"]]
    story.acts[f"filings/{filing}"] = 1
    story.act(f"filings/{filing}", {"act": "answer_filing", "answer": "received"}, "district-receiver")
    story.act(
        f"filings/{filing}",
        {"act": "answer_filing", "answer": "registered", "number": "广备〔2026〕21号"},
        "district-receiver",
    )


def _phase(story: DocumentStory, number: int, content: dict[str, Any]) -> None:
    place = f"disclosures/bridge-{number}"
    digest = story.act(place, {"act": "submit", "content": content}, CLERK).json()["sha256"]
    story.act(place, approval(digest), APPROVER)
    story.act(place, {"act": "publish"}, CLERK)


def _end(story: DocumentStory) -> None:
    story.step(
        "2026-06-12T09:00:00",
        "The next phase is disclosed",
        "The result of the tender (招标), in the same series, linked to the plan; it names the day of the next one.",
    )
    _phase(story, 2, phase("施工招标", "tender", "中标单位：川东路桥公司，中标价1.62亿元。", next_due_on="2026-10-30"))
    story.step(
        "2026-06-13T00:30:00",
        "The cards are lifted",
        "By the clock, because what was owed is done. Each stays readable, with its answer.",
    )
    story.read("/v1/supervision?stage=lifted", *CARD, rules=RULES)
    story.step("2026-10-28T09:00:00", "Building goes on", "In time: nothing shows.")
    _phase(story, 3, phase("主体施工", "construction", "主桥合龙，完成投资1.2亿元。", next_due_on="2026-12-18"))
    story.step(
        "2026-12-15T09:00:00",
        "It is finished (竣工)",
        "`last` ends the series: no further phase is owed.",
    )
    _phase(story, 4, phase("竣工验收", "completion", "工程竣工验收合格，决算1.59亿元。", last=True))
    story.read("/v1/disclosures?cadence=phased", "id", "stage", "title", "category")
    story.step(
        "2026-12-28T00:30:00",
        "Nothing is late",
        "The day has passed on which the last phase was due, and there is no card for it.",
    )
    story.read("/v1/supervision?stage=raised&limit=100", *CARD, rules=RULES)


def main() -> None:
    """Write the page."""
    PAGE_FILE.write_text(tell(), "utf-8")


if __name__ == "__main__":
    main()
