"""Disclosures (政务公开事项): handed in, approved by another person over exactly these bytes, then shown.

Regulations on Open Government Information (2019) art. 17 (secrecy review before disclosure), art. 20 (what must be
disclosed). Nothing is shown before `publish`; a later text goes the same way and is shown by `correct`. Withdrawal leaves
number, reason, time and hash.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import orjson

from chalicelib.domain.categories import categories
from chalicelib.domain.records import (
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
    living_agency,
    next_version,
    shortened,
    without_empty,
)

KIND = "disclosure"

# (something is shown, where the pending submission stands) -> acts that may follow
ALLOWED: dict[tuple[str, str | None], tuple[str, ...]] = {
    ("", None): ("submit",),
    ("not_shown", "submitted"): ("submit", "approve", "withdraw"),
    ("not_shown", "approved"): ("submit", "publish", "withdraw"),
    ("published", None): ("submit", "withdraw"),
    ("published", "submitted"): ("submit", "approve", "withdraw"),
    ("published", "approved"): ("submit", "correct", "withdraw"),
    ("withdrawn", None): (),
}


class DisclosureRules:
    """The rules of disclosures."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, disclosures

        return common.parse(disclosures.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "approver" if act["act"] == "approve" else "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act),)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        stage, pending = (state["stage"], state.get("pending")) if state else ("", None)
        allowed = ALLOWED[(stage, pending)]
        refusals.when(
            name not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}", "/act"
        )
        if name == "submit":
            self._decide_content(refusals, state, act["content"], others)
        elif state is not None and name in allowed:
            _decide_step(refusals, state, act, actor)
        refusals.settle()

    def _decide_content(self, refusals: Refusals, state: State | None, content: dict[str, Any], others: Others) -> None:
        living_agency(refusals, others, content["agency"], content["title"], "/content/title")
        refusals.when(
            content["category"] not in categories(),
            "category_unknown",
            "not a category of the code list /v1/codes/category",
            "/content/category",
        )
        refusals.when(
            state is not None and state["agency"] != content["agency"],
            "agency_fixed",
            "a disclosure stays with its agency",
            "/content/agency",
        )

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        name = act["act"]
        if name == "submit":
            return _submitted(state, act, meta, others)
        assert state is not None
        if name == "approve":
            approval = {
                "person": meta.person,
                "at": meta.received_at,
                "secrecy_review": act["secrecy_review"]["result"],
            }
            return {**state, "pending": "approved", "approval": approval}
        if name == "withdraw":
            return _withdrawn(state, act, meta)
        return _shown(state, act, meta)

    def shows(self, act: Act, state: State) -> bool:
        return act["act"] in ("publish", "correct") or (act["act"] == "withdraw" and state["version"] > 0)

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        if state["version"] == 0:
            return None
        if state["stage"] == "withdrawn":
            return _render_withdrawn(state)
        content = without_empty(state["content"])
        body: dict[str, Any] = {
            "stage": state["stage"],
            **content,
            "approval": _written_at(state["shown_approval"], written),
        }
        if state["corrections"]:
            body["corrections"] = [_written_at(correction, written) for correction in state["corrections"]]
        summary: dict[str, Any] = {
            "stage": state["stage"],
            "title": shortened(content["title"]),
            "category": content["category"],
            "cadence": content["cadence"],
            **{name: content[name] for name in ("doc_no", "issued_on") if name in content},
        }
        lists = {"category": content["category"], "stage": state["stage"], "cadence": content["cadence"]}
        return Rendered(body, summary, lists)


def _decide_step(refusals: Refusals, state: State, act: Act, actor: Actor) -> None:
    name, submission = act["act"], state.get("submission", {})
    if name == "approve":
        refusals.when(
            actor.person == submission["person"],
            "same_person",
            "who submitted may not approve; another person must",
        )
        refusals.when(
            act["approves_sha256"] != submission["sha256"],
            "approves_other_bytes",
            "this is not the SHA-256 of the submitted bytes",
            "/approves_sha256",
        )
    if name in ("publish", "correct"):
        openness = submission["content"]["openness"]["class"]
        refusals.when(openness != "proactive", "not_open", f"what is {openness} is not published")
        refusals.when(
            state["approval"]["secrecy_review"] != "cleared", "secrecy_review_restricted", "the review did not clear it"
        )


def _submitted(state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
    content = act["content"]
    submission = {"sha256": meta.sha256, "person": meta.person, "content": content}
    if act.get("synthetic"):
        submission["synthetic"] = True
    if state is not None:
        kept = {name: value for name, value in state.items() if name != "approval"}
        return {**kept, "pending": "submitted", "submission": submission}
    agency = others.find("agency", content["agency"])
    assert agency is not None
    return {
        "stage": "not_shown",
        "agency": content["agency"],
        "jurisdiction": agency["jurisdiction"],
        "version": 0,
        "pending": "submitted",
        "submission": submission,
        "corrections": [],
    }


def _shown(state: State, act: Act, meta: ActMeta) -> State:
    submission, approval = state["submission"], state["approval"]
    dropped = ("pending", "submission", "approval", "synthetic")
    version = next_version(state)
    folded: State = {
        **{name: value for name, value in state.items() if name not in dropped},
        "stage": "published",
        "version": version,
        "content": submission["content"],
        "shown_approval": {"at": approval["at"], "secrecy_review": approval["secrecy_review"]},
        "published_at": state.get("published_at", meta.at),
        "changed_at": meta.at,
    }
    if act["act"] == "correct":
        folded["corrections"] = [*state["corrections"], {"version": version, "reason": act["reason"], "at": meta.at}]
    if submission.get("synthetic"):
        folded["synthetic"] = True
    return folded


def _withdrawn(state: State, act: Act, meta: ActMeta) -> State:
    """Keep what the law lets stay: number, reason, when, and the hash of what was shown."""
    kept = ("agency", "jurisdiction", "version", "published_at")
    folded: State = {name: state[name] for name in kept if name in state}
    folded |= {"stage": "withdrawn", "reason": act["reason"], "changed_at": meta.at, "corrections": []}
    if state["version"] > 0:
        content = state["content"]
        folded["version"] = next_version(state)
        folded["content_sha256"] = sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
        folded["content"] = {name: content[name] for name in ("doc_no", "category", "issued_on") if name in content}
        if act.get("keep_title"):
            folded["content"]["title"] = content["title"]
    return folded


def _written_at(event: dict[str, Any], written: Callable[[str], str]) -> dict[str, Any]:
    return {**event, "at": written(event["at"])}


def _render_withdrawn(state: State) -> Rendered:
    content = state["content"]
    body = {"stage": "withdrawn", "reason": state["reason"], "content_sha256": state["content_sha256"], **content}
    summary = {"stage": "withdrawn", **{name: content[name] for name in ("doc_no", "category") if name in content}}
    if "title" in content:
        summary["title"] = shortened(content["title"])
    return Rendered(body, summary, {"stage": "withdrawn"}, listed=False)


NOUN = Noun(KIND, "disclosures", DisclosureRules())
