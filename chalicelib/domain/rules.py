"""Rules (规章制度): what is in force, how it is carried out, when it is reviewed, what took its place.

Source: domain text, rules register; State Council opinion on building a government under law (2010) on review (清理).

Invariants: a rule that was superseded, repealed or withdrawn is not revived; so replacements run one way and never in a
circle. Superseding is one commit on both records: each names the other, or neither does. What time does is no act
(`rule_standing`). The number line of a rule that takes another's place is moved by the program: an act by its agency may
find its number taken, and is sent again.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.codes import code_list
from chalicelib.domain.document_numbers import normalised
from chalicelib.domain.duties import Duty, local_day, local_facts, midnight_after, owed_by
from chalicelib.domain.instants import WITHOUT_END
from chalicelib.domain.links import judge_links, linked
from chalicelib.domain.records import (
    PROGRAM,
    Act,
    ActMeta,
    Actor,
    Following,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
    living_agency,
    next_version,
    says_nothing_new,
)
from chalicelib.domain.rule_standing import (
    PUBLISHED,
    REPEALED,
    SUPERSEDED,
    WITHDRAWN,
    begins_at,
    months_after,
    months_between_reviews,
)
from chalicelib.domain.rule_view import render_rule
from chalicelib.domain.texts import judge_personal_data, own_language

KIND = "rule"
AREAS = "rule_area"
MOST_REPLACED = 200
RESERVED = ("gaps",)
"""Ids that an address of its own has."""
REVIEW, EXECUTION_REPORT = "rule_review", "rule_execution_report"

_ALLOWED: dict[str | None, tuple[str, ...]] = {
    None: ("publish",),
    PUBLISHED: ("revise", "report_execution", "review", "supersede", "repeal", "withdraw", "take_place_of"),
    SUPERSEDED: ("report_execution", "withdraw"),
    REPEALED: ("report_execution", "withdraw"),
    WITHDRAWN: (),
}
_NO_TEXTS = ("after_sha256", "agency", "id", "replaced_by", "replaces", "source_url", "url")


class RuleRules:
    """The rules of rules."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, rules

        return common.parse(rules.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return PROGRAM if act["act"] == "take_place_of" else "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        replacement = (Ref(KIND, act["replaced_by"]),) if act["act"] == "supersede" else ()
        return (self.agency("", state, act), *linked(act.get("content", {})), *replacement)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name, stage = act["act"], state["stage"] if state else None
        allowed = _ALLOWED[stage]
        shown = ", ".join(each for each in allowed if each != "take_place_of")
        refusals.when(name not in allowed, "act_not_allowed", f"what may follow now: {shown or 'nothing'}", "/act")
        refusals.when(record_id in RESERVED, "id_reserved", "an address of its own has this name")
        _judge_texts(refusals, state, act, others)
        if "content" in act:
            _judge_content(refusals, state, act["content"], others)
        elif state is not None and name in allowed:
            _judge_step(refusals, record_id, state, act, others, at)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        agency = others.find("agency", state["agency"] if state else act["content"]["agency"])
        assert agency is not None
        if state is not None and says_nothing_new(state, act, PUBLISHED):
            return state
        changed = {"version": next_version(state), "changed_at": meta.at}
        if "content" in act:
            return _published(state, act, meta, agency) | changed
        assert state is not None
        return _STEPS[act["act"]](state, act, meta) | changed

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        return render_rule(state, written)


def _judge_content(refusals: Refusals, state: State | None, content: dict[str, Any], others: Others) -> None:
    living_agency(refusals, others, content["agency"], content["title"], "/content/title")
    refusals.when(
        state is not None and state["agency"] != content["agency"],
        "agency_fixed",
        "a rule stays with its agency",
        "/content/agency",
    )
    areas = {entry["code"] for entry in code_list(AREAS).codes}
    refusals.when(content["area"] not in areas, "area_unknown", f"not of /v1/codes/{AREAS}", "/content/area")
    judge_links(refusals, others, content)


def _judge_texts(refusals: Refusals, state: State | None, act: Act, others: Others) -> None:
    """Refuse a text that lacks the jurisdiction's own language, or that holds a person's number."""
    agency = others.find("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))
    if agency is not None:  # `living_agency` says it of the title
        own_language(refusals, agency["language"], act, apart="/content/title")
    own = [doc_no] if (doc_no := act.get("content", {}).get("doc_no")) else []
    judge_personal_data(refusals, act, _NO_TEXTS, own)


def _judge_step(refusals: Refusals, record_id: str, state: State, act: Act, others: Others, at: str) -> None:
    today = local_day(at, state)
    if act["act"] == "report_execution":
        refusals.when(act["period_to"] > today, "period_not_over", "the period is not over yet", "/period_to")
        _judge_next(refusals, act.get("next_due_on"), today, "/next_due_on")
    if act["act"] == "review":
        _judge_next(refusals, act["next_review_due_on"], today, "/next_review_due_on")
    if act["act"] == "supersede":
        _judge_replacement(refusals, record_id, state, act, others)


def _judge_next(refusals: Refusals, day: str | None, today: str, pointer: str) -> None:
    refusals.when(day is not None and day <= today, "next_not_ahead", "the next day by which lies ahead", pointer)


def _judge_replacement(refusals: Refusals, record_id: str, state: State, act: Act, others: Others) -> None:
    found, pointer = others.find(KIND, act["replaced_by"]), "/replaced_by"
    refusals.when(act["replaced_by"] == record_id, "replaces_itself", "a rule does not replace itself", pointer)
    refusals.when(found is None, "replacement_unknown", f"there is no rule {act['replaced_by']}", pointer)
    if found is not None:
        elsewhere = found["jurisdiction"] != state["jurisdiction"]
        refusals.when(elsewhere, "replacement_elsewhere", "it is of another jurisdiction", pointer)
        refusals.when(
            found["stage"] != PUBLISHED, "replacement_not_standing", f"that rule is {found['stage']} itself", pointer
        )
        full = len(found["replaces"]) >= MOST_REPLACED
        refusals.when(full, "too_many_replaced", f"one rule takes the place of at most {MOST_REPLACED}", pointer)


def _published(state: State | None, act: Act, meta: ActMeta, agency: State) -> State:
    """Return the state that a content gives, with the two instants between which the rule is in force."""
    content, local, time_zone = act["content"], local_facts(agency), agency["time_zone"]
    first_day = state["published_on"] if state else local_day(meta.received_at, local)
    begins_on = content.get("in_force_on") or content.get("effective_on") or first_day
    due = _review_due(content, begins_on, local["calendar"], state)
    folded: State = {
        "stage": PUBLISHED,
        "agency": content["agency"],
        "jurisdiction": agency["jurisdiction"],
        **local,
        "content": content,
        "published_on": first_day,
        "published_at": state["published_at"] if state else meta.at,
        "in_force_from": begins_at(begins_on, time_zone),
        "replaces": state["replaces"] if state else [],
        "reports": state["reports"] if state else [],
        "reviews": state["reviews"] if state else [],
        "review_due_on": due,
        "first_review_due_on": state["first_review_due_on"] if state and state["reviews"] else due,
        "report_due_on": _report_due(content, state),
    }
    if "doc_no" in content:
        folded["doc_no"] = normalised(content["doc_no"])
    if "valid_until" in content:
        folded["in_force_until"] = midnight_after(content["valid_until"], time_zone)
    if act.get("synthetic"):
        folded["synthetic"] = True
    return folded


def _review_due(content: dict[str, Any], begins_on: str, calendar: str, state: State | None) -> str | None:
    """Return by when the rule is reviewed: as its last review said, else as it says itself, else by its kind (data)."""
    stated = content.get("review_due_on")
    if state and state["reviews"] and stated == state["content"].get("review_due_on"):
        return str(state["review_due_on"])
    months = months_between_reviews(content["rule_kind"], calendar)
    return stated or (months_after(begins_on, months) if months else None)


def _report_due(content: dict[str, Any], state: State | None) -> str | None:
    """Return by when it is reported on: as the last report left it, until the rule says something else."""
    report = content.get("execution_report")
    if state and state["reports"] and report == state["content"].get("execution_report"):
        due: str | None = state["report_due_on"]
        return due
    return report["first_due_on"] if report else None


def _reported(state: State, act: Act, meta: ActMeta) -> State:
    told = {name: act[name] for name in ("period_from", "period_to", "done", "problems", "next_due_on") if name in act}
    due, every = act.get("next_due_on"), state["content"].get("execution_report")
    if due is None and every and state["report_due_on"]:
        due = months_after(state["report_due_on"], every["months"])
    return {**state, "reports": [*state["reports"], {**told, "at": meta.received_at}], "report_due_on": due}


def _reviewed(state: State, act: Act, meta: ActMeta) -> State:
    told = {name: act[name] for name in ("outcome", "reason", "next_review_due_on")}
    reviews = [*state["reviews"], {**told, "at": meta.received_at}]
    return {**state, "reviews": reviews, "review_due_on": act["next_review_due_on"]}


def _ended(state: State, act: Act, meta: ActMeta) -> State:
    """Return a rule that no longer holds from the day said, or from the day on which it was said."""
    stage = {"supersede": SUPERSEDED, "repeal": REPEALED, "withdraw": WITHDRAWN}[act["act"]]
    day = (
        act.get("superseded_on")
        or act.get("repealed_on")
        or state.get("effective_on")
        or local_day(meta.received_at, state)
    )
    until = min(begins_at(day, state["time_zone"]), state.get("in_force_until", WITHOUT_END))
    told = {name: act[name] for name in ("reason", "by_document") if name in act}
    ended: State = {"stage": stage, "effective_on": day, "in_force_until": until}
    if "replaced_by" in act:
        ended["replaced_by"] = act["replaced_by"]
    return {**state, **ended, "ended": {**told, "at": meta.received_at}}


def _took_place(state: State, act: Act, meta: ActMeta) -> State:
    return {**state, "replaces": [*state["replaces"], act["replaces"]]}


_STEPS: dict[str, Callable[[State, Act, ActMeta], State]] = {
    "report_execution": _reported,
    "review": _reviewed,
    "supersede": _ended,
    "repeal": _ended,
    "withdraw": _ended,
    "take_place_of": _took_place,
}


def follows(record_id: str, act: Act, state: State, meta: ActMeta) -> tuple[Following, ...]:
    """Return what superseding brings on the rule that takes the place."""
    if act["act"] != "supersede":
        return ()
    return (Following(KIND, act["replaced_by"], {"act": "take_place_of", "replaces": record_id}),)


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return what is owed of a rule: its next review, and the next report on how it is carried out.

    Nothing falls due after the rule has ended; what was missed before stays missed. But whoever supersedes or repeals a
    rule has looked at it: that is a review, and no other is owed.
    """
    if state["stage"] == WITHDRAWN:
        return ()
    review = state["review_due_on"] if state["stage"] == PUBLISHED else None
    named = ((REVIEW, review), (EXECUTION_REPORT, state["report_due_on"]))
    until = state.get("in_force_until", WITHOUT_END)
    found = (duty for rule, day in named if day for duty in owed_by(rule, day, day, state))
    return tuple(duty for duty in found if duty.overdue_at is not None and duty.overdue_at < until)


NOUN = Noun(KIND, "rules", RuleRules(), follows=follows, duties=duties)
