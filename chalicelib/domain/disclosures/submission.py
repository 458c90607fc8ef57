"""Handing in, and approval by another person over exactly these bytes (公开审批).

Regulations on Open Government Information (2019) art. 17: the secrecy review is on record before anything is shown.
Invariant: what is shown was approved by a person other than the one who handed it in, or says itself that it was not yet
(breaking the glass), and then an approval is owed.
"""

from typing import Any

from chalicelib.domain.categories import categories
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.table import APPROVED, AWAITING_APPROVAL, NOT_SHOWN, PUBLISHED, SUBMITTED
from chalicelib.domain.records import Refusals, State, living_agency, next_version


def decide_content(refusals: Refusals, asked: Asked) -> None:
    """Refuse a content that its agency, its category or its own earlier acts do not let stand."""
    content = asked.act["content"]
    living_agency(refusals, asked.others, content["agency"], content["title"], "/content/title")
    refusals.when(
        content["category"] not in categories(),
        "category_unknown",
        "not a category of the code list /v1/codes/category",
        "/content/category",
    )
    refusals.when(
        bool(asked.state) and asked.state["agency"] != content["agency"],
        "agency_fixed",
        "a disclosure stays with its agency",
        "/content/agency",
    )


def submit(folding: Folding) -> State:
    """Take in a text, the first or a later one: it waits for approval, and an earlier approval counts for nothing."""
    content, meta = folding.act["content"], folding.meta
    submission: dict[str, Any] = {
        "sha256": meta.sha256,
        "person": meta.person,
        "at": meta.received_at,
        "since": folding.state.get("submission", {}).get("since", meta.received_at),
        "content": content,
    }
    if folding.act.get("synthetic"):
        submission["synthetic"] = True
    if folding.state:
        kept = {name: value for name, value in folding.state.items() if name != "approval"}
        return {**kept, "pending": SUBMITTED, "submission": submission}
    agency = folding.others.find("agency", content["agency"])
    assert agency is not None
    return {
        "stage": NOT_SHOWN,
        "agency": content["agency"],
        **{name: agency[name] for name in ("jurisdiction", "time_zone", "calendar")},
        "version": 0,
        "pending": SUBMITTED,
        "submission": submission,
    }


def _decide_approval(refusals: Refusals, asked: Asked) -> None:
    submission = asked.state["submission"]
    refusals.when(
        asked.actor.person == submission["person"],
        "same_person",
        "who submitted may not approve; another person must",
    )
    refusals.when(
        asked.act["approves_sha256"] != submission["sha256"],
        "approves_other_bytes",
        "this is not the SHA-256 of the submitted bytes",
        "/approves_sha256",
    )


def _approve(folding: Folding) -> State:
    state, act, meta, _ = folding
    approval = {"person": meta.person, "at": meta.received_at, "secrecy_review": act["secrecy_review"]["result"]}
    if state["pending"] != AWAITING_APPROVAL:
        return {**state, "pending": APPROVED, "approval": approval}
    kept = {name: value for name, value in state.items() if name not in ("pending", "submission")}
    return {**kept, "version": next_version(state), "shown_approval": approval, "changed_at": meta.at}


def must_be_open(refusals: Refusals, asked: Asked) -> None:
    """Refuse to show what is not disclosed proactively."""
    openness = asked.state["submission"]["content"]["openness"]["class"]
    refusals.when(openness != "proactive", "not_open", f"what is {openness} is not published")


def must_be_cleared(refusals: Refusals, asked: Asked) -> None:
    """Refuse to show what is not open, or what the secrecy review did not clear."""
    must_be_open(refusals, asked)
    refusals.when(
        asked.state["approval"]["secrecy_review"] != "cleared",
        "secrecy_review_restricted",
        "the review did not clear it",
    )


def show(state: State, stage: str, at: str) -> State:
    """Return the state in which the pending text is what is shown."""
    submission = state["submission"]
    dropped = ("pending", "submission", "approval", "synthetic")
    shown: State = {
        **{name: value for name, value in state.items() if name not in dropped},
        "stage": stage,
        "version": next_version(state),
        "content": submission["content"],
        "published_at": state.get("published_at", at),
        "changed_at": at,
    }
    if "approval" in state:
        shown["shown_approval"] = state["approval"]
    if submission.get("synthetic"):
        shown["synthetic"] = True
    return shown


def _break_glass(folding: Folding) -> State:
    state, act, meta, _ = folding
    shown = show(state, PUBLISHED, meta.at)
    shown["final_at"] = meta.received_at
    glass = {"reason": act["reason"], "legal_basis": act["legal_basis"], "at": meta.received_at}
    return {**shown, "pending": AWAITING_APPROVAL, "submission": state["submission"], "broken_glass": glass}


SUBMIT = Part(decide_content, submit)
APPROVE = Part(_decide_approval, _approve, "approver")
BREAK_GLASS = Part(must_be_open, _break_glass, "approver")
