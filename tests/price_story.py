"""`python -m tests.price_story`: the document life of one price decision, as docs/price-decision.md."""

from pathlib import Path
from typing import Any

from tests.document_story import DocumentStory

PAGE_FILE = Path(__file__).parent.parent / "docs" / "price-decision.md"
INTRODUCTION = """\
# The life of a price decision

A district sets the price of household water (居民生活用水价格). Below is the whole life of that decision as a document: handed in,
approved by another person, put before the public, heard, audited, decided, published, filed with those above and beside, changed
on their order, and in the end replaced. Refusals stand where they teach something.

This page is made by a test that drives the real program with real signatures (`python -m tests.price_story` writes it, and the
suite holds it byte for byte). Agencies, people and dates are made up. Each institution has a page of its own:
[consultations](consultations.md), [hearings](hearings.md), [filings](filings.md), [duties](duties.md).
"""
BEGINS = "2026-03-02T08:00:00+08:00"
WATER, NEW = "disclosures/water", "disclosures/water-2027"
CLERK, APPROVER, SELF = "price-clerk", "price-approver", "price-chen"
COMMENTS = ("3f0c6f0e-6f2b-4a86-9a3e-0d5a4f2c9b11", "9d4e8a52-0b1f-4c7e-8a52-6e0d3b7c1f22")
REGISTRATION = "b7a1c3d5-2e4f-4a6b-8c8d-0e2f4a6b8c8d"
REVIEW = {"reviewer": "保密审查小组", "result": "cleared"}
ENQUIRY = {
    "kind": "hearing_registration",
    "agency": "price",
    "about": {"hearing": "water-hearing"},
    "subject": "报名参加听证",
    "text": "以消费者身份报名。",
}


def text(price: str, **more: Any) -> dict[str, Any]:
    """Return the text with a price."""
    return {
        "agency": "price",
        "title": {"zh": "关于调整居民生活用水价格的方案", "en": "Plan to change the price of household water"},
        "category": "price_decisions",
        "body": {
            "zh": f"居民生活用水第一档价格由每立方米2.10元调整为{price}元。",
            "en": f"From 2.10 to {price} yuan a cubic metre.",
        },
        **more,
    }


def approval(digest: str) -> dict[str, Any]:
    """Return an approval of exactly these bytes."""
    return {"act": "approve", "approves_sha256": digest, "secrecy_review": REVIEW}


def tell() -> str:
    """Let it happen and return the page."""
    story = DocumentStory(INTRODUCTION, BEGINS)
    live(story)
    return story.page


def live(story: DocumentStory) -> None:
    """Let it happen, step by step."""
    _hand_in(story)
    _consult(story)
    _announce(story)
    _hear(story)
    _steps(story)
    _decide(story)
    _file(story)
    _end(story)


def _hand_in(story: DocumentStory) -> None:
    story.step(
        "2026-03-02T09:00:00",
        "The draft is handed in",
        "The clerk submits it. Nothing is public yet; its approval will bind exactly these bytes, by their SHA-256.",
    )
    digest = story.act(WATER, {"act": "submit", "content": text("2.55")}, CLERK).json()["sha256"]
    story.step(
        "2026-03-03T09:00:00",
        "Another person approves it (公开审批)",
        "Chen handed it in. A second key that names Chen approves nothing; Zhou does, and puts the secrecy review (保密审查) on record.",
    )
    story.act(WATER, approval(digest), SELF)
    story.act(WATER, approval(digest), APPROVER)
    story.say(
        "Published at once, it would skip everything that its category demands; each missing step is a reason of its own:"
    )
    story.act(WATER, {"act": "publish"}, CLERK)


