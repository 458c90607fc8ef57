"""Hearings (听证) as records: announced ahead, changed or cancelled with a reason, held, put on record.

Price Law art. 23; Regulations on the Procedure for Making Rules art. 16; Administrative Licensing Law art. 48. Every act
follows from an act of the disclosure that is heard and comes in with it, in one transaction; nobody sends one, so the number
line is the program's. The members of an act stand where the sender's own act has them: a refusal points at what was sent. Its
texts were looked at with that act.

Invariants: an earlier notice is never lost. Who spoke is told by kind and number, never by name. What time does is derived:
nobody opens or closes a registration.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.clock.records import Limit
from chalicelib.domain.duties import Duty, earliest, local_day, local_facts, owed
from chalicelib.domain.hearing_notice import notices
from chalicelib.domain.instants import dated, to_key
from chalicelib.domain.links import linked_from
from chalicelib.domain.placed import UPCOMING_HEARINGS, narrowings
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
    shortened,
    without_empty,
)

KIND, COLLECTION = "hearing", "hearings"
ANNOUNCED, HELD, CANCELLED = "announced", "held", "cancelled"
YEARS_AHEAD = 5
_SAID = (
    *("hearing_kind", "title", "held_at", "ends_at", "place", "topics"),
    *("participants", "registration", "observers"),
)
_NOTED = ("held_at", "ended_at", "attended", "opinions", "record", "outcome", "documents")


class HearingRules:
    """The rules of hearings."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, hearings

        return common.parse(hearings.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return PROGRAM

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act),)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        if state is not None and state["disclosure"] != act["disclosure"]:
            refusals.note("hearing_taken", "another disclosure has a hearing of this id", "/hearing")
        elif not _out_of_turn(refusals, state, act):
            agency = others.find("agency", self.agency(record_id, state, act).record_id)
            assert agency is not None
            _DECIDE[act["act"]](refusals, state or {}, act, agency, at)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        changed = {"version": next_version(state), "changed_at": meta.at}
        if act["act"] == "announce":
            return _announced(state, act, meta, others) | changed
        assert state is not None
        if act["act"] == "cancel":
            return {**state, "stage": CANCELLED, "cancelled": _told(act, meta)} | changed
        noted = _normal({name: act[name] for name in _NOTED if name in act}) | {"at": meta.received_at}
        corrections = [*state.get("corrections", ()), _told(act, meta)] if state["stage"] == HELD else []
        return {**state, "stage": HELD, "proceedings": noted, "corrections": corrections} | changed

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        said = state["content"]
        told = ("announced_at", "changes", "cancelled", "proceedings", "corrections")
        parts = {**said, **{name: state[name] for name in told if name in state}}
        body = {"stage": state["stage"], "disclosure": state["disclosure"], **dated(without_empty(parts), written)}
        lists = {"stage": state["stage"], "category": said["hearing_kind"]}
        link = linked_from(Ref("disclosure", state["disclosure"]), state["published_at"], "hearing_of")
        return Rendered(body, _summary(state, written), lists, places=(*_places(state), link))


# Deciding


def _out_of_turn(refusals: Refusals, state: State | None, act: Act) -> bool:
    """Refuse what cannot follow: only what is announced is changed, cancelled or held; a record may be corrected."""
    stage = state["stage"] if state else None
    correcting = (stage, act["act"]) == (HELD, "record")
    over = stage in (HELD, CANCELLED) and not correcting
    refusals.when(over, "hearing_over", f"this hearing is {stage}; announce another under another id", "/hearing")
    again = correcting or (stage == ANNOUNCED and act["act"] == "announce")
    unsaid = again and "reason" not in act
    refusals.when(unsaid, "reason_missing", "what was said before is changed with a reason", "/reason")
    return over


def _decide_notice(refusals: Refusals, state: State, act: Act, agency: State, at: str) -> None:
    registration = act.get("registration", {})
    instants = {"/held_at": act.get("held_at"), "/ends_at": act.get("ends_at")}
    instants["/registration/closes_at"] = registration.get("closes_at")
    if _too_far(refusals, instants, at):
        return
    held_at = _key(act["held_at"])
    if "ends_at" in act:
        refusals.when(_key(act["ends_at"]) <= held_at, "ends_before_it_begins", "it ends after it begins", "/ends_at")
    if registration:
        closes_at = _key(registration["closes_at"])
        where = "/registration/closes_at"
        refusals.when(closes_at > held_at, "registration_too_long", "registration closes before the hearing", where)
        changed = state.get("content", {}).get("registration") != _normal(registration)
        refusals.when(changed and closes_at <= at, "registration_over", "that instant has passed", where)
    _ahead(refusals, state, act, agency, at)


def _ahead(refusals: Refusals, state: State, act: Act, agency: State, at: str) -> None:
    """Refuse a notice that comes too late: each notice anew, and what it says of taking part whenever that is new."""
    facts = local_facts(agency)
    law = notices(facts["calendar"]).get(act["hearing_kind"])
    held_at = _key(act["held_at"])
    if law is None:
        refusals.when(held_at <= at, "notice_too_short", "a hearing is announced ahead", "/held_at")
        return
    wanted = law.notice
    if law.participants is not None:
        for name in ("participants", "registration"):
            message = f"who may take part and how one registers is announced too: {law.source['en']}"
            refusals.when(not act.get(name), f"{name}_missing", message, f"/{name}")
        said = state.get("content", {})
        if any(said.get(name) != _normal(act.get(name)) for name in ("participants", "registration")):
            wanted = law.participants
    day = earliest(local_day(at, facts), wanted, facts["calendar"])
    message = f"announced today, it may be held from {day} on: {_spoken(wanted)} ahead; {law.source['en']}"
    if day is None:
        refusals.note("calendar_missing", "the working calendar has no data for these days", "/held_at")
    else:
        refusals.when(local_day(held_at, facts) < day, "notice_too_short", message, "/held_at")


