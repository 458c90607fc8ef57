"""Signing keys of agencies: who may sign for whom, in which role, from when to when (RFC 9421 key records).

A key id is never used again: `revoke` ends it for good. Keys are not public records; they never enter the register.

A scope is given from above: whoever registers a key stands above every agency in its scope (of a root, is it). So no agency
makes itself the supervisor of its equals, nor its own child that of itself.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.personal_data import find_personal_data
from chalicelib.domain.records import (
    KEY_ADMINISTRATION,
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    State,
)

KIND = "key"
MATERIAL = ("public_key", "secret")


class KeyRules:
    """The rules of keys."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import agency_keys, common

        return common.parse(agency_keys.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return KEY_ADMINISTRATION

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act), *(Ref("agency", each) for each in act.get("scope", ())))

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        allowed = {None: ("register",), "valid": ("rotate", "revoke"), "revoked": ()}[state["stage"] if state else None]
        refusals.when(
            name not in allowed, "act_not_allowed", f"what may follow now: {', '.join(allowed) or 'nothing'}", "/act"
        )
        if state is None:
            agency = others.find("agency", act.get("agency"))
            refusals.when(agency is None, "agency_unknown", "there is no such agency", "/agency")
            _refuse_scope(refusals, act.get("scope", ()), actor, others)
            for pointer, kind in find_personal_data({"group": act.get("group")}):  # it is named in public
                refusals.note("personal_data", f"this holds what looks like a person's number ({kind})", pointer)
        if name == "rotate" and state is not None:
            wanted = "public_key" if state["alg"] == "ed25519" else "secret"
            refusals.when(wanted not in act, "material_of_other_kind", f"this key has a {wanted}", f"/{wanted}")
        if "public_key" in act:
            _refuse_weak(refusals, act["public_key"])
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if act["act"] == "revoke":
            assert state is not None
            return {
                **state,
                "stage": "revoked",
                "reason": act["reason"],
                "materials": [],
                "version": state["version"] + 1,
            }
        material = {"value": next(act[name] for name in MATERIAL if name in act), "from": meta.at}
        if state is not None:
            overlap = act.get("overlap_until")
            kept = [{**state["materials"][-1], "until": overlap}] if overlap else []
            return {**state, "materials": [*kept, material], "version": state["version"] + 1}
        named = ("agency", "alg", "person", "system", "group", "roles", "scope", "not_before", "not_after")
        return {"stage": "valid", "version": 1, "materials": [material], **{n: act[n] for n in named if n in act}}

    def shows(self, act: Act, state: State) -> bool:
        return False

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        return None


def _refuse_weak(refusals: Refusals, public_key: str) -> None:
    from chalicelib.signing.algorithms import check_public_key
    from chalicelib.signing.errors import SignatureError

    problem = ""
    try:
        check_public_key("ed25519", base64.b64decode(public_key))
    except SignatureError as error:
        problem = str(error)
    refusals.when(bool(problem), "weak_public_key", problem, "/public_key")


def _refuse_scope(refusals: Refusals, scope: Sequence[str], actor: Actor, others: Others) -> None:
    for place, named in enumerate(scope):
        agency = others.find("agency", named)
        refusals.when(agency is None, "agency_unknown", "there is no such agency", f"/scope/{place}")
        above = (agency["path"][:-1] or agency["path"]) if agency else [actor.agency]
        message = "only who stands above an agency gives others a say over it"
        refusals.when(actor.agency not in above, "scope_not_below", message, f"/scope/{place}")


def holder(state: State) -> str:
    """Return the person, system or group a key names; they cannot be mistaken for one another."""
    return next(f"{named}:{state[named]}" for named in ("person", "system", "group") if named in state)


def materials_at(state: State, now: datetime) -> list[bytes]:
    """Return the key's materials that hold at an instant, newest first; none outside its validity or once revoked."""
    early = "not_before" in state and now < datetime.fromisoformat(state["not_before"])
    late = "not_after" in state and now >= datetime.fromisoformat(state["not_after"])
    if state["stage"] != "valid" or early or late:
        return []
    held = (m for m in reversed(state["materials"]) if "until" not in m or now < datetime.fromisoformat(m["until"]))
    return [base64.b64decode(material["value"]) for material in held]


def as_actor(key_id: str, state: dict[str, Any]) -> Actor:
    """Return who acts when this key signs."""
    return Actor(key_id, state["agency"], holder(state), frozenset(state["roles"]), frozenset(state.get("scope", ())))


NOUN = Noun(KIND, "keys", KeyRules(), public=False)