def _consult(story: DocumentStory) -> None:
    story.step(
        "2026-03-04T09:00:00",
        "The public is asked (征求意见)",
        "A price is open for comments for at least 30 days. The last day is inclusive; `closes_at` is the instant that ends it.",
    )
    questions = [{"zh": "第一档水量是否合适？", "en": "Is the first step large enough?"}]
    story.act(WATER, {"act": "open_consultation", "last_day": "2026-03-24", "questions": questions}, CLERK)
    story.act(WATER, {"act": "open_consultation", "last_day": "2026-04-03", "questions": questions}, CLERK)
    story.read("/v1/consultations", "id", "stage", "consultation", "is_open")
    story.step(
        "2026-03-10T20:15:00",
        "Comments come in, and are moderated",
        "Anybody comments, without an account. What is written will be public, so a person's number is refused. The agency decides\n"
        "what is shown; what it withholds stands as a stub with the code of its reason.",
    )
    path = "/v1/disclosures/water/comments/"
    phone = {"text": "太贵了，请致电13912345678。", "from": "individual"}
    story.public("PUT", path + COMMENTS[0], phone)
    story.public(
        "PUT",
        path + COMMENTS[0],
        {"text": "第一档水量偏低，五口之家不够用。", "from": "individual", "about": {"question": 1}},
    )
    story.public("PUT", path + COMMENTS[1], {"text": "通下水道找我，价格优惠！", "from": "individual"})
    moderator = "price-moderator"
    for comment in COMMENTS:
        story.acts[f"comments/{comment}"] = 1
    story.act(f"comments/{COMMENTS[0]}", {"act": "moderate", "outcome": "shown"}, moderator)
    advertised = {"act": "moderate", "outcome": "withheld", "reason": "advertisement"}
    story.act(f"comments/{COMMENTS[1]}", advertised, moderator)
    story.read(path.rstrip("/"), "id", "stage", "excerpt", "reason", "round")


def _announce(story: DocumentStory) -> None:
    story.step(
        "2026-03-11T09:00:00",
        "A hearing is announced (听证公告)",
        "Who may take part in a price hearing, and how one registers, is announced 30 days ahead. The hearing is a record of its own,\n"
        "which comes in with the act of the draft.",
    )
    notice: dict[str, Any] = {
        "act": "announce_hearing",
        "hearing": "water-hearing",
        "hearing_kind": "price",
        "title": {"zh": "居民生活用水价格听证会", "en": "Hearing on the price of household water"},
        "held_at": "2026-03-31T09:00:00+08:00",
        "place": {"zh": "区政务服务中心三楼", "en": "Government service centre, third floor"},
        "participants": [{"participant": "consumer", "number": 12}, {"participant": "operator", "number": 3}],
        "registration": {
            "closes_at": "2026-03-25T18:00:00+08:00",
            "how": {"zh": "网上报名，随机选取", "en": "Online, drawn by lot"},
        },
        "observers": 30,
    }
    story.act(WATER, notice, CLERK)
    story.act(WATER, {**notice, "held_at": "2026-04-14T09:00:00+08:00"}, CLERK)
    story.read("/v1/hearings?upcoming=true", "id", "stage", "held_at", "registration_closes_at", "disclosure")
    story.step(
        "2026-03-16T12:00:00",
        "A citizen registers for it (听证报名)",
        "An enquiry that names the hearing; it becomes a case with a code of its own, and is answered as any case is. It is taken until\n"
        "the instant that the notice says.",
    )
    story.public("PUT", f"/v1/enquiries/{REGISTRATION}", ENQUIRY)
    story.step("2026-03-25T18:00:00", "Registration has closed", "At that very instant nobody registers any more.")
    story.public("PUT", f"/v1/enquiries/{REGISTRATION[:-1]}e", ENQUIRY)


