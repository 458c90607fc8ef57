"""Feedback reports (反馈): by a day, through named channels, the agency says what came of opinions, evaluations and enquiries.

Source: the report's institution of feedback (政务公开反馈制度). A report is promised (`announce`) and given (`report`); one that is
promised and not given by its day is a duty missed, which the clock shows by itself.

Invariants: the day of a promise never changes; a report is about records that are public; counts of enquiries and agreed
answers are published, an enquiry's own text never.
"""

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.domain.duties import Duty, local_day, local_facts, midnight_after, owed_by, owed_to_public
from chalicelib.domain.placed import FEEDBACK_ABOUT
from chalicelib.domain.records import (
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Place,
    Ref,
    Refusals,
    Rendered,
    State,
    living_agency,
    next_version,
    shortened,
    without_empty,
)
from chalicelib.domain.texts import judge_texts

KIND, COLLECTION = "feedback", "feedback"
ANNOUNCED, REPORTED, WITHDRAWN = "announced", "reported", "withdrawn"

ALLOWED: dict[str | None, tuple[str, ...]] = {
    None: ("announce",),
    ANNOUNCED: ("report", "correct", "withdraw"),
    REPORTED: ("correct", "withdraw"),
    WITHDRAWN: (),
}
"""Stage -> acts that may follow."""
_FIXED = ("agency", "due_on")


class FeedbackRules:
    """The rules of feedback reports."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, feedback

        return common.parse(feedback.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act), *(ref for ref, _ in _records_named(act)))

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        allowed = ALLOWED[state["stage"] if state else None]
        refusals.when(
            name not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}", "/act"
        )
        refusals.settle()
        agency = others.find("agency", self.agency(record_id, state, act).record_id)
        if agency is not None:
            judge_texts(refusals, act, agency["language"])
        if "content" in act:
            _judge_content(refusals, state, act["content"], others)
        if state is None and agency is not None:
            past = act["content"]["due_on"] < local_day(at, local_facts(agency))
            refusals.when(past, "due_passed", "the day it is due has passed", "/content/due_on")
        early = name == "correct" and "report" in act and state is not None and state["stage"] != REPORTED
        refusals.when(early, "not_reported", "there is no report to correct", "/report")
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        changed: State = {"version": next_version(state), "changed_at": meta.at}
        if state is None:
            return _announced(act, meta, others) | changed
        name = act["act"]
        if name == "withdraw":
            return {**state, "stage": WITHDRAWN, "reason": act["reason"], **changed}
        if name == "report":
            in_time = meta.received_at < state["due_until"]
            given = {"reported_at": meta.received_at, "in_time": in_time}
            return {**state, "stage": REPORTED, "report": act["report"], **given, **changed}
        correction = {"version": changed["version"], "reason": act["reason"], "at": meta.received_at}
        replaced: State = {part: act[part] for part in ("content", "report") if part in act}
        return {**state, **replaced, "corrections": [*state["corrections"], correction], **changed}

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        content = state["content"]
        head = {"stage": state["stage"], "title": shortened(content["title"]), "due_on": content["due_on"]}
        if state["stage"] == WITHDRAWN:
            body = {**head, "title": content["title"], "reason": state["reason"]}
            return Rendered(body, head, {"stage": WITHDRAWN}, listed=False)
        if state["stage"] == REPORTED:
            given = {"reported_at": written(state["reported_at"]), "in_time": state["in_time"]}
            head, shown = {**head, **given}, {**given, "report": without_empty(state["report"])}
        else:
            shown = {}
        corrections = [{**each, "at": written(each["at"])} for each in state["corrections"]]
        body = without_empty({"stage": state["stage"], **content, **shown, "corrections": corrections})
        return Rendered(body, head, {"stage": state["stage"]}, places=_places(state))


def _records_named(act: Act) -> Iterator[tuple[Ref, str]]:
    """Yield the records that an act is about, each with its place."""
    for place, about in enumerate(act.get("content", {}).get("about", ())):
        if "id" in about:
            yield Ref(about["kind"], about["id"]), f"/content/about/{place}"


def _judge_content(refusals: Refusals, state: State | None, content: dict[str, Any], others: Others) -> None:
    if state is None:
        living_agency(refusals, others, content["agency"], content["title"], "/content/title")
    else:
        for name in _FIXED:
            moved = content[name] != state["content"][name]
            refusals.when(moved, f"{name}_fixed", "this never changes: withdraw the report", f"/content/{name}")
    for ref, pointer in _records_named({"content": content}):
        record = others.find(*ref)
        shown = record is not None and record.get("version", 0) > 0
        refusals.when(not shown, "record_unknown", "no such public record", pointer)
        if record is not None and shown:
            own = _concerns(ref.kind, record, content["agency"])
            refusals.when(not own, "record_of_other_agency", "it does not concern this agency", pointer)


def _concerns(kind: str, record: State, agency: str) -> bool:
    """Whether a record is the agency's to report on: its own, or a round that evaluates it."""
    evaluated = record["content"]["agencies"] if kind == "evaluation" else ()
    return bool(record["agency"] == agency or agency in evaluated)


def _announced(act: Act, meta: ActMeta, others: Others) -> State:
    content = act["content"]
    agency = others.find("agency", content["agency"])
    assert agency is not None
    synthetic = {"synthetic": True} if act.get("synthetic") else {}
    return {
        "stage": ANNOUNCED,
        "agency": content["agency"],
        "jurisdiction": agency["jurisdiction"],
        **local_facts(agency),
        "content": content,
        "due_until": midnight_after(content["due_on"], agency["time_zone"]),
        "corrections": [],
        "published_at": meta.at,
        **synthetic,
    }


def _places(state: State) -> tuple[Place, ...]:
    named = (f"{each['kind']}:{each['id']}" if "id" in each else each["kind"] for each in state["content"]["about"])
    due_on = state["content"]["due_on"] if state["stage"] == ANNOUNCED else None
    about = (Place(FEEDBACK_ABOUT, value, state["published_at"]) for value in named)
    return (*about, *owed_to_public(due_on, state))


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return the report that is promised and not given."""
    if state["stage"] != ANNOUNCED:
        return ()
    return owed_by("report_feedback", "", state["content"]["due_on"], state)


NOUN = Noun(KIND, COLLECTION, FeedbackRules(), duties=duties)
