"""Adopting, publishing, correcting, superseding, withdrawing: what becomes of a text once it may be shown."""

from chalicelib.domain.disclosures.asked import Asked, Folding, Part, always
from chalicelib.domain.disclosures.consultation import must_be_closed
from chalicelib.domain.disclosures.duties import formed_on
from chalicelib.domain.disclosures.hearing import must_be_heard
from chalicelib.domain.disclosures.steps import must_be_past, must_have_steps
from chalicelib.domain.disclosures.submission import content_digest, must_be_cleared, show
from chalicelib.domain.disclosures.table import ADOPTED, APPROVED, PUBLISHED, SUPERSEDED, WITHDRAWN
from chalicelib.domain.duties import local_day
from chalicelib.domain.public_facts import ended, of_disclosure
from chalicelib.domain.records import Refusals, State, next_version


def _decide_adoption(refusals: Refusals, asked: Asked) -> None:
    must_be_closed(refusals, asked)
    must_be_past(refusals, asked, asked.act["decided_on"], "/decided_on")
    must_be_heard(refusals, asked)
    if asked.state.get("pending") == APPROVED:
        must_be_cleared(refusals, asked)


def _adopt(folding: Folding) -> State:
    """Settle the final text: the revised one that was approved, else the draft as it is shown. It is not published yet."""
    state, act, meta, _ = folding
    adoption = {name: act[name] for name in ("decided_on", "by", "note") if name in act} | {"at": meta.received_at}
    if state["version"] == 0:  # nothing was shown before: the text waits, approved, for `publish`
        return {**state, "stage": ADOPTED, "pending": None, "adoption": adoption}
    shown = show(state, ADOPTED, meta.at) if state.get("pending") else _changed(state, ADOPTED, meta.at)
    return {**shown, "adoption": adoption}


def _changed(state: State, stage: str, at: str) -> State:
    return {**state, "stage": stage, "version": next_version(state), "changed_at": at}


def _decide_publication(refusals: Refusals, asked: Asked) -> None:
    if "submission" in asked.state:
        must_be_cleared(refusals, asked)
    must_have_steps(refusals, asked)


def _publish(folding: Folding) -> State:
    state, _, meta, _ = folding
    shown = show(state, PUBLISHED, meta.at) if "submission" in state else _changed(state, PUBLISHED, meta.at)
    return {**shown, **formed_on(shown), "final_at": meta.received_at}


def _correct(folding: Folding) -> State:
    state, act, meta, _ = folding
    shown = show(state, PUBLISHED, meta.at)
    correction = {"version": shown["version"], "reason": act["reason"], "at": meta.received_at}
    return {**shown, "corrections": [*state.get("corrections", ()), correction]}


def _decide_superseding(refusals: Refusals, asked: Asked) -> None:
    other, own = asked.others.find("disclosure", asked.act["by"]), asked.act["by"] == asked.record_id
    refusals.when(own, "supersedes_itself", "another text must take its place", "/by")
    refusals.when(
        not own and (other is None or other["stage"] != PUBLISHED),
        "successor_not_published",
        "what takes its place is not published",
        "/by",
    )


def _supersede(folding: Folding) -> State:
    state, act, meta, _ = folding
    dropped = ("pending", "submission", "approval")
    kept = {name: value for name, value in state.items() if name not in dropped}
    successor = {"by": act["by"], "reason": act["reason"], "at": meta.received_at}
    return {**_changed(kept, SUPERSEDED, meta.at), "superseded": successor}


def _withdraw(folding: Folding) -> State:
    """Keep what the law lets stay: number, reason, when, and the hash of what was shown."""
    state, act, meta, _ = folding
    kept = (
        "agency",
        "jurisdiction",
        "time_zone",
        "calendar",
        "version",
        "published_at",
        "rounds",
        "hearings",
        "filings",
    )
    folded: State = {name: state[name] for name in kept if name in state}
    folded |= {"stage": WITHDRAWN, "reason": act["reason"], "changed_at": meta.at}
    if state["version"] > 0:
        content = state["content"]
        folded["version"] = next_version(state)
        folded["content_sha256"] = content_digest(content)
        folded["fact"] = ended(of_disclosure(state), local_day(meta.received_at, state))
        folded["content"] = {name: content[name] for name in ("doc_no", "category", "issued_on") if name in content}
        if act.get("keep_title"):
            folded["content"]["title"] = content["title"]
    return folded


ADOPT = Part(_decide_adoption, _adopt)
PUBLISH = Part(_decide_publication, _publish)
CORRECT = Part(must_be_cleared, _correct)
SUPERSEDE = Part(_decide_superseding, _supersede)
WITHDRAW = Part(always, _withdraw)
