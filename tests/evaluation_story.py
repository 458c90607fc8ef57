"""`python -m tests.evaluation_story`: a round of evaluation and the report that follows, as docs/evaluation-round.md.

The real app is driven over true API Gateway events with real signatures; the page is what was sent and what came back. A
test compares it byte for byte.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.jobs import advance_clocks
from local.messages import Response
from tests.evaluation_world import FEEDBACK, FINDING, REPORT, ROUND, SEED, EvaluationWorld, found, sample
from tests.transcripts import changed, pretty

PAGE_FILE = Path(__file__).parent.parent / "docs" / "evaluation-round.md"
PATH = "/v1/intake/evaluations/q3/acts"
INTRODUCTION = """\
# A round of evaluation, step by step

The audit office of a county evaluates two bureaus (政务公开评议). Below is every step from the announcement to the report on what
came of it: what is sent, and what everybody then reads. How it works is in [evaluations.md](evaluations.md).

This page is made by a test that drives the real program with real signatures (`python -m tests.evaluation_story` writes it, and
the suite holds it byte for byte). Agencies, findings and dates are made up.

What is left out of a round as everybody reads it: members that are the same as in the answer before, whose names stand in
`"unchanged"`; of an agency that is the same, all but its id.
"""
LATE = {
    "id": "f1",
    "criterion": "effectiveness",
    "severity": "minor",
    "text": {"zh": "开放时间只写“工作日”。", "en": "Opening hours say nothing but “working days”."},
    "about": {"kind": "disclosure", "id": "book-3"},
}


class Story:
    """The page as it grows, and the world in which it happens."""

    def __init__(self) -> None:
        self.world = EvaluationWorld()
        self.world.now = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
        self.world.begin()
        self.parts = [INTRODUCTION]
        self.number = 0
        self.before: dict[str, Any] = {}

    def step(self, moment: str, title: str, told: str) -> None:
        """Begin a step at a moment of local time."""
        at = datetime.fromisoformat(f"{moment}+08:00")
        assert at >= self.world.now, "time runs forward"
        self.world.now = at.astimezone(UTC)
        self.number += 1
        self.parts.append(f"## {self.number}. {title}\n\n{moment.replace('T', ' ')[:16]}. {told}\n")

    def send(self, path: str, body: dict[str, Any], key: str) -> Response:
        """Send a signed act, and show it with its answer."""
        answer = self.world.put(path, body, key)
        self.parts.append(f"`PUT {path}`, signed by `{key}`\n\n```json\n{pretty(body)}\n```\n")
        told = answer.json()
        shown = {name: told[name] for name in ("state", "register", "type", "next_act") if name in told}
        self.parts.append(f"{answer.status} `{pretty(shown)}`\n")
        self.world.log()
        return answer

    def read(self, path: str) -> None:
        """Show what everybody reads."""
        answered: dict[str, Any] = self.world.json(*path.split("?"))
        shown = answered
        if answered.get("kind") == "evaluation":
            shown = _what_changed(answered, self.before) if self.before else answered
            self.before = answered
        self.parts.append(f"`GET {path}`\n\n```json\n{pretty(shown)}\n```\n")


def _what_changed(answered: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return a round without what is as it was."""
    shown = changed(answered, before)
    if "agencies" in shown:
        shown["agencies"] = [
            {"agency": each["agency"], "unchanged": True} if each in before["agencies"] else each
            for each in answered["agencies"]
        ]
    return shown


def tell() -> str:
    """Let it happen and return the page."""
    story = Story()
    index = _announce(story)
    _find(story, index)
    _answer(story)
    _miss(story)
    _end(story)
    _report(story)
    return "\n".join(story.parts) + "\n"


def _announce(story: Story) -> int:
    world = story.world
    index = int(world.json("/v1/changes", "limit=1000")["items"][-1]["index"]) + 4
    story.step(
        "2026-10-09T09:00:00",
        "The round is announced",
        "Whom, over which period, by which criteria; the panel as posts and groups. Two disclosures of each bureau will be\n"
        f"looked at, drawn by the register's entry {index}, which is still to come, and a seed of which only the SHA-256 is told.",
    )
    content = {**ROUND, "sample": sample(index)}
    story.send(f"{PATH}/1", {"act": "announce", "content": content, "synthetic": True}, "audit-evaluator")
    story.read("/v1/evaluations/q3")
    return index


