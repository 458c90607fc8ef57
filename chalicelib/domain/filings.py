"""Filings (备案) as records: a published text that was sent to a receiver, and what the receiver answers.

Regulations on Filing and Review of Regulations and Rules (2024). `file` and `replace` follow from `file_upward` of the text,
`end` from its withdrawal or from what supersedes it; they come in with it, and nobody sends them. The answers are the
receiver's own acts, on the filing's own number line: the number line of the text is never taken by another agency.

Invariants: the agency that filed never answers itself, whatever its key may do. An answer is never taken back: another
follows it, and all of them stay. `received` says that the text has come in; it answers nothing.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from chalicelib.domain.duties import Duty, local_day, local_facts, owed, owed_by
from chalicelib.domain.instants import dated
from chalicelib.domain.links import linked_from
from chalicelib.domain.placed import MISSING_FILINGS, narrowings
from chalicelib.domain.records import (
    PROGRAM,
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
    next_version,
    without_empty,
)
from chalicelib.domain.texts import judge_texts
from chalicelib.errors import NotFoundError

KIND, COLLECTION = "filing", "filings"
RECEIVER = "filing_receiver"
"""The role of a key that answers filings."""
ANSWER = "answer_filing"
FILED, RECEIVED, REGISTERED = "filed", "received", "registered"
RETURNED, CHANGE_ORDERED, REPLACED, ENDED = "returned", "change_ordered", "replaced", "ended"
UNANSWERED = (FILED, RECEIVED)
ANSWERS: dict[str, tuple[str, ...]] = {
    FILED: (RECEIVED, REGISTERED, RETURNED, CHANGE_ORDERED),
    RECEIVED: (REGISTERED, RETURNED, CHANGE_ORDERED),
    REGISTERED: (CHANGE_ORDERED,),
    CHANGE_ORDERED: (REGISTERED, RETURNED, CHANGE_ORDERED),
    RETURNED: (),
    REPLACED: (),
    ENDED: (),
}
"""What may be answered after what: a returned text is filed anew, under another id."""
SUPERIOR, SAME_LEVEL, OTHER = "superior", "same_level", "other"
_NEVER = "9999-12-31T00:00:00.000Z"
_SAID = ("disclosure", "of_version", "receiver", "receiver_kind", "filed_at", "answer_by")
_ANSWERED = ("answer", "number", "reason", "change", "by")


def filing_id(disclosure: str, of_version: int, receiver: str) -> str:
    """Return the id of a filing: always the same for one version of a text and one receiver."""
    return sha256("\n".join((disclosure, str(of_version), receiver)).encode()).hexdigest()[:32]


def receiver_kind(receiver: Sequence[str], sender: Sequence[str]) -> str:
    """Return what a receiver is to an agency, from the paths of both: above it, of its level, or neither.

    A root has nobody above it here; its leading group stands just below it.
    """
    if len(receiver) < len(sender) and list(sender[: len(receiver)]) == list(receiver):
        return SUPERIOR
    beside = sender[:-1] or sender
    return SAME_LEVEL if list(receiver[:-1]) == list(beside) else OTHER


class FilingRules:
    """The rules of filings."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, filings

        return common.parse(filings.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return RECEIVER if act["act"] == ANSWER else PROGRAM

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """Return who acts: the receiver where it answers, else the agency that files.

        Raises:
            NotFoundError: an answer to a filing that is not there.
        """
        if act["act"] == ANSWER:
            if state is None:
                raise NotFoundError("no such filing")
            return Ref("agency", state["receiver"])
        return _sender(state, act)

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        receiver = state["receiver"] if state else act.get("receiver", "")
        return (_sender(state, act), Ref("agency", receiver))

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        if act["act"] == ANSWER:
            assert state is not None  # without one nobody is its receiver
            _decide_answer(refusals, state, act, actor, others, at)
        elif act["act"] == "replace":
            assert state is not None  # the text remembers it
            stands = act["because"] == RETURNED and state["stage"] != RETURNED
            message = f"this text is filed with {state['receiver']} already, as {record_id}: it is {state['stage']}"
            refusals.when(stands, "already_filed", message, "/receivers")
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        changed = {"version": next_version(state), "changed_at": meta.at}
        if act["act"] == "file":
            return _filed(act, meta, others) | changed
        assert state is not None
        if act["act"] == "replace":
            return {
                **state,
                "stage": REPLACED,
                "replaced": {"by": act["by"], "because": act["because"], "at": meta.received_at},
            } | changed
        if act["act"] == "end":
            ended = {"because": act["because"], "at": meta.received_at}
            stands = state["stage"] if state["stage"] == REGISTERED else ENDED
            return {**state, "stage": stands, "ended": ended} | changed
        answer = {name: act[name] for name in _ANSWERED if name in act} | {"at": meta.received_at}
        return {**state, "stage": act["answer"], "answers": [*state.get("answers", ()), answer]} | changed

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        said = {"stage": state["stage"], **{name: state.get(name) for name in _SAID}}
        told = {name: state.get(name) for name in ("content_sha256", "answers", "replaced", "ended")}
        summary: dict[str, Any] = dated(without_empty(said), written)
        body = summary | dated(without_empty(told), written)
        lists = {"stage": state["stage"], "category": state["receiver"]}
        link = linked_from(Ref("disclosure", state["disclosure"]), state["published_at"], "filing_of")
        return Rendered(body, summary, lists, places=(*_places(state), link))


def _sender(state: State | None, act: Act) -> Ref:
    """Return the agency that filed: the scope of a key must hold it for the key to answer."""
    return Ref("agency", state["agency"] if state else act.get("agency", ""))


def by_receiver(kind: str, act_name: str) -> bool:
    """Return whether an act is said by the receiver of a filing, not by the agency whose record it is."""
    return kind == KIND and act_name == ANSWER


def _decide_answer(refusals: Refusals, state: State, act: Act, actor: Actor, others: Others, at: str) -> None:
    refusals.when(actor.agency == state["agency"], "own_filing", "the agency that filed does not answer itself", "/act")
    allowed = () if "ended" in state else ANSWERS[state["stage"]]
    message = f"it is {state['stage']}; what may be answered: {', '.join(allowed) or 'nothing'}"
    refusals.when(act["answer"] not in allowed, "answer_not_allowed", message, "/answer")
    if "by" in act:
        refusals.when(act["by"] < local_day(at, state), "by_in_the_past", "that day is over", "/by")
    sender = others.find("agency", state["agency"])
    assert sender is not None
    judge_texts(refusals, act, sender["language"], [act["number"]] if "number" in act else [])


def _filed(act: Act, meta: ActMeta, others: Others) -> State:
    sender, receiver = others.find("agency", act["agency"]), others.find("agency", act["receiver"])
    assert sender is not None
    assert receiver is not None
    filed: State = {
        "stage": FILED,
        **{name: act[name] for name in ("agency", "disclosure", "of_version", "receiver", "content_sha256")},
        "jurisdiction": sender["jurisdiction"],
        **local_facts(sender),
        "receiver_kind": receiver_kind(receiver["path"], sender["path"]),
        "filed_at": meta.received_at,
        "published_at": meta.at,
    }
    for duty in duties("", filed):
        filed |= {"answer_by": duty.due_on, "late_at": duty.overdue_at} if duty.due_on else {}
    return {**filed, "synthetic": True} if act.get("synthetic") else filed


def _places(state: State) -> tuple[Place, ...]:
    if state["stage"] not in UNANSWERED:
        return ()
    wanted = narrowings(**{name: state[name] for name in ("agency", "receiver", "jurisdiction")})
    return tuple(Place(MISSING_FILINGS, value, state.get("late_at", _NEVER)) for value in wanted)


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return what is owed of a filing: by the receiver an answer; by who filed, to file anew or to change the text."""
    stage = state["stage"]
    if stage in UNANSWERED:
        return owed("answer_filing", "", local_day(state["filed_at"], state), state, agency=state["receiver"])
    if stage == RETURNED:
        return owed("file_upward", "returned", local_day(state["answers"][-1]["at"], state), state)
    if stage == CHANGE_ORDERED:
        return owed_by("follow_filing_order", "", state["answers"][-1]["by"], state)
    return ()


NOUN = Noun(KIND, COLLECTION, FilingRules(), duties=duties, scoped_over=_sender)
