"""Handing in, and what is shown of what was handed in.

What stays as it is from the first showing on: the agency, the category and whether the text was taken over from an earlier
publication. A text that was consulted as one kind cannot be published as another, whose steps are fewer.
"""

from hashlib import sha256
from typing import Any

import orjson

from chalicelib.domain.attachments import decide_attachments, with_descriptions
from chalicelib.domain.categories import categories
from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.table import NOT_SHOWN, SUBMITTED
from chalicelib.domain.duties import local_day, local_facts
from chalicelib.domain.links import judge_links
from chalicelib.domain.records import Act, Refusals, State, living_agency, next_version

GROUP, PERSON = "group:", "person:"
"""How the name of who acts begins."""


def decide_content(refusals: Refusals, asked: Asked) -> None:
    """Refuse a content that its agency, its category or its own earlier acts do not let stand."""
    content = asked.act["content"]
    message = "a group approves; a person or a system hands in"
    refusals.when(asked.actor.person.startswith(GROUP), "group_hands_in", message, "/act")
    living_agency(refusals, asked.others, content["agency"], content["title"], "/content/title")
    refusals.when(
        content["category"] not in categories(),
        "category_unknown",
        "not a category of the code list /v1/codes/category",
        "/content/category",
    )
    _decide_ground(refusals, content["openness"])
    _decide_source(refusals, asked)
    _decide_fixed(refusals, asked.state, content)
    decide_attachments(refusals, content, asked.others)
    judge_links(refusals, asked.others, content)


def _decide_ground(refusals: Refusals, openness: dict[str, Any]) -> None:
    refusals.when(
        "ground" in openness and openness["ground"] not in sentences("ground"),
        "ground_unknown",
        "not a ground of the code list /v1/codes/ground",
        "/content/openness/ground",
    )


def _decide_source(refusals: Refusals, asked: Asked) -> None:
    """A text that is taken over was published before: it says when."""
    content = asked.act["content"]
    if "source" not in content:
        return
    agency = asked.others.find("agency", content["agency"])
    today = local_day(asked.at, agency) if agency else ""
    message = "what is taken over from an earlier publication says on which day it was issued"
    refusals.when("issued_on" not in content, "source_without_day", message, "/content/issued_on")
    refusals.when(
        bool(today) and content.get("issued_on", "") > today,
        "source_in_the_future",
        "what is taken over was issued before",
        "/content/issued_on",
    )


def _decide_fixed(refusals: Refusals, state: State, content: dict[str, Any]) -> None:
    if not state:
        return
    refusals.when(
        state["agency"] != content["agency"], "agency_fixed", "a disclosure stays with its agency", "/content/agency"
    )
    if state["version"] == 0:
        return
    shown = state["content"]
    refusals.when(
        shown["category"] != content["category"],
        "category_fixed",
        f"it was shown as {shown['category']}; another kind is another disclosure",
        "/content/category",
    )
    refusals.when(
        ("source" in shown) != ("source" in content),
        "source_fixed",
        "whether it was taken over from an earlier publication was said when it was first shown",
        "/content/source",
    )


def submit(folding: Folding) -> State:
    """Take in a text, the first or a later one: it waits for approval, and an earlier approval counts for nothing."""
    content, meta = with_descriptions(folding.act["content"], folding.others), folding.meta
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
        "jurisdiction": agency["jurisdiction"],
        **local_facts(agency),
        "version": 0,
        "pending": SUBMITTED,
        "submission": submission,
    }


def content_of(state: State, act: Act) -> dict[str, Any]:
    """Return the content that an act is about: its own, else the text as it stands; nothing where there is none."""
    return act.get("content") or text_of(state)


def text_of(state: State) -> dict[str, Any]:
    """Return the text that would be shown next: what waits, else what is shown; nothing where neither is there any more."""
    found: dict[str, Any] = state.get("submission", {}).get("content") or state.get("content", {})
    return found


def own_numbers(content: State) -> list[str]:
    """Return what is no finding of personal data in a text: its document number, unless that is a number and nothing else."""
    number = content.get("doc_no", "")
    return [number] if any(sign.isalpha() and sign not in "Xx" for sign in number) else []


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


def content_digest(content: State) -> str:
    """Return the SHA-256 by which a content is known once it is filed or gone."""
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


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


SUBMIT = Part(decide_content, submit)