def _find(story: Story, index: int) -> None:
    world = story.world
    world.disclose("fund-4")
    world.log()
    story.step(
        "2026-10-20T09:00:00",
        "The sample is drawn, and the findings are published",
        f"The bureau went on disclosing, so entry {index} is in the register. Whoever has the seed can draw now; everybody can once\n"
        "it is published ([the program](evaluations.md#a-sample-that-anyone-can-draw-again) gives the same ids).",
    )
    judged = [found("bureau", FINDING), found("culture", LATE)]
    drawn = {"seed": SEED, "ids": world.drawn(index, "disclosure", 2)}
    story.send(f"{PATH}/2", {"act": "publish_findings", "agencies": judged, "drawn": drawn}, "audit-evaluator")
    story.read("/v1/evaluations/q3")


def _answer(story: Story) -> None:
    story.step(
        "2026-10-27T10:00:00",
        "An agency answers",
        "By its own key, as the next act on the round. The organiser has just mended the title, so the number is taken: 409 names\n"
        "the next, and the same bytes are sent there.",
    )
    title = {**ROUND["title"], "zh": "2026年三季度政务公开评议"}
    content = {**ROUND, "title": title, "sample": story.world.json("/v1/evaluations/q3")["sample"]}
    mended = {"act": "correct", "reason": {"zh": "名称有误", "en": "The name was wrong"}, "content": content}
    story.world.act("evaluations", "q3", 3, mended, "audit-evaluator")
    answered = {
        "finding": "f1",
        "outcome": "accepted",
        "measures": {"zh": "补充公开名单。", "en": "The list is published as well."},
        "done_by": "2026-11-30",
    }
    answer = {"act": "answer", "agency": "bureau", "answers": [answered]}
    assert story.send(f"{PATH}/3", answer, "bureau-clerk").status == 409
    story.send(f"{PATH}/4", answer, "bureau-clerk")
    story.world.act("evaluations", "q3", 5, {"act": "accept_answer", "agency": "bureau"}, "audit-evaluator")
    story.world.log()
    story.read("/v1/evaluations/q3")


def _miss(story: Story) -> None:
    story.step(
        "2026-11-11T00:15:00",
        "Another does not",
        "Nobody sends anything. The job that works off what falls due finds that the last day has passed: the culture office gets a\n"
        "yellow card, in public.",
    )
    advance_clocks.run(story.world.wired)
    story.world.log()
    story.read("/v1/supervision?agency=culture")


def _end(story: Story) -> None:
    story.step(
        "2026-11-12T09:00:00",
        "It answers late, and disputes",
        "The organiser takes the answer as it is; nothing is open any more, so the round may end without a reason. With the next run of\n"
        "the clock the card is lifted, as done; that the answer came late stays in the record.",
    )
    disputed = {
        "finding": "f1",
        "outcome": "disputed",
        "reason": {"zh": "具体时间见办事指南。", "en": "The hours stand in the service guide."},
    }
    story.send(f"{PATH}/6", {"act": "answer", "agency": "culture", "answers": [disputed]}, "culture-clerk")
    story.send(f"{PATH}/7", {"act": "accept_answer", "agency": "culture"}, "audit-evaluator")
    story.send(f"{PATH}/8", {"act": "close"}, "audit-evaluator")
    advance_clocks.run(story.world.wired)
    story.world.log()
    story.read("/v1/evaluations/q3")
    story.read("/v1/supervision?stage=lifted")


def _report(story: Story) -> None:
    story.step(
        "2026-11-16T09:00:00",
        "The bureau promises to report back",
        "About the round, the disclosure and what was often asked, by a day and through channels that it names.",
    )
    act = {"act": "announce", "content": FEEDBACK, "synthetic": True}
    story.send("/v1/intake/feedback/q3-bureau/acts/1", act, "bureau-clerk")
    story.step(
        "2026-12-21T09:00:00",
        "It reports",
        "In time. The report is found from everything it is about; a page of the round or of the disclosure asks for it by `about`.",
    )
    story.send("/v1/intake/feedback/q3-bureau/acts/2", {"act": "report", "report": REPORT}, "bureau-clerk")
    story.read("/v1/feedback?about=evaluation:q3")
    story.read("/v1/feedback/q3-bureau")


def main() -> None:
    """Write the page."""
    PAGE_FILE.write_text(tell(), "utf-8")


if __name__ == "__main__":
    main()
