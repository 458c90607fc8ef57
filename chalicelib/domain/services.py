"""Services (政务服务事项) and their commitments (服务承诺).

Administrative Licensing Law art. 30 says what must be displayed, art. 42 the legal limit; a promise may be shorter, never
longer. A case is bound to the version that held when it was accepted, so the state keeps the terms of every version.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.codes import code_list
from chalicelib.domain.completeness import completeness, lacking, limits_of_the_whole
from chalicelib.domain.enquiries import built_in
from chalicelib.domain.instants import localised
from chalicelib.domain.placed import SERVICES_BY_CENTRE, SERVICES_BY_LIFE_EVENT
from chalicelib.domain.public_facts import lines_of, of_service
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
    says_nothing_new,
    shortened,
    without_empty,
)
from chalicelib.domain.service_line import judge_line, promise_is_longer

KIND = "service"
TERMS = (
    "title",
    "service_kind",
    "handling",
    "limits",
    "clock_starts",
    "supplement",
    "promise_covers",
    "overdue_means",
    "joint",
    "fees",
    "special_procedures",
    "extension",
    "steps",
    "first_contact",
    "complaint",
    "effective_on",
)
"""The members of the content that a case's clock and status rest on."""

PLACES = 40
"""Centres and life events of one service: each is an entry written with its view, and a commit has its limit."""

BASES_CITED = 10
"""Legal bases that a case's receipt cites; the version that it names has all of them."""


class ServiceRules:
    """The rules of services."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import common, services

        return common.parse(services.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        return Ref("agency", state["agency"] if state else act.get("content", {}).get("agency", ""))

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        return (self.agency("", state, act),)

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        allowed = {None: ("publish",), "published": ("revise", "withdraw"), "withdrawn": ("revise",)}
        stage = state["stage"] if state else None
        refusals.when(
            act["act"] not in allowed[stage], "act_not_allowed", f"after {stage}: {', '.join(allowed[stage])}", "/act"
        )
        refusals.when(built_in(record_id) is not None, "id_reserved", "ids of this form are those of enquiries", "")
        if "content" in act:
            content = act["content"]
            living_agency(refusals, others, content["agency"], content["title"], "/content/title")
            refusals.when(
                state is not None and state["agency"] != content["agency"],
                "agency_fixed",
                "a service stays with its agency",
                "/content/agency",
            )
            limits = content["limits"]
            refusals.when(
                promise_is_longer(limits.get("promised"), limits.get("statutory")),
                "promise_longer_than_statutory",
                "the promised limit is longer than the statutory one",
                "/content/limits/promised",
            )
            judge_line(content, refusals)
            judge_places(content, refusals)
        refusals.settle()

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if state is not None and says_nothing_new(state, act, "published"):
            return state
        version = next_version(state)
        agency = others.find("agency", state["agency"] if state else act["content"]["agency"])
        assert agency is not None
        if act["act"] == "withdraw":
            assert state is not None
            ended_on = localised(meta.at, agency["time_zone"])[:10]
            ended = {"stage": "withdrawn", "reason": act["reason"], "effective_on": ended_on}
            lines = lines_of(state["lines"], None, meta.received_at, agency)
            return {**state, **ended, "lines": lines, "version": version, "changed_at": meta.at}
        content = act["content"]
        kept = {name: content[name] for name in TERMS if name in content}
        if content.get("legal_basis"):
            kept["legal_basis"] = cited(content["legal_basis"])
        terms = {"version": version, "received_at": meta.received_at, **kept}
        folded: State = {
            "stage": "published",
            "agency": content["agency"],
            "jurisdiction": agency["jurisdiction"],
            "version": version,
            "content": content,
            "commitments": [*(state["commitments"] if state else ()), terms],
            "lines": lines_of(state["lines"] if state else [], content, meta.received_at, agency),
            "published_at": state["published_at"] if state else meta.at,
            "changed_at": meta.at,
        }
        if act.get("synthetic"):
            folded["synthetic"] = True
        return folded

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        content = without_empty(state["content"])
        body: dict[str, Any] = {"stage": state["stage"], **content, "completeness": completeness(content)}
        if state["stage"] == "withdrawn":
            body["reason"] = state["reason"]
        shown = {**content, "limits": limits_of_the_whole(content)}
        summary: dict[str, Any] = {
            "stage": state["stage"],
            "title": shortened(content["title"]),
            "service_kind": content["service_kind"],
            "handling": content["handling"],
            **{name: shown[name] for name in ("item_code", "limits") if shown.get(name)},
        }
        if state["stage"] != "published":
            return Rendered(body, summary, {}, listed=False, fact=of_service(state))
        return Rendered(body, summary, {}, places=places_of(state), holdings=lacking(content), fact=of_service(state))


def judge_places(content: dict[str, Any], refusals: Refusals) -> None:
    """Refuse a need that no code list has, and more centres and needs than a service can be found by."""
    needs = {entry["code"] for entry in code_list("life_event").codes}
    for number, need in enumerate(content["life_events"]):
        pointer = f"/content/life_events/{number}"
        refusals.when(need not in needs, "life_event_unknown", "not of /v1/codes/life_event", pointer)
    many = len(_found_by(content)) > PLACES
    refusals.when(many, "too_many_places", f"at most {PLACES} centres and life events", "/content/windows")


def _found_by(content: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the lists and values by which a service is found, each once."""
    centres = [(SERVICES_BY_CENTRE, window["centre"]) for window in content.get("windows", ()) if "centre" in window]
    needs = [(SERVICES_BY_LIFE_EVENT, need) for need in content.get("life_events", ())]
    return tuple(dict.fromkeys([*centres, *needs]))


def places_of(state: State) -> tuple[Place, ...]:
    """Return the lists that a service stands in more than once: of its centres, and of the needs it answers."""
    return tuple(Place(name, value, state["published_at"]) for name, value in _found_by(state["content"]))


def cited(bases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return legal bases as they are cited: document and article."""
    return [{name: basis[name] for name in ("document", "article") if name in basis} for basis in bases[:BASES_CITED]]


NOUN = Noun(KIND, "services", ServiceRules())
