"""Agencies (行政机关): who acts and answers. A root agency opens a jurisdiction; all others hang below one.

Parent and jurisdiction never change, so the path from the root is a fact of the record and authority is one comparison.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.domain.agency_duties import duties
from chalicelib.domain.completeness import sums
from chalicelib.domain.duties import local_day
from chalicelib.domain.placed import ROOT_AGENCIES
from chalicelib.domain.public_facts import of_agency
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
    next_version,
    says_nothing_new,
    shortened,
    without_empty,
)

KIND = "agency"
DEPTH_LIMIT = 12


class AgencyRules:
    """The rules of agencies."""

    def parse(self, raw: bytes) -> Act:
        from chalicelib.domain.models import agencies, common

        return common.parse(agencies.ADAPTER, raw)

    def role(self, act: Act) -> str:
        return "clerk"

    def agency(self, record_id: str, state: State | None, act: Act) -> Ref:
        """A new agency is registered by its parent's key (or above); a known one by its own (or above)."""
        parent = act.get("content", {}).get("parent")
        return Ref(KIND, parent if state is None and parent else record_id)

    def needs(self, state: State | None, act: Act) -> tuple[Ref, ...]:
        parent = act.get("content", {}).get("parent")
        return (Ref(KIND, parent),) if parent else ()

    def decide(self, record_id: str, state: State | None, act: Act, actor: Actor, others: Others, at: str) -> None:
        refusals = Refusals()
        name = act["act"]
        refusals.when((state is None) != (name == "register"), "act_not_allowed", _why_not(state, name), "/act")
        refusals.when(bool(state) and state["stage"] == "dissolved", "agency_dissolved", "the agency has ended", "/act")  # type: ignore[index]
        if "content" in act:
            self._decide_content(refusals, record_id, state, act["content"], others)
        refusals.settle()

    def _decide_content(
        self, refusals: Refusals, record_id: str, state: State | None, content: dict[str, Any], others: Others
    ) -> None:
        parent_id = content.get("parent")
        parent = others.find(KIND, parent_id)
        refusals.when(
            bool(parent_id) and parent is None, "parent_unknown", "there is no such agency", "/content/parent"
        )
        if parent is not None:
            refusals.when(parent["stage"] == "dissolved", "parent_dissolved", "the parent has ended", "/content/parent")
            refusals.when(
                len(parent["path"]) >= DEPTH_LIMIT, "too_deep", f"at most {DEPTH_LIMIT} levels", "/content/parent"
            )
        language = parent["language"] if parent else content.get("jurisdiction", {}).get("language", "zh")
        refusals.when(
            language not in content["name"],
            "own_language_missing",
            f"the jurisdiction's language is {language}",
            "/content/name",
        )
        if state is not None:
            before = state["content"]
            for fixed in ("parent", "jurisdiction"):
                refusals.when(
                    before.get(fixed) != content.get(fixed), f"{fixed}_fixed", "this never changes", f"/content/{fixed}"
                )

    def fold(self, record_id: str, state: State | None, act: Act, meta: ActMeta, others: Others) -> State:
        if act["act"] == "dissolve":
            assert state is not None
            ended_on = local_day(meta.received_at, state)
            ended = {"stage": "dissolved", "reason": act["reason"], "ended_on": ended_on, "effective_on": ended_on}
            return {**state, **ended, **_changed(state, meta)}
        content = act["content"]
        synthetic = {"synthetic": True} if act.get("synthetic") else {}
        if state is not None and says_nothing_new(state, act, "registered"):
            return state
        if state is not None:
            kept = {name: value for name, value in state.items() if name != "synthetic"}
            return {**kept, "content": content, **synthetic, **_changed(state, meta)}
        parent = others.find(KIND, content.get("parent"))
        place = (
            {"path": [*parent["path"], record_id], **{name: parent[name] for name in ("jurisdiction", *_INHERITED)}}
            if parent
            else {"path": [record_id], "jurisdiction": record_id, **content["jurisdiction"]}
        )
        return {
            "stage": "registered",
            "agency": record_id,
            **place,
            "content": content,
            "registered_on": local_day(meta.received_at, place),
            "published_at": meta.at,
            **synthetic,
            **_changed(None, meta),
        }

    def shows(self, act: Act, state: State) -> bool:
        return True

    def render(self, record_id: str, state: State, written: Callable[[str], str]) -> Rendered:
        content = without_empty(state["content"])
        # The envelope's `jurisdiction` is the root's id; what holds there stands with every agency of it.
        held = {name: state[name] for name in _INHERITED}
        body = {"stage": state["stage"], "path": state["path"], **held, **content}
        if "reason" in state:
            body["reason"] = state["reason"]
        summary = {"stage": state["stage"], "name": shortened(content["name"]), "level": content["level"]}
        if "parent" in content:
            summary["parent"] = content["parent"]
        stands = state["stage"] != "dissolved"
        roots = (Place(ROOT_AGENCIES, "", state["published_at"]),) if stands and "parent" not in content else ()
        return Rendered(body, summary, {}, listed=stands, places=roots, fact=of_agency(state))


_INHERITED = ("time_zone", "calendar", "language")


def _changed(state: State | None, meta: ActMeta) -> dict[str, Any]:
    return {"version": next_version(state), "changed_at": meta.at}


def _why_not(state: State | None, name: str) -> str:
    return f"the first act is register, not {name}" if state is None else "it is registered already"


NOUN = Noun(KIND, "agencies", AgencyRules(), duties_by_holdings=duties, sums_up=sums)
