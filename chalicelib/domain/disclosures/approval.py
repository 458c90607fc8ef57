"""Approval by another person or a named group over exactly these bytes (公开审批), its refusal, and breaking the glass.

Regulations on Open Government Information (2019) art. 17: the secrecy review is on record before anything is shown.
Personal Information Protection Law (2021) art. 51: numbers that name a person are looked at one by one before they are.

Invariant: what is shown was approved by somebody other than who handed it in, or says itself that it was not yet (breaking
the glass); then an approval is owed, by somebody who neither handed it in nor broke the glass, and over the same bytes.
"""

from typing import Any
from unicodedata import normalize

from chalicelib.domain.attachments import attachment
from chalicelib.domain.codes import sentences
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.disclosures.duties import formed_on
from chalicelib.domain.disclosures.submission import GROUP, PERSON, must_be_open, own_numbers, show
from chalicelib.domain.disclosures.table import APPROVED, AWAITING_APPROVAL, NOT_SHOWN, PUBLISHED, RETURNED
from chalicelib.domain.duties import local_day
from chalicelib.domain.personal_data import KINDS, Occurrence, find_each
from chalicelib.domain.records import Refusals, State, next_version

_NOT_FOR_READERS = ("sha256", "id", "agency", "category", "series")
"""Members of a content that hold ids and hashes."""
FINDINGS = "file_finding"
"""The code list of what a file can hide."""
MOST_NAMED = 500
"""So many findings are named in a refusal, and so many can be released; the rest is counted."""


def _decide_approval(refusals: Refusals, asked: Asked) -> None:
    submission = asked.state["submission"]
    _decide_approver(refusals, asked)
    refusals.when(
        asked.act["approves_sha256"] != submission["sha256"],
        "approves_other_bytes",
        "this is not the SHA-256 of the submitted bytes",
        "/approves_sha256",
    )
    refusals.when(
        asked.state["pending"] == AWAITING_APPROVAL and asked.act["secrecy_review"]["result"] != "cleared",
        "secrecy_review_restricted",
        "it is shown already: what the review does not clear is withdrawn",
        "/secrecy_review/result",
    )
    must_release(refusals, asked)


def _decide_approver(refusals: Refusals, asked: Asked) -> None:
    """Another person than who handed it in and who broke the glass, or a group, whose meeting is on record."""
    person, submission = asked.actor.person, asked.state["submission"]
    handed_in = is_same_person(person, submission["person"])
    refusals.when(handed_in, "same_person", "who submitted may not approve; another person must")
    broke = not handed_in and is_same_person(person, submission.get("glass_person"))
    refusals.when(broke, "broke_the_glass", "who broke the glass may not approve it; another person must")
    group, meeting = person.startswith(GROUP), asked.act.get("meeting")
    refusals.when(
        not group and not person.startswith(PERSON), "system_approves", "a person or a named group approves, no system"
    )
    refusals.when(group and meeting is None, "meeting_missing", "a group approves in a meeting: say which", "/meeting")
    alone = meeting is not None and not group
    refusals.when(alone, "meeting_of_no_group", "only a group's key names a meeting: leave it out", "/meeting")
    refusals.when(
        meeting is not None and meeting["held_on"] > local_day(asked.at, asked.state),
        "meeting_in_the_future",
        "the meeting was not held yet",
        "/meeting/held_on",
    )


def is_same_person(name: str, other: str | None) -> bool:
    """Whether two keys name one person: case, width, spaces, signs and what cannot be seen make nobody another."""
    return other is not None and _letters(name) == _letters(other)


def _letters(name: str) -> str:
    return "".join(each for each in normalize("NFKC", name).casefold() if each.isalnum())


# Personal data


