"""`python -m tests.transcripts`: a joint licence over four agencies, step by step, as docs/joint-licence.md.

The real app is driven over true API Gateway events with real signatures; the page is what was sent and what came back. A
test compares it byte for byte. What the page leaves out of an answer it leaves out by the rules that it states itself.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.jobs import advance_clocks
from local.messages import Response
from tests.joint_world import AGENCIES, LICENSING_LAW, RESTAURANT, JointWorld, days

PAGE_FILE = Path(__file__).parent.parent / "docs" / "joint-licence.md"
CASE = "510000-2026-000147"
WIDTH = 150
SHOWN_STEPS = ("joint_clock", "limit", "extension", "stop", "open_stop", "stop_assumed_to_end", "projected_due", "due")
INTRODUCTION = """\
# A joint licence, step by step

Opening a restaurant (开办餐馆): the market regulation leads, health, fire and city management decide side by side (并联审批). Below is every
step from the published service to the certificate handed over: what an agency sends, and what the applicant's phone then gets.

This page is made by a test that drives the real program with real signatures (`python -m tests.transcripts` writes it, and the suite holds it byte for
byte). The agencies, the case and its dates are made up. How branches are counted is in [cases.md](cases.md#branches).

What is left out of a phone's answers, by rule:
- members that are the same as in the answer before: their names stand in `"unchanged"`; of a branch that is the same, only `"unchanged": true`;
- lines of the timeline that were there before: their number stands in `"earlier"`;
- of an explanation, the days off, the calendar and what says nothing about the count: `"left_out"` says how many steps.

Query code and token are made by the test's own chance; the token is cut. Every request of an agency is signed (RFC 9421, [signing.md](signing.md)); who
signs stands beside the request line.
"""


class Story:
    """The page as it grows, and the world in which it happens."""

    def __init__(self) -> None:
        self.world = JointWorld()
        self.world.now = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
        self.parts = [INTRODUCTION]
        self.number = 0
        self.token = ""
        self.before: dict[str, Any] = {}

    def step(self, title: str, told: str) -> None:
        """Begin a step."""
        self.number += 1
        self.parts.append(f"## {self.number}. {title}\n\n{told}\n")

    def at(self, moment: str) -> str:
        """Let it be that moment, in local time, and return it as an event says it."""
        local = datetime.fromisoformat(f"{moment}+08:00")
        assert local >= self.world.now, "time runs forward"
        self.world.now = local.astimezone(UTC)
        return local.isoformat()

    def send(self, path: str, body: dict[str, Any], agency: str, *, shown: Any = None) -> Response:
        """Send a signed write of an agency and show it."""
        answer = self.world.put(path, body, f"{agency}-clerk")
        assert answer.status == 201, answer.body
        self.request(f"PUT {path}", f"signed by `{agency}-clerk` of {AGENCIES[agency][0]}", shown or body)
        return answer

    def request(self, line: str, who: str, body: Any) -> None:
        """Show a request."""
        self.parts.append(f"`{line}`, {who}\n\n```json\n{pretty(body)}\n```\n")

    def event(self, event_id: str, moment: str, agency: str, **event: Any) -> None:
        """Send an event of the case as it happens."""
        body = {**event, "occurred_at": self.at(moment)}
        answer = self.send(f"/v1/intake/cases/{CASE}/events/{event_id}", body, agency)
        self.parts.append(f"201, `state`: `{answer.json()['state']}`\n")

    def phone(self, told: str = "") -> dict[str, Any]:
        """Show what the phone gets now."""
        self.world.pass_time(minutes=5)
        answer = self.world.status(CASE, self.token)
        assert answer.status == 200, answer.body
        found: dict[str, Any] = answer.json()
        moment = (self.world.now + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
        line = f"`GET /v1/cases/{CASE}`, the phone on {moment}{': ' + told if told else ''}"
        self.parts.append(f"{line}\n\n```json\n{pretty(changed(found, self.before))}\n```\n")
        self.before = found
        return found

    @property
    def page(self) -> str:
        """The page."""
        return "\n".join(self.parts)


# What is left out


def changed(found: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what is as it was."""
    same = [name for name in found if found[name] == before.get(name)]
    shown = {name: value for name, value in found.items() if name not in same}
    if "branches" in shown:
        earlier = {branch["id"]: branch for branch in before.get("branches", ())}
        shown["branches"] = [_branch(branch, earlier.get(branch["id"])) for branch in found["branches"]]
    if "timeline" in shown:
        known = before.get("timeline", [])
        shown["timeline"] = [line for line in found["timeline"] if line not in known]
        if len(shown["timeline"]) < len(found["timeline"]):
            shown["timeline"].insert(0, {"earlier": len(found["timeline"]) - len(shown["timeline"])})
    shown = _short(shown)
    return {**shown, "unchanged": same} if same else shown


def _branch(branch: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    if branch == before:
        return {"id": branch["id"], "unchanged": True}
    return branch


def _short(value: Any) -> Any:
    """Shorten every explanation in a part of an answer."""
    if isinstance(value, list):
        return [_short(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _steps(each) if name == "explain" else _short(each) for name, each in value.items()}


def _steps(explain: list[dict[str, Any]]) -> list[dict[str, Any]]:
    steps = [step for step in explain if step["code"] in SHOWN_STEPS]
    left = len(explain) - len(steps)
    return [*steps, {"left_out": left}] if left else steps


def pretty(value: Any, depth: int = 0) -> str:
    """Return JSON that a person can read: what fits on a line stands on it."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + 2 * depth <= WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(name)}: {pretty(each, depth + 1)}" for name, each in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    return "[\n" + ",\n".join(f"{inner}{pretty(each, depth + 1)}" for each in value) + f"\n{outer}]"


# The story


def tell() -> str:
    """Let it happen and return the page."""
    story = Story()
    _publish(story)
    _take_in(story)
    _begin(story)
    _go_on(story)
    _correct(story)
    _decide(story)
    return story.page + "\n"


def _publish(story: Story) -> None:
    story.step(
        "The service is published",
        "Its steps are a graph: three branches in one group, then the lead's own decision. Promised for the whole: 15 working days; by law 45, to be extended\n"
        "once by 15. An agency that lets its limit pass has consented.",
    )
    story.world.begin_agencies()
    act = {"act": "publish", "content": RESTAURANT, "synthetic": True}
    story.send("/v1/intake/services/restaurant/acts/1", act, "market")
    story.world.log()


def _take_in(story: Story) -> None:
    story.step(
        "The application comes in",
        "The registration asks for a query code; the paper at the counter carries it. The phone trades it for a token, once.",
    )
    received = story.at("2026-03-02T09:10:00")
    body = {"service": "restaurant", "access": "code", "received_at": received, "channel": "window", "synthetic": True}
    code = story.send(f"/v1/intake/cases/{CASE}", body, "market").json()["query_code"]
    story.parts.append(f"201, with `query_code`: `{code}`\n")
    answer = story.world.exchange(CASE, code)
    assert answer.status == 201, answer.body
    story.token = answer.json()["token"]
    story.request(f"POST /v1/cases/{CASE}/tokens", "the phone, no key", {"query_code": code})
    shown = {**answer.json(), "token": story.token[:12] + "…"}
    story.parts.append(f"201\n\n```json\n{pretty(shown)}\n```\n")
    story.phone()
    story.step("The lead accepts", "The joint clock runs from here; no branch has been opened yet.")
    story.event("accept", "2026-03-02T15:00:00", "market", event="accepted", notice_no="市监受〔2026〕147号")
    story.phone()


def _begin(story: Story) -> None:
    story.step(
        "The branches are opened",
        "The lead hands two out; the city management opens its own, with its own key. Each has a clock from its opening. The fire brigade has the longest way to\n"
        "go, so it blocks: the end of the whole rests on it.",
    )
    for branch, moment in (("health", "09:00"), ("fire", "09:05")):
        story.event(f"open-{branch}", f"2026-03-03T{moment}:00", "market", event="branch_opened", branch=branch)
    story.event("open-city", "2026-03-03T11:00:00", "city", event="branch_opened", branch="city")
    story.phone()


def _go_on(story: Story) -> None:
    story.step(
        "Health stops for an inspection",
        "Sent by health itself, which may write its own branch and nothing else. Its clock stands still, with the day the applicant was told. The joint clock runs on,\n"
        "because fire and city management are still at work.",
    )
    basis = {**LICENSING_LAW, "article": "第四十五条"}
    told = {"kind": "inspection", "legal_basis": basis, "told": days(5), "notice_no": "卫检告〔2026〕31号"}
    story.event("inspect", "2026-03-04T10:00:00", "health", event="special_started", branch="health", **told)
    story.phone()
    story.step("Fire extends its limit", "Once, by what the service allows; the promise of the whole does not move.")
    why = {"reason": {"zh": "需复核消防设计", "en": "The fire safety design must be looked at again"}}
    why |= {"approved_by": {"zh": "大队长", "en": "Chief of the brigade"}}
    told_at = "2026-03-06T09:00:00+08:00"
    story.event("extend", "2026-03-06T09:30:00", "fire", event="extended", branch="fire", **why, told_at=told_at)
    story.phone()
    story.step(
        "City management lets its limit pass",
        "Nobody sends anything. The job that works off what falls due (`advance_clocks`) finds the turn: from midnight on, silence is consent, and the passed limit is\n"
        "a yellow card.",
    )
    story.at("2026-03-10T00:15:00")
    advance_clocks.run(story.world.wired)
    story.phone()


def _correct(story: Story) -> None:
    story.step(
        "Fire refuses",
        "A decision of its branch only: the case itself is not decided. Health alone is still open, and it is stopped; so from the next day on the joint clock stands\n"
        "still as well, until the inspection ends.",
    )
    reasons = [{"zh": "未见消防设计备案", "en": "No fire safety design on file"}]
    refusal = {"outcome": "refused", "reasons": reasons}
    story.event("decide-fire", "2026-03-10T10:00:00", "fire", event="decided", branch="fire", **refusal)
    story.phone()
    story.step(
        "Fire corrects its refusal",
        "The design was on file. The correction names the event and what stands in its place; the timeline says what stands now, and that the\n"
        "record was corrected.",
    )
    decided_at = "2026-03-10T16:00:00+08:00"
    granted = {"event": "decided", "branch": "fire", "occurred_at": decided_at, "outcome": "granted"}
    reason = {"zh": "经核对，消防设计已备案", "en": "The design was on file after all"}
    correction = {"corrects": "decide-fire", "branch": "fire", "replacement": granted, "reason": reason}
    story.event("correct-fire", "2026-03-10T16:30:00", "fire", event="corrected_event", **correction)
    story.phone()


def _decide(story: Story) -> None:
    story.step(
        "The inspection ends and health decides",
        "Its clock and the joint one go on; the explanation says which days were left out of each.",
    )
    story.event("inspected", "2026-03-12T11:00:00", "health", event="special_ended", branch="health", kind="inspection")
    story.phone()
    story.event("decide-health", "2026-03-13T15:00:00", "health", event="decided", branch="health", outcome="granted")
    story.phone()
    story.step("The lead decides", "The last decision: the joint clock is done, and in time.")
    story.event("decide", "2026-03-16T10:00:00", "market", event="decided", outcome="granted")
    story.phone()
    story.step("The certificate is made", "It waits at the counter.")
    paper = {"name": {"zh": "食品经营许可证", "en": "Food business licence"}}
    pickup = {"zh": "区政务大厅三号窗口", "en": "Service hall, window 3"}
    story.event("certificate", "2026-03-17T10:00:00", "market", event="certificate_made", document=paper, pickup=pickup)
    story.phone()
    story.step("It is handed out", "Nothing is left to do.")
    story.event("issue", "2026-03-18T14:00:00", "market", event="issued", document=paper)
    story.phone()


def main() -> None:
    """Write the page."""
    PAGE_FILE.write_text(tell(), "utf-8")


if __name__ == "__main__":
    main()