def _hear(story: DocumentStory) -> None:
    story.step(
        "2026-04-15T10:00:00",
        "The hearing is put on record (听证笔录)",
        "Who attended, by kind and number; what was said, what became of it and why. Never who said it.",
    )
    said = {"zh": "第一档水量偏低。", "en": "The first step is too small."}
    refused = {"zh": "暂缓调价。", "en": "Wait with the new price."}
    why = {"zh": "供水成本已由监审确认。", "en": "The audit confirmed the cost of supply."}
    proceedings = {
        "act": "record_hearing",
        "hearing": "water-hearing",
        "held_at": "2026-04-14T09:00:00+08:00",
        "attended": [{"participant": "consumer", "number": 11}, {"participant": "operator", "number": 3}],
        "opinions": [
            {"said": said, "by": "consumer", "adopted": "yes"},
            {"said": refused, "by": "consumer", "adopted": "no", "reason": why},
        ],
        "record": {"zh": "主持人宣布听证会开始……", "en": "The chair opened the hearing ..."},
        "outcome": {"zh": "多数同意，第一档水量上调。", "en": "Most agreed; the first step is raised."},
    }
    story.act(WATER, proceedings, CLERK)
    story.read("/v1/disclosures/water", "hearings", "decision_steps")


def _steps(story: DocumentStory) -> None:
    story.step(
        "2026-04-20T09:00:00",
        "Cost audit, expert argument, risk assessment, legality review",
        "成本监审、专家论证、风险评估、合法性审查: who took each step, when, with what result.",
    )
    by = {
        "cost_audit": ("区成本调查队", "Cost Survey Team", "2026-04-10"),
        "expert_argument": ("专家论证组", "Panel of experts", "2026-04-16"),
        "risk_assessment": ("区维稳办", "Stability Office", "2026-04-17"),
        "legality_review": ("区司法局", "Justice Bureau", "2026-04-18"),
    }
    for step, (zh, en, day) in by.items():
        taken = {"act": "record_step", "step": step, "held_on": day, "by": {"zh": zh, "en": en}, "result": "passed"}
        story.act(WATER, taken, CLERK)
    story.step(
        "2026-04-21T09:00:00",
        "The comments are answered (意见采纳情况)",
        "By group, with what became of each. An answer is owed by `response_due_on`; a missing one would be a card by itself.",
    )
    group = {
        "topic": {"zh": "第一档水量", "en": "The first step"},
        "comments": [COMMENTS[0]],
        "adopted": "yes",
        "answer": {
            "zh": "第一档水量上调至每户每年240立方米。",
            "en": "The first step is raised to 240 cubic metres a year.",
        },
    }
    summary = {"zh": "共收到意见2条，采纳1条。", "en": "Two comments came in, one was taken over."}
    story.act(WATER, {"act": "respond_to_comments", "round": 1, "summary": summary, "groups": [group]}, CLERK)


def _decide(story: DocumentStory) -> None:
    story.step(
        "2026-04-22T09:00:00",
        "The draft is revised, and approved anew",
        "Any edit needs an approval of its own: the earlier one bound other bytes.",
    )
    revised = story.act(WATER, {"act": "revise", "content": text("2.45")}, CLERK).json()["sha256"]
    story.act(WATER, {"act": "adopt", "decided_on": "2026-04-22", "by": {"zh": "区政府"}}, CLERK)
    story.act(WATER, approval(revised), APPROVER)
    story.step(
        "2026-04-24T15:00:00",
        "It is decided together (集体审议), adopted and published",
        "The executive meeting of the district decides; with that the last step is on record, and the text may be published.",
    )
    meeting = {"zh": "区政府第12次常务会议", "en": "12th executive meeting of the district"}
    taken = {
        "act": "record_step",
        "step": "collective_decision",
        "held_on": "2026-04-24",
        "by": meeting,
        "result": "passed",
    }
    story.act(WATER, taken, CLERK)
    story.act(WATER, {"act": "adopt", "decided_on": "2026-04-24", "by": meeting}, CLERK)
    story.act(WATER, {"act": "publish"}, CLERK)
    story.read("/v1/disclosures/water", "stage", "version", "body", "approval", "adoption", "decision_steps")


