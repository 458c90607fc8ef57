"""Evaluation rounds (评议): who evaluated whom by which criteria, what was found, and what the agencies say to it.

Source: the report's institution of evaluation (政务公开评议制度): truthfulness, comprehensiveness and effectiveness are judged
by a panel from outside; timeliness is what this register measures, and stands beside.

Whose a round is: the organiser's. Its keys with the role `evaluator` announce, publish, correct, accept, return, close and
withdraw, of agencies below the key's own or in its scope. Each agency answers by a key of its own with the role `clerk`; that
act takes a number of the round like any other, and may find it taken.

Invariants: nobody evaluates itself; who is evaluated and how the sample is drawn is fixed by the announcement; nothing of an
agency is answered by another; what was once found stays readable in the versions, whatever is said later.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chalicelib.domain.clock.records import Limit
from chalicelib.domain.draws import commitment
from chalicelib.domain.duties import Duty, last_day, local_day, local_facts, midnight_after, owed_by
from chalicelib.domain.evaluation_view import OWING, RETURNED, UNANSWERED, render_round
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
)
from chalicelib.domain.texts import judge_texts

KIND, COLLECTION = "evaluation", "evaluations"
EVALUATOR = "evaluator"
ANNOUNCED, PUBLISHED, CLOSED, WITHDRAWN = "announced", "findings_published", "closed", "withdrawn"
CLEAN, ANSWERED, ACCEPTED = "no_findings", "answered", "accepted"

ALLOWED: dict[str | None, tuple[str, ...]] = {
    None: ("announce",),
    ANNOUNCED: ("publish_findings", "correct", "withdraw"),
    PUBLISHED: ("publish_findings", "answer", "accept_answer", "return_answer", "correct", "close", "withdraw"),
    CLOSED: ("correct", "withdraw"),
    WITHDRAWN: (),
}
"""Stage -> acts that may follow."""
_FIXED = ("agency", "agencies", "sample", "answer_within")
"""What a round announces for good."""


class EvaluationRules:
    """The rules of evaluation rounds."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, evaluations

        return common.parse(evaluations.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "clerk" if act["act"] == "answer" else EVALUATOR

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """An answer is the act of the agency that it names; everything else the organiser's."""
        if act["act"] == "answer":
            return Ref("agency", act["agency"])
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        organiser = state["agency"] if state else act.get("content", {}).get("agency", "")
        named = [Ref("agency", organiser), *(Ref("agency", each) for each in _evaluated(act))]
        return tuple(dict.fromkeys((*named, *(ref for _, ref, _ in _records_named(state, act)))))

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        allowed = ALLOWED[state["stage"] if state else None]
        refusals.when(
            name not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}", "/act"
        )
        refusals.settle()
        organiser = others.find("agency", state["agency"] if state else act["content"]["agency"])
        if organiser is not None:
            judge_texts(refusals, act, organiser["language"])
            if name != "answer":
                _judge_authority(refusals, organiser["path"], act, actor, others)
        _JUDGES[name](refusals, state or {}, act, others, at)
        for agency, ref, pointer in _records_named(state, act):
            _judge_record(refusals, agency, others.find(*ref), pointer)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        changed: State = {"version": next_version(state), "changed_at": meta.at}
        if state is None:
            return _announced(act, meta, others) | changed
        return {**_FOLDS[act["act"]](state, act, meta, changed["version"]), **changed}

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        return render_round(state, written)


# What an act names


def _evaluated(act: Act) -> list[str]:
    """Return the agencies that an act of the organiser evaluates."""
    return [*act.get("content", {}).get("agencies", ()), *(each["agency"] for each in act.get("agencies", ()))]