def _decide_record(refusals: Refusals, state: State, act: Act, agency: State, at: str) -> None:
    if _too_far(refusals, {"/held_at": act["held_at"], "/ended_at": act.get("ended_at")}, at):
        return
    announced_for, held_at = state["content"]["held_at"], _key(act["held_at"])
    refusals.when(at < announced_for, "hearing_not_held_yet", "it is announced for a later instant", "/act")
    refusals.when(held_at < announced_for, "held_before_announced", "it was announced for a later instant", "/held_at")
    refusals.when(held_at > at, "held_in_the_future", "that instant is still to come", "/held_at")
    if "ended_at" in act:
        ended_at = _key(act["ended_at"])
        refusals.when(ended_at <= held_at, "ends_before_it_begins", "it ended after it began", "/ended_at")
        refusals.when(ended_at > at, "held_in_the_future", "that instant is still to come", "/ended_at")


def _decide_cancellation(refusals: Refusals, state: State, act: Act, agency: State, at: str) -> None:
    """Let a cancellation pass: its turn and its reason are looked at already."""


_Decide = Callable[[Refusals, State, Act, State, str], None]
_DECIDE: Mapping[str, _Decide] = {
    "announce": _decide_notice,
    "cancel": _decide_cancellation,
    "record": _decide_record,
}


def _too_far(refusals: Refusals, instants: Mapping[str, str | None], at: str) -> bool:
    """Refuse instants that nobody plans for; some of them have no spelling in UTC."""
    far = [where for where, text in instants.items() if text and int(text[:4]) > int(at[:4]) + YEARS_AHEAD]
    for where in far:
        refusals.note("too_far_ahead", f"at most {YEARS_AHEAD} years ahead", where)
    return bool(far)


def _spoken(limit: Limit) -> str:
    return f"{limit.value} {limit.unit.replace('_', ' ')}s"


# Folding


def _announced(state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
    content = _normal({name: act[name] for name in _SAID if name in act})
    if state is not None:
        before = {**state["content"], "changed_at": meta.received_at, "reason": act["reason"]}
        return {**state, "content": content, "changes": [*state.get("changes", ()), before]}
    agency = others.find("agency", act["agency"])
    assert agency is not None
    announced: State = {
        "stage": ANNOUNCED,
        "agency": act["agency"],
        "disclosure": act["disclosure"],
        "jurisdiction": agency["jurisdiction"],
        **local_facts(agency),
        "content": content,
        "announced_at": meta.received_at,
        "published_at": meta.at,
    }
    return {**announced, "synthetic": True} if act.get("synthetic") else announced


def _told(act: Act, meta: ActMeta) -> State:
    return {"reason": act["reason"], "at": meta.received_at}


def _key(text: str) -> str:
    return to_key(datetime.fromisoformat(text))


def _normal(value: Any) -> Any:
    """Return what was said with every instant in UTC, so that all are written alike."""
    if isinstance(value, dict):
        return {name: _key(each) if name.endswith("_at") else _normal(each) for name, each in value.items()}
    return value


# Showing


def _summary(state: State, written: Callable[[str], str]) -> dict[str, Any]:
    said = state["content"]
    instants = {name: written(said[name]) for name in ("held_at", "ends_at") if name in said}
    if "registration" in said:
        instants["registration_closes_at"] = written(said["registration"]["closes_at"])
    return {
        "stage": state["stage"],
        "disclosure": state["disclosure"],
        "hearing_kind": said["hearing_kind"],
        "title": shortened(said["title"], 120),
        "place": shortened(said["place"], 80),
        **instants,
    }


def _places(state: State) -> tuple[Place, ...]:
    if state["stage"] != ANNOUNCED:
        return ()
    said = state["content"]
    wanted = narrowings(agency=state["agency"], jurisdiction=state["jurisdiction"], kind=said["hearing_kind"])
    return tuple(Place(UPCOMING_HEARINGS, value, said["held_at"]) for value in wanted)


# What others ask of a hearing


def refuse_registration(refusals: Refusals, hearing: State | None, agency: str, at: str) -> None:
    """Refuse a registration for a hearing that is not there, is another agency's, or takes none now."""
    place = "/about/hearing"
    if hearing is None:
        refusals.note("hearing_unknown", "no such hearing was announced", place)
        return
    refusals.when(
        hearing["agency"] != agency, "hearing_of_other_agency", "another agency holds this hearing", "/agency"
    )
    refusals.when(hearing["stage"] != ANNOUNCED, "hearing_over", f"this hearing is {hearing['stage']}", place)
    registration = hearing["content"].get("registration")
    refusals.when(registration is None, "no_registration", "one does not register for this hearing", place)
    if registration is not None:
        over = registration["closes_at"] <= at
        refusals.when(over, "registration_closed", f"registration closed at {registration['closes_at']}", place)


def duties(record_id: str, state: State) -> tuple[Duty, ...]:
    """Return what is owed of a hearing: its record, from the day on for which it is announced."""
    if state["stage"] != ANNOUNCED:
        return ()
    return owed("record_hearing", "", local_day(state["content"]["held_at"], state), state)


NOUN = Noun(KIND, COLLECTION, HearingRules(), duties=duties)