def _file(story: DocumentStory) -> None:
    story.step(
        "2026-04-27T09:00:00",
        "It is filed (备案)",
        "With the district above and with the leading group of its level, as its category demands, within 15 days. A filing for each is\n"
        "made with the act; there the receiver answers, with a key of its own.",
    )
    story.act(WATER, {"act": "file_upward", "receivers": ["guangan", "leading-group"]}, CLERK)
    filed = story.read("/v1/disclosures/water", "filings")["filings"]
    above, beside = (f"filings/{each['filing']}" for each in filed)
    story.acts |= {above: 1, beside: 1}
    story.read("/v1/filings?missing=true", "receiver", "receiver_kind", "stage", "answer_by")
    story.step(
        "2026-05-11T09:00:00",
        "The receivers answer",
        "Who filed never answers itself. The leading group registers it; the district orders a change by a day.",
    )
    story.act(above, {"act": "answer_filing", "answer": "registered", "number": "1"}, CLERK)
    story.act(
        beside, {"act": "answer_filing", "answer": "registered", "number": "广公开备〔2026〕8号"}, "group-receiver"
    )
    change = {"zh": "应载明低保家庭的减免办法", "en": "Say how poor households are relieved"}
    ordered = {"act": "answer_filing", "answer": "change_ordered", "change": change, "by": "2026-05-29"}
    story.act(above, ordered, "district-receiver")
    story.read("/v1/filings", "id", "receiver", "stage")
    story.step(
        "2026-05-18T09:00:00",
        "The text is corrected, and filed anew",
        "A correction is a submission that another person approves and that takes the place of what is shown, with its reason. What lies\n"
        "with the receivers is then no longer in force: it is filed anew, and the earlier filings say which ones took their place.",
    )
    relief = {
        "zh": "居民生活用水第一档价格调整为2.45元；低保家庭每月减免5立方米。",
        "en": "2.45 yuan; poor households pay 5 cubic metres less.",
    }
    digest = story.act(WATER, {"act": "submit", "content": {**text("2.45"), "body": relief}}, CLERK).json()["sha256"]
    story.act(WATER, approval(digest), APPROVER)
    reason = {"zh": "按备案审查意见补充减免办法", "en": "Relief added on the order of the district"}
    story.act(WATER, {"act": "correct", "reason": reason}, CLERK)
    story.act(WATER, {"act": "file_upward", "receivers": ["guangan", "leading-group"]}, CLERK)
    again = story.world.json("/v1/disclosures/water")["filings"][2]["filing"]
    story.acts[f"filings/{again}"] = 1
    story.act(
        f"filings/{again}",
        {"act": "answer_filing", "answer": "registered", "number": "广备〔2026〕15号"},
        "district-receiver",
    )
    story.read(f"/v1/{above}", "stage", "answers", "replaced")
    story.read(f"/v1/filings/{again}", "stage", "of_version", "answers")


def _end(story: DocumentStory) -> None:
    story.step(
        "2026-11-02T09:00:00",
        "Another text takes its place (取代)",
        "The province sets the price itself from now on. Its document, issued before, is taken over with its source: what led to it is on\n"
        "record there, so no step is demanded here, and the record says so (`exempt`).",
    )
    source = {"name": "省发展改革委文件", "url": "https://fgw.example.gov.cn/2026/118"}
    taken = text("2.40", source=source, issued_on="2026-10-28", doc_no="川发改价格〔2026〕118号")
    digest = story.act(NEW, {"act": "submit", "content": taken}, CLERK).json()["sha256"]
    story.act(NEW, approval(digest), APPROVER)
    story.act(NEW, {"act": "publish"}, CLERK)
    why = {"zh": "省级统一定价", "en": "The province sets the price"}
    story.act(WATER, {"act": "supersede", "by": "water-2027", "reason": why}, CLERK)
    story.read("/v1/disclosures/water", "stage", "version", "superseded", "corrections")
    story.say("Every version stays, and every act stands in the register, in order:")
    story.read("/v1/disclosures/water/acts?limit=100", "name", "version", "at")


def main() -> None:
    """Write the page."""
    PAGE_FILE.write_text(tell(), "utf-8")


if __name__ == "__main__":
    main()