def _records_named(state: State | None, act: Act) -> Iterator[tuple[frozenset[str], Ref, str]]:
    """Yield the public records that an act names, each with the agencies it may be of and its place."""
    for place, judged in enumerate(act.get("agencies", ())):
        for number, finding in enumerate(judged["findings"]):
            if "about" in finding:
                ref = Ref(finding["about"]["kind"], finding["about"]["id"])
                yield frozenset((judged["agency"],)), ref, f"/agencies/{place}/findings/{number}/about"
    content = state["content"] if state else {}
    if "drawn" in act and "sample" in content:
        for place, record_id in enumerate(act["drawn"]["ids"]):
            ref = Ref(content["sample"]["kind"], record_id)
            yield frozenset(content["agencies"]), ref, f"/drawn/ids/{place}"


# Deciding


def _judge_authority(refusals: Refusals, path: list[str], act: Act, actor: Actor, others: Others) -> None:
    """A scope lets a key evaluate others, not speak as another organiser; and nobody evaluates itself."""
    refusals.when(actor.agency not in path, "organiser_not_own", "the organiser is the key's own agency or below it")
    for agency in dict.fromkeys(_evaluated(act)):
        found = others.find("agency", agency)
        refusals.when(found is None, "agency_unknown", f"there is no agency {agency}")
        if found is None:
            continue
        within = actor.agency in found["path"] or not actor.scope.isdisjoint(found["path"])
        message = f"{agency} is neither below the key's agency nor in its scope"
        refusals.when(not within, "agency_not_in_scope", message)
        message = f"{agency} would evaluate itself"
        refusals.when(agency in (path[-1], actor.agency), "evaluates_itself", message)


def _judge_record(refusals: Refusals, agencies: frozenset[str], record: State | None, pointer: str) -> None:
    """A record that shows nothing is as unknown as one that is not there."""
    shown = record is not None and record.get("version", 0) > 0
    refusals.when(not shown, "record_unknown", "no such public record", pointer)
    if record is not None and shown:
        refusals.when(record["agency"] not in agencies, "record_of_other_agency", "another agency's record", pointer)


