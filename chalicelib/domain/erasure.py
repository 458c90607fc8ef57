"""Erasure by order (依令删除): a court or a supervisory authority orders, the operator carries it out.

Personal Information Protection Law art. 47; the grounds are a code list with its sources. It takes a record whole: what may
stay is published anew under another id. The act is the program's, of any noun, and the last of its record. It carries all
that stays: so the fold begins anew with it, and is the same whether the acts before it are still there or not.

Invariants: what was erased shows that it was, by whose order and on what ground, and nothing else; no act follows. What
other records and cases rest on (`NEVER`) is not erased: its text is corrected by acts of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.domain.codes import sentences
from chalicelib.domain.duties import local_facts
from chalicelib.domain.records import (
    PROGRAM,
    Act,
    ActMeta,
    Actor,
    Noun,
    Others,
    Ref,
    Refusals,
    Rendered,
    Rules,
    State,
)

ERASE, ERASED = "erase", "erased"
NEVER = frozenset({"agency", "service", "key", "card", "period", "attachment"})
"""Agencies and services: folds of others and people's cases rest on them. Keys and files are public nowhere, and a file goes
with the last record that names it. Cards and figures of periods are made of codes and numbers by the program."""
WITHIN = {"hearing": "disclosure"}
"""Kinds whose texts stand in acts of another record too, which their state names: that one is erased first."""
NOTHING_LEFT: State = {"stage": ERASED, "version": 0}
"""The state after an act of which nothing is left."""
_KEPT = ("agency", "version", "published_at", "synthetic")
_SAID = ("ground", "order", "authority", "on")
_BEGINS = b'{"act":"erase",'


def erasure(state: State, published_at: str | None, said: dict[str, str]) -> Act:
    """Return the act that erases a record in a state, which was first published at an instant (UTC text), or never."""
    shown = {} if published_at is None else {"published_at": published_at}
    synthetic = {"synthetic": True} if state.get("synthetic") else {}
    version = state["version"] + 1 if shown else 0
    return {"act": ERASE, "agency": state["agency"], "version": version, **shown, **synthetic, **said}


def is_erased(state: State | None) -> bool:
    """Return whether a record was erased."""
    return state is not None and state["stage"] == ERASED


class ErasableRules:
    """The rules of a noun, with the one act more that every noun has."""

    def __init__(self, kind: str, rules: Rules) -> None:
        self._kind = kind
        self._rules = rules

    def parse(self, raw: bytes) -> Act:
        if not raw.startswith(_BEGINS):  # so the program writes it, and nobody else has this act
            return self._rules.parse(raw)
        from chalicelib.domain.models import common, erasure

        return common.parse(erasure.ADAPTER, raw, tagged=False)

    def role(self, act: Act) -> str:
        return PROGRAM if act["act"] == ERASE else self._rules.role(act)

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        if is_erased(state) or act["act"] == ERASE:
            return Ref("agency", (state or act)["agency"])
        return self._rules.agency(record_id, state, act)

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        if act["act"] == ERASE:
            return (self.agency("", None, act), *self._holders(state))
        return (self.agency("", state, act),) if is_erased(state) else self._rules.needs(state, act)

    def _holders(self, state: State | None) -> tuple[Ref, ...]:
        kind = WITHIN.get(self._kind)
        return (Ref(kind, state[kind]),) if kind is not None and state is not None and not is_erased(state) else ()

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        refusals.when(is_erased(state), "erased", "it was erased by order: no act follows", "/act")
        if act["act"] == ERASE:
            message = f"others rest on a record of this kind ({self._kind}): correct its text"
            refusals.when(self._kind in NEVER, "never_erased", message)
            unknown = act["ground"] not in sentences("erasure_ground")
            refusals.when(unknown, "ground_unknown", "not of /v1/codes/erasure_ground", "/ground")
            for kind, name in self._holders(state):
                message = f"its texts stand in acts of {kind} {name} too: that is erased first"
                refusals.when(not is_erased(others.find(kind, name)), "erased_after_another", message)
        refusals.settle()
        if act["act"] != ERASE:
            self._rules.decide(record_id, state, act, actor, others, at)

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if act["act"] != ERASE:
            return self._rules.fold(record_id, state, act, meta, others)
        agency = others.find("agency", act["agency"])
        assert agency is not None
        kept: State = {name: act[name] for name in _KEPT if name in act}
        return {
            "stage": ERASED,
            "jurisdiction": agency["jurisdiction"],
            **local_facts(agency),
            **kept,
            "changed_at": meta.at,
            "erased": {name: act[name] for name in _SAID},
        }

    def shows(self, act: Act, state: State) -> bool:
        return "published_at" in act if act["act"] == ERASE else self._rules.shows(act, state)

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered | None:
        if not is_erased(state):
            return self._rules.render(record_id, state, written)
        if state["version"] == 0:
            return None
        return Rendered({"stage": ERASED, "erased": state["erased"]}, {"stage": ERASED}, {}, listed=False)


def erasable(noun: Noun) -> Noun:
    """Return a noun whose records can be erased: of one that was, nothing is owed, awaited, counted or brought any more."""

    def unless_erased(function: Any, nothing: Any, place: int) -> Any:
        if function is None:
            return None
        return lambda *given: nothing if is_erased(given[place]) else function(*given)

    def scoped_over(state: State | None, act: Act) -> Ref:
        assert noun.scoped_over is not None
        return Ref("agency", state["agency"]) if state and is_erased(state) else noun.scoped_over(state, act)

    return replace(
        noun,
        rules=ErasableRules(noun.kind, noun.rules),
        alarms=noun.alarms | {ERASE},
        follows=unless_erased(noun.follows, (), 2),
        duties=unless_erased(noun.duties, (), 1),
        keeps_back=unless_erased(noun.keeps_back, None, 0),
        waits=unless_erased(noun.waits, None, 1),
        scoped_over=scoped_over if noun.scoped_over is not None else None,
    )
