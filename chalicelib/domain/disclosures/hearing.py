"""Hearings (听证) on a draft: announced ahead, changed or cancelled with a reason, held, put on record.

A hearing is a record of its own (`/v1/hearings/{id}`, `domain/hearings.py`), whose rules decide what may be announced and
when; the acts of the disclosure bring its acts with them, in one transaction. Here stands what the disclosure itself knows:
which hearings it has, and that the decision waits for them.
"""

from datetime import datetime

from chalicelib.domain import hearings
from chalicelib.domain.disclosures.asked import Asked, Folding, Part
from chalicelib.domain.instants import to_key
from chalicelib.domain.records import Act, Following, Refusals, State, next_version

HEARINGS_LIMIT = 20
_ACTS = {"announce_hearing": "announce", "cancel_hearing": "cancel", "record_hearing": "record"}


def follows(record_id: str, act: Act, state: State) -> tuple[Following, ...]:
    """Return what an act on a draft brings on its hearings; those still to come end with a draft that is withdrawn."""
    if act["act"] in _ACTS:
        said = {name: value for name, value in act.items() if name not in ("hearing", "after_sha256")}
        following = {**said, "act": _ACTS[act["act"]], "disclosure": record_id}
        if act["act"] == "announce_hearing":
            following |= {"agency": state["agency"]} | ({"synthetic": True} if state.get("synthetic") else {})
        return (Following(hearings.KIND, act["hearing"], following),)
    if act["act"] == "withdraw":
        cancelled = {"act": "cancel", "disclosure": record_id, "reason": act["reason"]}
        return tuple(Following(hearings.KIND, each["hearing"], cancelled) for each in to_come(state))
    return ()


def to_come(state: State) -> list[State]:
    """Return the hearings of a draft that were announced and neither put on record nor cancelled."""
    return [each for each in state.get("hearings", ()) if not {"held_at", "cancelled_at"} & each.keys()]


def must_be_heard(refusals: Refusals, asked: Asked) -> None:
    """Refuse to decide while a hearing that was announced is neither on record nor cancelled."""
    for each in to_come(asked.state):
        message = f"put the hearing {each['hearing']} on record, or cancel it with a reason, before the decision"
        refusals.note("hearing_to_come", message, "/act")


def _decide_announcement(refusals: Refusals, asked: Asked) -> None:
    known = {each["hearing"] for each in asked.state.get("hearings", ())}
    full = len(known) >= HEARINGS_LIMIT and asked.act["hearing"] not in known
    refusals.when(full, "too_many_hearings", f"at most {HEARINGS_LIMIT} hearings on one draft", "/hearing")


def _decide_known(refusals: Refusals, asked: Asked) -> None:
    known = {each["hearing"] for each in asked.state.get("hearings", ())}
    refusals.when(asked.act["hearing"] not in known, "hearing_unknown", "no such hearing was announced", "/hearing")


def _announce(folding: Folding) -> State:
    state, act, meta, _ = folding
    before = {each["hearing"]: each for each in state.get("hearings", ())}.get(act["hearing"])
    said = {"hearing": act["hearing"], "hearing_kind": act["hearing_kind"]}
    if before is None:
        return _with(state, {**said, "announced_at": meta.received_at}, meta.at)
    return _with(state, {**before, **said, "changed_at": meta.received_at}, meta.at)


def _cancel(folding: Folding) -> State:
    return _marked(folding, cancelled_at=folding.meta.received_at)


def _record(folding: Folding) -> State:
    return _marked(folding, held_at=to_key(datetime.fromisoformat(folding.act["held_at"])))


def _marked(folding: Folding, **mark: str) -> State:
    state, act, meta, _ = folding
    (before,) = (each for each in state["hearings"] if each["hearing"] == act["hearing"])
    return _with(state, {**before, **mark}, meta.at)


def _with(state: State, hearing: State, at: str) -> State:
    others = [each for each in state.get("hearings", ()) if each["hearing"] != hearing["hearing"]]
    return {**state, "hearings": [*others, hearing], "version": next_version(state), "changed_at": at}


ANNOUNCE_HEARING = Part(_decide_announcement, _announce)
CANCEL_HEARING = Part(_decide_known, _cancel)
RECORD_HEARING = Part(_decide_known, _record)