def _judge_announce(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    content = act["content"]
    living_agency(refusals, others, content["agency"], content["title"], "/content/title")
    for place, agency in enumerate(content["agencies"]):
        found = others.find("agency", agency)
        ended = found is not None and found["stage"] == "dissolved"
        refusals.when(ended, "agency_dissolved", f"{agency} has ended", f"/content/agencies/{place}")


def _judge_findings(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    for place, judged in enumerate(act["agencies"]):
        pointer = f"/agencies/{place}/agency"
        message = "what was found of this agency is published: correct it"
        refusals.when(judged["agency"] in state["judged"], "findings_published_already", message, pointer)
    _judge_agencies(refusals, state, act, at)
    _judge_drawn(refusals, state, act)


def _judge_agencies(refusals: Refusals, state: State, act: Act, at: str) -> None:
    content = state["content"]
    named = [judged["agency"] for judged in act["agencies"]]
    refusals.when(len(set(named)) != len(named), "agency_twice", "an agency stands twice", "/agencies")
    for place, judged in enumerate(act["agencies"]):
        pointer = f"/agencies/{place}"
        refusals.when(
            judged["agency"] not in content["agencies"],
            "agency_not_evaluated",
            "the round does not evaluate this agency",
            f"{pointer}/agency",
        )
        scored = {score["criterion"] for score in judged["scores"]}
        missing = set(content["criteria"]) - scored - {"timeliness"}
        refusals.when(bool(missing), "score_missing", f"no score for {', '.join(sorted(missing))}", f"{pointer}/scores")
        more = (scored | {finding["criterion"] for finding in judged["findings"]}) - set(content["criteria"])
        message = f"not announced: {', '.join(sorted(more))}"
        refusals.when(bool(more), "criterion_not_announced", message, pointer)
    if any(judged["findings"] for judged in act["agencies"]):
        refusals.when(
            _answer_by(state, at) is None, "calendar_unknown", "the calendar has no data to count answer_within"
        )


def _judge_drawn(refusals: Refusals, state: State, act: Act) -> None:
    sample, drawn = state["content"].get("sample"), act.get("drawn")
    if drawn is None:
        missing = sample is not None and "drawn" not in state
        refusals.when(missing, "seed_not_revealed", "the sample and its seed come with the first findings", "/drawn")
        return
    refusals.when(sample is None, "no_sample_announced", "the round announced no sample", "/drawn")
    refusals.when("drawn" in state, "drawn_already", "the sample is published", "/drawn")
    if sample is not None:
        differs = commitment(drawn["seed"]) != sample["seed_sha256"]
        refusals.when(differs, "seed_differs", "this is not the seed that the round committed to", "/drawn/seed")
        many = len(drawn["ids"]) > sample["size"] * len(state["content"]["agencies"])
        many = many or len(set(drawn["ids"])) != len(drawn["ids"])
        refusals.when(many, "sample_differs", "more than were announced, or one of them twice", "/drawn/ids")


def _judge_answer(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    judged = state["judged"].get(act["agency"])
    refusals.when(judged is None, "agency_not_evaluated", "nothing was found of this agency", "/agency")
    if judged is None:
        return
    standing = judged["standing"]
    refusals.when(
        standing not in (*OWING, ANSWERED), "nothing_to_answer", f"its findings stand as {standing}", "/agency"
    )
    known = {finding["id"] for finding in judged["findings"]}
    named = [answer["finding"] for answer in act["answers"]]
    for place, finding in enumerate(named):
        wrong = finding not in known or finding in named[:place]
        refusals.when(wrong, "finding_unknown", "no finding of this agency, or one named before", f"/answers/{place}")
    missing = sorted(known - set(named))
    refusals.when(bool(missing), "finding_unanswered", f"not answered: {', '.join(missing)}", "/answers")


def _judge_settling(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    judged = state["judged"].get(act["agency"])
    given = judged is not None and judged["standing"] == ANSWERED
    refusals.when(not given, "no_answer", "this agency has given no answer that waits", "/agency")
    if act["act"] == "return_answer":
        refusals.when(
            _answer_by(state, at) is None, "calendar_unknown", "the calendar has no data to count answer_within"
        )


def _judge_correct(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    content = act.get("content")
    if content is not None:
        for name in _FIXED:
            fixed = content.get(name) == state["content"].get(name)
            refusals.when(not fixed, f"{name}_fixed", "announced for good: withdraw the round", f"/content/{name}")
    if "agencies" not in act:
        return
    refusals.when(state["stage"] == CLOSED, "round_closed", "the findings of a closed round stand", "/agencies")
    for place, judged in enumerate(act["agencies"]):
        missing = judged["agency"] not in state["judged"]
        refusals.when(missing, "findings_not_published", "nothing to correct yet", f"/agencies/{place}/agency")
    _judge_agencies(refusals, {**state, "content": content or state["content"]}, act, at)


def _judge_close(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    standing = [state["judged"].get(agency, {}).get("standing") for agency in state["content"]["agencies"]]
    is_open = any(each not in (CLEAN, ACCEPTED) for each in standing)
    message = "something is not published, answered or accepted: say why the round ends"
    refusals.when(is_open and "reason" not in act, "round_open", message, "/reason")


def _nothing_more(refusals: Refusals, state: State, act: Act, others: Others, at: str) -> None:
    """Withdrawal needs only its reason."""


_JUDGES: dict[str, Callable[[Refusals, State, Act, Others, str], None]] = {
    "announce": _judge_announce,
    "publish_findings": _judge_findings,
    "answer": _judge_answer,
    "accept_answer": _judge_settling,
    "return_answer": _judge_settling,
    "correct": _judge_correct,
    "close": _judge_close,
    "withdraw": _nothing_more,
}


# Folding


def _answer_by(state: State, at: str) -> str | None:
    """Return the last day of an answer to what comes in at an instant, or None where the calendar cannot tell."""
    within = state["content"]["answer_within"]
    return last_day(local_day(at, state), Limit(within["value"], within["unit"]), state["calendar"])


def _owed(state: State, at: str) -> dict[str, Any]:
    answer_by = _answer_by(state, at)
    assert answer_by is not None  # decided so
    return {"answer_by": answer_by, "answer_until": midnight_after(answer_by, state["time_zone"])}


def _announced(act: Act, meta: ActMeta, others: Others) -> State:
    content = act["content"]
    organiser = others.find("agency", content["agency"])
    assert organiser is not None
    synthetic = {"synthetic": True} if act.get("synthetic") else {}
    return {
        "stage": ANNOUNCED,
        "agency": content["agency"],
        "jurisdiction": organiser["jurisdiction"],
        **local_facts(organiser),
        "content": content,
        "judged": {},
        "corrections": [],
        "published_at": meta.at,
        **synthetic,
    }


def _judged(state: State, agencies: Iterable[dict[str, Any]], meta: ActMeta) -> dict[str, Any]:
    """Return what is found of each agency, with new findings that wait for an answer."""
    found = dict(state["judged"])
    for judged in agencies:
        said = {"scores": judged["scores"], "findings": judged["findings"], "found_at": meta.received_at}
        owed = {"standing": UNANSWERED, **_owed(state, meta.received_at)} if judged["findings"] else {"standing": CLEAN}
        found[judged["agency"]] = {**said, **owed}
    return found


def _with_findings(state: State, act: Act, meta: ActMeta, version: int) -> State:
    drawn = {"drawn": act["drawn"]} if "drawn" in act else {}
    return {**state, "stage": PUBLISHED, "judged": _judged(state, act["agencies"], meta), **drawn}


def _with_answer(state: State, act: Act, meta: ActMeta, version: int) -> State:
    judged = state["judged"][act["agency"]]
    in_time = meta.received_at < judged["answer_until"]
    answer = {"at": meta.received_at, "in_time": in_time, "items": act["answers"]}
    return _standing(state, act, ANSWERED, {**judged, "answer": answer})


def _with_acceptance(state: State, act: Act, meta: ActMeta, version: int) -> State:
    return _standing(state, act, ACCEPTED, state["judged"][act["agency"]])


def _with_return(state: State, act: Act, meta: ActMeta, version: int) -> State:
    returned = {"reason": act["reason"], "at": meta.received_at}
    judged = state["judged"][act["agency"]]
    return _standing(state, act, RETURNED, {**judged, "returned": returned, **_owed(state, meta.received_at)})


def _standing(state: State, act: Act, standing: str, judged: dict[str, Any]) -> State:
    return {**state, "judged": {**state["judged"], act["agency"]: {**judged, "standing": standing}}}


def _corrected(state: State, act: Act, meta: ActMeta, version: int) -> State:
    correction = {"version": version, "reason": act["reason"], "at": meta.received_at}
    return {
        **state,
        "content": act.get("content", state["content"]),
        "judged": _judged(state, act.get("agencies", ()), meta),
        "corrections": [*state["corrections"], correction],
    }


def _ended(state: State, act: Act, meta: ActMeta, version: int) -> State:
    stage = CLOSED if act["act"] == "close" else WITHDRAWN
    reason = {"reason": act["reason"]} if "reason" in act else {}
    return {**state, "stage": stage, "ended": {"at": meta.received_at, **reason}}


_FOLDS: dict[str, Callable[[State, Act, ActMeta, int], State]] = {
    "publish_findings": _with_findings,
    "answer": _with_answer,
    "accept_answer": _with_acceptance,
    "return_answer": _with_return,
    "correct": _corrected,
    "close": _ended,
    "withdraw": _ended,
}


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return the answers that agencies owe to a round."""
    if state["stage"] != PUBLISHED:
        return ()
    return tuple(
        duty
        for agency, judged in state["judged"].items()
        if judged["standing"] in OWING
        for duty in owed_by("answer_evaluation", agency, judged["answer_by"], state, agency=agency)
    )


NOUN = Noun(KIND, COLLECTION, EvaluationRules(), duties=duties)