def findings(asked: Asked) -> list[Occurrence]:
    """Return every number that names a person in what is to be shown: its texts, then what its files were found to hold."""
    content = asked.state["submission"]["content"]
    if content["openness"]["class"] != "proactive":
        return []  # it is shown to nobody
    found = find_each(content, _NOT_FOR_READERS, own_numbers(content), "/content")
    for number, each in enumerate(content.get("attachments", ())):
        file = asked.others.find(*attachment(each["sha256"], content["agency"])) or {}
        within = f"/content/attachments/{number}#"
        found += [Occurrence(within + one["place"], one["kind"], 1) for one in file.get("findings", ())]
    return found


def must_release(refusals: Refusals, asked: Asked) -> None:
    """Refuse while a finding is not released by name, and a release that names nothing."""
    unnamed = dict.fromkeys(findings(asked))
    for number, each in enumerate(asked.act.get("releases", ())):
        names = Occurrence(each["place"], each["kind"], each["nth"])
        message = "there is no such finding, or it is released already"
        refusals.when(names not in unnamed, "release_of_nothing", message, f"/releases/{number}")
        unnamed.pop(names, None)
    for place, kind, nth in list(unnamed)[:MOST_NAMED]:
        if kind in KINDS:
            message = f"what looks like a person's number ({kind}, no. {nth}): release it by name, or have it taken out"
            refusals.note("personal_data", message, place)
        else:
            refusals.note("file_finding", f"{sentences(FINDINGS)[kind]['en']}: release it by name, or clean it", place)
    more = len(unnamed) - MOST_NAMED
    refusals.when(more > 0, "personal_data", f"and {more} more", "/content")


# What follows


def _approval(folding: Folding) -> dict[str, Any]:
    state, act, meta, _ = folding
    found: dict[str, Any] = {
        "person": meta.person,
        "at": meta.received_at,
        "openness": state["submission"]["content"]["openness"]["class"],
        "secrecy_review": act["secrecy_review"]["result"],
    }
    if "meeting" in act:
        found["meeting"] = act["meeting"]
    if act.get("releases"):
        found["releases"] = act["releases"]
    return found


def _approve(folding: Folding) -> State:
    state, approval = folding.state, _approval(folding)
    if state["pending"] != AWAITING_APPROVAL:
        return {**state, "pending": APPROVED, "approval": approval}
    kept = {name: value for name, value in state.items() if name not in ("pending", "submission")}
    return {**kept, "version": next_version(state), "shown_approval": approval, "changed_at": folding.meta.at}


def _decide_return(refusals: Refusals, asked: Asked) -> None:
    refusals.when(
        asked.act["returns_sha256"] != asked.state["submission"]["sha256"],
        "returns_other_bytes",
        "this is not the SHA-256 of the submitted bytes",
        "/returns_sha256",
    )


def _return(folding: Folding) -> State:
    """Give back what was handed in (退回). Of a record that shows nothing it stays: its days to be disclosed run on."""
    kept = {name: value for name, value in folding.state.items() if name not in ("approval", "pending")}
    if folding.state["stage"] == NOT_SHOWN:
        return {**kept, "pending": RETURNED}
    del kept["submission"]
    return kept


def _decide_breaking(refusals: Refusals, asked: Asked) -> None:
    must_be_open(refusals, asked)
    must_release(refusals, asked)


def _break_glass(folding: Folding) -> State:
    state, act, meta, _ = folding
    shown = show(state, PUBLISHED, meta.at)
    glass = {
        **{name: act[name] for name in ("reason", "legal_basis")},
        "at": meta.received_at,
        "of_version": shown["version"],
    }
    if act.get("releases"):
        glass["releases"] = act["releases"]
    submission = {**state["submission"], "glass_person": meta.person}
    awaiting = {"pending": AWAITING_APPROVAL, "submission": submission, "broken_glass": glass}
    return {**shown, **formed_on(shown), "final_at": meta.received_at, **awaiting}


APPROVE = Part(_decide_approval, _approve, "approver")
RETURN = Part(_decide_return, _return, "approver")
BREAK_GLASS = Part(_decide_breaking, _break_glass, "approver")
